//! What scripts rely on: commands, exit codes, one JSON document, quiet pipes, no colours where none belong.

use std::net::UdpSocket;
use std::process::Stdio;

use serde_json::{Value, json};

use super::schemas;
use super::user::{Background, User, finish, project};

const COMMANDS: [&str; 21] = [
    "init",
    "discover",
    "plan",
    "apply",
    "rollback",
    "history",
    "power",
    "render",
    "template",
    "serve",
    "resync",
    "reflect",
    "probe",
    "verify",
    "report",
    "up",
    "lab",
    "dhcp",
    "inventory",
    "doctor",
    "completions",
];

/// A site with one switch on a port of this machine where nobody answers.
const SILENT_SITE: &str = "
site: {name: hq, time_zone: Europe/Berlin, country: DE}
vlans: {voice: {id: 20, role: voice}}
credentials: {read: {snmp: v2c, community: {insecure_literal: true, value: nobody-knows}}}
switches: {desk-1: {address: 127.0.0.1, port: @PORT@, read: read, voice_vlan: voice}}
phones: [{mac: 00:15:65:12:34:56, model: yealink/t46s, at: {switch: desk-1, port: ge1}}]
";

/// A user with that site, and the socket that stays silent.
fn with_silent_site() -> (User, UdpSocket) {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let user = User::new();
    let port = silent.local_addr().unwrap().port().to_string();
    user.write("site.yaml", SILENT_SITE.replace("@PORT@", &port));
    (user, silent)
}

#[test]
fn every_command_is_in_the_help_and_has_help_of_its_own() {
    let user = User::new();
    let help = user.run(["--help"]).exits(0);
    let listed: Vec<&str> = help
        .stdout
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, [&COMMANDS[..], &["help"]].concat(), "{help}");
    for command in COMMANDS {
        let help = user.run([command, "--help"]).exits(0);
        for option in ["--inventory", "--format", "--verbose", "--quiet", "--color", "--state-dir"] {
            assert!(help.stdout.contains(option), "{command}: {help}");
        }
    }
    for code in 0..=7 {
        assert!(help.stdout.lines().any(|line| line.starts_with(&format!("  {code}  "))), "exit code {code}: {help}");
    }
    assert!(user.run(["--version"]).exits(0).stdout.starts_with("voiceport "));
    assert_eq!(user.files(), [""; 0]);
}

#[test]
fn the_flags_of_the_contract_are_known() {
    let user = User::new();
    let flags = "
        discover --pcap --interface --duration --switch --all-switches --save
        plan --switch --out --check
        apply --yes --switch --no-persist --check --parallel
        rollback --yes
        render --phone --out --file --explain
        serve --tftp --http --https --metrics --firmware
        probe --streams --duration --codec --dscp --compare --load --max-delay --max-jitter --max-loss --min-mos
        report --html --junit
        up --lab --lab-fault --lab-closet --report --until --yes";
    for line in flags.lines().filter(|line| !line.trim().is_empty()) {
        let mut words = line.split_whitespace();
        let help = user.run([words.next().unwrap(), "--help"]).exits(0);
        for flag in words {
            assert!(help.stdout.split_whitespace().any(|word| word.trim_end_matches(',') == flag), "{flag}: {help}");
        }
    }
}

#[test]
fn wrong_usage_ends_with_2_and_names_the_right_one() {
    let user = User::new();
    user.run(["paln"]).exits(2).says("plan");
    user.run(["plan", "--nothing"]).exits(2);
    user.run([""; 0]).exits(2).says("Usage:");
    user.run(["discover"]).exits(2).says("hint: name --pcap FILE, --interface IFACE, --switch NAME or --all-switches");
    user.run(["probe", "127.0.0.1", "--duration", "30"]).exits(2).says("like 500ms, 40s, 15m or 2h");
    user.run(["probe", "127.0.0.1", "--max-loss", "101"]).exits(2).says("not a percentage");
    user.run(["apply", "--parallel", "0"]).exits(2);
    user.run(["plan", "--quiet", "--verbose"]).exits(2);
    user.run(["report"]).exits(1).says("no report yet").says("hint: voiceport up makes one");
}

