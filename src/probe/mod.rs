//! Proving the voice quality of a path, packet by packet: STAMP streams shaped like calls, measured and judged. Pure, but for
//! `sender`, `reflector` and `socket`.
//!
//! Not supported: a load stream of the probe's own, authenticated STAMP, 802.1p marks.

pub use error::Error;
pub use path::run;
pub use reflector::{Counters, Reflector, SessionBegun};
pub use report::ReflectorCounts;
pub use settings::{ProbeProgress, Settings};

pub mod class_report;
pub mod confidence;
pub mod emodel;
mod error;
pub mod metrics;
mod path;
pub mod reflector;
pub mod report;
pub mod schedule;
pub mod sender;
mod settings;
mod socket;
pub mod verdict;
