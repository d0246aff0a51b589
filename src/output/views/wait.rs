//! What phones are waited for, as `up` tells it from time to time. Pure.

use std::time::Duration;

use super::words::{count, length};
use crate::ops::event::Waiting;
use crate::site::awaited::Awaited;
use crate::site::report::Reason;
use model::check::CheckResult;

/// How many phones a line names.
const NAMED: usize = 6;

/// How the wait stands, and a line for each reason.
#[must_use]
pub fn lines(waiting: &Waiting<'_>) -> Vec<String> {
    let phones = count(waiting.of, "phone");
    let head = format!("waiting for {}: {} of {phones} in service", length(waiting.since), waiting.in_service);
    std::iter::once(head).chain(waiting.awaited.iter().map(|awaited| line(awaited, waiting))).collect()
}

fn line(awaited: &Awaited, waiting: &Waiting<'_>) -> String {
    let more = awaited.phones.len().saturating_sub(NAMED);
    let mut who = awaited.phones.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        who = format!("{who} and {more} more");
    }
    let power =
        awaited.powered_for.filter(|time| *time >= Duration::from_secs(1)).map(|time| format!("power for {}", length(time)));
    let known: Vec<String> = power.into_iter().chain(awaited.vlan.clone()).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    let detail = awaited.detail.as_deref().unwrap_or(CheckResult::NotChecked.words());
    let ask = question(awaited.reason, waiting).map_or_else(String::new, |question| format!(": {question}"));
    format!("  {who}{known}: {}: {detail}{ask}", awaited.check)
}

/// The likeliest cause, as a question.
fn question(reason: Option<Reason>, waiting: &Waiting<'_>) -> Option<String> {
    let here: Vec<String> = waiting.served_at.iter().map(ToString::to_string).collect();
    let here = if here.is_empty() { "this machine".to_owned() } else { here.join(" or ") };
    match reason? {
        Reason::NotAsked => Some(format!("does DHCP option 66 (160 for HTTP) name {here}?")),
        Reason::NoRecord => {
            Some(format!("a phone that runs asks when it restarts; does DHCP option 66 (160 for HTTP) name {here}?"))
        }
        Reason::NoLink | Reason::NobodySeen => Some("is it plugged in there?".to_owned()),
        Reason::PoeSearching => Some("is it plugged in there, and is it a PoE phone?".to_owned()),
        _ => None,
    }
}