#[test]
fn an_invalid_inventory_ends_with_3_and_is_shown_with_place_and_cure() {
    let user = User::new();
    user.run(["plan"]).exits(3).says("inventory inventory/: no such file or folder").says("hint: name a YAML file");
    user.write("bad.yaml", "site: {name: hq}\nvlans:\n  voice: {id: 5000, role: voice}\n  data: {id: ten}\n");
    for command in [&["inventory", "check"][..], &["plan"], &["apply", "--yes"], &["verify"], &["render"], &["serve"]] {
        let said = user.run([&["-i", "bad.yaml"], command].concat()).exits(3);
        for words in ["--> bad.yaml:3:15", "3 |   voice: {id: 5000, role: voice}", "^^^^", "hint: use 1 to 4094", "bad.yaml:4:14"] {
            assert!(said.stderr.contains(words), "{command:?}: {words} is not in {said}");
        }
    }
    let said = user.run(["-i", "bad.yaml", "--format", "json", "inventory", "check"]).exits(3);
    let problems = schemas::check_error(&said)["errors"].take();
    let row = |code, message, line, column, hint| json!({"code": code, "message": message, "file": "bad.yaml", "line": line, "column": column, "hint": hint, "switch": null});
    let expected = [
        row("out_of_range", "VLAN voice: id: 5000 is out of range", 3, 15, "use 1 to 4094"),
        row("invalid_value", "VLAN data: id: expected a whole number, found `ten`", 4, 14, "write 1 to 4094 in plain digits"),
    ];
    assert_eq!(problems, json!(expected));
    let named = finish(user.command(["inventory", "check"]).env("VOICEPORT_INVENTORY", "bad.yaml"));
    named.exits(3).says("bad.yaml:3:15");
}

#[test]
fn a_switch_that_does_not_answer_ends_with_4_and_says_what_to_look_at() {
    let (user, _silent) = with_silent_site();
    std::thread::scope(|scope| {
        for command in [&["plan"][..], &["power"], &["discover", "--all-switches"], &["apply", "--yes"]] {
            let user = &user;
            scope.spawn(move || {
                let said = user.run([&["-i", "site.yaml", "--format", "json"], command].concat()).exits(4);
                assert!(said.stderr.contains("error: switch desk-1: no answer from 127.0.0.1:"), "{said}");
                assert!(said.stderr.contains("hint: ") && said.stderr.contains("wrong community"), "{said}");
                assert!(!said.to_string().contains("nobody-knows"), "{said}");
                schemas::check(&said.stdout, command[0]);
            });
        }
        scope.spawn(|| {
            let said = user.run(["-i", "site.yaml", "--format", "json", "doctor"]).exits(4);
            let checks = schemas::check(&said.stdout, "doctor")["checks"].take();
            let failed = checks.as_array().unwrap().iter().find(|check| check["what"] == "reach switch desk-1").unwrap();
            assert_eq!((&failed["result"], &failed["check"]), (&json!("failed"), &json!("reach")));
            assert!(failed["hint"].as_str().unwrap().contains("switches.desk-1.address"), "{failed}");
        });
    });
}

#[test]
fn what_this_version_does_not_do_it_refuses_with_a_way_round() {
    let user = User::new();
    for line in [
        "resync",
        "resync --phone 00:15:65:12:34:56",
        "dhcp kea",
        "template test",
        "template vars yealink/t46s",
        "inventory import --netbox https://netbox.example.net",
        "probe 127.0.0.1 --load 8M",
        "serve --https 127.0.0.1:0",
        "serve --metrics 127.0.0.1:0",
        "serve --firmware .",
    ] {
        let said = user.run(line.split_whitespace()).exits(1);
        assert!(said.stderr.contains("cannot do that yet") && said.stderr.contains("\nhint: "), "{line}: {said}");
        assert_eq!(said.stdout, "", "{line}");
        let said = user.run(["--format", "json"].into_iter().chain(line.split_whitespace())).exits(1);
        assert!(schemas::check_error(&said)["hint"].is_string(), "{line}");
    }
}

