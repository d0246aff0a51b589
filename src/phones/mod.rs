//! The phone models voiceport knows, and which of them a neighbour is. Pure, but for `source`.
//!
//! The catalogue is data (`templates/<vendor>/models.yaml`); [`Recogniser`] finds a vendor's words, a model's names and a firmware in
//! what LLDP and CDP tell of a neighbour, and a vendor by its MAC address.

pub mod catalogue;
mod error;
mod firmware;
mod identify;
mod names;
pub mod source;
pub mod tables;

pub use error::Error;
pub use identify::{Recogniser, conflicts};
pub use tables::{builtin, load};
