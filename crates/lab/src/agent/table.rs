//! The objects of one agent as its MIBs put them there. Pure.

use snmp::Value;
use snmp::agent::Objects;

/// Object identifiers and values.
#[derive(Debug, Default)]
pub(crate) struct Table(Objects);

impl Table {
    /// Takes out what is below this one.
    pub(crate) fn remove_below(&mut self, prefix: &[u32]) {
        self.0.remove_below(prefix);
    }

    /// Adds `base.instance`.
    pub(crate) fn scalar(&mut self, base: &[u32], instance: &[u32], value: Value<'static>) {
        self.0.insert(&[base, instance].concat(), value);
    }

    /// Adds `entry.column.instance`.
    pub(crate) fn cell(&mut self, entry: &[u32], column: u32, instance: &[u32], value: Value<'static>) {
        self.0.insert(&[entry, &[column], instance].concat(), value);
    }

    pub(crate) fn into_objects(self) -> Objects {
        self.0
    }
}

pub(crate) fn integer(number: u32) -> Value<'static> {
    Value::Integer(i64::from(number))
}

/// TruthValue: true(1), false(2).
pub(crate) fn truth(yes: bool) -> Value<'static> {
    Value::Integer(if yes { 1 } else { 2 })
}

pub(crate) fn octet_string(bytes: impl Into<Vec<u8>>) -> Value<'static> {
    Value::octets(bytes.into())
}
