//! Two hundred switches asked at once: one socket, and one that fails costs only its own row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::Value as Json;
use snmp::Value;
use tokio::net::UdpSocket;

use super::schemas;
use super::user::User;
use crate::switch_snmp::small_agent::SmallAgent;

/// How many switches answer.
const SWITCHES: usize = 200;
/// How many are silent; one more answers garbage.
const SILENT: usize = 10;

/// A switch with two ports and one neighbour on the second.
fn switch(number: usize) -> SmallAgent {
    let mut switch = SmallAgent::default();
    switch.text("1.3.6.1.2.1.1.1.0", "a small switch");
    switch.put("1.3.6.1.2.1.1.3.0", Value::TimeTicks(4711));
    switch.text("1.3.6.1.2.1.1.5.0", &format!("switch {number}"));
    for port in 1..=2 {
        switch.put(&format!("1.3.6.1.2.1.2.2.1.3.{port}"), Value::Integer(6));
        switch.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{port}"), &format!("s{number}-p{port}"));
        switch.put(&format!("1.3.6.1.2.1.105.1.1.1.3.1.{port}"), Value::Integer(1));
        switch.text(&format!("1.0.8802.1.1.2.1.3.7.1.3.{port}"), &format!("s{number}-p{port}"));
    }
    switch.text("1.0.8802.1.1.2.1.4.1.1.9.0.2.1", &format!("neighbour of {number}"));
    switch
}

/// Answers whatever comes with what is no SNMP.
async fn answer_garbage(socket: UdpSocket) {
    let mut bytes = [0_u8; 2000];
    while let Ok((_, from)) = socket.recv_from(&mut bytes).await {
        let _ = socket.send_to(b"\x30\x82\xff\xff never heard of SNMP", from).await;
    }
}

/// Says nothing, and keeps when it was asked first and last.
async fn keep_silent(socket: UdpSocket, asked: Arc<Mutex<Option<(Instant, Instant)>>>) {
    let mut bytes = [0_u8; 2000];
    while socket.recv_from(&mut bytes).await.is_ok() {
        let now = Instant::now();
        let mut asked = asked.lock().unwrap();
        *asked = Some((asked.map_or(now, |(first, _)| first), now));
    }
}

fn inventory(ports: &[u16]) -> String {
    let mut text =
        "site: {name: large, time_zone: UTC, country: DE}\nvlans: {voice: {id: 20, role: voice}}\ncredentials:\n".to_owned();
    text.push_str("  all: {snmp: v2c, community: {insecure_literal: true, value: public}}\nswitches:\n");
    for (number, port) in ports.iter().enumerate() {
        writeln!(text, "  switch-{number:03}: {{address: 127.0.0.1, port: {port}, read: all, voice_vlan: voice}}").unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_switches_those_that_fail_cost_only_their_rows() {
    let mut agents = Vec::new();
    for number in 0..SWITCHES {
        agents.push(switch(number).start().await);
    }
    let mut silent = Vec::new();
    for _ in 0..=SILENT {
        silent.push(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    }
    let mut ports: Vec<u16> = agents.iter().map(|agent| agent.port).collect();
    ports.extend(silent.iter().map(|socket| socket.local_addr().unwrap().port()));
    tokio::spawn(answer_garbage(silent.pop().unwrap()));
    let asked: Vec<_> = silent.iter().map(|_| Arc::new(Mutex::new(None))).collect();
    for (socket, asked) in silent.into_iter().zip(&asked) {
        tokio::spawn(keep_silent(socket, Arc::clone(asked)));
    }

    let user = User::new();
    user.write("large.yaml", inventory(&ports));
    let discover = ["discover", "--all-switches", "--inventory", "large.yaml", "--format", "json"];
    let said = tokio::task::spawn_blocking(move || user.run(discover)).await.unwrap();
    let found = schemas::check(&said.exits(4).stdout, "discover");
    let rows: Vec<_> = found["rows"].as_array().unwrap().iter().map(place).collect();
    let by_switch: BTreeMap<_, _> = rows.iter().copied().collect();
    assert_eq!((rows.len(), by_switch.len()), (SWITCHES, SWITCHES));
    for number in 0..SWITCHES {
        let right = (format!("s{number}-p2"), format!("neighbour of {number}"));
        assert_eq!(by_switch[&*format!("switch-{number:03}")], (&*right.0, &*right.1));
    }
    let rejected = found["rejected"].as_array().unwrap();
    let named: Vec<&str> = rejected.iter().map(|row| row["switch"].as_str().unwrap()).collect();
    assert_eq!(named, (SWITCHES..=SWITCHES + SILENT).map(|number| format!("switch-{number}")).collect::<Vec<_>>());
    let (garbage, silent) = rejected.split_last().unwrap();
    let reason = garbage["message"].as_str().unwrap();
    assert!(reason.ends_with("it answers what is no SNMP message (byte 4: it ends within an element)"), "{reason}");
    for row in silent {
        let reason = row["message"].as_str().unwrap();
        assert!(reason.contains("no answer from 127.0.0.1:") && reason.contains("after 5 tries"), "{reason}");
    }
    let asked_from: BTreeSet<SocketAddr> = agents.iter().flat_map(|agent| agent.asked_from()).collect();
    assert_eq!(asked_from.len(), 1, "one socket asked them all");
    let asked: Vec<(Instant, Instant)> = asked.iter().map(|asked| asked.lock().unwrap().unwrap()).collect();
    let (last_begun, first_given_up) = (asked.iter().map(|asked| asked.0).max(), asked.iter().map(|asked| asked.1).min());
    assert!(last_begun < first_given_up, "silent switches are waited for at the same time");
}

/// Switch, port and name of a row.
fn place(row: &Json) -> (&str, (&str, &str)) {
    let text = |key: &str| row[key].as_str().unwrap();
    (text("switch"), (text("port"), text("system_name")))
}
