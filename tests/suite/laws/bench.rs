//! One generated site with one simulated switch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::capabilities::Capabilities;
use model::change::Observed;
use model::identifier::Identifier;
use model::ids::{MacAddress, PortName, PortRef, PseIndex, SwitchName, VlanId};
use model::neighbour::{Neighbour, Protocol, Source};
use model::site::{PhoneSpec, Site, SwitchSpec, SwitchTransport, VlanRole, VlanSpec};
use model::switch::{
    Access, Detection, Hardware, PoePort, PoePriority, PortMode, PortState, PseGroup, SwitchCapabilities, SwitchIdentity,
    SwitchState, UntaggedMove, VoiceVlan, VoiceVlanModel,
};
use model::timestamp::Timestamp;
use model::trunk::Trunk;
use model::units::Milliwatts;
use voiceport::change::apply::Switches;
use voiceport::change::next::Entry;
use voiceport::change::plan::Plan;
use voiceport::change::planner::plan;
use voiceport::phones::catalogue::Catalogue;

use super::simulated::{Fault, Simulated};

/// Where a generated site begins: per phone port PoE on, membership (0 none, 1 tagged, 2 untagged), data VLAN already right.
#[derive(Debug, Clone)]
pub struct Start {
    pub ports: Vec<(bool, u8, bool)>,
    pub kind: Kind,
    pub vlan_exists: bool,
}

/// What a switch has for voice and untagged VLANs, and how it bears their change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A voice VLAN of each port, and no lists of members.
    PortObject,
    /// Members, in any order.
    TaggedMember,
    /// Members, and a second untagged VLAN of a port is refused.
    OneUntagged,
    /// Members; the PVID moves the port by itself and leaves it in the old VLAN tagged; VLANs have the attribute of being for voice.
    VlanAttribute,
    /// One voice VLAN for the switch, which each port has or not, behind a function that may be off.
    SwitchObject,
    /// One voice VLAN for the switch, tagged on ports in trunk mode; the PVID alone says which VLAN is untagged.
    Trunks,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::PortObject, Self::TaggedMember, Self::OneUntagged, Self::VlanAttribute, Self::SwitchObject, Self::Trunks];

    fn has_members(self) -> bool {
        !matches!(self, Self::PortObject | Self::SwitchObject)
    }

    fn capabilities(self) -> SwitchCapabilities {
        let access = |is| if is { Access::Write } else { Access::None };
        SwitchCapabilities {
            poe: Access::Write,
            poe_priority: Access::Write,
            access_vlan: Access::Write,
            membership: access(self.has_members()),
            port_mode: access(self == Self::Trunks),
            untagged_move: match self {
                Self::PortObject | Self::TaggedMember | Self::SwitchObject => UntaggedMove::NewFirst,
                Self::OneUntagged => UntaggedMove::OldFirst,
                Self::VlanAttribute => UntaggedMove::PvidFirst,
                Self::Trunks => UntaggedMove::PvidAlone,
            },
            voice_vlan: match self {
                Self::PortObject => VoiceVlanModel::PortObject,
                Self::TaggedMember | Self::OneUntagged => VoiceVlanModel::TaggedMember,
                Self::VlanAttribute => VoiceVlanModel::VlanAttribute,
                Self::SwitchObject | Self::Trunks => VoiceVlanModel::SwitchObject,
            },
            vlan_create: Access::Write,
            persist: Access::Write,
            ..SwitchCapabilities::default()
        }
    }
}

pub struct Bench {
    pub site: Site,
    pub catalogue: Catalogue,
    switch: Arc<Simulated>,
    phones: usize,
}

fn vlan(id: u16) -> VlanId {
    VlanId::new(id).unwrap()
}

impl Bench {
    pub fn new(start: &Start) -> Self {
        Self {
            site: site(start.ports.len()),
            catalogue: Catalogue::default(),
            switch: Arc::new(Simulated::new(state(start))),
            phones: start.ports.len(),
        }
    }

    pub fn plan(&self) -> Plan {
        plan(&self.site, &self.observed(), &self.catalogue)
    }

    pub fn observed(&self) -> Observed {
        Observed { switches: BTreeMap::from([(SwitchName::from("sw"), self.switch.state())]), ..Observed::default() }
    }

