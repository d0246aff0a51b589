//! The checks of one phone, from what its switch shows and what it has fetched. Pure.
//!
//! A check is `passed` or `failed` only by a fact that was read. What was not read is `not_checked`; what cannot pass because an
//! earlier check failed is `not_reached`, and names that check. Power comes before link: without it there is none.

use super::announced;
use super::evidence::{Evidence, Fetched};
use super::place::Placement;
use super::port::membership;
use super::report::{CheckReport, Reason};
use model::change::Membership;
use model::check::{Check, CheckResult};
use model::ids::{MacAddress, PortRef, SwitchName};
use model::neighbour::Neighbour;
use model::port_names::NoPort;
use model::site::Site;
use model::switch::{Detection, PortState, SwitchState, VoiceVlan};
use model::time_zone::local_time;
use model::timestamp::Timestamp;

/// What a check came to, before it is known whether it is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub result: CheckResult,
    pub reason: Option<Reason>,
    pub detail: Option<String>,
    pub after: Option<Check>,
}

impl Outcome {
    pub fn passed(detail: impl Into<String>) -> Self {
        Self { result: CheckResult::Passed, reason: None, detail: Some(detail.into()), after: None }
    }

    pub fn failed(reason: Reason, detail: impl Into<String>) -> Self {
        Self { result: CheckResult::Failed, reason: Some(reason), detail: Some(detail.into()), after: None }
    }

    pub fn not_checked(reason: Reason, detail: impl Into<String>) -> Self {
        Self { result: CheckResult::NotChecked, reason: Some(reason), detail: Some(detail.into()), after: None }
    }

    fn not_reached(after: Check) -> Self {
        Self { result: CheckResult::NotReached, reason: Some(Reason::EarlierCheck), detail: None, after: Some(after) }
    }

    pub fn report(self, check: Check, required: bool) -> CheckReport {
        let Self { result, reason, detail, after } = self;
        CheckReport { check, result, required, reason, detail, after, reservation: None }
    }

    fn has_failed(&self) -> bool {
        self.result == CheckResult::Failed
    }
}

/// One phone where its switch was read and has its port.
struct AtPort<'a> {
    mac: MacAddress,
    at: &'a PortRef,
    state: &'a SwitchState,
    port: &'a PortState,
}

/// The outcome of every check of a phone, in the order of [`Check::OF_PHONE`].
pub(super) fn outcomes(site: &Site, evidence: &Evidence<'_>, placement: &Placement) -> Vec<(Check, Outcome)> {
    let [wired, powered, vlan, found] = match located(evidence, placement) {
        Ok(phone) => on_switch(site, evidence, &phone),
        Err(outcome) if outcome.has_failed() => {
            let later = || Outcome::not_reached(Check::Wired);
            [outcome, later(), later(), later()]
        }
        Err(outcome) => [outcome.clone(), outcome.clone(), outcome.clone(), outcome],
    };
    let earlier = [(Check::Powered, &powered), (Check::Wired, &wired), (Check::Vlan, &vlan), (Check::Found, &found)];
    let failed = earlier.iter().find(|(_, outcome)| outcome.has_failed()).map(|(check, _)| *check);
    let fetched = fetched(evidence.fetches.get(&placement.mac), failed, site.time_zone.as_deref());
    let path =
        Outcome::not_checked(Reason::NotImplemented, "this version does not follow the voice VLAN beyond the phone's switch");
    let registered = Outcome::not_checked(Reason::NotImplemented, "this version does not ask the telephone system");
    vec![
        (Check::Wired, wired),
        (Check::Powered, powered),
        (Check::Vlan, vlan),
        (Check::Path, path),
        (Check::Found, found),
        (Check::Fetched, fetched),
        (Check::Registered, registered),
    ]
}

/// The phone's port as its switch shows it; else what that means for everything that is read there.
fn located<'a>(evidence: &Evidence<'a>, placement: &'a Placement) -> Result<AtPort<'a>, Outcome> {
    let Some(at) = &placement.at else {
        let unread: Vec<&str> = evidence.unread.keys().map(SwitchName::as_str).collect();
        return Err(if unread.is_empty() {
            Outcome::failed(Reason::NoPlace, "the inventory gives it no port (`at`), and no switch sees it at one port alone")
        } else {
            Outcome::not_checked(Reason::SwitchUnread, format!("its port is not known, and {} was not read", unread.join(", ")))
        });
    };
    let Some(state) = evidence.observed.switches.get(&at.switch) else {
        let why = evidence.unread.get(&at.switch).map_or_else(String::new, |why| format!(": {why}"));
        return Err(Outcome::not_checked(Reason::SwitchUnread, format!("switch {} was not read{why}", at.switch)));
    };
    match state.find_port(&at.port) {
        Ok((_, port)) => Ok(AtPort { mac: placement.mac, at, state, port }),
        Err(error) => {
            let reason = match error {
                NoPort::Unknown { .. } => Reason::NoSuchPort,
                NoPort::Ambiguous { .. } => Reason::AmbiguousPort,
            };
            Err(Outcome::failed(reason, format!("switch {}: {error}", at.switch)))
        }
    }
}

