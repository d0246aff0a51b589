//! Which phone a neighbour is, and how that is known. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::hex::Text;

/// How a phone's identity is known, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// LLDP-MED inventory names the model.
    InventoryTlv,
    /// The CDP platform names the model.
    CdpPlatform,
    /// The LLDP system name or description names the model.
    SystemDescription,
    /// Only the vendor is known, from the MAC address.
    Oui,
}

/// Which phone a neighbour is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PhoneIdentity<'a> {
    /// Vendor, as in the inventory; of a vendor that the catalogue does not have, the manufacturer as sent.
    pub vendor: Text<'a>,
    /// Model as the vendor writes it; `None` when only the vendor is known.
    pub model: Option<Text<'a>>,
    /// Firmware it runs, when it says so.
    pub firmware: Option<Text<'a>>,
    pub confidence: Confidence,
    /// The very words that say so.
    pub evidence: Text<'a>,
}
