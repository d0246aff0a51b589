//! What one LLDP or CDP frame, or one neighbour row of a switch, says. Pure.
//!
//! These types are the rows of `voiceport.discover/1`; a section that a frame does not carry is `None`. A row borrows its texts from the
//! frame it was decoded from; [`Neighbour::into_owned`] keeps it beyond that.

mod anomaly;
mod cdp;
mod dot1;
mod dot3;
mod into_static;
mod med;
mod phone;
mod row;

pub use crate::hex::Text;
pub use crate::identifier::TypedId;
pub use anomaly::Anomaly;
pub use cdp::{Cdp, VoiceVlanQuery};
pub use dot1::{Dot1, LinkAggregation, ProtocolVlan, VlanName};
pub use dot3::{Autonegotiation, Dot3, Dot3Power, Dot3PowerBt};
pub use med::{CivicElement, Med, MedInventory, MedLocation, MedPolicy, MedPower};
pub use phone::{Confidence, PhoneIdentity};
pub use row::{Neighbour, OtherTlv, PoeSeen, Protocol, Source, VlanTag};
