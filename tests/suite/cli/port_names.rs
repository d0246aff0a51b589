//! Names of ports that fit several or none: refused with what they fit, or with the nearest, and nothing is written.

use snmp::{Kind, Value};

use super::schemas;
use super::user::{Said, User};
use crate::switch_snmp::small_agent::SmallAgent;

/// Eight powered ports with these names and descriptions, each an untagged member of VLAN 10.
fn switch(name: impl Fn(u32) -> Option<String>, description: impl Fn(u32) -> String) -> SmallAgent {
    const STATIC: &str = "1.3.6.1.2.1.17.7.1.4.3.1";
    let mut switch = SmallAgent::default();
    switch.text("1.3.6.1.2.1.1.1.0", "a small switch");
    for port in 1..=8 {
        switch.put(&format!("1.3.6.1.2.1.2.2.1.3.{port}"), Value::Integer(6));
        switch.text(&format!("1.3.6.1.2.1.2.2.1.2.{port}"), &description(port));
        if let Some(name) = name(port) {
            switch.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{port}"), &name);
        }
        switch.put(&format!("1.3.6.1.2.1.17.1.4.1.2.{port}"), Value::Integer(i64::from(port)));
        switch.put(&format!("1.3.6.1.2.1.17.7.1.4.5.1.1.{port}"), Value::Gauge32(10));
        switch.put(&format!("1.3.6.1.2.1.105.1.1.1.3.1.{port}"), Value::Integer(1));
    }
    for (vlan, list) in [(10, 0xff), (20, 0x00)] {
        switch.put(&format!("{STATIC}.2.{vlan}"), Value::octets(vec![list]));
        switch.put(&format!("{STATIC}.4.{vlan}"), Value::octets(vec![list]));
        switch.put(&format!("{STATIC}.5.{vlan}"), Value::Integer(1));
    }
    switch
}

/// Runs the command on a site with one phone at `port` and this list under `protect`, and proves that nothing was written.
async fn run(switch: SmallAgent, port: &str, protect: &str, command: &[&str]) -> Said {
    let agent = switch.start().await;
    let user = User::new();
    user.write(
        "site.yaml",
        format!(
            "site: {{name: names, time_zone: UTC, country: DE}}\nvlans: {{voice: {{id: 20, role: voice}}, data: {{id: 10}}}}\n\
             credentials: {{all: {{snmp: v2c, community: {{insecure_literal: true, value: public}}}}}}\n\
             switches:\n  sw: {{address: 127.0.0.1, port: {}, read: all, write: all, voice_vlan: voice, profile: standard,\n    \
             allow_generic_write: true, protect: {protect}}}\n\
             pbx: {{address: 192.0.2.200}}\nphones:\n  - mac: 00:15:65:aa:01:01\n    model: yealink/t46s\n    \
             at: {{switch: sw, port: {port}}}\n    lines: [{{extension: '101', secret: {{insecure_literal: true, value: x}}}}]\n",
            agent.port
        ),
    );
    let command: Vec<String> =
        command.iter().copied().chain(["--inventory", "site.yaml", "--format", "json"]).map(str::to_owned).collect();
    let said = tokio::task::spawn_blocking(move || user.run(command)).await.unwrap();
    assert!(agent.requests().iter().all(|request| request.kind != Kind::Set), "{said}");
    said
}

/// The details of the refusals, and how many steps there are.
fn refused(said: &Said) -> (Vec<String>, usize) {
    let plan = schemas::check(&said.stdout, "plan");
    let details = plan["refusals"].as_array().unwrap().iter().map(|refusal| refusal["detail"].as_str().unwrap().to_owned());
    (details.collect(), plan["steps"].as_array().unwrap().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_fits_eight_ports_is_refused_with_all_of_them() {
    let same = || switch(|_| None, |_| "Ethernet Interface".to_owned());
    let said = run(same(), "Ethernet Interface", "[]", &["plan", "--check"]).await.exits(5);
    let all: Vec<String> = (1..=8).map(|port| format!("ifIndex {port}")).collect();
    let detail = format!("Ethernet Interface fits 8 ports: {}; write the name of one", all.join(", "));
    assert_eq!(refused(&said), (vec![detail.clone()], 0));
    run(same(), "Ethernet Interface", "[]", &["apply", "--yes"]).await.exits(5);
    let cycled = run(same(), "ifIndex 3", "[]", &["power", "cycle", "sw", "Ethernet Interface", "--yes", "--force"]).await.exits(5);
    assert!(cycled.stdout.contains(&detail), "{cycled}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_both_boxes_of_a_stack_have_is_refused_with_both() {
    let stack = || {
        switch(
            |port| Some(format!("Port {}", (port - 1) % 4 + 1)),
            |port| format!("Unit {} Port {}", (port - 1) / 4 + 1, (port - 1) % 4 + 1),
        )
    };
    let said = run(stack(), "Port 2", "[]", &["plan"]).await.exits(0);
    assert_eq!(refused(&said), (vec!["Port 2 fits 2 ports: Unit 1 Port 2, Unit 2 Port 2; write the name of one".to_owned()], 0));
    let said = run(stack(), "Unit 2 Port 2", "[]", &["plan"]).await.exits(0);
    assert_eq!(refused(&said).0, Vec::<String>::new());
    assert_ne!(refused(&said).1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_protected_name_fits_nothing_nothing_on_the_switch_is_changed() {
    let plain = || switch(|port| Some(format!("ethernet1/1/{port}")), |port| format!("GigabitEthernet1/1/{port}"));
    let said = run(plain(), "GigabitEthernet1/1/1", "[Gi1/1/2, ethernet1/1/8]", &["plan", "--check"]).await.exits(5);
    let (details, steps) = refused(&said);
    assert_eq!(steps, 0);
    let [detail] = &details[..] else { panic!("{details:?}") };
    assert!(detail.starts_with("protect: no port is called Gi1/1/2; nearest: ethernet1/1/2, "), "{detail}");
    assert!(detail.ends_with(" (nothing on this switch is changed until it fits one port)"), "{detail}");
    let said = run(plain(), "Gi1/1/1", "[Gi1/1/2]", &["doctor"]).await;
    let doctor = schemas::check(&said.stdout, "doctor");
    let names = doctor["checks"].as_array().unwrap().iter().filter(|row| row["check"] == "port_names" && row["result"] == "failed");
    let hints: Vec<_> = names.map(|row| row["hint"].as_str().unwrap()).collect();
    let right =
        ["correct switches.sw.protect: until then nothing on the switch is changed", "correct `at` of phone 00:15:65:aa:01:01"];
    assert_eq!(hints, right, "{said}");
    let cycle = ["power", "cycle", "sw", "ethernet1/1/1", "--yes", "--force"];
    let cycled = run(plain(), "ethernet1/1/1", "[Gi1/1/2]", &cycle).await.exits(5);
    assert!(cycled.stdout.contains(detail), "{cycled}");
    let said = run(plain(), "ethernet1/1/1", "[gigabitethernet1/1/2, ETHERNET1/1/8]", &["plan"]).await.exits(0);
    assert_eq!(refused(&said).0, Vec::<String>::new());
}
