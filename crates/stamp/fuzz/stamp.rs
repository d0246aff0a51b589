//! [`properties::stamp`] of what libFuzzer makes up.
#![no_main]

#[allow(dead_code, reason = "the target has one property")]
#[path = "properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::stamp(bytes));
