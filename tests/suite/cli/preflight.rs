//! What is found before anything is read or changed: secrets, profiles, files, the right to write. All at once, with file and line.

use std::fmt::Write;
use std::fs::Permissions;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use serde_json::Value;

use super::schemas;
use super::user::{Said, User, finish};

/// Where the mistakes of [`WRONG`] stand, and how each message begins.
const MISTAKES: [(usize, &str); 12] = [
    (1, "site: setting time_zone: `America/Nuuk`: its summer time begins -1 hours after the start of a day"),
    (4, "defaults: setting firmware_url: a user or password in a URL"),
    (5, "defaults: P1361: secret env NO_LDAP: not set"),
    (7, "credential read: community: secret env SNMP_NOT: not set"),
    (11, "credential write: auth: secret file secrets/auth: shorter than the 8 characters"),
    (12, "credential write: privacy: secret file ./secrets/privacy: begins with a byte order mark"),
    (14, "switch desk-1: profile: no profile `cisco-isos`"),
    (22, "phone 00:15:65:12:34:56: line 1: secret: secret file ./secrets/101: there is none of this name"),
    (26, "phone 00:0b:82:12:34:56: line 1: secret: secret file ./secrets/102: has a blank before or after it"),
    (26, "phone 00:0b:82:12:34:56: line 2: secret: secret command no-such-program: there is none of this name"),
    (27, "phone 00:0b:82:12:34:56: setting lldpp: neither a setting nor a parameter of these phones"),
    (31, "phone 00:04:13:12:34:56: line 1: secret: secret file ./secrets/empty: the first line is empty"),
];

const WRONG: &str = "site: {name: hq, time_zone: America/Nuuk}
vlans: {voice: {id: 20, role: voice}}
defaults:
  firmware_url: http://fw:FWPASS@192.0.2.5/x.rom
  P1361: {env: NO_LDAP}
credentials:
  read: {snmp: v2c, community: {env: SNMP_NOT}}
  write:
    snmp: v3
    user: op
    auth: {protocol: sha-256, secret: {file: secrets/auth}}
    privacy: {protocol: aes-128, secret: {file: secrets/privacy}}
switches:
  desk-1: {address: 127.0.0.1, port: @PORT@, read: read, write: write, profile: cisco-isos}
  desk-2: {address: 127.0.0.1, port: @PORT@, read: read}
  desk-3: {address: 127.0.0.1, port: @PORT@, read: read, write: write, profile: standard}
pbx: {address: pbx.example.net}
phones:
  - mac: 00:15:65:12:34:56
    model: yealink/t46s
    at: {switch: desk-2, port: ge1}
    lines: [{extension: '101', secret: {file: secrets/101}}]
  - mac: 00:0b:82:12:34:56
    model: grandstream/gxp2170
    at: {switch: desk-3, port: ge1}
    lines: [{extension: '102', secret: {file: secrets/102}}, {extension: '103', secret: {command: [no-such-program, x]}}]
    settings: {lldpp: on}
  - mac: 00:04:13:12:34:56
    model: snom/d785
    at: {switch: desk-3, port: ge2}
    lines: [{extension: '104', secret: {file: secrets/empty}}]
";

/// A user with that inventory, and the switch that nobody may ask.
fn with_wrong_site() -> (User, UdpSocket) {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let user = User::new();
    user.write("site.yaml", WRONG.replace("@PORT@", &silent.local_addr().unwrap().port().to_string()));
    let secrets: [(&str, &[u8]); 4] =
        [("auth", b"short\n"), ("privacy", b"\xef\xbb\xbflongenough\n"), ("102", b"4711 \n"), ("empty", b"\n4711\n")];
    for (name, bytes) in secrets {
        let file = user.write(&format!("secrets/{name}"), bytes);
        std::fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    }
    (user, silent)
}

