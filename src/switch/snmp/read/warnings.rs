//! What a switch cannot tell, in words. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{NeighbourTable, Profile, Voice};
use crate::switch::snmp::read::maps::Maps;
use crate::switch::snmp::read::remote::Arc;
use crate::switch::snmp::read::{pse, subtrees, vlans};
use snmp::manager::Tables;

/// What is missing that the profile reads, and what is there of which nothing proves whose it is: an agent leaves out a table it does not
/// know without a word. `unplaced` addresses were learned on ports that nothing proves.
#[must_use]
pub fn of(profile: &Profile, tables: &Tables, maps: &Maps, unplaced: usize) -> Vec<String> {
    let mut notes: Vec<String> = missing(profile, tables).into_iter().map(str::to_owned).collect();
    notes.extend(vlans_missing(profile, tables, maps).into_iter().map(str::to_owned));
    for (column, count) in &maps.numberings.unproved {
        notes.push(unproved(&subtrees::name(profile, column), *count));
    }
    if maps.lists.unproved > 0 {
        notes.push(unproved("its port lists", maps.lists.unproved));
    }
    let odd = Arc::First.odd_rows(tables, mib::LLDP_REM) + Arc::Second.odd_rows(tables, mib::LLDP_V2_REM);
    if odd > 0 {
        let rows = if odd == 1 { "1 row".to_owned() } else { format!("{odd} rows") };
        notes.push(format!("LLDP: {rows} with an index that is no neighbour's: not shown"));
    }
    if unplaced > 0 {
        let addresses = if unplaced == 1 { "1 address is".to_owned() } else { format!("{unplaced} addresses are") };
        notes.push(format!("{addresses} learned on a port number that is no port's, or that two ports could be: not shown"));
    }
    notes
}

fn unproved(of: &str, count: usize) -> String {
    let (numbers, fit) = if count == 1 { ("port number", "fits") } else { ("port numbers", "fit") };
    format!("{of}: {count} {numbers} {fit} no port, or two: what is said of them is not known, and not written")
}

/// What is said of VLANs.
fn vlans_missing(profile: &Profile, tables: &Tables, maps: &Maps) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if profile.vlans.is_some() && vlans::existing(profile, tables).is_empty() {
        notes.push("no table of VLANs: which VLANs exist is not known");
    }
    if let Some(Voice::PortRow { vlan, .. }) = &profile.voice_vlan
        && tables.column(&vlan.oid).next().is_none()
    {
        notes.push("no row of a voice VLAN: which ports have one is not known, and no row proves what its numbers of ports are");
    }
    let mut ports = maps.interfaces.iter().map(|(index, interface)| maps.port(index, interface));
    let column = |name: &[u32]| tables.column(name).next().is_some();
    if let Some(access) = &profile.access_vlan
        && !column(&access.object.oid)
        && !ports.any(|port| vlans::pvid(profile, tables, port).is_some())
    {
        notes.push("no access VLANs (PVIDs): which VLAN untagged frames are in is not known");
    }
    notes
}

fn missing(profile: &Profile, tables: &Tables) -> Vec<&'static str> {
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
    notes
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
        let profile = by_name("standard").unwrap();
        let told = |tables: &Tables| of(profile, tables, &Maps::of(profile, tables, &[]), 0);
        assert_eq!(told(&tables).len(), 5);
        tables.insert(Oid::joined(mib::IF_DESCR, &[1]), Datum::Octets(b"p1".to_vec()));
        tables.insert(Oid::joined(mib::LLDP_LOC_PORT, &[3, 1]), Datum::Octets(b"p1".to_vec()));
        tables.insert(Oid::joined(mib::MAIN_PSE_POWER, &[1]), Datum::Number(370));
        assert_eq!(
            told(&tables),
            [
                "LLDP runs, but no neighbour is in its table",
                "no table of PoE ports, only of the supply: what each port powers is not known",
                "no table of VLANs: which VLANs exist is not known",
                "no access VLANs (PVIDs): which VLAN untagged frames are in is not known"
            ]
        );
        let q_bridge = |row: &[u32]| Oid::joined(&[1, 3, 6, 1, 2, 1, 17, 7, 1, 4], row);
        tables.extend([(q_bridge(&[3, 1, 5, 20]), Datum::Number(1)), (q_bridge(&[5, 1, 1, 1]), Datum::Number(20))]);
        tables.insert(Oid::joined(mib::LLDP_V2_REM, &[5, 0, 1, 1, 1]), Datum::Number(4));
        tables.insert(Oid::from([1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3, 1, 1]), Datum::Number(1));
        assert_eq!(told(&tables), Vec::<String>::new());
    }
}
