//! One switch as it was read: identity, capabilities, ports, PoE, VLANs, neighbours. Pure.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::code_points::Duplex;
use super::dscp_map::PrioritiesByDscp;
use super::fdb::FdbEntry;
use super::ids::{BridgePort, IfIndex, MacAddress, PortName, PseIndex, SwitchName, VlanId};
use super::neighbour::{MedPolicy, Neighbour};
use super::timestamp::Timestamp;
use super::trunk::Trunk;
use super::units::Milliwatts;
use super::unread::Unread;

/// Who a switch says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchIdentity {
    /// Its name in the inventory.
    pub name: SwitchName,
    /// sysName, or the bridge's interface name.
    pub system_name: Option<String>,
    /// sysDescr, or the kernel's release.
    pub description: Option<String>,
    /// sysObjectID in dotted form.
    pub object_id: Option<String>,
    /// Hundredths of a second since the agent started (sysUpTime); a lower value than before means a restart.
    pub uptime_cs: Option<u32>,
    pub profile: String,
    /// What tells this switch from another of its kind.
    #[serde(default)]
    pub hardware: Hardware,
}

/// What tells one switch from another of the same kind, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hardware {
    /// snmpEngineID in hexadecimal.
    pub engine_id: Option<String>,
    /// dot1dBaseBridgeAddress, or the bridge's own address.
    pub base_mac: Option<MacAddress>,
    /// The serial number of the chassis.
    pub serial: Option<String>,
}

impl SwitchIdentity {
    /// In what another switch of the same name is known not to be this one; `None` when it is this one, as far as both tell.
    ///
    /// One fact of the hardware that is equal proves it: a stack gets another address with another master. Where no such fact is known
    /// of both, the kind decides.
    #[must_use]
    pub fn other_than(&self, other: &Self) -> Option<String> {
        let (own, new) = (&self.hardware, &other.hardware);
        let facts = [
            ("serial number", own.serial.clone(), new.serial.clone()),
            ("base MAC address", own.base_mac.map(|mac| mac.to_string()), new.base_mac.map(|mac| mac.to_string())),
            ("SNMP engine ID", own.telling_engine_id(), new.telling_engine_id()),
        ];
        let known: Vec<(&str, String, String)> =
            facts.into_iter().filter_map(|(what, own, new)| Some((what, own?, new?))).collect();
        let kind = || ("sysObjectID", self.object_id.clone(), other.object_id.clone());
        let differs = match known.first() {
            Some(_) if known.iter().any(|(_, own, new)| own == new) => None,
            Some((what, own, new)) => Some((*what, own.clone(), new.clone())),
            None => Some(kind()).and_then(|(what, own, new)| Some((what, own?, new?))).filter(|(_, own, new)| own != new),
        };
        differs.map(|(what, own, new)| format!("its {what} is {new}, and was {own}"))
    }
}

impl Hardware {
    /// The engine ID, unless it is made of an IP address (RFC 3411 §5), which switches of two sites may share.
    fn telling_engine_id(&self) -> Option<String> {
        const BY_ADDRESS: [&str; 2] = ["01", "02"];
        let id = self.engine_id.as_ref()?;
        let by_address = id.get(8..10).is_some_and(|format| BY_ADDRESS.contains(&format));
        (!by_address).then(|| id.clone())
    }
}

/// What can be done with one kind of fact on this switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Neither read nor written.
    #[default]
    None,
    Read,
    /// Read and written.
    Write,
}

/// How a port is given its voice VLAN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceVlanModel {
    /// It cannot be given over this transport.
    #[default]
    None,
    /// An object of the port says it, and the switch advertises it.
    PortObject,
    /// The port is a tagged member of the VLAN; advertising it is left to the LLDP daemon.
    TaggedMember,
    /// The VLAN has the attribute that it is for voice, and the port is a tagged member; the switch advertises it there.
    VlanAttribute,
    /// The switch has one voice VLAN for all its ports.
    SwitchObject,
}

/// The order in which a port changes its access VLAN (PVID), so that the switch accepts each step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UntaggedMove {
    /// Into the new VLAN, then the PVID, then out of the old one: the port always has an untagged VLAN.
    #[default]
    NewFirst,
    /// Out of the old VLAN, into the new one, then the PVID: the switch refuses two untagged VLANs of one port.
    OldFirst,
    /// Into the new VLAN tagged, then the PVID, which makes it untagged there and leaves it tagged in the old one, then out of that.
    PvidFirst,
    /// The PVID alone: nothing else says which VLAN is untagged.
    PvidAlone,
}

