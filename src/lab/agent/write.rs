//! From an object identifier and a value of a SET to a write: which columns are writable, of which type (RFC 3416 §4.2.5). Pure.

use std::collections::BTreeSet;

use crate::snmp::Value;

use crate::lab::edit_buffer::Edit;
use crate::lab::layout::Family;
use crate::lab::quirk::Quirk;
use crate::lab::state::PoeMode;
use crate::lab::state::Refusal;
use crate::lab::state::Switch;
use crate::lab::state::Write;
use crate::model::ids::BridgePort;
use crate::model::ids::IfIndex;
use crate::model::ids::PseIndex;
use crate::model::ids::VlanId;
use crate::model::switch::PoePriority;
use crate::model::switch::VoiceVlan;
use crate::model::units::Milliwatts;

use super::oids;
use super::standard::port_list_width;

/// The writable columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    IfAdminStatus,
    IfAlias,
    PsePortAdminEnable,
    PsePortPowerPriority,
    VlanStaticName,
    VlanStaticEgressPorts,
    VlanStaticUntaggedPorts,
    VlanStaticRowStatus,
    Pvid,
    CpePortEnable,
    CpePortPwrMax,
    VmVlan,
    VmVoiceVlanId,
    CopySourceFileType,
    CopyDestFileType,
    CopyEntryRowStatus,
    VtpEditOperation,
    VtpEditBufferOwner,
    VtpEditType,
    VtpEditName,
    VtpEditDot10Said,
    VtpEditRowStatus,
}

/// Columns of every family.
const COMMON: &[(&[u32], u32, Column)] = &[
    (oids::IF_ENTRY, 7, Column::IfAdminStatus),
    (oids::IF_X_ENTRY, 18, Column::IfAlias),
    (oids::PETH_PORT, 3, Column::PsePortAdminEnable),
    (oids::PETH_PORT, 7, Column::PsePortPowerPriority),
];

const STANDARD: &[(&[u32], u32, Column)] = &[
    (oids::DOT1Q_VLAN_STATIC, 1, Column::VlanStaticName),
    (oids::DOT1Q_VLAN_STATIC, 2, Column::VlanStaticEgressPorts),
    (oids::DOT1Q_VLAN_STATIC, 4, Column::VlanStaticUntaggedPorts),
    (oids::DOT1Q_VLAN_STATIC, 5, Column::VlanStaticRowStatus),
    (oids::DOT1Q_PORT_VLAN, 1, Column::Pvid),
];

const CATALYST: &[(&[u32], u32, Column)] = &[
    (oids::CPE_PORT, 1, Column::CpePortEnable),
    (oids::CPE_PORT, 6, Column::CpePortPwrMax),
    (oids::VM_MEMBERSHIP, 2, Column::VmVlan),
    (oids::VM_VOICE_VLAN_ENTRY, 1, Column::VmVoiceVlanId),
    (oids::CC_COPY, 3, Column::CopySourceFileType),
    (oids::CC_COPY, 4, Column::CopyDestFileType),
    (oids::CC_COPY, 14, Column::CopyEntryRowStatus),
    (oids::VTP_EDIT_CONTROL, 1, Column::VtpEditOperation),
    (oids::VTP_EDIT_CONTROL, 3, Column::VtpEditBufferOwner),
    (oids::VTP_VLAN_EDIT, 3, Column::VtpEditType),
    (oids::VTP_VLAN_EDIT, 4, Column::VtpEditName),
    (oids::VTP_VLAN_EDIT, 6, Column::VtpEditDot10Said),
    (oids::VTP_VLAN_EDIT, 11, Column::VtpEditRowStatus),
];

