//! Switch profiles: what is particular to a vendor's switches, as data in `profiles/*.yaml`. Values only, no conditions. Pure.
//!
//! A profile names the objects that are written or that only this vendor has, each with its OID, BER type and index; everything that
//! the standards fix is in [`super::mib`]. An unknown key, a malformed OID or a type that does not fit is an error.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::model::switch::Access;
use crate::model::switch::Capabilities;
use crate::model::switch::PoePriority;
use crate::model::switch::VoiceVlan;
use crate::model::switch::VoiceVlanModel;

/// An object identifier as its numbers.
pub type Arcs = Vec<u32>;

/// Why a profile is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {profile}: {cause}")]
pub struct ProfileError {
    /// Which.
    pub profile: String,
    /// Why, with line and column where the text is malformed.
    pub cause: String,
}

/// One kind of switch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name in the inventory.
    pub name: String,
    /// What it is for, for people.
    pub title: String,
    /// Which switches it fits.
    #[serde(rename = "match")]
    pub matches: Match,
    /// Whether writing needs the inventory's `allow_generic_write`.
    #[serde(default)]
    pub generic: bool,
    /// How long an accepted write may take to become visible, in milliseconds.
    settle_ms: u64,
    /// Power over Ethernet.
    pub pse: Option<Pse>,
    /// The VLAN table.
    pub vlans: Option<Vlans>,
    /// The VLAN of untagged frames.
    pub access_vlan: Option<AccessVlan>,
    /// How a port is given its voice VLAN.
    pub voice_vlan: Option<Voice>,
    /// Where a port in trunk mode shows.
    pub trunk: Option<Trunk>,
    /// Which neighbour tables the switch has.
    #[serde(default)]
    pub neighbours: Vec<NeighbourTable>,
    /// The ifIndex of an LLDP neighbour, indexed by lldpRemIndex, on switches whose LLDP-MIB does not tell the port.
    pub lldp_interface: Option<Reading>,
    /// Where the forwarding tables of VLANs are, on switches that keep one BRIDGE-MIB for each.
    pub bridge_contexts: Option<BridgeContexts>,
    /// How the running configuration is saved.
    pub save: Save,
    /// Where unsaved changes show.
    pub unsaved: Option<Unsaved>,
}

/// Which switches a profile fits, by sysObjectID.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Prefixes that fit; the longest of all profiles wins.
    #[serde(deserialize_with = "arcs_list")]
    pub sys_object_id: Vec<Arcs>,
    /// Prefixes under those that do not.
    #[serde(default, deserialize_with = "arcs_list")]
    pub except: Vec<Arcs>,
}

/// One column or scalar.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "arcs")]
    pub oid: Arcs,
    /// Its type on the wire.
    #[serde(rename = "type")]
    pub ber: BerType,
    /// What its instance is made of.
    pub index: Index,
}

/// A column or scalar that is only read, whatever type the agent gives it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "arcs")]
    pub oid: Arcs,
}

/// BER types that are written. A strict agent refuses the right number with the wrong tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BerType {
    /// INTEGER, Integer32: tag 0x02.
    Integer,
    /// Gauge32, Unsigned32: tag 0x42.
    Gauge32,
    /// OCTET STRING: tag 0x04.
    OctetString,
}

/// What an object's instance is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    /// ifIndex.
    #[serde(rename = "if_index")]
    Interface,
    /// dot1dBasePort.
    BridgePort,
    /// PSE group and port.
    Pse,
    /// VLAN.
    Vlan,
}

/// Power over Ethernet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pse {
    /// Rules that prove which interface a PSE row is, in the order they are tried.
    pub mapping: Vec<PseRule>,
    /// The column that says a row's entPhysicalIndex, for [`PseRule::EntityAlias`].
    pub entity: Option<Reading>,
    /// On and off.
    pub enabled: OnOff,
    /// Priority.
    pub priority: Option<Priority>,
    /// Configured limit in milliwatts.
    pub limit_mw: Option<Reading>,
    /// Power set aside in milliwatts.
    pub allocated_mw: Option<Reading>,
    /// Power measured in milliwatts.
    pub measured_mw: Option<Reading>,
    /// Power set aside by a group in milliwatts.
    pub group_reserved_mw: Option<Reading>,
}

