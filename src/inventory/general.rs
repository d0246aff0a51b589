//! The sections `site`, `defaults`, `pbx` and `provisioning`, and settings wherever they are written. Pure.

use std::time::Duration;

use crate::inventory::credentials::{self, Literal};
use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Entry, Node, SourceSpan, Value};
use crate::inventory::places::Place;
use crate::inventory::references::Knowledge;
use crate::inventory::switches;
use model::ids::MacAddress;
use model::site::{PbxSpec, PhoneSpec, ProbeSpec, ProvisioningSpec, Setting, Settings, SipTransport};
use model::{suggest, time_zone};

const TRANSPORTS: [(&str, SipTransport); 3] = [("udp", SipTransport::Udp), ("tcp", SipTransport::Tcp), ("tls", SipTransport::Tls)];
/// How many time zones a message offers.
const OFFERED: usize = 3;
/// What a site is called that has no name.
const UNNAMED: &str = "site";

pub(super) struct General {
    pub(super) name: String,
    pub(super) time_zone: Option<String>,
    pub(super) country: Option<String>,
}

pub(super) fn site(sections: &Sections<'_>, findings: &mut Findings) -> General {
    let Some(mut fields) = sections.fields("site", findings) else {
        return General { name: UNNAMED.to_owned(), time_zone: None, country: None };
    };
    let name = fields.text("name", findings).unwrap_or(UNNAMED).to_owned();
    for (key, place) in [("time_zone", Place::TimeZone), ("country", Place::Country)] {
        if let Some(node) = fields.node(key) {
            findings.place(place, node.span);
        }
    }
    let time_zone = fields.node("time_zone").and_then(|node| time_zone(node, &fields.name("time_zone"), findings));
    let country = fields.node("country").and_then(|node| country(node, &fields.name("country"), findings));
    fields.close(findings);
    General { name, time_zone, country }
}

/// A name of the IANA time zone database that is a place, or UTC; whether a phone can be told of its rule is for the templates to say.
fn time_zone(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    let text = fields::text(node, what, findings)?;
    let names_place = |name: &str| name == "UTC" || name.contains(|c: char| c == '/' || c.is_ascii_lowercase());
    if time_zone::is_name(text) && names_place(text) {
        return Some(text.to_owned());
    }
    let places = || time_zone::names().filter(|name| names_place(name));
    let hint = match suggest::nearest(text, places()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if text.contains('/') => format!("near it: {}", suggest::near(text, places(), OFFERED).join(", ")),
        None => "write the region and the city, like Europe/Berlin, or UTC: an offset or an abbreviation does not say when clocks change"
            .to_owned(),
    };
    findings.report_hint(Code::UnknownName, node.span, format!("{what}: `{text}` is not an IANA time zone"), hint);
    None
}

fn country(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    let text = fields::text(node, what, findings)?;
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(text.to_owned());
    }
    let hint = match text.len() {
        2 if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => format!("write `{}`", text.to_uppercase()),
        _ => "write two capital letters, like DE".to_owned(),
    };
    findings.report_hint(Code::InvalidValue, node.span, format!("{what}: `{text}` is not an ISO 3166 country code"), hint);
    None
}

/// Reads `defaults`: the settings of every phone.
pub(super) fn defaults(sections: &Sections<'_>, findings: &mut Findings) -> Settings {
    let entries = sections.named("defaults", "defaults", findings);
    let place = |entry: &Entry| Some(Place::Default(entry.key.clone()));
    entries.into_iter().filter_map(|entry| setting(entry, place(entry), "defaults", findings)).collect()
}

/// Settings of one phone: text is a value, `null` is "explicitly off".
pub(super) fn settings(node: &Node, mac: Option<MacAddress>, what: &str, findings: &mut Findings) -> Settings {
    let Value::Mapping(entries) = &node.value else {
        findings.report(Code::WrongType, node.span, format!("{what}: expected a mapping, found {}", node.kind()));
        return Settings::new();
    };
    let entries = fields::unique(entries.iter().collect(), what, findings);
    let place = |entry: &Entry| mac.map(|mac| Place::Setting(mac, entry.key.clone()));
    entries.into_iter().filter_map(|entry| setting(entry, place(entry), what, findings)).collect()
}

