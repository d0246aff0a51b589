//! The simulated site alone: phones get an address only when their frames reach the server, and the control socket does not need voiceport.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab::switch::state::Switch;
use lab::switch::vlan::Vlan;
use lab::{Family, Lab, LabOptions, PhoneEvent, Stage};
use model::ids::{BridgePort, VlanId};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(20);
const UPLINK: BridgePort = BridgePort(18);

/// The closet's powered phones are in the voice VLAN, which the uplink carries only when its tables say so.
fn prepare(switch: &mut Switch) {
    if switch.layout.name == lab::layout::CLOSET {
        switch.layout.uplink_registers = false;
        let phones = [BridgePort(5), BridgePort(9)];
        let voice = Vlan { name: "voice".to_owned(), egress: phones.into(), ..Vlan::default() };
        switch.config.vlans.insert(VlanId::new(20).unwrap(), voice);
    }
}

async fn until(events: &mut UnboundedReceiver<PhoneEvent>, wanted: impl Fn(&PhoneEvent) -> bool) -> PhoneEvent {
    let found = async {
        loop {
            let event = events.recv().await.unwrap();
            if wanted(&event) {
                return event;
            }
        }
    };
    timeout(DEADLINE, found).await.unwrap()
}

struct Socket(PathBuf);

impl Socket {
    fn ask(&self, request: &str) -> serde_json::Value {
        let mut stream = UnixStream::connect(&self.0).unwrap();
        writeln!(stream, "{request}").unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("control-{}.sock", std::process::id()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_vlan_that_ends_at_the_switch_gives_no_address() {
    let lab = Lab::start_with(LabOptions { closet: Family::Standard, ..LabOptions::default() }, prepare).await.unwrap();
    let (path, mut events) = (path(), lab.events());
    let control = lab.control(&path).unwrap();
    let phone = lab.phones()[2].mac;
    let told = until(&mut events, |event| event.mac == phone && event.detail.contains("no answer from the DHCP server")).await;
    assert_eq!(told.stage, Stage::Waiting);
    let socket = Socket(path.clone());
    let written = r#"{"write":{"switch":"closet","port":18,"change":{"membership":{"vlan":20,"is":"tagged"}}}}"#;
    assert_eq!(socket.ask(written)["ok"], true);
    until(&mut events, |event| event.mac == phone && event.stage == Stage::Addressed).await;
    assert!(lab.switch("closet").unwrap().config.vlans[&VlanId::new(20).unwrap()].egress.contains(&UPLINK));
    drop(control);
    assert!(!path.exists());
}
