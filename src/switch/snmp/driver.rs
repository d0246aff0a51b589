//! A switch over SNMP as a [`Switch`]: identify, read, write, persist. I/O.
//!
//! All writes of one switch go one after another, because a PortList is one row that all ports share and SNMP has no lock for it.
//! The numbers of a port are proved anew before each use: an agent that restarted may have renumbered its interfaces.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;

use crate::switch::driver::{Leaving, NotLogged, Persistence, RequestStats, Scope, Switch, WriteLog};
use crate::switch::error::{Error, Refusal};
use crate::switch::snmp::agent::{Agent, no_write_credential};
use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{self, Profile, Save, catalogue};
use crate::switch::snmp::read::maps::{Maps, proof_of_name};
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::state::{self, Context};
use crate::switch::snmp::read::text::text_at;
use crate::switch::snmp::read::vlan_contexts::{NOT_READABLE, VlanContexts};
use crate::switch::snmp::read::{firmware, guards, subtrees, traffic};
use crate::switch::snmp::target::Target;
use crate::switch::snmp::write::request::{Action, Lock, Request, WriteContext, in_words, is_shared};
use crate::switch::snmp::write::{self, save};
use model::change::Change;
use model::ids::{PortName, SwitchName};
use model::switch::{SwitchCapabilities, SwitchIdentity, SwitchState};
use model::timestamp::Timestamp;
use model::traffic::TrafficSample;
use model::units::Milliwatts;
use snmp::manager::{Cut, Socket, Tables, Walked};
use snmp::{ErrorStatus, Oid};

/// How often a switch that is busy is asked.
const POLL: Duration = Duration::from_millis(100);
/// How long it may be busy with one change.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// One switch over SNMP.
pub struct SnmpSwitch {
    agent: Agent,
    contexts: VlanContexts,
    /// As this switch's firmware has it.
    profile: Cow<'static, Profile>,
    /// What of the profile its firmware does not prove.
    unproved: Option<String>,
    may_write: bool,
    power_budget: Option<Milliwatts>,
    maps: Mutex<Option<Arc<Maps>>>,
    /// What it last said of its uptime, in hundredths of a second.
    uptime: Mutex<Option<u32>>,
    /// It does not let snmpSetSerialNo be written.
    without_serial: AtomicBool,
    one_write: tokio::sync::Mutex<()>,
}

/// Subtrees that were cut, and the same in words.
#[derive(Default)]
struct Missed {
    notes: Vec<String>,
    cut: Vec<(Oid, Cut)>,
}

impl SnmpSwitch {
    /// Resolves the address, asks the switch who it is and chooses the profile.
    pub async fn connect(socket: &Socket, target: Target) -> Result<Self, Error> {
        let agent = Agent::open(socket, &target).await?;
        let profile = choose_profile(&target, &agent.probe(&system_instances()).await?)?;
        let (profile, unproved) = match firmware::columns(profile) {
            columns if columns.is_empty() => (Cow::Borrowed(profile), None),
            columns => firmware::settled(profile, &whole(agent.walk(&columns, &[]).await?)),
        };
        Ok(Self {
            may_write: agent.can_write() && (!profile.generic || target.allow_generic_write),
            contexts: VlanContexts::new(&target),
            agent,
            profile,
            unproved,
            power_budget: target.power_budget,
            maps: Mutex::new(None),
            uptime: Mutex::new(None),
            without_serial: AtomicBool::new(false),
            one_write: tokio::sync::Mutex::new(()),
        })
    }

    /// What can be done with this switch, its profile and the credentials given.
    pub fn capabilities(&self) -> SwitchCapabilities {
        let capabilities = profile::capabilities(&self.profile);
        if self.may_write { capabilities } else { profile::read_only(capabilities) }
    }

