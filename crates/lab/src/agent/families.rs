//! Which MIBs the agent of each family shows, and what of them can be written. Pure.

use model::ids::VlanId;
use snmp::Value;

use super::fastpath::Licensee;
use super::table::Table;
use super::write::{Instance, Writable};
use super::{aruba_os, catalyst, comware, fastpath, neighbours, small_business, standard, unchangeable};
use crate::switch::config::Config;
use crate::switch::family::Family;
use crate::switch::fault::Fault;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::write::Write;

/// The MIBs of a family.
#[derive(Clone, Copy)]
pub(crate) struct Mibs {
    /// What fills the table.
    pub(crate) show: &'static [&'static [Show]],
    /// What can be written.
    pub(crate) writable: &'static [&'static [Writable]],
}

type Show = fn(&mut Table, &Switch);

/// SNMPv2-MIB, IF-MIB, BRIDGE-MIB, POWER-ETHERNET-MIB, LLDP-MIB.
const BASE: &[Show] = &[standard::system, standard::interfaces, standard::bridge, standard::power, neighbours::lldp];
/// Q-BRIDGE-MIB.
const VLANS: &[Show] = &[standard::q_bridge];
/// CISCO-CDP-MIB.
const CDP: &[Show] = &[neighbours::cdp];

const CATALYST: &[Show] = &[catalyst::power, catalyst::vlans, catalyst::edit, catalyst::configuration];
const ARUBA_OS: &[Show] = &[aruba_os::power, aruba_os::voice, aruba_os::configuration];
const COMWARE: &[Show] = &[neighbours::local_power, comware::power, comware::ports, comware::voice, comware::configuration];
const SMALL_BUSINESS: &[Show] =
    &[small_business::power, small_business::ports, small_business::voice, small_business::configuration];
const NETGEAR: &[Show] = &[|table, switch| Licensee::NETGEAR.show(table, switch)];
const EDGE_SWITCH: &[Show] = &[|table, switch| Licensee::EDGE_SWITCH.show(table, switch)];
const DELL_N: &[Show] = &[|table, switch| Licensee::DELL_N.show(table, switch), fastpath::dell_ports];

/// The MIBs of a family.
pub(crate) const fn mibs(family: Family) -> Mibs {
    const NETGEAR_WRITABLE: &[Writable] = &Licensee::NETGEAR.writable();
    const EDGE_SWITCH_WRITABLE: &[Writable] = &Licensee::EDGE_SWITCH.writable();
    const DELL_N_WRITABLE: &[Writable] = &Licensee::DELL_N.writable();
    use standard::{WRITABLE as BASE_WRITABLE, WRITABLE_MEMBERS as LISTS, WRITABLE_VLANS as ROWS};
    let (show, writable): (&[&[Show]], &[&[Writable]]) = match family {
        Family::Standard => (&[BASE, VLANS], &[BASE_WRITABLE, ROWS, LISTS]),
        Family::Catalyst => (&[BASE, CDP, CATALYST], &[BASE_WRITABLE, catalyst::WRITABLE]),
        Family::ArubaOs => (&[BASE, VLANS, CDP, ARUBA_OS], &[BASE_WRITABLE, ROWS, LISTS, aruba_os::WRITABLE]),
        Family::Fastpath => (&[BASE, VLANS, NETGEAR], &[BASE_WRITABLE, ROWS, LISTS, NETGEAR_WRITABLE]),
        Family::EdgeSwitch => (&[BASE, VLANS, EDGE_SWITCH], &[BASE_WRITABLE, ROWS, LISTS, EDGE_SWITCH_WRITABLE]),
        Family::DellN => (&[BASE, VLANS, DELL_N], &[BASE_WRITABLE, ROWS, fastpath::DELL_PORTS, DELL_N_WRITABLE]),
        Family::Comware => (&[BASE, VLANS, COMWARE], &[BASE_WRITABLE, ROWS, comware::WRITABLE]),
        Family::SmallBusiness => (&[BASE, VLANS, CDP, SMALL_BUSINESS], &[BASE_WRITABLE, ROWS, small_business::WRITABLE]),
    };
    Mibs { show, writable }
}

/// What the agent of this switch shows now; `vlan` is the one whose forwarding table is asked for, where each has its own.
pub(crate) fn table(switch: &Switch, vlan: Option<VlanId>, now_cs: u32) -> Table {
    let shown;
    let switch = match &switch.shown {
        Some((config, _)) => {
            // What goes on just now is never shown late: the buffer, and the saves.
            let Config { saving, edit, .. } = switch.config.clone();
            shown = Switch { config: Config { saving, edit, ..config.clone() }, ..switch.clone() };
            &shown
        }
        None => switch,
    };
    let mut table = Table::default();
    for show in mibs(switch.layout.family).show.iter().copied().flatten() {
        show(&mut table, switch);
    }
    standard::counters(&mut table, switch, now_cs);
    if let (Family::Catalyst, Some(vlan)) = (switch.layout.family, vlan) {
        catalyst::forwarding(&mut table, switch, vlan);
    }
    unchangeable::show(&mut table, switch);
    for fault in switch.faults.iter() {
        if let Fault::Lacks(part) = fault {
            table.remove_below(part);
        }
    }
    table
}

/// The write that a SET of `oid` to `value` means on this switch.
pub(crate) fn decode(switch: &Switch, oid: &[u32], value: &Value<'_>) -> Result<Write, Refusal> {
    let mut writable = mibs(switch.layout.family).writable.iter().copied().flatten();
    let found = writable.find_map(|(entry, column, write)| match oid.strip_prefix(*entry)? {
        [first, instance @ ..] if first == column => Some((write, *column, instance)),
        _ => None,
    });
    let (write, column, instance) = found.ok_or(Refusal::NotWritable)?;
    write(&Instance { switch, column, numbers: instance }, value)
}
