//! The simulated network as one: the switches, the core that joins them, and what is plugged in and talks. What it decides is
//! [`crate::forwarding`]'s; here are the lock and the clock. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use model::ids::{BridgePort, MacAddress, VlanId};
use tokio::sync::watch;

use crate::forwarding::{Arrival, Frame, Network, PortVlans, SwitchPort, VlanSet};
use crate::site;
use crate::switch::shared::SharedSwitch;
use crate::switch::state::Switch;
use crate::switch::traffic::Activity;

const BROADCAST: MacAddress = MacAddress([0xff; 6]);

/// All switches, and what they have learned of each other's devices.
pub(crate) struct Fabric {
    switches: Vec<Arc<SharedSwitch>>,
    state: Mutex<State>,
    changes: watch::Receiver<u64>,
    started: Instant,
}

struct State {
    network: Network,
    /// The number of changes of each switch that is in it.
    shown: Vec<u64>,
    /// In which VLAN each device talked last.
    talked: BTreeMap<(SwitchPort, MacAddress), Option<VlanId>>,
}

impl Fabric {
    /// Joins the switches; `changes` counts the changes of any of them.
    pub(crate) fn new(switches: Vec<Arc<SharedSwitch>>, changes: watch::Receiver<u64>) -> Self {
        let mut network = Network::default();
        network.set_switch(site::CORE, VlanSet::All, core_ports());
        for switch in &switches {
            if let Some((own, core)) = switch.read(uplink) {
                network.link(own, core);
            }
        }
        let state = State { network, shown: Vec::new(), talked: BTreeMap::new() };
        let fabric = Self { switches, state: Mutex::new(state), changes, started: Instant::now() };
        fabric.refresh();
        fabric
    }

    pub(crate) fn switches(&self) -> &[Arc<SharedSwitch>] {
        &self.switches
    }

    pub(crate) fn switch(&self, name: &str) -> Option<&Arc<SharedSwitch>> {
        self.switches.iter().find(|switch| switch.read(|switch| switch.layout.name == name))
    }

    /// Resolves when something has changed on any switch.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// Lets every device talk once, when a switch has changed since, and gives each switch what it has learned.
    pub(crate) fn refresh(&self) {
        drop(self.refreshed());
    }

    /// Whether a DHCP request of the device at a port, sent in this VLAN, reaches the server, and its answer comes back.
    pub(crate) fn reaches_server(&self, place: &SwitchPort, device: MacAddress, vlan: VlanId) -> bool {
        let now = self.now();
        let (mut state, server) = (self.refreshed(), site::server());
        let request = Frame { source: device, destination: BROADCAST, tag: Some(vlan) };
        let there = Arrival { at: server.clone(), tag: Some(site::VOICE_VLAN) };
        if !state.network.send(place, &request, now).contains(&there) {
            return false;
        }
        let answer = Frame { source: site::SERVER_MAC, destination: device, tag: Some(site::VOICE_VLAN) };
        let back = Arrival { at: place.clone(), tag: Some(vlan) };
        state.network.send(&server, &answer, now).contains(&back)
    }

