//! What a user sees: the built binary, as somebody runs it who has a home folder, a folder to work in, and no privileges to lose.

mod completions;
mod contract;
mod cycle;
mod discover;
mod doctor;
mod documents;
mod init;
mod interop;
mod jack;
mod kernel;
mod many_switches;
mod mistakes;
mod port_names;
mod preflight;
mod pse;
mod readme;
mod samples;
mod save;
mod schemas;
mod secrecy;
mod serve;
mod simulated;
mod site;
mod terminal;
mod up;
pub mod user;
