//! Laws of the verdict, over generated evidence.

use std::collections::{BTreeMap, BTreeSet};

use model::change::Observed;
use model::check::{Check, CheckResult};
use model::ids::{MacAddress, ModelId, SwitchName};
use model::saving::SaveStatus;
use model::site::{AcceptSpec, PhoneSpec, ProbeSpec, Reservation, ReservedFor, Settings, Site};
use model::switch::{Detection, PoePort, PseGroup};
use model::timestamp::Timestamp;
use proptest::prelude::*;
use voiceport::power::account;
use voiceport::site::acceptance::Acceptance;
use voiceport::site::evidence::{Evidence, Fetched, LastSave, PathEvidence, Pending};
use voiceport::site::report::Verdict;
use voiceport::site::scope::Selection;

use super::stored;

/// What is known of one phone, drawn at random.
#[derive(Debug, Clone)]
struct Drawn {
    link: Option<bool>,
    detection: Option<Detection>,
    in_vlan: bool,
    seen: bool,
    fetched: Option<bool>,
    reserved: Option<Check>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let detection = prop_oneof![
        3 => Just(Some(Detection::Delivering)),
        1 => prop::sample::select(vec![None, Some(Detection::Disabled), Some(Detection::Searching), Some(Detection::Fault)]),
    ];
    let often = prop_oneof![4 => Just(true), 1 => Just(false)];
    let reserved = prop_oneof![3 => Just(None), 1 => prop::sample::select(&Check::OF_PHONE[..]).prop_map(Some)];
    let link = prop_oneof![4 => Just(Some(true)), 1 => Just(None), 1 => Just(Some(false))];
    let fetched = prop_oneof![4 => Just(Some(true)), 1 => Just(Some(false)), 1 => Just(None)];
    (link, detection, often.clone(), often, fetched, reserved)
        .prop_map(|(link, detection, in_vlan, seen, fetched, reserved)| Drawn { link, detection, in_vlan, seen, fetched, reserved })
}

fn path() -> impl Strategy<Value = Option<CheckResult>> {
    let results = [CheckResult::Passed, CheckResult::PassedNarrowly, CheckResult::Failed, CheckResult::NotChecked];
    prop_oneof![Just(None), prop::sample::select(results.to_vec()).prop_map(Some)]
}

fn require() -> impl Strategy<Value = Option<BTreeSet<Check>>> {
    let some = prop::collection::btree_set(prop::sample::select(&Check::ALL[..]), 1..5);
    prop_oneof![2 => Just(None), 1 => some.prop_map(Some)]
}

/// The site and its evidence, judged.
fn judge(
    phones: &[Drawn],
    saved: Option<SaveStatus>,
    path: Option<CheckResult>,
    require: Option<BTreeSet<Check>>,
    selection: &Selection,
) -> Acceptance {
    let mut state = stored::states().remove(1);
    state.unsaved_changes = None;
    let places: Vec<_> = stored::phones().into_iter().filter(|phone| phone.switch == 1).collect();
    let (mut fetches, mut reservations, mut specs) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (drawn, place) in phones.iter().zip(&places) {
        let port = state.ports.get_mut(&place.port_name().as_str().into()).unwrap();
        port.link_up = drawn.link;
        port.poe.as_mut().unwrap().detection = drawn.detection;
        if !drawn.in_vlan {
            port.tagged = Some([].into());
        }
        if !drawn.seen {
            port.neighbours.clear();
        }
        let (file, at) = ("own.cfg".to_owned(), Timestamp::from_unix_nanos(0));
        match drawn.fetched {
            Some(true) => drop(fetches.insert(place.mac, Fetched::Current { file, address: [192, 0, 2, 1].into(), at })),
            Some(false) => drop(fetches.insert(place.mac, Fetched::Outdated { file, at })),
            None => {}
        }
        if let Some(check) = drawn.reserved {
            reservations.push(Reservation { check, of: ReservedFor::Phone(place.mac), reason: "so".to_owned() });
        }
        specs.push(spec(place.mac));
    }
    let site = Site {
        phones: specs,
        probe: path.map(|_| ProbeSpec { target: "far".to_owned(), duration: None, streams: None }),
        accept: AcceptSpec { require, reservations },
        vlans: BTreeMap::from([("voice".to_owned(), voice())]),
        switches: BTreeMap::from([(SwitchName::from("lower"), switch())]),
        ..Site::default()
    };
    let observed = Observed { switches: BTreeMap::from([(SwitchName::from("lower"), state)]), ..Observed::default() };
    let told = |status| LastSave::Told { run: 1, status, detail: None };
    let saving = saved.map(|status| (SwitchName::from("lower"), told(status))).into_iter().collect();
    let path = match path {
        Some(result) => PathEvidence::Measured { target: "far".to_owned(), result, detail: "so".to_owned() },
        None => PathEvidence::NotMeasured { target: None, why: "no reflector".to_owned() },
    };
    let (unread, pending) = (BTreeMap::new(), Pending::default());
    let evidence = Evidence {
        catalogue: stored::catalogue(),
        observed: &observed,
        unread: &unread,
        pending: &pending,
        fetches: &fetches,
        saving: &saving,
        path: &path,
        causes: &[],
    };
    Acceptance::of(&site, selection, &evidence)
}

