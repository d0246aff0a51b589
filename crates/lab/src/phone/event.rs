//! What a simulated phone tells of its way from power to its configuration. Pure.

use model::ids::MacAddress;

/// How far a phone has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its port gives no power.
    Off,
    /// It has power and starts.
    Booting,
    /// It runs and is heard in LLDP, but has no address: it was told no VLAN, or one without phones' addresses.
    Waiting,
    /// It is in the voice VLAN and has an address.
    Addressed,
    /// It asked for a file and did not get it; some are rightly not found.
    Missed,
    /// It got a file.
    Fetched,
    /// It got its own file, and the file is right.
    Configured,
}

/// One step of one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneEvent {
    pub mac: MacAddress,
    /// How far it has come.
    pub stage: Stage,
    /// The file's name, the address or the cause, in words.
    pub detail: String,
}
