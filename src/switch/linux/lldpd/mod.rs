//! LLDP and CDP neighbours that lldpd heard on this machine's interfaces, from its program `lldpcli`.
//!
//! `lldpcli` runs the program (I/O); `json0` is the form of its answer, `neighbours` what an answer says, with LLDP-MED in `med` and the
//! 802.3 extensions in `dot3` (all pure).

mod dot3;
mod json0;
mod lldpcli;
mod med;
mod neighbours;

pub(super) use lldpcli::neighbours;
pub(super) use neighbours::InterfaceNeighbour;
