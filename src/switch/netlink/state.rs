//! What the kernel said, as the state of a switch. Pure.

use std::collections::BTreeMap;

use crate::model::ids::BridgePort;
use crate::model::ids::IfIndex;
use crate::model::ids::PortName;
use crate::model::ids::PseIndex;
use crate::model::ids::SwitchName;
use crate::model::ids::VlanId;
use crate::model::neighbour::Neighbour;
use crate::model::plan::Change;
use crate::model::switch::Access;
use crate::model::switch::Capabilities;
use crate::model::switch::Detection;
use crate::model::switch::PoePort;
use crate::model::switch::PortState;
use crate::model::switch::PseGroup;
use crate::model::switch::SwitchIdentity;
use crate::model::switch::SwitchState;
use crate::model::switch::UntaggedMove;
use crate::model::switch::VoiceVlanModel;
use crate::model::timestamp::Timestamp;
use crate::model::units::Milliwatts;
use crate::switch::Scope;

use super::fdb;
use super::fdb::Entry;
use super::fdb::OwnInterfaces;
use super::fdb::Resolved;
use super::lldpd::Heard;
use super::pse::Pse;
use super::vlans::PortVlans;

/// Why such a bridge has no VLAN facts.
pub(super) const FILTERING_IS_OFF: &str = "VLANs on ports have no effect while vlan_filtering is 0";
/// The supply that this machine's PSE ports share.
const PSE_GROUP: u32 = 1;

/// What is particular to a bridge.
#[derive(Debug, Clone, Default)]
pub(super) struct BridgeFacts {
    /// Whether VLANs on its ports have any effect.
    pub vlan_filtering: bool,
    /// The port towards the spanning tree's root; `None` when this bridge is the root or takes no part.
    pub root_port: Option<u32>,
}

/// One port of a bridge.
#[derive(Debug, Clone, Default)]
pub(super) struct Port {
    /// Interface index.
    pub index: u32,
    /// Interface name.
    pub name: String,
    /// The number the bridge gave it.
    pub number: Option<u32>,
    /// Whether it is switched on and has carrier.
    pub link_up: bool,
    /// Its VLANs.
    pub vlans: PortVlans,
}

/// One interface of this machine, and what it stands upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Interface index.
    pub index: u32,
    /// Interface name.
    pub name: String,
    /// The bridge or aggregate it is part of.
    pub controller: Option<u32>,
    /// The interface that a VLAN interface stands upon.
    pub below: Option<u32>,
    /// The VLAN of a VLAN interface.
    pub vlan: Option<u16>,
    /// `bond` or `team`, when it aggregates others.
    pub aggregate: Option<&'static str>,
}

/// What was read; maps are by interface index.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The bridge's interface index.
    pub index: u32,
    /// The bridge.
    pub bridge: BridgeFacts,
    /// The VLANs in which the bridge itself is reached.
    pub own_vlans: PortVlans,
    /// Its ports.
    pub ports: Vec<Port>,
    /// Addresses learned.
    pub learned: Vec<Entry>,
    /// IP addresses known.
    pub resolved: Vec<Resolved>,
    /// All interfaces.
    pub links: Vec<Link>,
    /// Neighbours that lldpd heard, on any interface.
    pub heard: Vec<Heard>,
    /// Ports that have a PSE.
    pub pse: BTreeMap<u32, Pse>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
    /// Whether the inventory allows writing.
    pub writable: bool,
    /// What all PSE ports may draw together, from the inventory.
    pub power_budget: Option<Milliwatts>,
}

/// Whether reading this takes a look at the PSEs, which may be slow.
pub(super) fn wants_poe(scope: Scope<'_>) -> bool {
    match scope {
        Scope::Everything => true,
        Scope::Step { change, .. } => matches!(change, Change::PoeEnabled { .. } | Change::PoePriority { .. }),
    }
}

