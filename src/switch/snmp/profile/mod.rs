//! Switch profiles: what is particular to a vendor's switches, as data in `profiles/*.yaml`. Values only, no conditions. Pure.
//!
//! A profile names the objects that are written or that only this vendor has, each with its OID, BER type and index; everything that
//! the standards fix is in [`super::mib`]. An unknown key, a malformed OID or a type that does not fit is an error.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use model::switch::{Access, SwitchCapabilities, VoiceVlanModel};

mod pse;
mod save;
mod standard;
mod vlan;

pub use pse::*;
pub use save::*;
pub use vlan::*;

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
    /// How far it is to be trusted.
    #[serde(default)]
    pub support: Support,
    /// What it cannot do and why, in one sentence for people.
    pub limits: Option<String>,
    /// Whether writing needs the inventory's `allow_generic_write`.
    #[serde(default)]
    pub generic: bool,
    /// How long an accepted write may take to become visible, in milliseconds.
    settle_ms: u64,
    /// Whether a request carries one object only, because the agent heeds only the first.
    #[serde(default)]
    pub one_object_per_request: bool,
    /// Power over Ethernet.
    pub pse: Option<Pse>,
    /// The VLAN table.
    pub vlans: Option<VlanTable>,
    /// Which ports are in which VLAN.
    pub membership: Option<MembershipTable>,
    /// Access and trunk mode of ports.
    pub port_mode: Option<PortModes>,
    /// The VLAN of untagged frames.
    pub access_vlan: Option<AccessVlan>,
    /// How a port is given its voice VLAN.
    pub voice_vlan: Option<Voice>,
    /// What switches the voice VLAN function of the whole switch, where it has such a thing.
    pub voice_function: Option<OnOff>,
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
    /// The object that makes the switch save every write by itself: off while voiceport writes, as it was afterwards.
    pub implicit_save: Option<OnOff>,
    /// Where unsaved changes show.
    pub unsaved: Option<Unsaved>,
}

/// How far a profile is to be trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Its writes are tested against an agent with the switch's known oddities.
    #[default]
    Full,
    /// Its writes follow the MIB and were not tested against such an agent.
    Experimental,
    /// It only reads; the profile says why.
    ReadOnly,
}

/// Which switches a profile fits, by sysObjectID and, where that is the same for several, sysDescr.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Prefixes that fit; the longest of all profiles wins.
    #[serde(deserialize_with = "arcs_list")]
    pub sys_object_id: Vec<Arcs>,
    /// Words of sysDescr, one of which it must contain; none when the number alone says it.
    #[serde(default)]
    pub description: Vec<String>,
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

/// What one of a power value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Scale {
    /// A milliwatt.
    #[default]
    #[serde(rename = "mW")]
    Milliwatts,
    /// A tenth of a watt.
    #[serde(rename = "dW")]
    Deciwatts,
    /// A watt.
    #[serde(rename = "W")]
    Watts,
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
    /// Bridge component, which is 1, and VLAN (IEEE8021-Q-BRIDGE-MIB).
    ComponentVlan,
    /// Bridge component, which is 1, and port (IEEE8021-Q-BRIDGE-MIB).
    ComponentPort,
    /// Management domain, which is 1 (CISCO-VTP-MIB).
    Domain,
    /// Management domain, which is 1, and VLAN.
    DomainVlan,
    /// None: the object is a scalar.
    Scalar,
}

/// An object with two values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnOff {
    /// The object.
    pub object: Object,
    /// Its value for on. (`on` and `off` are no keys: to YAML they are booleans.)
    #[serde(rename = "enable")]
    pub on: i64,
    /// Its value for off.
    #[serde(rename = "disable")]
    pub off: i64,
    /// Other values that mean on.
    #[serde(default, rename = "also_enabled")]
    pub also_on: Vec<i64>,
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

/// An object with the value to write; an INTEGER.
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

