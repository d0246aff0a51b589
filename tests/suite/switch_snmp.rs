//! Switches over SNMP: the driver against net-snmp's agent and against scripted answers.

mod interop;
mod kernel;
mod recorded_facts;
mod recordings;
mod recoveries;
pub mod small_agent;
pub mod snmpd;
mod snmpsim;
mod text_lists;
mod uneven;
mod wire;
