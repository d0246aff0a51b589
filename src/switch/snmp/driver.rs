//! A switch over SNMP as a [`Switch`]: identify, read, write, persist. I/O.
//!
//! All writes of one switch go one after another, because a PortList is one row that all ports share and SNMP has no lock for it.
//! The numbers of a port are proved anew before each use: an agent that restarted may have renumbered its interfaces.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;

use crate::switch::snmp::contexts::Contexts;
use crate::switch::snmp::engine::Engine;
use crate::switch::snmp::profile::{self, Arcs, Profile, Save};
use crate::switch::snmp::session::{Failure, Scalar, Session};
use crate::switch::snmp::tables::{Tables, joined};
use crate::switch::snmp::translate::{self, Context, Maps};
use crate::switch::snmp::walker::Walker;
use crate::switch::snmp::writes::{self, Act, Hold, Job, Request};
use crate::switch::snmp::{Target, catalogue, mib, subtrees};
use crate::switch::{Effort, Error, Persistence, Scope, Switch};
use model::change::Change;
use model::ids::{PortName, SwitchName};
use model::switch::{SwitchCapabilities, SwitchIdentity, SwitchState};
use model::timestamp::Timestamp;
use model::units::Milliwatts;

/// How often a switch that is busy is asked.
const POLL: Duration = Duration::from_millis(100);
/// How long it may be busy with one change.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// One switch over SNMP.
pub struct SnmpSwitch {
    name: SwitchName,
    session: Session,
    walker: Walker,
    contexts: Contexts,
    profile: &'static Profile,
    may_write: bool,
    power_budget: Option<Milliwatts>,
    maps: Mutex<Option<Arc<Maps>>>,
    one_write: tokio::sync::Mutex<()>,
}

impl SnmpSwitch {
    /// Resolves the address, asks the switch who it is and chooses the profile.
    pub async fn connect(engine: &Engine, target: Target) -> Result<Self, Error> {
        let session = Session::open(engine, &target).await?;
        let system = session.greet(&system_instances()).await?;
        let profile = choose_profile(&target, &system.into_iter().fold(Tables::default(), with))?;
        Ok(Self {
            may_write: session.can_write() && (!profile.generic || target.allow_generic_write),
            contexts: Contexts::new(&target),
            name: target.name,
            session,
            walker: Walker::default(),
            profile,
            power_budget: target.power_budget,
            maps: Mutex::new(None),
            one_write: tokio::sync::Mutex::new(()),
        })
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.session.requests()
    }

    /// What can be done with this switch, its profile and the credentials given.
    pub fn capabilities(&self) -> SwitchCapabilities {
        let capabilities = self.profile.capabilities();
        if self.may_write { capabilities } else { profile::read_only(capabilities) }
    }

    async fn read_everything(&self) -> Result<SwitchState, Error> {
        let mut notes = Vec::new();
        let roots = [subtrees::maps(self.profile), subtrees::facts(self.profile)].concat();
        let mut tables = self.walk(&roots, &subtrees::singles(), &mut notes).await?;
        let maps = self.keep(Maps::of(self.profile, &tables));
        let details = subtrees::details(self.profile, &maps.interfaces, &tables);
        if !details.is_empty() {
            tables.merge(self.walk(&details, &[], &mut notes).await?);
        }
        let (contexts, note) = self.contexts.forwarding(&self.session, self.profile, &tables).await;
        let mut state = translate::state(self.context(&tables), &maps, &tables, &contexts);
        state.notes.extend(notes.into_iter().chain(note));
        Ok(state)
    }

    async fn read_step(&self, port: Option<&PortName>, change: &Change) -> Result<SwitchState, Error> {
        let (maps, tables) = self.read_about(port, change).await?;
        let mut state = translate::facts_of_switch(self.context(&tables), &tables);
        let Some(name) = port else { return Ok(state) };
        let job = self.job(&maps, Some(name));
        let (index, interface) = job.interface().map_err(|what| self.not_possible(what))?;
        let port = translate::port_state(self.profile, &maps, &tables, index, interface);
        state.ports.insert(interface.name.clone(), port);
        Ok(state)
    }

