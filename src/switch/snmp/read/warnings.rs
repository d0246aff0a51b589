//! What a switch cannot tell, in words. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{NeighbourTable, Profile};
use crate::switch::snmp::read::pse;
use snmp::manager::Tables;

/// What is missing that the profile reads: an agent leaves out a table it does not know without a word.
#[must_use]
pub fn of(profile: &Profile, tables: &Tables) -> Vec<String> {
    let none = |columns: &[&[u32]]| columns.iter().all(|column| tables.column(column).next().is_none());
    let own_neighbours: Vec<&[u32]> = profile.text_neighbours.iter().map(|table| &*table.entry).collect();
    let mut notes = Vec::new();
    if none(&[mib::IF_DESCR, mib::IF_NAME]) {
        notes.push("no interface table: its ports have no names");
    }
    if profile.neighbours.contains(&NeighbourTable::Lldp) && none(&[mib::LLDP_REM, mib::LLDP_V2_REM]) && none(&own_neighbours) {
        notes.push(if none(&[mib::LLDP_LOC_PORT]) {
            "no LLDP neighbours table: who speaks only LLDP is not seen"
        } else {
            "LLDP runs, but no neighbour is in its table"
        });
    }
    let has_pse_ports = profile.pse.as_ref().is_some_and(|pse| !pse::rows(pse, tables).is_empty());
    if !has_pse_ports {
        notes.push(if none(&[mib::MAIN_PSE_POWER, mib::MAIN_PSE_OPER_STATUS, mib::MAIN_PSE_CONSUMPTION]) {
            "no PoE tables of the standard: what its ports power is not known"
        } else {
            "no table of PoE ports, only of the supply: what each port powers is not known"
        });
    }
    notes.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::catalogue::by_name;
    use snmp::Oid;
    use snmp::manager::Datum;

    #[test]
    fn what_is_there_is_not_missed() {
        let mut tables = Tables::default();
        let told = |tables: &Tables| of(by_name("standard").unwrap(), tables);
        assert_eq!(told(&tables).len(), 3);
        tables.insert(Oid::joined(mib::IF_DESCR, &[1]), Datum::Octets(b"p1".to_vec()));
        tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[3, 1]), Datum::Octets(b"p1".to_vec()));
        tables.insert(Oid::joined(mib::MAIN_PSE_POWER, &[1]), Datum::Number(370));
        assert_eq!(
            told(&tables),
            [
                "LLDP runs, but no neighbour is in its table",
                "no table of PoE ports, only of the supply: what each port powers is not known"
            ]
        );
        tables.insert(Oid::joined(mib::LLDP_V2_REM, &[5, 0, 1, 1, 1]), Datum::Number(4));
        tables.insert(Oid::from([1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1, 1]), Datum::Number(1));
        assert_eq!(told(&tables), Vec::<String>::new());
    }
}
