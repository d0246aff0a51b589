//! What the kernel said, as the state of a switch. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::host;
use crate::switch::Scope;
use model::change::Change;
use model::ids::{BridgePort, IfIndex, PortName, PseIndex, SwitchName, VlanId};
use model::neighbour::Neighbour;
use model::switch::{
    Access, Detection, PoePort, PortState, PseGroup, SwitchCapabilities, SwitchIdentity, SwitchState, UntaggedMove, VoiceVlanModel,
};
use model::timestamp::Timestamp;
use model::units::Milliwatts;
use model::unread::{GuardTable, Unread};

use super::dcb::Marks;
use super::fdb::{self, Entry, OwnInterfaces};
use super::link_mode::LinkMode;
use super::lldpd::InterfaceNeighbour;
use super::pse::Pse;
use super::pse_event::Report;
use super::vlans::PortVlans;

/// Why such a bridge has no VLAN facts.
pub(super) const FILTERING_IS_OFF: &str = "VLANs on ports have no effect while vlan_filtering is 0";
/// What a port does with DSCP when its driver has no DCB.
pub(super) const NO_DCB: &str = "its driver has no DCB: DSCP is not mapped to a priority";
/// The supply of ports whose kernel does not tell their power domain.
const ONLY_DOMAIN: u32 = 1;

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
    pub index: u32,
    pub name: String,
    /// The number the bridge gave it.
    pub number: Option<u32>,
    /// Whether it is switched on and has carrier.
    pub link_up: bool,
    pub vlans: PortVlans,
}

/// One interface of this machine, and what it stands upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub index: u32,
    pub name: String,
    /// The bridge or aggregate it is part of.
    pub controller: Option<u32>,
    /// The interface that a VLAN interface stands upon.
    pub below: Option<u32>,
    /// The VLAN of a VLAN interface.
    pub vlan: Option<u16>,
    /// `bond` or `team`, when it aggregates others.
    pub aggregate: Option<&'static str>,
    /// Frames received that were damaged.
    pub input_errors: Option<u64>,
    /// Frames that could not be sent.
    pub output_errors: Option<u64>,
    /// Frames received and sent, to groups too: the kernel does not count those of one station alone.
    pub frames: Option<(u64, u64)>,
}

/// A station without which this machine is cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ManagementPath {
    /// Index of the interface that leads there; `None` when any may.
    pub interface: Option<u32>,
    pub address: IpAddr,
    /// What it is, before its address.
    pub what: &'static str,
}

/// What was read; maps are by interface index.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The bridge's interface index.
    pub index: u32,
    pub name: String,
    pub bridge: BridgeFacts,
    /// The VLANs in which the bridge itself is reached; `None` when they were not read.
    pub own_vlans: Option<PortVlans>,
    pub ports: Vec<Port>,
    pub learned: Vec<Entry>,
    /// IP addresses known.
    pub resolved: Vec<host::Neighbour>,
    pub links: Vec<Link>,
    /// How the links of ports run.
    pub link_modes: BTreeMap<u32, LinkMode>,
    /// Stations without which this machine is cut off.
    pub management_paths: Vec<ManagementPath>,
    /// What ports do with marks, where the driver has DCB.
    pub marks: BTreeMap<u32, Marks>,
    /// Neighbours that lldpd heard, on any interface.
    pub heard: Vec<InterfaceNeighbour>,
    /// Ports that have a PSE.
    pub pse: BTreeMap<u32, Pse>,
    /// What could not be read, in words.
    pub notes: Vec<String>,
    /// What of it guards rest on.
    pub unread: Vec<Unread>,
    /// Whether the inventory allows writing.
    pub writable: bool,
    /// What all PSE ports may draw together, from the inventory.
    pub power_budget: Option<Milliwatts>,
}

/// What makes VLANs on a bridge's ports have an effect.
pub(super) fn filtering_on(bridge: &str) -> String {
    format!("ip link set {bridge} type bridge vlan_filtering 1")
}

/// Whether reading this takes a look at the PSEs, which may be slow.
pub(super) fn wants_poe(scope: Scope<'_>) -> bool {
    match scope {
        Scope::Everything => true,
        Scope::Step { change, .. } => {
            matches!(change, Change::PoeEnabled { .. } | Change::PoePriority { .. } | Change::PoeLimit { .. })
        }
    }
}