    /// Where a frame would arrive; nothing is learned from it.
    pub(crate) fn trace(&self, from: &SwitchPort, frame: &Frame) -> Vec<Arrival> {
        let mut network = self.refreshed().network.clone();
        network.send(from, frame, self.now())
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    fn refreshed(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let shown: Vec<u64> = self.revisions().collect();
        if !state.network.age(self.now()) && state.shown == shown {
            return state;
        }
        let numbered = |switch: &Arc<SharedSwitch>| switch.read_numbered(|switch, revision| (Snapshot::of(switch), revision));
        let seen: Vec<(Snapshot, u64)> = self.switches.iter().map(numbered).collect();
        for (Snapshot { name, vlans, ports, .. }, _) in &seen {
            state.network.set_switch(name, vlans.clone(), ports.clone());
        }
        for (snapshot, _) in &seen {
            state.talk(snapshot, self.now());
        }
        state.core_talks(self.now());
        state.shown.clear();
        for (shared, (snapshot, revision)) in self.switches.iter().zip(seen) {
            let fdb = state.network.fdb(snapshot.name).into_iter().flatten();
            let fdb = fdb.map(|((vlan, mac), entry)| ((*vlan, *mac), entry.port)).collect();
            let learned = fdb != snapshot.fdb;
            if learned {
                shared.change(|switch| switch.fdb = fdb);
            }
            // Our own change is one; what came between is seen next time.
            state.shown.push(revision + u64::from(learned));
        }
        state
    }

    fn revisions(&self) -> impl Iterator<Item = u64> {
        self.switches.iter().map(|switch| switch.read_numbered(|_, revision| revision))
    }
}

/// What forwarding needs to know of a switch.
struct Snapshot {
    name: &'static str,
    vlans: VlanSet,
    ports: BTreeMap<BridgePort, PortVlans>,
    /// Who talks at which port, and with which tag.
    devices: Vec<(BridgePort, MacAddress, Option<VlanId>)>,
    fdb: BTreeMap<(VlanId, MacAddress), BridgePort>,
}

impl Snapshot {
    fn of(switch: &Switch) -> Self {
        let mut devices = Vec::new();
        for (port, plug) in switch.plugs.iter().filter(|(port, _)| **port != switch.layout.uplink) {
            let phone = plug.power.is_some();
            devices.push((*port, plug.mac, switch.advertised_voice_vlan(*port).filter(|_| phone)));
            if switch.traffic.get(port).is_some_and(|traffic| traffic.activity == Activity::Pc) {
                devices.push((*port, site::pc_behind(plug.mac), None));
            }
        }
        let (name, fdb) = (switch.layout.name, switch.fdb.clone());
        Self { name, vlans: switch.vlan_set(), ports: switch.bridging(), devices, fdb }
    }
}

impl State {
    /// Everything at the ports of a switch sends a frame in its VLAN.
    fn talk(&mut self, snapshot: &Snapshot, now: u64) {
        for (port, mac, tag) in &snapshot.devices {
            let place = SwitchPort::new(snapshot.name, *port);
            if !self.network.is_up(&place) {
                continue;
            }
            let before = self.talked.insert((place.clone(), *mac), *tag);
            if before.is_some_and(|before| before != *tag) {
                // A phone that changes its VLAN starts its network anew: its link goes down for a moment.
                self.network.flush(&place);
            }
            self.network.send(&place, &Frame { source: *mac, destination: BROADCAST, tag: *tag }, now);
        }
    }

    /// The core itself, and the server behind it.
    fn core_talks(&mut self, now: u64) {
        let own = Frame { source: site::CORE_MAC, destination: BROADCAST, tag: None };
        self.network.send(&SwitchPort::new(site::CORE, site::CORE_ITSELF), &own, now);
        for tag in [None, Some(site::VOICE_VLAN)] {
            let frame = Frame { source: site::SERVER_MAC, destination: BROADCAST, tag };
            self.network.send(&site::server(), &frame, now);
        }
    }
}

/// The uplink of a switch, and the port of the core it is plugged into.
fn uplink(switch: &Switch) -> Option<(SwitchPort, SwitchPort)> {
    let core = site::core_port(switch.layout.name)?;
    Some((SwitchPort::new(switch.layout.name, switch.layout.uplink), SwitchPort::new(site::CORE, core)))
}

/// Ports of the core: its trunks carry everything; the server has the data VLAN untagged and the voice VLAN tagged.
fn core_ports() -> BTreeMap<BridgePort, PortVlans> {
    let native = VlanId::DEFAULT;
    let trunk = || PortVlans { up: true, pvid: native, untagged: [native].into(), tagged: VlanSet::All };
    let itself = PortVlans { tagged: VlanSet::These(BTreeSet::new()), ..trunk() };
    let server = PortVlans {
        up: true,
        pvid: site::DATA_VLAN,
        untagged: [site::DATA_VLAN].into(),
        tagged: VlanSet::These([site::VOICE_VLAN].into()),
    };
    let trunks = site::CORE_TRUNKS.map(|port| (port, trunk()));
    trunks.into_iter().chain([(site::CORE_ITSELF, itself), (site::server().port, server)]).collect()
}
