//! Tests of host.

mod frame;
mod kernel;
