//! The section `switches`. Pure.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::inventory::credentials::LOCAL;
use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Entry, Node};
use crate::inventory::places::Place;
use crate::inventory::references::{Named, References};
use model::credential::CredentialSpec;
use model::ids::{PortName, SwitchName};
use model::site::{SwitchSpec, SwitchTransport, VlanRole, VlanSpec};

/// UDP port of SNMP (RFC 3417 §3.1).
const SNMP_PORT: u16 = 161;
/// Longest interface name of Linux (IFNAMSIZ without the final NUL).
const INTERFACE_NAME_MAX: usize = 15;

/// What switches refer to.
pub(super) struct Section<'a> {
    pub(super) vlans: References<'a, VlanSpec>,
    pub(super) credentials: References<'a, CredentialSpec>,
}

impl Section<'_> {
    pub(super) fn read(&self, sections: &Sections<'_>, findings: &mut Findings) -> Named<SwitchSpec> {
        let entries = sections.named("switches", "switch", findings);
        entries.into_iter().map(|entry| (entry.key.clone(), self.switch(entry, findings))).collect()
    }

    fn switch(&self, entry: &Entry, findings: &mut Findings) -> Option<SwitchSpec> {
        let mut fields = Fields::open(&entry.value, format!("switch {}", entry.key), findings)?;
        let name = || SwitchName::from(entry.key.as_str());
        findings.place(Place::Switch(name()), entry.span);
        if let Some(node) = fields.node("profile") {
            findings.place(Place::Profile(name()), node.span);
        }
        let transport = transport(&mut fields, entry, findings);
        let write = self.credential("write", transport.as_ref(), &mut fields, findings);
        let read = self.credential("read", transport.as_ref(), &mut fields, findings);
        let read = read.or_else(|| default_read(transport.as_ref(), write.as_ref()));
        if read.is_none() && transport.is_some() {
            fields.required("read", "CREDENTIAL", findings);
        }
        let profile = fields.text("profile", findings).filter(|name| *name != "auto").map(str::to_owned);
        let voice_vlan = self.voice_vlan(&mut fields, entry, findings);
        let data_vlan = self.vlan("data_vlan", &mut fields, findings);
        let protect = protect(&mut fields, findings);
        let power_budget = fields.watts("power_budget_w", findings);
        let allow_generic_write = fields.flag("allow_generic_write", findings);
        fields.close(findings);
        Some(SwitchSpec {
            transport: transport?,
            read,
            write,
            profile,
            voice_vlan,
            data_vlan,
            protect,
            power_budget,
            allow_generic_write,
        })
    }

    fn credential(
        &self,
        key: &'static str,
        transport: Option<&SwitchTransport>,
        fields: &mut Fields<'_>,
        findings: &mut Findings,
    ) -> Option<String> {
        let node = fields.node(key)?;
        let what = fields.name(key);
        let name = self.credentials.read(node, &what, findings)?;
        match transport {
            Some(SwitchTransport::Linux { .. }) if name != LOCAL => {
                findings.report_hint(
                    Code::Conflict,
                    node.span,
                    format!("{what}: credential `{name}` is for SNMP, this is a Linux bridge"),
                    format!("write `{key}: local`"),
                );
            }
            Some(SwitchTransport::Snmp { .. }) if name == LOCAL => {
                findings.report_hint(
                    Code::Conflict,
                    node.span,
                    format!("{what}: `local` is for Linux bridges only"),
                    "name a credential with `snmp: v1`, `v2c` or `v3`",
                );
            }
            _ => {}
        }
        Some(name.to_owned())
    }

    fn voice_vlan(&self, fields: &mut Fields<'_>, entry: &Entry, findings: &mut Findings) -> Option<String> {
        let chosen = self.vlan("voice_vlan", fields, findings);
        let voice = || self.vlans.iter().filter(|(_, vlan)| vlan.role == VlanRole::Voice);
        if fields.node("voice_vlan").is_none() && voice().count() > 1 {
            let names: Vec<_> = voice().map(|(name, _)| name).collect();
            let message = format!("{}: the site has several voice VLANs: {}", fields.what(), names.join(", "));
            findings.report_hint(Code::Conflict, entry.span, message, "name one as `voice_vlan`");
        }
        chosen
    }

    fn vlan(&self, key: &'static str, fields: &mut Fields<'_>, findings: &mut Findings) -> Option<String> {
        let node = fields.node(key)?;
        let what = fields.name(key);
        let name = self.vlans.read(node, &what, findings)?;
        if self.vlans.get(name).is_some_and(|vlan| vlan.role == VlanRole::Management) {
            let hint = "ports are never put into it; name another VLAN";
            findings.report_hint(
                Code::Conflict,
                node.span,
                format!("{what}: `{name}` is the management VLAN of the switches"),
                hint,
            );
        }
        Some(name.to_owned())
    }
}

