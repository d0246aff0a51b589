//! [`properties::snmp`] of what libFuzzer makes up.
#![no_main]

#[allow(dead_code, reason = "each target has one property")]
#[path = "properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::snmp(bytes));
