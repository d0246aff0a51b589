//! `discover`: which phone is plugged in where, as switches and this machine's interfaces see it. I/O through the context.

use std::time::Duration;

use super::conclusion::Conclusion;
use super::connect;
use super::connect::Failures;
use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use super::listen;
use crate::discover::join::join;
use crate::discover::{Reason, Rejected, SwitchNote, join};
use crate::phones;
use crate::phones::Recogniser;
use crate::site::place;
use model::ids::{MacAddress, PortName, SwitchName};

pub use crate::discover::DiscoverReport;

/// Long enough for every phone to announce itself once.
const LISTEN: Duration = Duration::from_secs(40);

#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Interfaces of this machine to listen on.
    pub interfaces: Vec<String>,
    /// How long to listen; `None` is long enough for every phone to announce itself.
    pub duration: Option<Duration>,
    /// Whether each neighbour is told when it comes or goes.
    pub follow: bool,
    pub switches: Switches,
}

#[derive(Debug, Clone, Default)]
pub enum Switches {
    #[default]
    None,
    Named(Vec<String>),
    /// Every switch of the inventory.
    All,
}

/// Who was found, and the switches that were not read.
#[derive(Debug, Default)]
pub struct Found {
    pub report: DiscoverReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

impl Found {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        if self.failures.is_empty() { Conclusion::Done } else { Conclusion::DeviceFailed }
    }
}

/// Listens and asks at the same time. `site` is read only when switches are asked.
pub async fn run(site: impl FnOnce() -> Result<LoadedSite, Error>, request: &Request, context: &Context) -> Result<Found, Error> {
    let names: Option<&[String]> = match &request.switches {
        Switches::None => None,
        Switches::Named(names) => Some(names),
        Switches::All => Some(&[]),
    };
    if names.is_none() && request.interfaces.is_empty() {
        return Err(Error::NoSource);
    }
    let recogniser = recogniser()?;
    let listen = async {
        if request.interfaces.is_empty() {
            return Ok(DiscoverReport::default());
        }
        let duration = request.duration.unwrap_or(LISTEN);
        listen::run(&request.interfaces, duration, request.follow, &recogniser, context).await
    };
    let ask = async {
        match names {
            Some(names) => ask_switches(&site()?, names, &recogniser, context).await,
            None => Ok(Found::default()),
        }
    };
    let (heard, mut found) = tokio::try_join!(listen, ask)?;
    let told = std::mem::take(&mut found.report);
    found.report = DiscoverReport { rows: join(heard.rows), ..heard };
    found.report.rows.extend(told.rows);
    found.report.rejected.extend(told.rejected);
    found.report.notes.extend(told.notes);
    Ok(found)
}

/// What names phones by their announcements.
pub(super) fn recogniser() -> Result<Recogniser, Error> {
    Ok(Recogniser::new(&phones::builtin()?))
}

async fn ask_switches(site: &LoadedSite, names: &[String], recogniser: &Recogniser, context: &Context) -> Result<Found, Error> {
    let (observed, failures) = connect::connect_and_read(site, names, recogniser, context).await?;
    let places = place::seen_at(&observed);
    let mut report = DiscoverReport::default();
    for (switch, state) in &observed.switches {
        let has_its_place = |mac: MacAddress, port: &PortName| {
            places.get(&mac).is_some_and(|places| places.iter().any(|place| place.switch == *switch && place.port == *port))
        };
        let is_wanted =
            |mac, port: &PortName| (recogniser.knows(mac) || site.site.phone(mac).is_some()) && has_its_place(mac, port);
        let mut rows = join::of_switch(state, &is_wanted);
        rows.iter_mut().filter(|row| row.phone.is_none()).for_each(|row| recogniser.name_owned(row));
        report.rows.extend(rows);
        report.notes.extend(notes(&state.identity.name, &state.notes));
    }
    connect::tell_failures(&failures, context);
    report.rejected.extend(failures.iter().map(|(name, error)| Rejected {
        frame: None,
        switch: Some(name.clone()),
        reason: Reason::Switch,
        message: error.to_string(),
    }));
    Ok(Found { report, failures })
}

fn notes(switch: &SwitchName, notes: &[String]) -> Vec<SwitchNote> {
    notes.iter().map(|note| SwitchNote { switch: switch.clone(), note: note.clone() }).collect()
}
