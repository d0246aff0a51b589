//! What most commands begin with: the models, the inventory, the switches and what they show. I/O.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::error::Error;
use super::global::Global;
use crate::change::apply::Switches;
use crate::inventory;
use crate::inventory::secrets;
use crate::output::Terminal;
use crate::phones;
use crate::phones::Recogniser;
use crate::phones::catalogue::Catalogue;
use crate::switch::Effort;
use crate::switch::Error as SwitchError;
use crate::switch::Scope;
use crate::switch::Switch;
use crate::switch::linux::LinuxSwitch;
use crate::switch::snmp::Engine;
use crate::switch::snmp::SnmpSwitch;
use crate::switch::snmp::Target;
use model::credential::Credential;
use model::ids::SwitchName;
use model::plan::Observed;
use model::site::Site;
use model::site::SwitchSpec;
use model::site::SwitchTransport;
use model::switch::SwitchState;

/// The inventory and the model table it was checked against.
pub struct Wanted {
    /// The site.
    pub site: Site,
    /// The models.
    pub catalogue: Catalogue,
}

/// Loads models and inventory.
pub fn wanted(global: &Global) -> Result<Wanted, Error> {
    let catalogue = phones::builtin()?;
    let site = inventory::load(&global.inventory, &catalogue)?;
    Ok(Wanted { site, catalogue })
}

/// Switches that answer, and why the others do not.
pub struct Connected {
    /// Those that answer.
    pub switches: Switches,
    /// Those that do not.
    pub failures: Vec<(SwitchName, SwitchError)>,
    terminal: Terminal,
}

/// Connects the switches named, or all; all at once.
pub async fn connect(global: &Global, site: &Site, names: &[String]) -> Result<Connected, Error> {
    let mut connected = Connected { switches: Switches::new(), failures: Vec::new(), terminal: global.terminal() };
    for (name, switch) in open_all(global, site, names, |_| std::future::ready(Ok(()))).await? {
        match switch {
            Ok((switch, ())) => drop(connected.switches.insert(name, switch)),
            Err(error) => connected.failures.push((name, error)),
        }
    }
    Ok(connected)
}

/// Connects the switches named, or all, and reads each as soon as it answers: one that is silent holds up none of the others.
pub async fn look(
    global: &Global,
    site: &Site,
    names: &[String],
    recogniser: &Recogniser,
) -> Result<(Observed, Vec<(SwitchName, SwitchError)>), Error> {
    let terminal = global.terminal();
    let read = move |switch| read(terminal, switch);
    let (mut observed, mut failures) = (Observed::default(), Vec::new());
    for (name, state) in open_all(global, site, names, read).await? {
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

/// Reads a switch, and says with `--verbose` what that took.
async fn read(terminal: Terminal, switch: Arc<dyn Switch>) -> Result<SwitchState, SwitchError> {
    let started = Instant::now();
    let state = switch.read(Scope::Everything).await;
    if let Some(Effort { requests, varbinds }) = switch.effort() {
        let took = started.elapsed().as_millis();
        terminal.detail(&format!("switch {}: {requests} requests, {varbinds} varbinds, {took} ms", switch.name()));
    }
    state
}

/// Opens the switches, all at once, and does something with each; what came of it in the order of their names.
async fn open_all<T: Send + 'static, F: Future<Output = Result<T, SwitchError>> + Send + 'static>(
    global: &Global,
    site: &Site,
    names: &[String],
    then: impl Fn(Arc<dyn Switch>) -> F + Copy + Send + Sync + 'static,
) -> Result<Vec<(SwitchName, Result<(Arc<dyn Switch>, T), SwitchError>)>, Error> {
    let chosen = choose(site, names)?;
    let engine = Engine::open().await?;
    let mut tasks = JoinSet::new();
    for (name, spec) in chosen {
        let keys =
            Keys { read: credential(global, site, spec.read.as_ref())?, write: credential(global, site, spec.write.as_ref())? };
        let (engine, name, spec) = (engine.clone(), name.clone(), spec.clone());
        tasks.spawn(async move {
            let opened = async {
                let switch = open(&engine, &name, &spec, keys).await?;
                let value = then(Arc::clone(&switch)).await?;
                Ok((switch, value))
            };
            let came = opened.await;
            (name, came)
        });
    }
    let mut all = tasks.join_all().await;
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

struct Keys {
    read: Option<Credential>,
    write: Option<Credential>,
}

fn choose<'a>(site: &'a Site, names: &[String]) -> Result<BTreeMap<&'a SwitchName, &'a SwitchSpec>, Error> {
    if names.is_empty() {
        return Ok(site.switches.iter().collect());
    }
    let one = |name: &String| {
        site.switches.get_key_value(&SwitchName::from(name.as_str())).ok_or_else(|| {
            let known: Vec<&str> = site.switches.keys().map(SwitchName::as_str).collect();
            Error::usage(format!("switch {name}: not in the inventory"), format!("it has: {}", known.join(", ")))
        })
    };
    names.iter().map(one).collect()
}

fn credential(global: &Global, site: &Site, name: Option<&String>) -> Result<Option<Credential>, Error> {
    let Some(spec) = name.and_then(|name| site.credentials.get(name)) else { return Ok(None) };
    Ok(Some(secrets::resolve_credential(spec, &global.secrets_base())?))
}

async fn open(engine: &Engine, name: &SwitchName, spec: &SwitchSpec, keys: Keys) -> Result<Arc<dyn Switch>, SwitchError> {
    match &spec.transport {
        SwitchTransport::Linux { bridge } => {
            Ok(Arc::new(LinuxSwitch::open(name.clone(), bridge, keys.write.is_some(), spec.power_budget)?))
        }
        SwitchTransport::Snmp { address, port } => {
            let target = Target {
                name: name.clone(),
                address: address.clone(),
                port: *port,
                read: keys.read,
                write: keys.write,
                profile: spec.profile.clone(),
                allow_generic_write: spec.allow_generic_write,
                power_budget: spec.power_budget,
            };
            Ok(Arc::new(SnmpSwitch::connect(engine, target).await?))
        }
    }
}

/// What the connected switches show now; a switch that fails becomes a failure, not an abort.
pub async fn observe(connected: &mut Connected, catalogue: &Catalogue) -> Observed {
    let mut tasks = JoinSet::new();
    for (name, switch) in &connected.switches {
        let (name, switch) = (name.clone(), Arc::clone(switch));
        let terminal = connected.terminal;
        tasks.spawn(async move { (name, read(terminal, switch).await) });
    }
    let recogniser = Recogniser::new(catalogue);
    let mut observed = Observed::default();
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

fn name_phones(state: &mut SwitchState, recogniser: &Recogniser) {
    let placed = state.ports.values_mut().flat_map(|port| &mut port.neighbours);
    for neighbour in placed.chain(&mut state.unplaced_neighbours) {
        recogniser.name_owned(neighbour);
    }
}

/// Says which switches did not answer, and how to cure it.
pub fn show_failures(terminal: Terminal, failures: &[(SwitchName, SwitchError)]) {
    for (_, error) in failures {
        terminal.error(&error.to_string(), error.hint().as_deref());
    }
}
