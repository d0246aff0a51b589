//! Tables of an agent → `SwitchState`. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Profile, Unsaved};
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use crate::switch::snmp::read::maps::Maps;
use crate::switch::snmp::read::numbering::Numbers;
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::{
    fdb, guards, if_status, lag, lldp_med, memberships, neighbours, pse, text, vlans, voice, warnings,
};
use model::hex::bare_hex;
use model::ids::{IfIndex, MacAddress, SwitchName, VlanId};
use model::neighbour::{Neighbour, PoeSeen};
use model::switch::{Access, Detection, Hardware, PoePort, PortState, SwitchCapabilities, SwitchIdentity, SwitchState};
use model::timestamp::Timestamp;
use model::units::Milliwatts;
use snmp::manager::Tables;

/// What a state is made with besides the tables.
pub struct Context<'a> {
    pub profile: &'a Profile,
    /// Who the switch is.
    pub identity: SwitchIdentity,
    /// What can be done with it.
    pub capabilities: SwitchCapabilities,
    /// When it was read.
    pub read_at: Timestamp,
    /// PSE power from the inventory.
    pub power_budget: Option<Milliwatts>,
}

/// Who the switch says it is.
#[must_use]
pub fn identity(name: &SwitchName, profile: &str, tables: &Tables) -> SwitchIdentity {
    SwitchIdentity {
        name: name.clone(),
        system_name: text::text_at(tables, mib::SYS_NAME, &[0]),
        description: text::text_at(tables, mib::SYS_DESCR, &[0]),
        object_id: tables.get(mib::SYS_OBJECT_ID, &[0]).and_then(|value| value.oid()).map(ToString::to_string),
        uptime_cs: tables.unsigned(mib::SYS_UP_TIME, &[0]),
        profile: profile.to_owned(),
        hardware: hardware(tables),
    }
}

/// Where the chassis stands among the entities: by the standard's own example, and where stacks of several vendors have their first.
pub const CHASSIS: [u32; 2] = [1, 1001];

fn hardware(tables: &Tables) -> Hardware {
    Hardware {
        engine_id: tables.bytes(mib::ENGINE_ID, &[0]).filter(|id| !id.is_empty()).map(bare_hex),
        base_mac: tables.bytes(mib::BASE_BRIDGE_ADDRESS, &[0]).and_then(|mac| <[u8; 6]>::try_from(mac).ok()).map(MacAddress),
        serial: CHASSIS
            .iter()
            .find_map(|chassis| text::text_at(tables, mib::ENT_SERIAL, &[*chassis]))
            .filter(|text| !text.is_empty()),
    }
}

/// A state with nothing in it but who it is of.
#[must_use]
pub fn empty_state(context: Context<'_>) -> SwitchState {
    SwitchState {
        identity: context.identity,
        capabilities: context.capabilities,
        read_at: context.read_at,
        vlans: None,
        suspended_vlans: BTreeSet::new(),
        voice_attributes: None,
        voice_vlan: None,
        voice_function: None,
        ports: BTreeMap::new(),
        pse_groups: BTreeMap::new(),
        unmapped_pse: Vec::new(),
        unplaced_neighbours: Vec::new(),
        unsaved_changes: None,
        unread: Vec::new(),
        own_addresses: BTreeSet::new(),
        notes: Vec::new(),
    }
}

/// What the tables say of the switch as a whole; facts that were not read are `None` or empty.
#[must_use]
pub fn facts_of_switch(context: Context<'_>, tables: &Tables) -> SwitchState {
    let profile = context.profile;
    SwitchState {
        vlans: Some(vlans::existing(profile, tables)),
        suspended_vlans: vlans::suspended(profile, tables),
        voice_attributes: voice::attributes(profile, tables),
        voice_vlan: voice::of_switch(profile, tables),
        voice_function: voice::function(profile, tables),
        ..empty_state(context)
    }
}

