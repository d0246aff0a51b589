//! Which phone is plugged in where: LLDP and CDP frames from capture files and interfaces, and which phone they tell of.
//! Pure, but for `capture`, `pcap`, `link`, `sniff` and `speak`.
//!
//! Codecs borrow from the frame (`ethernet`, `lldp…`, `cdp`), `decode` makes a row of what they say. While
//! listening, `neighbourhood` knows who is there. `announce` makes the frames of a phone, `jack` judges what a switch answers to them.

pub mod announce;
pub mod capture;
pub mod decode;
mod decode_org;
mod error;
mod fields;
mod filter;
mod heard;
pub mod jack;
pub mod jack_report;
pub mod join;
mod link;
mod neighbourhood;
mod pcap;
mod report;
mod sniff;
mod speak;

pub use capture::read as read_capture;
pub use error::Error;
pub use heard::Heard;
pub use link::{Link, Places};
pub use neighbourhood::{Change, NEIGHBOURS_MAX, Neighbourhood};
pub use report::{DiscoverReport, Rejected, SwitchNote};
pub use sniff::{Sniffer, Tally, Turn};
pub use speak::Speaker;