/// The lines and messages of the error that a command printed as JSON.
fn mistakes(said: &Said) -> Vec<(usize, String)> {
    let error = schemas::check(&said.stdout, "error");
    let place = |row: &Value| {
        assert_eq!(row["file"], "site.yaml", "{said}");
        (usize::try_from(row["line"].as_u64().unwrap()).unwrap(), row["message"].as_str().unwrap().to_owned())
    };
    error["errors"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn every_command_that_leads_to_a_change_finds_all_mistakes_at_once() {
    let (user, silent) = with_wrong_site();
    for command in [&["inventory", "check"][..], &["plan"], &["apply", "--yes"], &["up", "--yes"]] {
        let said = user.run([&["-i", "site.yaml", "--format", "json"], command].concat()).exits(3);
        let found = mistakes(&said);
        let profile = ["inventory"].contains(&command[0]);
        if !profile {
            // an unknown profile is a mistake of the inventory itself, told by every command that reads it
            assert_eq!(found.len(), 1, "{said}");
            continue;
        }
        assert_eq!(found.len(), MISTAKES.len(), "{found:#?}");
        for ((line, message), (wanted_line, wanted)) in found.iter().zip(MISTAKES) {
            assert!(*line == wanted_line && message.starts_with(wanted), "{line}: {message}\nis not\n{wanted_line}: {wanted}");
        }
        assert!(!said.stdout.contains("FWPASS") && !said.stderr.contains("FWPASS"), "{said}");
    }
    let right = user.read("site.yaml").replace("cisco-isos", "cisco-ios");
    user.write("site.yaml", right);
    let wanted: Vec<_> = MISTAKES.iter().filter(|(line, _)| *line != 14).collect();
    for command in [&["plan"][..], &["apply", "--yes"], &["up", "--yes"]] {
        let said = user.run([&["-i", "site.yaml", "--format", "json"], command].concat()).exits(3);
        let found = mistakes(&said);
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
        assert!(found.iter().zip(&wanted).all(|((_, message), (_, begins))| message.starts_with(begins)), "{found:#?}");
    }
    let mut datagram = [0; 1];
    assert!(silent.recv(&mut datagram).is_err(), "a switch was asked before the secrets were looked at");
}

/// A switch that is not asked for, and the phones on it, keep nobody from the others.
#[test]
fn of_one_switch_only_its_own_mistakes_count() {
    let (user, _silent) = with_wrong_site();
    user.write("site.yaml", user.read("site.yaml").replace("cisco-isos", "cisco-ios"));
    let said = user.run(["-i", "site.yaml", "--format", "json", "plan", "--switch", "desk-2"]).exits(3);
    let lines: Vec<usize> = mistakes(&said).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 4, 5, 7, 22], "{said}");
}

#[test]
fn other_commands_name_every_secret_of_the_switches_they_need() {
    let (user, _silent) = with_wrong_site();
    let right = user.read("site.yaml").replace("cisco-isos", "cisco-ios");
    user.write("site.yaml", right);
    for command in [&["power"][..], &["verify"], &["discover", "--all-switches"]] {
        let said = user.run([&["-i", "site.yaml", "--format", "json"], command].concat()).exits(3);
        let lines: Vec<usize> = mistakes(&said).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [7, 11, 12], "{said}");
    }
}

/// Of the phones asked for, and of no others.
#[test]
fn render_names_everything_that_is_wrong_with_the_phones_asked_for() {
    let (user, _silent) = with_wrong_site();
    user.write("site.yaml", user.read("site.yaml").replace("cisco-isos", "cisco-ios"));
    let render = |arguments: &[&str]| {
        let said = user.run([&["-i", "site.yaml", "--format", "json", "render"], arguments].concat()).exits(3);
        mistakes(&said).into_iter().map(|(line, _)| line).collect::<Vec<_>>()
    };
    assert_eq!(render(&["--phone", "00:0b:82:12:34:56"]), [1, 5, 26, 26, 27]);
    assert_eq!(render(&["--out", "files"]), [1, 4, 5, 22, 26, 26, 27, 31]);
    assert!(!user.folder().join("files").exists(), "nothing is written when something is wrong");
}

const RIGHT: &str = "site: {name: hq, time_zone: Europe/Sofia}
vlans: {voice: {id: 20, role: voice}}
defaults: {cdp: off, ldap.base: 'dc=example', admin_password: '4711'}
credentials: {read: {snmp: v2c, community: {env: SNMP_NOT}}}
switches:
  desk-1: {address: 192.0.2.1, read: read}
  desk-2: {address: 192.0.2.2, read: read, write: read, profile: standard}
pbx: {address: pbx.example.net}
phones:
  - {mac: 00:04:13:12:34:56, model: snom/d785, at: {switch: desk-1, port: ge1}, lines: [{extension: '1', secret: {env: NOT}}]}
  - {mac: 00:0b:82:12:34:56, model: grandstream/gxp2170, at: {switch: desk-2, port: ge1},
     settings: {language: German, register_expiry_s: 90}, lines: [{extension: '2', secret: {env: NOT}}]}
";