    async fn read_everything(&self) -> Result<SwitchState, Error> {
        let mut missed = Missed::default();
        let roots = [subtrees::maps(&self.profile), subtrees::facts(&self.profile)].concat();
        let mut tables = self.walk(&roots, &subtrees::singles(), &mut missed).await?;
        let maps = self.keep(Maps::of(&self.profile, &tables, &missed.cut));
        let details = subtrees::details(&self.profile, &maps.interfaces, &tables);
        if !details.is_empty() {
            tables.merge(self.walk(&details, &[], &mut missed).await?);
        }
        let (contexts, unread) = self.contexts.forwarding(&self.agent, &self.profile, &tables).await;
        let mut state = state::state(self.context(&tables), &maps, &tables, &contexts);
        let Missed { notes, cut } = missed;
        let in_contexts = unread.is_some().then(|| NOT_READABLE.to_owned());
        state.unread = guards::unread(&self.profile, &cut).into_iter().chain(unread).collect();
        state.notes.extend(self.unproved.iter().cloned().chain(notes).chain(in_contexts));
        Ok(state)
    }

    async fn read_step(&self, port: Option<&PortName>, change: &Change) -> Result<SwitchState, Error> {
        let (maps, tables) = self.read_about(port, change).await?;
        let mut state = state::facts_of_switch(self.context(&tables), &tables);
        let Some(name) = port else { return Ok(state) };
        let job = self.write_context(&maps, Some(name));
        let port = job.port().map_err(|what| self.agent.not_possible(&what))?;
        state.ports.insert(port.interface.name.clone(), state::port_state(&self.profile, &maps, &tables, port));
        Ok(state)
    }

    /// The instances a change is about, with maps that are proved to be still true for its port.
    async fn read_about(&self, port: Option<&PortName>, change: &Change) -> Result<(Arc<Maps>, Tables), Error> {
        let maps = self.maps().await?;
        let tables = self.read_instances(&maps, port, change).await?;
        if !self.restarted(&tables) && still_true(&maps, port, &tables) {
            return Ok((maps, tables));
        }
        let maps = self.learn_maps().await?;
        let tables = self.read_instances(&maps, port, change).await?;
        Ok((maps, tables))
    }

    async fn read_instances(&self, maps: &Maps, port: Option<&PortName>, change: &Change) -> Result<Tables, Error> {
        let mut instances = write::about(self.write_context(maps, port), change).map_err(|what| self.agent.not_possible(&what))?;
        instances.extend(system_instances());
        if write::shares_a_row(change) {
            instances.push(Oid::joined(mib::SET_SERIAL, &[0]));
        }
        if let Some(port) = port.and_then(|port| maps.find(port)) {
            instances.extend(proof_of_name(port.index));
        }
        self.agent.get(&instances).await
    }

    /// Whether the switch restarted since it was last heard: its ports may have other numbers by now.
    fn restarted(&self, tables: &Tables) -> bool {
        let Some(now) = tables.unsigned(mib::SYS_UP_TIME, &[0]) else { return false };
        let mut last = self.uptime.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(now).is_some_and(|before| now < before)
    }

