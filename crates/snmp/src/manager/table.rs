//! What an agent answered: values by OID, with typed access by column. Pure.

use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{Oid, Value};

/// A value, without the distinctions that agents do not keep (Gauge32, Counter32, INTEGER).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// Any whole number.
    Number(i64),
    /// OCTET STRING, also IpAddress and Opaque.
    Octets(Vec<u8>),
    /// OBJECT IDENTIFIER.
    Oid(Oid),
}

/// Values by OID: as they came, their arcs one after another in one piece of memory; found in MIB order and by hash.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    arcs: Vec<u32>,
    entries: Vec<Entry>,
    /// Positions of entries in MIB order.
    order: Vec<u32>,
    /// The same positions by hash. The key of the hash is this process's own: no agent can choose names that collide.
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// Arcs of an instance of most columns.
const USUAL_LENGTH: usize = 12;

/// Where a value's arcs are, and the value.
#[derive(Debug, Clone)]
struct Entry {
    begin: u32,
    end: u32,
    value: Datum,
}

impl Tables {
    /// With room for so many values with OIDs of the usual length.
    pub(super) fn with_room_for(values: usize) -> Self {
        Self { arcs: Vec::with_capacity(values * USUAL_LENGTH), entries: Vec::with_capacity(values), ..Self::default() }
    }

    /// Keeps a value; a later one of the same instance replaces it.
    pub fn insert(&mut self, oid: Oid, value: Datum) {
        self.extend([(oid, value)]);
    }

    /// Keeps a value, which nobody finds before its position is put in order.
    pub(super) fn push(&mut self, oid: &[u32], value: Datum) -> u32 {
        let position = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (begin, at) = (position(self.arcs.len()), position(self.entries.len()));
        self.arcs.extend_from_slice(oid);
        self.entries.push(Entry { begin, end: position(self.arcs.len()), value });
        at
    }

    /// Lets values be found, best those of one column after another. Of two with the same OID, the later one counts.
    pub(super) fn put_in_order(&mut self, positions: impl IntoIterator<Item = u32>) {
        let mut order = std::mem::take(&mut self.order);
        order.extend(positions);
        if !order.is_sorted_by(|a, b| self.oid(*a) < self.oid(*b)) {
            order.sort_by(|a, b| self.oid(*a).cmp(self.oid(*b)));
            order.dedup_by(|later, first| {
                let same = self.oid(*later) == self.oid(*first);
                if same {
                    *first = *later;
                }
                same
            });
        }
        self.order = order;
        self.build_index();
    }

    /// Takes over all values of another.
    pub fn merge(&mut self, mut other: Self) {
        if other.order.is_empty() {
            return;
        }
        let mut positions = Vec::with_capacity(other.order.len());
        for at in std::mem::take(&mut other.order) {
            let value = other.entries.get_mut(place(at)).map(|entry| std::mem::replace(&mut entry.value, Datum::Number(0)));
            positions.extend(value.map(|value| self.push(other.oid(at), value)));
        }
        self.put_in_order(positions);
    }

    fn build_index(&mut self) {
        let mut index = std::mem::take(&mut self.index);
        index.clear();
        let hash = |at: &u32| hash(&self.hasher, self.oid(*at), &[]);
        index.reserve(self.order.len(), hash);
        for at in &self.order {
            index.insert_unique(hash(at), *at, hash);
        }
        self.index = index;
    }

    fn entry(&self, at: u32) -> Option<&Entry> {
        self.entries.get(place(at))
    }

    /// The OID of the value at a position.
    pub(super) fn oid(&self, at: u32) -> &[u32] {
        self.entry(at).and_then(|entry| self.arcs.get(place(entry.begin)..place(entry.end))).unwrap_or_default()
    }

