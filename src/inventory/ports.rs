//! `{switch: …, port: …}`: one port of one switch that the inventory names. Pure.

use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::Findings;
use crate::inventory::references::References;
use model::ids::PortRef;
use model::site::SwitchSpec;

/// Reads the fields `switch` and `port`.
pub(super) fn port(fields: &mut Fields<'_>, switches: &References<'_, SwitchSpec>, findings: &mut Findings) -> Option<PortRef> {
    let switch = fields.required("switch", "desk-1", findings);
    let port = fields.required("port", "Gi1/0/7", findings);
    let switch = switch.and_then(|node| switches.read(node, &fields.name("switch"), findings));
    let port = port.and_then(|node| fields::text(node, &fields.name("port"), findings));
    Some(PortRef { switch: switch?.into(), port: port?.into() })
}

/// The port without regard to case, as switches compare names.
pub(super) fn key(port: &PortRef) -> (String, String) {
    (port.switch.as_str().to_owned(), port.port.as_str().to_lowercase())
}
