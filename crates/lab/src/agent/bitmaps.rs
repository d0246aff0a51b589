//! The VLANs of trunks as bitmaps of each port, in several columns. Pure.

use model::ids::VlanId;
use snmp::Value;

use super::port_list::{bits, in_order, set_bits};
use super::table::{Table, octet_string};
use super::write::Instance;
use crate::switch::refusal::Refusal;
use crate::switch::switchport::{Switchport, SwitchportWrite};
use crate::switch::write::Write;

/// Bitmaps of a family, by ifIndex.
pub(crate) struct Bitmaps {
    pub(crate) entry: &'static [u32],
    /// Their columns, each with the VLAN of its first bit.
    pub(crate) columns: &'static [(u32, u16)],
    pub(crate) bytes: u16,
    /// Whether the bits of each byte are the other way round.
    pub(crate) reversed: bool,
}

impl Bitmaps {
    /// The rows of a port.
    pub(crate) fn show(&self, table: &mut Table, row: &[u32], own: &Switchport) {
        for (column, first) in self.columns {
            let list = bits(self.bytes.into(), |bit| own.allows(u32::from(*first) - 1 + bit));
            table.cell(self.entry, *column, row, octet_string(in_order(list, self.reversed)));
        }
    }

    /// What a write of one of them means.
    pub(crate) fn write(&self, at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
        let (_, first) = self.columns.iter().find(|(column, _)| *column == at.column).ok_or(Refusal::NotWritable)?;
        let set = set_bits(value, self.bytes.into(), self.reversed)?;
        let vlans = set.into_iter().filter_map(|bit| VlanId::new(u16::try_from(bit).ok()? + first - 1)).collect();
        Ok(Write::Switchport(at.interface()?, SwitchportWrite::Allowed { first: *first, bits: self.bytes * 8, vlans }))
    }
}
