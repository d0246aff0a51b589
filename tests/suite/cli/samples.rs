//! Small agents made after faults that people met, with the inventories beside them: what the commands make of them.

use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::process::{ChildStderr, Command, Stdio};

use serde_json::json;

use super::schemas;
use super::user::{Said, User};
use crate::support::{Running, samples};

/// A running agent of the samples, and a user with its inventory.
struct Fault {
    user: User,
    log: BufReader<ChildStderr>,
    agent: Running,
}

impl Fault {
    /// Serves `NAME.snmprec`, misbehaving so.
    fn start(name: &str, faults: &[&str]) -> Self {
        let folder = samples("faults");
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("python3");
        command.arg(folder.join("tools/agent.py")).arg(folder.join(format!("{name}.snmprec"))).arg(port.to_string()).args(faults);
        let mut agent = Running::start(command.stderr(Stdio::piped()));
        let mut log = BufReader::new(agent.0.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let user = User::new();
        let inventory = std::fs::read_to_string(folder.join(format!("{name}.inventory.yaml"))).unwrap();
        user.write("site.yaml", with_port(&inventory, port));
        Self { user, log, agent }
    }

    fn run(&self, command: &[&str]) -> Said {
        self.user.run(command.iter().copied().chain(["--inventory", "site.yaml", "--format", "json"]))
    }

    /// What was written, as the agent tells it: object identifier and value in BER.
    fn writes(mut self) -> Vec<String> {
        self.agent.0.kill().unwrap();
        let lines = self.log.by_ref().lines().map_while(Result::ok);
        lines.filter_map(|line| Some(line.strip_prefix("SET ")?.to_owned())).collect()
    }
}

/// The inventory with the port of its only switch.
fn with_port(inventory: &str, port: u16) -> String {
    let (before, rest) = inventory.split_once("127.0.0.1, port: ").unwrap();
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    format!("{before}127.0.0.1, port: {port}{rest}")
}

fn details(said: &Said) -> Vec<String> {
    let plan = schemas::check(&said.stdout, "plan");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(0), "{said}");
    plan["refusals"].as_array().unwrap().iter().map(|refusal| refusal["detail"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "needs the public samples: tests/run looks for them"]
fn a_description_that_eight_ports_have_names_none() {
    let fault = Fault::start("S04b", &[]);
    let said = fault.run(&["plan", "--check"]).exits(5);
    assert!(details(&said).iter().all(|detail| detail.contains("protect: no port is called Port 8")), "{said}");
    let inventory = fault.user.read("site.yaml").replace(", protect: [Port 8]", "");
    fault.user.write("site.yaml", inventory);
    let said = fault.run(&["plan", "--check"]).exits(5);
    let all: Vec<String> = (1..=8).map(|port| format!("ifIndex {port}")).collect();
    let right = format!("Ethernet Interface fits 8 ports: {}; write the name of one", all.join(", "));
    assert_eq!(details(&said), [right]);
    fault.run(&["apply", "--yes"]).exits(5);
    assert_eq!(fault.writes(), [""; 0]);
}

#[test]
#[ignore = "needs the public samples: tests/run looks for them"]
fn names_to_protect_that_nothing_has_close_the_switch() {
    let fault = Fault::start("S12", &[]);
    let said = fault.run(&["plan", "--check"]).exits(5);
    let details = details(&said);
    for (name, nearest) in [("Gi1/1/1", "ethernet1/1/1"), ("eth1/1/1", "ethernet1/1/1"), ("ethernet1/1/99", "ethernet1/1/")] {
        let right = format!("protect: no port is called {name}; nearest: {nearest}");
        assert!(details.iter().any(|detail| detail.starts_with(&right)), "{details:?}");
    }
    assert_eq!(details.len(), 3, "{details:?}");
    let doctor = schemas::check(&fault.run(&["doctor"]).stdout, "doctor");
    let names: Vec<_> = doctor["checks"].as_array().unwrap().iter().filter(|row| row["check"] == "port_names").collect();
    assert_eq!(names.len(), 3, "{doctor}");
    assert!(
        names.iter().all(|row| row["result"] == "failed" && row["detail"].as_str().unwrap().starts_with("protect: ")),
        "{doctor}"
    );
    fault.run(&["apply", "--yes"]).exits(5);
    assert_eq!(fault.writes(), [""; 0]);
}

#[test]
#[ignore = "needs the public samples: tests/run looks for them"]
fn what_is_no_voice_vlan_is_told_apart_and_written_back() {
    let fault = Fault::start("S08", &[]);
    let plan = schemas::check(&fault.run(&["plan"]).exits(0).stdout, "plan");
    let before: Vec<_> =
        plan["steps"].as_array().unwrap().iter().map(|step| step["change"]["voice_vlan"]["delta"]["before"].clone()).collect();
    assert_eq!(before, [json!("priority_tagged"), json!("untagged"), json!("none"), json!({"vlan": 70})]);
    // It is no switch that can be saved.
    // Nor does it count frames, so nobody knows whether a phone is in a call.
    let applied = fault.run(&["apply", "--yes", "--disrupt", "--no-persist"]).exits(0);
    schemas::check(&applied.stdout, "apply");
    schemas::check(&fault.run(&["rollback", "--yes", "--disrupt"]).exits(0).stdout, "rollback");
    let written = |if_index: u32, value: &str| format!("1.3.6.1.4.1.9.9.68.1.5.1.1.1.{if_index} = 02{value}");
    let there = [9, 10, 11, 12].map(|if_index| written(if_index, "0114"));
    let back = [written(12, "0146"), written(11, "021000"), written(10, "020fff"), written(9, "0100")];
    assert_eq!(fault.writes(), [there, back].concat());
}