#[test]
fn json_is_one_document_on_standard_output() {
    let user = User::new();
    let site = project("inventory/example");
    let site = site.to_str().unwrap();
    let shown = user.run(["-i", site, "--format", "json", "inventory", "show"]).exits(0);
    schemas::check(&shown.stdout, "inventory");
    let history = user.run(["--format", "json", "history"]).exits(0);
    assert_eq!(schemas::check(&history.stdout, "history")["runs"], json!([]));
    let schema: Value = user.run(["inventory", "schema"]).exits(0).json();
    assert_eq!(schema, serde_json::from_str::<Value>(&std::fs::read_to_string(project("inventory/schema.json")).unwrap()).unwrap());
    for command in [&["plan"][..], &["apply"], &["verify"], &["power"], &["discover", "--all-switches"], &["rollback", "--yes"]] {
        let said = user.run([command, &["--format", "json"]].concat()).exits(3);
        schemas::check_error(&said);
    }
}

#[test]
fn nobody_at_the_terminal_is_not_asked() {
    let (user, _silent) = with_silent_site();
    // Without switches there is nothing to wait for.
    user.write("empty.yaml", "site: {name: hq}\nvlans: {voice: {id: 20, role: voice}}\n");
    user.run(["-i", "empty.yaml", "apply"]).exits(0).says("nothing to change");
    user.run(["-i", "empty.yaml", "rollback"]).exits(1).says("nothing was changed from here yet");
    let site = super::simulated::SimulatedSite::start();
    let said = site.run(["apply"]).exits(2).says("there is nobody to ask").says("say --yes");
    assert!(said.stderr.contains("Plan: 19 changes"), "the plan is shown first: {said}");
    assert_eq!(said.stdout, "");
    site.run(["apply", "--yes"]).exits(0);
    site.run(["rollback"]).exits(2).says("nothing was written").says("then: voiceport rollback 1 --yes");
    site.run(["plan", "--check"]).exits(0);
    let up = site.run(["up", "--tftp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--until", "1s"]);
    assert!(!up.to_string().contains("[yes/no]"), "{up}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let user = User::new();
    for arguments in [&["template", "list"][..], &["inventory", "schema"], &["completions", "bash"], &["template", "check"]] {
        let mut command = user.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("panicked") && !said.to_lowercase().contains("pipe"), "{said}");
    }
    let lines = project("inventory/example");
    let script = format!("'{}' -i '{}' inventory show | head -n 1", env!("CARGO_BIN_EXE_voiceport"), lines.display());
    let mut shell = std::process::Command::new("sh");
    user.settle(&mut shell);
    let said = finish(shell.args(["-c", &script])).exits(0);
    assert_eq!(said.stdout.lines().count(), 1);
    assert!(!said.stderr.contains("panicked"), "{said}");
}

#[test]
fn colours_come_only_when_asked_for() {
    let user = User::new();
    user.write("bad.yaml", "site: {name: hq}\nvlans: {voice: {id: 5000, role: voice}}\n");
    let check = ["-i", "bad.yaml", "inventory", "check"];
    let escapes = |said: &super::user::Said| said.to_string().contains('\x1b');
    assert!(!escapes(&user.run(check)), "no terminal, no colour");
    let asked = user.run([&["--color", "always"][..], &check].concat()).exits(3);
    assert!(asked.stderr.contains("\x1b["), "{asked}");
    assert!(user.run(["--color", "always", "resync"]).stderr.contains("\x1b["));
    assert!(!escapes(&finish(user.command(check).env("NO_COLOR", "1"))));
    assert!(!escapes(&finish(user.command(check).env("CLICOLOR_FORCE", "1").args(["--color", "never"]))));
    assert!(!escapes(&finish(user.command(["resync"]).env("CLICOLOR_FORCE", "1").args(["--color", "never"]))));
}

#[test]
fn quiet_says_errors_only() {
    let user = User::new();
    let site = project("inventory/example");
    let check = ["-i", site.to_str().unwrap(), "inventory", "check", "--without-secrets"];
    assert!(user.run(check).exits(0).stderr.contains("no problems"));
    assert_eq!(user.run([&["-q"][..], &check].concat()).exits(0).stderr, "");
    user.run(["-q", "resync"]).exits(1).says("error: ");
}

