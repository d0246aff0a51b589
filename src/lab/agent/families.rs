//! Which MIBs the agent of each family shows, and what of them can be written. Pure.

use crate::lab::family::Family;
use crate::lab::state::Switch;

use super::aruba_os;
use super::catalyst;
use super::comware;
use super::fastpath;
use super::neighbours;
use super::small_business;
use super::standard;
use super::table::Table;
use super::write::Writable;

/// The MIBs of a family.
#[derive(Clone, Copy)]
pub(super) struct Mibs {
    /// What fills the table.
    pub(super) show: &'static [Show],
    /// What can be written.
    pub(super) writable: &'static [&'static [Writable]],
}

type Show = fn(&mut Table, &Switch);

const STANDARD: Mibs = Mibs {
    show: &[standard::system, standard::interfaces, standard::bridge, standard::power, standard::q_bridge, neighbours::lldp],
    writable: &[standard::WRITABLE, standard::WRITABLE_VLANS, standard::WRITABLE_MEMBERS],
};

const CATALYST: Mibs = Mibs {
    show: &[
        standard::system,
        standard::interfaces,
        standard::bridge,
        standard::power,
        neighbours::lldp,
        neighbours::cdp,
        catalyst::power,
        catalyst::vlans,
        catalyst::edit,
        catalyst::configuration,
    ],
    writable: &[standard::WRITABLE, catalyst::WRITABLE],
};

const ARUBA_OS: Mibs = Mibs {
    show: &[
        standard::system,
        standard::interfaces,
        standard::bridge,
        standard::power,
        standard::q_bridge,
        neighbours::lldp,
        neighbours::cdp,
        aruba_os::power,
        aruba_os::voice,
        aruba_os::configuration,
    ],
    writable: &[standard::WRITABLE, standard::WRITABLE_VLANS, standard::WRITABLE_MEMBERS, aruba_os::WRITABLE],
};

const FASTPATH: Mibs = Mibs {
    show: &[
        standard::system,
        standard::interfaces,
        standard::bridge,
        standard::power,
        standard::q_bridge,
        neighbours::lldp,
        fastpath::power,
        fastpath::voice,
        fastpath::configuration,
    ],
    writable: &[standard::WRITABLE, standard::WRITABLE_VLANS, standard::WRITABLE_MEMBERS, fastpath::WRITABLE],
};

const COMWARE: Mibs = Mibs {
    show: &[
        standard::system,
        standard::interfaces,
        standard::bridge,
        standard::power,
        standard::q_bridge,
        neighbours::lldp,
        neighbours::local_power,
        comware::power,
        comware::ports,
        comware::voice,
        comware::configuration,
    ],
    writable: &[standard::WRITABLE, standard::WRITABLE_VLANS, comware::WRITABLE],
};

const SMALL_BUSINESS: Mibs = Mibs {
    show: &[
        standard::system,
        standard::interfaces,
        standard::bridge,
        standard::power,
        standard::q_bridge,
        neighbours::lldp,
        neighbours::cdp,
        small_business::power,
        small_business::ports,
        small_business::voice,
        small_business::configuration,
    ],
    writable: &[standard::WRITABLE, standard::WRITABLE_VLANS, small_business::WRITABLE],
};

/// The MIBs of a family.
pub(super) const fn mibs(family: Family) -> Mibs {
    match family {
        Family::Standard => STANDARD,
        Family::Catalyst => CATALYST,
        Family::ArubaOs => ARUBA_OS,
        Family::Fastpath => FASTPATH,
        Family::Comware => COMWARE,
        Family::SmallBusiness => SMALL_BUSINESS,
    }
}
