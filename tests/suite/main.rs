//! What a user sees and what the standards say, in one binary whose modules mirror `src/`.
//!
//! Tests marked `#[ignore = "needs …"]` want other programs or a kernel of their own; `tests/run` installs those and runs them.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod acceptance;
mod architecture;
mod change;
mod cli;
mod crash;
mod discover;
mod docs;
mod host;
mod inventory;
mod lab;
mod laws;
mod probe;
mod provisioning;
mod quirks;
mod render;
mod serve;
mod support;
mod switch_linux;
mod switch_snmp;
