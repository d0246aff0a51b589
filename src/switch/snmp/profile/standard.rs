//! The objects of the standards that a profile need not name: Q-BRIDGE-MIB (RFC 4363), POWER-ETHERNET-MIB (RFC 3621). Pure.

use super::object::{BerType, Index, Object, OnOff};

/// TruthValue true (RFC 2579).
const TRUE: i64 = 1;
/// TruthValue false.
const FALSE: i64 = 2;

/// pethPsePortAdminEnable.
pub fn pse_enabled() -> OnOff {
    let object = object("pethPsePortAdminEnable", &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3], BerType::Integer, Index::Pse);
    OnOff { object, on: TRUE, off: FALSE, also_on: Vec::new() }
}

/// pethPsePortPowerPriority.
pub fn pse_priority() -> Object {
    object("pethPsePortPowerPriority", &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 7], BerType::Integer, Index::Pse)
}

/// dot1qVlanStaticName. An Option because a profile may say that there is none.
#[allow(clippy::unnecessary_wraps, reason = "the default of an optional field")]
pub fn vlan_name() -> Option<Object> {
    Some(static_vlan("dot1qVlanStaticName", 1, BerType::OctetString))
}

/// dot1qVlanStaticRowStatus.
pub fn vlan_row_status() -> Object {
    static_vlan("dot1qVlanStaticRowStatus", 5, BerType::Integer)
}

/// dot1qVlanStaticEgressPorts.
pub fn egress() -> Object {
    static_vlan("dot1qVlanStaticEgressPorts", 2, BerType::OctetString)
}

/// dot1qVlanStaticUntaggedPorts.
pub fn untagged() -> Object {
    static_vlan("dot1qVlanStaticUntaggedPorts", 4, BerType::OctetString)
}

/// dot1qPvid: Unsigned32, so Gauge32 on the wire.
pub fn pvid() -> Object {
    object("dot1qPvid", &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1], BerType::Gauge32, Index::BridgePort)
}

fn static_vlan(name: &str, column: u32, ber: BerType) -> Object {
    object(name, &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, column], ber, Index::Vlan)
}

fn object(name: &str, oid: &[u32], ber: BerType, index: Index) -> Object {
    Object { name: name.to_owned(), oid: oid.into(), ber, index }
}