/// Everything; `contexts` are the forwarding tables of VLANs that are not among the rest.
#[must_use]
pub fn state(context: Context<'_>, maps: &Maps, tables: &Tables, contexts: &BTreeMap<VlanId, Tables>) -> SwitchState {
    let profile = context.profile;
    let neighbours = placed_neighbours(&context, maps, tables);
    let mut learned = fdb::of(tables, contexts, &maps.interfaces, &maps.local_ports);
    let pse_groups = profile.pse.as_ref().map(|pse| pse::groups(pse, tables, context.power_budget)).unwrap_or_default();
    let mut state = SwitchState {
        pse_groups,
        unmapped_pse: unmapped_pse(profile, maps, tables),
        unsaved_changes: unsaved_changes(profile, tables),
        own_addresses: guards::own_addresses(tables),
        notes: warnings::of(profile, tables, maps, learned.unplaced),
        ..facts_of_switch(context, tables)
    };
    state.vlans = state.vlans.filter(|vlans| !vlans.is_empty());
    if let Some(doubt) = &maps.lists.doubt {
        state.capabilities.membership = state.capabilities.membership.min(Access::Read);
        state.notes.push(doubt.to_string());
    }
    if let Some(unread) = memberships::unread(profile, &maps.lists, tables) {
        state.capabilities.membership = state.capabilities.membership.min(Access::Read);
        state.notes.push(format!("{unread}, which is no list of ports: members of VLANs are not known and not changed"));
    }
    if let Some(too_high) = maps.classes_too_high {
        let (direction, idle) = if too_high > 0 { ("high", "class 1") } else { ("low", "no class") };
        state.notes.push(format!("power classes are reported one too {direction} (ports without a device show {idle}); corrected"));
    }
    let aggregates = lag::of_links(tables, &maps.interfaces);
    let root_ports = root_ports(tables, &maps.interfaces);
    let mut policies = lldp_med::local_policies(tables, &maps.local_ports);
    let assigned = guards::assigned(profile, maps, tables);
    let has_neighbour = |interface: &Interface| neighbours.iter().any(|neighbour| neighbour.port.as_ref() == Some(&interface.name));
    for (index, interface) in maps.interfaces.iter() {
        if !is_port(maps, index, interface) && !has_neighbour(interface) && !learned.by_port.contains_key(&index) {
            continue;
        }
        let mut port = port_state(profile, maps, tables, maps.port(index, interface));
        port.learned = learned.by_port.remove(&index).unwrap_or_default();
        port.med_policies = policies.remove(&index).unwrap_or_default();
        port.vlan_assigned_by = assigned.get(&index).copied();
        port.uplink_evidence = uplink_evidence(profile, tables, &aggregates, &root_ports, maps.port(index, interface));
        state.ports.insert(interface.name.clone(), port);
    }
    for neighbour in neighbours {
        match neighbour.port.as_ref().and_then(|name| state.ports.get_mut(name)) {
            Some(port) => port.neighbours.push(Neighbour { poe: port.poe.as_ref().and_then(poe_seen), ..neighbour }),
            None => state.unplaced_neighbours.push(Neighbour { port: None, ..neighbour }),
        }
    }
    state
}

/// Ports are Ethernet interfaces, and whatever bridges or powers; not VLAN interfaces, loopbacks and the like. Where LLDP or
/// the forwarding table know logical units or aggregates above a port, one with something on it is shown too.
fn is_port(maps: &Maps, index: IfIndex, interface: &Interface) -> bool {
    interface.is_ethernet() || interface.bridge_port.is_some() || maps.pse.row(index).is_some()
}

/// The rows that nothing proves to be a port's.
fn unmapped_pse(profile: &Profile, maps: &Maps, tables: &Tables) -> Vec<PoePort> {
    let Some(pse) = &profile.pse else { return Vec::new() };
    maps.pse.unmapped.iter().map(|row| pse::port(pse, tables, *row, maps.classes_too_high.unwrap_or(0))).collect()
}