/// What this switch can do over this transport with this profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchCapabilities {
    /// PoE on and off.
    pub poe: Access,
    pub poe_priority: Access,
    /// The upper limit of a port's power.
    pub poe_limit: Access,
    /// The unit in which a limit can be written; `None` for milliwatts.
    pub poe_limit_step: Option<Milliwatts>,
    /// How a port must be counted for its limit to have an effect, on switches that heed it in one way of counting only.
    pub poe_limit_needs: Option<PoeAllocation>,
    /// The access VLAN (PVID).
    pub access_vlan: Access,
    /// The order in which a port changes its access VLAN (PVID).
    pub untagged_move: UntaggedMove,
    /// Membership of ports in VLANs.
    pub membership: Access,
    /// Access and trunk mode of ports, on switches that have it.
    pub port_mode: Access,
    /// How a voice VLAN is given.
    pub voice_vlan: VoiceVlanModel,
    /// Creating VLANs.
    pub vlan_create: Access,
    /// Saving to the startup configuration.
    pub persist: Access,
}

impl SwitchCapabilities {
    /// Whether anything of it can be written.
    #[must_use]
    pub fn can_write(&self) -> bool {
        let all =
            [self.poe, self.poe_priority, self.poe_limit, self.access_vlan, self.membership, self.port_mode, self.vlan_create];
        all.contains(&Access::Write)
    }
}

/// A switch at one moment. A fact that was not given is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SwitchState {
    pub identity: SwitchIdentity,
    /// What can be done with it.
    pub capabilities: SwitchCapabilities,
    /// When it was read.
    pub read_at: Timestamp,
    /// VLANs that exist, with their names; `None` when the switch does not say.
    pub vlans: Option<BTreeMap<VlanId, String>>,
    /// Those of them that are out of service, so that no port carries them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub suspended_vlans: BTreeSet<VlanId>,
    /// VLANs that have the attribute of being for voice, on switches whose VLANs have it.
    pub voice_attributes: Option<BTreeSet<VlanId>>,
    /// The one voice VLAN of the switch, on switches that have one for all ports.
    pub voice_vlan: Option<VoiceVlan>,
    /// Whether the switch's voice VLAN function is on, on switches that have a switch for it.
    pub voice_function: Option<bool>,
    pub ports: BTreeMap<PortName, PortState>,
    /// PSE groups by group number.
    pub pse_groups: BTreeMap<u32, PseGroup>,
    /// PSE rows whose interface no rule proves: shown, counted in their group, never written.
    pub unmapped_pse: Vec<PoePort>,
    /// Neighbours whose port no rule proves.
    pub unplaced_neighbours: Vec<Neighbour<'static>>,
    /// Whether the running configuration differs from the startup configuration.
    pub unsaved_changes: Option<bool>,
    /// What guards rest on and was not read whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// The switch's own addresses, of its bridge and its interfaces.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub own_addresses: BTreeSet<MacAddress>,
    /// What could not be read and why, in words.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct PortState {
    pub if_index: Option<IfIndex>,
    pub bridge_port: Option<BridgePort>,
    /// ifDescr: the long name, which an inventory may use too.
    pub description: Option<String>,
    /// ifName, where another port has the same and this one therefore goes by another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_name: Option<String>,
    /// Whether the link is up.
    pub link_up: Option<bool>,
    /// Speed of the link in Mbit/s (ifHighSpeed); `None` while it is down.
    pub speed_mbps: Option<u32>,
    /// Duplex of the link (dot3StatsDuplexStatus).
    pub duplex: Option<Duplex>,
    /// Frames received that were damaged (ifInErrors), since the switch counts.
    pub input_errors: Option<u64>,
    /// Frames that could not be sent (ifOutErrors), since the switch counts.
    pub output_errors: Option<u64>,
    /// Access or trunk mode, on switches that have it.
    pub mode: Option<PortMode>,
    /// What the port would carry in trunk mode, while it is in access mode on a switch that keeps both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_trunk: Option<Trunk>,
    /// The priority that each DSCP of frames received gets, where the switch tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priorities: Option<PrioritiesByDscp>,
    /// Power over Ethernet, when the port has it and the row is proved to be this port's.
    pub poe: Option<PoePort>,
    /// The access VLAN (PVID): the VLAN of untagged frames received.
    pub pvid: Option<VlanId>,
    /// VLANs the port sends tagged.
    pub tagged: Option<BTreeSet<VlanId>>,
    /// VLANs the port sends untagged.
    pub untagged: Option<BTreeSet<VlanId>>,
    /// The port's voice VLAN object, on switches that have one.
    pub voice_vlan: Option<VoiceVlan>,
    /// The switch's own number for no voice VLAN, where it has several and the port has one of them: it comes back as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_none: Option<u32>,
    /// Policies that the switch itself advertises on this port (LLDP-MED, ANSI/TIA-1057 §10.2.3).
    pub med_policies: Vec<MedPolicy>,
    /// Neighbours the switch knows on this port.
    pub neighbours: Vec<Neighbour<'static>>,
    /// Addresses learned on this port (forwarding table).
    pub learned: Vec<FdbEntry>,
    /// Why this port must be taken for an uplink: link aggregation, spanning tree, trunk mode.
    pub uplink_evidence: Vec<String>,
    /// What gives the port its VLAN in place of its configuration, where something does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan_assigned_by: Option<VlanAuthority>,
}

