//! The section `phones`. Pure.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use crate::inventory::credentials::{self, Literal};
use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Node, SourceSpan, Value};
use crate::inventory::places::Place;
use crate::inventory::references::References;
use crate::inventory::{general, ports};
use crate::phones::catalogue::Catalogue;
use model::ids::{MacAddress, ModelId, PortRef};
use model::site::{LineSpec, PhoneSpec, SwitchSpec};
use model::suggest;
use model::switch::PoePriority;

/// How many near models a message offers.
const OFFERED: usize = 4;

const PRIORITIES: [(&str, PoePriority); 3] =
    [("critical", PoePriority::Critical), ("high", PoePriority::High), ("low", PoePriority::Low)];

/// What phones refer to, and what may be there once only.
pub(super) struct Section<'a> {
    catalogue: &'a Catalogue,
    switches: &'a References<'a, SwitchSpec>,
    macs: HashMap<MacAddress, SourceSpan>,
    ports: HashMap<(String, String), SourceSpan>,
    addresses: HashMap<IpAddr, SourceSpan>,
}

impl<'a> Section<'a> {
    /// A reader that has seen no phone yet.
    pub(super) fn new(catalogue: &'a Catalogue, switches: &'a References<'a, SwitchSpec>) -> Self {
        let (macs, ports, addresses) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { catalogue, switches, macs, ports, addresses }
    }

    /// Reads every phone, with the place of its lines or else of itself.
    pub(super) fn read(mut self, sections: &Sections<'_>, findings: &mut Findings) -> Vec<(SourceSpan, PhoneSpec)> {
        let items = sections.items("phones");
        items.iter().enumerate().filter_map(|(index, node)| self.phone(index + 1, node, findings)).collect()
    }

    fn phone(&mut self, number: usize, node: &Node, findings: &mut Findings) -> Option<(SourceSpan, PhoneSpec)> {
        let mut fields = Fields::open(node, name(number, node), findings)?;
        let mac = self.mac(&mut fields, findings);
        let model = self.model(&mut fields, findings);
        let at = self.at(&mut fields, findings);
        let address = self.address(&mut fields, findings);
        let span = fields.node("lines").map_or(fields.span(), |node| node.span);
        let lines = self.lines(mac, model.as_ref(), &mut fields, findings);
        let settings = fields.node("settings");
        let settings = settings.map(|node| general::settings(node, mac, &fields.name("settings"), findings)).unwrap_or_default();
        let poe_priority = fields.choice("poe_priority", &PRIORITIES, findings);
        let poe_limit = fields.watts("poe_limit_w", findings);
        fields.close(findings);
        Some((span, PhoneSpec { mac: mac?, model: model?, at, address, lines, poe_priority, poe_limit, settings }))
    }

    fn mac(&mut self, fields: &mut Fields<'_>, findings: &mut Findings) -> Option<MacAddress> {
        let node = fields.required("mac", "00:15:65:12:34:56", findings)?;
        let mac = mac(node, &fields.name("mac"), findings)?;
        findings.place(Place::Phone(mac), node.span);
        once(&mut self.macs, mac, node.span, || format!("{}: mac: another phone has it too", fields.what()), findings);
        Some(mac)
    }

    fn model(&self, fields: &mut Fields<'_>, findings: &mut Findings) -> Option<ModelId> {
        let node = fields.required("model", "yealink/t46s", findings)?;
        let what = fields.name("model");
        let id: ModelId = fields::parsed(node, &what, findings)?;
        if self.catalogue.model(&id).is_some() {
            return Some(id);
        }
        if let Some(title) = self.catalogue.without_template(&id) {
            let message = format!("{what}: voiceport knows the {title}, but has no template for it in this version");
            findings.report_hint(
                Code::UnknownModel,
                node.span,
                message,
                "take this phone out: `voiceport template list` shows the models that can be set up",
            );
        } else if let Some(vendor) = self.catalogue.vendors.get(&id.vendor).filter(|vendor| vendor.models.is_empty()) {
            let message = format!("{what}: voiceport has no template for any phone of {} in this version", vendor.title);
            findings.report_hint(
                Code::UnknownModel,
                node.span,
                message,
                "take this phone out: `voiceport template list` shows the models that can be set up",
            );
        } else if let Some(vendor) = self.catalogue.vendors.get(&id.vendor) {
            let near = suggest::near(&id.model, vendor.models.keys().map(String::as_str), OFFERED);
            let near: Vec<_> = near.into_iter().map(|model| format!("{}/{model}", id.vendor)).collect();
            findings.report_hint(
                Code::UnknownModel,
                node.span,
                format!("{what}: no model `{id}`"),
                format!("near it: {}", near.join(", ")),
            );
        } else {
            findings.report_hint(
                Code::UnknownModel,
                node.span,
                format!("{what}: no vendor `{}`", id.vendor),
                self.vendor_hint(&id),
            );
        }
        None
    }

    fn vendor_hint(&self, id: &ModelId) -> String {
        let vendors = || self.catalogue.with_templates().map(|(vendor, _)| vendor);
        match suggest::nearest(&id.vendor, vendors()) {
            Some(near) => format!("did you mean `{near}/{}`?", id.model),
            None => format!("vendors are {}", vendors().collect::<Vec<_>>().join(", ")),
        }
    }