    /// The instances a change is about, with maps that are proved to be still true for its port.
    async fn read_about(&self, port: Option<&PortName>, change: &Change) -> Result<(Arc<Maps>, Tables), Error> {
        let maps = self.maps().await?;
        let tables = self.read_instances(&maps, port, change).await?;
        if still_true(&maps, port, &tables) {
            return Ok((maps, tables));
        }
        let maps = self.learn_maps().await?;
        let tables = self.read_instances(&maps, port, change).await?;
        Ok((maps, tables))
    }

    async fn read_instances(&self, maps: &Maps, port: Option<&PortName>, change: &Change) -> Result<Tables, Error> {
        let mut instances = writes::about(self.job(maps, port), change).map_err(|what| self.not_possible(what))?;
        instances.extend(system_instances());
        if let Some((index, _)) = port.and_then(|port| translate::find(maps, port)) {
            instances.extend(translate::proof_of_name(index));
        }
        self.get(&instances).await
    }

    async fn maps(&self) -> Result<Arc<Maps>, Error> {
        let known = self.maps.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(maps) => Ok(maps),
            None => self.learn_maps().await,
        }
    }

    async fn learn_maps(&self) -> Result<Arc<Maps>, Error> {
        let tables = self.walk(&subtrees::maps(self.profile), &[], &mut Vec::new()).await?;
        Ok(self.keep(Maps::of(self.profile, &tables)))
    }

    fn keep(&self, maps: Maps) -> Arc<Maps> {
        let maps = Arc::new(maps);
        *self.maps.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&maps));
        maps
    }

    /// Walks subtrees. One that fails is a note, unless the switch is gone altogether.
    async fn walk(&self, subtrees: &[Arcs], scalars: &[Arcs], notes: &mut Vec<String>) -> Result<Tables, Error> {
        let found = self.walker.read(&self.session, subtrees, scalars).await.map_err(|failure| self.session.error(failure))?;
        notes.extend(found.notes.iter().map(|(root, note)| format!("{}: {note}", subtrees::name(self.profile, root))));
        Ok(found.tables)
    }

    /// One column, whole.
    pub(super) async fn column(&self, column: &Arcs) -> Result<Tables, Error> {
        self.walk(std::slice::from_ref(column), &[], &mut Vec::new()).await
    }

    pub(super) async fn get(&self, instances: &[Arcs]) -> Result<Tables, Error> {
        let values = self.session.get(instances).await.map_err(|failure| self.session.error(failure))?;
        Ok(values.into_iter().fold(Tables::default(), with))
    }

    pub(super) fn profile(&self) -> &'static Profile {
        self.profile
    }

    pub(super) fn switch_name(&self) -> &SwitchName {
        &self.name
    }

    fn job<'a>(&self, maps: &'a Maps, port: Option<&'a PortName>) -> Job<'a> {
        Job { profile: self.profile, maps, port }
    }

    fn context(&self, tables: &Tables) -> Context<'_> {
        Context {
            profile: self.profile,
            identity: translate::identity(&self.name, &self.profile.name, tables),
            capabilities: self.capabilities(),
            read_at: Timestamp::from_system(SystemTime::now()),
            power_budget: self.power_budget,
        }
    }

    fn may_write(&self) -> Result<(), Error> {
        if !self.session.can_write() {
            return Err(Error::NotPossible {
                switch: self.name.clone(),
                what: "no credential for writing".to_owned(),
                hint: Some(format!("name one under switches.{}.write", self.name)),
            });
        }
        if !self.may_write {
            return Err(Error::NotPossible {
                switch: self.name.clone(),
                what: format!("the profile {} knows only the standards, so nothing is written", self.profile.name),
                hint: Some(format!(
                    "set switches.{}.allow_generic_write: true when you have tried it on this kind of switch",
                    self.name
                )),
            });
        }
        Ok(())
    }

    pub(super) async fn send(&self, port: Option<&PortName>, request: &Request) -> Result<(), Error> {
        let values: Vec<(Arcs, Scalar)> = request.iter().map(|write| (write.oid.clone(), write.value.clone())).collect();
        let Err(failure) = self.session.set(&values).await else { return Ok(()) };
        // Asked with the credential for reading: silence to the other one alone says something about it.
        let reads = matches!(failure, Failure::Silent { .. }) && self.get(&[joined(mib::SYS_UP_TIME, &[0])]).await.is_ok();
        Err(self.write_error(port, request, failure, reads))
    }

    /// A failed write, with the object that the status is about, or the first.
    fn write_error(&self, port: Option<&PortName>, request: &Request, failure: Failure, reads: bool) -> Error {
        let position = match &failure {
            Failure::Status { position, .. } => position.saturating_sub(1),
            Failure::Silent { .. } | Failure::Other(_) => 0,
        };
        let write = request.get(position).or_else(|| request.first());
        let (object, value) = write.map(|write| (write.object.clone(), write.words.clone())).unwrap_or_default();
        let (switch, port) = (self.name.clone(), port.cloned());
        match failure {
            Failure::Silent { tries, .. } => Error::WriteUnanswered { switch, port, object, value, tries, reads },
            Failure::Status { status, .. } => Error::Refused { switch, port, object, value, status: status.to_string() },
            Failure::Other(error) => error,
        }
    }

    pub(super) fn not_possible(&self, what: String) -> Error {
        Error::NotPossible { switch: self.name.clone(), what, hint: None }
    }
}