impl Facts {
    /// The state of the switch.
    pub fn into_state(self, identity: SwitchIdentity, read_at: Timestamp) -> SwitchState {
        let filtering = (!self.bridge.vlan_filtering).then(|| format!("{FILTERING_IS_OFF}: {}", filtering_on(&self.name)));
        let notes = filtering.into_iter().chain(self.notes.iter().cloned()).collect();
        let mut learned = fdb::learned(&self.learned, &self.resolved, &self.own_interfaces());
        let mut state = |port: &Port| PortState {
            learned: learned.remove(&port.index).unwrap_or_default(),
            neighbours: self.neighbours(port, &identity.name, read_at),
            ..self.port_state(port)
        };
        let ports = self.ports.iter().map(|port| (PortName::from(port.name.as_str()), state(port)));
        let ports = ports.chain(self.own_port()).collect();
        SwitchState {
            capabilities: self.capabilities(),
            read_at,
            vlans: None,
            suspended_vlans: BTreeSet::new(),
            voice_attributes: None,
            voice_vlan: None,
            voice_function: None,
            ports,
            pse_groups: self.pse_groups(),
            unmapped_pse: Vec::new(),
            unplaced_neighbours: Vec::new(),
            unsaved_changes: None,
            unread: self.unread,
            own_addresses: BTreeSet::new(),
            notes,
            identity,
        }
    }

    /// The bridge, and the VLAN interfaces above it.
    fn own_interfaces(&self) -> OwnInterfaces {
        let vlan = self.own_vlans.as_ref().and_then(|vlans| vlans.pvid).filter(|_| self.bridge.vlan_filtering).map(VlanId::get);
        let above = self.links.iter().filter(|link| link.below == Some(self.index) && link.vlan.is_some());
        above.map(|link| (link.index, link.vlan)).chain([(self.index, vlan)]).collect()
    }

