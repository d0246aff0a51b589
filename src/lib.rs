//! voiceport takes a wiring closet and a box of desk phones to a working, proven voice network.
//!
//! # The map of this house
//!
//! The folder list reads like the product. In each folder, pure code (bytes, decisions) and I/O (sockets, files, clocks) are separate
//! files, and the first line of each says which it is.
//!
//! | floor | folder | what it does |
//! |---|---|---|
//! | 5 | [`cli`] | one file per command: flags → request, report → output |
//! | 5 | [`output`] | a report as table, JSON, HTML or JUnit; nothing else prints |
//! | 4 | [`ops`] | one file per operation: (site, request, context) → report |
//! | 3 | [`change`] | plan, guard, verify, journal, and the apply loop |
//! | 3 | [`serve`] | each phone its own file over TFTP and HTTP, and nobody else's |
//! | 2 | [`site`] | wanted × seen: where each phone is, what proves it, what is accepted |
//! | 2 | [`inventory`] | YAML → a site that is valid as a whole |
//! | 2 | [`discover`] | LLDP and CDP frames → which phone is where |
//! | 2 | [`phones`] | the phone models, and which of them a neighbour is |
//! | 2 | [`switch`] | one switch, read and written: SNMP by profile, or this machine's bridge |
//! | 2 | [`power`] | PoE classes, budgets, minutes on the UPS |
//! | 2 | [`render`] | a site and a template → a phone's files |
//! | 2 | [`probe`] | STAMP streams shaped like calls, measured and judged |
//! | 1 | `crates/model` | plain data that everybody speaks |
//! | 1 | `crates/{lldp,snmp,stamp}` | the protocols as bytes, for both sides |
//! | 1 | `crates/lab` | a simulated site: switches, phones, a reflector; [`lab`] when this build has it |
//!
//! Imports only look down, below floor 5 folders of one floor do not import each other, and each outside dependency has one door;
//! `tests/suite/architecture.rs` checks it.
//!
//! ```text
//! discover   capture | switch.read → codecs → identify → report
//! plan       site × observed → plan + guard + power → report
//! apply      plan → ( next → switch.write → switch.read → verify → journal )* → save → report
//! rollback   journal → the same loop → report
//! serve      request → who asks? → render → reply + one event line
//! probe      schedule → sender ⇄ reflector → metrics → verdict → report
//! up         all of these around one stream of events
//! ```
//!
//! `ARCHITECTURE.md` has the whole map, `docs/decisions.md` the questions that come up.

pub mod change;
pub mod cli;
pub mod discover;
pub mod host;
pub mod inventory;
pub mod lab;
pub mod ops;
pub mod output;
pub mod phones;
pub mod power;
pub mod probe;
pub mod render;
pub mod serve;
pub mod site;
pub mod switch;
