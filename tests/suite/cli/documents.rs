//! `--format json`: one document whatever happens, and an answer that cannot be written is no success.

use std::fs::OpenOptions;
use std::process::Stdio;

use serde_json::Value;

use super::schemas::Schemas;
use super::simulated::SimulatedSite;
use super::user::{Said, User, finish, project};

/// The command with its answer going to a disk that is full.
fn on_a_full_disk(user: &User, arguments: &[&str]) -> Said {
    let mut command = user.command(arguments);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let user = User::new();
    user.write("frames.pcap", super::discover::yealink());
    user.write("phones.csv", "mac,vendor,model\n001565aabb01,yealink,t46s\n");
    let example = project("inventory/example");
    let example = example.to_str().unwrap();
    let commands = [
        &["--help"][..],
        &["--version"],
        &["plan", "--help"],
        &["completions", "bash"],
        &["inventory", "schema"],
        &["inventory", "import", "--csv", "phones.csv"],
        &["-i", example, "inventory", "show"],
        &["-i", example, "render", "--explain"],
        &["inventory", "show", "--capabilities"],
        &["template", "list"],
        &["template", "check"],
        &["history"],
        &["discover", "--pcap", "frames.pcap"],
    ];
    for arguments in commands {
        for format in [&[][..], &["--format", "json"]] {
            let arguments = [format, arguments].concat();
            let said = on_a_full_disk(&user, &arguments);
            assert_eq!(said.code, Some(1), "{arguments:?}: {said}");
            assert!(
                said.stderr.contains("error: standard output: the answer cannot be written: the disk is full\nhint: "),
                "{said}"
            );
        }
    }
}

#[test]
fn of_two_failures_the_worse_one_is_the_exit_code() {
    let site = SimulatedSite::start_with(&["--fault", "refuse-set"]);
    let state = ["--inventory", "lab.yaml", "--format", "json"];
    let on_full = |command: &[&str]| on_a_full_disk(&site.user, &[&state[..], command].concat());
    // differences found, and nobody was told which
    assert_eq!(on_full(&["plan", "--check"]).code, Some(5));
    assert_eq!(on_full(&["plan"]).code, Some(1));
    assert_eq!(on_full(&["power"]).code, Some(1));
    // failed, everything put back
    assert_eq!(on_full(&["apply", "--yes"]).code, Some(6));
}

#[test]
fn a_switch_that_is_gone_does_not_hide_what_became_of_the_others() {
    let site = SimulatedSite::start_with(&["--fault", "refuse-set"]);
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let gone = format!(
        "switches:\n  attic: {{address: 127.0.0.1, port: {}, read: attic, voice_vlan: voice}}\n",
        silent.local_addr().unwrap().port()
    );
    std::fs::create_dir(site.user.folder().join("site")).unwrap();
    site.user.write("site/10.yaml", site.user.read("lab.yaml"));
    site.user.write(
        "site/20.yaml",
        gone + "credentials:\n  attic: {snmp: v2c, community: {insecure_literal: true, value: nobody-knows}}\n",
    );
    let run = |command: &[&str]| site.user.run([&["-i", "site", "--format", "json"], command].concat());
    let schemas = Schemas::new();
    for command in [&["plan"][..], &["power"], &["verify"], &["discover", "--all-switches"], &["apply", "--check"]] {
        let said = run(command).exits(4);
        let document = said.json();
        schemas.check(&document);
        let [error] = document["errors"].as_array().unwrap().as_slice() else { panic!("{command:?}: {document:#}") };
        assert_eq!((&error["code"], &error["switch"]), (&"no_answer".into(), &"attic".into()));
        assert!(error["message"].as_str().unwrap().starts_with("switch attic: no answer from 127.0.0.1:"), "{error:#}");
        assert!(error["hint"].as_str().unwrap().contains("switches.attic.address"), "{error:#}");
    }
    let said = run(&["apply", "--yes"]).exits(6);
    let report = said.json();
    assert_eq!((&report["outcome"], report["errors"].as_array().unwrap().len()), (&"rolled_back".into(), 1), "{report:#}");
}

