//! The binary against what others wrote: net-snmp's agent with a switch behind it, and the programs phones are like.

use std::process::Command;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::schemas;
use super::user::{Background, Said, User, finish};
use crate::switch_snmp::snmpd::SnmpdSwitch;

/// The switch of `SnmpdSwitch`, with credentials by reference.
const SITE: &str = "
site: {name: hq, time_zone: Europe/Berlin, country: DE}
vlans:
  voice: {id: 20, role: voice, priority: 5, dscp: 46}
  data: {id: 10}
credentials:
  read: @READ@
  write: @WRITE@
switches:
  desk-1: {address: 127.0.0.1, port: @PORT@, read: read, write: write, voice_vlan: voice, data_vlan: data, allow_generic_write: true}
phones:
  - {mac: 00:15:65:aa:bb:03, model: yealink/t46s}
  - {mac: 00:15:65:aa:bb:09, model: yealink/t46s, at: {switch: desk-1, port: ge9}}
";

const SECRETS: [(&str, &str); 4] =
    [("SNMP_READ", "public"), ("SNMP_WRITE", "private"), ("SNMP_AUTH", "authpass12"), ("SNMP_PRIVACY", "privpass12")];

/// A user with a real switch and its secrets in the environment.
struct Closet {
    user: User,
    switch: SnmpdSwitch,
}

impl Closet {
    fn new(read: &str, write: &str) -> Self {
        let (user, switch) = (User::new(), SnmpdSwitch::start());
        let port = switch.port.to_string();
        user.write("site.yaml", SITE.replace("@PORT@", &port).replace("@READ@", read).replace("@WRITE@", write));
        Self { user, switch }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.user.command(["-i", "site.yaml"]);
        let said = finish(command.args(arguments).envs(SECRETS));
        for (_, secret) in &SECRETS[2..] {
            assert!(!said.to_string().contains(secret), "{said}");
        }
        said
    }

    fn steps(&self) -> Value {
        self.run(&["plan", "--format", "json"]).exits(0).json()["steps"].take()
    }
}

/// From finding the phones to taking everything back.
fn there_and_back(closet: &Closet) {
    let found = schemas::check(&closet.run(&["discover", "--switch", "desk-1", "--format", "json"]).exits(0).stdout, "discover");
    let rows = found["rows"].as_array().unwrap();
    let phone = rows.iter().find(|row| row["port"] == "ge3" && row["protocol"] == "lldp").unwrap_or_else(|| panic!("{found:#}"));
    assert_eq!((&phone["mac"], &phone["source"]), (&json!("00:15:65:aa:bb:03"), &json!("switch")));
    assert_eq!((&phone["phone"]["vendor"], &phone["phone"]["model"]), (&json!("yealink"), &json!("T46S")));

    let before = closet.steps();
    let first = &before.as_array().unwrap()[0];
    assert_eq!(first["change"]["vlan_exists"]["vlan"], 10, "{before:#}");
    // this agent counts no frames, so nobody knows whether a phone is in a call
    let applied = schemas::check(&closet.run(&["apply", "--yes", "--disrupt", "--format", "json"]).exits(0).stdout, "apply");
    assert_eq!((&applied["outcome"], &applied["changed"]), (&json!("applied"), &json!(true)));
    assert_eq!(closet.switch.committed()["pvid"]["3"], 10);
    closet.run(&["plan", "--check"]).exits(0).says("nothing to change");
    closet.run(&["apply", "--yes"]).exits(0).says("nothing to change");
    closet.run(&["rollback", "--yes", "--disrupt"]).exits(0).says("everything was put back and read back");
    assert_eq!(closet.switch.committed()["pvid"]["3"], 1);
    assert_eq!(closet.steps(), before);
}

#[test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
fn over_snmpv2c_with_communities_from_the_environment() {
    there_and_back(&Closet::new("{snmp: v2c, community: {env: SNMP_READ}}", "{snmp: v2c, community: {env: SNMP_WRITE}}"));
}

#[test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
fn over_snmpv3_with_sha_256_and_aes_256() {
    let operator = "{snmp: v3, user: op256, auth: {protocol: sha-256, secret: {env: SNMP_AUTH}}, \
                    privacy: {protocol: aes-256, secret: {env: SNMP_PRIVACY}}}";
    there_and_back(&Closet::new(operator, operator));
}

#[test]
#[ignore = "needs snmpd, snmp and python3: tests/run runs it"]
fn what_the_switch_refuses_is_said_with_its_reason() {
    let reader = "{snmp: v2c, community: {env: SNMP_READ}}";
    let closet = Closet::new(reader, reader);
    let before = closet.steps();
    closet.run(&["apply", "--yes"]).exits(6).says("everything was put back and read back").says("desk-1");
    assert_eq!(closet.steps(), before);
    let wrong = "{snmp: v3, user: op256, auth: {protocol: sha-256, secret: {env: SNMP_PRIVACY}}}";
    let closet = Closet::new(wrong, wrong);
    closet.run(&["plan"]).exits(4).says("desk-1").says("hint: ");
    let absent = "{snmp: v2c, community: {env: NOBODY_SET_THIS}}";
    Closet::new(absent, absent).run(&["plan"]).exits(3).says("NOBODY_SET_THIS");
}

