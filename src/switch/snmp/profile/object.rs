//! Objects of a MIB as a profile names them: name, OID, type on the wire, index, values. Values only. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use snmp::Oid;

/// One column or scalar.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    /// Its type on the wire.
    #[serde(rename = "type")]
    pub ber: BerType,
    /// What its instance is made of.
    pub index: Index,
}

/// A column or scalar that is only read, whatever type the agent gives it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
}

/// BER types that are written. A strict agent refuses the right number with the wrong tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BerType {
    /// INTEGER, Integer32: tag 0x02.
    Integer,
    /// Gauge32, Unsigned32: tag 0x42.
    Gauge32,
    /// OCTET STRING: tag 0x04.
    OctetString,
}

/// What an object's instance is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    #[serde(rename = "if_index")]
    Interface,
    BridgePort,
    /// PSE group and port.
    Pse,
    Vlan,
    /// Bridge component, which is 1, and VLAN (IEEE8021-Q-BRIDGE-MIB).
    ComponentVlan,
    /// Bridge component, which is 1, and port (IEEE8021-Q-BRIDGE-MIB).
    ComponentPort,
    /// Management domain, which is 1 (CISCO-VTP-MIB).
    Domain,
    /// Management domain, which is 1, and VLAN.
    DomainVlan,
    /// None: the object is a scalar.
    Scalar,
}

/// An object with two values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnOff {
    pub object: Object,
    /// Its value for on. (`on` and `off` are no keys: to YAML they are booleans.)
    #[serde(rename = "enable")]
    pub on: i64,
    /// Its value for off.
    #[serde(rename = "disable")]
    pub off: i64,
    /// Other values that mean on.
    #[serde(default, rename = "also_enabled")]
    pub also_on: Vec<i64>,
}

/// An object with the value to write; an INTEGER.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in the MIB.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    pub value: i32,
}

/// An object whose values have names here. Values that are in no list mean nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Ord + Deserialize<'de>")]
pub struct Meanings<T: Ord> {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "oid")]
    pub oid: Oid,
    /// The values of each meaning.
    pub values: BTreeMap<T, Vec<i64>>,
}

impl OnOff {
    /// What a value means; `None` for values that are neither.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<bool> {
        if value == self.on || self.also_on.contains(&value) {
            return Some(true);
        }
        (value == self.off).then_some(false)
    }

    /// The value of a meaning.
    #[must_use]
    pub const fn value(&self, on: bool) -> i64 {
        if on { self.on } else { self.off }
    }
}

impl<T: Ord + Copy> Meanings<T> {
    /// What a value means.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<T> {
        self.values.iter().find(|(_, values)| values.contains(&value)).map(|(meaning, _)| *meaning)
    }

    /// The value to write for a meaning: its first.
    #[must_use]
    pub fn value(&self, meaning: T) -> Option<i64> {
        self.values.get(&meaning)?.first().copied()
    }
}

/// An OID in dotted form.
pub fn oid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Oid, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

/// OIDs in dotted form.
pub fn oids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Oid>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse()).collect::<Result<_, _>>().map_err(de::Error::custom)
}
