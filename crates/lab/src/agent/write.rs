//! From an object identifier and a value of a SET to a write: which columns are writable, of which type (RFC 3416 §4.2.5). Pure.

use std::ops::RangeInclusive;

use model::ids::{BridgePort, IfIndex, PseIndex, VlanId};
use snmp::Value;

use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::write::Write;

/// A column that can be written, or a scalar that leads to one: entry, number, and what a value written there means.
pub(crate) type Writable = (&'static [u32], u32, fn(&Instance<'_>, &Value<'_>) -> Result<Write, Refusal>);

/// Where a SET goes: the column, and the numbers of the instance behind it.
pub(crate) struct Instance<'a> {
    /// The switch as it is.
    pub(crate) switch: &'a Switch,
    pub(crate) column: u32,
    /// The numbers behind it.
    pub(crate) numbers: &'a [u32],
}

impl Instance<'_> {
    /// The only instance of a scalar.
    pub(crate) fn scalar(&self) -> Result<(), Refusal> {
        if self.numbers == [0] { Ok(()) } else { Err(Refusal::NoCreation) }
    }

    /// The number of a row that has one.
    pub(crate) fn row(&self) -> Result<u32, Refusal> {
        match self.numbers {
            [number] => Ok(*number),
            _ => Err(Refusal::NoCreation),
        }
    }

    pub(crate) fn interface(&self) -> Result<BridgePort, Refusal> {
        self.switch.layout.port_of(IfIndex(self.row()?)).ok_or(Refusal::NoCreation)
    }

    /// By dot1dBasePort.
    pub(crate) fn bridge_port(&self) -> Result<BridgePort, Refusal> {
        let port = BridgePort(self.row()?);
        if self.switch.layout.has(port) { Ok(port) } else { Err(Refusal::NoCreation) }
    }

    /// By PSE group and port.
    pub(crate) fn pse(&self) -> Result<BridgePort, Refusal> {
        match self.numbers {
            [group, port] => self.switch.layout.port_of_pse(PseIndex { group: *group, port: *port }).ok_or(Refusal::NoCreation),
            _ => Err(Refusal::NoCreation),
        }
    }

    /// The only management domain.
    pub(crate) fn domain(&self) -> Result<(), Refusal> {
        if self.row()? == 1 { Ok(()) } else { Err(Refusal::NoCreation) }
    }

    /// By management domain and VLAN.
    pub(crate) fn domain_vlan(&self) -> Result<VlanId, Refusal> {
        match self.numbers {
            [1, vlan @ ..] => Self { numbers: vlan, ..*self }.vlan(),
            _ => Err(Refusal::NoCreation),
        }
    }

    pub(crate) fn vlan(&self) -> Result<VlanId, Refusal> {
        u16::try_from(self.row()?).ok().and_then(VlanId::new).ok_or(Refusal::NoCreation)
    }
}

pub(crate) fn plain(value: &Value<'_>) -> Result<i32, Refusal> {
    match value {
        Value::Integer(number) => i32::try_from(*number).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

/// INTEGER that is not negative.
pub(crate) fn integer(value: &Value<'_>) -> Result<u32, Refusal> {
    u32::try_from(plain(value)?).map_err(|_| Refusal::WrongValue)
}

/// INTEGER that is one of these.
pub(crate) fn within(value: &Value<'_>, numbers: RangeInclusive<u32>) -> Result<u32, Refusal> {
    integer(value).and_then(|number| if numbers.contains(&number) { Ok(number) } else { Err(Refusal::WrongValue) })
}

pub(crate) fn gauge(value: &Value<'_>) -> Result<u32, Refusal> {
    match value {
        Value::Gauge32(number) => Ok(*number),
        _ => Err(Refusal::WrongType),
    }
}

/// OCTET STRING of so many bytes at most.
pub(crate) fn text(value: &Value<'_>, longest: usize) -> Result<String, Refusal> {
    match value {
        Value::Octets(bytes) if bytes.len() > longest => Err(Refusal::WrongLength),
        Value::Octets(bytes) => String::from_utf8(bytes.to_vec()).map_err(|_| Refusal::WrongValue),
        _ => Err(Refusal::WrongType),
    }
}

/// TruthValue, and the up(1) and down(2) of ifAdminStatus.
pub(crate) fn truth(value: &Value<'_>) -> Result<bool, Refusal> {
    match plain(value)? {
        1 => Ok(true),
        2 => Ok(false),
        _ => Err(Refusal::WrongValue),
    }
}

pub(crate) fn vlan(number: u32) -> Result<VlanId, Refusal> {
    u16::try_from(number).ok().and_then(VlanId::new).ok_or(Refusal::WrongValue)
}

/// RowStatus (RFC 2579): createAndGo(4) and destroy(6) are all that is supported.
pub(crate) fn row_status<I>(value: &Value<'_>, row: I, create: fn(I) -> Write, destroy: fn(I) -> Write) -> Result<Write, Refusal> {
    match plain(value)? {
        4 => Ok(create(row)),
        6 => Ok(destroy(row)),
        _ => Err(Refusal::WrongValue),
    }
}
