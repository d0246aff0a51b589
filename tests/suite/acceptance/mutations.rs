//! One fact changed at a time: each that a required check rests on changes the verdict, and the check and its subject are named.

use std::collections::BTreeSet;

use model::check::{Check, CheckResult};
use model::ids::MacAddress;
use model::neighbour::{Neighbour, Protocol, Source};
use model::switch::{Detection, PortState, VoiceVlan};
use voiceport::ops::document::SiteReport;
use voiceport::site::report::{Finding, FindingCode, Reason, Verdict};

use super::stored::{self, StoredPhone, StoredSite, VOICE, fetch, vlan};

/// A fact of one phone, as it is changed; `None` where this kind of switch does not have it.
struct OfPhone {
    fact: &'static str,
    /// The first check that no longer passes, why, and with what result.
    expected: (Check, CheckResult, Reason),
    change: fn(&mut StoredSite, StoredPhone),
}

const fn of_phone(
    fact: &'static str,
    check: Check,
    result: CheckResult,
    reason: Reason,
    change: fn(&mut StoredSite, StoredPhone),
) -> OfPhone {
    OfPhone { fact, expected: (check, result, reason), change }
}

/// What is changed of a port in a way that its kind of switch shows.
fn voice(port: &mut PortState, voice: VoiceVlan) {
    match (&mut port.tagged, voice) {
        (Some(tagged), VoiceVlan::Vlan(vlan)) => *tagged = BTreeSet::from([vlan]),
        (Some(tagged), _) => tagged.clear(),
        (None, voice) => port.voice_vlan = Some(voice),
    }
}

fn detection(site: &mut StoredSite, phone: StoredPhone, detection: Detection) {
    site.port(phone).poe.as_mut().unwrap().detection = Some(detection);
}

/// Somebody else's announcement.
fn stranger() -> Neighbour<'static> {
    let mut stranger = Neighbour::new(Source::Switch, Protocol::Lldp);
    stranger.mac = Some(MacAddress([2, 0, 0, 0, 0, 1]));
    stranger
}

fn edit(site: &mut StoredSite, phone: StoredPhone, from: &str, to: &str) {
    let (from, to) = (from.replace('#', &number(phone)), to.replace('#', &number(phone)));
    assert!(site.inventory.contains(&from), "{from}");
    site.inventory = site.inventory.replace(&from, &to);
}

fn number(phone: StoredPhone) -> String {
    (100 + phone.mac.0[5]).to_string()
}

fn line(site: &mut StoredSite, phone: StoredPhone) -> &mut serde_json::Value {
    let mac = phone.mac.to_string();
    site.fetches.iter_mut().find(|line| line["mac"] == mac).unwrap()
}

use Check::{Fetched, Found, Powered, Vlan, Wired};
use CheckResult::{Failed, NotChecked};