/// The write that a SET of `oid` to `value` means on this switch.
pub(super) fn decode(switch: &Switch, oid: &[u32], value: &Value<'_>) -> Result<Write, Refusal> {
    let own = match switch.layout.family {
        Family::Standard => STANDARD,
        Family::Catalyst => CATALYST,
    };
    let found = COMMON.iter().chain(own).find_map(|(entry, column, kind)| match oid.strip_prefix(*entry)? {
        [first, instance @ ..] if first == column => Some((*kind, instance)),
        _ => None,
    });
    let (column, instance) = found.ok_or(Refusal::NotWritable)?;
    let at = Instance { switch, instance };
    match column {
        Column::IfAdminStatus => Ok(Write::AdminUp(at.interface()?, truth(value)?)),
        Column::IfAlias => Ok(Write::Alias(at.interface()?, text(value, 64)?)),
        Column::PsePortAdminEnable => Ok(Write::PoeEnable(at.pse()?, truth(value)?)),
        Column::PsePortPowerPriority => Ok(Write::PoePriority(at.pse()?, priority(value)?)),
        Column::VlanStaticName => Ok(Write::NameVlan(at.vlan()?, text(value, 32)?)),
        Column::VlanStaticEgressPorts => Ok(Write::Egress(at.vlan()?, ports(switch, value)?)),
        Column::VlanStaticUntaggedPorts => Ok(Write::Untagged(at.vlan()?, ports(switch, value)?)),
        Column::VlanStaticRowStatus => row_status(value, at.vlan()?, Write::CreateVlan, Write::DestroyVlan),
        Column::Pvid => Ok(Write::Pvid(at.bridge_port()?, vlan(gauge(value)?)?)),
        Column::CpePortEnable => Ok(Write::PoeMode(at.pse()?, mode(value)?)),
        Column::CpePortPwrMax => Ok(Write::PoeLimit(at.pse()?, Milliwatts(gauge(value)?))),
        Column::VmVlan => Ok(Write::Pvid(at.interface()?, vlan(integer(value)?)?)),
        Column::VmVoiceVlanId => Ok(Write::Voice(at.interface()?, voice(integer(value)?)?)),
        Column::CopySourceFileType => Ok(Write::CopySource(at.row()?, plain(value)?)),
        Column::CopyDestFileType => Ok(Write::CopyDestination(at.row()?, plain(value)?)),
        Column::CopyEntryRowStatus => row_status(value, at.row()?, Write::CopyStart, Write::CopyDestroy),
        Column::VtpEditOperation => Ok(Write::Edit(at.domain().and_then(|()| operation(value))?)),
        Column::VtpEditBufferOwner => Ok(Write::Edit(Edit::Owner(at.domain().and_then(|()| text(value, 255))?))),
        Column::VtpEditType => ethernet(value, at.domain_vlan()?),
        Column::VtpEditName => Ok(Write::Edit(Edit::Name(at.domain_vlan()?, text(value, 32)?))),
        Column::VtpEditDot10Said => Ok(Write::Edit(Edit::Said(at.domain_vlan()?, said(value)?))),
        Column::VtpEditRowStatus => {
            row_status(value, at.domain_vlan()?, |id| Write::Edit(Edit::Create(id)), |id| Write::Edit(Edit::Destroy(id)))
        }
    }
}

/// The instance part of an object identifier.
struct Instance<'a> {
    switch: &'a Switch,
    instance: &'a [u32],
}

impl Instance<'_> {
    fn row(&self) -> Result<u32, Refusal> {
        match self.instance {
            [number] => Ok(*number),
            _ => Err(Refusal::NoCreation),
        }
    }

    fn interface(&self) -> Result<BridgePort, Refusal> {
        self.switch.layout.port_of(IfIndex(self.row()?)).ok_or(Refusal::NoCreation)
    }

    fn bridge_port(&self) -> Result<BridgePort, Refusal> {
        let port = BridgePort(self.row()?);
        if self.switch.layout.has(port) { Ok(port) } else { Err(Refusal::NoCreation) }
    }

    fn pse(&self) -> Result<BridgePort, Refusal> {
        match self.instance {
            [group, port] => self.switch.layout.port_of_pse(PseIndex { group: *group, port: *port }).ok_or(Refusal::NoCreation),
            _ => Err(Refusal::NoCreation),
        }
    }

    /// The only management domain.
    fn domain(&self) -> Result<(), Refusal> {
        if self.row()? == 1 { Ok(()) } else { Err(Refusal::NoCreation) }
    }

    fn domain_vlan(&self) -> Result<VlanId, Refusal> {
        match self.instance {
            [1, vlan @ ..] => Self { switch: self.switch, instance: vlan }.vlan(),
            _ => Err(Refusal::NoCreation),
        }
    }

    fn vlan(&self) -> Result<VlanId, Refusal> {
        u16::try_from(self.row()?).ok().and_then(VlanId::new).ok_or(Refusal::NoCreation)
    }
}

