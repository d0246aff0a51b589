//! What phones that are not in service are waited for. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::report::{CheckReport, PhoneReport, Reason};
use model::check::{Check, CheckResult};
use model::ids::MacAddress;

/// Phones that are held up by the same check for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    pub check: Check,
    pub reason: Option<Reason>,
    /// Of the first of them, in words.
    pub detail: Option<String>,
    /// How long the first of them has had power, as far as this run has seen it.
    pub powered_for: Option<Duration>,
    /// What is known of the voice VLAN of the first of them, in words.
    pub vlan: Option<String>,
    /// Extension, name or address of each.
    pub phones: Vec<String>,
}

/// What the phones that are not in service wait for, the earliest check first. `powered_for` tells how long a phone has had power.
#[must_use]
pub fn awaited(phones: &[PhoneReport], powered_for: &BTreeMap<MacAddress, Duration>) -> Vec<Awaited> {
    let mut groups: BTreeMap<(Check, Option<Reason>), Awaited> = BTreeMap::new();
    for phone in phones.iter().filter(|phone| !phone.is_in_service()) {
        let Some(first) = phone.checks.iter().find(|check| holds_up(phone, check)) else { continue };
        let passed = |check: Check| phone.check(check).filter(|report| report.result.has_passed());
        let group = groups.entry((first.check, first.reason)).or_insert_with(|| Awaited {
            check: first.check,
            reason: first.reason,
            detail: first.detail.clone(),
            powered_for: passed(Check::Powered).and_then(|_| powered_for.get(&phone.mac).copied()),
            vlan: passed(Check::Vlan).and_then(|report| report.detail.clone()),
            phones: Vec::new(),
        });
        group.phones.push(phone.extension.clone().unwrap_or_else(|| phone.mac.to_string()));
    }
    groups.into_values().collect()
}

/// A check that failed or was not made, and that another waits for or the acceptance depends on.
fn holds_up(phone: &PhoneReport, check: &CheckReport) -> bool {
    let waited_for = || phone.checks.iter().any(|later| later.is_open() && later.after == Some(check.check));
    match check.result {
        CheckResult::Failed => check.is_open() || waited_for(),
        CheckResult::NotChecked => check.is_open(),
        CheckResult::Passed | CheckResult::PassedNarrowly | CheckResult::NotReached => false,
    }
}

/// Whether waiting can bring the phone into service: not where this version does not make a check, or nobody reads the switch.
#[must_use]
pub fn may_still_come(phone: &PhoneReport) -> bool {
    let hopeless: BTreeSet<Check> = phone.checks.iter().filter(|check| is_hopeless(check)).map(|check| check.check).collect();
    let stuck = |check: &CheckReport| hopeless.contains(&check.check) || check.after.is_some_and(|after| hopeless.contains(&after));
    phone.checks.iter().any(|check| check.is_open() && !stuck(check))
}

const fn is_hopeless(check: &CheckReport) -> bool {
    matches!(
        check.reason,
        Some(
            Reason::NotImplemented
                | Reason::NoVoiceVlan
                | Reason::NoSuchPort
                | Reason::AmbiguousPort
                | Reason::SwitchUnread
                | Reason::NotComparable
        )
    )
}
