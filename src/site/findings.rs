//! What stands against the acceptance of a site, or qualifies it: each cause once, with the phones it holds up. Pure.

use std::collections::BTreeMap;

use super::evidence::{Cause, Explains};
use super::report::{CheckReport, Finding, FindingCode, PathReport, PhoneReport, Reason, SwitchRow};
use model::check::{Check, CheckResult};
use model::ids::SwitchName;

/// Every check of a site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked<'a> {
    pub phones: &'a [PhoneReport],
    pub switches: &'a [SwitchRow],
    pub paths: &'a [PathReport],
    /// Why there is nothing to accept, where there is not.
    pub no_phones: Option<&'static str>,
}

/// The findings: causes first, then what no cause explains, then what was accepted all the same.
pub(super) fn findings(checked: Checked<'_>, causes: &[Cause]) -> Vec<Finding> {
    let mut unexplained: Vec<&PhoneReport> = checked.phones.iter().filter(|phone| !phone.is_in_service()).collect();
    let explained = causes.iter().map(|cause| (cause, explained(cause, &mut unexplained)));
    // that a plan leaves something out is no matter where every phone is in service all the same
    let matters =
        |cause: &Cause, finding: &Finding| cause.ends_all || cause.code != FindingCode::Refused || !finding.phones.is_empty();
    let explained = explained.filter(|(cause, finding)| matters(cause, finding)).map(|(_, finding)| finding);
    let mut all: Vec<Finding> = explained.collect();
    all.extend(checked.no_phones.map(|why| Finding::new(FindingCode::NoPhones, why.to_owned())));
    all.extend(of_phones(&unexplained));
    if !causes.iter().any(|cause| cause.ends_all) {
        all.extend(of_switches(checked.switches));
        all.extend(of_paths(checked.paths));
    }
    all.extend(qualified(checked));
    all
}

/// The finding of a cause, with the phones it takes out of those unexplained.
fn explained(cause: &Cause, unexplained: &mut Vec<&PhoneReport>) -> Finding {
    let (held_up, rest) = unexplained.iter().partition(|phone| cause.explains.holds_up(phone));
    *unexplained = rest;
    let held_up: Vec<&PhoneReport> = held_up;
    let switch = match &cause.explains {
        Explains::Switch(switch) => Some(switch.clone()),
        _ => None,
    };
    Finding {
        hint: cause.hint.clone(),
        switch,
        phones: held_up.iter().map(|phone| phone.mac).collect(),
        ..Finding::new(cause.code, cause.message.clone())
    }
}

/// One finding for all phones of a switch that are held up by the same check for the same reason.
fn of_phones(phones: &[&PhoneReport]) -> Vec<Finding> {
    type Key<'a> = (Check, Option<Reason>, Option<&'a SwitchName>);
    let mut groups: BTreeMap<Key<'_>, Vec<(&PhoneReport, &CheckReport)>> = BTreeMap::new();
    for phone in phones {
        for check in phone.held_up_by() {
            let switch = phone.at.as_ref().map(|at| &at.switch);
            groups.entry((check.check, check.reason, switch)).or_default().push((phone, check));
        }
    }
    groups.into_values().filter_map(|group| one_of_phones(&group)).collect()
}

fn one_of_phones(group: &[(&PhoneReport, &CheckReport)]) -> Option<Finding> {
    let (first, check) = group.first()?;
    let detail = check.detail.as_deref().unwrap_or(check.result.words());
    let who = match group.len() {
        1 => format!("phone {}", called(first)),
        count => format!("{count} phones, the first {}", called(first)),
    };
    let at = first.at.as_ref();
    Some(Finding {
        hint: hint(check.reason),
        check: Some(check.check),
        switch: at.map(|at| at.switch.clone()),
        port: at.filter(|_| group.len() == 1).map(|at| at.port.clone()),
        phones: group.iter().map(|(phone, _)| phone.mac).collect(),
        ..Finding::new(code(check), format!("{} {}: {who}: {detail}", check.check, check.result.words()))
    })
}

