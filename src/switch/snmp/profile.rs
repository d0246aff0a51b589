//! Switch profiles: what is particular to a vendor's switches, as data in `profiles/*.yaml`. Values only, no conditions. Pure.
//!
//! A profile names the objects that are written or that only this vendor has, each with its OID, BER type and index; everything that
//! the standards fix is in [`super::mib`]. An unknown key, a malformed OID or a type that does not fit is an error.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use serde::Deserialize;

use crate::model::switch::{Access, Capabilities, PoePriority, VoiceVlan, VoiceVlanModel};

/// An object identifier as its numbers.
pub type Arcs = Vec<u32>;

/// The built-in profiles: name and text.
const BUILT_IN: [(&str, &str); 2] =
    [("standard", include_str!("../profiles/standard.yaml")), ("cisco-ios", include_str!("../profiles/cisco-ios.yaml"))];

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
    IfIndex,
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

/// Neighbour tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeighbourTable {
    /// LLDP-MIB with LLDP-EXT-MED-MIB.
    Lldp,
    /// CISCO-CDP-MIB.
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
    CopyRow {
        /// Written in one request.
        start: Vec<Preset>,
        /// What the copying is doing.
        state: Reading,
        /// Its value for done.
        done: i64,
        /// Its value for failed.
        failed: i64,
        /// Why it failed.
        cause: Reading,
        /// Names of the causes from 1.
        causes: Vec<String>,
        /// Written at the end.
        release: Preset,
        /// How long copying may take, in seconds.
        deadline_s: u64,
    },
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

/// A built-in profile as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Its name in the inventory.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// sysObjectID prefixes it fits, in dotted form.
    pub object_ids: Vec<String>,
    /// Whether writing needs `allow_generic_write`.
    pub generic: bool,
    /// What can be done with it, given a write credential.
    pub capabilities: Capabilities,
}

/// The built-in profiles with their capabilities.
#[must_use]
pub fn profiles() -> Vec<ProfileSummary> {
    built_in().iter().map(Profile::summary).collect()
}

/// The built-in profiles; a test proves that all of them load.
pub(super) fn built_in() -> &'static [Profile] {
    static LOADED: OnceLock<Vec<Profile>> = OnceLock::new();
    LOADED.get_or_init(|| BUILT_IN.iter().filter_map(|(name, text)| Profile::parse(name, text).ok()).collect())
}

/// The profile of that name.
pub(super) fn by_name(name: &str) -> Option<&'static Profile> {
    built_in().iter().find(|profile| profile.name == name)
}

/// The profile whose prefix of sysObjectID is the longest, else the generic one.
pub(super) fn by_object_id(object_id: &[u32]) -> Option<&'static Profile> {
    built_in()
        .iter()
        .filter_map(|profile| Some((profile.matches.length(object_id)?, profile)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, profile)| profile)
        .or_else(|| built_in().iter().find(|profile| profile.generic))
}

impl Match {
    /// How many numbers of `object_id` a prefix covers; `None` when none fits.
    fn length(&self, object_id: &[u32]) -> Option<usize> {
        if self.except.iter().any(|prefix| object_id.starts_with(prefix)) {
            return None;
        }
        self.sys_object_id.iter().filter(|prefix| object_id.starts_with(prefix)).map(Vec::len).max()
    }
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

    fn summary(&self) -> ProfileSummary {
        ProfileSummary {
            name: self.name.clone(),
            title: self.title.clone(),
            object_ids: self.matches.sys_object_id.iter().map(|prefix| dotted(prefix)).collect(),
            generic: self.generic,
            capabilities: self.capabilities(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_loads_under_its_own_name() {
        for (name, text) in BUILT_IN {
            assert_eq!(Profile::parse(name, text).map(|profile| profile.name).as_deref(), Ok(name));
        }
        assert_eq!(profiles().iter().filter(|profile| profile.generic).count(), 1, "one profile is for all others");
    }

    #[test]
    fn unknown_keys_and_malformed_oids_are_errors() {
        let text = BUILT_IN[0].1;
        for (wrong, says) in [
            (text.replace("generic:", "generics:"), "generics"),
            (text.replace("105.1.1.1.3", "105.1.x"), "not an object identifier"),
            (text.replace("[lldp_local_power, if_index]", "[entity_alias]"), "pse.entity is missing"),
        ] {
            let error = Profile::parse("standard", &wrong).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn the_longest_prefix_wins_and_exceptions_do_not_fit() {
        let name = |id: &[u32]| by_object_id(id).map(|profile| profile.name.as_str());
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 1, 1208]), Some("cisco-ios"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 6, 1, 101]), Some("standard"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 8072]), Some("standard"));
    }
}
