//! Which port of a switch a name means: one, several or none. Pure.

use std::fmt;

use crate::ids::PortName;
use crate::suggest;
use crate::switch::{PortState, SwitchState};

/// How many of the nearest names are given.
const NEAREST: usize = 3;
/// How many names are listed where several fit.
const LISTED: usize = 12;

/// Why a name means no port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPort {
    /// Nothing is called so.
    Unknown { wanted: PortName, nearest: Vec<PortName> },
    /// Several are.
    Ambiguous { wanted: PortName, ports: Vec<PortName> },
}

impl SwitchState {
    /// The port an inventory means: by the name it goes by here, else by any of its names, without regard to case. A name that several
    /// have means none of them.
    pub fn find_port(&self, wanted: &PortName) -> Result<(&PortName, &PortState), NoPort> {
        if let Some(exact) = self.ports.get_key_value(wanted) {
            return Ok(exact);
        }
        let mut fitting = self.ports.iter().filter(|(name, port)| port.is_called(name, wanted.as_str()));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(NoPort::Unknown { wanted: wanted.clone(), nearest: self.nearest(wanted.as_str()) }),
            (Some(first), Some(second)) => {
                let ports = [first, second].into_iter().chain(fitting).map(|(name, _)| name.clone()).collect();
                Err(NoPort::Ambiguous { wanted: wanted.clone(), ports })
            }
        }
    }

    /// The names that are nearest to one that nothing has, those with the same numbers first.
    fn nearest(&self, wanted: &str) -> Vec<PortName> {
        let (same, other): (Vec<&str>, Vec<&str>) =
            self.ports.keys().map(PortName::as_str).partition(|name| numbers(name) == numbers(wanted));
        let near = suggest::near(wanted, same, NEAREST).into_iter().chain(suggest::near(wanted, other, NEAREST));
        near.take(NEAREST).map(PortName::from).collect()
    }
}

impl PortState {
    /// Whether the port, which goes by `name`, has this name too, without regard to case.
    #[must_use]
    pub fn is_called(&self, name: &PortName, wanted: &str) -> bool {
        let others = [&self.if_name, &self.description].into_iter().flatten().map(String::as_str);
        std::iter::once(name.as_str()).chain(others).any(|own| own.eq_ignore_ascii_case(wanted))
    }
}

fn numbers(name: &str) -> Vec<&str> {
    name.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect()
}

impl fmt::Display for NoPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |names: &[PortName]| names.iter().take(LISTED).map(PortName::as_str).collect::<Vec<_>>().join(", ");
        match self {
            Self::Unknown { wanted, nearest } if nearest.is_empty() => {
                write!(f, "no port is called {wanted}: the switch has no ports")
            }
            Self::Unknown { wanted, nearest } => write!(f, "no port is called {wanted}; nearest: {}", listed(nearest)),
            Self::Ambiguous { wanted, ports } => {
                let more = if ports.len() > LISTED { ", …" } else { "" };
                write!(f, "{wanted} fits {} ports: {}{more}; write the name of one", ports.len(), listed(ports))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::SwitchName;
    use crate::switch::{Hardware, SwitchIdentity};
    use crate::timestamp::Timestamp;

    /// A switch with ports of these names, ifNames where those differ, and descriptions.
    fn switch(ports: &[(&str, Option<&str>, &str)]) -> SwitchState {
        let port = |(name, if_name, description): &(&str, Option<&str>, &str)| {
            let state = PortState {
                if_name: if_name.map(str::to_owned),
                description: Some((*description).to_owned()),
                ..PortState::default()
            };
            (PortName::from(*name), state)
        };
        SwitchState {
            identity: SwitchIdentity {
                name: SwitchName::from("sw"),
                system_name: None,
                description: None,
                object_id: None,
                uptime_cs: None,
                profile: "standard".to_owned(),
                hardware: Hardware::default(),
            },
            capabilities: crate::switch::SwitchCapabilities::default(),
            read_at: Timestamp::from_system(std::time::UNIX_EPOCH),
            vlans: None,
            suspended_vlans: std::collections::BTreeSet::new(),
            voice_attributes: None,
            voice_vlan: None,
            voice_function: None,
            ports: ports.iter().map(port).collect(),
            pse_groups: BTreeMap::new(),
            unmapped_pse: Vec::new(),
            unplaced_neighbours: Vec::new(),
            unsaved_changes: None,
            unread: Vec::new(),
            own_addresses: std::collections::BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    fn found(switch: &SwitchState, wanted: &str) -> Result<String, String> {
        switch.find_port(&wanted.into()).map(|(name, _)| name.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_is_one_ports_in_any_spelling_of_case() {
        let switch = switch(&[("Gi1/0/1", None, "GigabitEthernet1/0/1"), ("Gi1/0/2", None, "GigabitEthernet1/0/2")]);
        assert_eq!(found(&switch, "gi1/0/2").as_deref(), Ok("Gi1/0/2"));
        assert_eq!(found(&switch, "gigabitethernet1/0/1").as_deref(), Ok("Gi1/0/1"));
    }

    #[test]
    fn a_name_that_several_have_is_refused_with_all_of_them() {
        let same = switch(&[("ifIndex 1", None, "Ethernet Interface"), ("ifIndex 2", None, "Ethernet Interface")]);
        let error = "Ethernet Interface fits 2 ports: ifIndex 1, ifIndex 2; write the name of one";
        assert_eq!(found(&same, "Ethernet Interface"), Err(error.to_owned()));
        let stack =
            switch(&[("Unit 1 Port 2", Some("Port 2"), "Unit 1 Port 2"), ("Unit 2 Port 2", Some("Port 2"), "Unit 2 Port 2")]);
        let error = "Port 2 fits 2 ports: Unit 1 Port 2, Unit 2 Port 2; write the name of one";
        assert_eq!(found(&stack, "Port 2"), Err(error.to_owned()));
        assert_eq!(found(&stack, "unit 2 port 2").as_deref(), Ok("Unit 2 Port 2"));
    }

    #[test]
    fn a_name_that_nothing_has_is_told_with_the_nearest() {
        let names: Vec<String> = (1..=12).map(|port| format!("ethernet1/1/{port}")).collect();
        let ports: Vec<_> = names.iter().map(|name| (name.as_str(), None, "a port")).collect();
        let error = found(&switch(&ports), "Gi1/1/11").unwrap_err();
        assert!(error.starts_with("no port is called Gi1/1/11; nearest: ethernet1/1/11, "), "{error}");
        assert_eq!(found(&switch(&[]), "Gi1"), Err("no port is called Gi1: the switch has no ports".to_owned()));
    }
}
