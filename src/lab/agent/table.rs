//! Every object of one agent with its value, in the order of a walk (RFC 3416 §4.2.2). Pure.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::lab::quirk::Quirk;
use crate::lab::state::{Config, Switch};
use snmp::Value;

use super::families;

/// Object identifiers and values.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<Vec<u32>, Value<'static>>);

impl Table {
    /// What the agent of this switch shows now.
    pub(super) fn of(switch: &Switch) -> Self {
        let shown;
        let switch = match &switch.shown {
            Some((config, _)) => {
                // What goes on just now is never shown late: the buffer, and the saves.
                let Config { copies, edit, .. } = switch.config.clone();
                shown = Switch { config: Config { copies, edit, ..config.clone() }, ..switch.clone() };
                &shown
            }
            None => switch,
        };
        let mut table = Self::default();
        for show in families::mibs(switch.layout.family).show.iter().copied().flatten() {
            show(&mut table, switch);
        }
        for quirk in switch.quirks.iter() {
            if let Quirk::Lacks(part) = quirk {
                table.0.retain(|name, _| !name.starts_with(part));
            }
        }
        table
    }

    /// Adds `base.instance`.
    pub(super) fn scalar(&mut self, base: &[u32], instance: &[u32], value: Value<'static>) {
        self.0.insert([base, instance].concat(), value);
    }

    /// Adds `entry.column.instance`.
    pub(super) fn cell(&mut self, entry: &[u32], column: u32, instance: &[u32], value: Value<'static>) {
        self.0.insert([entry, &[column], instance].concat(), value);
    }

    /// The value of exactly this object.
    pub(super) fn get(&self, oid: &[u32]) -> Option<&Value<'static>> {
        self.0.get(oid)
    }

    /// The first object after this one.
    pub(super) fn next(&self, oid: &[u32]) -> Option<(Vec<u32>, Value<'static>)> {
        let after = (Bound::Excluded(oid), Bound::Unbounded);
        self.0.range::<[u32], _>(after).next().map(|(oid, value)| (oid.clone(), value.clone()))
    }

    /// Whether there is any object below this one.
    pub(super) fn has_below(&self, prefix: &[u32]) -> bool {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.0.range::<[u32], _>(from).next().is_some_and(|(oid, _)| oid.starts_with(prefix))
    }
}

/// INTEGER.
pub(super) fn integer(number: u32) -> Value<'static> {
    Value::Integer(i64::from(number))
}

/// TruthValue: true(1), false(2).
pub(super) fn truth(yes: bool) -> Value<'static> {
    Value::Integer(if yes { 1 } else { 2 })
}

/// OCTET STRING.
pub(super) fn octets(octets: impl Into<Vec<u8>>) -> Value<'static> {
    Value::octets(octets.into())
}
