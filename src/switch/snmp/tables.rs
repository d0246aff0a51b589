//! What an agent answered: values by OID, with typed access by column. Pure.

use std::collections::BTreeMap;

use crate::model::ids::MacAddress;
use crate::switch::snmp::profile::Arcs;

/// A value, without the distinctions that agents do not keep (Gauge32, Counter32, INTEGER).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// Any whole number.
    Number(i64),
    /// OCTET STRING, also IpAddress and Opaque.
    Octets(Vec<u8>),
    /// OBJECT IDENTIFIER.
    Oid(Arcs),
}

/// Values by OID, in MIB order.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    values: BTreeMap<Arcs, Datum>,
}

impl Tables {
    /// Keeps a value.
    pub fn insert(&mut self, oid: Arcs, value: Datum) {
        self.values.insert(oid, value);
    }

    /// Keeps many.
    pub fn extend(&mut self, values: impl IntoIterator<Item = (Arcs, Datum)>) {
        self.values.extend(values);
    }

    /// The rows of a column: instance and value.
    pub fn column<'a>(&'a self, oid: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Datum)> + use<'a> {
        let oid = oid.to_vec();
        self.values
            .range(oid.clone()..)
            .map_while(move |(found, value)| Some((found.strip_prefix(oid.as_slice())?, value)))
            .filter(|(instance, _)| !instance.is_empty())
    }

    /// The rows of a column whose values are numbers.
    pub fn numbers<'a>(&'a self, oid: &[u32]) -> impl Iterator<Item = (&'a [u32], i64)> + use<'a> {
        self.column(oid).filter_map(|(instance, value)| Some((instance, value.number()?)))
    }

    /// One instance of an object.
    #[must_use]
    pub fn get(&self, oid: &[u32], instance: &[u32]) -> Option<&Datum> {
        self.values.get(&joined(oid, instance))
    }

    /// One instance that is a number.
    #[must_use]
    pub fn number(&self, oid: &[u32], instance: &[u32]) -> Option<i64> {
        self.get(oid, instance)?.number()
    }

    /// One instance that is a whole number from 0.
    #[must_use]
    pub fn unsigned(&self, oid: &[u32], instance: &[u32]) -> Option<u32> {
        u32::try_from(self.number(oid, instance)?).ok()
    }

    /// One instance that is octets.
    #[must_use]
    pub fn octets(&self, oid: &[u32], instance: &[u32]) -> Option<&[u8]> {
        self.get(oid, instance)?.octets()
    }

    /// One instance that is text; without surrounding blanks and NULs, `None` when empty.
    #[must_use]
    pub fn text(&self, oid: &[u32], instance: &[u32]) -> Option<String> {
        text(self.octets(oid, instance)?)
    }
}

impl Datum {
    /// The number.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Octets(_) | Self::Oid(_) => None,
        }
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Octets(octets) => Some(octets),
            Self::Number(_) | Self::Oid(_) => None,
        }
    }

    /// The object identifier.
    #[must_use]
    pub fn oid(&self) -> Option<&[u32]> {
        match self {
            Self::Oid(oid) => Some(oid),
            Self::Number(_) | Self::Octets(_) => None,
        }
    }
}

/// An OID with its instance.
#[must_use]
pub fn joined(oid: &[u32], instance: &[u32]) -> Arcs {
    [oid, instance].concat()
}

/// Octets as text without surrounding blanks and NULs; `None` when nothing is left.
#[must_use]
pub fn text(octets: &[u8]) -> Option<String> {
    let text = crate::model::code_points::text(octets);
    let trimmed = text.trim();
    (!trimmed.is_empty() && trimmed != "0x").then(|| trimmed.to_owned())
}

/// Six octets as a MAC address.
#[must_use]
pub fn mac(octets: &[u8]) -> Option<MacAddress> {
    <[u8; 6]>::try_from(octets).ok().map(MacAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_the_next_begins() {
        let mut tables = Tables::default();
        tables.extend([(vec![1, 2, 1], Datum::Number(5)), (vec![1, 2, 7], Datum::Number(6)), (vec![1, 3, 1], Datum::Number(7))]);
        assert_eq!(tables.numbers(&[1, 2]).collect::<Vec<_>>(), [(&[1][..], 5), (&[7][..], 6)]);
        assert_eq!(tables.number(&[1, 3], &[1]), Some(7));
        assert_eq!(tables.number(&[1], &[3]), None);
    }

    #[test]
    fn padding_is_no_text() {
        assert_eq!(text(b"14      \0\0"), Some("14".to_owned()));
        assert_eq!(text(b"  "), None);
        assert_eq!(text(b""), None);
    }
}
