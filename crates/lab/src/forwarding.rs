//! Which simulated frame arrives where: bridging by VLAN (IEEE 802.1Q §8) over the switches and the links between them. Pure.
//!
//! A frame that comes in is put into a VLAN by its tag or the port's PVID, and dropped unless the port is a member (ingress filtering is
//! on). Its source is learned; it leaves by the port its destination was learned at, else by every other member port. Where links form a
//! loop, each switch forwards a frame once in each VLAN, as if spanning tree had cut the loop. Not simulated: spanning tree itself,
//! private VLANs, priorities.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use model::ids::{BridgePort, MacAddress, VlanId};

/// An entry that was not confirmed for so long goes (IEEE 802.1Q §8.8.3), in seconds.
pub const AGEING_SECONDS: u64 = 300;

/// A port of a switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SwitchPort {
    pub switch: String,
    pub port: BridgePort,
}

impl SwitchPort {
    #[must_use]
    pub fn new(switch: &str, port: BridgePort) -> Self {
        Self { switch: switch.to_owned(), port }
    }
}

impl fmt::Display for SwitchPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} port {}", self.switch, self.port.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VlanSet {
    All,
    These(BTreeSet<VlanId>),
}

impl VlanSet {
    #[must_use]
    pub fn contains(&self, vlan: VlanId) -> bool {
        match self {
            Self::All => true,
            Self::These(vlans) => vlans.contains(&vlan),
        }
    }
}

/// What a port does with VLANs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortVlans {
    /// Whether its link is up.
    pub up: bool,
    /// The VLAN of untagged frames that come in.
    pub pvid: VlanId,
    /// VLANs whose frames leave untagged.
    pub untagged: BTreeSet<VlanId>,
    /// VLANs whose frames leave tagged, unless they are among the untagged ones.
    pub tagged: VlanSet,
}

impl PortVlans {
    #[must_use]
    pub fn is_member(&self, vlan: VlanId) -> bool {
        self.untagged.contains(&vlan) || self.tagged.contains(vlan)
    }

    /// The VLAN of a frame that comes in; `None` when it is dropped.
    #[must_use]
    pub fn ingress(&self, tag: Option<VlanId>) -> Option<VlanId> {
        Some(tag.unwrap_or(self.pvid)).filter(|vlan| self.up && self.is_member(*vlan))
    }

    /// The tag with which a frame of this VLAN leaves: `None` when it does not, `Some(None)` when it leaves untagged.
    #[must_use]
    pub fn egress(&self, vlan: VlanId) -> Option<Option<VlanId>> {
        match (self.up, self.untagged.contains(&vlan)) {
            (true, true) => Some(None),
            (true, false) if self.tagged.contains(vlan) => Some(Some(vlan)),
            _ => None,
        }
    }
}

/// An Ethernet frame, as far as bridges look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub source: MacAddress,
    pub destination: MacAddress,
    /// The VLAN of its 802.1Q tag.
    pub tag: Option<VlanId>,
}

/// A frame at a port behind which there is no switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    pub at: SwitchPort,
    pub tag: Option<VlanId>,
}

/// An entry of a forwarding database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FdbEntry {
    pub port: BridgePort,
    /// When a frame from this address last came in, in seconds.
    pub seen: u64,
}

/// The forwarding database of a switch: one of each VLAN.
pub type Fdb = BTreeMap<(VlanId, MacAddress), FdbEntry>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Bridge {
    vlans: BTreeSet<VlanId>,
    /// Whether it has every VLAN.
    all_vlans: bool,
    ports: BTreeMap<BridgePort, PortVlans>,
    fdb: Fdb,
}

/// Switches, and the links between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    bridges: BTreeMap<String, Bridge>,
    links: BTreeMap<SwitchPort, SwitchPort>,
}

impl Network {
    /// Gives a switch its VLANs and ports, and forgets what was learned at a port that is down or has left the VLAN.
    pub fn set_switch(&mut self, name: &str, vlans: VlanSet, ports: BTreeMap<BridgePort, PortVlans>) {
        let bridge = self.bridges.entry(name.to_owned()).or_default();
        bridge.all_vlans = vlans == VlanSet::All;
        bridge.vlans = if let VlanSet::These(vlans) = vlans { vlans } else { BTreeSet::new() };
        bridge.ports = ports;
        self.forget_unreachable(name);
    }

    pub fn link(&mut self, one: SwitchPort, other: SwitchPort) {
        self.links.insert(one.clone(), other.clone());
        self.links.insert(other, one);
    }

    /// The port at the other end of a link.
    #[must_use]
    pub fn peer(&self, place: &SwitchPort) -> Option<&SwitchPort> {
        self.links.get(place)
    }

    /// Whether the link of a port is up; the other end of a link between switches counts too.
    #[must_use]
    pub fn is_up(&self, place: &SwitchPort) -> bool {
        self.end_is_up(place) && self.links.get(place).is_none_or(|peer| self.end_is_up(peer))
    }

