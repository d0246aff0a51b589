//! Every object of one agent with its value, in the order of a walk (RFC 3416 §4.2.2). Pure.

use std::collections::BTreeMap;
use std::ops::Bound;

use snmp::Value;

/// Object identifiers and values.
#[derive(Debug, Default)]
pub(crate) struct Table(BTreeMap<Vec<u32>, Value<'static>>);

impl Table {
    /// Takes out what is below this one.
    pub(crate) fn remove_below(&mut self, prefix: &[u32]) {
        self.0.retain(|name, _| !name.starts_with(prefix));
    }

    /// Adds `base.instance`.
    pub(crate) fn scalar(&mut self, base: &[u32], instance: &[u32], value: Value<'static>) {
        self.0.insert([base, instance].concat(), value);
    }

    /// Adds `entry.column.instance`.
    pub(crate) fn cell(&mut self, entry: &[u32], column: u32, instance: &[u32], value: Value<'static>) {
        self.0.insert([entry, &[column], instance].concat(), value);
    }

    /// The value of exactly this object.
    pub(crate) fn get(&self, oid: &[u32]) -> Option<&Value<'static>> {
        self.0.get(oid)
    }

    /// The first object after this one.
    pub(crate) fn next(&self, oid: &[u32]) -> Option<(Vec<u32>, Value<'static>)> {
        let after = (Bound::Excluded(oid), Bound::Unbounded);
        self.0.range::<[u32], _>(after).next().map(|(oid, value)| (oid.clone(), value.clone()))
    }

    /// Whether there is any object below this one.
    pub(crate) fn has_below(&self, prefix: &[u32]) -> bool {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.0.range::<[u32], _>(from).next().is_some_and(|(oid, _)| oid.starts_with(prefix))
    }
}

/// INTEGER.
pub(crate) fn integer(number: u32) -> Value<'static> {
    Value::Integer(i64::from(number))
}

/// TruthValue: true(1), false(2).
pub(crate) fn truth(yes: bool) -> Value<'static> {
    Value::Integer(if yes { 1 } else { 2 })
}

/// OCTET STRING.
pub(crate) fn octets(octets: impl Into<Vec<u8>>) -> Value<'static> {
    Value::octets(octets.into())
}