#[test]
fn every_template_is_listed_and_passes_its_check() {
    let user = User::new();
    user.run(["template", "check"]).exits(0).says("0 findings");
    let list = user.run(["template", "list"]).exits(0);
    for model in ["yealink/t46s", "snom/d785", "grandstream/gxp2170"] {
        assert!(list.stdout.lines().any(|line| line.starts_with(model)), "{list}");
    }
}

#[test]
fn completions_know_the_commands() {
    let user = User::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = user.run(["completions", shell]).exits(0).stdout;
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
    }
    user.run(["completions", "tcsh"]).exits(2);
}

#[test]
fn reflect_and_probe_measure_and_end_as_they_should() {
    let user = User::new();
    let mut reflector = user.start(["reflect", "127.0.0.1:0"]);
    let line = reflector.await_line("reflecting on ");
    let address = line.split(' ').nth(2).unwrap().trim_end_matches(';').to_owned();
    // One stream for two seconds is too short to prove the standard loss limit.
    let limits = ["--duration", "2s", "--max-loss", "20", "--format", "json"];
    let said = user.run([&["probe", address.as_str()], &limits[..]].concat()).exits(0);
    let report = schemas::check(&said.stdout, "probe");
    assert_eq!((&report["verdict"], &report["voice"]["forward"]["sent_packets"]), (&"pass".into(), &100.into()));
    user.run(["probe", &address, "--duration", "200ms"]).exits(5);
    reflector.signal(nix::sys::signal::Signal::SIGINT);
    reflector.end().exits(0).says("reflected");
    user.run(["probe", "no-such-host.invalid"]).exits(4).says("probe target no-such-host.invalid");
}

#[test]
fn reflect_prints_a_line_for_each_event_and_one_at_the_end() {
    let user = User::new();
    let mut reflector = user.start(["reflect", "127.0.0.1:0", "--format", "json"]);
    let first = schemas::check(&reflector.await_answer("listening"), "reflect");
    let address = first["address"].as_str().unwrap();
    assert_eq!((&first["event"], &first["peer"], &first["counts"]), (&"listening".into(), &Value::Null, &Value::Null));
    user.run(["probe", address, "--duration", "200ms"]).exits(5);
    let begun = schemas::check(&reflector.await_answer("session_begun"), "reflect");
    assert_eq!(begun["address"], first["address"]);
    assert!(begun["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{begun:#}");
    reflector.signal(nix::sys::signal::Signal::SIGINT);
    let said = reflector.end().exits(0);
    let lines: Vec<Value> = said.stdout.lines().map(|line| schemas::check(line, "reflect")).collect();
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    let last = lines.last().unwrap();
    assert_eq!((of("listening"), of("closed"), &last["event"], &last["address"]), (1, 1, &"closed".into(), &Value::Null));
    assert_eq!(last["counts"]["sessions"], of("session_begun"), "{said}");
    assert!(last["counts"]["reflected"].as_u64().unwrap() > 0, "{said}");
}

#[test]
fn reflecting_on_a_taken_port_says_so() {
    let user = User::new();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let said = Background::start(&mut user.command(["reflect", &taken.local_addr().unwrap().to_string()])).end().exits(1);
    assert!(said.stderr.starts_with("error: ") && said.stderr.contains("127.0.0.1:"), "{said}");
}

#[test]
fn a_list_of_phones_becomes_yaml() {
    let user = User::new();
    user.write("phones.csv", "MAC;Vendor;Model;Ext;Name\n001565aabb01;Yealink;T46S;101;Front desk\n");
    let yaml = user.run(["inventory", "import", "--csv", "phones.csv"]).exits(0).stdout;
    assert!(yaml.contains("00:15:65:aa:bb:01") && yaml.contains("yealink/t46s") && yaml.contains("Front desk"), "{yaml}");
    user.write("broken.csv", "MAC;Model\n1.23E+11;yealink/t46s\n");
    user.run(["inventory", "import", "--csv", "broken.csv"]).exits(3).says("broken.csv:2");
}