/// What the tables say of one port; facts that were not read are `None`.
#[must_use]
pub fn port_state(profile: &Profile, maps: &Maps, tables: &Tables, port: Port<'_>) -> PortState {
    let Port { index, interface, .. } = port;
    let memberships = memberships::memberships(profile, &maps.lists, tables, port);
    PortState {
        if_index: Some(index),
        bridge_port: interface.bridge_port,
        description: interface.description.clone(),
        if_name: interface.if_name.clone().filter(|name| name != interface.name.as_str()),
        link_up: if_status::is_up(tables, index),
        speed_mbps: if_status::speed_mbps(tables, index),
        duplex: if_status::duplex(tables, index),
        input_errors: if_status::errors(tables, mib::IF_IN_ERRORS, index),
        output_errors: if_status::errors(tables, mib::IF_OUT_ERRORS, index),
        mode: vlans::port_mode(profile, tables, port),
        idle_trunk: vlans::idle_trunk(profile, tables, port),
        med_policies: Vec::new(),
        priorities: None,
        poe: profile
            .pse
            .as_ref()
            .zip(maps.pse.row(index))
            .map(|(pse, row)| pse::port(pse, tables, row, maps.classes_too_high.unwrap_or(0))),
        pvid: vlans::pvid(profile, tables, port),
        tagged: memberships.clone().map(|(tagged, _)| tagged),
        untagged: memberships.map(|(_, untagged)| untagged),
        voice_vlan: voice::of_port(profile, tables, port),
        voice_none: voice::none_of_port(profile, tables, port),
        neighbours: Vec::new(),
        learned: Vec::new(),
        uplink_evidence: Vec::new(),
        vlan_assigned_by: None,
    }
}

/// What a port gives to the neighbour on it, while it powers one.
fn poe_seen(poe: &PoePort) -> Option<PoeSeen> {
    let milliwatts = |power: Option<Milliwatts>| power.map(|power| power.0);
    (poe.detection == Some(Detection::Delivering)).then(|| PoeSeen {
        class: poe.class,
        allocated_mw: milliwatts(poe.allocated),
        measured_mw: milliwatts(poe.measured),
    })
}

/// All neighbours with switch and time, and with the port's name where it is proved.
fn placed_neighbours(context: &Context<'_>, maps: &Maps, tables: &Tables) -> Vec<Neighbour<'static>> {
    neighbours::of(context.profile, tables, &maps.interfaces, &maps.local_ports)
        .into_iter()
        .map(|(index, mut neighbour)| {
            neighbour.switch = Some(context.identity.name.clone());
            neighbour.port = index.and_then(|index| maps.interfaces.get(index)).map(|interface| interface.name.clone());
            neighbour.seen_at = Some(context.read_at);
            neighbour
        })
        .collect()
}

fn uplink_evidence(
    profile: &Profile,
    tables: &Tables,
    aggregates: &BTreeMap<IfIndex, IfIndex>,
    root_ports: &BTreeSet<IfIndex>,
    port: Port<'_>,
) -> Vec<String> {
    let Port { index, interface, interfaces, .. } = port;
    let mut evidence = Vec::new();
    if interface.is_aggregate() || aggregates.values().any(|aggregate| *aggregate == index) {
        evidence.push("is a link aggregate".to_owned());
    }
    if let Some(aggregate) = aggregates.get(&index) {
        let name = interfaces.get(*aggregate).map_or_else(|| format!("ifIndex {aggregate}"), |other| other.name.to_string());
        evidence.push(format!("is a link of the aggregate {name}"));
    }
    if root_ports.contains(&index) {
        let word = if root_ports.len() == 1 { "is" } else { "may be" };
        evidence.push(format!("{word} the spanning tree root port"));
    }
    if let Some(trunk) = &profile.trunk
        && port.number(&trunk.object.oid).and_then(|number| tables.number(&trunk.object.oid, &[number])) == Some(trunk.trunking)
    {
        evidence.push("is in trunk mode".to_owned());
    }
    evidence
}

/// The port towards the root of the spanning tree; all that it can be, where its number is not proved. Its link is up.
fn root_ports(tables: &Tables, interfaces: &Interfaces) -> BTreeSet<IfIndex> {
    let Some(number) = tables.unsigned(mib::STP_ROOT_PORT, &[0]).filter(|port| *port != 0) else { return BTreeSet::new() };
    let is_up = |_, index| if_status::is_up(tables, index) != Some(false);
    let numbers = Numbers::proved_by(&[number].into(), interfaces, is_up);
    numbers.candidates(interfaces, number)
}

/// Whether the running configuration differs from the startup configuration, where the switch tells.
#[must_use]
pub fn unsaved_changes(profile: &Profile, tables: &Tables) -> Option<bool> {
    match profile.unsaved.as_ref()? {
        Unsaved::Times { changed, saved } => Some(tables.number(&changed.oid, &[0])? > tables.number(&saved.oid, &[0])?),
        Unsaved::Value { object, unsaved } => Some(tables.number(&object.oid, &[0])? == *unsaved),
    }
}
