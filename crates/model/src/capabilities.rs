//! Capability bits of LLDP, CDP and LLDP-MED, with their names. Pure.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeSeq;

/// What a device can do or does: bits of one of three vocabularies. JSON shows the names, least significant bit first.
///
/// ```
/// use voiceport::model::capabilities::Capabilities;
/// let phone = Capabilities::Lldp(0x0024);
/// assert_eq!(phone.names().collect::<Vec<_>>(), ["bridge", "telephone"]);
/// assert!(Capabilities::Cdp(0x90).has("telephone"));
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

    /// Whether the bit of this name is set.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.names().any(|other| other == name)
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