    async fn maps(&self) -> Result<Arc<Maps>, Error> {
        let known = self.maps.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(maps) => Ok(maps),
            None => self.learn_maps().await,
        }
    }

    async fn learn_maps(&self) -> Result<Arc<Maps>, Error> {
        let mut missed = Missed::default();
        let tables = self.walk(&subtrees::maps(&self.profile), &[], &mut missed).await?;
        Ok(self.keep(Maps::of(&self.profile, &tables, &missed.cut)))
    }

    fn keep(&self, maps: Maps) -> Arc<Maps> {
        let maps = Arc::new(maps);
        *self.maps.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&maps));
        maps
    }

    /// Walks subtrees. One that was cut is a note.
    async fn walk(&self, subtrees: &[Oid], scalars: &[Oid], missed: &mut Missed) -> Result<Tables, Error> {
        let walked = self.agent.walk(subtrees, scalars).await?;
        missed.notes.extend(walked.cut.iter().map(|(root, why)| format!("{}: {why}", subtrees::name(&self.profile, root))));
        missed.cut.extend(walked.cut);
        Ok(walked.tables)
    }

    fn write_context<'a>(&'a self, maps: &'a Maps, port: Option<&'a PortName>) -> WriteContext<'a> {
        WriteContext { profile: &self.profile, maps, port, owner: "" }
    }

    fn context(&self, tables: &Tables) -> Context<'_> {
        Context {
            profile: &self.profile,
            identity: state::identity(self.agent.switch(), &self.profile.name, tables),
            capabilities: self.capabilities(),
            read_at: Timestamp::from_system(SystemTime::now()),
            power_budget: self.power_budget,
        }
    }

    fn may_write(&self) -> Result<(), Error> {
        let switch = self.agent.switch();
        if !self.agent.can_write() {
            return Err(no_write_credential(switch));
        }
        if !self.may_write {
            return Err(Error::NotPossible {
                switch: switch.clone(),
                what: format!("the profile {} knows only the standards, so nothing is written", self.profile.name),
                hint: Some(format!(
                    "set switches.{switch}.allow_generic_write: true when you have tried it on this kind of switch"
                )),
            });
        }
        Ok(())
    }
}

#[async_trait]
impl Switch for SnmpSwitch {
    fn name(&self) -> &SwitchName {
        self.agent.switch()
    }

    async fn identify(&self) -> Result<SwitchIdentity, Error> {
        let tables = self.agent.get(&identity_instances()).await?;
        Ok(state::identity(self.agent.switch(), &self.profile.name, &tables))
    }

    async fn read(&self, scope: Scope<'_>) -> Result<SwitchState, Error> {
        match scope {
            Scope::Everything => self.read_everything().await,
            Scope::Step { port, change } => self.read_step(port, change).await,
        }
    }

    async fn write(&self, port: Option<&PortName>, change: &Change, log: &dyn WriteLog) -> Result<(), Error> {
        self.may_write()?;
        let _turn = self.one_write.lock().await;
        let (maps, current) = self.read_about(port, change).await?;
        let of = WriteContext { owner: log.owner(), ..self.write_context(&maps, port) };
        let sequence = write::sequence(of, change, &current).map_err(|what| self.agent.not_possible(&what))?;
        let serial = self.serial(&current);
        let Some(lock) = &sequence.lock else { return self.carry_out(port, &sequence.actions, serial, log).await };
        self.announced(&Leaving::Hold, log, self.acquire(lock)).await?;
        let done = self.carry_out(port, &sequence.actions, serial, log).await;
        done.and(self.announced(&Leaving::Release, log, self.agent.set(port, &lock.release)).await)
    }

    async fn release(&self, owner: &str) -> Result<(), Error> {
        let Some(lock) = write::lock(&self.profile).map_err(|what| self.agent.not_possible(&what))? else { return Ok(()) };
        let holder = text_at(&self.agent.get_one(&lock.owner).await?, &lock.owner, &[]);
        // nobody's name: it was taken, and the name was not written yet
        match holder.as_deref() {
            None | Some("") => {}
            Some(holder) if holder == owner => {}
            Some(_) => return Ok(()),
        }
        let _turn = self.one_write.lock().await;
        self.agent.set(None, &lock.release).await
    }

    async fn unsaved_changes(&self) -> Result<Option<bool>, Error> {
        let objects = subtrees::unsaved(&self.profile);
        if objects.is_empty() {
            return Ok(None);
        }
        Ok(state::unsaved_changes(&self.profile, &self.agent.get(&objects).await?))
    }

    async fn persist(&self) -> Result<Persistence, Error> {
        if !matches!(&self.profile.save, Save::NotSupported | Save::Automatic) {
            self.may_write()?;
        }
        let _turn = self.one_write.lock().await;
        save::save(&self.agent, &self.profile.save).await
    }

