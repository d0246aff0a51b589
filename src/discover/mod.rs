//! Which phone is plugged in where: LLDP and CDP frames from capture files and interfaces, and which phone they tell of.
//! Pure, but for `capture`, `pcap`, `listen` and `advertise`.
//!
//! Codecs borrow from the frame (`ethernet`, `lldp…`, `cdp`), `decode` makes a row of what they say. While
//! listening, `neighbourhood` knows who is there. `announce` makes the frames of a phone, `jack` judges what a switch answers to them.

mod advertise;
pub mod announce;
pub mod capture;
pub mod decode;
mod decode_org;
mod error;
mod fields;
mod filter;
pub mod jack;
pub mod jack_report;
pub mod join;
mod listen;
mod neighbourhood;
mod pcap;
mod received;
mod report;

pub use advertise::Advertiser;
pub use capture::read as read_capture;
pub use error::Error;
pub use listen::{ListenPorts, listen};
pub use neighbourhood::{Change, NEIGHBOURS_MAX, Neighbourhood};
pub use received::neighbour as received_neighbour;
pub use report::{DiscoverReport, Reason, Rejected, SwitchNote};
