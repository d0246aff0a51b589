//! The laws of plan and apply, as properties over generated sites and faults.
//!
//! Planning after applying gives nothing · a plan and its way back restore the state · ports not named are untouched · a fault at any
//! write and a crash at any journal line end applied or restored.

mod bench;
pub mod simulated;

use std::collections::BTreeSet;
use std::sync::Arc;

use model::change::Change;
use model::fdb::FdbEntry;
use model::ids::{Dscp, MacAddress, Pcp, VlanId};
use model::neighbour::MedPolicy;
use model::site::{VlanRole, VlanSpec};
use model::switch::{Access, PoeAllocation, PoePriority, PortMode, VoiceVlan};
use model::timestamp::Timestamp;
use model::units::Milliwatts;
use proptest::prelude::*;
use voiceport::change::apply::{Run, Saving};
use voiceport::change::journal::Journal;
use voiceport::change::next::{Entry, RevertCause};
use voiceport::change::plan::Plan;
use voiceport::change::planner::plan;
use voiceport::change::record::Record;
use voiceport::change::report::Outcome;
use voiceport::site::proof::port_addresses;

use self::bench::{Bench, Kind, Start};
use self::simulated::Fault;
use crate::support::TempDir;

fn start() -> impl Strategy<Value = Start> {
    (prop::collection::vec((any::<bool>(), 0..3_u8, any::<bool>()), 1..8), prop::sample::select(&Kind::ALL), any::<bool>())
        .prop_map(|(ports, kind, vlan_exists)| Start { ports, kind, vlan_exists })
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        (0..20_usize).prop_map(Fault::Refuse),
        (0..20_usize).prop_map(Fault::RefuseThoughDone),
        (0..20_usize).prop_map(Fault::LoseReply),
        (0..20_usize).prop_map(Fault::Ignore),
        (0..20_usize).prop_map(Fault::WriteSomethingElse),
    ]
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(work)
}

fn phones(ports: Vec<(bool, u8, bool)>, port_objects: bool) -> Bench {
    let kind = if port_objects { Kind::PortObject } else { Kind::TaggedMember };
    Bench::new(&Start { ports, kind, vlan_exists: false })
}

fn take_back(bench: &Bench, folder: &TempDir) -> (Outcome, Vec<Entry>) {
    let journal = Journal::open(folder.path()).unwrap();
    let id = journal.readable().unwrap()[0].id;
    let back = Run::roll_back(journal, id, bench.switches(), Arc::new(|_, _| {})).unwrap();
    (block_on(back.finish(1, Saving::RunningOnly)).unwrap(), back.entries())
}

/// Why steps could not be put back.
fn not_restored(journal: &[Entry]) -> Vec<&str> {
    let mut details = Vec::new();
    for line in journal {
        if let Entry::RevertFailed { detail, .. } = line {
            details.push(detail.as_str());
        }
    }
    details
}

fn run(bench: &Bench, plan: &Plan, folder: &TempDir) -> (Outcome, Vec<Entry>) {
    let journal = Journal::open(folder.path()).unwrap();
    let run = Run::begin(journal, plan.clone(), &Record::default(), bench.switches(), Arc::new(|_, _| {})).unwrap();
    let outcome = block_on(run.finish(4, Saving::Startup)).unwrap();
    (outcome, run.entries())
}

