//! Columns that mean something else on other firmware: which one it is, proved by a second column and by what the rows can be. Pure.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::switch::snmp::profile::{AccessVlan, FirmwareColumn, Profile, ValueKind, VlanTable};
use crate::switch::snmp::read::instance::vlan;
use crate::switch::snmp::read::vlans;
use model::ids::VlanId;
use snmp::Oid;
use snmp::manager::{Datum, Tables};

/// What [`settled`] looks at; none where nothing depends on the firmware.
#[must_use]
pub fn columns(profile: &Profile) -> Vec<Oid> {
    let firmware = profile.access_vlan.iter().flat_map(|access| &access.firmware);
    let mut columns: Vec<Oid> = firmware.flat_map(|column| [column.object.oid.clone(), column.proof.oid.clone()]).collect();
    if let (false, Some(VlanTable::RowStatus { row_status, .. })) = (columns.is_empty(), &profile.vlans) {
        columns.push(row_status.oid.clone());
    }
    columns.sort();
    columns.dedup();
    columns
}

/// The profile with the columns of this firmware, and what could not be proved: that is not there then.
#[must_use]
pub fn settled(profile: &'static Profile, tables: &Tables) -> (Cow<'static, Profile>, Option<String>) {
    let Some(access) = profile.access_vlan.as_ref().filter(|access| !access.firmware.is_empty()) else {
        return (Cow::Borrowed(profile), None);
    };
    let existing = vlans::existing(profile, tables);
    let mut proved = access.firmware.iter().filter(|column| is_proved(column, tables, &existing));
    let mut own = profile.clone();
    if let (Some(column), None) = (proved.next(), proved.next()) {
        own.access_vlan = own.access_vlan.map(|access| AccessVlan { object: column.object.clone(), ..access });
        return (Cow::Owned(own), None);
    }
    own.access_vlan = None;
    if access.firmware.iter().all(|column| !vlans::has_rows(tables, &column.object.oid)) {
        return (Cow::Owned(own), None);
    }
    let note = format!(
        "which column of this firmware is {} is not proved: untagged VLANs are not known and not changed",
        access.object.name
    );
    (Cow::Owned(own), Some(note))
}

/// Whether the second column holds in every row what it must, and every value is a VLAN, of those that exist where they are told.
fn is_proved(column: &FirmwareColumn, tables: &Tables, existing: &BTreeMap<VlanId, String>) -> bool {
    let holds = |value: &Datum| match column.holds {
        ValueKind::Number => value.number().is_some(),
        ValueKind::Text => value.bytes().is_some(),
    };
    let is_vlan = |value: &Datum| {
        let number = value.number().and_then(vlan);
        number.is_some_and(|vlan| existing.is_empty() || existing.contains_key(&vlan))
    };
    let every =
        |oid: &Oid, is: &dyn Fn(&Datum) -> bool| vlans::has_rows(tables, oid) && tables.column(oid).all(|(_, value)| is(value));
    every(&column.proof.oid, &holds) && every(&column.object.oid, &is_vlan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;

    const PORT: [u32; 13] = [1, 3, 6, 1, 4, 1, 11863, 6, 14, 1, 1, 1, 1];
    const STATUS: [u32; 14] = [1, 3, 6, 1, 4, 1, 11863, 6, 14, 1, 2, 1, 1, 6];

    /// The column of the PVID on a switch with VLANs 1, 2 and 20, whose ports have these values in columns 2, 3 and 4.
    fn column(ports: &[(i64, i64, Datum)]) -> Option<u32> {
        let mut tables = Tables::default();
        for vlan in [1, 2, 20] {
            tables.insert(Oid::joined(&STATUS, &[vlan]), Datum::Number(1));
        }
        for (port, (second, third, fourth)) in (49153..).zip(ports) {
            tables.insert(Oid::joined(&PORT, &[2, port]), Datum::Number(*second));
            tables.insert(Oid::joined(&PORT, &[3, port]), Datum::Number(*third));
            tables.insert(Oid::joined(&PORT, &[4, port]), fourth.clone());
        }
        let (profile, note) = settled(by_name("tplink-jetstream").unwrap(), &tables);
        assert_eq!(profile.access_vlan.is_none() && !ports.is_empty(), note.is_some());
        profile.access_vlan.as_ref().map(|access| *access.object.oid.last().unwrap())
    }

    #[test]
    fn the_column_is_the_one_that_the_firmware_proves() {
        let text = || Datum::Octets(b"LAG 0".to_vec());
        assert_eq!(column(&[(1, 1, text()), (2, 20, text())]), Some(3), "as published: a type, the PVID, an aggregate");
        assert_eq!(column(&[(1, 1, Datum::Number(0)), (20, 0, Datum::Number(0))]), Some(2), "newer: the PVID, a check, frames");
    }

    #[test]
    fn what_fits_neither_is_unknown() {
        let text = || Datum::Octets(Vec::new());
        assert_eq!(column(&[]), None, "no rows");
        assert_eq!(column(&[(1, 1, text()), (1, 1, Datum::Number(0))]), None, "of two kinds");
        assert_eq!(column(&[(1, 300, text())]), None, "a VLAN that is not there");
        assert_eq!(column(&[(0, 1, Datum::Number(0))]), None, "0 is no VLAN");
    }
}