#[test]
fn what_may_be_meant_so_is_a_warning_with_its_place() {
    let user = User::new();
    user.write("site.yaml", RIGHT);
    let check = ["-i", "site.yaml", "--format", "json", "inventory", "check"];
    let said = finish(user.command(check).envs([("SNMP_NOT", "public"), ("NOT", "x")])).exits(0);
    let report = schemas::check(&said.stdout, "inventory");
    assert_eq!(report["secrets"], "fetched");
    let row = |row: &Value| format!("{} {} {}", row["line"], row["code"].as_str().unwrap(), row["message"].as_str().unwrap());
    let warnings: Vec<String> = report["warnings"].as_array().unwrap().iter().map(row).collect();
    let wanted = [
        "3 unused defaults: setting cdp: not written: the template does not know it (phones of Snom)",
        "3 unused defaults: ldap.base: no phone of this site knows this parameter",
        "3 secret_in_text defaults: admin_password: a secret stands here as text",
        "6 read_only switch desk-1: nothing is written: it has no `write` credential",
        "7 read_only switch desk-2: nothing is written: profile `standard` writes only where it is allowed",
        "12 unused phone 00:0b:82:12:34:56: setting language: not written: the template does not know it (phones of Grandstream)",
        "12 unused phone 00:0b:82:12:34:56: setting register_expiry_s: not as it is written: these phones count whole minutes, and \
         at least one (phones of Grandstream)",
    ];
    assert_eq!(warnings, wanted);
    assert!(said.stderr.contains("add `write: CREDENTIAL` to switches.desk-1"), "{said}");
    assert!(said.stderr.contains("add `allow_generic_write: true` to switches.desk-2"), "{said}");
    assert!(!said.stderr.contains("4711"), "{said}");
}

#[test]
fn without_secrets_references_are_checked_by_form_and_it_is_said() {
    let user = User::new();
    user.write("site.yaml", RIGHT);
    user.run(["-i", "site.yaml", "inventory", "check"]).exits(3).says("3 problems in the inventory");
    let said = user.run(["-i", "site.yaml", "inventory", "check", "--without-secrets"]).exits(0);
    said.says("no problems, 7 warnings; secrets were not fetched, files were made with placeholders");
    let said = user.run(["-i", "site.yaml", "--format", "json", "inventory", "check", "--without-secrets"]).exits(0);
    assert_eq!(schemas::check(&said.stdout, "inventory")["secrets"], "placeholders");
    // what needs no secret is found all the same
    user.write("bad.yaml", RIGHT.replace("Europe/Sofia", "Asia/Gaza").replace("{env: NOT}", "{env: $NOT}"));
    user.run(["-i", "bad.yaml", "inventory", "check", "--without-secrets"])
        .exits(3)
        .says("not the name of an environment variable");
    user.write("bad.yaml", RIGHT.replace("Europe/Sofia", "Asia/Gaza"));
    user.run(["-i", "bad.yaml", "inventory", "check", "--without-secrets"]).exits(3).says("changes its clocks on other dates");
}

/// Ten thousand phones are looked at in the time of a command, and the problems of all of them take no more room than those of a few.
#[test]
fn ten_thousand_phones_are_checked_and_their_problems_counted() {
    let user = User::new();
    let mut text = "pbx: {address: 192.0.2.5}\nphones:\n".to_owned();
    for number in 0..10_001_u32 {
        let [_, _, high, low] = number.to_be_bytes();
        let model = ["yealink/t46s", "snom/d785", "grandstream/gxp2170"][usize::from(low % 3)];
        write!(text, "- {{mac: 00:15:65:12:{high:02x}:{low:02x}, model: {model}, ").unwrap();
        writeln!(text, "lines: [{{extension: \"{number}\", secret: {{env: SECRET_{number}}}}}]}}").unwrap();
    }
    user.write("site.yaml", text);
    let start = Instant::now();
    user.run(["-i", "site.yaml", "inventory", "check", "--without-secrets"]).exits(0).says("10001 phones");
    println!("10,001 phones: {:?}", start.elapsed());
    let said = user.run(["-i", "site.yaml", "--format", "json", "inventory", "check"]).exits(3);
    assert_eq!(said.stderr.matches("error: phone ").count(), 20, "the first twenty are shown");
    assert!(said.stderr.ends_with("10001 problems in the inventory: these are the first 20\n"), "{}", said.stderr.len());
    assert_eq!(schemas::check(&said.stdout, "error")["errors"].as_array().unwrap().len(), 10_000);
}

#[test]
fn an_inventory_beyond_64_mb_is_not_read() {
    let user = User::new();
    let file = user.write("site.yaml", "site: {name: hq}\n");
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len((64 << 20) + 1).unwrap();
    user.run(["-i", "site.yaml", "inventory", "check"]).exits(3).says("inventory site.yaml: more than 64 MB");
    // of a folder the sum counts
    for name in ["inventory/a.yaml", "inventory/b.yaml"] {
        let file = user.write(name, "site: {name: hq}\n");
        std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(33 << 20).unwrap();
    }
    user.run(["inventory", "check"]).exits(3).says("inventory inventory/b.yaml: more than 64 MB");
}