    /// What lldpd heard on a port; of an aggregate: on any interface of it.
    fn neighbours(&self, port: &Port, switch: &SwitchName, seen_at: Timestamp) -> Vec<Neighbour<'static>> {
        let is_member = |link: &&Link| link.index == port.index || link.controller == Some(port.index);
        let members: Vec<&str> = self.links.iter().filter(is_member).map(|link| link.name.as_str()).collect();
        let placed = |heard: &InterfaceNeighbour| Neighbour {
            switch: Some(switch.clone()),
            port: Some(port.name.as_str().into()),
            seen_at: Some(seen_at),
            ..heard.neighbour.clone()
        };
        self.heard.iter().filter(|heard| members.contains(&heard.interface.as_str())).map(placed).collect()
    }

    fn capabilities(&self) -> SwitchCapabilities {
        let possible = if self.writable { Access::Write } else { Access::Read };
        let when = |there: bool| if there { possible } else { Access::None };
        let filtering = self.bridge.vlan_filtering;
        SwitchCapabilities {
            poe: when(!self.pse.is_empty()),
            poe_priority: when(self.pse.values().any(|pse| pse.priority.is_some())),
            poe_limit: when(self.pse.values().any(|pse| pse.limit.is_some())),
            poe_limit_step: None,
            poe_limit_needs: None,
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
        let link = self.link(port);
        let mode = self.link_modes.get(&port.index).copied().unwrap_or_default();
        PortState {
            if_index: Some(IfIndex(port.index)),
            bridge_port: port.number.map(BridgePort),
            link_up: Some(port.link_up),
            speed_mbps: mode.speed_mbps.filter(|_| port.link_up),
            duplex: mode.duplex.filter(|_| port.link_up),
            input_errors: link.and_then(|link| link.input_errors),
            output_errors: link.and_then(|link| link.output_errors),
            priorities: self.marks.get(&port.index).map(Marks::priorities),
            poe: self.pse.get(&port.index).map(|pse| poe_port(port.index, pse)),
            pvid: vlans.and_then(|vlans| vlans.pvid),
            tagged: vlans.map(PortVlans::tagged),
            untagged: vlans.map(PortVlans::untagged),
            uplink_evidence: self.uplink_evidence(port),
            ..PortState::default()
        }
    }

    /// The machine's own membership in the bridge's VLANs, as a port that nothing may change.
    fn own_port(&self) -> Option<(PortName, PortState)> {
        let vlans = self.own_vlans.as_ref().filter(|_| self.bridge.vlan_filtering)?;
        let port = PortState {
            if_index: Some(IfIndex(self.index)),
            pvid: vlans.pvid,
            tagged: Some(vlans.tagged()),
            untagged: Some(vlans.untagged()),
            uplink_evidence: vec!["the bridge itself: its VLANs are those in which this machine is reached".to_owned()],
            ..PortState::default()
        };
        Some((PortName::from(self.name.as_str()), port))
    }

    fn link(&self, port: &Port) -> Option<&Link> {
        self.links.iter().find(|link| link.index == port.index)
    }

    fn uplink_evidence(&self, port: &Port) -> Vec<String> {
        let aggregate = self.link(port).and_then(|link| link.aggregate).map(|kind| format!("link aggregation ({kind})"));
        let root = self.bridge.root_port.is_some() && self.bridge.root_port == port.number;
        let root = root.then(|| "spanning tree: towards the root bridge".to_owned());
        let management_paths = self.management_paths.iter().filter(|path| self.is_behind(path, port));
        let management_paths = management_paths.map(|path| format!("{} {} is behind it", path.what, path.address));
        aggregate.into_iter().chain(root).chain(management_paths).collect()
    }

    /// Whether a MAC address of the station was learned on this port, in the VLAN of the interface that leads there.
    fn is_behind(&self, path: &ManagementPath, port: &Port) -> bool {
        let own = self.own_interfaces();
        let rows = self.resolved.iter().filter(|row| row.address == path.address);
        let mut rows = rows.filter(|row| path.interface.is_none_or(|interface| interface == row.interface));
        rows.any(|row| {
            let learned = |entry: &&Entry| entry.port == port.index && entry.mac == row.mac;
            let in_vlan =
                |vlan: &Option<u16>| self.learned.iter().filter(learned).any(|entry| entry.vlan.is_none() || entry.vlan == *vlan);
            own.get(&row.interface).is_some_and(in_vlan)
        })
    }

    /// One for each power domain. The kernel tells no domain's budget: the inventory's figure counts for each.
    fn pse_groups(&self) -> BTreeMap<u32, PseGroup> {
        let group = |domain| PseGroup { nominal: self.power_budget, measured: self.power_measured(domain), ..PseGroup::default() };
        self.pse.values().map(domain).map(|domain| (domain, group(domain))).collect()
    }

    /// The sum over all ports of a domain that deliver; `None` when one of them does not say.
    fn power_measured(&self, wanted: u32) -> Option<Milliwatts> {
        let ports = self.pse.values().filter(|pse| domain(pse) == wanted);
        let delivering = ports.filter(|pse| pse.detection == Some(Detection::Delivering));
        let measured: Option<Vec<Milliwatts>> = delivering.map(|pse| pse.actual).collect();
        measured.map(|measured| measured.into_iter().sum())
    }

    /// Notes why there are no neighbours. A machine without lldpd has no table of them; one whose lldpd does not answer has.
    pub fn miss_neighbours(&mut self, has_none: bool, cause: &str) {
        self.notes.push(format!("LLDP and CDP neighbours: {cause}"));
        if !has_none {
            self.unread.push(Unread { table: GuardTable::Lldp, cause: cause.to_owned() });
        }
    }

    /// Notes why ports deliver no power.
    pub fn tell_of_pse(&mut self, ports: &[Port]) {
        let reason = |port: &Port| Some(format!("port {}: no power: {}", port.name, self.pse.get(&port.index)?.reason.as_ref()?));
        self.notes.extend(ports.iter().filter_map(reason));
        let domains = self.pse_groups().len();
        if domains > 1 && self.power_budget.is_some() {
            self.notes
                .push(format!("its ports draw from {domains} power domains: power_budget_w is taken for what each of them gives"));
        }
    }

    /// Notes what ports do with marks.
    pub fn tell_of_marks(&mut self) {
        if self.marks.is_empty() {
            return self.notes.push(format!("each port: {NO_DCB}"));
        }
        let mut alike: BTreeMap<Option<&Marks>, Vec<&str>> = BTreeMap::new();
        for port in &self.ports {
            alike.entry(self.marks.get(&port.index)).or_default().push(&port.name);
        }
        let told = alike.into_iter().map(|(marks, ports)| {
            let marks = marks.map_or_else(|| NO_DCB.to_owned(), Marks::to_string);
            format!("port {}: {marks}", ports.join(", "))
        });
        self.notes.extend(told.collect::<Vec<_>>());
    }

    /// Notes what PSEs reported.
    pub fn tell_of_reports(&mut self, reports: &[Report]) {
        let mut troubles: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for report in reports {
            if let Some(port) = self.ports.iter().find(|port| port.index == report.interface) {
                troubles.entry(&port.name).or_default().extend(report.trouble());
            }
        }
        troubles.retain(|_, trouble| !trouble.is_empty());
        self.notes.extend(troubles.into_iter().map(|(port, trouble)| {
            format!("port {port}: its PSE reported since the last reading: {}", trouble.into_iter().collect::<Vec<_>>().join(", "))
        }));
    }
}