#[test]
fn wrong_usage_is_a_document_too() {
    let user = User::new();
    let schemas = Schemas::new();
    let check = |said: Said| {
        let document = said.json();
        assert_eq!(schemas.check(&document), "voiceport.error/1");
        assert_eq!((said.code, document["exit_code"].as_u64()), (Some(2), Some(2)), "{said}");
        document
    };
    let of = |arguments: &[&str]| check(user.run([&["--format", "json"], arguments].concat()));
    assert_eq!(of(&["paln"])["errors"][0]["code"], "unknown_command");
    assert_eq!(of(&["plan", "--nothing"])["error"], "unexpected argument '--nothing' found");
    assert_eq!(of(&["serve", "--tftp", "69"])["errors"][0]["code"], "invalid_value");
    assert_eq!(of(&["power", "cycle"])["errors"][0]["code"], "missing_argument");
    assert_eq!(of(&["plan", "--quiet", "--verbose"])["errors"][0]["code"], "conflicting_arguments");
    assert_eq!(of(&[])["errors"][0]["code"], "missing_command");
    let strange = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff");
    let arguments: [&std::ffi::OsStr; 4] = ["--format=json".as_ref(), "plan".as_ref(), "--switch".as_ref(), strange];
    assert_eq!(check(user.run(arguments))["errors"][0]["code"], "not_utf8");
    // a variable is no part of the usage
    let said = finish(user.command(["probe"]).env("VOICEPORT_STATE_DIR", "state")).exits(2);
    assert!(said.stderr.contains("Usage: voiceport probe <TARGET>"), "{said}");
}

#[test]
fn texts_and_help_are_documents_when_they_are_asked_for() {
    let user = User::new();
    user.write("phones.csv", "mac,vendor,model\n001565aabb01,yealink,t46s\n");
    let schemas = Schemas::new();
    for arguments in [&["completions", "fish"][..], &["inventory", "import", "--csv", "phones.csv"], &["--help"], &["--version"]] {
        let plain = user.run(arguments).exits(0);
        let document: Value = user.run([&["--format", "json"], arguments].concat()).exits(0).json();
        assert_eq!(schemas.check(&document), "voiceport.text/1");
        assert_eq!(document["text"].as_str().unwrap(), plain.stdout, "{arguments:?}");
    }
}

#[test]
fn a_command_that_fails_late_still_prints_one_document() {
    let site = SimulatedSite::start();
    let json = |arguments: &[&str]| site.run([&["--format", "json"], arguments].concat());
    for out in ["none/plan.json", "."] {
        let said = json(&["plan", "--out", out]).exits(1);
        assert_eq!(super::schemas::check_error(&said)["errors"][0]["code"], "file", "{said}");
    }
    // what goes wrong after the first rows is among the errors of the document that has them
    site.user.write("frames.pcap", super::discover::yealink());
    let said = json(&["discover", "--pcap", "frames.pcap", "--save", "none/new.yaml"]).exits(1);
    let document = super::schemas::check(&said.stdout, "discover");
    assert_eq!((document["rows"].as_array().unwrap().len(), &document["errors"][0]["code"]), (1, &"file".into()), "{said}");
}

#[test]
fn files_are_tried_before_work_and_never_silently_lost() {
    let user = User::new();
    let said = user.run(["up", "--lab", "--report", "none/site.html"]).exits(1);
    assert_eq!(
        said.stderr,
        "error: none/site.html: cannot be written: there is no folder none\nhint: check the name: every folder of the path must be there\n"
    );
    assert_eq!(user.files(), [""; 0]);
    user.write("voiceport-lab.yaml", "precious: 1\n");
    let mut lab = user.start(["lab"]);
    lab.await_line("voiceport-lab.yaml was there already: it is now voiceport-lab.yaml.1");
    lab.await_line("the simulated site runs");
    lab.signal(nix::sys::signal::Signal::SIGINT);
    lab.end().exits(0);
    assert_eq!(user.read("voiceport-lab.yaml.1"), "precious: 1\n");
    let mut again = user.start(["lab"]);
    again.await_line("voiceport-lab.yaml was there already: it is replaced");
    again.await_line("the simulated site runs");
    let plan = || user.run(["-i", "voiceport-lab.yaml", "plan", "--out", "plan.json"]).exits(0);
    user.write("plan.json", "notes of mine");
    plan().says("plan.json was there already: it is now plan.json.1");
    plan().says("plan.json was there already: it is replaced");
    assert_eq!(user.read("plan.json.1"), "notes of mine");
    again.signal(nix::sys::signal::Signal::SIGINT);
    again.end().exits(0);
    let strange = |file: &String| file.contains(".part") || file.contains(".json.2") || file.contains(".yaml.2");
    assert!(!user.files().iter().any(strange), "{:?}", user.files());
}
