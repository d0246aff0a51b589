//! What LLDP-MED (ANSI/TIA-1057) says of a neighbour. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::capabilities::Capabilities;
use crate::code_points::{AltitudeUnit, CivicSubject, Datum, MedApplication, MedDeviceClass, PowerEnd, PowerPriority, PowerSource};
use crate::hex::{HexBytes, Text};
use crate::ids::{Dscp, Pcp};

/// LLDP-MED sections of a frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Med<'a> {
    /// Which LLDP-MED TLVs the sender knows.
    pub capabilities: Option<Capabilities>,
    /// What kind of device it is.
    pub device_class: Option<MedDeviceClass>,
    /// Network policies, in the order sent.
    pub policies: Vec<MedPolicy>,
    /// Where the device is, as the network knows it, in the order sent.
    pub locations: Vec<MedLocation<'a>>,
    /// Extended power via MDI.
    pub power: Option<MedPower>,
    /// The seven inventory TLVs.
    pub inventory: Option<MedInventory<'a>>,
}

/// One LLDP-MED network policy (TIA-1057 §10.2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedPolicy {
    /// What traffic it is for.
    pub application: MedApplication,
    /// VLAN ID as sent: 0 is priority tagged, 4095 is no VLAN.
    pub vlan: u16,
    pub tagged: bool,
    /// The U bit: the endpoint asks for a policy.
    pub unknown: bool,
    pub priority: Pcp,
    pub dscp: Dscp,
}

/// One LLDP-MED location identification (TIA-1057 §10.2.4).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum MedLocation<'a> {
    /// Coordinates (RFC 6225, RFC 3825).
    Coordinate {
        /// Degrees north.
        latitude_deg: f64,
        /// Degrees east.
        longitude_deg: f64,
        /// Altitude in its unit; `None` when the type is unknown.
        altitude: Option<f64>,
        altitude_unit: AltitudeUnit,
        /// What the coordinates refer to.
        datum: Datum,
    },
    /// A civic address (RFC 4776).
    Civic {
        /// Whose location it is.
        of: CivicSubject,
        /// ISO 3166 country code.
        country: Text<'a>,
        /// The address's elements, in the order sent.
        elements: Vec<CivicElement<'a>>,
    },
    /// An emergency call service number.
    Elin { number: Text<'a> },
    /// A reserved format, or a location too damaged to be read.
    Other {
        number: u8,
        /// The location's bytes.
        value: HexBytes<'a>,
    },
}

/// One element of a civic address (RFC 4776 §3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CivicElement<'a> {
    /// Civic address type: 1 state, 3 city, 6 street, 19 house number, 25 building, 26 unit, 27 floor, 28 room, …
    #[serde(rename = "type")]
    pub kind: u8,
    pub value: Text<'a>,
}

/// LLDP-MED extended power via MDI (TIA-1057 §10.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedPower {
    /// Which end of the cable the sender is.
    #[serde(rename = "type")]
    pub kind: PowerEnd,
    /// Where the sender's power comes from.
    pub source: PowerSource,
    /// How important it is that the device stays powered.
    pub priority: PowerPriority,
    /// Power in milliwatts; 0.1 W steps on the wire.
    pub value_mw: u32,
}

/// LLDP-MED inventory (TIA-1057 §10.2.6), trailing blanks and NULs removed; empty strings are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedInventory<'a> {
    pub hardware: Option<Text<'a>>,
    pub firmware: Option<Text<'a>>,
    pub software: Option<Text<'a>>,
    pub serial: Option<Text<'a>>,
    pub manufacturer: Option<Text<'a>>,
    pub model: Option<Text<'a>>,
    /// Asset ID.
    pub asset: Option<Text<'a>>,
}
