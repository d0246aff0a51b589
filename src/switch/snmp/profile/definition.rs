//! Switch profiles: what is particular to a vendor's switches, as data in `built_in/*.yaml`. Values only, no conditions. Pure.
//!
//! A profile names the objects that are written or that only this vendor has, each with its OID, BER type and index; everything that
//! the standards fix is in `mib`. An unknown key, a malformed OID or a type that does not fit is an error.

use std::time::Duration;

use serde::Deserialize;

use super::fit::Match;
use super::object::{OnOff, Reading, oid};
use super::pse::{Pse, PseRule};
use super::save::{Save, Unsaved};
use super::vlan::{AccessVlan, MembershipTable, PortModes, VlanTable, Voice};
use snmp::Oid;

/// Why a profile is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {profile}: {cause}")]
pub struct ProfileError {
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
    /// Which switches it fits: any of these.
    #[serde(rename = "match")]
    pub matches: Vec<Match>,
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
    /// Where a port shows that its VLAN is not its configuration's.
    #[serde(default)]
    pub assigned: Vec<Assigned>,
    /// Which neighbour tables the switch has.
    #[serde(default)]
    pub neighbours: Vec<NeighbourTable>,
    /// The ifIndex of an LLDP neighbour, indexed by lldpRemIndex, on switches whose LLDP-MIB does not tell the port.
    pub lldp_interface: Option<Reading>,
    /// A table of LLDP neighbours in words, of the vendor's own.
    pub text_neighbours: Option<TextNeighbours>,
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

/// Where a port in trunk mode shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// The object, indexed by ifIndex.
    pub object: Reading,
    /// Its value for a port that is a trunk.
    pub trunking: i64,
}

/// Where a port shows that an authentication server, or the switch, gives it its VLAN.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// The object, whose index begins with ifIndex.
    pub object: Reading,
    /// Its values that mean so; without: any VLAN.
    pub values: Option<Vec<i64>>,
}

/// A table of LLDP neighbours in words, indexed by ifIndex and a count: which column is what. The kind of an identifier is in the column
/// before it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextNeighbours {
    /// Its name in the MIB, for messages.
    pub name: String,
    /// The OID of its entry.
    #[serde(deserialize_with = "oid")]
    pub entry: Oid,
    /// What the switch calls its own port.
    pub local_port: u32,
    pub chassis: u32,
    pub port: u32,
    pub port_description: u32,
    pub system_name: u32,
    pub system_description: u32,
    pub capabilities: u32,
    pub capabilities_enabled: u32,
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

impl Profile {
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
    pub fn settle_time(&self) -> Duration {
        Duration::from_millis(self.settle_ms)
    }
}