#[async_trait]
impl Switch for SnmpSwitch {
    fn name(&self) -> &SwitchName {
        &self.name
    }

    async fn identify(&self) -> Result<SwitchIdentity, Error> {
        let tables = self.get(&system_instances()).await?;
        Ok(translate::identity(&self.name, &self.profile.name, &tables))
    }

    async fn read(&self, scope: Scope<'_>) -> Result<SwitchState, Error> {
        match scope {
            Scope::Everything => self.read_everything().await,
            Scope::Step { port, change } => self.read_step(port, change).await,
        }
    }

    async fn write(&self, port: Option<&PortName>, change: &Change) -> Result<(), Error> {
        self.may_write()?;
        let _turn = self.one_write.lock().await;
        let (maps, current) = self.read_about(port, change).await?;
        let writing = writes::writing(self.job(&maps, port), change, &current).map_err(|what| self.not_possible(what))?;
        let Some(hold) = &writing.hold else { return self.carry_out(port, &writing.acts).await };
        self.take(hold).await?;
        let done = self.carry_out(port, &writing.acts).await;
        done.and(self.send(port, &hold.give_back).await)
    }

    async fn persist(&self) -> Result<Persistence, Error> {
        if !matches!(self.profile.save, Save::NotSupported | Save::Automatic) {
            self.may_write()?;
        }
        let _turn = self.one_write.lock().await;
        self.save().await
    }

    async fn saves_each_write(&self) -> Result<bool, Error> {
        self.implicit_save().await
    }

    async fn save_each_write(&self, saves: bool) -> Result<(), Error> {
        self.may_write()?;
        let _turn = self.one_write.lock().await;
        self.set_implicit_save(saves).await
    }

    fn effort(&self) -> Option<Effort> {
        Some(Effort { requests: self.session.requests(), varbinds: self.session.varbinds() })
    }

    fn settle(&self) -> Duration {
        self.profile.settle()
    }
}

