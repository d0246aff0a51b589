//! The likeliest mistakes, each with what is said of it, to the letter: what is wrong, where, and what to do.
//!
//! The cases are in `tests/cases/mistakes.txt`: `$` and the command line, `exit` and the code, then standard error. With
//! `VOICEPORT_BLESS=1` the answers are written anew; the command lines are kept.

use std::fmt::Write;
use std::net::TcpListener;
use std::sync::Mutex;

use super::schemas;
use super::user::{Said, User, project};

const FILE: &str = "tests/cases/mistakes.txt";
/// What stands for a port that is taken.
const TAKEN: &str = "{TAKEN}";

/// A site without switches: nothing has to be waited for.
const SITE: &str = "
site: {name: hq, time_zone: Europe/Berlin}
vlans: {voice: {id: 20, role: voice}}
pbx: {address: 192.0.2.10}
phones:
  - mac: 00:15:65:12:34:56
    model: yealink/t46s
  - mac: 00:15:65:12:34:57
    model: yealink/t46s
";

/// Words of libraries that tell nobody what to do.
const RAW: [&str; 8] = [
    "os error",
    "expected value",
    "EOF while",
    "invalid digit",
    "socket address syntax",
    "at line 1 column",
    "No such file",
    "failed to lookup",
];

struct Case {
    line: String,
    /// Exit code and standard error, as they are written in the file.
    answer: String,
}

fn cases(text: &str) -> Vec<Case> {
    let case = |part: &str| {
        let (line, answer) = part.split_once('\n').unwrap();
        Case { line: line.to_owned(), answer: answer.trim_end().to_owned() }
    };
    format!("\n{text}").split("\n$ ").skip(1).map(case).collect()
}

/// Somebody with files to make mistakes with.
fn user() -> User {
    let user = User::new();
    user.write("site.yaml", SITE);
    user.write("notes.txt", "some words about phones, and then a few more\n");
    user.write("page.json", "<!doctype html>\n<p>no plan\n");
    user.write("cut.json", "{\"schema\": \"voiceport.plan/1\", \"site\": \"hq\", \"fingerpr");
    user.write("other.json", "{\"schema\": \"voiceport.history/1\", \"runs\": []}\n");
    user.write("folder/readme", "");
    user.write("inventories/colon.yaml", "site\n  name: hq\n");
    user.write("inventories/tab.yaml", "site:\n\tname: hq\n");
    user.write("inventories/latin1.yaml", b"site: {name: Z\xfcrich}\n");
    user.write("inventories/zero.yaml", b"site: {name: \"h\0q\"}\n");
    user.write("inventories/empty.yaml", "# nothing yet\n");
    user.write("inventories/twice.yaml", "site: {name: hq}\nsite: {name: hq}\n");
    user.write("inventories/key.yaml", "site: {name: hq, timezone: Europe/Berlin}\n");
    user.write("inventories/zone.yaml", "site: {name: hq, time_zone: Europe/Berln}\n");
    user.write("inventories/vlan.yaml", "vlans: {voice: {id: 5000, role: voice}}\n");
    user.write("inventories/mac.yaml", "phones: [{mac: 00:15:65:12:34, model: yealink/t46s}]\n");
    user.write("inventories/model.yaml", "phones: [{mac: 00:15:65:12:34:56, model: yealink/t46z}]\n");
    user.write("phones.csv", "mac,model\n1.23E+11,yealink/t46s\n");
    user.write("titles.csv", "who,what\na,b\n");
    user.write(
        "damaged/journal.sqlite",
        "this is no database, whatever its name says; it only needs to be long enough to be read\n".repeat(20),
    );
    user.write("reports/report-last.json", "{\"site\": \"hq\"");
    user.write("old/report-3.json", "{}");
    user
}

fn run(user: &User, line: &str, options: &[&str]) -> Said {
    user.run(options.iter().copied().chain(line.split_whitespace()))
}