fn default_read(transport: Option<&SwitchTransport>, write: Option<&String>) -> Option<String> {
    match transport {
        Some(SwitchTransport::Linux { .. }) => Some(LOCAL.to_owned()),
        _ => write.cloned(),
    }
}

fn transport(fields: &mut Fields<'_>, entry: &Entry, findings: &mut Findings) -> Option<SwitchTransport> {
    let (address, linux) = (fields.node("address"), fields.node("linux"));
    let port_node = fields.node("port");
    let port = fields.number("port", 1..=65535, findings).unwrap_or(SNMP_PORT);
    match (address, linux) {
        (Some(node), None) => Some(SwitchTransport::Snmp { address: host(node, &fields.name("address"), findings)?, port }),
        (None, Some(node)) => {
            if let Some(port) = port_node {
                findings.report_hint(
                    Code::Conflict,
                    port.span,
                    format!("{}: a Linux bridge has no UDP port", fields.name("port")),
                    "remove it",
                );
            }
            let bridge = interface_name(node, &fields.name("linux"), findings)?;
            Some(SwitchTransport::Linux { bridge })
        }
        (Some(_), Some(node)) => {
            findings.report_hint(
                Code::Conflict,
                node.span,
                format!("{}: both `address` and `linux`", fields.what()),
                "keep the one by which it is reached",
            );
            None
        }
        (None, None) => {
            let hint = "add `address: 192.0.2.11` for SNMP, or `linux: br0` for a bridge of this machine";
            findings.report_hint(Code::Missing, entry.span, format!("{}: neither `address` nor `linux`", fields.what()), hint);
            None
        }
    }
}

fn interface_name(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    let name = fields::text(node, what, findings)?;
    if name.len() > INTERFACE_NAME_MAX || name.contains(|c: char| c.is_whitespace() || c == '/') {
        findings.report_hint(
            Code::InvalidValue,
            node.span,
            format!("{what}: `{name}` is not an interface name"),
            "write the bridge's name as `ip link` shows it, like br0",
        );
        return None;
    }
    Some(name.to_owned())
}

/// A host name or an IP address, nothing else.
pub(super) fn host(node: &Node, what: &str, findings: &mut Findings) -> Option<String> {
    let text = fields::text(node, what, findings)?;
    if text.parse::<IpAddr>().is_ok() || is_host_name(text) {
        return Some(text.to_owned());
    }
    let hint = if text.contains("://") {
        "write the host alone, without scheme and path"
    } else if text.contains(':') {
        "write the host alone; a port goes under `port`"
    } else {
        "write an address like 192.0.2.11 or a name like switch.example.net"
    };
    findings.report_hint(Code::InvalidValue, node.span, format!("{what}: `{text}` is not a host name or address"), hint);
    None
}

/// RFC 1123 §2.1, with `_` as it is found in local networks; the last label is not all digits, so that it is no bad address.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    name.len() <= 253 && name.split('.').all(label) && !name.rsplit('.').next().is_some_and(numeric)
}

fn protect(fields: &mut Fields<'_>, findings: &mut Findings) -> BTreeSet<PortName> {
    let what = fields.name("protect");
    let items = fields.list("protect", findings);
    items.iter().filter_map(|item| fields::text(item, &what, findings).map(PortName::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::is_host_name;

    #[test]
    fn a_bad_address_is_no_host_name() {
        for good in ["pbx", "pbx.example.net", "sw_1.local", "3com.example", "pbx.example.net."] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in ["", "192.0.2.300", "192.0.2", "a..b", "-a", "a b", "http://a", "a:161", "ä.example"] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }
}
