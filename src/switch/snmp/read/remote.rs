//! Rows of the tables in which an agent tells of neighbours, each by the neighbour it is about. Pure.
//!
//! Agents tell on one of two arcs, or on both: LLDP-MIB (IEEE 802.1AB-2005) and LLDP-V2-MIB (IEEE 802.1AB-2009).

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::read::text;
use snmp::manager::{Datum, Tables};

/// Which of the two arcs a table is of: they number the neighbours in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arc {
    /// LLDP-MIB: time mark, local port number, remote index.
    First,
    /// LLDP-V2-MIB: time mark, ifIndex, destination address, remote index.
    Second,
}

/// Which neighbour a row is about. Time marks are never part of it: the same neighbour may have several, of which the latest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    /// Local port number, on the second arc ifIndex; `None` where an agent numbers its neighbours without telling the port.
    pub port: Option<u32>,
    pub index: u32,
}

/// The cells of one row by column.
#[derive(Debug, Clone, Default)]
pub struct Cells<'a>(BTreeMap<u32, &'a Datum>);

/// A table: by neighbour, then by what follows the neighbour in the index.
pub type Remote<'a> = BTreeMap<RowKey, BTreeMap<&'a [u32], Cells<'a>>>;

impl Arc {
    /// The neighbour at the head of an instance, and what follows it. Some agents give nothing but the remote index.
    fn split(self, instance: &[u32]) -> Option<(RowKey, &[u32])> {
        match (self, instance) {
            (Self::First, [index]) => Some((RowKey { port: None, index: *index }, &[])),
            (Self::First, [_, port, index, rest @ ..]) | (Self::Second, [_, port, _, index, rest @ ..]) => {
                Some((RowKey { port: Some(*port), index: *index }, rest))
            }
            _ => None,
        }
    }

    /// How many rows of a table have an index that is not one of a neighbour, given the OID of its entry.
    pub fn odd_rows(self, tables: &Tables, entry: &[u32]) -> usize {
        let rows = tables.column(entry).filter_map(|(instance, _)| instance.split_first().map(|(_, row)| row));
        rows.filter(|row| self.split(row).is_none()).collect::<BTreeSet<_>>().len()
    }

    /// Reads a table of this arc, given the OID of its entry.
    pub fn table<'a>(self, tables: &'a Tables, entry: &[u32]) -> Remote<'a> {
        let mut table = Remote::new();
        for (instance, value) in tables.column(entry) {
            if let Some((column, rest)) = instance.split_first()
                && let Some((key, rest)) = self.split(rest)
            {
                table.entry(key).or_default().entry(rest).or_default().0.insert(*column, value);
            }
        }
        table
    }
}

impl<'a> Cells<'a> {
    /// The cells of a row that is not of a remote table.
    pub fn insert(&mut self, column: u32, value: &'a Datum) {
        self.0.insert(column, value);
    }

    /// The value of a column.
    pub fn get(&self, column: u32) -> Option<&'a Datum> {
        self.0.get(&column).copied()
    }

    /// The value of a column that is bytes.
    pub fn bytes(&self, column: u32) -> Option<&'a [u8]> {
        self.get(column)?.bytes()
    }

    /// The value of a column that is text; `None` when nothing but blanks is left.
    pub fn text(&self, column: u32) -> Option<String> {
        text::text(self.bytes(column)?)
    }

    /// The value of a column that is a number that fits.
    pub fn number<N: TryFrom<i64>>(&self, column: u32) -> Option<N> {
        N::try_from(self.get(column)?.number()?).ok()
    }

    /// The value of a column that is a TruthValue; some agents write 0 for false.
    pub fn truth(&self, column: u32) -> Option<bool> {
        match self.get(column)?.number()? {
            1 => Some(true),
            0 | 2 => Some(false),
            _ => None,
        }
    }
}

/// The row of a neighbour in a table with one row for each.
pub fn only<'t, 'a>(table: &'t Remote<'a>, key: RowKey) -> Option<&'t Cells<'a>> {
    table.get(&key)?.values().next()
}

/// BITS, most significant bit first, as the TLV's bit map, least significant bit first.
pub fn bits_as_tlv(bytes: &[u8]) -> u16 {
    let byte = |position: usize| -> u8 { bytes.get(position).map_or(0, |byte| byte.reverse_bits()) };
    u16::from_le_bytes([byte(0), byte(1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use snmp::Oid;

    #[test]
    fn time_marks_are_no_identity_and_the_latest_row_counts() {
        let mut tables = Tables::default();
        for (mark, name) in [(7, "old"), (900, "new")] {
            tables.insert(Oid::joined(mib::LLDP_REM, &[9, mark, 3, 1]), Datum::Octets(name.as_bytes().to_vec()));
        }
        let table = Arc::First.table(&tables, mib::LLDP_REM);
        assert_eq!(table.len(), 1);
        assert_eq!(only(&table, RowKey { port: Some(3), index: 1 }).unwrap().text(9), Some("new".to_owned()));
    }

    #[test]
    fn an_index_of_one_number_and_the_second_arcs_are_both_read() {
        let rest: &[u32] = &[];
        assert_eq!(Arc::First.split(&[21]), Some((RowKey { port: None, index: 21 }, rest)));
        assert_eq!(Arc::Second.split(&[0, 10_101, 2, 5, 1, 4]), Some((RowKey { port: Some(10_101), index: 5 }, &[1, 4][..])));
        assert_eq!(Arc::Second.split(&[0, 10_101, 2]), None);
    }

    #[test]
    fn rows_of_another_index_are_counted_each_once() {
        let mut tables = Tables::default();
        for row in [[9, 3, 4].as_slice(), &[9, 3], &[10, 3], &[9]] {
            for column in [5, 7] {
                tables.insert(Oid::joined(mib::LLDP_REM, &[&[column], row].concat()), Datum::Octets(vec![1]));
            }
        }
        assert_eq!(Arc::First.odd_rows(&tables, mib::LLDP_REM), 2, "two numbers");
        assert_eq!(Arc::First.table(&tables, mib::LLDP_REM).len(), 2);
    }

    #[test]
    fn false_is_2_or_0() {
        let truth = |value: i64| {
            let datum = Datum::Number(value);
            let mut cells = Cells::default();
            cells.insert(5, &datum);
            cells.truth(5)
        };
        assert_eq!([0, 1, 2, 3].map(truth), [Some(false), Some(true), Some(false), None]);
    }
}
