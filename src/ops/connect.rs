//! What most operations begin with: the switches of a site, connected and read. I/O through the context.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::conclusion::Conclusion;
use super::context::{Context, Credentials};
use super::error::Error;
use super::event::SwitchEvent;
use super::inventory::LoadedSite;
use super::preflight;
use super::selection::unknown_switch;
use crate::change::apply::Switches;
use crate::host::Interface;
use crate::inventory::{self, secrets};
use crate::phones::Recogniser;
use crate::phones::catalogue::Catalogue;
use crate::switch::{Error as SwitchError, Scope, Switch};
use model::change::Observed;
use model::credential::Credential;
use model::error_row::ErrorRow;
use model::ids::{MacAddress, SwitchName};
use model::site::{Site, SwitchSpec};
use model::switch::SwitchState;

/// Switches that do not answer, and why.
pub type Failures = Vec<(SwitchName, SwitchError)>;

/// Switches that answer, and why the others do not.
pub struct Connected {
    pub switches: Switches,
    /// Those that do not.
    pub failures: Failures,
}

/// Connects the switches named, or all; all at once.
pub async fn connect(site: &LoadedSite, names: &[String], context: &Context) -> Result<Connected, Error> {
    let mut connected = Connected { switches: Switches::new(), failures: Vec::new() };
    for (name, switch) in open_all(site, names, context, |_| std::future::ready(Ok(()))).await? {
        match switch {
            Ok((switch, ())) => drop(connected.switches.insert(name, switch)),
            Err(error) => connected.failures.push((name, error)),
        }
    }
    Ok(connected)
}

/// Connects the switches named, or all, and reads each as soon as it answers: one that is silent holds up none of the others.
pub async fn connect_and_read(
    site: &LoadedSite,
    names: &[String],
    recogniser: &Recogniser,
    context: &Context,
) -> Result<(Observed, Failures), Error> {
    let own = context.clone();
    let read = move |switch| read(own.clone(), switch);
    let (mut observed, mut failures) = (Observed::default(), Vec::new());
    for (name, state) in open_all(site, names, context, read).await? {
        match state {
            Ok((_, mut state)) => {
                name_phones(&mut state, recogniser);
                observed.switches.insert(name, state);
            }
            Err(error) => failures.push((name, error)),
        }
    }
    Ok((observed, failures))
}

async fn read(context: Context, switch: Arc<dyn Switch>) -> Result<SwitchState, SwitchError> {
    let started = Instant::now();
    let state = switch.read(Scope::Everything).await;
    if let Some(requests) = switch.request_stats() {
        context.emit(SwitchEvent::Read { switch: switch.name(), requests, took: started.elapsed() });
    }
    state
}

/// A switch with what was done with it, or why not.
type Opened<T> = (SwitchName, Result<(Arc<dyn Switch>, T), SwitchError>);

/// Opens the switches, all at once, and does something with each; what came of it in the order of their names.
async fn open_all<T: Send + 'static, F: Future<Output = Result<T, SwitchError>> + Send + 'static>(
    site: &LoadedSite,
    names: &[String],
    context: &Context,
    then: impl Fn(Arc<dyn Switch>) -> F + Clone + Send + Sync + 'static,
) -> Result<Vec<Opened<T>>, Error> {
    let mut tasks = JoinSet::new();
    let chosen = choose(&site.site, names)?;
    context.emit(SwitchEvent::Connecting { count: chosen.len() });
    let mut fetched = BTreeMap::new();
    for name in chosen.values().flat_map(|spec| [&spec.read, &spec.write]).flatten() {
        if !fetched.contains_key(name) {
            fetched.insert(name, credential(site, name, context).map_err(|error| every_secret(site, &chosen, error, context))?);
        }
    }
    let credential = |name: &Option<String>| name.as_ref().and_then(|name| fetched.get(name)?.clone());
    for (name, spec) in &chosen {
        let credentials = Credentials { read: credential(&spec.read), write: credential(&spec.write) };
        let (connector, then) = (Arc::clone(&context.connector), then.clone());
        let (name, spec) = ((*name).clone(), (*spec).clone());
        tasks.spawn(async move {
            let opened = async {
                let switch = connector.open(&name, &spec, credentials).await?;
                let value = then(Arc::clone(&switch)).await?;
                Ok((switch, value))
            };
            let opened = opened.await;
            (name, opened)
        });
    }
    let mut all = tasks.join_all().await;
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

fn choose<'a>(site: &'a Site, names: &[String]) -> Result<BTreeMap<&'a SwitchName, &'a SwitchSpec>, Error> {
    if names.is_empty() {
        return Ok(site.switches.iter().collect());
    }
    let one = |name: &String| {
        let name = SwitchName::from(name.as_str());
        site.switches.get_key_value(&name).ok_or_else(|| unknown_switch(site, name))
    };
    names.iter().map(one).collect()
}

