//! Plan, guard, verify, journal and apply.