impl SnmpSwitch {
    /// One act after another, until one fails.
    async fn carry_out(&self, port: Option<&PortName>, acts: &[Act]) -> Result<(), Error> {
        for act in acts {
            match act {
                Act::Set(request) => self.send(port, request).await?,
                Act::Await { object, oid, busy, good, names } => self.wait(object, oid, *busy, *good, names).await?,
            }
        }
        Ok(())
    }

    /// Takes what one manager at a time may have; a refusal tells who has it.
    async fn take(&self, hold: &Hold) -> Result<(), Error> {
        let Err(mut error) = self.send(None, &hold.take).await else { return Ok(()) };
        let Ok(tables) = self.get(std::slice::from_ref(&hold.owner)).await else { return Err(error) };
        let owner = tables.text(&hold.owner, &[]).unwrap_or_default();
        match &mut error {
            Error::Refused { status, .. } if status.starts_with(IN_USE) => {
                let owner = if owner.is_empty() { "another manager" } else { &owner };
                *status = format!("{status}: {owner} is using it");
            }
            // It may have been taken for us; who else takes it says so at once.
            Error::WriteUnanswered { .. } if owner.is_empty() => drop(self.send(None, &hold.give_back).await),
            _ => {}
        }
        Err(error)
    }

    /// Waits while the object is busy; whatever it is then but good is a refusal.
    async fn wait(&self, object: &str, oid: &Arcs, busy: i64, good: i64, names: &[String]) -> Result<(), Error> {
        let refused = |status: String| Error::Refused {
            switch: self.name.clone(),
            port: None,
            object: object.to_owned(),
            value: good.to_string(),
            status,
        };
        let started = Instant::now();
        loop {
            match self.get(std::slice::from_ref(oid)).await?.number(oid, &[]) {
                Some(value) if value == good => return Ok(()),
                Some(value) if value != busy => {
                    return Err(refused(profile::name_of(value, names).map_or_else(|| format!("it is {value}"), str::to_owned)));
                }
                _ if started.elapsed() >= LONGEST_WAIT => return Err(refused(format!("not done after {LONGEST_WAIT:?}"))),
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }
}

/// How a request for what another manager has is refused.
const IN_USE: &str = "inconsistentValue";

/// Whether the port's ifIndex still has the port's name.
fn still_true(maps: &Maps, port: Option<&PortName>, tables: &Tables) -> bool {
    let Some((index, interface)) = port.and_then(|port| translate::find(maps, port)) else { return true };
    tables.text(mib::IF_NAME, &[index.0]) == interface.if_name && tables.text(mib::IF_DESCR, &[index.0]) == interface.description
}

fn with(mut tables: Tables, (oid, value): (Arcs, crate::switch::snmp::tables::Datum)) -> Tables {
    tables.insert(oid, value);
    tables
}

fn system_instances() -> [Arcs; 4] {
    [mib::SYS_DESCR, mib::SYS_OBJECT_ID, mib::SYS_UP_TIME, mib::SYS_NAME].map(|object| joined(object, &[0]))
}

fn choose_profile(target: &Target, system: &Tables) -> Result<&'static Profile, Error> {
    let impossible = |what: String, hint: String| Error::NotPossible { switch: target.name.clone(), what, hint: Some(hint) };
    if let Some(name) = target.profile.as_deref().filter(|name| *name != "auto") {
        return catalogue::by_name(name).ok_or_else(|| {
            let known: Vec<_> = catalogue::built_in().iter().map(|profile| profile.name.as_str()).collect();
            impossible(format!("no profile is called {name}"), format!("use auto or one of {}", known.join(", ")))
        });
    }
    let object_id = system.get(mib::SYS_OBJECT_ID, &[0]).and_then(|value| value.oid()).unwrap_or_default();
    let description = system.text(mib::SYS_DESCR, &[0]).unwrap_or_default();
    catalogue::fitting(object_id, &description)
        .ok_or_else(|| impossible("no profile fits it".to_owned(), format!("name one under switches.{}.profile", target.name)))
}
