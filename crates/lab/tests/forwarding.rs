//! Properties of forwarding in memory, over networks at random: some with loops, some with ports that are down or in few VLANs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use lab::forwarding::{AGEING_SECONDS, Arrival, Frame, Network, PortVlans, SwitchPort, VlanSet};
use model::ids::{BridgePort, MacAddress, VlanId};
use proptest::prelude::*;

const SWITCHES: [&str; 3] = ["a", "b", "c"];
const PORTS: u32 = 4;
const BROADCAST: MacAddress = MacAddress([0xff; 6]);

fn vlan(number: u16) -> VlanId {
    VlanId::new(number).unwrap()
}

fn device(number: u8) -> MacAddress {
    MacAddress([2, 0, 0, 0, 0, number])
}

fn port() -> impl Strategy<Value = PortVlans> {
    let vlans = || prop::collection::btree_set((1..4_u16).prop_map(vlan), 0..3);
    (prop::bool::weighted(0.9), (1..4_u16).prop_map(vlan), vlans(), vlans(), prop::bool::weighted(0.2)).prop_map(
        |(up, pvid, untagged, tagged, all)| {
            let tagged = if all { VlanSet::All } else { VlanSet::These(tagged) };
            PortVlans { up, pvid, untagged, tagged }
        },
    )
}

#[derive(Debug, Clone)]
struct Site {
    network: Network,
    ports: BTreeMap<SwitchPort, PortVlans>,
    linked: BTreeSet<SwitchPort>,
}