/// Runs a plan and turns it round when the journal has so many lines.
async fn stopped_at(bench: &Bench, plan: &Plan, folder: &TempDir, at: usize) -> (Outcome, Vec<Entry>) {
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let watcher = Arc::new(move |_: &Plan, _: &Entry| sender.send(()).unwrap_or_default());
    let run =
        Run::begin(Journal::open(folder.path()).unwrap(), plan.clone(), &Record::default(), bench.switches(), watcher).unwrap();
    let finishing = run.finish(4, Saving::Startup);
    tokio::pin!(finishing);
    let mut seen = 0;
    loop {
        if seen == at {
            run.revert("stopped");
        }
        tokio::select! {
            biased;
            Some(()) = lines.recv() => seen += 1,
            outcome = &mut finishing => return (outcome.unwrap(), run.entries()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn planning_after_applying_gives_nothing(start in start()) {
        let (bench, folder) = (Bench::new(&start), TempDir::new());
        let plan = bench.plan();
        let (outcome, _) = run(&bench, &plan, &folder);
        prop_assert_eq!(outcome, Outcome::Applied);
        prop_assert_eq!(bench.plan().steps, vec![]);
    }

    #[test]
    fn a_run_and_its_rollback_restore_the_state(start in start()) {
        let (bench, folder) = (Bench::new(&start), TempDir::new());
        let before = bench.state();
        let plan = bench.plan();
        run(&bench, &plan, &folder);
        let journal = Journal::open(folder.path()).unwrap();
        let id = journal.readable().unwrap()[0].id;
        let back = Run::roll_back(journal, id, bench.switches(), Arc::new(|_, _| {})).unwrap();
        prop_assert_eq!(block_on(back.finish(1, Saving::RunningOnly)).unwrap(), Outcome::RolledBack);
        prop_assert_eq!(bench.state(), before);
    }

    #[test]
    fn ports_not_named_are_untouched(start in start()) {
        let (bench, folder) = (Bench::new(&start), TempDir::new());
        let before = bench.other_ports();
        run(&bench, &bench.plan(), &folder);
        prop_assert_eq!(bench.other_ports(), before);
    }

    #[test]
    fn a_fault_at_any_write_ends_applied_or_restored(start in start(), fault in fault()) {
        let (bench, folder) = (Bench::new(&start), TempDir::new());
        let before = bench.state();
        let plan = bench.plan();
        bench.set_fault(fault);
        let (outcome, journal) = run(&bench, &plan, &folder);
        match outcome {
            Outcome::Applied => prop_assert_eq!(bench.plan().steps, vec![]),
            Outcome::RolledBack => prop_assert_eq!(bench.state(), before, "{:?}", journal),
            other => prop_assert!(false, "{:?} after {:?}: {:?}", other, fault, journal),
        }
    }

    #[test]
    fn a_crash_at_any_journal_line_can_be_put_back(start in start(), cut in 0..120_usize, arrived in any::<bool>()) {
        let (bench, whole) = (Bench::new(&start), TempDir::new());
        let before = bench.state();
        let plan = bench.plan();
        let (_, journal) = run(&bench, &plan, &whole);
        let lines = journal.get(..cut.min(journal.len())).unwrap().to_vec();

        let crashed = Bench::new(&start);
        crashed.replay(&plan, &lines, arrived);
        let folder = TempDir::new();
        let written = Journal::open(folder.path()).unwrap();
        let id = written.begin(&plan, &Record::default(), Timestamp::from_unix_nanos(1)).unwrap();
        for line in &lines {
            written.append(id, line, Timestamp::from_unix_nanos(2)).unwrap();
        }
        let back = Run::roll_back(written, id, crashed.switches(), Arc::new(|_, _| {})).unwrap();
        prop_assert_eq!(block_on(back.finish(1, Saving::RunningOnly)).unwrap(), Outcome::RolledBack);
        prop_assert_eq!(crashed.state(), before);
        prop_assert!(crashed.saves_each_write());
    }

    #[test]
    fn a_run_stopped_at_any_line_ends_applied_or_restored(start in start(), at in 0..80_usize) {
        let (bench, folder) = (Bench::new(&start), TempDir::new());
        let before = bench.state();
        let plan = bench.plan();
        let (outcome, journal) = block_on(stopped_at(&bench, &plan, &folder, at));
        match outcome {
            Outcome::Applied => prop_assert_eq!(bench.plan().steps, vec![]),
            Outcome::RolledBack => prop_assert_eq!(bench.state(), before, "{:?}", journal),
            other => prop_assert!(false, "{:?}: {:?}", other, journal),
        }
        prop_assert!(bench.saves_each_write());
    }

    #[test]
    fn plans_are_the_same_for_the_same_facts(start in start()) {
        let (one, two) = (Bench::new(&start), Bench::new(&start));
        prop_assert_eq!(one.plan(), two.plan());
    }
}

#[test]
fn an_interrupted_run_must_be_settled_before_the_next() {
    let (bench, folder) =
        (Bench::new(&Start { ports: vec![(false, 0, false)], kind: Kind::PortObject, vlan_exists: true }), TempDir::new());
    let journal = Journal::open(folder.path()).unwrap();
    let plan = bench.plan();
    let record = Record::of(&bench.site, Saving::Startup, [(plan.steps[0].switch.clone(), None)]);
    journal.begin(&plan, &record, Timestamp::from_unix_nanos(1)).unwrap();
    let error = journal.begin(&plan, &record, Timestamp::from_unix_nanos(2)).unwrap_err();
    let cure = "do the rest of it with `voiceport apply --finish`, or put it back with `voiceport rollback 1`";
    assert_eq!(error.hint().as_deref(), Some(cure));
    // a site of another name with the same addresses is another site
    let other = Plan { site: "another".to_owned(), ..plan };
    journal.begin(&other, &record, Timestamp::from_unix_nanos(3)).unwrap();
}

#[test]
fn two_processes_cannot_change_switches_of_a_site_at_once() {
    let folder = TempDir::new();
    let (one, two) = (Journal::open(folder.path()).unwrap(), Journal::open(folder.path()).unwrap());
    let held = one.lock("site").unwrap();
    let error = two.lock("site").map(drop).unwrap_err().to_string();
    assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
    two.lock("another site").unwrap();
    drop(held);
    two.lock("site").unwrap();
}

#[test]
fn more_power_than_the_supply_has_is_refused() {
    let bench = Bench::new(&Start { ports: vec![(false, 0, false); 7], kind: Kind::PortObject, vlan_exists: true });
    bench.set_budget(20);
    let plan = plan(&bench.site, &bench.observed(), &bench.catalogue);
    assert!(!plan.is_safe());
    assert!(plan.refusals.iter().any(|refusal| refusal.detail.contains("PSE group 1 can give 20.0 W")), "{:?}", plan.refusals);
}

#[test]
fn a_pretender_at_another_port_proves_nothing() {
    let bench = Bench::new(&Start { ports: vec![(true, 1, true); 2], kind: Kind::TaggedMember, vlan_exists: true });
    bench.announce(0, 0, "192.0.2.10");
    bench.announce(0, 1, "192.0.2.66");
    let proved = port_addresses(&bench.site, &bench.observed());
    assert_eq!(proved, [("192.0.2.10".parse().unwrap(), bench.site.phones[0].mac)]);
    assert_eq!(bench.plan().placements[0].at, bench.site.phones[0].at);
}

#[test]
fn a_phone_seen_elsewhere_is_planned_there_but_gets_no_secrets() {
    let bench = Bench::new(&Start { ports: vec![(true, 1, true); 2], kind: Kind::TaggedMember, vlan_exists: true });
    bench.announce(0, 3, "192.0.2.10");
    assert_eq!(port_addresses(&bench.site, &bench.observed()), []);
    let plan = bench.plan();
    assert_eq!(plan.placements[0].at.as_ref().unwrap().port.as_str(), "p3");
    assert!(plan.notes.iter().any(|note| note.contains("only when the inventory agrees")), "{:?}", plan.notes);
}

#[test]
fn a_phone_without_a_place_that_is_seen_twice_has_none() {
    let mut bench = Bench::new(&Start { ports: vec![(true, 1, true); 2], kind: Kind::TaggedMember, vlan_exists: true });
    bench.site.phones[0].at = None;
    bench.announce(0, 0, "192.0.2.10");
    assert_eq!(port_addresses(&bench.site, &bench.observed()).len(), 1);
    bench.announce(0, 3, "192.0.2.66");
    assert_eq!(port_addresses(&bench.site, &bench.observed()), []);
    assert_eq!(bench.plan().placements[0].at, None);
}

#[test]
fn an_uplink_is_refused_and_the_other_phones_go_on() {
    let bench = Bench::new(&Start { ports: vec![(false, 0, false); 2], kind: Kind::TaggedMember, vlan_exists: true });
    bench.put_a_switch_behind(0);
    let plan = bench.plan();
    assert_eq!(plan.refusals.len(), 1);
    assert!(plan.refusals.first().unwrap().detail.contains("changing it could cut off everything there"));
    assert!(plan.steps.iter().all(|step| step.port.as_ref().is_none_or(|port| port.as_str() == "p1")), "{:?}", plan.steps);
    assert!(!plan.steps.is_empty());
}

#[test]
fn a_value_that_somebody_changed_since_is_left_and_said() {
    let (bench, folder) = (phones(vec![(true, 1, false)], true), TempDir::new());
    run(&bench, &bench.plan(), &folder);
    bench.edit_port(0, |port| port.pvid = VlanId::new(77));
    let (outcome, journal) = take_back(&bench, &folder);
    assert_eq!(outcome, Outcome::RollbackIncomplete);
    assert_eq!(bench.state().ports.first_key_value().unwrap().1.pvid, VlanId::new(77));
    assert_eq!(
        not_restored(&journal),
        ["somebody else changed it since: it is 77 now, and this run changed access VLAN (PVID): 1 → 10"]
    );
    let (outcome, again) = take_back(&bench, &folder);
    assert_eq!((outcome, not_restored(&again).len()), (Outcome::RollbackIncomplete, 2), "left alone every time");
    assert_eq!(bench.state().ports.first_key_value().unwrap().1.pvid, VlanId::new(77));
}

#[test]
fn a_vlan_that_others_use_by_now_is_left_and_a_second_attempt_removes_it() {
    let (bench, folder) = (phones(vec![(false, 0, true)], true), TempDir::new());
    let before = bench.state();
    run(&bench, &bench.plan(), &folder);
    bench.edit_port(2, |port| port.voice_vlan = VlanId::new(20).map(VoiceVlan::Vlan));
    let (outcome, journal) = take_back(&bench, &folder);
    assert_eq!(outcome, Outcome::RollbackIncomplete);
    let [reason] = not_restored(&journal).try_into().unwrap();
    assert!(reason.contains("VLAN 20 is in use on p2"), "{reason}");
    bench.edit_port(2, |port| port.voice_vlan = Some(VoiceVlan::None));
    assert_eq!(take_back(&bench, &folder).0, Outcome::RolledBack);
    assert_eq!(bench.state(), before);
}

#[test]
fn what_was_saved_is_saved_again_when_it_is_put_back() {
    let (bench, folder) = (phones(vec![(false, 0, true)], true), TempDir::new());
    run(&bench, &bench.plan(), &folder);
    let (_, journal) = take_back(&bench, &folder);
    let last = journal.iter().rfind(|line| !matches!(line, Entry::AutoSaveResuming { .. } | Entry::AutoSaveResumed { .. }));
    assert!(matches!(last, Some(Entry::Saved { .. })), "{journal:?}");
}

#[test]
fn a_write_that_shows_late_and_unanswered_is_still_seen() {
    let (bench, folder) = (phones(vec![(false, 1, true)], true), TempDir::new());
    bench.set_fault(Fault::LoseReplyAndShowLate(0));
    assert_eq!(run(&bench, &bench.plan(), &folder).0, Outcome::Applied);
}

#[test]
fn a_restart_on_the_way_turns_the_run_round() {
    let (bench, folder) = (phones(vec![(false, 0, false)], true), TempDir::new());
    bench.edit_state(|state| state.identity.uptime_cs = Some(9_000));
    let before = bench.state().ports;
    bench.set_fault(Fault::Restart(1));
    let (outcome, journal) = run(&bench, &bench.plan(), &folder);
    assert_eq!(outcome, Outcome::RolledBack, "{journal:?}");
    let restarted = |line: &Entry| match line {
        Entry::Reverting { cause: RevertCause::Failure(failure) } => failure.contains("restarted meanwhile"),
        _ => false,
    };
    assert!(journal.iter().any(restarted), "{journal:?}");
    assert_eq!(bench.state().ports, before);
}

#[test]
fn a_pvid_write_that_leaves_the_old_vlan_tagged_is_cleaned_up() {
    let (bench, folder) = (phones(vec![(true, 1, false)], false), TempDir::new());
    let before = bench.state();
    bench.set_fault(Fault::PvidLeavesOldTagged);
    assert_eq!(run(&bench, &bench.plan(), &folder).0, Outcome::Applied);
    assert_eq!(take_back(&bench, &folder).0, Outcome::RolledBack);
    assert_eq!(bench.state(), before);
}

#[test]
fn many_addresses_and_no_phone_are_taken_for_a_switch() {
    let bench = phones(vec![(false, 0, false)], true);
    bench.edit_port(0, |port| {
        port.learned = (0..9).map(|last| FdbEntry { mac: MacAddress([2, 0, 0, 0, 0, last]), vlan: None, address: None }).collect();
    });
    assert_eq!(bench.plan().steps, vec![]);
    assert!(bench.plan().refusals.first().unwrap().detail.contains("9 addresses are behind it"));
}

#[test]
fn a_port_that_carries_a_management_vlan_tagged_is_refused() {
    let mut bench = phones(vec![(false, 0, false)], false);
    let management = VlanSpec { id: VlanId::new(99).unwrap(), role: VlanRole::Management, priority: None, dscp: None };
    bench.site.vlans.insert("management".to_owned(), management);
    bench.edit_port(0, |port| port.tagged.get_or_insert_default().extend(VlanId::new(99)));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("management VLAN 99"));
    assert_eq!(bench.plan().steps, vec![]);
}

#[test]
fn a_budget_of_the_inventory_counts_where_the_switch_tells_of_no_group() {
    let mut bench = phones(vec![(false, 0, false); 2], true);
    bench.edit_state(|state| state.pse_groups.clear());
    bench.site.switches.values_mut().for_each(|spec| spec.power_budget = Some(Milliwatts::from_watts(20)));
    assert!(!bench.plan().is_safe());
}

#[test]
fn one_voice_vlan_of_a_switch_is_not_taken_from_the_ports_that_have_it() {
    let bench = Bench::new(&Start { ports: vec![(true, 0, true)], kind: Kind::SwitchObject, vlan_exists: true });
    let other = VoiceVlan::Vlan(VlanId::new(30).unwrap());
    bench.edit_state(|state| state.voice_vlan = Some(other));
    assert_eq!(bench.plan().refusals, [], "nobody has it");
    bench.edit_port(2, |port| port.voice_vlan = Some(other));
    let refusals = bench.plan().refusals;
    let reason = &refusals.first().unwrap().detail;
    assert!(reason.contains("one voice VLAN for all ports, and it is 30 on p2"), "{reason}");
    assert_eq!(bench.plan().steps, vec![]);
}

#[test]
fn a_trunk_keeps_its_untagged_vlan_and_carries_voice_tagged() {
    let (bench, folder) =
        (Bench::new(&Start { ports: vec![(true, 0, false)], kind: Kind::Trunks, vlan_exists: true }), TempDir::new());
    let steps: Vec<String> = bench.plan().steps.iter().map(|step| step.change.to_string()).collect();
    assert_eq!(
        steps,
        [
            "voice VLAN of the switch: none → 20",
            "access VLAN (PVID): 1 → 10",
            "as a trunk: native 1, VLANs 1-4094 → native 10, VLANs 10",
            "port mode: access → trunk",
            "member of VLAN 20: no → tagged"
        ]
    );
    assert_eq!(run(&bench, &bench.plan(), &folder).0, Outcome::Applied);
    bench.edit_state(|state| state.capabilities.port_mode = Access::Read);
    bench.edit_port(0, |port| port.mode = Some(PortMode::Access));
    bench.edit_port(0, |port| port.tagged = Some(BTreeSet::new()));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("its mode cannot be written: make it a trunk"));
}

#[test]
fn a_voice_vlan_of_a_trunk_has_no_effect_and_is_refused() {
    let bench = phones(vec![(true, 0, true)], true);
    bench.edit_port(0, |port| port.mode = Some(PortMode::Trunk));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("it is in trunk mode, where a voice VLAN has no effect"));
}

