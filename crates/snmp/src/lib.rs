//! SNMP v1, v2c and v3 as bytes: messages, PDUs, values, and the user-based security model for both sides. Pure.
//!
//! [`ber`] reads and writes the encoding, [`oid`] and [`value`] what a PDU carries, [`pdu`] the operations of RFC 3416, [`message`] what is
//! around them, [`usm`] who may ask (RFC 3414). What is decoded borrows from the datagram. What real agents send is read even where
//! the standards say otherwise; what is written is as they say. Traps, informs and SNMPv2 party messages are not supported.

#![warn(missing_docs)]

pub mod agent;
pub mod ber;
#[cfg(feature = "manager")]
pub mod manager;
pub mod message;
pub mod oid;
pub mod pdu;
pub mod usm;
pub mod value;

pub use ber::Malformed;
pub use message::Message;
pub use oid::Oid;
pub use pdu::{Bindings, ErrorStatus, Kind, Pdu, VarBind};
pub use value::Value;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
