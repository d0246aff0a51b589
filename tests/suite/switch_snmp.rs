//! Switches over SNMP: the driver against net-snmp's agent and against scripted answers.

mod interop;
pub mod snmpd;
mod wire;