    pub fn switches(&self) -> Switches {
        let switch: Arc<dyn voiceport::switch::Switch> = Arc::clone(&self.switch) as _;
        BTreeMap::from([(SwitchName::from("sw"), switch)])
    }

    pub fn state(&self) -> SwitchState {
        self.switch.state()
    }

    pub fn other_ports(&self) -> Vec<PortState> {
        self.state().ports.into_iter().filter(|(name, _)| index(name) >= self.phones).map(|(_, port)| port).collect()
    }

    /// Whether the switch saves each write by itself, as it did.
    pub fn saves_each_write(&self) -> bool {
        self.switch.saves_each_write_now()
    }

    pub fn set_fault(&self, fault: Fault) {
        self.switch.set_fault(fault);
    }

    pub fn set_budget(&self, watts: u32) {
        self.switch.edit(|state| state.pse_groups.get_mut(&1).unwrap().nominal = Some(Milliwatts::from_watts(watts)));
    }

    pub fn edit_port(&self, index: usize, edit: impl FnOnce(&mut PortState)) {
        self.switch.edit(|state| edit(state.ports.get_mut(&name(index)).unwrap()));
    }

    pub fn edit_state(&self, edit: impl FnOnce(&mut SwitchState)) {
        self.switch.edit(edit);
    }

    pub fn put_a_switch_behind(&self, port: usize) {
        let mut neighbour = Neighbour::new(Source::Switch, Protocol::Lldp);
        neighbour.capabilities_enabled = Some(Capabilities::Lldp(0x14));
        self.switch.edit(|state| state.ports.get_mut(&name(port)).unwrap().neighbours.push(neighbour));
    }

    /// A neighbour on a port that says to be this phone, at this address.
    pub fn announce(&self, phone: usize, port: usize, address: &str) {
        let mut neighbour = Neighbour::new(Source::Switch, Protocol::Lldp);
        neighbour.mac = Some(mac(phone));
        neighbour.capabilities_enabled = Some(Capabilities::Lldp(0x20));
        neighbour.management_addresses = vec![Identifier::Ip(address.parse().unwrap())];
        self.switch.edit(|state| state.ports.get_mut(&name(port)).unwrap().neighbours.push(neighbour));
    }

    /// Carries out what a journal says was written; of a write without a result only when it `arrived`.
    pub fn replay(&self, plan: &Plan, lines: &[Entry], arrived: bool) {
        for (position, line) in lines.iter().enumerate() {
            let done = position + 1 < lines.len() || arrived;
            match line {
                Entry::RequestLeaving { step, .. } if done => {
                    let step = plan.steps.iter().find(|other| other.number == *step).unwrap();
                    self.switch.carry_out(step.port.as_ref(), &step.change);
                }
                Entry::AutoSavePausing { .. } if done => self.switch.tell_to_save_each_write(false),
                Entry::AutoSaveResumed { .. } => self.switch.tell_to_save_each_write(true),
                _ => {}
            }
        }
    }
}

fn name(index: usize) -> PortName {
    PortName::from(format!("p{index}"))
}

fn index(name: &PortName) -> usize {
    name.as_str().trim_start_matches('p').parse().unwrap()
}

fn mac(index: usize) -> MacAddress {
    MacAddress([0, 0x15, 0x65, 0, 0, u8::try_from(index).unwrap()])
}

fn site(phones: usize) -> Site {
    let voice = VlanSpec { id: vlan(20), role: VlanRole::Voice, priority: None, dscp: None };
    let data = VlanSpec { id: vlan(10), role: VlanRole::Data, priority: None, dscp: None };
    let switch = SwitchSpec {
        transport: SwitchTransport::Snmp { address: "192.0.2.1".to_owned(), port: 161 },
        read: None,
        write: None,
        profile: None,
        voice_vlan: None,
        data_vlan: Some("data".to_owned()),
        protect: BTreeSet::new(),
        power_budget: None,
        allow_generic_write: true,
    };
    let phone = |index| PhoneSpec {
        mac: mac(index),
        model: "yealink/t46s".parse().unwrap(),
        at: Some(PortRef { switch: SwitchName::from("sw"), port: name(index) }),
        address: None,
        lines: Vec::new(),
        poe_priority: None,
        poe_limit: None,
        settings: BTreeMap::new(),
    };
    Site {
        name: "generated".to_owned(),
        vlans: BTreeMap::from([("voice".to_owned(), voice), ("data".to_owned(), data)]),
        switches: BTreeMap::from([(SwitchName::from("sw"), switch)]),
        phones: (0..phones).map(phone).collect(),
        ..Site::default()
    }
}