/// Rules that prove the interface of a PSE row. What no rule proves is shown and never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PseRule {
    /// The row names its entPhysicalIndex, and entAliasMappingIdentifier names that entity's ifIndex.
    EntityAlias,
    /// The row's port is an ifIndex, proved by LLDP: the ports that the switch itself advertises as PSE ports (lldpXdot3LocPower) are
    /// exactly the ports of all rows.
    LldpLocalPower,
    /// The row's port is an ifIndex: each is the ifIndex of an Ethernet port and occurs once, and either the numbers do not simply count
    /// from 1, or there is one group with as many rows as there are Ethernet ports.
    IfIndex,
}

/// An object with two values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnOff {
    /// The object.
    pub object: Object,
    /// Its value for on.
    pub on: i64,
    /// Its value for off.
    pub off: i64,
}

/// An object with the three PoE priorities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    /// The object.
    pub object: Object,
    /// Its value for critical.
    pub critical: i64,
    /// Its value for high.
    pub high: i64,
    /// Its value for low.
    pub low: i64,
}

/// The VLAN table.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Vlans {
    /// A static table with port lists and row status (Q-BRIDGE-MIB dot1qVlanStaticTable).
    QBridge {
        /// Order of ports in a PortList.
        port_list: PortListCodec,
        /// Name.
        name: Object,
        /// Members, tagged and untagged.
        egress: Object,
        /// Untagged members.
        untagged: Object,
        /// Row status.
        row_status: Object,
        /// How the two lists are written.
        membership_write: MembershipWrite,
    },
    /// A table that only tells which VLANs exist.
    StateTable {
        /// State, indexed by management domain and VLAN.
        state: Reading,
        /// Name, indexed alike.
        name: Reading,
        /// The state of a VLAN that works.
        operational: i64,
    },
}

/// Order of ports in a PortList.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortListCodec {
    /// RFC 4363: the most significant bit is the lowest port.
    MsbFirst,
    /// Bits reversed inside each octet.
    LsbFirst,
    /// Decimal port numbers separated by commas, as text.
    AsciiDecimal,
}

/// How egress and untagged lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipWrite {
    /// One request for each list: a port leaves untagged before egress and enters egress before untagged.
    OneObjectPerRequest,
    /// Both lists in one request, in that order.
    OneRequest,
}

/// The VLAN of untagged frames.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessVlan {
    /// The object; its value is the VLAN.
    pub object: Object,
}

/// How a port is given its voice VLAN.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Voice {
    /// The port is a tagged member of the VLAN.
    TaggedMember,
    /// An object of the port says it.
    PortObject {
        /// The object; 1 to 4094 are VLANs.
        object: Object,
        /// Its value for none.
        none: i64,
        /// Its value for untagged.
        untagged: i64,
        /// Its value for priority-tagged.
        priority_tagged: i64,
    },
}

/// Where a port in trunk mode shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// The object, indexed by ifIndex.
    pub object: Reading,
    /// Its value for a port that is a trunk.
    pub trunking: i64,
}

/// How the BRIDGE-MIB of a VLAN is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeContexts {
    /// With SNMPv1 and v2c: what is between community and VLAN.
    pub after_community: String,
    /// With SNMPv3: what is before the VLAN in the context's name.
    pub before_vlan: String,
}

/// Neighbour tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeighbourTable {
    /// LLDP-MIB and LLDP-V2-MIB with their extensions.
    Lldp,
    /// CISCO-CDP-MIB, which switches of other vendors have too.
    Cdp,
}

/// How the running configuration is saved.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Save {
    /// It cannot be saved over SNMP.
    NotSupported,
    /// The switch saves every change by itself.
    Automatic,
    /// A row is created that copies; its state is polled; the row is destroyed.
    CopyRow(Box<CopyRow>),
}

/// Saving by a row that copies the running configuration to the startup configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRow {
    /// Written in one request.
    pub start: Vec<Preset>,
    /// What the copying is doing.
    pub state: Reading,
    /// Its value for done.
    pub done: i64,
    /// Its value for failed.
    pub failed: i64,
    /// Why it failed.
    pub cause: Reading,
    /// Names of the causes from 1.
    pub causes: Vec<String>,
    /// Written at the end.
    pub release: Preset,
    /// How long copying may take, in seconds.
    pub deadline_s: u64,
}

