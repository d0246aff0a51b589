//! The simulated site seen from outside: its agents through sockets, its phones by what they fetch.

use std::net::SocketAddr;
use std::time::Duration;

use lab::layout::{CLOSET, FLOOR_2};
use lab::{Lab, LabOptions};
use snmp::{ErrorStatus, Oid, Value};

use manager::{Manager, bytes, number, parse};

mod agents;
mod control;
mod faults;
mod interop;
mod manager;
mod phones;
mod server;

const PETH_ENABLE: &str = "1.3.6.1.2.1.105.1.1.1.3";
const PETH_DETECTION: &str = "1.3.6.1.2.1.105.1.1.1.6";
const STATIC_NAME: &str = "1.3.6.1.2.1.17.7.1.4.3.1.1";
const STATIC_EGRESS: &str = "1.3.6.1.2.1.17.7.1.4.3.1.2";
const STATIC_UNTAGGED: &str = "1.3.6.1.2.1.17.7.1.4.3.1.4";
const STATIC_ROW_STATUS: &str = "1.3.6.1.2.1.17.7.1.4.3.1.5";
const PVID: &str = "1.3.6.1.2.1.17.7.1.4.5.1.1";
const VOICE_VLAN: &str = "1.3.6.1.4.1.9.9.68.1.5.1.1.1";
const ACCESS_VLAN: &str = "1.3.6.1.4.1.9.9.68.1.2.2.1.2";
const LLDP_REMOTE: &str = "1.0.8802.1.1.2.1.4.1.1";

fn text(bytes: &'static [u8]) -> Value<'static> {
    Value::octets(bytes)
}

async fn healthy() -> Lab {
    Lab::start(LabOptions { closet: lab::Family::Standard, ..LabOptions::default() }).await.unwrap()
}
