//! The VLANs of trunks as bitmaps of each port, in several columns. Pure.

use crate::lab::state::{Refusal, Write};
use crate::lab::switchport::{Switchport, SwitchportWrite};
use model::ids::VlanId;
use snmp::Value;

use super::standard::{bits, in_order};
use super::table::{Table, octets};
use super::write::{self, Instance};

/// Bitmaps of a family, by ifIndex.
pub(super) struct Bitmaps {
    /// Their entry.
    pub(super) entry: &'static [u32],
    /// Their columns, each with the VLAN of its first bit.
    pub(super) columns: &'static [(u32, u16)],
    /// Octets of each.
    pub(super) octets: u16,
    /// Whether the bits of each octet are the other way round.
    pub(super) reversed: bool,
}

impl Bitmaps {
    /// The rows of a port.
    pub(super) fn show(&self, table: &mut Table, row: &[u32], own: &Switchport) {
        for (column, first) in self.columns {
            let list = bits(self.octets.into(), |bit| own.allows(u32::from(*first) - 1 + bit));
            table.cell(self.entry, *column, row, octets(in_order(list, self.reversed)));
        }
    }

    /// What a write of one of them means.
    pub(super) fn write(&self, at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
        let (_, first) = self.columns.iter().find(|(column, _)| *column == at.column).ok_or(Refusal::NotWritable)?;
        let set = write::set_bits(value, self.octets.into(), self.reversed)?;
        let vlans = set.into_iter().filter_map(|bit| VlanId::new(u16::try_from(bit).ok()? + first - 1)).collect();
        Ok(Write::Switchport(at.interface()?, SwitchportWrite::Allowed { first: *first, bits: self.octets * 8, vlans }))
    }
}