fn site() -> impl Strategy<Value = Site> {
    let ports = prop::collection::vec(port(), SWITCHES.len() * PORTS as usize);
    let links = prop::collection::vec((0..3_usize, 0..PORTS, 0..3_usize, 0..PORTS), 0..4);
    (ports, links).prop_map(|(ports, links)| {
        let place = |switch: usize, port: u32| SwitchPort::new(SWITCHES[switch], BridgePort(port + 1));
        let mut network = Network::default();
        let mut all = BTreeMap::new();
        for (switch, ports) in ports.chunks(PORTS as usize).enumerate() {
            let own: BTreeMap<_, _> = (1..).map(BridgePort).zip(ports.iter().cloned()).collect();
            all.extend(own.iter().map(|(port, vlans)| (SwitchPort::new(SWITCHES[switch], *port), vlans.clone())));
            network.set_switch(SWITCHES[switch], VlanSet::These([vlan(1), vlan(2)].into()), own);
        }
        let mut linked = BTreeSet::new();
        for (one, one_port, other, other_port) in links {
            let (one, other) = (place(one, one_port), place(other, other_port));
            if one != other && !linked.contains(&one) && !linked.contains(&other) {
                network.link(one.clone(), other.clone());
                linked.extend([one, other]);
            }
        }
        Site { network, ports: all, linked }
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    (0..4_u8, prop::option::of(0..4_u8), prop::option::of((1..4_u16).prop_map(vlan))).prop_map(|(source, destination, tag)| Frame {
        source: device(source),
        destination: destination.map_or(BROADCAST, device),
        tag,
    })
}

fn edge() -> impl Strategy<Value = SwitchPort> {
    (0..3_usize, 1..=PORTS).prop_map(|(switch, port)| SwitchPort::new(SWITCHES[switch], BridgePort(port)))
}

fn reached(arrivals: &[Arrival]) -> BTreeSet<&SwitchPort> {
    arrivals.iter().map(|arrival| &arrival.at).collect()
}

proptest! {
    #[test]
    fn a_frame_arrives_at_members_alone_and_with_the_right_tag(mut site in site(), from in edge(), frame in frame()) {
        for Arrival { at, tag } in site.network.send(&from, &frame, 0) {
            let port = &site.ports[&at];
            prop_assert!(port.up && at != from && !site.linked.contains(&at));
            match tag {
                Some(vlan) => prop_assert!(port.tagged.contains(vlan) && !port.untagged.contains(&vlan)),
                None => prop_assert!(!port.untagged.is_empty()),
            }
        }
    }

    #[test]
    fn on_one_switch_a_frame_stays_in_its_vlan(mut site in site(), from in edge(), frame in frame()) {
        let ingress = &site.ports[&from];
        let vlan = frame.tag.unwrap_or(ingress.pvid);
        for Arrival { at, tag } in site.network.send(&from, &frame, 0).into_iter().filter(|arrival| arrival.at.switch == from.switch) {
            prop_assume!(site.linked.is_empty());
            prop_assert!(ingress.is_member(vlan) && vlan.get() < 3, "no such VLAN there");
            prop_assert_eq!(site.ports[&at].egress(vlan), Some(tag));
        }
    }

    #[test]
    fn loops_end_and_a_port_gets_a_frame_once_in_each_vlan(mut site in site(), from in edge(), frame in frame()) {
        const VLANS: usize = 2;
        let mut copies: BTreeMap<SwitchPort, usize> = BTreeMap::new();
        for arrival in site.network.send(&from, &frame, 0) {
            *copies.entry(arrival.at).or_default() += 1;
        }
        prop_assert!(copies.values().all(|copies| *copies <= VLANS), "{:?}", copies);
    }

    #[test]
    fn an_unknown_destination_is_flooded_like_a_broadcast(site in site(), from in edge(), tag in prop::option::of((1..3_u16).prop_map(vlan))) {
        let send = |destination| site.network.clone().send(&from, &Frame { source: device(1), destination, tag }, 0);
        prop_assert_eq!(send(device(9)), send(BROADCAST));
    }

    #[test]
    fn a_learned_destination_is_flooded_no_more(mut site in site(), one in edge(), other in edge(), tag in prop::option::of((1..3_u16).prop_map(vlan))) {
        prop_assume!(one != other && site.linked.is_empty());
        let heard = site.network.send(&one, &Frame { source: device(1), destination: BROADCAST, tag }, 0);
        let back = Frame { source: device(2), destination: device(1), tag };
        let arrivals = site.network.send(&other, &back, 1);
        let same_vlan = site.ports[&one].ingress(tag) == site.ports[&other].ingress(tag);
        if same_vlan && reached(&heard).contains(&other) {
            prop_assert!(reached(&arrivals).iter().all(|place| **place == one), "{:?}", arrivals);
        }
    }

    #[test]
    fn a_port_that_is_down_neither_takes_nor_gives(mut site in site(), down in edge(), from in edge(), frame in frame()) {
        let ports = site.ports.iter().filter(|(place, _)| place.switch == down.switch);
        let ports = ports.map(|(place, port)| (place.port, PortVlans { up: port.up && *place != down, ..port.clone() })).collect();
        site.network.set_switch(&down.switch, VlanSet::These([vlan(1), vlan(2)].into()), ports);
        let arrivals = site.network.send(&from, &frame, 0);
        prop_assert!(!reached(&arrivals).contains(&down));
        prop_assert!(from != down || arrivals.is_empty());
    }
}

/// A line of two switches, a phone and a server at its ends.
fn line() -> (Network, SwitchPort, SwitchPort) {
    let mut network = Network::default();
    let access = |tagged: u16| PortVlans {
        up: true,
        pvid: vlan(1),
        untagged: [vlan(1)].into(),
        tagged: VlanSet::These([vlan(tagged)].into()),
    };
    for name in ["closet", "core"] {
        let ports = [(BridgePort(1), access(20)), (BridgePort(2), access(20))].into();
        network.set_switch(name, VlanSet::These([vlan(1), vlan(20)].into()), ports);
    }
    network.link(SwitchPort::new("closet", BridgePort(2)), SwitchPort::new("core", BridgePort(1)));
    (network, SwitchPort::new("closet", BridgePort(1)), SwitchPort::new("core", BridgePort(2)))
}

fn hello(tag: Option<VlanId>) -> Frame {
    Frame { source: device(1), destination: BROADCAST, tag }
}

#[test]
fn a_frame_crosses_a_link_only_in_a_vlan_of_both_ends() {
    let (mut network, phone, server) = line();
    let there = |tag| vec![Arrival { at: server.clone(), tag }];
    assert_eq!(network.send(&phone, &hello(Some(vlan(20))), 0), there(Some(vlan(20))));
    assert_eq!(network.send(&phone, &hello(None), 0), there(None));
    let bare = PortVlans { up: true, pvid: vlan(1), untagged: [vlan(1)].into(), tagged: VlanSet::These(BTreeSet::new()) };
    let access = PortVlans { tagged: VlanSet::These([vlan(20)].into()), ..bare.clone() };
    let ports = [(BridgePort(1), access), (BridgePort(2), bare)].into();
    network.set_switch("closet", VlanSet::These([vlan(1), vlan(20)].into()), ports);
    assert_eq!(network.send(&phone, &hello(Some(vlan(20))), 0), [], "the uplink is no member");
    assert_eq!(network.send(&phone, &hello(None), 0), there(None));
}

#[test]
fn what_was_learned_is_forgotten_in_time_and_when_its_port_goes_down() {
    let (mut network, phone, _) = line();
    network.send(&phone, &hello(Some(vlan(20))), 10);
    let entries = |network: &Network, switch| network.fdb(switch).unwrap().keys().copied().collect::<Vec<_>>();
    assert_eq!(entries(&network, "core"), [(vlan(20), device(1))]);
    assert!(!network.age(10 + AGEING_SECONDS - 1));
    assert!(network.age(10 + AGEING_SECONDS));
    assert_eq!((entries(&network, "core"), entries(&network, "closet")), (vec![], vec![]));
    network.send(&phone, &hello(None), 400);
    network.flush(&phone);
    assert_eq!((entries(&network, "closet"), entries(&network, "core").len()), (vec![], 1));
}
