//! From an object identifier and a value of a SET to a write: which columns are writable, of which type (RFC 3416 §4.2.5). Pure.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use snmp::Value;

use crate::lab::quirk::Quirk;
use crate::lab::state::{Refusal, Switch, Write};
use model::ids::{BridgePort, IfIndex, PseIndex, VlanId};

use super::families;
use super::standard::{in_order, port_list_width};

/// A column that can be written, or a scalar that leads to one: entry, number, and what a value written there means.
pub(super) type Writable = (&'static [u32], u32, fn(&Instance<'_>, &Value<'_>) -> Result<Write, Refusal>);

/// The write that a SET of `oid` to `value` means on this switch.
pub(super) fn decode(switch: &Switch, oid: &[u32], value: &Value<'_>) -> Result<Write, Refusal> {
    let mut writable = families::mibs(switch.layout.family).writable.iter().copied().flatten();
    let found = writable.find_map(|(entry, column, write)| match oid.strip_prefix(*entry)? {
        [first, instance @ ..] if first == column => Some((write, *column, instance)),
        _ => None,
    });
    let (write, column, instance) = found.ok_or(Refusal::NotWritable)?;
    write(&Instance { switch, column, numbers: instance }, value)
}

/// Where a SET goes: the column, and the numbers of the instance behind it.
pub(super) struct Instance<'a> {
    /// The switch as it is.
    pub(super) switch: &'a Switch,
    /// The column.
    pub(super) column: u32,
    numbers: &'a [u32],
}

impl Instance<'_> {
    /// The only instance of a scalar.
    pub(super) fn scalar(&self) -> Result<(), Refusal> {
        if self.numbers == [0] { Ok(()) } else { Err(Refusal::NoCreation) }
    }

    /// The number of a row that has one.
    pub(super) fn row(&self) -> Result<u32, Refusal> {
        match self.numbers {
            [number] => Ok(*number),
            _ => Err(Refusal::NoCreation),
        }
    }

    /// By ifIndex.
    pub(super) fn interface(&self) -> Result<BridgePort, Refusal> {
        self.switch.layout.port_of(IfIndex(self.row()?)).ok_or(Refusal::NoCreation)
    }

    /// By dot1dBasePort.
    pub(super) fn bridge_port(&self) -> Result<BridgePort, Refusal> {
        let port = BridgePort(self.row()?);
        if self.switch.layout.has(port) { Ok(port) } else { Err(Refusal::NoCreation) }
    }

    /// By PSE group and port.
    pub(super) fn pse(&self) -> Result<BridgePort, Refusal> {
        match self.numbers {
            [group, port] => self.switch.layout.port_of_pse(PseIndex { group: *group, port: *port }).ok_or(Refusal::NoCreation),
            _ => Err(Refusal::NoCreation),
        }
    }

    /// The only management domain.
    pub(super) fn domain(&self) -> Result<(), Refusal> {
        if self.row()? == 1 { Ok(()) } else { Err(Refusal::NoCreation) }
    }

    /// By management domain and VLAN.
    pub(super) fn domain_vlan(&self) -> Result<VlanId, Refusal> {
        match self.numbers {
            [1, vlan @ ..] => Self { numbers: vlan, ..*self }.vlan(),
            _ => Err(Refusal::NoCreation),
        }
    }

    /// By VLAN.
    pub(super) fn vlan(&self) -> Result<VlanId, Refusal> {
        u16::try_from(self.row()?).ok().and_then(VlanId::new).ok_or(Refusal::NoCreation)
    }
}

/// INTEGER.
pub(super) fn plain(value: &Value<'_>) -> Result<i32, Refusal> {
    match value {
        Value::Integer(number) => i32::try_from(*number).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

/// INTEGER that is not negative.
pub(super) fn integer(value: &Value<'_>) -> Result<u32, Refusal> {
    u32::try_from(plain(value)?).map_err(|_| Refusal::WrongValue)
}

/// INTEGER that is one of these.
pub(super) fn within(value: &Value<'_>, numbers: RangeInclusive<u32>) -> Result<u32, Refusal> {
    integer(value).and_then(|number| if numbers.contains(&number) { Ok(number) } else { Err(Refusal::WrongValue) })
}

/// Gauge32.
pub(super) fn gauge(value: &Value<'_>) -> Result<u32, Refusal> {
    match value {
        Value::Gauge32(number) => Ok(*number),
        _ => Err(Refusal::WrongType),
    }
}

/// OCTET STRING of so many octets at most.
pub(super) fn text(value: &Value<'_>, longest: usize) -> Result<String, Refusal> {
    match value {
        Value::Octets(octets) if octets.len() > longest => Err(Refusal::WrongLength),
        Value::Octets(octets) => String::from_utf8(octets.to_vec()).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

/// TruthValue, and the up(1) and down(2) of ifAdminStatus.
pub(super) fn truth(value: &Value<'_>) -> Result<bool, Refusal> {
    match plain(value)? {
        1 => Ok(true),
        2 => Ok(false),
        _ => Err(Refusal::WrongValue),
    }
}

/// A VLAN's number.
pub(super) fn vlan(number: u32) -> Result<VlanId, Refusal> {
    u16::try_from(number).ok().and_then(VlanId::new).ok_or(Refusal::WrongValue)
}

/// RowStatus (RFC 2579): createAndGo(4) and destroy(6) are all that is supported.
pub(super) fn row_status<I>(value: &Value<'_>, row: I, create: fn(I) -> Write, destroy: fn(I) -> Write) -> Result<Write, Refusal> {
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
pub(super) fn ports(switch: &Switch, value: &Value<'_>) -> Result<BTreeSet<BridgePort>, Refusal> {
    if let (true, Value::Octets(octets)) = (switch.quirks.has(&Quirk::DecimalLists), value) {
        return decimal_ports(switch, octets);
    }
    let set = set_bits(value, port_list_width(switch), switch.quirks.has(&Quirk::ReversedLists))?;
    let ports: BTreeSet<BridgePort> = set.into_iter().map(BridgePort).collect();
    if ports.iter().all(|port| switch.layout.has(*port)) { Ok(ports) } else { Err(Refusal::WrongValue) }
}

/// The numbers, from 1, of the bits that are set in exactly so many octets; the most significant of each is the first, unless they are
/// the other way round.
pub(super) fn set_bits(value: &Value<'_>, width: usize, reversed: bool) -> Result<Vec<u32>, Refusal> {
    let Value::Octets(list) = value else { return Err(Refusal::WrongType) };
    if list.len() != width {
        return Err(Refusal::WrongLength);
    }
    let bits = in_order(list.to_vec(), reversed).into_iter().flat_map(|octet| (0..8).map(move |bit| octet << bit & 0x80 != 0));
    Ok((1..).zip(bits).filter_map(|(number, set)| set.then_some(number)).collect())
}