impl Facts {
    /// The state of the switch.
    pub fn into_state(self, identity: SwitchIdentity, read_at: Timestamp) -> SwitchState {
        let mut notes = self.notes.clone();
        if !self.bridge.vlan_filtering {
            notes.push(FILTERING_IS_OFF.to_owned());
        }
        let mut learned = fdb::learned(&self.learned, &self.resolved, &self.own_interfaces());
        let mut state = |port: &Port| PortState {
            learned: learned.remove(&port.index).unwrap_or_default(),
            neighbours: self.neighbours(port, &identity.name, read_at),
            ..self.port_state(port)
        };
        let ports = self.ports.iter().map(|port| (PortName::from(port.name.as_str()), state(port))).collect();
        SwitchState {
            capabilities: self.capabilities(),
            read_at,
            vlans: None,
            voice_attributes: None,
            voice_vlan: None,
            voice_function: None,
            ports,
            pse_groups: self.pse_group().into_iter().map(|group| (PSE_GROUP, group)).collect(),
            unmapped_pse: Vec::new(),
            unplaced_neighbours: Vec::new(),
            unsaved_changes: None,
            notes,
            identity,
        }
    }

    /// The bridge, and the VLAN interfaces above it.
    fn own_interfaces(&self) -> OwnInterfaces {
        let vlan = self.own_vlans.pvid.filter(|_| self.bridge.vlan_filtering).map(VlanId::get);
        let above = self.links.iter().filter(|link| link.below == Some(self.index) && link.vlan.is_some());
        above.map(|link| (link.index, link.vlan)).chain([(self.index, vlan)]).collect()
    }

    /// What lldpd heard on a port; of an aggregate: on any interface of it.
    fn neighbours(&self, port: &Port, switch: &SwitchName, seen_at: Timestamp) -> Vec<Neighbour<'static>> {
        let is_member = |link: &&Link| link.index == port.index || link.controller == Some(port.index);
        let members: Vec<&str> = self.links.iter().filter(is_member).map(|link| link.name.as_str()).collect();
        let placed = |heard: &Heard| Neighbour {
            switch: Some(switch.clone()),
            port: Some(port.name.as_str().into()),
            seen_at: Some(seen_at),
            ..heard.neighbour.clone()
        };
        self.heard.iter().filter(|heard| members.contains(&heard.interface.as_str())).map(placed).collect()
    }

    fn capabilities(&self) -> Capabilities {
        let possible = if self.writable { Access::Write } else { Access::Read };
        let when = |there: bool| if there { possible } else { Access::None };
        let filtering = self.bridge.vlan_filtering;
        Capabilities {
            poe: when(!self.pse.is_empty()),
            poe_priority: when(self.pse.values().any(|pse| pse.priority.is_some())),
            poe_limit: Access::None,
            access_vlan: when(filtering),
            untagged_move: UntaggedMove::NewFirst,
            membership: when(filtering),
            port_mode: Access::None,
            voice_vlan: if filtering { VoiceVlanModel::TaggedMember } else { VoiceVlanModel::None },
            vlan_create: Access::None,
            persist: Access::None,
        }
    }

    fn port_state(&self, port: &Port) -> PortState {
        let vlans = self.bridge.vlan_filtering.then_some(&port.vlans);
        PortState {
            if_index: Some(IfIndex(port.index)),
            bridge_port: port.number.map(BridgePort),
            link_up: Some(port.link_up),
            poe: self.pse.get(&port.index).map(|pse| poe_port(port.index, pse)),
            pvid: vlans.and_then(|vlans| vlans.pvid),
            tagged: vlans.map(PortVlans::tagged),
            untagged: vlans.map(PortVlans::untagged),
            uplink_evidence: self.uplink_evidence(port),
            ..PortState::default()
        }
    }

    fn uplink_evidence(&self, port: &Port) -> Vec<String> {
        let link = self.links.iter().find(|link| link.index == port.index);
        let aggregate = link.and_then(|link| link.aggregate).map(|kind| format!("link aggregation ({kind})"));
        let root = self.bridge.root_port.is_some() && self.bridge.root_port == port.number;
        aggregate.into_iter().chain(root.then(|| "spanning tree: towards the root bridge".to_owned())).collect()
    }

    fn pse_group(&self) -> Option<PseGroup> {
        if self.pse.is_empty() {
            return None;
        }
        Some(PseGroup { nominal: self.power_budget, measured: self.power_measured(), ..PseGroup::default() })
    }

    /// The sum over all ports that deliver; `None` when one of them does not say.
    fn power_measured(&self) -> Option<Milliwatts> {
        let delivering = self.pse.values().filter(|pse| pse.detection == Some(Detection::Delivering));
        let measured: Option<Vec<Milliwatts>> = delivering.map(|pse| pse.actual).collect();
        measured.map(|measured| measured.into_iter().sum())
    }
}

