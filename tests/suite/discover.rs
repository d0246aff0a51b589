//! Tests of discover.
