//! What a phone would get in one jack. Pure.
//!
//! These types are `voiceport.jack/1`. A fact that nobody told is `None`.

use schemars::JsonSchema;
use serde::Serialize;

use model::ids::{Dscp, MacAddress, Pcp, VlanId};

/// What told a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// A basic TLV of LLDP (IEEE 802.1AB).
    Lldp,
    /// LLDP-MED (ANSI/TIA-1057).
    LldpMed,
    /// An IEEE 802.1 TLV of LLDP.
    LldpDot1,
    /// An IEEE 802.3 TLV of LLDP.
    LldpDot3,
    /// Cisco Discovery Protocol.
    Cdp,
}

/// A fact and what told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told<T> {
    pub value: T,
    pub by: ToldBy,
}

/// What the test came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JackOutcome {
    /// A phone is given a voice VLAN.
    VoiceVlan,
    /// The switch answers, but gives a phone no VLAN of its own.
    NoVoiceVlan,
    /// LLDP-MED and CDP contradict each other: which one a phone obeys depends on the phone.
    Contradiction,
    /// No switch answered.
    NoAnswer,
}

/// How a phone is to send its voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceTagging {
    /// In frames tagged with the VLAN.
    Tagged,
    /// In frames tagged with VLAN 0, which have a priority and belong to the port's access VLAN.
    PriorityTagged,
    /// In frames without a tag: in the port's access VLAN.
    Untagged,
}

/// What a phone's voice gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JackVoice {
    /// The voice VLAN; `None` where voice is in the access VLAN.
    pub vlan: Option<VlanId>,
    /// How frames are tagged.
    pub tagging: VoiceTagging,
    /// 802.1p priority; `None` when it was not told, or frames without a tag have none.
    pub priority: Option<Pcp>,
    /// Differentiated-services code point; CDP tells none.
    pub dscp: Option<Dscp>,
    pub by: ToldBy,
}

/// Power that the switch offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JackPower {
    /// Milliwatts: of LLDP-MED and CDP at the switch's port, of 802.3 allocated at the device.
    pub power_mw: u32,
    pub by: ToldBy,
}

/// The device at the other end of the cable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JackSwitch {
    pub name: Option<Told<String>>,
    pub model: Option<Told<String>>,
    /// Its description or software.
    pub description: Option<Told<String>>,
    /// Its first management address.
    pub management_address: Option<Told<String>>,
    /// Its chassis ID or device ID.
    pub chassis_id: Option<Told<String>>,
    /// The port's name or number.
    pub port: Option<Told<String>>,
    pub port_description: Option<Told<String>>,
}

/// Why the test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JackEnd {
    /// The answer was complete.
    Complete,
    /// The time was up.
    Time,
    /// Somebody asked to stop.
    Asked,
}

/// `voiceport.jack/1`: what a phone would get in this jack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JackReport {
    /// The interface that is plugged into the jack.
    pub interface: String,
    /// The address that was announced as a phone: the interface's own.
    pub announced: MacAddress,
    /// What it came to.
    pub outcome: JackOutcome,
    /// Why the test ended.
    pub ended: JackEnd,
    /// Milliseconds from the first announcement to the end.
    pub took_ms: u64,
    /// Whether the withdrawal of the phone was sent.
    pub withdrawn: bool,
    /// The switch; `None` when none answered.
    pub switch: Option<JackSwitch>,
    /// What voice gets; `None` when nothing was told.
    pub voice: Option<JackVoice>,
    /// The VLAN of frames without a tag.
    pub access_vlan: Option<Told<VlanId>>,
    /// Whether the port gives power over Ethernet.
    pub power_enabled: Option<Told<bool>>,
    /// Power offered, one entry for each that told.
    pub power: Vec<JackPower>,
    /// Where those that told contradict each other.
    pub disagreements: Vec<String>,
    /// What it means and what to do, when something is missing.
    pub advice: Vec<String>,
}
