//! What a right inventory becomes.

use model::credential::{CredentialSpec, SecretRef};
use model::site::{Setting, Site, SwitchTransport};
use model::units::Milliwatts;
use voiceport::inventory;

use super::{catalogue, one};

fn site(text: &str) -> Site {
    inventory::parse(&one(text), &catalogue()).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn free_values_keep_their_text() {
    let site = site(concat!(
        "defaults: {a: 1e5, b: 0101, c: yes, d: 1_000, e: 1.10, f: 0x1F, g: NO, h: 12:30:45, i: null, j: ~, k: \"\", l: \"null\", m: !!str 7}\n",
        "pbx: {address: pbx}\n",
        "phones: [{mac: 001122334e55, model: yealink/t46s, lines: [{extension: 0101, secret: {env: X}}]}]\n",
    ));
    let value = |name: &str| match &site.defaults[name] {
        Setting::Text(text) => Some(text.as_str()),
        Setting::Off => None,
        Setting::Secret(_) => panic!("{name} is no secret"),
    };
    let texts =
        [("a", "1e5"), ("b", "0101"), ("c", "yes"), ("d", "1_000"), ("e", "1.10"), ("f", "0x1F"), ("g", "NO"), ("h", "12:30:45")];
    for (name, text) in texts {
        assert_eq!(value(name), Some(text), "{name}");
    }
    assert_eq!((value("i"), value("j"), value("k"), value("l"), value("m")), (None, None, Some(""), Some("null"), Some("7")));
    let phone = &site.phones[0];
    assert_eq!((phone.mac.to_string().as_str(), phone.lines[0].user.as_str()), ("00:11:22:33:4e:55", "0101"));
}

#[test]
fn switches_get_their_defaults() {
    let site = site(concat!(
        "credentials: {op: {snmp: v2c, insecure_literal: true, community: public}}\n",
        "switches:\n",
        "  a: {address: sw.example, write: op, profile: auto, power_budget_w: 61.6}\n",
        "  b: {linux: br0}\n",
    ));
    let (snmp, linux) = (&site.switches[&"a".into()], &site.switches[&"b".into()]);
    assert_eq!(snmp.transport, SwitchTransport::Snmp { address: "sw.example".to_owned(), port: 161 });
    assert_eq!((snmp.read.as_deref(), snmp.write.as_deref(), snmp.profile.as_deref()), (Some("op"), Some("op"), None));
    assert_eq!(snmp.power_budget, Some(Milliwatts(61_600)));
    assert_eq!((linux.read.as_deref(), linux.write.as_deref()), (Some("local"), None));
    assert_eq!(site.credentials["local"], CredentialSpec::Local);
}

#[test]
fn a_literal_secret_is_allowed_where_it_is_asked_for() {
    let site = site(concat!(
        "credentials:\n",
        "  a: {snmp: v1, community: {insecure_literal: true, value: hunter2}}\n",
        "  b: {snmp: v3, user: u, insecure_literal: true, auth: {protocol: md5, secret: hunter2}}\n",
        "  c: {snmp: v3, user: u, auth: {protocol: sha, insecure_literal: true, secret: hunter2}}\n",
        "pbx: {address: 192.0.2.5}\n",
        "phones: [{mac: 001565123456, model: snom/d785, lines: [{extension: 1, insecure_literal: true, secret: hunter2}]}]\n",
    ));
    let CredentialSpec::V1 { community: SecretRef::Literal(secret) } = &site.credentials["a"] else { panic!("a literal") };
    assert_eq!(secret.expose(), "hunter2");
    assert!(!format!("{site:?}").contains("hunter2"));
}

#[test]
fn anchors_and_merge_keys_are_followed() {
    let site = site(concat!(
        "credentials: {op: {snmp: v2c, community: {env: X}}}\n",
        "switches:\n",
        "  a: &base {address: 192.0.2.1, read: op, port: 1161}\n",
        "  b: {<<: *base, address: 192.0.2.2}\n",
    ));
    assert_eq!(site.switches[&"b".into()].transport, SwitchTransport::Snmp { address: "192.0.2.2".to_owned(), port: 1161 });
}
