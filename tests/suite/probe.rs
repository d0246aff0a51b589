//! The probe: known answers of the standards, properties of the codec, and probes over paths that misbehave on purpose.

mod emodel;
mod kernel;
mod loopback;
mod metrics;
mod relay;
mod verdict;