fn state(start: &Start) -> SwitchState {
    let mut ports: BTreeMap<PortName, PortState> = BTreeMap::new();
    for (index, facts) in start.ports.iter().enumerate() {
        ports.insert(name(index), port(index, *facts, start.kind));
    }
    for index in start.ports.len()..start.ports.len() + 3 {
        ports.insert(name(index), port(index, (index % 2 == 0, 0, false), start.kind));
    }
    let mut vlans = BTreeMap::from([(vlan(1), "default".to_owned()), (vlan(10), "data".to_owned())]);
    // a port cannot be a member of a VLAN that does not exist
    if start.vlan_exists || start.ports.iter().any(|(_, member, _)| *member != 0) {
        vlans.insert(vlan(20), "voice".to_owned());
    }
    SwitchState {
        identity: SwitchIdentity {
            name: SwitchName::from("sw"),
            system_name: None,
            description: None,
            object_id: None,
            uptime_cs: None,
            profile: "simulated".to_owned(),
            hardware: Hardware::default(),
        },
        capabilities: start.kind.capabilities(),
        read_at: Timestamp::from_unix_nanos(0),
        vlans: Some(vlans),
        suspended_vlans: BTreeSet::new(),
        voice_attributes: (start.kind == Kind::VlanAttribute).then(BTreeSet::new),
        voice_vlan: matches!(start.kind, Kind::SwitchObject | Kind::Trunks).then(|| {
            if start.ports.iter().any(|(_, member, _)| *member == 1) { VoiceVlan::Vlan(vlan(20)) } else { VoiceVlan::None }
        }),
        voice_function: (start.kind == Kind::SwitchObject).then_some(start.vlan_exists),
        ports,
        pse_groups: BTreeMap::from([(1, PseGroup { nominal: Some(Milliwatts::from_watts(370)), ..PseGroup::default() })]),
        unmapped_pse: Vec::new(),
        unplaced_neighbours: Vec::new(),
        unsaved_changes: None,
        unread: Vec::new(),
        own_addresses: std::collections::BTreeSet::new(),
        notes: Vec::new(),
    }
}

fn port(index: usize, (on, member, data): (bool, u8, bool), kind: Kind) -> PortState {
    // only a switch that bears it has a port with two untagged VLANs
    let member = if member == 2 && kind != Kind::TaggedMember { 0 } else { member };
    let untagged = vlan(if data { 10 } else { 1 });
    let voice = BTreeSet::from([vlan(20)]);
    let (tagged, mut plain) = match member {
        1 => (voice, BTreeSet::new()),
        2 => (BTreeSet::new(), voice),
        _ => (BTreeSet::new(), BTreeSet::new()),
    };
    plain.insert(untagged);
    let of_port = if member == 1 { VoiceVlan::Vlan(vlan(20)) } else { VoiceVlan::None };
    PortState {
        poe: Some(PoePort {
            index: Some(PseIndex { group: 1, port: u32::try_from(index + 1).unwrap() }),
            enabled: Some(on),
            detection: Some(if on { Detection::Searching } else { Detection::Disabled }),
            priority: Some(PoePriority::Low),
            ..PoePort::default()
        }),
        pvid: Some(untagged),
        tagged: kind.has_members().then_some(tagged),
        untagged: kind.has_members().then_some(plain),
        voice_vlan: matches!(kind, Kind::PortObject | Kind::SwitchObject).then_some(of_port),
        mode: (kind == Kind::Trunks).then_some(if member == 1 { PortMode::Trunk } else { PortMode::Access }),
        idle_trunk: (kind == Kind::Trunks && member != 1)
            .then(|| Trunk { native: VlanId::DEFAULT, allowed: "1-4094".parse().unwrap() }),
        ..PortState::default()
    }
}
