//! The shape of the house: floors, doors, first lines, no vendor names outside data.

mod circles;
mod layers;
mod purity;
mod size;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(), &mut files);
    assert!(files.len() > 40, "the sources were not found");
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap().to_owned(), text));
        }
    }
}

/// The folder a file belongs to, and its floor.
fn home(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn floor(folder: &str) -> u8 {
    match folder {
        "main" | "lib" | "cli" | "output" => 5,
        "ops" => 4,
        "change" | "serve" => 3,
        "site" | "inventory" | "discover" | "switch" | "power" | "render" | "probe" | "phones" => 2,
        "host" | "lab" | "model" | "snmp" => 1,
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
        let home = home(&path);
        for (number, line) in code(&text).lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let target: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if target.is_empty() || target == home || !Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&target).is_dir()
                {
                    continue;
                }
                let (from, to) = (floor(&home), floor(&target));
                let same_floor_allowed = from == 5;
                // every folder may know the phone models
                let phones = target == "phones" && from >= 2;
                if to > from || (to == from && !same_floor_allowed && !phones) {
                    wrong.push(format!("{}:{}: {home} (floor {from}) uses {target} (floor {to})", path.display(), number + 1));
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
        ("aes", &["snmp/usm/"]),
        ("cbc", &["snmp/usm/"]),
        ("cfb_mode", &["snmp/usm/"]),
        ("des", &["snmp/usm/"]),
        ("hmac", &["snmp/usm/"]),
        ("md5", &["snmp/usm/"]),
        ("sha1", &["snmp/usm/"]),
        ("rtnetlink", &["host/", "switch/linux/"]),
        ("netlink_packet_route", &["host/", "switch/linux/"]),
        ("netlink_packet_core", &["host/", "switch/linux/"]),
        ("netlink_packet_generic", &["switch/linux/"]),
        ("genetlink", &["switch/linux/"]),
        ("pnet_datalink", &["host/"]),
        ("pnet_packet", &["host/"]),
        ("pcap_parser", &["discover/pcap.rs"]),
        ("minijinja", &["render/", "output/html.rs"]),
        ("clap", &["cli/", "main.rs"]),
        ("clap_mangen", &["cli/"]),
        ("clap_complete", &["cli/"]),
        ("axum", &["serve/http.rs"]),
        ("serde_yaml", &["inventory/", "phones/", "render/", "switch/snmp/profile/"]),
        ("annotate_snippets", &["inventory/"]),
        ("rusqlite", &["change/journal.rs"]),
        ("hdrhistogram", &["probe/"]),
        ("comfy_table", &["output/"]),
        ("anstream", &["output/", "cli/global.rs"]),
        ("time", &["model/timestamp.rs"]),
        ("flate2", &["discover/pcap.rs"]),
        ("itoa", &["output/row_json.rs"]),
        ("tempfile", &["output/rows.rs", "ops/save.rs", "ops/up/environment.rs"]),
        ("csv_core", &["inventory/import/"]),
        ("encoding_rs", &["inventory/import/"]),
        ("percent_encoding", &["serve/http.rs"]),
        ("quick_junit", &["output/junit.rs"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let shown = path.to_string_lossy().into_owned();
        for (number, line) in code(&text).lines().enumerate() {
            for (name, places) in doors {
                if names_crate(line, name) && !places.iter().any(|place| shown.starts_with(place)) {
                    wrong.push(format!("{shown}:{}: {name} outside {}", number + 1, places.join(", ")));
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
    for (path, text) in sources() {
        // the SNMP manager reads ICMP errors from its own socket
        if !path.starts_with("host") && path != Path::new("switch/snmp/engine.rs") {
            for word in ["recvmsg", "recvmmsg", "sendmsg", "cmsg", "ControlMessage", "AddressFamily::Packet"] {
                assert!(!code(&text).contains(word), "{}: {word}", path.display());
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
        if !path.starts_with("output") {
            for word in ["println!", "eprintln!", "print!(", "dbg!"] {
                assert!(!code(&text).contains(word), "{}: {word}", path.display());
            }
        }
    }
}

#[test]
fn no_vendor_is_named_where_vendors_are_data() {
    let vendors = ["cisco", "yealink", "snom", "grandstream", "aruba", "netgear", "juniper", "huawei", "mikrotik"];
    for (path, text) in sources() {
        let place = home(&path);
        let file = path.to_string_lossy();
        // The CDP codec is named after its protocol's owner; the lab plays the devices of a real site; DHCP servers have names too.
        let exempt = place == "lab" || file.starts_with("discover/cdp") || file == "cli/not_implemented.rs";
        if exempt || !matches!(place.as_str(), "switch" | "change" | "cli" | "discover" | "serve" | "power") {
            continue;
        }
        let code = code(&text).to_lowercase();
        for vendor in vendors {
            let found = code.lines().find(|line| line.contains(vendor) && !line.contains("include_str!"));
            assert!(found.is_none(), "{file}: {vendor}: {}", found.unwrap_or_default());
        }
    }
}
