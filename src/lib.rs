//! voiceport takes a wiring closet and a box of desk phones to a working, proven voice network.
//!
//! # The map of this house
//!
//! The folder list reads like the product. In each folder, pure code (octets, decisions) and I/O (sockets, files, clocks) are separate
//! files, and the first line of each says which it is.
//!
//! | floor | folder | what it does |
//! |---|---|---|
//! | 4 | [`cli`] | one file per command: gather → decide → act → report |
//! | 4 | [`output`] | a report as table, JSON, HTML or JUnit; nothing else prints |
//! | 3 | [`change`] | plan, guard, verify, journal, and the apply loop |
//! | 3 | [`serve`] | each phone its own file over TFTP and HTTP, and nobody else's |
//! | 2 | [`inventory`] | YAML → a site that is valid as a whole |
//! | 2 | [`discover`] | LLDP and CDP frames → which phone is where |
//! | 2 | [`switch`] | one switch, read and written: SNMP by profile, or this machine's bridge |
//! | 2 | [`power`] | PoE classes, budgets, minutes on the UPS |
//! | 2 | [`render`] | a site and a template → a phone's files |
//! | 2 | [`probe`] | STAMP streams shaped like calls, measured and judged |
//! | 1 | `crates/model` | plain data that everybody speaks |
//! | 1 | `crates/{lldp,snmp,stamp}` | the protocols as bytes, for both sides |
//! | 1 | `crates/lab` | a simulated site: switches, phones, a reflector; [`lab`] when this build has it |
//!
//! Imports only look down, below floor 4 folders of one floor do not import each other, and each outside dependency has one door;
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
//! # Decisions
//!
//! **Why does a change of membership flip one bit instead of writing the VLAN's port list?** All ports share that row; another
//! writer may have changed it since. Read, flip, write, read. Given up: one request for many ports.
//!
//! **Why is a switch read again after every write?** Switches acknowledge what they do not do. Given up: speed; a change costs a
//! write and a read, and what the switch needs to settle.
//!
//! **Why is the journal written before the write leaves?** After a crash, an announced write without a result means "unknown: read
//! it, then undo". Given up: a disk sync per step.
//!
//! **Why are apply, rollback and retry one function?** [`change`] names the next action from a plan and its journal, so there is one
//! place to be right, and it is tested without a switch. Given up: a rollback that could be smarter than the way there.
//!
//! **Why are vendors data?** A profile holds object identifiers, types and values; it can be read and compared with a MIB. What
//! needs a condition becomes a variant of a closed enum with tests. Given up: switches too odd for the enums, until one is added.
//!
//! **Why may a switch that only the generic profile matches not be written?** Nothing is known about what it does with a write.
//! Given up: the first minute, until `allow_generic_write` is set.
//!
//! **Why does a MAC address in a request prove nothing?** Whoever asks can type it. The neighbour table, a switch port's tables or a
//! fixed address prove who asks. Given up: phones behind a router, unless the inventory gives their address.
//!
//! **Why is the voice VLAN not in the phones' files?** The switch tells it by LLDP-MED; a file that says so too strands the phone
//! when it moves. Given up: phones that do not hear LLDP, unless a setting asks for it.
//!
//! **Why STAMP and not RTP?** It is a standard with two-way timestamps and counters, so each direction is measured by itself. Given
//! up: switches that recognise voice by its RTP header do not recognise a probe.
//!
//! **Why is an unknown value `None`?** A default that nobody measured looks like a measurement in a signed report. Given up: short
//! types.

pub mod change;
pub mod cli;
pub mod discover;
pub mod inventory;
pub mod lab;
pub mod output;
pub mod power;
pub mod probe;
pub mod render;
pub mod serve;
pub mod switch;