/// A site without switches; the phone is known by its address alone.
const SERVED: &str = "
site: {name: hq, time_zone: Europe/Berlin, country: DE}
vlans: {voice: {id: 20, role: voice}}
pbx: {address: pbx.example.net, transport: tls}
phones:
  - mac: 00:15:65:12:34:56
    model: yealink/t46s
    address: 127.0.0.1
    lines: [{extension: \"101\", user: \"101\", secret: {env: PHONE_101}}]
";
const PASSWORD: &str = "account.1.password = correct-horse\n";
const FILE: &str = "001565123456.cfg";

/// `voiceport serve` in the background, and where it serves.
fn serve(user: &User, more: &[&str]) -> (Background, String, String) {
    user.write("site.yaml", SERVED);
    let mut command = user.command(["-i", "site.yaml", "serve", "--tftp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    let mut server = Background::start(command.args(more).env("PHONE_101", "correct-horse"));
    let tftp = address(&server.await_line("serving on tftp://"));
    let http = address(&server.await_line("serving on http://"));
    (server, tftp, http)
}

fn address(line: &str) -> String {
    line.split("://").nth(1).unwrap().to_owned()
}

fn client(user: &User, program: &str, arguments: &[&str]) -> Said {
    let mut command = Command::new(program);
    user.settle(&mut command);
    finish(command.args(arguments))
}

#[test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
fn phones_programs_fetch_from_the_server_and_strangers_do_not() {
    let user = User::new();
    let (mut server, tftp, http) = serve(&user, &[]);
    let (host, port) = tftp.split_once(':').unwrap();
    for url in [format!("http://{http}/{FILE}"), format!("tftp://{tftp}/{FILE}")] {
        let phone = client(&user, "curl", &["-sS", "--max-time", "20", &url]).exits(0);
        assert!(phone.stdout.contains(PASSWORD), "{phone}");
        let stranger = client(&user, "curl", &["-sS", "--max-time", "20", "--interface", "127.0.0.9", &url]);
        assert!(!stranger.to_string().contains("password"), "{stranger}");
    }
    client(&user, "tftp", &["-m", "octet", host, port, "-c", "get", FILE, "hpa.cfg"]).exits(0);
    client(&user, "busybox", &["tftp", "-g", "-r", FILE, "-l", "busybox.cfg", host, port]).exits(0);
    for file in ["hpa.cfg", "busybox.cfg"] {
        assert!(user.read(file).contains(PASSWORD), "{file}");
    }
    for request in ["http", "http", "tftp", "tftp", "tftp", "tftp"] {
        let line = server.await_answer(FILE);
        assert!(line.contains(&format!(" {request} 127.0.0.")), "a line per request: {line}");
    }
    server.signal(Signal::SIGINT);
    let said = server.end().exits(0);
    assert!(!said.to_string().contains("correct-horse"), "{said}");
}

#[test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
fn as_json_the_server_says_one_object_per_request() {
    let user = User::new();
    let (mut server, _, http) = serve(&user, &["--format", "json"]);
    for (path, source) in [(FILE, "127.0.0.1"), (FILE, "127.0.0.9"), ("nothing.cfg", "127.0.0.1")] {
        client(&user, "curl", &["-sS", "-o", "got", "--max-time", "20", "--interface", source, &format!("http://{http}/{path}")])
            .exits(0);
    }
    server.await_answer("nothing.cfg");
    server.signal(Signal::SIGINT);
    let said = server.end().exits(0);
    let schemas = schemas::Schemas::new();
    let events: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (closing, events) = events.split_last().unwrap();
    assert_eq!((schemas.check(closing), &closing["denied"]), ("voiceport.served/1", &Value::from(1)), "{said}");
    assert!(events.iter().all(|event| schemas.check(event) == "voiceport.serve/1"), "{said}");
    assert_eq!(events.iter().map(|event| event["result"].as_str().unwrap()).collect::<Vec<_>>(), ["served", "denied", "not_found"]);
}

#[test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
fn a_taken_port_is_named() {
    let user = User::new();
    let (_server, tftp, http) = serve(&user, &[]);
    for arguments in [["--tftp", &tftp], ["--http", &http]] {
        let mut command = user.command(["-i", "site.yaml", "serve"]);
        let said = finish(command.args(arguments).env("PHONE_101", "correct-horse")).exits(1);
        assert!(said.stderr.contains(arguments[1]) && said.stderr.contains("hint: "), "{said}");
    }
}
