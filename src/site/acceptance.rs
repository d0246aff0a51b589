//! How far each phone of a site has come, folded from what was seen, served and measured. Pure.

use std::collections::BTreeMap;

use super::place::{self, port_at};
use super::port::membership;
use super::report::{PhoneReport, Stage, StageReport, StageState};
use crate::phones::catalogue::Catalogue;
use model::change::{Membership, Observed};
use model::ids::{MacAddress, PortRef};
use model::neighbour::Neighbour;
use model::serve::{FetchEvent, FetchResult};
use model::site::{PhoneSpec, Site};
use model::switch::{Detection, PortState, VoiceVlan};

/// A stage's status with what says so.
type Finding = (StageState, Option<String>);

/// The phones of a site on their way into service.
#[derive(Debug, Clone)]
pub struct Acceptance {
    phones: Vec<PhoneReport>,
}

impl Acceptance {
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self { phones: site.phones.iter().map(waiting).collect() }
    }

    /// The phones, in the inventory's order.
    #[must_use]
    pub fn phones(&self) -> &[PhoneReport] {
        &self.phones
    }

    /// Folds in what the switches show: wired, powered, VLAN, found.
    pub fn observe(&mut self, site: &Site, observed: &Observed) {
        let places: BTreeMap<MacAddress, Option<PortRef>> =
            place::place(site, observed).into_iter().map(|place| (place.placement.mac, place.placement.at)).collect();
        for phone in &mut self.phones {
            phone.at = places.get(&phone.mac).cloned().flatten();
            for (stage, finding) in seen(site, observed, phone.mac, phone.at.as_ref()) {
                set(phone, stage, finding);
            }
        }
    }

    /// Folds in a request: the phone's own file, served whole, is what counts.
    pub fn fetched(&mut self, event: &FetchEvent, catalogue: &Catalogue) {
        let Some(phone) = self.phones.iter_mut().find(|phone| Some(phone.mac) == event.mac) else { return };
        let own = catalogue.model(&phone.model).is_some_and(|model| {
            model.files.iter().any(|file| file.device && file.name_for(phone.mac).eq_ignore_ascii_case(last(&event.name)))
        });
        match event.result {
            FetchResult::Served if own => {
                set(phone, Stage::Fetched, (StageState::Passed, Some(format!("{} to {}", event.name, event.peer.ip()))));
            }
            FetchResult::Denied | FetchResult::Refused if state(phone, Stage::Fetched) != StageState::Passed => {
                set(phone, Stage::Fetched, (StageState::Waiting, event.detail.clone()));
            }
            _ => {}
        }
    }

    /// Folds in the path measured: the same for every phone of the site.
    pub fn probed(&mut self, passed: bool, detail: &str) {
        let status = if passed { StageState::Passed } else { StageState::Failed };
        for phone in &mut self.phones {
            set(phone, Stage::Qos, (status, Some(detail.to_owned())));
        }
    }

    /// Says that nothing will measure this stage.
    pub fn not_checked(&mut self, stage: Stage, why: &str) {
        for phone in &mut self.phones {
            set(phone, stage, (StageState::NotChecked, Some(why.to_owned())));
        }
    }

    /// Whether every phone has reached this stage.
    #[must_use]
    pub fn all_at(&self, stage: Stage) -> bool {
        self.phones.iter().all(|phone| state(phone, stage) == StageState::Passed)
    }

    /// What keeps phones out of service, a line each.
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        let open = |stage: &&StageReport| matches!(stage.state, StageState::Waiting | StageState::Failed);
        let line = |phone: &PhoneReport| {
            let stage = phone.stages.iter().find(open)?;
            let detail = stage.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
            let word = if stage.state == StageState::Failed { "failed" } else { "not reached" };
            Some(format!("phone {} ({}): {} {word}{detail}", phone.mac, phone.model, stage.stage.name()))
        };
        self.phones.iter().filter_map(line).collect()
    }
}

fn waiting(phone: &PhoneSpec) -> PhoneReport {
    PhoneReport {
        mac: phone.mac,
        model: phone.model.clone(),
        extension: phone.lines.first().map(|line| line.extension.clone()),
        at: phone.at.clone(),
        stages: Stage::ALL.map(|stage| StageReport { stage, state: StageState::Waiting, detail: None }).to_vec(),
    }
}