/// What gives a port its VLAN in place of its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VlanAuthority {
    /// A server that the switch asks about each device: 802.1X, or authentication by MAC address.
    Dot1x,
    /// The switch itself, which does not tell why.
    Switch,
}

/// The value of a port's voice VLAN object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceVlan {
    None,
    /// Voice is sent tagged in this VLAN.
    Vlan(VlanId),
    /// Voice is sent priority-tagged (VLAN 0).
    PriorityTagged,
    /// Voice is sent untagged.
    Untagged,
}

/// What a port does with tags, on switches that have modes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortMode {
    /// One untagged VLAN; a voice VLAN at most besides it.
    Access,
    /// One untagged VLAN and a list of tagged ones.
    Trunk,
    /// Any VLANs, tagged and untagged as they come.
    Hybrid,
}

/// PoE detection status (RFC 3621 pethPsePortDetectionStatus; the kernel's numbers are one higher).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum Detection {
    Disabled,
    Searching,
    Delivering,
    Fault,
    Test,
    OtherFault,
}

/// PoE priority: order of power-up and of shedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum PoePriority {
    Critical,
    High,
    Low,
}

/// How a PSE counts what a port takes from the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PoeAllocation {
    /// The class of the device, lowered by what is negotiated.
    Automatic,
    Class,
    Usage,
    /// A configured value, set aside also while nothing is plugged in.
    Fixed,
    Limit,
}

/// What happens when a supply fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redundancy {
    /// There is no other.
    None,
    /// One of several may fail.
    NPlusOne,
    /// Half of them may fail.
    Full,
}

/// PoE facts of one port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PoePort {
    pub index: Option<PseIndex>,
    /// Whether the PSE function is switched on.
    pub enabled: Option<bool>,
    /// What the PSE is doing.
    pub detection: Option<Detection>,
    /// Class of the powered device, 0–8; only while power is delivered.
    pub class: Option<u8>,
    pub priority: Option<PoePriority>,
    /// The switch's own number for it, 0 the highest, where it has several numbers for one name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_number: Option<u32>,
    /// Configured upper limit at the PSE output.
    pub limit: Option<Milliwatts>,
    /// Power the switch has set aside for this port.
    pub allocated: Option<Milliwatts>,
    pub measured: Option<Milliwatts>,
    /// Power the device asked for by LLDP or CDP.
    pub requested: Option<Milliwatts>,
    /// How the switch counts this port.
    pub allocation: Option<PoeAllocation>,
}

/// One PSE group: the supply that a set of ports shares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PseGroup {
    /// Nominal power: the budget.
    pub nominal: Option<Milliwatts>,
    pub measured: Option<Milliwatts>,
    /// Power set aside, as the switch counts.
    pub reserved: Option<Milliwatts>,
    /// Power kept free before another device is switched on.
    pub guard_band: Option<Milliwatts>,
    /// Power that stays when one supply fails.
    pub failover: Option<Milliwatts>,
    /// What happens when a supply fails.
    pub redundancy: Option<Redundancy>,
    /// Whether the supply is on.
    pub operational: Option<bool>,
}

