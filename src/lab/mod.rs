//! A simulated site on loopback.
