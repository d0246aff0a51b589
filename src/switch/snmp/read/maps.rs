//! Which number is which port: ifIndex, bridge port, PSE row, LLDP local port. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use crate::switch::snmp::read::local_ports::LocalPorts;
use crate::switch::snmp::read::port::{Numberings, Port};
use crate::switch::snmp::read::port_list::ListForm;
use crate::switch::snmp::read::pse_map::PseMap;
use crate::switch::snmp::read::{port_list_form, pse};
use model::ids::{IfIndex, PortName};
use snmp::Oid;
use snmp::manager::{Cut, Tables};

/// Which number is which port, and how the switch is to be read: learned by reading everything, needed to read and write one port.
#[derive(Debug, Clone, Default)]
pub struct Maps {
    /// Interfaces and bridge ports.
    pub interfaces: Interfaces,
    /// What the numbers of tables of ports are.
    pub numberings: Numberings,
    pub pse: PseMap,
    pub local_ports: LocalPorts,
    /// How port lists are read.
    pub lists: ListForm,
    /// By how much power classes are shown too high, 1 or -1, where they are.
    pub classes_too_high: Option<i64>,
}

impl Maps {
    /// Makes the maps from what [`super::subtrees::maps`] brought; some of it may be cut.
    #[must_use]
    pub fn of(profile: &Profile, tables: &Tables, cut: &[(Oid, Cut)]) -> Self {
        let interfaces = Interfaces::of(tables);
        let local_ports = LocalPorts::of(tables, &interfaces);
        let pse = profile.pse.as_ref().map(|pse| PseMap::of(pse, tables, &interfaces, &local_ports)).unwrap_or_default();
        let mut numberings = Numberings::of(profile, tables, &interfaces);
        numberings.cut(cut.iter().map(|(column, _)| column));
        let lists = port_list_form::form(profile, tables, &interfaces, &numberings);
        let classes_too_high = profile.pse.as_ref().and_then(|pse| pse::classes_too_high(pse, tables));
        Self { interfaces, numberings, pse, local_ports, lists, classes_too_high }
    }

    /// The interface an inventory means by a port's name.
    #[must_use]
    pub fn find(&self, port: &PortName) -> Option<Port<'_>> {
        let exact = self.interfaces.iter().find(|(_, interface)| interface.name == *port).map(|(index, _)| index);
        let index = exact.or_else(|| self.interfaces.named(port.as_str()))?;
        Some(self.port(index, self.interfaces.get(index)?))
    }

    /// An interface as a port, with its numbers.
    #[must_use]
    pub const fn port<'a>(&'a self, index: IfIndex, interface: &'a Interface) -> Port<'a> {
        Port { index, interface, interfaces: &self.interfaces, numberings: &self.numberings }
    }
}

/// The instances that prove that an ifIndex still is the port it was: its name and its description.
#[must_use]
pub fn proof_of_name(index: IfIndex) -> [Oid; 2] {
    [Oid::joined(mib::IF_NAME, &[index.0]), Oid::joined(mib::IF_DESCR, &[index.0])]
}