/// The supply that a port draws from.
fn domain(pse: &Pse) -> u32 {
    pse.domain.unwrap_or(ONLY_DOMAIN)
}

fn poe_port(interface: u32, pse: &Pse) -> PoePort {
    PoePort { index: Some(PseIndex { group: domain(pse), port: interface }), ..pse.clone().into_port() }
}

#[cfg(test)]
mod tests {
    use super::super::{ethtool_header, pse_event};
    use super::*;
    use model::ids::MacAddress;
    use model::neighbour::{Protocol, Source};
    use model::switch::Hardware;

    fn identity() -> SwitchIdentity {
        SwitchIdentity {
            name: "closet".into(),
            system_name: None,
            description: None,
            object_id: None,
            uptime_cs: None,
            profile: "linux".to_owned(),
            hardware: Hardware::default(),
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
        assert_eq!(state.capabilities, SwitchCapabilities::default());
        assert!(state.notes[0].starts_with(FILTERING_IS_OFF), "{:?}", state.notes);
    }

    #[test]
    fn power_is_summed_only_when_every_port_tells() {
        let pse = |actual| Pse { detection: Some(Detection::Delivering), actual, ..Pse::default() };
        let budget = Some(Milliwatts::from_watts(60));
        let sum = |second| {
            let pse = BTreeMap::from([(1, pse(Some(Milliwatts(3000)))), (2, pse(second))]);
            state(Facts { pse, power_budget: budget, ..Facts::default() }).pse_groups[&ONLY_DOMAIN].clone()
        };
        assert_eq!(sum(Some(Milliwatts(500))).measured, Some(Milliwatts(3500)));
        assert_eq!((sum(None).measured, sum(None).nominal), (None, budget));
    }

    #[test]
    fn every_power_domain_is_a_group() {
        let pse = |domain| Pse {
            detection: Some(Detection::Delivering),
            actual: Some(Milliwatts(3000)),
            domain: Some(domain),
            reason: Some("budget exceeded".to_owned()),
            ..Pse::default()
        };
        let port = Port { index: 8, name: "swp1".to_owned(), ..Port::default() };
        let mut facts = Facts {
            pse: BTreeMap::from([(8, pse(1)), (9, pse(2)), (10, pse(2))]),
            power_budget: Some(Milliwatts::from_watts(60)),
            ..Facts::default()
        };
        facts.tell_of_pse(std::slice::from_ref(&port));
        assert_eq!(facts.notes[0], "port swp1: no power: budget exceeded");
        assert!(facts.notes[1].starts_with("its ports draw from 2 power domains"), "{:?}", facts.notes);
        facts.ports = vec![port];
        let state = state(facts);
        assert_eq!(state.pse_groups[&1].measured, Some(Milliwatts(3000)));
        assert_eq!(state.pse_groups[&2].measured, Some(Milliwatts(6000)));
        let poe = state.ports[&"swp1".into()].poe.as_ref().unwrap();
        assert_eq!(poe.index, Some(PseIndex { group: 1, port: 8 }));
    }

    #[test]
    fn what_a_pse_reported_is_told_once_for_each_port() {
        let report =
            |interface, events: u32| pse_event::decode(&ethtool_header::about(interface).u32(2, events).into_bytes()).unwrap();
        let port = Port { index: 8, name: "swp1".to_owned(), ..Port::default() };
        let mut facts = Facts { ports: vec![port], ..Facts::default() };
        facts.tell_of_reports(&[report(8, 1), report(8, 1 | 32), report(8, 16), report(9, 1)]);
        assert_eq!(facts.notes, ["port swp1: its PSE reported since the last reading: over budget, over current"]);
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
    fn the_port_towards_a_lifeline_is_an_uplink() {
        let (mac, other) = (MacAddress([0, 0, 0x5e, 0, 0x53, 1]), MacAddress([0, 0, 0x5e, 0, 0x53, 2]));
        let address: IpAddr = "10.30.0.1".parse().unwrap();
        let ports = [1, 2].map(|index| Port { index, name: format!("sw{index}"), ..Port::default() });
        let facts = |learned_in, route_by| Facts {
            index: 9,
            bridge: BridgeFacts { vlan_filtering: true, ..BridgeFacts::default() },
            ports: ports.to_vec(),
            links: vec![Link { index: 10, below: Some(9), vlan: Some(30), ..Link::default() }],
            learned: vec![Entry { port: 2, mac, vlan: Some(learned_in) }, Entry { port: 1, mac: other, vlan: Some(30) }],
            resolved: vec![host::Neighbour { interface: 10, mac, address }],
            management_paths: vec![ManagementPath { interface: route_by, address, what: "the gateway" }],
            ..Facts::default()
        };
        let evidence = |facts| state(facts).ports[&"sw2".into()].uplink_evidence.clone();
        assert_eq!(evidence(facts(30, Some(10))), ["the gateway 10.30.0.1 is behind it"]);
        assert_eq!(evidence(facts(30, None)), ["the gateway 10.30.0.1 is behind it"]);
        assert!(state(facts(30, None)).ports[&"sw1".into()].uplink_evidence.is_empty());
        assert!(evidence(facts(1, Some(10))).is_empty(), "the same address in another VLAN is another station");
        assert!(evidence(facts(30, Some(77))).is_empty(), "the route does not go through the bridge");
    }

    #[test]
    fn the_bridges_own_membership_is_a_port_that_nothing_may_change() {
        let facts = |vlan_filtering| Facts {
            index: 9,
            name: "br0".to_owned(),
            bridge: BridgeFacts { vlan_filtering, ..BridgeFacts::default() },
            own_vlans: Some(PortVlans::from_entries([(1, 6), (30, 0)])),
            ..Facts::default()
        };
        let with = state(facts(true));
        let own = &with.ports[&"br0".into()];
        assert_eq!((own.pvid, own.tagged.as_ref().unwrap().len()), (VlanId::new(1), 1));
        assert!(own.uplink_evidence[0].starts_with("the bridge itself"));
        assert!(state(facts(false)).ports.is_empty());
    }

    #[test]
    fn ports_that_treat_marks_alike_are_told_together() {
        let port = |index| Port { index, name: format!("swp{index}"), ..Port::default() };
        let mut facts = Facts { ports: vec![port(1), port(2), port(3)], ..Facts::default() };
        facts.tell_of_marks();
        let marks = Marks { by_dscp: BTreeMap::from([(46, BTreeSet::from([5]))]), ..Marks::default() };
        facts.marks = BTreeMap::from([(1, marks.clone()), (3, marks)]);
        facts.tell_of_marks();
        assert_eq!(
            facts.notes,
            [
                "each port: its driver has no DCB: DSCP is not mapped to a priority",
                "port swp2: its driver has no DCB: DSCP is not mapped to a priority",
                "port swp1, swp3: DSCP 46 → priority 5"
            ]
        );
    }

    #[test]
    fn what_is_heard_on_a_link_of_an_aggregate_is_on_its_port() {
        let heard = |interface: &str| InterfaceNeighbour {
            interface: interface.to_owned(),
            neighbour: Neighbour::new(Source::Switch, Protocol::Lldp),
        };
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