/// An INTEGER object with the value to write.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in the MIB.
    pub name: String,
    /// Its OID without the instance.
    #[serde(deserialize_with = "arcs")]
    pub oid: Arcs,
    /// The value.
    pub value: i32,
}

/// Where unsaved changes show: there are some when `changed` is later than `saved`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsaved {
    /// sysUpTime when the running configuration last changed.
    pub changed: Reading,
    /// sysUpTime when it was last saved.
    pub saved: Reading,
}

impl Profile {
    /// Reads a profile.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let error = |cause: String| ProfileError { profile: name.to_owned(), cause };
        let profile: Self = serde_yaml::from_str(text).map_err(|wrong| error(wrong.to_string()))?;
        if let Some(pse) = &profile.pse
            && pse.mapping.contains(&PseRule::EntityAlias)
            && pse.entity.is_none()
        {
            return Err(error("pse.mapping names entity_alias, but pse.entity is missing".to_owned()));
        }
        Ok(profile)
    }

    /// How long an accepted write may take to become visible.
    #[must_use]
    pub fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }

    /// What can be done when writing is possible at all.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        let known = |is: bool| if is { Access::Write } else { Access::None };
        Capabilities {
            poe: known(self.pse.is_some()),
            poe_priority: known(self.pse.as_ref().is_some_and(|pse| pse.priority.is_some())),
            access_vlan: known(self.access_vlan.is_some()),
            voice_vlan: match self.voice_vlan {
                None => VoiceVlanModel::None,
                Some(Voice::TaggedMember) => VoiceVlanModel::TaggedMember,
                Some(Voice::PortObject { .. }) => VoiceVlanModel::PortObject,
            },
            vlan_create: match self.vlans {
                None => Access::None,
                Some(Vlans::QBridge { .. }) => Access::Write,
                Some(Vlans::StateTable { .. }) => Access::Read,
            },
            persist: known(!matches!(self.save, Save::NotSupported)),
        }
    }
}

impl Priority {
    /// The value of a priority.
    #[must_use]
    pub fn value(&self, priority: PoePriority) -> i64 {
        match priority {
            PoePriority::Critical => self.critical,
            PoePriority::High => self.high,
            PoePriority::Low => self.low,
        }
    }

    /// The priority of a value.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<PoePriority> {
        [PoePriority::Critical, PoePriority::High, PoePriority::Low].into_iter().find(|priority| self.value(*priority) == value)
    }
}

/// What can be done when nothing may be written.
#[must_use]
pub fn read_only(mut capabilities: Capabilities) -> Capabilities {
    for access in [
        &mut capabilities.poe,
        &mut capabilities.poe_priority,
        &mut capabilities.access_vlan,
        &mut capabilities.vlan_create,
        &mut capabilities.persist,
    ] {
        *access = (*access).min(Access::Read);
    }
    capabilities
}

/// The value of a voice VLAN object, by the profile's values for the special meanings.
#[must_use]
pub fn voice_value(meaning: VoiceVlan, none: i64, untagged: i64, priority_tagged: i64) -> i64 {
    match meaning {
        VoiceVlan::None => none,
        VoiceVlan::Untagged => untagged,
        VoiceVlan::PriorityTagged => priority_tagged,
        VoiceVlan::Vlan(vlan) => i64::from(vlan.get()),
    }
}

/// An OID in dotted form.
#[must_use]
pub fn dotted(oid: &[u32]) -> String {
    struct Dotted<'a>(&'a [u32]);
    impl fmt::Display for Dotted<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for (position, arc) in self.0.iter().enumerate() {
                write!(f, "{}{arc}", if position == 0 { "" } else { "." })?;
            }
            Ok(())
        }
    }
    Dotted(oid).to_string()
}

fn arcs<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Arcs, D::Error> {
    parse_arcs(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn arcs_list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Arcs>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse_arcs(text)).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

fn parse_arcs(text: &str) -> Result<Arcs, String> {
    let arcs: Result<Arcs, _> = text.split('.').map(str::parse).collect();
    arcs.ok()
        .filter(|arcs| arcs.len() > 1)
        .ok_or_else(|| format!("`{text}` is not an object identifier: write numbers with dots between"))
}
