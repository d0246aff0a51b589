//! This machine: its interfaces, packet sockets, neighbour table, UDP with marks and times, and clock. Linux only.
//!
//! The one place with sockets' control messages and with pnet. pnet lists interfaces (`interfaces`), sends (`transmit`) and builds
//! frames (`frame`). Receiving is our own AF_PACKET socket (`packet_socket`), because pnet's drops the VLAN tag that the kernel takes
//! off, the time of arrival and the count of lost frames, and joins no multicast group: it would need promiscuous mode.

pub mod clock;
mod error;
pub mod frame;
mod interfaces;
mod neighbour_index;
mod neighbour_table;
mod packet_filter;
mod packet_socket;
mod receive_buffer;
mod received_frame;
pub mod rights;
mod sniffer;
mod transmit;
pub mod udp;

pub use error::Error;
pub use interfaces::Interface;
pub use neighbour_index::Neighbour;
pub use neighbour_table::NeighbourTable;
pub use packet_filter::{Instruction, PacketFilter};
pub use packet_socket::{InterfaceStats, LinkEvent};
pub use received_frame::ReceivedFrame;
pub use sniffer::Sniffer;
pub use transmit::Transmitter;