    async fn auto_save(&self) -> Result<bool, Error> {
        save::auto_save(&self.agent, self.profile.implicit_save.as_ref()).await
    }

    async fn set_auto_save(&self, on: bool) -> Result<(), Error> {
        self.may_write()?;
        let _turn = self.one_write.lock().await;
        save::set_auto_save(&self.agent, self.profile.implicit_save.as_ref(), on).await
    }

    async fn try_write(&self, tell: &(dyn for<'o, 'v> Fn(&'o str, &'v str) + Sync)) -> Result<(), Error> {
        if !self.agent.can_write() {
            return Err(no_write_credential(self.agent.switch()));
        }
        let _turn = self.one_write.lock().await;
        write::own_value::try_write(&self.agent, tell).await
    }

    async fn traffic(&self) -> Result<TrafficSample, Error> {
        let (maps, up_time) = (self.maps().await?, [Oid::from(mib::SYS_UP_TIME)]);
        let mut tables = self.agent.walk(&traffic::wide(), &up_time).await?.tables;
        if traffic::lack_wide(&maps, &tables) {
            tables.merge(self.agent.walk(&traffic::narrow(), &up_time).await?.tables);
        }
        Ok(traffic::sample(&maps, &tables))
    }

    fn request_stats(&self) -> Option<RequestStats> {
        Some(self.agent.stats())
    }

    fn settle_time(&self) -> Duration {
        self.profile.settle_time()
    }
}