fn seen(site: &Site, observed: &Observed, mac: MacAddress, at: Option<&PortRef>) -> [(Stage, Finding); 4] {
    let Some((at, port)) = at.and_then(|at| Some((at, port_at(observed, at)?))) else {
        let nowhere = || (StageState::Waiting, Some("its port is not known".to_owned()));
        return [(Stage::Wired, nowhere()), (Stage::Powered, nowhere()), (Stage::Vlan, nowhere()), (Stage::Found, nowhere())];
    };
    let neighbour = port.neighbours.iter().find(|neighbour| neighbour.mac == Some(mac));
    [
        (Stage::Wired, wired(port, at)),
        (Stage::Powered, powered(port)),
        (Stage::Vlan, vlan(site, at, port)),
        (Stage::Found, found(port, neighbour, mac)),
    ]
}

fn wired(port: &PortState, at: &PortRef) -> Finding {
    match port.link_up {
        Some(true) => (StageState::Passed, Some(at.to_string())),
        Some(false) => (StageState::Waiting, Some(format!("{at} has no link"))),
        None => (StageState::Waiting, Some(format!("{at} does not tell its link"))),
    }
}

fn powered(port: &PortState) -> Finding {
    let Some(poe) = &port.poe else {
        let by_link = if port.link_up == Some(true) { StageState::Passed } else { StageState::Waiting };
        return (by_link, Some("the port has no PoE: powered otherwise".to_owned()));
    };
    let detection = poe.detection.map_or_else(|| "unknown".to_owned(), |detection| detection.to_string());
    match poe.detection {
        Some(Detection::Delivering) => {
            let class = poe.class.map_or_else(String::new, |class| format!("class {class}"));
            let power = poe.measured.or(poe.allocated).map_or_else(String::new, |power| format!(" {power}"));
            (StageState::Passed, Some(format!("{class}{power}").trim().to_owned()))
        }
        Some(Detection::Fault | Detection::OtherFault) => (StageState::Failed, Some(format!("PoE {detection}"))),
        _ => (StageState::Waiting, Some(format!("PoE {detection}"))),
    }
}

fn vlan(site: &Site, at: &PortRef, port: &PortState) -> Finding {
    let Some(wanted) = site.switches.get(&at.switch).and_then(|spec| site.voice_vlan(spec)) else {
        return (StageState::NotChecked, Some("the inventory names no voice VLAN".to_owned()));
    };
    let (right, seen) = match (port.voice_vlan, membership(port, wanted.id)) {
        (Some(voice), _) => (voice == VoiceVlan::Vlan(wanted.id), format!("voice VLAN {voice}")),
        (None, Some(member)) => (member == Membership::Tagged, format!("VLAN {} {member}", wanted.id)),
        (None, None) => return (StageState::Waiting, Some("the switch does not tell".to_owned())),
    };
    (if right { StageState::Passed } else { StageState::Waiting }, Some(seen))
}

fn found(port: &PortState, neighbour: Option<&Neighbour>, mac: MacAddress) -> Finding {
    if let Some(neighbour) = neighbour {
        let address = neighbour.management_addresses.first().map_or_else(|| "no address yet".to_owned(), ToString::to_string);
        return (StageState::Passed, Some(address));
    }
    if port.learned.iter().any(|learned| learned.mac == mac) {
        return (StageState::Passed, Some("by its address in the forwarding table".to_owned()));
    }
    match port.neighbours.first().and_then(|other| other.mac) {
        Some(other) => (StageState::Failed, Some(format!("{other} is there instead"))),
        None => (StageState::Waiting, Some("the switch sees nobody there".to_owned())),
    }
}

fn set(phone: &mut PhoneReport, stage: Stage, (status, detail): Finding) {
    if let Some(report) = phone.stages.iter_mut().find(|report| report.stage == stage) {
        report.state = status;
        report.detail = detail;
    }
}

fn state(phone: &PhoneReport, stage: Stage) -> StageState {
    phone.stages.iter().find(|report| report.stage == stage).map(|report| report.state).unwrap_or_default()
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}
