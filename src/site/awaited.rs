//! What phones that are not in service are waited for. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::report::{CheckReport, PhoneReport, Reason};
use model::check::Check;
use model::ids::{MacAddress, SwitchName};

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
        let Some(&first) = phone.held_up_by().first() else { continue };
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

/// Whether waiting can bring the phone into service: not where this version does not make a check, or where nobody reads its switch.
/// `unread` are the switches that were given up; another that was not read now may be read at the next look.
#[must_use]
pub fn may_still_come(phone: &PhoneReport, unread: &BTreeMap<SwitchName, String>) -> bool {
    let is_unread = phone.at.as_ref().map_or(!unread.is_empty(), |at| unread.contains_key(&at.switch));
    let is_hopeless = |check: &CheckReport| match check.reason {
        Some(Reason::SwitchUnread) => is_unread,
        Some(reason) => is_final(reason),
        None => false,
    };
    let hopeless: BTreeSet<Check> = phone.checks.iter().filter(|check| is_hopeless(check)).map(|check| check.check).collect();
    let stuck = |check: &CheckReport| hopeless.contains(&check.check) || check.after.is_some_and(|after| hopeless.contains(&after));
    phone.checks.iter().any(|check| check.is_open() && !stuck(check))
}

/// Whether only a person can change it.
const fn is_final(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NotImplemented | Reason::NoVoiceVlan | Reason::NoSuchPort | Reason::AmbiguousPort | Reason::NotComparable
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::check::CheckResult;
    use model::ids::{ModelId, PortRef};

    #[test]
    fn a_switch_that_misses_one_look_is_waited_for() {
        let unread = CheckReport {
            check: Check::Found,
            result: CheckResult::NotChecked,
            required: true,
            reason: Some(Reason::SwitchUnread),
            detail: None,
            after: None,
            reservation: None,
        };
        let phone = PhoneReport {
            mac: MacAddress([0, 21, 101, 0, 0, 1]),
            model: ModelId { vendor: "yealink".to_owned(), model: "t46s".to_owned() },
            name: None,
            extension: None,
            at: Some(PortRef { switch: "closet".into(), port: "1".into() }),
            checks: vec![unread],
        };
        let given_up = |switch: &str| BTreeMap::from([(SwitchName::from(switch), "no answer".to_owned())]);
        assert!(may_still_come(&phone, &BTreeMap::new()));
        assert!(may_still_come(&phone, &given_up("attic")));
        assert!(!may_still_come(&phone, &given_up("closet")));
        let nowhere = PhoneReport { at: None, ..phone };
        assert!(!may_still_come(&nowhere, &given_up("closet")) && may_still_come(&nowhere, &BTreeMap::new()));
    }
}