fn poe_port(interface: u32, pse: &Pse) -> PoePort {
    PoePort { index: Some(PseIndex { group: PSE_GROUP, port: interface }), ..pse.clone().into_port() }
}

#[cfg(test)]
mod tests {
    use crate::model::neighbour::Protocol;
    use crate::model::neighbour::Source;

    use super::*;

    fn identity() -> SwitchIdentity {
        SwitchIdentity {
            name: "closet".into(),
            system_name: None,
            description: None,
            object_id: None,
            uptime_cs: None,
            profile: "linux".to_owned(),
        }
    }

    fn state(facts: Facts) -> SwitchState {
        facts.into_state(identity(), Timestamp::from_unix_nanos(0))
    }

    #[test]
    fn without_filtering_there_are_no_vlan_facts() {
        let port = Port { index: 3, name: "sw1".to_owned(), vlans: PortVlans::from_entries([(1, 6)]), ..Port::default() };
        let state = state(Facts { ports: vec![port], writable: true, ..Facts::default() });
        let port = &state.ports[&"sw1".into()];
        assert_eq!((port.pvid, &port.tagged, &port.untagged), (None, &None, &None));
        assert_eq!(state.capabilities, Capabilities::default());
        assert_eq!(state.notes, [FILTERING_IS_OFF]);
    }

    #[test]
    fn power_is_summed_only_when_every_port_tells() {
        let pse = |actual| Pse { detection: Some(Detection::Delivering), actual, ..Pse::default() };
        let budget = Some(Milliwatts::from_watts(60));
        let sum = |second| {
            let pse = BTreeMap::from([(1, pse(Some(Milliwatts(3000)))), (2, pse(second))]);
            state(Facts { pse, power_budget: budget, ..Facts::default() }).pse_groups[&PSE_GROUP].clone()
        };
        assert_eq!(sum(Some(Milliwatts(500))).measured, Some(Milliwatts(3500)));
        assert_eq!((sum(None).measured, sum(None).nominal), (None, budget));
    }

    #[test]
    fn the_port_towards_the_root_is_an_uplink() {
        let ports =
            [1, 2].map(|number| Port { index: number, name: format!("sw{number}"), number: Some(number), ..Port::default() });
        let bridge = BridgeFacts { root_port: Some(2), ..BridgeFacts::default() };
        let links = vec![Link { index: 1, aggregate: Some("bond"), ..Link::default() }];
        let state = state(Facts { bridge, ports: ports.to_vec(), links, ..Facts::default() });
        assert_eq!(state.ports[&"sw1".into()].uplink_evidence, ["link aggregation (bond)"]);
        assert_eq!(state.ports[&"sw2".into()].uplink_evidence, ["spanning tree: towards the root bridge"]);
    }

    #[test]
    fn what_is_heard_on_a_link_of_an_aggregate_is_on_its_port() {
        let heard =
            |interface: &str| Heard { interface: interface.to_owned(), neighbour: Neighbour::new(Source::Switch, Protocol::Lldp) };
        let link = |index, name: &str, controller| Link { index, name: name.to_owned(), controller, ..Link::default() };
        let facts = Facts {
            ports: vec![Port { index: 4, name: "bond0".to_owned(), ..Port::default() }],
            links: vec![link(2, "eth1", Some(4)), link(3, "eth2", None), link(4, "bond0", Some(9))],
            heard: vec![heard("eth1"), heard("eth2")],
            ..Facts::default()
        };
        let state = state(facts);
        let placed: Vec<_> =
            state.ports[&"bond0".into()].neighbours.iter().map(|row| (row.port.clone(), row.switch.clone())).collect();
        assert_eq!(placed, [(Some("bond0".into()), Some("closet".into()))]);
        assert!(state.unplaced_neighbours.is_empty());
    }
}