fn credential(site: &LoadedSite, name: &str, context: &Context) -> Result<Option<Credential>, secrets::Error> {
    let spec = site.site.credentials.get(name);
    spec.map(|spec| context.secrets.credential(spec, &site.folder)).transpose()
}

/// Every secret of these switches that cannot be had, where one cannot.
fn every_secret(
    site: &LoadedSite,
    switches: &BTreeMap<&SwitchName, &SwitchSpec>,
    first: secrets::Error,
    context: &Context,
) -> Error {
    let problems = preflight::credentials_of(site, switches.values().copied(), context);
    if problems.is_empty() { first.into() } else { inventory::Error::Invalid(problems).into() }
}

/// What the connected switches show now; a switch that fails becomes a failure, not an abort.
pub async fn observe(connected: &mut Connected, catalogue: &Catalogue, context: &Context) -> Observed {
    let mut tasks = JoinSet::new();
    for (name, switch) in &connected.switches {
        let (context, name, switch) = (context.clone(), name.clone(), Arc::clone(switch));
        tasks.spawn(async move { (name, read(context, switch).await) });
    }
    let recogniser = Recogniser::new(catalogue);
    let mut observed = Observed { machine: own_addresses(), ..Observed::default() };
    for (name, state) in tasks.join_all().await {
        match state {
            Ok(mut state) => {
                name_phones(&mut state, &recogniser);
                observed.switches.insert(name, state);
            }
            Err(error) => connected.failures.push((name, error)),
        }
    }
    observed
}

/// The addresses of this machine's interfaces. Without any of them nothing could have been read.
fn own_addresses() -> BTreeSet<MacAddress> {
    let interfaces = Interface::all().unwrap_or_default();
    interfaces.into_iter().map(|interface| interface.mac).filter(|mac| mac.0 != [0; 6]).collect()
}

fn name_phones(state: &mut SwitchState, recogniser: &Recogniser) {
    let placed = state.ports.values_mut().flat_map(|port| &mut port.neighbours);
    for neighbour in placed.chain(&mut state.unplaced_neighbours) {
        recogniser.name_owned(neighbour);
    }
}

/// How an operation ends by the switches that it did without.
#[must_use]
pub const fn conclusion(failures: &Failures) -> Conclusion {
    if failures.is_empty() { Conclusion::Done } else { Conclusion::DeviceFailed }
}

/// The same as rows of a document, each cause once.
#[must_use]
pub fn error_rows(failures: &Failures) -> Vec<ErrorRow> {
    let row = |(name, error): &(SwitchName, SwitchError)| ErrorRow::of_switch(name, error.code(), error.to_string(), error.hint());
    let mut rows: Vec<ErrorRow> = Vec::new();
    for row in failures.iter().map(row) {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

/// Tells which switches do not answer.
pub fn tell_failures(failures: &Failures, context: &Context) {
    for (_, error) in failures {
        context.emit(SwitchEvent::Failed(error));
    }
}