/// Extension and name where there are any, and the MAC address.
fn called(phone: &PhoneReport) -> String {
    let words = [phone.extension.as_deref(), phone.name.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    if words.is_empty() { phone.mac.to_string() } else { format!("{} ({})", words.join(" "), phone.mac) }
}

fn of_switches(switches: &[SwitchRow]) -> impl Iterator<Item = Finding> {
    let open = switches.iter().flat_map(|row| row.checks.iter().map(move |check| (row, check)));
    // that it was not read, or that a run was interrupted, is a cause of its own
    let open =
        open.filter(|(_, check)| check.is_open() && !matches!(check.reason, Some(Reason::SwitchUnread | Reason::Interrupted)));
    open.map(|(row, check)| {
        let detail = check.detail.as_deref().unwrap_or_default();
        Finding {
            hint: hint(check.reason),
            check: Some(check.check),
            switch: Some(row.name.clone()),
            ..Finding::new(code(check), format!("{} {}: switch {}: {detail}", check.check, check.result.words(), row.name))
        }
    })
}

fn of_paths(paths: &[PathReport]) -> impl Iterator<Item = Finding> {
    let open = paths.iter().flat_map(|row| row.checks.iter().map(move |check| (row, check)));
    open.filter(|(_, check)| check.is_open()).map(|(row, check)| {
        let to = row.target.as_ref().map_or_else(String::new, |target| format!(" path to {target}:"));
        let detail = check.detail.as_deref().unwrap_or_default();
        Finding {
            hint: hint(check.reason),
            check: Some(check.check),
            ..Finding::new(code(check), format!("{} {}:{to} {detail}", check.check, check.result.words()))
        }
    })
}

/// Narrow passes, and what a person accepts although it did not pass.
fn qualified(checked: Checked<'_>) -> Vec<Finding> {
    let phones = checked.phones.iter().flat_map(|phone| {
        let subject = format!("phone {}", called(phone));
        phone.checks.iter().map(move |check| (subject.clone(), vec![phone.mac], None, check))
    });
    let switches = checked.switches.iter().flat_map(|row| {
        row.checks.iter().map(move |check| (format!("switch {}", row.name), Vec::new(), Some(row.name.clone()), check))
    });
    let paths = checked.paths.iter().flat_map(|row| {
        let subject = format!("path to {}", row.target.as_deref().unwrap_or("–"));
        row.checks.iter().map(move |check| (subject.clone(), Vec::new(), None, check))
    });
    let all = phones.chain(switches).chain(paths).filter(|(.., check)| check.required);
    all.filter_map(|(subject, phones, switch, check)| {
        let detail = check.detail.as_deref().unwrap_or_default();
        let (code, message) = match (&check.reservation, check.result) {
            (Some(why), result) => {
                (FindingCode::Reservation, format!("{} {}: {subject}: accepted all the same: {why}", check.check, result.words()))
            }
            (None, CheckResult::PassedNarrowly) => {
                (FindingCode::PassedNarrowly, format!("{} passed narrowly: {subject}: {detail}", check.check))
            }
            _ => return None,
        };
        Some(Finding { check: Some(check.check), switch, phones, ..Finding::new(code, message) })
    })
    .collect()
}

fn code(check: &CheckReport) -> FindingCode {
    if check.result == CheckResult::NotChecked { FindingCode::CheckNotMade } else { FindingCode::CheckFailed }
}

/// What to do about it, where there is something general to do.
fn hint(reason: Option<Reason>) -> Option<String> {
    let text = match reason? {
        Reason::NoPlace => "plug it in, or write its `at` into the inventory",
        Reason::NoSuchPort | Reason::AmbiguousPort => "correct its `at` in the inventory",
        Reason::NoLink | Reason::NobodySeen => "look at the cable and at the phone",
        Reason::PoeOff | Reason::VlanWrong => "voiceport plan, then voiceport apply",
        Reason::PoeSearching => "look at the cable and at the phone; a phone with its own supply is seen once it has started",
        Reason::PoeFault => "look at the cable: a short, or more power than the port may give",
        Reason::NoVoiceVlan => "name one: vlans: {voice: {id: 20, role: voice}}",
        Reason::OtherModel => "correct `model` in the inventory, or exchange the phone",
        Reason::OtherDevice => "plug the phone in there, or correct its `at` in the inventory",
        Reason::NotAsked => "does DHCP name this machine (option 66, or 160 for HTTP)?",
        Reason::Denied | Reason::BrokenOff => "voiceport serve shows each request and what speaks against it",
        Reason::Outdated | Reason::NoRecord => {
            "serve with `voiceport serve` or `voiceport up`, and let the phone fetch: voiceport power cycle SWITCH PORT"
        }
        Reason::NotComparable => "voiceport inventory check",
        Reason::NotSaved => "save it on the switch, or let `voiceport apply` do it",
        Reason::CannotBeSaved | Reason::SaveUnknown => {
            "save it on the switch, then write a reservation: accept: {reservations: [{check: saved, switch: NAME, reason: …}]}"
        }
        Reason::Interrupted => "voiceport apply --finish does the rest of the run, voiceport rollback puts it back",
        Reason::NotMeasured => "name a reflector under `probe`, and see that it answers: voiceport probe TARGET",
        Reason::LimitMissed => "voiceport probe TARGET shows each limit",
        Reason::SwitchUnread
        | Reason::LinkUnknown
        | Reason::PowerUnknown
        | Reason::VlanUnknown
        | Reason::NeighboursUnknown
        | Reason::NotImplemented
        | Reason::EarlierCheck => return None,
    };
    Some(text.to_owned())
}