const FACTS: [OfPhone; 25] = [
    of_phone("the port has no link", Wired, Failed, Reason::NoLink, |site, phone| site.port(phone).link_up = Some(false)),
    of_phone("the PSE is disabled", Powered, Failed, Reason::PoeOff, |site, phone| detection(site, phone, Detection::Disabled)),
    of_phone("the PSE finds no device", Powered, Failed, Reason::PoeSearching, |site, phone| {
        detection(site, phone, Detection::Searching);
    }),
    of_phone("the PSE tests", Powered, Failed, Reason::PoeSearching, |site, phone| detection(site, phone, Detection::Test)),
    of_phone("the PSE has a fault", Powered, Failed, Reason::PoeFault, |site, phone| detection(site, phone, Detection::Fault)),
    of_phone("the PSE has another fault", Powered, Failed, Reason::PoeFault, |site, phone| {
        detection(site, phone, Detection::OtherFault);
    }),
    of_phone("another voice VLAN", Vlan, Failed, Reason::VlanWrong, |site, phone| {
        voice(site.port(phone), VoiceVlan::Vlan(vlan(30)));
    }),
    of_phone("no voice VLAN", Vlan, Failed, Reason::VlanWrong, |site, phone| voice(site.port(phone), VoiceVlan::None)),
    of_phone("the port's VLANs are not told", Vlan, NotChecked, Reason::VlanUnknown, |site, phone| {
        let port = site.port(phone);
        (port.tagged, port.untagged, port.voice_vlan) = (None, None, None);
    }),
    of_phone("another access VLAN", Vlan, Failed, Reason::VlanWrong, |site, phone| {
        let port = site.port(phone);
        port.pvid = Some(vlan(1));
        if port.untagged.is_some() {
            port.untagged = Some(BTreeSet::from([vlan(1)]));
        }
    }),
    of_phone("voice sent untagged, or with priority alone", Vlan, Failed, Reason::VlanWrong, |site, phone| {
        let port = site.port(phone);
        match &mut port.untagged {
            Some(untagged) => drop(untagged.insert(vlan(VOICE))),
            None => port.voice_vlan = Some(VoiceVlan::PriorityTagged),
        }
    }),
    of_phone("nobody is on the port", Found, Failed, Reason::NobodySeen, |site, phone| site.port(phone).neighbours.clear()),
    of_phone("another device is on the port", Found, Failed, Reason::OtherDevice, |site, phone| {
        site.port(phone).neighbours = vec![stranger()];
    }),
    of_phone("what is there announces itself as another vendor's", Found, Failed, Reason::OtherModel, |site, phone| {
        site.port(phone).neighbours[0].system_description = Some("Polycom VVX 311".into());
    }),
    of_phone("it did not fetch", Fetched, NotChecked, Reason::NoRecord, |site, phone| site.forget_fetches(phone.mac)),
    of_phone("it fetched an older file", Fetched, Failed, Reason::Outdated, |site, phone| {
        line(site, phone)["sha256"] = "00".repeat(32).into();
    }),
    of_phone("it fetched an older file again", Fetched, Failed, Reason::Outdated, |site, phone| {
        let mut later = line(site, phone).clone();
        later["sha256"] = "11".repeat(32).into();
        site.fetches.push(later);
    }),
    of_phone("the record is of another site", Fetched, NotChecked, Reason::NoRecord, |site, phone| {
        line(site, phone)["site"] = "elsewhere".into();
    }),
    of_phone("the record is of a file it does not have", Fetched, NotChecked, Reason::NoRecord, |site, phone| {
        *line(site, phone) = fetch(phone.mac, "y000000000066.cfg", "00");
    }),
    of_phone("its display name is another", Fetched, Failed, Reason::Outdated, |site, phone| {
        edit(site, phone, "Desk #", "Lobby #");
    }),
    of_phone("its password is another", Fetched, Failed, Reason::Outdated, |site, phone| {
        edit(site, phone, "password-#", "changed-#");
    }),
    of_phone("its password cannot be had", Fetched, NotChecked, Reason::NotComparable, |site, phone| {
        edit(site, phone, "{insecure_literal: true, value: password-#}", "{env: VOICEPORT_TEST_NO_SUCH_SECRET}");
    }),
    of_phone("its extension is another", Fetched, Failed, Reason::Outdated, |site, phone| {
        edit(site, phone, "extension: \"#\"", "extension: \"7#\"");
    }),
    of_phone("its port is gone", Wired, Failed, Reason::NoSuchPort, |site, phone| {
        let ports = &mut site.states[phone.switch].ports;
        let port = ports.remove(&phone.port_name().as_str().into()).unwrap();
        ports.insert("9/9".into(), PortState { neighbours: Vec::new(), ..port });
    }),
    of_phone("it is at another place", Fetched, Failed, Reason::Outdated, |site, phone| {
        let at = format!("port: \"{}\"}}, lines: [{{extension: \"#\"", phone.port_name());
        edit(site, phone, &at, &format!("{at}, user: other-#"));
    }),
];