    fn end_is_up(&self, place: &SwitchPort) -> bool {
        let port = self.bridges.get(&place.switch).and_then(|bridge| bridge.ports.get(&place.port));
        port.is_some_and(|port| port.up)
    }

    /// What a switch has learned.
    #[must_use]
    pub fn fdb(&self, switch: &str) -> Option<&Fdb> {
        self.bridges.get(switch).map(|bridge| &bridge.fdb)
    }

    /// Forgets what was learned at a port.
    pub fn flush(&mut self, place: &SwitchPort) {
        if let Some(bridge) = self.bridges.get_mut(&place.switch) {
            bridge.fdb.retain(|_, entry| entry.port != place.port);
        }
    }

    /// Forgets what was not confirmed for [`AGEING_SECONDS`]; whether there was any.
    pub fn age(&mut self, now: u64) -> bool {
        let mut aged = false;
        for bridge in self.bridges.values_mut() {
            let before = bridge.fdb.len();
            bridge.fdb.retain(|_, entry| now.saturating_sub(entry.seen) < AGEING_SECONDS);
            aged |= bridge.fdb.len() != before;
        }
        aged
    }

    /// Takes in a frame at a port. The switches on its way learn its source; the answer is where it arrives.
    pub fn send(&mut self, from: &SwitchPort, frame: &Frame, now: u64) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        let mut forwarded = BTreeSet::new();
        let mut waiting = VecDeque::from([(from.clone(), frame.tag)]);
        while let Some((place, tag)) = waiting.pop_front() {
            let Some(vlan) = self.accept(&place, tag) else { continue };
            if !forwarded.insert((place.switch.clone(), vlan)) {
                continue;
            }
            for (port, tag) in self.forward(&place, vlan, frame, now) {
                let out = SwitchPort { switch: place.switch.clone(), port };
                match self.links.get(&out) {
                    Some(peer) => waiting.push_back((peer.clone(), tag)),
                    None if out == *from => {}
                    None => arrivals.push(Arrival { at: out, tag }),
                }
            }
        }
        arrivals.sort();
        arrivals
    }

    /// The VLAN into which a frame comes; `None` when it is dropped.
    fn accept(&self, place: &SwitchPort, tag: Option<VlanId>) -> Option<VlanId> {
        let bridge = self.bridges.get(&place.switch)?;
        let vlan = bridge.ports.get(&place.port)?.ingress(tag)?;
        (self.is_up(place) && bridge.has(vlan)).then_some(vlan)
    }

    /// Learns the source of a frame; the ports it leaves by, with its tag there.
    fn forward(&mut self, at: &SwitchPort, vlan: VlanId, frame: &Frame, now: u64) -> Vec<(BridgePort, Option<VlanId>)> {
        let up: BTreeSet<BridgePort> = {
            let ports = self.bridges.get(&at.switch).into_iter().flat_map(|bridge| bridge.ports.keys());
            ports.filter(|port| self.is_up(&SwitchPort { switch: at.switch.clone(), port: **port })).copied().collect()
        };
        let Some(bridge) = self.bridges.get_mut(&at.switch) else { return Vec::new() };
        if !is_group(frame.source) {
            bridge.fdb.insert((vlan, frame.source), FdbEntry { port: at.port, seen: now });
        }
        let known = bridge.fdb.get(&(vlan, frame.destination)).filter(|_| !is_group(frame.destination)).map(|entry| entry.port);
        let leaves = |port: BridgePort| port != at.port && up.contains(&port) && known.is_none_or(|known| known == port);
        let ports = bridge.ports.iter().filter(|(port, _)| leaves(**port));
        ports.filter_map(|(port, vlans)| Some((*port, vlans.egress(vlan)?))).collect()
    }

    fn forget_unreachable(&mut self, name: &str) {
        let Some(bridge) = self.bridges.get(name) else { return };
        let reachable = |vlan: VlanId, port: BridgePort| {
            let member = bridge.ports.get(&port).is_some_and(|port| port.is_member(vlan));
            member && bridge.has(vlan) && self.is_up(&SwitchPort::new(name, port))
        };
        let kept = bridge.fdb.iter().filter(|((vlan, _), entry)| reachable(*vlan, entry.port));
        let fdb = kept.map(|(key, entry)| (*key, *entry)).collect();
        if let Some(bridge) = self.bridges.get_mut(name) {
            bridge.fdb = fdb;
        }
    }
}

impl Bridge {
    fn has(&self, vlan: VlanId) -> bool {
        self.all_vlans || self.vlans.contains(&vlan)
    }
}

/// Whether an address is a broadcast or multicast one (IEEE 802 §8.2.2).
const fn is_group(address: MacAddress) -> bool {
    address.0[0] & 1 == 1
}
