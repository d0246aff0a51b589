//! LLDP, LLDP-MED, the IEEE 802.1 and 802.3 extensions, CDP and Ethernet frames: bytes ⇄ facts. Pure.
//!
//! [`ethernet`] finds the LLDPDU or CDP message in a frame, [`link_type`] does so in frames captured on other media, [`lldpdu`] and
//! [`cdp`] decode and encode them. Everything decoded borrows from the frame. Unknown TLVs are kept, and a message with a damaged TLV
//! is read around it: what was wrong is told as [`cursor::Anomaly`]. Decoding arbitrary bytes never panics: [`cursor`] is the only
//! code that indexes them.
//!
//! ```
//! use lldp::ethernet::{self, Payload};
//! use lldp::cursor::Cursor;
//!
//! let lldpdu = [2, 7, 4, 2, 0, 0, 0, 0, 1, 4, 4, 7, b'p', b'1', b'7', 6, 2, 0, 120, 0, 0];
//! let frame = ethernet::lldp_frame([2, 0, 0, 0, 0, 1], &lldpdu);
//! let Ok(frame) = ethernet::decode(&frame, None) else { panic!("a frame") };
//! assert!(matches!(frame.payload, Payload::Lldp(_)));
//! let decoded = lldp::lldpdu::decode(Cursor::new("lldp", &lldpdu)).unwrap();
//! assert_eq!(decoded.ttl_s, 120);
//! ```

#![warn(missing_docs)]

pub mod cdp;
pub mod cdp_lists;
pub mod cursor;
pub mod dot1;
pub mod dot3;
pub mod ethernet;
pub mod link_type;
pub mod lldpdu;
pub mod location;
pub mod med;
pub mod org;

/// The example of the README is run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
