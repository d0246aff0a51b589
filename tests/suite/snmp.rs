//! The SNMP codec and its security model: octets of the standards, generated messages both ways, broken ones, two sides that talk.

mod codec;
mod security;