#[test]
fn what_the_switch_tells_phones_otherwise_is_noted() {
    let bench = phones(vec![(true, 0, true)], false);
    let policy = |vlan| MedPolicy {
        application: model::code_points::MedApplication::Voice,
        vlan,
        tagged: true,
        unknown: false,
        priority: Pcp::new(5).unwrap(),
        dscp: Dscp::new(46).unwrap(),
    };
    bench.edit_port(0, |port| port.med_policies = vec![policy(30)]);
    assert_eq!(
        bench.plan().notes,
        ["sw p0: the switch tells phones to use VLAN 30 tagged for voice (LLDP-MED), not 20: change that on the switch"]
    );
    bench.edit_port(0, |port| port.med_policies = vec![policy(20)]);
    assert_eq!(bench.plan().notes, Vec::<String>::new());
}

#[test]
fn priority_and_limit_of_a_phones_port_are_what_the_inventory_says() {
    let (mut bench, folder) = (phones(vec![(true, 1, true)], false), TempDir::new());
    let phone = bench.site.phones.first_mut().unwrap();
    (phone.poe_priority, phone.poe_limit) = (Some(PoePriority::High), Some(Milliwatts(7_000)));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("does not tell its PoE limit"));
    bench.edit_port(0, |port| port.poe.as_mut().unwrap().limit = Some(Milliwatts(30_000)));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("the PoE limit is 30.0 W and cannot be written"));
    bench.edit_state(|state| state.capabilities.poe_limit = Access::Write);
    let steps: Vec<String> = bench.plan().steps.iter().map(|step| step.change.to_string()).collect();
    assert_eq!(steps, ["PoE priority: low → high", "PoE limit: 30.0 W → 7.0 W"]);
    bench.edit_state(|state| state.capabilities.poe_limit_needs = Some(PoeAllocation::Fixed));
    assert!(bench.plan().refusals.first().unwrap().detail.contains("does not tell how it counts the port's power"));
    bench.edit_port(0, |port| port.poe.as_mut().unwrap().allocation = Some(PoeAllocation::Usage));
    let steps: Vec<String> = bench.plan().steps.iter().map(|step| step.change.to_string()).collect();
    assert_eq!(steps[1..], ["PoE counted by: usage → fixed value", "PoE limit: 30.0 W → 7.0 W"]);
    bench.site.phones.first_mut().unwrap().poe_limit = Some(Milliwatts(7_900));
    bench.edit_state(|state| state.capabilities.poe_limit_step = Some(Milliwatts(1_000)));
    assert_eq!(bench.plan().steps.last().unwrap().change.to_string(), "PoE limit: 30.0 W → 7.0 W", "in whole watts");
    let before = bench.state();
    assert_eq!(run(&bench, &bench.plan(), &folder).0, Outcome::Applied);
    assert_eq!(bench.plan().steps, vec![]);
    assert_eq!(take_back(&bench, &folder).0, Outcome::RolledBack);
    assert_eq!(bench.state(), before);
}

#[test]
fn nothing_is_put_into_a_vlan_that_cannot_be_created() {
    let bench = phones(vec![(true, 0, true)], true);
    bench.edit_state(|state| state.capabilities.vlan_create = Access::None);
    assert_eq!(bench.plan().steps, vec![]);
    assert!(bench.plan().refusals.first().unwrap().detail.contains("VLAN 20 does not exist"));
}

#[test]
fn of_two_phones_on_one_port_only_the_first_is_planned() {
    let mut bench = phones(vec![(false, 0, false); 2], true);
    let first = bench.site.phones.first().unwrap().at.clone();
    bench.site.phones.last_mut().unwrap().at = first;
    let enables = bench.plan().steps.iter().filter(|step| matches!(step.change, Change::PoeEnabled { .. })).count();
    assert_eq!(enables, 1);
}
