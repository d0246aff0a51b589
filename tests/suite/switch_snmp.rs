//! Tests of switch_snmp.