    fn at(&mut self, fields: &mut Fields<'_>, findings: &mut Findings) -> Option<PortRef> {
        let node = fields.node("at")?;
        let mut at = Fields::open(node, fields.name("at"), findings)?;
        let port = ports::port(&mut at, self.switches, findings);
        let span = at.node("port").map_or(node.span, |node| node.span);
        at.close(findings);
        let port = port?;
        once(
            &mut self.ports,
            ports::key(&port),
            span,
            || format!("{}: at: another phone is at {port} too", fields.what()),
            findings,
        );
        let switch = self.switches.get(port.switch.as_str());
        if switch.is_some_and(|switch| switch.protect.iter().any(|name| name.as_str().eq_ignore_ascii_case(port.port.as_str()))) {
            let hint = format!("take it out of `protect` of switch {}, or plug the phone in elsewhere", port.switch);
            findings.report_hint(Code::Conflict, span, format!("{}: at: {port} is protected", fields.what()), hint);
        }
        Some(port)
    }

    fn address(&mut self, fields: &mut Fields<'_>, findings: &mut Findings) -> Option<IpAddr> {
        let node = fields.node("address")?;
        let text = fields::text(node, &fields.name("address"), findings)?;
        let Ok(address) = text.parse() else {
            findings.report_hint(
                Code::InvalidValue,
                node.span,
                format!("{}: address: `{text}` is not an IP address", fields.what()),
                "write it like 192.0.2.101",
            );
            return None;
        };
        once(
            &mut self.addresses,
            address,
            node.span,
            || format!("{}: address: another phone has {address} too", fields.what()),
            findings,
        );
        Some(address)
    }

    fn lines(
        &self,
        mac: Option<MacAddress>,
        model: Option<&ModelId>,
        fields: &mut Fields<'_>,
        findings: &mut Findings,
    ) -> Vec<LineSpec> {
        let items = fields.list("lines", findings);
        if let Some((id, known)) = model.and_then(|id| Some((id, self.catalogue.model(id)?))) {
            let room = usize::try_from(known.lines).unwrap_or(usize::MAX);
            if let Some(first) = items.get(room) {
                let message = format!("{}: {} lines, but {id} has {room}", fields.what(), items.len());
                findings.report_hint(Code::Conflict, first.span, message, "remove lines, or use a model with more");
            }
        }
        let what = fields.what();
        let line =
            |(node, number): (&Node, usize)| line(node, mac.map(|mac| (mac, number)), format!("{what}: line {number}"), findings);
        items.iter().zip(1..).filter_map(line).collect()
    }
}

/// What messages call a phone: by its MAC, else by its number in the list.
fn name(number: usize, node: &Node) -> String {
    let Value::Mapping(entries) = &node.value else { return format!("phone {number}") };
    let written = entries.iter().find(|entry| entry.key == "mac").map(|entry| &entry.value.value);
    match written {
        Some(Value::Scalar { text, .. }) if text.parse::<MacAddress>().is_ok() => format!("phone {text}"),
        _ => format!("phone {number}"),
    }
}

/// Reports what may be there once only.
fn once<K: Eq + Hash>(
    seen: &mut HashMap<K, SourceSpan>,
    key: K,
    span: SourceSpan,
    message: impl FnOnce() -> String,
    findings: &mut Findings,
) {
    match seen.get(&key) {
        Some(first) => findings.twice(span, *first, message()),
        None => {
            seen.insert(key, span);
        }
    }
}

/// A phone's MAC address: any spelling, one station.
pub(super) fn mac(node: &Node, what: &str, findings: &mut Findings) -> Option<MacAddress> {
    let text = fields::text(node, what, findings)?;
    let Ok(mac) = text.parse::<MacAddress>() else {
        let message = format!("{what}: `{text}` is not a MAC address");
        findings.report_hint(Code::InvalidValue, node.span, message, mac_hint(text));
        return None;
    };
    if mac.0 == [0; 6] || mac.0.first().is_some_and(|byte| byte & 1 == 1) {
        findings.report_hint(
            Code::InvalidValue,
            node.span,
            format!("{what}: {mac} is no address of a single device"),
            "copy it from the phone's label",
        );
        return None;
    }
    Some(mac)
}

/// What to write instead of a bad MAC address.
pub(super) fn mac_hint(text: &str) -> &'static str {
    let number = text.replace(',', ".").parse::<f64>().is_ok();
    if number && text.contains(['e', 'E']) {
        "a spreadsheet turned it into a number; copy it again from the label and format the column as text"
    } else if (9..12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "a spreadsheet may have dropped its leading zeros; write twelve hexadecimal digits, like 00:15:65:12:34:56"
    } else {
        "write twelve hexadecimal digits, like 00:15:65:12:34:56"
    }
}

fn line(node: &Node, of: Option<(MacAddress, usize)>, what: String, findings: &mut Findings) -> Option<LineSpec> {
    let mut fields = Fields::open(node, what, findings)?;
    fields.required("extension", "\"101\"", findings);
    let extension = fields.text("extension", findings);
    let name = fields.text("name", findings).map(str::to_owned);
    let user = fields.text("user", findings);
    let literal = Literal::of(&mut fields, findings);
    let what = fields.name("secret");
    let secret = fields.required("secret", "{file: secrets/101}", findings);
    if let (Some(node), Some((mac, number))) = (secret, of) {
        findings.place(Place::LineSecret(mac, number), node.span);
    }
    let secret = secret.and_then(|node| credentials::secret(node, literal, &what, findings));
    fields.close(findings);
    let extension = extension?.to_owned();
    Some(LineSpec { user: user.map_or_else(|| extension.clone(), str::to_owned), extension, name, secret: secret? })
}
