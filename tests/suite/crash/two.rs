//! Two voiceports with a state folder each on one switch, for phones of their own: what one of them says is done is there, also for
//! one that is far away.

use std::net::UdpSocket;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::lane::Lane;
use crate::cli::user::Said;

/// Each way, between the second voiceport and the switch.
const DELAY: Duration = Duration::from_millis(40);
/// The phones of the closet, and their ports.
const PHONES: [(&str, &str); 4] =
    [("00:15:65:10:00:01", "1"), ("00:15:65:10:00:02", "2"), ("00:04:13:10:00:03", "5"), ("00:0b:82:10:00:04", "9")];

/// Runs a pair again and again; how many ended with which exit codes.
fn pairs(kind: &str, count: u32) {
    let lane = Lane::start(kind);
    let text = lane.inventory();
    let closet = text.split("  closet:\n").nth(1).unwrap().split("port: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let far = delayed(closet.parse().unwrap());
    let near_file = lane.write("near.yaml", &half(&text, 0));
    let far_file = lane.write("far.yaml", &half(&text, 1).replacen(&format!("port: {closet}"), &format!("port: {far}"), 1));
    for pair in 0..count {
        lane.ask(&json!({"reset": {}}));
        let start = |file: &str, who: &str| lane.with_inventory(file, &lane.folder(&format!("{who}-{pair}")), "apply");
        let (near, far) = (start(&near_file, "near"), start(&far_file, "far"));
        for (half, said) in [near.end(), far.end()].iter().enumerate() {
            check(&lane, pair, half, said);
        }
    }
}

/// All of its ports are members when it says so; none is when it says that everything was put back.
fn check(lane: &Lane, pair: u32, half: usize, said: &Said) {
    let vlans = lane.ask(&json!({"state": {"switch": "closet"}}))["running"]["vlans"].clone();
    let tagged = vlans["20"]["tagged"].as_array().cloned().unwrap_or_default();
    let is_member = |port: &str| tagged.iter().any(|member: &Json| member.as_str().unwrap().ends_with(&format!("/{port}")));
    let members = PHONES.iter().skip(half).step_by(2).filter(|(_, port)| is_member(port)).count();
    match said.code {
        Some(0) => assert_eq!(members, 2, "pair {pair}, {half}: {tagged:?}\n{said}"),
        Some(6) => assert_eq!(members, 0, "pair {pair}, {half}: {tagged:?}\n{said}"),
        // the VLAN that it made stays, because the other one uses it
        Some(7) => assert!(members == 0 && said.stdout.contains("VLAN 20 is in use on"), "pair {pair}, {half}: {tagged:?}\n{said}"),
        code => panic!("pair {pair}, {half}: exit {code:?}\n{said}"),
    }
}

/// The inventory with every second phone of the closet, and none of the other switch.
fn half(inventory: &str, which: usize) -> String {
    let (head, phones) = inventory.split_once("\nphones:\n").unwrap();
    let mine: Vec<&str> = PHONES.iter().skip(which).step_by(2).map(|(mac, _)| *mac).collect();
    let blocks = phones.split("  - mac:").filter(|block| mine.iter().any(|mac| block.contains(mac)));
    blocks.fold(format!("{head}\nphones:\n"), |text, block| format!("{text}  - mac:{block}"))
}

/// A port of this machine behind which the agent is, late in both directions.
fn delayed(agent: u16) -> u16 {
    let (outside, inside) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    inside.connect(("127.0.0.1", agent)).unwrap();
    let port = outside.local_addr().unwrap().port();
    let client = std::sync::Arc::new(std::sync::Mutex::new(None));
    let (there, back) = (outside.try_clone().unwrap(), inside.try_clone().unwrap());
    let seen = std::sync::Arc::clone(&client);
    late(
        move |buffer| {
            let (length, from) = there.recv_from(buffer).ok()?;
            *seen.lock().unwrap() = Some(from);
            Some(length)
        },
        move |datagram| drop(inside.send(datagram)),
    );
    late(
        move |buffer| back.recv(buffer).ok(),
        move |datagram| {
            if let Some(to) = *client.lock().unwrap() {
                let _ = outside.send_to(datagram, to);
            }
        },
    );
    port
}

/// Hands on what comes, `DELAY` later and in order.
fn late(receive: impl Fn(&mut [u8]) -> Option<usize> + Send + 'static, send: impl Fn(&[u8]) + Send + 'static) {
    let (queue, waiting) = mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        loop {
            let Some(length) = receive(&mut buffer) else { continue };
            if queue.send((Instant::now() + DELAY, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (due, datagram) in waiting {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            send(&datagram);
        }
    });
}

#[test]
fn neither_of_two_loses_what_it_says_is_done() {
    pairs("standard", 10);
}
