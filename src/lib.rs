//! voiceport takes a wiring closet and a box of desk phones to a working, proven voice network.

pub mod change;
pub mod cli;
pub mod discover;
pub mod inventory;
pub mod lab;
pub mod model;
pub mod output;
pub mod power;
pub mod probe;
pub mod render;
pub mod serve;
pub mod switch;