fn setting(entry: &Entry, place: Option<Place>, what: &str, findings: &mut Findings) -> Option<(String, Setting)> {
    let what = format!("{what}: {}", entry.key);
    if let Some(place) = place {
        findings.place(place, entry.value.span);
    }
    if entry.value.is_missing() {
        let hint = "write a value, `null` to switch it off, `\"\"` for an empty text, or remove the line";
        findings.report_hint(Code::Missing, entry.span, format!("{what}: no value"), hint);
        return None;
    }
    if entry.value.is_null() {
        return Some((entry.key.clone(), Setting::Off));
    }
    let value = match &entry.value.value {
        Value::Mapping(_) => Setting::Secret(credentials::secret(&entry.value, Literal::Refused, &what, findings)?),
        _ => Setting::Text(fields::free_text(&entry.value, &what, findings)?.to_owned()),
    };
    Some((entry.key.clone(), value))
}

/// Reads `pbx`; phones with lines need one.
pub(super) fn pbx(
    sections: &Sections<'_>,
    phones: &[(SourceSpan, PhoneSpec)],
    knowledge: Knowledge,
    findings: &mut Findings,
) -> Option<PbxSpec> {
    let Some(mut fields) = sections.fields("pbx", findings) else {
        let needing = phones.iter().find(|(_, phone)| !phone.lines.is_empty());
        if let (Some((span, phone)), Knowledge::Complete) = (needing, knowledge) {
            let hint = "add `pbx: {address: pbx.example.net, transport: udp}`";
            findings.report_hint(
                Code::Conflict,
                *span,
                format!("phone {}: has lines, but the inventory has no `pbx` to register with", phone.mac),
                hint,
            );
        }
        return None;
    };
    let address = fields.required("address", "pbx.example.net", findings);
    let address = address.and_then(|node| switches::host(node, &fields.name("address"), findings));
    let port = fields.number("port", 1..=65535, findings);
    let transport = fields.choice("transport", &TRANSPORTS, findings).unwrap_or_default();
    fields.close(findings);
    Some(PbxSpec { address: address?, port, transport })
}

pub(super) fn provisioning(sections: &Sections<'_>, findings: &mut Findings) -> ProvisioningSpec {
    let Some(mut fields) = sections.fields("provisioning", findings) else { return ProvisioningSpec::default() };
    let url = fields.node("url").and_then(|node| url(node, &fields, findings));
    fields.close(findings);
    ProvisioningSpec { url }
}

pub(super) fn probe(sections: &Sections<'_>, findings: &mut Findings) -> Option<ProbeSpec> {
    let mut fields = sections.fields("probe", findings)?;
    let target = fields.required("target", "reflector.example.net", findings);
    let target = target.and_then(|node| fields::text(node, &fields.name("target"), findings)).map(str::to_owned);
    let duration = fields.number("duration_s", 1..=86_400, findings).map(Duration::from_secs);
    let streams = fields.number("streams", 1..=500, findings);
    fields.close(findings);
    Some(ProbeSpec { target: target?, duration, streams })
}

fn url(node: &Node, fields: &Fields<'_>, findings: &mut Findings) -> Option<String> {
    let what = fields.name("url");
    let text = fields::text(node, &what, findings)?;
    let rest = ["http://", "https://", "tftp://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if host.contains('@') {
        let hint = "phones send it in the open; remove everything before `@`";
        findings.report_hint(Code::SecretInText, node.span, format!("{what}: a user or password in a URL"), hint);
        return None;
    }
    if host.is_empty() || text.contains(char::is_whitespace) {
        let hint = "write it like http://192.0.2.5:8080/ with http, https or tftp";
        findings.report_hint(Code::InvalidValue, node.span, format!("{what}: `{text}` is not a URL to fetch files from"), hint);
        return None;
    }
    Some(text.to_owned())
}