#[track_caller]
fn names(report: &SiteReport, phone: StoredPhone, fact: &OfPhone) {
    let (check, result, reason) = fact.expected;
    let context = format!("{}: {}: {:#?}", phone.mac, fact.fact, report.findings);
    assert!(!report.verdict.is_accepted(), "{context}");
    let wanted = if result == Failed { Verdict::NotAccepted } else { Verdict::Incomplete };
    assert_eq!(report.verdict, wanted, "{context}");
    let of_phone = report.phones.iter().find(|row| row.mac == phone.mac).unwrap();
    let of_check = of_phone.check(check).unwrap();
    assert_eq!((of_check.result, of_check.reason), (result, Some(reason)), "{context}");
    // what a plan refuses for the same reason is the cause, and stands for it
    let named = |finding: &&Finding| finding.check == Some(check) || finding.code == FindingCode::Refused;
    let finding = report.findings.iter().find(|finding| finding.phones == [phone.mac] && named(finding));
    assert!(finding.is_some(), "{context}");
    // nothing else is wrong
    assert_eq!(report.findings.len(), 1, "{context}");
    for other in report.phones.iter().filter(|other| other.mac != phone.mac) {
        assert!(other.is_in_service(), "{}: {context}", other.mac);
    }
}

fn each(facts: &[OfPhone]) {
    for fact in facts {
        for phone in stored::phones() {
            let mut site = StoredSite::new();
            (fact.change)(&mut site, phone);
            names(&site.verify(), phone, fact);
        }
    }
}

// Ten phones, each fact of each: 250 sites. In four parts, so that they run beside each other.

#[test]
fn every_fact_of_power_and_link_counts() {
    each(&FACTS[..6]);
}

#[test]
fn every_fact_of_vlans_counts() {
    each(&FACTS[6..12]);
}

#[test]
fn every_fact_of_who_is_there_and_what_was_fetched_counts() {
    each(&FACTS[12..19]);
}

#[test]
fn every_fact_that_a_file_rests_on_counts() {
    each(&FACTS[19..]);
}

#[test]
fn every_fact_of_a_switch_counts() {
    type Change = fn(&mut StoredSite, usize);
    let cases: [(&str, Change, CheckResult, Reason); 3] = [
        ("unsaved", |site, at| site.states[at].unsaved_changes = Some(true), Failed, Reason::NotSaved),
        ("does not tell whether it is saved", |site, at| site.states[at].unsaved_changes = None, NotChecked, Reason::SaveUnknown),
        ("not read", StoredSite::lose_switch, NotChecked, Reason::SwitchUnread),
    ];
    for (fact, change, result, reason) in cases {
        for at in 0..2 {
            let mut site = StoredSite::new();
            change(&mut site, at);
            let report = site.verify();
            let saved = &report.switches.iter().find(|row| row.name == site.states[at].identity.name).unwrap().checks[0];
            assert_eq!((saved.result, saved.reason), (result, Some(reason)), "{fact}");
            assert!(!report.verdict.is_accepted(), "{fact}: {:#?}", report.findings);
            assert_eq!(report.findings.len(), 1, "{fact}: {:#?}", report.findings);
            assert_eq!(report.findings[0].switch.as_ref(), Some(&site.states[at].identity.name), "{fact}");
        }
    }
}

#[test]
fn a_function_of_the_whole_switch_counts_for_each_of_its_phones() {
    let mut site = StoredSite::new();
    site.states[0].voice_function = Some(false);
    let report = site.verify();
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.check, finding.phones.len()), (Some(Vlan), 5));
    assert!(finding.message.contains("voice VLAN function: off → on"), "{}", finding.message);
}

#[test]
fn a_path_that_was_not_measured_is_not_accepted() {
    let mut site = StoredSite::new();
    // nobody listens there
    site.inventory += "probe: {target: \"127.0.0.1:9\", duration_s: 1}\n";
    let report = site.verify();
    assert_eq!(report.verdict, Verdict::Incomplete, "{:#?}", report.findings);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.check, Some(Check::Qos));
    assert!(finding.message.contains("path to 127.0.0.1:9"), "{}", finding.message);
    site.inventory += "accept: {reservations: [{check: qos, path: \"127.0.0.1:9\", reason: measured by hand}]}\n";
    assert_eq!(site.verify().verdict, Verdict::AcceptedWithReservations);
}
