//! `serve` from its first request to its summary.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::schemas;
use super::simulated::SimulatedSite;
use super::user::Background;

#[test]
fn the_last_line_counts_what_the_others_told() {
    let site = SimulatedSite::start_serving();
    let options = ["serve", "--tftp", site.tftp(), "--http", site.http(), "--format", "json"];
    let mut serving = Background::start(&mut site.command(options));
    serving.await_line("serving on http");
    site.run(["apply", "--yes"]).exits(0);
    let mut fetched = std::collections::BTreeSet::new();
    while fetched.len() < 8 {
        let line: Value = serde_json::from_str(&serving.await_answer("\"result\":\"served\"")).unwrap();
        fetched.extend(line["mac"].as_str().map(str::to_owned));
    }
    ask(site.http(), "/no-such-file");
    serving.await_answer("/no-such-file");
    serving.signal(Signal::SIGINT);
    let said = serving.end().exits(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    let (last, requests) = lines.split_last().unwrap();
    let summary = schemas::check(last, "served");
    let requests: Vec<Value> = requests.iter().map(|line| schemas::check(line, "serve")).collect();
    let with = |result: &str| requests.iter().filter(|request| request["result"] == result).count();
    let mut own: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut common = 0;
    for request in requests.iter().filter(|request| request["result"] == "served" || request["result"] == "not_modified") {
        match request["mac"].as_str() {
            Some(mac) => {
                let (files, bytes) = own.entry(mac).or_default();
                (*files, *bytes) = (*files + 1, *bytes + request["bytes"].as_u64().unwrap());
            }
            None => common += 1,
        }
    }
    let told: BTreeMap<&str, (u64, u64)> = summary["phones"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phone| (phone["mac"].as_str().unwrap(), (phone["files"].as_u64().unwrap(), phone["bytes"].as_u64().unwrap())))
        .collect();
    assert_eq!(told, own);
    assert_eq!((told.len(), &summary["phones"][0]["extension"].is_string()), (8, &true), "{summary:#}");
    assert_eq!(summary["common_files"], json!(common));
    assert!(with("not_found") >= 1);
    for result in ["not_found", "denied", "refused", "timed_out", "headers_only"] {
        assert_eq!(summary[result], json!(with(result)), "{result}");
    }
}

#[test]
fn lines_for_people_are_at_the_sites_time() {
    let site = SimulatedSite::start();
    let inventory = site.user.read("lab.yaml");
    let (before, rest) = inventory.split_once("time_zone: ").unwrap();
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "/_-".contains(letter));
    let inventory = format!("{before}time_zone: Asia/Kathmandu{rest}");
    site.user.write("lab.yaml", inventory);
    let mut serving = Background::start(&mut site.command(["serve", "--http", "127.0.0.1:0"]));
    let address = serving.await_line("serving on http://").split_once("://").unwrap().1.to_owned();
    ask(&address, "/no-such-file");
    let line = serving.await_answer("/no-such-file");
    assert!(line.contains(" +0545 http ") && !line.contains('Z'), "{line}");
    serving.signal(Signal::SIGINT);
    let said = serving.end().exits(0);
    let last = said.stdout.lines().last().unwrap();
    assert!(last.starts_with("Served since ") && last.contains(" +0545: 0 own files to 0 phones, "), "{said}");
    assert!(last.contains(" 1 not found, 0 denied, 0 refused, 0 timed out."), "{said}");
}

/// Asks over HTTP, and waits for the answer.
fn ask(address: &str, path: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}
