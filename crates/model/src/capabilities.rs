//! Capability bits of LLDP, CDP and LLDP-MED, with their names. Pure.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// What a device can do or does: bits of one of three vocabularies. JSON shows the names, least significant bit first.
///
/// ```
/// use model::capabilities::{Capabilities, Capability};
/// let phone = Capabilities::Lldp(0x0024);
/// assert_eq!(phone.names().collect::<Vec<_>>(), ["bridge", "telephone"]);
/// assert!(Capabilities::Cdp(0x90).has(Capability::Telephone));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capabilities {
    /// LLDP system capabilities (802.1AB table 8-4): `other`, `repeater`, `bridge`, `wlan_access_point`, `router`, `telephone`,
    /// `docsis_cable_device`, `station_only`, `c_vlan`, `s_vlan`, `two_port_mac_relay`.
    Lldp(u16),
    /// CDP capabilities, in the words of LLDP where the meaning is the same: `router`, `bridge`, `source_route_bridge`, `switch`, `host`,
    /// `igmp`, `repeater`, `telephone`, `remotely_managed`, `cvta_camera`, `two_port_mac_relay`.
    Cdp(u32),
    /// LLDP-MED capabilities (TIA-1057 §10.2.2.1): `capabilities`, `network_policy`, `location`, `extended_power_pse`,
    /// `extended_power_pd`, `inventory`.
    Med(u16),
}

const LLDP: [&str; 16] = [
    "other",
    "repeater",
    "bridge",
    "wlan_access_point",
    "router",
    "telephone",
    "docsis_cable_device",
    "station_only",
    "c_vlan",
    "s_vlan",
    "two_port_mac_relay",
    "bit_11",
    "bit_12",
    "bit_13",
    "bit_14",
    "bit_15",
];

const CDP: [&str; 32] = [
    "router",
    "bridge",
    "source_route_bridge",
    "switch",
    "host",
    "igmp",
    "repeater",
    "telephone",
    "remotely_managed",
    "cvta_camera",
    "two_port_mac_relay",
    "bit_11",
    "bit_12",
    "bit_13",
    "bit_14",
    "bit_15",
    "bit_16",
    "bit_17",
    "bit_18",
    "bit_19",
    "bit_20",
    "bit_21",
    "bit_22",
    "bit_23",
    "bit_24",
    "bit_25",
    "bit_26",
    "bit_27",
    "bit_28",
    "bit_29",
    "bit_30",
    "bit_31",
];

const MED: [&str; 16] = [
    "capabilities",
    "network_policy",
    "location",
    "extended_power_pse",
    "extended_power_pd",
    "inventory",
    "bit_6",
    "bit_7",
    "bit_8",
    "bit_9",
    "bit_10",
    "bit_11",
    "bit_12",
    "bit_13",
    "bit_14",
    "bit_15",
];

impl Capabilities {
    /// The names of the bits that are set.
    #[inline]
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let (names, mut bits): (&'static [&'static str], u32) = match self {
            Self::Lldp(bits) => (&LLDP, u32::from(bits)),
            Self::Cdp(bits) => (&CDP, bits),
            Self::Med(bits) => (&MED, u32::from(bits)),
        };
        std::iter::from_fn(move || {
            let name = names.get(bits.trailing_zeros() as usize)?;
            bits &= bits - 1; // the lowest bit that is set
            Some(*name)
        })
    }

    /// Whether its bit is set.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        let (bits, bit) = match self {
            Self::Lldp(bits) => (bits as u32, capability.lldp_bit()),
            Self::Cdp(bits) => (bits, capability.cdp_bit()),
            Self::Med(_) => return false,
        };
        match bit {
            Some(bit) => bits >> bit & 1 == 1,
            None => false,
        }
    }
}

/// A capability that something is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Forwards frames.
    Bridge,
    /// The same in CDP, of a switch.
    Switch,
    /// Forwards packets.
    Router,
    /// Forwards frames of a wireless network.
    WlanAccessPoint,
    Telephone,
    /// Forwards nothing (LLDP).
    StationOnly,
    /// An end device (CDP).
    Host,
}

impl Capability {
    /// Position in 802.1AB table 8-4, from 0.
    const fn lldp_bit(self) -> Option<u8> {
        match self {
            Self::Bridge => Some(2),
            Self::WlanAccessPoint => Some(3),
            Self::Router => Some(4),
            Self::Telephone => Some(5),
            Self::StationOnly => Some(7),
            Self::Switch | Self::Host => None,
        }
    }

    const fn cdp_bit(self) -> Option<u8> {
        match self {
            Self::Router => Some(0),
            Self::Bridge => Some(1),
            Self::Switch => Some(3),
            Self::Host => Some(4),
            Self::Telephone => Some(7),
            Self::WlanAccessPoint | Self::StationOnly => None,
        }
    }
}

impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for name in self.names() {
            list.serialize_element(name)?;
        }
        list.end()
    }
}

impl JsonSchema for Capabilities {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Capabilities".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "array", "items": {"type": "string"}})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_is_the_bit_of_its_name() {
        let names = [
            (Capability::Bridge, "bridge"),
            (Capability::Switch, "switch"),
            (Capability::Router, "router"),
            (Capability::WlanAccessPoint, "wlan_access_point"),
            (Capability::Telephone, "telephone"),
            (Capability::StationOnly, "station_only"),
            (Capability::Host, "host"),
        ];
        for (capability, name) in names {
            let all = (0..16).map(|bit| Capabilities::Lldp(1 << bit)).chain((0..32).map(|bit| Capabilities::Cdp(1 << bit)));
            for one in all {
                assert_eq!(one.has(capability), one.names().any(|other| other == name), "{capability:?} {one:?}");
            }
        }
    }
}