fn plain(value: &Value<'_>) -> Result<i32, Refusal> {
    match value {
        Value::Integer(number) => i32::try_from(*number).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

fn integer(value: &Value<'_>) -> Result<u32, Refusal> {
    u32::try_from(plain(value)?).map_err(|_| Refusal::WrongValue)
}

fn gauge(value: &Value<'_>) -> Result<u32, Refusal> {
    match value {
        Value::Gauge32(number) => Ok(*number),
        _ => Err(Refusal::WrongType),
    }
}

fn text(value: &Value<'_>, longest: usize) -> Result<String, Refusal> {
    match value {
        Value::Octets(octets) if octets.len() > longest => Err(Refusal::WrongLength),
        Value::Octets(octets) => String::from_utf8(octets.to_vec()).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

/// TruthValue, and the up(1) and down(2) of ifAdminStatus.
fn truth(value: &Value<'_>) -> Result<bool, Refusal> {
    match plain(value)? {
        1 => Ok(true),
        2 => Ok(false),
        _ => Err(Refusal::WrongValue),
    }
}

fn priority(value: &Value<'_>) -> Result<PoePriority, Refusal> {
    match plain(value)? {
        1 => Ok(PoePriority::Critical),
        2 => Ok(PoePriority::High),
        3 => Ok(PoePriority::Low),
        _ => Err(Refusal::WrongValue),
    }
}

fn mode(value: &Value<'_>) -> Result<PoeMode, Refusal> {
    match plain(value)? {
        1 => Ok(PoeMode::Auto),
        2 => Ok(PoeMode::Static),
        4 => Ok(PoeMode::Disable),
        _ => Err(Refusal::WrongValue), // limit(3) needs a port that can police
    }
}

fn vlan(number: u32) -> Result<VlanId, Refusal> {
    u16::try_from(number).ok().and_then(VlanId::new).ok_or(Refusal::WrongValue)
}

fn voice(number: u32) -> Result<VoiceVlan, Refusal> {
    match number {
        0 => Ok(VoiceVlan::PriorityTagged),
        4095 => Ok(VoiceVlan::Untagged),
        4096 => Ok(VoiceVlan::None),
        _ => vlan(number).map(VoiceVlan::Vlan),
    }
}

/// vtpVlanEditOperation.
fn operation(value: &Value<'_>) -> Result<Edit, Refusal> {
    match plain(value)? {
        2 => Ok(Edit::Copy),
        3 => Ok(Edit::Apply),
        4 => Ok(Edit::Release),
        _ => Err(Refusal::WrongValue),
    }
}

/// vtpVlanEditType: this switch has Ethernet, 1, alone.
fn ethernet(value: &Value<'_>, vlan: VlanId) -> Result<Write, Refusal> {
    if plain(value)? == 1 { Ok(Write::Edit(Edit::Ethernet(vlan))) } else { Err(Refusal::WrongValue) }
}

/// vtpVlanEditDot10Said: four octets.
fn said(value: &Value<'_>) -> Result<u32, Refusal> {
    match value {
        Value::Octets(octets) => octets.as_ref().try_into().map(u32::from_be_bytes).map_err(|_| Refusal::WrongLength),
        _ => Err(Refusal::WrongType),
    }
}

/// RowStatus (RFC 2579): createAndGo(4) and destroy(6) are all that is supported.
fn row_status<I>(value: &Value<'_>, row: I, create: fn(I) -> Write, destroy: fn(I) -> Write) -> Result<Write, Refusal> {
    match plain(value)? {
        4 => Ok(create(row)),
        6 => Ok(destroy(row)),
        _ => Err(Refusal::WrongValue),
    }
}

/// The numbers of ports with commas between them.
fn decimal_ports(switch: &Switch, octets: &[u8]) -> Result<BTreeSet<BridgePort>, Refusal> {
    let numbers = octets.split(|octet| *octet == b',').filter(|number| !number.is_empty());
    let port = |number: &[u8]| std::str::from_utf8(number).ok()?.parse().ok().map(BridgePort);
    numbers.map(|number| port(number).filter(|port| switch.layout.has(*port)).ok_or(Refusal::WrongValue)).collect()
}

/// A PortList of exactly the switch's width, with no bit beyond its last port.
fn ports(switch: &Switch, value: &Value<'_>) -> Result<BTreeSet<BridgePort>, Refusal> {
    let Value::Octets(octets) = value else { return Err(Refusal::WrongType) };
    if switch.quirks.has(&Quirk::DecimalLists) {
        return decimal_ports(switch, octets);
    }
    if octets.len() != port_list_width(switch) {
        return Err(Refusal::WrongLength);
    }
    let reversed = switch.quirks.has(&Quirk::ReversedLists);
    let bits = octets
        .iter()
        .map(|octet| if reversed { octet.reverse_bits() } else { *octet })
        .flat_map(|octet| (0..8).map(move |bit| octet << bit & 0x80 != 0));
    let ports: BTreeSet<BridgePort> = (1..).zip(bits).filter(|(_, member)| *member).map(|(number, _)| BridgePort(number)).collect();
    if ports.iter().all(|port| switch.layout.has(*port)) { Ok(ports) } else { Err(Refusal::WrongValue) }
}
