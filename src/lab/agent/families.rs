//! Which MIBs the agent of each family shows, and what of them can be written. Pure.

use crate::lab::family::Family;
use crate::lab::state::Switch;

use super::fastpath::{self, Licensee};
use super::table::Table;
use super::write::Writable;
use super::{aruba_os, catalyst, comware, neighbours, small_business, standard};

/// The MIBs of a family.
#[derive(Clone, Copy)]
pub(super) struct Mibs {
    /// What fills the table.
    pub(super) show: &'static [&'static [Show]],
    /// What can be written.
    pub(super) writable: &'static [&'static [Writable]],
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
pub(super) const fn mibs(family: Family) -> Mibs {
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
