//! The plain data that every part of voiceport speaks: ids, units, states, plan, documents. Pure.
//!
//! Nothing here does anything: no sockets, no files, no clock. A value a device did not give is `None`.

pub mod capabilities;
pub mod change;
pub mod check;
pub mod code_points;
pub mod credential;
pub mod dscp_map;
pub mod error_row;
pub mod fdb;
pub mod finite;
pub mod hex;
pub mod identifier;
pub mod ids;
pub mod neighbour;
pub mod os_error;
pub mod port_names;
pub mod saving;
pub mod secret;
pub mod serve;
pub mod site;
pub mod suggest;
pub mod switch;
pub mod time_zone;
pub mod timestamp;
pub mod traffic;
pub mod trunk;
pub mod units;
pub mod unread;