impl Profile {
    /// Reads a profile.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let error = |cause: String| ProfileError { profile: name.to_owned(), cause };
        let profile: Self = serde_yaml::from_str(text).map_err(|wrong| error(wrong.to_string()))?;
        match profile.contradiction() {
            Some(cause) => Err(error(cause)),
            None => Ok(profile),
        }
    }

    /// What in the profile cannot be.
    fn contradiction(&self) -> Option<String> {
        if self.pse.as_ref().is_some_and(|pse| pse.mapping.contains(&PseRule::EntityAlias) && pse.entity.is_none()) {
            return Some("pse.mapping names entity_alias, but pse.entity is missing".to_owned());
        }
        if self.pse.as_ref().is_some_and(|pse| pse.mapping.contains(&PseRule::IfIndexColumn) && pse.interface.is_none()) {
            return Some("pse.mapping names if_index_column, but pse.interface is missing".to_owned());
        }
        if self
            .pse
            .as_ref()
            .is_some_and(|pse| pse.limit.as_ref().is_some_and(|limit| limit.needs.is_some()) && pse.allocation.is_none())
        {
            return Some("pse.limit needs a way of counting, but pse.allocation is missing".to_owned());
        }
        if self.support == Support::ReadOnly && self.limits.is_none() {
            return Some("support is read_only, but limits does not say why".to_owned());
        }
        None
    }

    /// How long an accepted write may take to become visible.
    #[must_use]
    pub fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }

    /// What can be done when writing is possible at all.
    #[must_use]
    pub fn capabilities(&self) -> SwitchCapabilities {
        let access = |known: bool, read_only: bool| match (known, read_only) {
            (false, _) => Access::None,
            (true, true) => Access::Read,
            (true, false) => Access::Write,
        };
        let pse = self.pse.as_ref();
        let limit = pse.and_then(|pse| pse.limit.as_ref());
        let capabilities = SwitchCapabilities {
            poe: access(pse.is_some(), false),
            poe_priority: access(pse.is_some_and(|pse| pse.priority.is_some()), false),
            poe_limit: access(limit.is_some(), limit.is_some_and(|limit| limit.read_only)),
            poe_limit_step: limit.map(|limit| limit.unit.step()).filter(|step| step.0 > 1),
            poe_limit_needs: limit.and_then(|limit| limit.needs),
            access_vlan: access(self.access_vlan.is_some(), self.access_vlan.as_ref().is_some_and(|access| access.read_only)),
            untagged_move: self.access_vlan.as_ref().map(|access| access.order).unwrap_or_default(),
            membership: match &self.membership {
                None => Access::None,
                Some(MembershipTable::PortLists { write, .. }) => access(true, *write == MembershipWrite::None),
                Some(MembershipTable::VlanBitmaps { read_only, .. }) => access(true, *read_only),
                Some(MembershipTable::MemberRows { .. } | MembershipTable::MembersAndTagging { .. }) => Access::Read,
                Some(MembershipTable::Commands { .. }) => Access::Write,
            },
            port_mode: access(self.port_mode.is_some(), self.port_mode.as_ref().is_some_and(|modes| modes.read_only)),
            voice_vlan: match &self.voice_vlan {
                None => VoiceVlanModel::None,
                Some(Voice::TaggedMember) => VoiceVlanModel::TaggedMember,
                Some(Voice::PortObject { .. } | Voice::PortMode { .. } | Voice::PortRow { .. }) => VoiceVlanModel::PortObject,
                Some(Voice::VlanAttribute { .. }) => VoiceVlanModel::VlanAttribute,
                Some(Voice::SwitchObject { .. }) => VoiceVlanModel::SwitchObject,
            },
            vlan_create: match &self.vlans {
                None => Access::None,
                Some(VlanTable::RowStatus { create, .. }) => access(true, !create),
                Some(VlanTable::StateTable { edit, .. }) => access(true, edit.is_none()),
            },
            persist: access(!matches!(self.save, Save::NotSupported), false),
        };
        if self.support == Support::ReadOnly {
            return SwitchCapabilities { voice_vlan: VoiceVlanModel::None, ..read_only(capabilities) };
        }
        capabilities
    }
}

impl OnOff {
    /// What a value means; `None` for values that are neither.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<bool> {
        if value == self.on || self.also_on.contains(&value) {
            return Some(true);
        }
        (value == self.off).then_some(false)
    }

    /// The value of a meaning.
    #[must_use]
    pub const fn value(&self, on: bool) -> i64 {
        if on { self.on } else { self.off }
    }
}

/// What can be done when nothing may be written.
#[must_use]
pub fn read_only(mut capabilities: SwitchCapabilities) -> SwitchCapabilities {
    for access in [
        &mut capabilities.poe,
        &mut capabilities.poe_priority,
        &mut capabilities.poe_limit,
        &mut capabilities.membership,
        &mut capabilities.port_mode,
        &mut capabilities.access_vlan,
        &mut capabilities.vlan_create,
        &mut capabilities.persist,
    ] {
        *access = (*access).min(Access::Read);
    }
    capabilities
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