/// Wired, powered, vlan, found.
fn on_switch(site: &Site, evidence: &Evidence<'_>, phone: &AtPort<'_>) -> [Outcome; 4] {
    let powered = powered(phone);
    let wired = match wired(phone) {
        failed if failed.has_failed() && powered.has_failed() => Outcome::not_reached(Check::Powered),
        wired => wired,
    };
    let vlan = vlan(site, evidence, phone);
    // what a switch still tells of a port without link is of the past
    let found = found(site, evidence, phone);
    let cannot_be_there = phone.port.link_up == Some(false) || found.reason == Some(Reason::NobodySeen);
    let found = match () {
        () if cannot_be_there && powered.has_failed() => Outcome::not_reached(Check::Powered),
        () if cannot_be_there && wired.has_failed() => Outcome::not_reached(Check::Wired),
        () => found,
    };
    [wired, powered, vlan, found]
}

impl AtPort<'_> {
    /// The phone's own announcement, as the switch heard it.
    fn announcement(&self) -> Option<&Neighbour<'static>> {
        self.port.neighbours.iter().find(|neighbour| neighbour.mac == Some(self.mac))
    }

    /// What to add where its port gives it no power and it runs all the same.
    fn other_supply(&self) -> &'static str {
        if self.is_running() { "; the phone runs from another supply" } else { "" }
    }

    /// Whether the phone is seen running behind a port that has link.
    fn is_running(&self) -> bool {
        let is_seen = self.announcement().is_some() || self.port.learned.iter().any(|learned| learned.mac == self.mac);
        self.port.link_up != Some(false) && is_seen
    }
}

fn wired(phone: &AtPort<'_>) -> Outcome {
    match phone.port.link_up {
        Some(true) => Outcome::passed(phone.at.to_string()),
        Some(false) => Outcome::failed(Reason::NoLink, format!("{} has no link", phone.at)),
        None if phone.is_running() => Outcome::passed(format!("{}, where it announces itself", phone.at)),
        None => Outcome::not_checked(Reason::LinkUnknown, format!("{} does not tell its link", phone.at)),
    }
}

/// Where the switch tells nothing of the port's power, a phone that is seen running has some.
fn powered(phone: &AtPort<'_>) -> Outcome {
    let at = phone.at;
    let Some(poe) = &phone.port.poe else {
        let has_pse = phone.state.has_pse(phone.port);
        return match (phone.is_running(), has_pse) {
            (true, Some(false)) => Outcome::passed("it runs from another supply: the port has no PoE"),
            (true, _) => Outcome::passed("it runs; what gives it power is not known"),
            (false, Some(false)) => {
                Outcome::not_checked(Reason::PowerUnknown, format!("{at} has no PoE, and the phone is not seen"))
            }
            (false, _) => {
                Outcome::not_checked(Reason::PowerUnknown, format!("switch {} does not tell of the power of this port", at.switch))
            }
        };
    };
    match poe.detection {
        Some(Detection::Delivering) => {
            let class = poe.class.map(|class| format!("class {class}"));
            let power = poe.measured.map(|power| power.to_string());
            let facts: Vec<String> = class.into_iter().chain(power).collect();
            Outcome::passed(if facts.is_empty() { "delivering".to_owned() } else { facts.join(" ") })
        }
        Some(fault @ (Detection::Fault | Detection::OtherFault)) => {
            Outcome::failed(Reason::PoeFault, format!("{at} reports a power fault ({fault})"))
        }
        Some(Detection::Disabled) => Outcome::failed(Reason::PoeOff, format!("power of {at} is off{}", phone.other_supply())),
        Some(Detection::Searching | Detection::Test) => {
            Outcome::failed(Reason::PoeSearching, format!("power of {at} is on, and no device draws it{}", phone.other_supply()))
        }
        None if poe.enabled == Some(false) => {
            Outcome::failed(Reason::PoeOff, format!("power of {at} is off{}", phone.other_supply()))
        }
        None if phone.is_running() => Outcome::passed("it runs; what gives it power is not known"),
        None => Outcome::not_checked(Reason::PowerUnknown, format!("{at} does not tell whether it delivers power")),
    }
}