/// What the program says to a command line, as the file has it.
fn answer(said: &Said, port: &str) -> String {
    assert_eq!(said.stdout, "", "standard output is for answers: {said}");
    let mut text = format!("exit {}\n", said.code.unwrap());
    for line in said.stderr.replace(port, TAKEN).trim_end().lines() {
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    text.trim_end().to_owned()
}

/// What a program that reads the document does not learn: what is wrong, or what to do.
fn missing_in(said: &Said) -> Vec<String> {
    let document = schemas::check_error(said);
    let has = |error: &serde_json::Value, key: &str| error[key].as_str().is_some_and(|text| !text.is_empty());
    let errors = document["errors"].as_array().unwrap().iter();
    let without = |error: &serde_json::Value| ["code", "message", "hint"].into_iter().find(|key| !has(error, key));
    errors.filter_map(|error| Some(format!("no {} in {error}", without(error)?))).collect()
}

#[test]
fn each_mistake_is_answered_with_what_where_and_what_to_do() {
    let text = std::fs::read_to_string(project(FILE)).unwrap();
    let (head, _) = text.split_once("$ ").unwrap();
    let cases = cases(&text);
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let answers: Mutex<Vec<Option<String>>> = Mutex::new(vec![None; cases.len()]);
    let wrong = Mutex::new(Vec::new());
    let next = Mutex::new(0..cases.len());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(at) = next.lock().unwrap().next() else { break };
                    let user = user();
                    let line = cases[at].line.replace(TAKEN, &port);
                    let said = run(&user, &line, &[]);
                    answers.lock().unwrap()[at] = Some(answer(&said, &port));
                    // a document has place for many files
                    if line != "-i site.yaml render" {
                        let as_json = run(&user, &line, &["--format", "json"]);
                        let mut wrong = wrong.lock().unwrap();
                        wrong.extend((as_json.code != said.code).then(|| format!("{line}: exit {:?}", as_json.code)));
                        wrong.extend(missing_in(&as_json).into_iter().map(|missing| format!("{line}: {missing}")));
                    }
                }
            });
        }
    });
    let answers: Vec<String> = answers.into_inner().unwrap().into_iter().map(Option::unwrap).collect();
    if std::env::var_os("VOICEPORT_BLESS").is_some() {
        let written = cases.iter().zip(&answers).map(|(case, answer)| format!("$ {}\n{answer}\n", case.line));
        std::fs::write(project(FILE), head.to_owned() + &written.collect::<Vec<_>>().join("\n")).unwrap();
        return;
    }
    assert_eq!(wrong.into_inner().unwrap(), [""; 0]);
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(*answer, case.answer, "$ {}", case.line);
        for words in RAW {
            assert!(!answer.contains(words), "$ {}: {words}", case.line);
        }
    }
}

/// One mistake, made with every command that takes what is wrong.
const SAME: [(i32, &[&str]); 9] = [
    // an inventory that is not there
    (3, &["plan", "apply", "verify", "power", "serve", "render", "rollback", "inventory check", "discover --all-switches", "up"]),
    // an inventory that is wrong
    (3, &["-i inventories/vlan.yaml plan", "-i inventories/vlan.yaml up", "-i inventories/vlan.yaml rollback --yes"]),
    // a run that is not in the history
    (2, &["history show 99", "-i site.yaml rollback 99 --yes", "report 99"]),
    // nothing there yet
    (1, &["history show", "-i site.yaml rollback --yes", "report"]),
    // a switch that the inventory does not have
    (2, &["-i site.yaml plan --switch attic", "-i site.yaml apply --switch attic", "-i site.yaml power cycle attic 1"]),
    // a file that is not there
    (1, &["-i site.yaml apply none.json", "discover --pcap none.pcap", "inventory import --csv none.csv"]),
    // a file that cannot be written
    (
        1,
        &[
            "-i site.yaml plan --out none/a",
            "up --lab --report none/a",
            "lab --write-inventory none/a",
            "-i site.yaml render --out notes.txt",
        ],
    ),
    // a port that is taken
    (1, &["-i site.yaml serve --http 127.0.0.1:{TAKEN}", "-i site.yaml up --yes --tftp 127.0.0.1:0 --http 127.0.0.1:{TAKEN}"]),
    // a name without an address
    (4, &["probe no-such-host.invalid", "-i unknown.yaml plan", "-i unknown.yaml verify", "-i unknown.yaml power"]),
];

#[test]
fn the_same_mistake_gives_the_same_exit_code_from_every_command() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let user = user();
    let switch = "switches: {a: {address: no-such-host.invalid, read: read, voice_vlan: voice}}\n";
    let read = "credentials: {read: {snmp: v2c, community: {insecure_literal: true, value: nobody-knows}}}\n";
    user.write("unknown.yaml", [SITE, switch, read].concat());
    for (code, lines) in SAME {
        for line in lines {
            let said = run(&user, &line.replace(TAKEN, &port), &["-q"]);
            assert_eq!(said.code, Some(code), "{line}: {said}");
        }
    }
}
