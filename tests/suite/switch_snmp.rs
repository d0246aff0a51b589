//! Switches over SNMP: the driver against net-snmp's agent and against scripted answers.

mod fault_samples;
mod interop;
mod kernel;
mod numberings;
mod places;
mod recorded_facts;
mod recorded_rows;
mod recordings;
mod recoveries;
pub mod small_agent;
pub mod snmpd;
mod snmpsim;
mod text_lists;
mod uneven;
mod wire;