impl SnmpSwitch {
    /// Tells the log of a request before it leaves and when it was answered.
    async fn announced(
        &self,
        leaving: &Leaving,
        log: &dyn WriteLog,
        request: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Error> {
        log.leaving(leaving).map_err(|NotLogged| Error::NotLogged { switch: self.agent.switch().clone() })?;
        let answer = request.await;
        log.answered(leaving, answer.as_ref().copied());
        answer
    }

    /// One action after another, until one fails.
    async fn carry_out(
        &self,
        port: Option<&PortName>,
        actions: &[Action],
        mut serial: Option<i64>,
        log: &dyn WriteLog,
    ) -> Result<(), Error> {
        for action in actions {
            match action {
                Action::Set(request) => {
                    self.announced(&Leaving::Write(in_words(request)), log, self.set(port, request, serial)).await?;
                    serial = serial.filter(|_| is_shared(request)).map(next_serial).or(serial);
                }
                Action::Await { object, oid, busy, good, names } => self.wait(object, oid, *busy, *good, names).await?,
            }
        }
        Ok(())
    }

    /// A row that all ports share is written under the lock of managers, where the switch has one.
    async fn set(&self, port: Option<&PortName>, request: &Request, serial: Option<i64>) -> Result<(), Error> {
        if let Some(serial) = serial.filter(|_| is_shared(request)) {
            if let Some(answer) = self.agent.set_guarded(port, request, serial).await {
                return answer;
            }
            self.without_serial.store(true, Ordering::Relaxed);
        }
        self.agent.set(port, request).await
    }

    /// The lock's number, as it was read with what is to be written.
    fn serial(&self, current: &Tables) -> Option<i64> {
        // of a request with several objects such a switch carries out the first alone
        let usable = !self.profile.one_object_per_request && !self.without_serial.load(Ordering::Relaxed);
        current.number(mib::SET_SERIAL, &[0]).filter(|_| usable)
    }

    /// Takes what one manager at a time may have; a refusal tells who has it.
    async fn acquire(&self, lock: &Lock) -> Result<(), Error> {
        let Err(mut error) = self.agent.set(None, &lock.acquire).await else { return Ok(()) };
        let Ok(tables) = self.agent.get_one(&lock.owner).await else { return Err(error) };
        let owner = text_at(&tables, &lock.owner, &[]);
        match &mut error {
            Error::Refused { refusal, .. } if **refusal == Refusal::Status(IN_USE) => {
                **refusal = Refusal::Held { status: IN_USE, owner };
            }
            // It may have been taken for us; who else takes it says so at once.
            Error::WriteUnanswered { .. } if owner.is_none() => drop(self.agent.set(None, &lock.release).await),
            _ => {}
        }
        Err(error)
    }

    /// Waits while the object is busy; any final value other than `good` is reported as a refusal.
    async fn wait(&self, object: &str, oid: &Oid, busy: i64, good: i64, names: &[String]) -> Result<(), Error> {
        let refused = |refusal: Refusal| Error::Refused {
            switch: self.agent.switch().clone(),
            port: None,
            object: object.to_owned(),
            value: good.to_string(),
            refusal: Box::new(refusal),
        };
        let started = Instant::now();
        loop {
            match self.agent.get_one(oid).await?.number(oid, &[]) {
                Some(value) if value == good => return Ok(()),
                Some(value) if value != busy => {
                    let name = profile::name_of(value, names).map(str::to_owned);
                    return Err(refused(Refusal::Ended { value, name }));
                }
                _ if started.elapsed() >= LONGEST_WAIT => return Err(refused(Refusal::NotDone(LONGEST_WAIT))),
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }
}

/// What snmpSetSerialNo is after a write (RFC 2579 TestAndIncr).
fn next_serial(serial: i64) -> i64 {
    if serial >= i64::from(i32::MAX) { 0 } else { serial + 1 }
}

/// How a request for what another manager has is refused.
const IN_USE: ErrorStatus = ErrorStatus::INCONSISTENT_VALUE;

/// Whether the port's ifIndex still has the port's name.
fn still_true(maps: &Maps, port: Option<&PortName>, tables: &Tables) -> bool {
    let Some(Port { index, interface, .. }) = port.and_then(|port| maps.find(port)) else { return true };
    text_at(tables, mib::IF_NAME, &[index.0]) == interface.if_name
        && text_at(tables, mib::IF_DESCR, &[index.0]) == interface.description
}

/// What was read, or nothing where that is not all: a part proves nothing.
fn whole(walked: Walked) -> Tables {
    if walked.cut.is_empty() { walked.tables } else { Tables::default() }
}

fn system_instances() -> [Oid; 4] {
    [mib::SYS_DESCR, mib::SYS_OBJECT_ID, mib::SYS_UP_TIME, mib::SYS_NAME].map(|object| Oid::joined(object, &[0]))
}

/// What tells a switch from another one of its kind, besides its kind.
fn identity_instances() -> Vec<Oid> {
    let scalars = [mib::ENGINE_ID, mib::BASE_BRIDGE_ADDRESS].map(|object| Oid::joined(object, &[0]));
    let serials = state::CHASSIS.map(|chassis| Oid::joined(mib::ENT_SERIAL, &[chassis]));
    system_instances().into_iter().chain(scalars).chain(serials).collect()
}

fn choose_profile(target: &Target, system: &Tables) -> Result<&'static Profile, Error> {
    let impossible = |what: String, hint: String| Error::NotPossible { switch: target.name.clone(), what, hint: Some(hint) };
    if let Some(name) = target.profile.as_deref().filter(|name| *name != "auto") {
        return catalogue::by_name(name).ok_or_else(|| {
            let known: Vec<_> = catalogue::built_in().iter().map(|profile| profile.name.as_str()).collect();
            impossible(format!("no profile is called {name}"), format!("use auto or one of {}", known.join(", ")))
        });
    }
    let object_id = system.get(mib::SYS_OBJECT_ID, &[0]).and_then(|value| value.oid().cloned()).unwrap_or_default();
    // Whatever bytes are in it: one that is no text, in a notice, must not hide the rest.
    let description = system.bytes(mib::SYS_DESCR, &[0]).map(String::from_utf8_lossy).unwrap_or_default();
    catalogue::fitting(&object_id, description.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace()))
        .ok_or_else(|| impossible("no profile fits it".to_owned(), format!("name one under switches.{}.profile", target.name)))
}
