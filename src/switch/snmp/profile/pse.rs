//! What a profile says of Power over Ethernet: rows, their interfaces, columns with their units, supplies. Values only. Pure.

use serde::Deserialize;

use super::object::{Meanings, Object, OnOff, Reading, oid};
use super::standard;
use model::switch::{Detection, PoeAllocation, PoePriority, Redundancy};
use model::units::Milliwatts;
use snmp::Oid;

/// Power over Ethernet. What is not named is as in POWER-ETHERNET-MIB (RFC 3621).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pse {
    /// Rules that prove which interface a PSE row is, in the order they are tried.
    pub mapping: Vec<PseRule>,
    /// The column that says a row's entPhysicalIndex, for [`PseRule::EntityAlias`].
    pub entity: Option<Reading>,
    /// The column that says a row's ifIndex, for [`PseRule::IfIndexColumn`].
    pub interface: Option<Reading>,
    /// Values of `enabled` in rows of ports that have no PSE.
    #[serde(default)]
    pub unpowered: Vec<i64>,
    #[serde(default = "standard::pse_enabled")]
    pub enabled: OnOff,
    /// What the PSE is doing.
    pub detection: Option<Meanings<Detection>>,
    /// What the PSE is doing, where the switch says it in words.
    pub detection_words: Option<Words>,
    /// The class of the powered device.
    pub class: Option<Class>,
    #[serde(default = "standard_priority")]
    pub priority: Option<Priority>,
    pub limit: Option<Limit>,
    pub allocated: Option<Power>,
    pub measured: Option<Power>,
    /// Power the device asked for.
    pub requested: Option<Power>,
    /// How the switch counts a port.
    pub allocation: Option<Meanings<PoeAllocation>>,
    /// What is particular to the groups, besides pethMainPseTable.
    #[serde(default)]
    pub groups: Groups,
}

/// Rules that prove the interface of a PSE row. What no rule proves is shown and never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PseRule {
    /// The row names its entPhysicalIndex, and entAliasMappingIdentifier names that entity's ifIndex.
    EntityAlias,
    /// Another column names the row's ifIndex (CISCO-STACK-MIB portIfIndex, indexed by module and port as the PSE rows are).
    IfIndexColumn,
    /// The row's port is an ifIndex, proved by LLDP: the ports that the switch itself advertises as PSE ports (lldpXdot3LocPower) are
    /// exactly the ports of all rows.
    LldpLocalPower,
    /// The row's port is an ifIndex: each is the ifIndex of an Ethernet port and occurs once, and either the numbers do not simply count
    /// from 1, or there is one group with as many rows as there are Ethernet ports.
    IfIndex,
    /// The row's port is an ifIndex or a bridge port, whichever all the rows prove: each is one of an Ethernet port, and where they can be
    /// both, both are the same port.
    PortNumber,
    /// The row's port is an ifIndex and its group the box: of every row, that is the box in the name of the Ethernet port with that
    /// ifIndex (`gi2/0/1`), the first of three numbers.
    IfIndexInUnit,
    /// The row's group and port are unit and port in the names of interfaces that end with unit/0/port, or 0/port in the only unit; all
    /// rows of the group have interfaces of the same kind of name, and of one kind only.
    UnitSlotPort,
    /// ifIndex is group times 1000 plus port.
    Thousands,
}

/// A column with a power.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    /// What one of it is.
    #[serde(default)]
    pub unit: Scale,
}

/// A limit that can be written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub object: Object,
    /// What one of it is.
    #[serde(default)]
    pub unit: Scale,
    /// How the port must be counted ([`Pse::allocation`]) for the switch to heed the limit; `None` when it always does.
    pub needs: Option<PoeAllocation>,
    /// Whether it is only read.
    #[serde(default)]
    pub read_only: bool,
}

/// A column with a text for whether power is delivered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    /// The text while it is, in any case of letters.
    pub delivering: String,
    /// The text while it is not.
    pub searching: String,
}

/// The class of the powered device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    /// Added to the value to get the class: -1 by the standard.
    pub plus: i64,
}

/// An object with the three PoE priorities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    pub object: Object,
    /// Its value for critical.
    pub critical: i64,
    /// Its value for high.
    pub high: i64,
    /// Its value for low.
    pub low: i64,
}

/// Where the facts of PSE groups are that pethMainPseTable does not have. All by group, unless `scalar`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// Whether the objects are one for the switch (instance 0, group 1) and not one for each group.
    #[serde(default)]
    pub scalar: bool,
    pub nominal: Option<Power>,
    pub measured: Option<Power>,
    pub reserved: Option<Power>,
    /// Power that is still free, where the switch tells that instead of what is set aside.
    pub remaining: Option<Power>,
    /// Power kept free before another device is switched on.
    pub guard_band: Option<Power>,
    /// Power that stays when one supply fails.
    pub failover: Option<Power>,
    /// What happens when a supply fails.
    pub redundancy: Option<Meanings<Redundancy>>,
}

impl Pse {
    /// The columns that have a row for each PSE port. An agent may leave out any of them.
    pub fn row_columns(&self) -> impl Iterator<Item = &Oid> {
        let limit = self.limit.iter().map(|limit| &limit.object.oid);
        std::iter::once(&self.enabled.object.oid).chain(limit).chain(self.measured.iter().map(|measured| &measured.oid))
    }
}

impl Words {
    /// What a text means.
    #[must_use]
    pub fn meaning(&self, text: &str) -> Option<Detection> {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let meanings = [(&self.delivering, Detection::Delivering), (&self.searching, Detection::Searching)];
        meanings.into_iter().find(|(word, _)| is(word)).map(|(_, meaning)| meaning)
    }
}

impl Priority {
    /// The value of a priority.
    #[must_use]
    pub fn value(&self, priority: PoePriority) -> i64 {
        match priority {
            PoePriority::Critical => self.critical,
            PoePriority::High => self.high,
            PoePriority::Low => self.low,
        }
    }

    /// The priority of a value.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<PoePriority> {
        [PoePriority::Critical, PoePriority::High, PoePriority::Low].into_iter().find(|priority| self.value(*priority) == value)
    }
}

/// What one of a power value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Scale {
    #[default]
    #[serde(rename = "mW")]
    Milliwatts,
    /// A tenth of a watt.
    #[serde(rename = "dW")]
    Deciwatts,
    #[serde(rename = "W")]
    Watts,
}

impl Scale {
    /// A value as power; `None` for what no supply can have.
    #[must_use]
    pub fn milliwatts(self, value: u32) -> Option<Milliwatts> {
        value.checked_mul(self.factor()).map(Milliwatts)
    }

    /// A power as a value; rounded down, so that a limit is never above what was asked for.
    #[must_use]
    pub fn value(self, power: Milliwatts) -> u32 {
        power.0 / self.factor()
    }

    #[must_use]
    pub const fn step(self) -> Milliwatts {
        Milliwatts(self.factor())
    }

    const fn factor(self) -> u32 {
        match self {
            Self::Milliwatts => 1,
            Self::Deciwatts => 100,
            Self::Watts => 1000,
        }
    }
}

/// pethPsePortPowerPriority. An Option because a profile may say that there is none.
#[allow(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn standard_priority() -> Option<Priority> {
    Some(Priority { object: standard::pse_priority(), critical: 1, high: 2, low: 3 })
}