impl PortState {
    /// The addresses learned on the port, each once, in however many VLANs.
    #[must_use]
    pub fn addresses(&self) -> BTreeSet<MacAddress> {
        self.learned.iter().map(|entry| entry.mac).collect()
    }
}

impl SwitchState {
    /// Whether a port has a PSE; `None` where that is not known: no PSE row was read, or one that is nobody's may be the port's.
    #[must_use]
    pub fn has_pse(&self, port: &PortState) -> Option<bool> {
        if port.poe.is_some() {
            return Some(true);
        }
        let all_are_placed = self.unmapped_pse.is_empty() && self.ports.values().any(|other| other.poe.is_some());
        all_are_placed.then_some(false)
    }

    /// All neighbours, placed or not.
    pub fn neighbours(&self) -> impl Iterator<Item = &Neighbour<'static>> {
        self.ports.values().flat_map(|port| &port.neighbours).chain(&self.unplaced_neighbours)
    }
}

impl std::fmt::Display for VoiceVlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Vlan(vlan) => vlan.fmt(f),
            Self::PriorityTagged => f.write_str("priority-tagged"),
            Self::Untagged => f.write_str("untagged"),
        }
    }
}

impl std::fmt::Display for VlanAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dot1x => "802.1X",
            Self::Switch => "the switch itself",
        })
    }
}

impl std::fmt::Display for PoeAllocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Automatic => "class and negotiation",
            Self::Class => "class",
            Self::Usage => "usage",
            Self::Fixed => "fixed value",
            Self::Limit => "limit",
        })
    }
}

impl std::fmt::Display for PortMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Access => "access",
            Self::Trunk => "trunk",
            Self::Hybrid => "hybrid",
        })
    }
}

impl std::fmt::Display for PoePriority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Low => "low",
        })
    }
}

impl std::fmt::Display for Detection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Disabled => "disabled",
            Self::Searching => "searching",
            Self::Delivering => "delivering",
            Self::Fault => "fault",
            Self::Test => "test",
            Self::OtherFault => "other fault",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(serial: Option<&str>, mac: Option<u8>, engine_id: Option<&str>, object_id: &str) -> SwitchIdentity {
        let hardware = Hardware {
            serial: serial.map(str::to_owned),
            base_mac: mac.map(|last| MacAddress([2, 0, 0, 0, 0, last])),
            engine_id: engine_id.map(str::to_owned),
        };
        SwitchIdentity {
            name: "closet".into(),
            system_name: None,
            description: None,
            object_id: Some(object_id.to_owned()),
            uptime_cs: None,
            profile: String::new(),
            hardware,
        }
    }

    #[test]
    fn a_switch_is_the_same_when_one_fact_of_its_hardware_is() {
        let then = identity(Some("A1"), Some(1), None, "1.3.6.1.4.1.9.1.1");
        assert_eq!(then.other_than(&then), None);
        // a stack with another master; new firmware of another name
        assert_eq!(then.other_than(&identity(Some("A1"), Some(2), None, "1.3.6.1.4.1.9.1.2")), None);
        assert_eq!(then.other_than(&identity(None, Some(1), Some("800000090300"), "1.3.6.1.4.1.9.1.1")), None);
        let other = then.other_than(&identity(Some("B2"), Some(2), None, "1.3.6.1.4.1.9.1.1"));
        assert_eq!(other.as_deref(), Some("its serial number is B2, and was A1"));
    }

    #[test]
    fn an_engine_id_made_of_an_address_proves_nothing() {
        // 10.0.0.1 of enterprise 9
        let by_address = "80000009010a000001";
        let then = identity(None, Some(1), Some(by_address), "1.3.6.1.4.1.9.1.1");
        let now = identity(None, Some(2), Some(by_address), "1.3.6.1.4.1.9.1.1");
        assert!(then.other_than(&now).is_some_and(|why| why.starts_with("its base MAC address is 02:00:00:00:00:02")));
    }

    #[test]
    fn where_no_hardware_is_told_the_kind_decides() {
        let then = identity(None, None, None, "1.3.6.1.4.1.9.1.1");
        assert_eq!(then.other_than(&identity(None, Some(1), None, "1.3.6.1.4.1.9.1.1")), None);
        assert!(then.other_than(&identity(None, Some(1), None, "1.3.6.1.4.1.11.2")).is_some());
    }
}
