//! The shape of the house: floors, doors, first lines, no vendor names outside data.

mod circles;
mod layers;
mod purity;
mod size;
mod source;

use std::fs;
use std::path::Path;

/// Every file of every package: its path from the project's root, `src/switch/mod.rs` or `crates/lldp/src/med.rs`, and its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<_> = source::folders(root).iter().flat_map(|folder| source::rust_files(folder)).collect();
    let shown = |file: &Path| file.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (shown(file), fs::read_to_string(file).unwrap())).collect()
}

/// The folder of the program that a file belongs to; `None` for one of a crate.
fn home(path: &str) -> Option<&str> {
    path.strip_prefix("src/").map(|rest| rest.split('/').next().unwrap().trim_end_matches(".rs"))
}

fn floor(folder: &str) -> u8 {
    match folder {
        "main" | "lib" | "cli" | "output" => 5,
        "ops" => 4,
        "change" | "serve" => 3,
        "site" | "inventory" | "discover" | "switch" | "power" | "render" | "probe" | "phones" => 2,
        "host" | "lab" => 1,
        other => panic!("src/{other} has no floor"),
    }
}

/// Code without comments and without its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_only_look_down() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(home) = home(&path) else { continue };
        for (number, line) in code(&text).lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let target: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if target.is_empty() || target == home || !Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&target).is_dir()
                {
                    continue;
                }
                let (from, to) = (floor(home), floor(&target));
                let same_floor_allowed = from == 5;
                // every folder may know the phone models
                let phones = target == "phones" && from >= 2;
                if to > from || (to == from && !same_floor_allowed && !phones) {
                    wrong.push(format!("{path}:{}: {home} (floor {from}) uses {target} (floor {to})", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_dependency_has_one_door() {
    // The crate, and the only places that may name it.
    let doors: &[(&str, &[&str])] = &[
        ("aes", &["crates/snmp/src/usm/"]),
        ("cbc", &["crates/snmp/src/usm/"]),
        ("cfb_mode", &["crates/snmp/src/usm/"]),
        ("des", &["crates/snmp/src/usm/"]),
        ("hmac", &["crates/snmp/src/usm/"]),
        ("md5", &["crates/snmp/src/usm/"]),
        ("sha1", &["crates/snmp/src/usm/"]),
        ("rtnetlink", &["src/host/", "src/switch/linux/"]),
        ("netlink_packet_route", &["src/host/", "src/switch/linux/"]),
        ("netlink_packet_core", &["src/host/", "src/switch/linux/"]),
        ("netlink_packet_generic", &["src/switch/linux/"]),
        ("genetlink", &["src/switch/linux/"]),
        ("pnet_datalink", &["src/host/"]),
        ("pnet_packet", &["src/host/"]),
        ("pcap_parser", &["src/discover/pcap.rs"]),
        ("minijinja", &["src/render/", "src/output/html.rs"]),
        ("clap", &["src/cli/", "src/main.rs"]),
        ("clap_mangen", &["src/cli/"]),
        ("clap_complete", &["src/cli/"]),
        ("axum", &["src/serve/http.rs"]),
        ("serde_yaml", &["src/inventory/", "src/phones/", "src/render/", "src/switch/snmp/profile/"]),
        ("annotate_snippets", &["src/inventory/"]),
        ("rusqlite", &["src/change/journal.rs"]),
        ("hdrhistogram", &["src/probe/"]),
        ("terminal_size", &["src/output/"]),
        ("unicode_width", &["src/output/"]),
        ("anstream", &["src/output/", "src/cli/global.rs"]),
        ("time", &["crates/model/src/timestamp.rs"]),
        ("flate2", &["src/discover/pcap.rs"]),
        ("itoa", &["src/output/row_json.rs"]),
        ("tempfile", &["src/output/rows.rs", "src/ops/save.rs", "src/ops/up/environment.rs"]),
        ("csv_core", &["src/inventory/import/"]),
        ("encoding_rs", &["src/inventory/import/"]),
        ("percent_encoding", &["src/serve/http.rs"]),
        ("quick_junit", &["src/output/junit.rs"]),
        ("hashbrown", &["crates/snmp/src/manager/"]),
        ("smallvec", &["crates/snmp/src/oid.rs"]),
        ("strsim", &["crates/model/src/suggest.rs"]),
        ("tz", &["crates/model/src/time_zone.rs"]),
        ("tzdb", &["crates/model/src/time_zone.rs"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text).lines().enumerate() {
            for (name, places) in doors {
                if names_crate(line, name) && !places.iter().any(|place| path.starts_with(place)) {
                    wrong.push(format!("{path}:{}: {name} outside {}", number + 1, places.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `use name::…`, or `name::…` that is not the end of a longer path.
fn names_crate(line: &str, name: &str) -> bool {
    let needle = format!("{name}::");
    line.match_indices(&needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn control_messages_of_sockets_stay_in_host() {
    // The SNMP manager reads ICMP errors from its own socket; the lab's reflector is a peer of the program, not a part of it.
    let own = ["crates/snmp/src/manager/socket.rs", "crates/lab/src/reflector.rs"];
    for (path, text) in sources() {
        if !path.starts_with("src/host/") && !own.contains(&path.as_str()) {
            for word in ["recvmsg", "recvmmsg", "sendmsg", "cmsg", "ControlMessage", "AddressFamily::Packet"] {
                assert!(!code(&text).contains(word), "{path}: {word}");
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn nothing_prints_but_output() {
    for (path, text) in sources() {
        if !path.starts_with("src/output/") {
            for word in ["println!", "eprintln!", "print!(", "dbg!"] {
                assert!(!code(&text).contains(word), "{path}: {word}");
            }
        }
    }
}

#[test]
fn no_vendor_is_named_where_vendors_are_data() {
    let vendors = ["cisco", "yealink", "snom", "grandstream", "aruba", "netgear", "juniper", "huawei", "mikrotik"];
    for (path, text) in sources() {
        // The lab plays the devices of a real site, crates/lldp has the CDP codec, whose protocol is named after its owner; DHCP
        // servers have names too, templates lie in folders of the vendors' names, and a message about a model's name gives an example.
        let named = ["src/cli/not_implemented.rs", "src/phones/source.rs", "crates/model/src/ids.rs"];
        let exempt = named.contains(&path.as_str()) || path.starts_with("crates/lab/") || path.starts_with("crates/lldp/");
        let speaks_of_vendors = matches!(home(&path), Some("inventory" | "output" | "render"));
        if exempt || speaks_of_vendors {
            continue;
        }
        let code = code(&text).to_lowercase();
        for vendor in vendors {
            let found = code.lines().find(|line| line.contains(vendor) && !line.contains("include_str!"));
            assert!(found.is_none(), "{path}: {vendor}: {}", found.unwrap_or_default());
        }
    }
}