fn vlan(site: &Site, evidence: &Evidence<'_>, phone: &AtPort<'_>) -> Outcome {
    let Some(wanted) = site.switches.get(&phone.at.switch).and_then(|spec| site.voice_vlan(spec)) else {
        return Outcome::not_checked(Reason::NoVoiceVlan, format!("the inventory names no voice VLAN for {}", phone.at.switch));
    };
    let (right, seen) = match (phone.port.voice_vlan, membership(phone.port, wanted.id)) {
        (Some(voice), _) => (voice == VoiceVlan::Vlan(wanted.id), format!("voice VLAN {voice}")),
        (None, Some(member)) => (member == Membership::Tagged, format!("VLAN {} {member}", wanted.id)),
        (None, None) => {
            return Outcome::not_checked(Reason::VlanUnknown, format!("{} does not tell the port's VLANs", phone.at.switch));
        }
    };
    if !right {
        return Outcome::failed(Reason::VlanWrong, format!("{}: {seen}, wanted {}", phone.at, wanted.id));
    }
    let pending = &evidence.pending;
    let open: Vec<&str> = [pending.ports.get(phone.at), pending.switches.get(&phone.at.switch)]
        .into_iter()
        .flatten()
        .flatten()
        .map(String::as_str)
        .collect();
    if open.is_empty() {
        Outcome::passed(seen)
    } else {
        Outcome::failed(Reason::VlanWrong, format!("{}: {}", phone.at, open.join(", ")))
    }
}

fn found(site: &Site, evidence: &Evidence<'_>, phone: &AtPort<'_>) -> Outcome {
    if let Some(neighbour) = phone.announcement() {
        let spec = site.phone(phone.mac);
        if let Some(contradiction) = spec.and_then(|spec| announced::contradiction(spec, evidence.catalogue, neighbour)) {
            return Outcome::failed(Reason::OtherModel, format!("what is at {} {contradiction}", phone.at));
        }
        let address = neighbour.management_addresses.first();
        return Outcome::passed(address.map_or_else(|| "no address yet".to_owned(), ToString::to_string));
    }
    if phone.port.learned.iter().any(|learned| learned.mac == phone.mac) {
        return Outcome::passed("by its address in the forwarding table");
    }
    if let Some(other) = phone.port.neighbours.first().and_then(|other| other.mac) {
        return Outcome::failed(Reason::OtherDevice, format!("{other} is at {} instead", phone.at));
    }
    let tells = |port: &PortState| !port.neighbours.is_empty() || !port.learned.is_empty();
    if phone.state.ports.values().any(tells) {
        Outcome::failed(Reason::NobodySeen, format!("the switch sees nobody at {}", phone.at))
    } else {
        let why = format!("switch {} tells neither neighbours nor learned addresses", phone.at.switch);
        Outcome::not_checked(Reason::NeighboursUnknown, why)
    }
}

fn fetched(evidence: Option<&Fetched>, failed: Option<Check>, time_zone: Option<&str>) -> Outcome {
    let told = |at: &Timestamp| local_time(*at, time_zone);
    let waiting = |otherwise: Outcome| failed.map_or(otherwise, Outcome::not_reached);
    match evidence {
        Some(Fetched::Current { file, address, at }) => Outcome::passed(format!("{file} to {address}, {}", told(at))),
        Some(Fetched::Outdated { file, at }) => {
            Outcome::failed(Reason::Outdated, format!("{file} has changed since it was fetched at {}", told(at)))
        }
        Some(Fetched::NotComparable { file, at, why }) => {
            let detail = format!("{file}, fetched at {}, cannot be compared with what it would be now: {why}", told(at));
            Outcome::not_checked(Reason::NotComparable, detail)
        }
        Some(Fetched::Denied { file, address, why }) => {
            Outcome::failed(Reason::Denied, format!("{address} asked for {file} and was denied it: {why}"))
        }
        Some(Fetched::BrokenOff { file, address, why }) => {
            Outcome::failed(Reason::BrokenOff, format!("{address} asked for {file} and did not get it whole: {why}"))
        }
        Some(Fetched::NotAsked { file }) => {
            waiting(Outcome::failed(Reason::NotAsked, format!("it was started, and nobody has asked for {file}")))
        }
        Some(Fetched::Unknown { file: Some(file) }) => {
            waiting(Outcome::not_checked(Reason::NoRecord, format!("no record that it fetched {file} from here")))
        }
        Some(Fetched::Unknown { file: None }) | None => {
            waiting(Outcome::not_checked(Reason::NoRecord, "no record that it fetched its file from here"))
        }
    }
}
