//! `{switch: …, port: …}`: one port of one switch that the inventory names. Pure.

use crate::inventory::fields;
use crate::inventory::fields::Fields;
use crate::inventory::problem::Findings;
use crate::inventory::whole::Kind;
use crate::inventory::whole::Knowledge;
use crate::inventory::whole::Named;
use crate::inventory::whole::refer;
use crate::model::ids::PortRef;
use crate::model::site::SwitchSpec;

/// Reads the fields `switch` and `port`.
pub(super) fn port(
    fields: &mut Fields<'_>,
    switches: &Named<SwitchSpec>,
    knowledge: Knowledge,
    findings: &mut Findings,
) -> Option<PortRef> {
    let switch = fields.required("switch", "desk-1", findings);
    let port = fields.required("port", "Gi1/0/7", findings);
    let what = fields.name("switch");
    let switch_name = switch.and_then(|node| {
        let name = fields::text(node, &what, findings)?;
        refer(node, name, &what, Kind::SWITCH, switches, knowledge, findings);
        Some(name)
    });
    let port_name = port.and_then(|node| fields::text(node, &fields.name("port"), findings));
    Some(PortRef { switch: switch_name?.into(), port: port_name?.into() })
}

/// The port without regard to case, as switches compare names.
pub(super) fn key(port: &PortRef) -> (String, String) {
    (port.switch.as_str().to_owned(), port.port.as_str().to_lowercase())
}
