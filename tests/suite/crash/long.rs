//! The long form: thousands of kills in several lanes, resumable; `just crash` runs it and makes its table.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::Value as Json;

use super::KINDS;
use super::lane::Lane;
use super::trial::Trial;

/// How many kills are wanted in all.
const KILLS: &str = "VOICEPORT_CRASH_KILLS";
/// How many sites run side by side.
const LANES: usize = 6;
/// Trials of one kind before a lane takes another.
const TRIALS_AT_ONCE: u32 = 10;

/// Kinds take turns, a few trials each, so that a run that is broken off has some of every kind.
#[test]
#[ignore = "takes most of an hour: `just crash` runs it"]
fn thousands_of_kills_leave_no_difference() {
    let wanted: u64 = std::env::var(KILLS).unwrap_or_else(|_| panic!("{KILLS}: how many?")).parse().unwrap();
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/crash.jsonl");
    let turns = Mutex::new(0_usize);
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while totals(&file).values().map(|of| of.kills).sum::<u64>() < wanted {
                    let turn = {
                        let mut turns = turns.lock().unwrap();
                        *turns += 1;
                        *turns - 1
                    };
                    let kind = KINDS[turn % KINDS.len()];
                    let first = reserve(&file, kind);
                    let lane = Lane::start(kind);
                    for number in first..first + TRIALS_AT_ONCE {
                        let trial = Trial::drawn(kind, number, lane.lines());
                        let result = lane.run(&trial);
                        write(&file, &serde_json::json!({"kind": kind, "right": result.is_right(), "result": result}));
                    }
                }
            });
        }
    });
    let totals = totals(&file);
    std::fs::write(file.with_extension("md"), table(&totals)).unwrap();
    let wrong: u64 = totals.values().map(|of| of.wrong).sum();
    assert_eq!(wrong, 0, "{}: look for `\"right\":false`", file.display());
}

/// Of one kind.
#[derive(Debug, Default)]
struct Totals {
    trials: u64,
    kills: u64,
    power_cuts: u64,
    running: u64,
    startup: u64,
    wrong: u64,
    next: u32,
}

/// What the file says so far.
fn totals(file: &PathBuf) -> BTreeMap<String, Totals> {
    let mut totals: BTreeMap<String, Totals> = BTreeMap::new();
    let Ok(lines) = std::fs::File::open(file) else { return totals };
    for line in BufReader::new(lines).lines().map_while(Result::ok) {
        let Ok(line) = serde_json::from_str::<Json>(&line) else { continue };
        let of = totals.entry(line["kind"].as_str().unwrap().to_owned()).or_default();
        if let Some(reserved) = line["reserved"].as_u64() {
            of.next = of.next.max(u32::try_from(reserved).unwrap());
            continue;
        }
        let result = &line["result"];
        of.trials += 1;
        of.kills += result["kills"].as_u64().unwrap();
        of.power_cuts += result["trial"]["power_cuts"].as_array().unwrap().len() as u64;
        let differs =
            |part: &str| result["differs"].as_array().unwrap().iter().any(|place| place.as_str().unwrap().ends_with(part));
        of.running += u64::from(differs("running"));
        of.startup += u64::from(differs("startup"));
        of.wrong += u64::from(line["right"] == Json::Bool(false));
    }
    totals
}

/// The first number of the next trials of a kind, which no other lane takes.
fn reserve(file: &PathBuf, kind: &str) -> u32 {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap();
    let first = totals(file).get(kind).map_or(0, |of| of.next);
    write(file, &serde_json::json!({"kind": kind, "reserved": first + TRIALS_AT_ONCE}));
    first
}

fn write(file: &PathBuf, line: &Json) {
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    // one write, so that lines of several lanes do not mix
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn table(totals: &BTreeMap<String, Totals>) -> String {
    let mut table = String::from(
        "| closet | trials | kills | power cuts | running differs | startup differs | wrong exit code or difference |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut all = Totals::default();
    let row = |name: &str, of: &Totals| {
        format!("| {name} | {} | {} | {} | {} | {} | {} |\n", of.trials, of.kills, of.power_cuts, of.running, of.startup, of.wrong)
    };
    for (kind, of) in totals {
        table += &row(kind, of);
        all.trials += of.trials;
        all.kills += of.kills;
        all.power_cuts += of.power_cuts;
        all.running += of.running;
        all.startup += of.startup;
        all.wrong += of.wrong;
    }
    table + &row("all", &all)
}