fn spec(mac: MacAddress) -> PhoneSpec {
    PhoneSpec {
        mac,
        model: ModelId { vendor: "yealink".to_owned(), model: "t46s".to_owned() },
        at: None,
        address: None,
        lines: Vec::new(),
        poe_priority: None,
        poe_limit: None,
        settings: Settings::new(),
    }
}

fn voice() -> model::site::VlanSpec {
    model::site::VlanSpec { id: stored::vlan(20), role: model::site::VlanRole::Voice, priority: None, dscp: None }
}

fn switch() -> model::site::SwitchSpec {
    model::site::SwitchSpec {
        transport: model::site::SwitchTransport::Snmp { address: "192.0.2.2".to_owned(), port: 161 },
        read: None,
        write: None,
        profile: None,
        voice_vlan: None,
        data_vlan: None,
        protect: [].into(),
        power_budget: None,
        allow_generic_write: false,
    }
}

fn saved() -> impl Strategy<Value = Option<SaveStatus>> {
    let all = [SaveStatus::Saved, SaveStatus::SavesItself, SaveStatus::NotPossible, SaveStatus::Failed];
    prop_oneof![1 => Just(None), 6 => Just(Some(SaveStatus::Saved)), 2 => prop::sample::select(all.to_vec()).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Read from the document as a program reads it, not from our own types.
    #[test]
    fn accepted_stands_over_nothing_that_did_not_pass(
        phones in prop::collection::vec(drawn(), 0..5), saved in saved(), path in path(), require in require(),
    ) {
        let acceptance = judge(&phones, saved, path, require, &Selection::default());
        let mut counts = BTreeMap::new();
        let json = serde_json::to_value((&acceptance.phones, &acceptance.switches, &acceptance.paths)).unwrap();
        for row in json.as_array().unwrap().iter().flat_map(|rows| rows.as_array().unwrap()) {
            for check in row["checks"].as_array().unwrap().iter().filter(|check| check["required"] == true) {
                let covered = !check["reservation"].is_null();
                *counts.entry((check["result"].as_str().unwrap().to_owned(), covered)).or_insert(0_u32) += 1;
            }
        }
        let any = |results: &[&str], covered: bool| results.iter().any(|result| counts.contains_key(&((*result).to_owned(), covered)));
        let failed = any(&["failed", "not_reached"], false);
        let not_made = any(&["not_checked"], false);
        let qualified = any(&["passed_narrowly"], false) || any(&["failed", "not_reached", "not_checked"], true);
        let expected = match () {
            () if failed => Verdict::NotAccepted,
            () if not_made || phones.is_empty() => Verdict::Incomplete,
            () if qualified => Verdict::AcceptedWithReservations,
            () => Verdict::Accepted,
        };
        prop_assert_eq!(acceptance.verdict, expected, "{:#?}", acceptance);
        prop_assert_eq!(acceptance.findings.is_empty(), expected == Verdict::Accepted, "{:#?}", acceptance.findings);
    }

    /// A part of the site: every selected phone is a row, with the same checks as in the whole site; what is left out changes nothing.
    #[test]
    fn a_part_is_accepted_only_when_every_phone_of_it_is(
        phones in prop::collection::vec(drawn(), 1..5), saved in saved(), path in path(), require in require(),
        wanted in prop::collection::vec(any::<bool>(), 4),
    ) {
        let macs: Vec<MacAddress> = stored::phones().into_iter().filter(|phone| phone.switch == 1).map(|phone| phone.mac).collect();
        let known = || macs.iter().take(phones.len()).zip(&wanted);
        let selected: BTreeSet<MacAddress> = known().filter(|(_, wanted)| **wanted).map(|(mac, _)| *mac).collect();
        prop_assume!(!selected.is_empty());
        let selection = Selection { phones: selected.clone(), ..Selection::default() };
        let whole = judge(&phones, saved, path, require.clone(), &Selection::default());
        let part = judge(&phones, saved, path, require, &selection);
        prop_assert_eq!(part.phones.iter().map(|phone| phone.mac).collect::<BTreeSet<_>>(), selected);
        let mut not_passed = part.paths.iter().flat_map(|row| &row.checks).filter(|check| check.required && check.result != CheckResult::Passed).count();
        for phone in &part.phones {
            let same = whole.phones.iter().find(|other| other.mac == phone.mac).unwrap();
            prop_assert_eq!(&phone.checks, &same.checks);
            not_passed += phone.checks.iter().filter(|check| check.required && check.result != CheckResult::Passed).count();
        }
        let on_switch = part.phones.iter().any(|phone| phone.at.is_some());
        prop_assert_eq!(part.switches.len(), usize::from(on_switch), "the switch under the phones is part of it");
        let switches = part.switches.iter().flat_map(|row| &row.checks);
        not_passed += switches.filter(|check| check.required && check.result != CheckResult::Passed).count();
        prop_assert_eq!(part.verdict == Verdict::Accepted, not_passed == 0, "{:#?}", part);
        prop_assert_eq!(part.findings.is_empty(), part.verdict == Verdict::Accepted, "{:#?}", part.findings);
    }

    /// `not_reached` names an earlier check, and that one failed.
    #[test]
    fn what_was_not_reached_names_the_check_that_failed(phones in prop::collection::vec(drawn(), 1..5)) {
        for phone in judge(&phones, Some(SaveStatus::Saved), None, None, &Selection::default()).phones {
            for check in &phone.checks {
                let after = check.after.and_then(|after| phone.check(after)).map(|after| after.result);
                prop_assert_eq!(check.result == CheckResult::NotReached, after == Some(CheckResult::Failed), "{:#?}", phone);
                prop_assert_eq!(check.reason.is_none(), check.result.has_passed(), "{:#?}", check);
            }
        }
    }

    /// What no switch told is `null` in every document, or left out: never 0.
    #[test]
    fn what_no_switch_told_is_no_zero(told in prop::collection::vec(any::<bool>(), 5), mapped in any::<bool>(), rows in any::<bool>()) {
        let mut state = stored::states().remove(1);
        for (port, told) in state.ports.values_mut().zip(&told) {
            let poe = port.poe.take().filter(|_| rows);
            port.poe = poe.map(|poe| PoePort { index: poe.index, enabled: told.then_some(true), ..PoePort::default() });
            (port.pvid, port.tagged, port.untagged) = (None, None, None);
        }
        if !mapped {
            state.unmapped_pse = state.ports.values_mut().filter_map(|port| port.poe.take()).collect();
        }
        state.pse_groups = [(1, PseGroup::default())].into();
        let site = Site { switches: BTreeMap::from([(SwitchName::from("lower"), switch())]), ..Site::default() };
        let observed = Observed { switches: BTreeMap::from([(SwitchName::from("lower"), state)]), ..Observed::default() };
        let power = account::report(&site, &observed);
        let state = &observed.switches[&SwitchName::from("lower")];
        for document in [serde_json::to_value(&power).unwrap(), serde_json::to_value(state).unwrap()] {
            let mut zeros = Vec::new();
            numbers(&document, "", &mut zeros);
            prop_assert!(zeros.is_empty(), "{:?}: {:#}", zeros, document);
        }
    }
}

/// The paths of all zeros in a document.
fn numbers(value: &serde_json::Value, path: &str, zeros: &mut Vec<String>) {
    match value {
        serde_json::Value::Number(number) if number.as_f64() == Some(0.0) => zeros.push(path.to_owned()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| numbers(item, path, zeros)),
        serde_json::Value::Object(fields) => fields.iter().for_each(|(key, item)| numbers(item, &format!("{path}.{key}"), zeros)),
        _ => {}
    }
}