    /// The rows of a column: instance and value.
    pub fn column<'a>(&'a self, oid: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Datum)> + use<'a> {
        let length = oid.len();
        let begin = self.order.partition_point(|at| self.oid(*at) < oid);
        let behind = self.order.get(begin..).unwrap_or_default();
        // Most columns that are asked for are not there.
        let end = match behind.first() {
            Some(first) if self.oid(*first).starts_with(oid) => behind.partition_point(|at| self.oid(*at).starts_with(oid)),
            _ => 0,
        };
        let rows = behind.get(..end).unwrap_or_default().iter();
        let instance = move |at: u32| self.oid(at).get(length..).filter(|instance| !instance.is_empty());
        rows.filter_map(move |at| Some((instance(*at)?, &self.entry(*at)?.value)))
    }

    /// The rows of a column whose values are numbers.
    pub fn numbers<'a>(&'a self, oid: &[u32]) -> impl Iterator<Item = (&'a [u32], i64)> + use<'a> {
        self.column(oid).filter_map(|(instance, value)| Some((instance, value.number()?)))
    }

    /// One instance of an object.
    #[must_use]
    pub fn get(&self, oid: &[u32], instance: &[u32]) -> Option<&Datum> {
        let same = |at: &u32| self.oid(*at).strip_prefix(oid) == Some(instance);
        let found = self.index.find(hash(&self.hasher, oid, instance), same)?;
        Some(&self.entry(*found)?.value)
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

    /// One instance that is an OCTET STRING.
    #[must_use]
    pub fn bytes(&self, oid: &[u32], instance: &[u32]) -> Option<&[u8]> {
        self.get(oid, instance)?.bytes()
    }
}

impl Datum {
    /// What an agent sent; `None` for exceptions and for types that no table here has.
    pub(super) fn of(value: &Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Integer(number) => Self::Number(*number),
            Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => Self::Number(i64::from(*number)),
            Value::Counter64(number) => Self::Number(i64::try_from(*number).unwrap_or(i64::MAX)),
            Value::Octets(bytes) | Value::Opaque(bytes) => Self::Octets(bytes.to_vec()),
            Value::IpAddress(bytes) => Self::Octets(bytes.to_vec()),
            Value::Oid(oid) => Self::Oid(oid.clone()),
            Value::Other { content, .. } => Self::Octets(content.to_vec()),
            Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => return None,
        })
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Octets(_) | Self::Oid(_) => None,
        }
    }

    /// The bytes, if it is an OCTET STRING.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Octets(bytes) => Some(bytes),
            Self::Number(_) | Self::Oid(_) => None,
        }
    }

    /// The object identifier, if it is one.
    #[must_use]
    pub fn oid(&self) -> Option<&Oid> {
        match self {
            Self::Oid(oid) => Some(oid),
            Self::Number(_) | Self::Octets(_) => None,
        }
    }
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// The hash of an OID in two parts, wherever it is parted.
fn hash(hasher: &DefaultHashBuilder, oid: &[u32], instance: &[u32]) -> u64 {
    let mut hasher = hasher.build_hasher();
    oid.iter().chain(instance).for_each(|arc| hasher.write_u32(*arc));
    hasher.finish()
}

impl Extend<(Oid, Datum)> for Tables {
    /// Keeps many. Of two with the same OID, the later one counts.
    fn extend<T: IntoIterator<Item = (Oid, Datum)>>(&mut self, values: T) {
        let positions: Vec<u32> = values.into_iter().map(|(oid, value)| self.push(&oid, value)).collect();
        self.put_in_order(positions);
    }
}

impl FromIterator<(Oid, Datum)> for Tables {
    fn from_iter<T: IntoIterator<Item = (Oid, Datum)>>(values: T) -> Self {
        let mut tables = Self::default();
        tables.extend(values);
        tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_the_next_begins() {
        let mut tables = Tables::default();
        tables.extend([
            (Oid::from([1, 2, 1]), Datum::Number(5)),
            (Oid::from([1, 2, 7]), Datum::Number(6)),
            (Oid::from([1, 3, 1]), Datum::Number(7)),
        ]);
        assert_eq!(tables.numbers(&[1, 2]).collect::<Vec<_>>(), [(&[1][..], 5), (&[7][..], 6)]);
        assert_eq!(tables.number(&[1, 3], &[1]), Some(7));
        assert_eq!(tables.number(&[1], &[3]), None);
    }

    #[test]
    fn what_comes_later_counts_and_order_does_not_matter() {
        let mut tables = Tables::default();
        tables.extend([
            (Oid::from([1, 3, 16]), Datum::Number(1)),
            (Oid::from([1, 3]), Datum::Number(2)),
            (Oid::from([1, 3, 2, 4]), Datum::Number(3)),
        ]);
        tables.insert(Oid::from([1, 3, 16]), Datum::Number(4));
        tables.insert(Oid::from([1, 3, 16]), Datum::Number(5));
        assert_eq!(tables.numbers(&[1, 3]).collect::<Vec<_>>(), [(&[2, 4][..], 3), (&[16][..], 5)]);
        assert_eq!(
            (tables.number(&[1], &[3]), tables.number(&[1, 3], &[2]), tables.number(&[1, 3, 16], &[])),
            (Some(2), None, Some(5))
        );
        assert_eq!(tables.column(&[1, 4]).count() + tables.column(&[1, 2]).count(), 0);
    }
}
