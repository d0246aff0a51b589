//! Answering GET, GETNEXT and SET from a simulated switch (RFC 3416 §4.2). I/O.
//!
//! A SET is tried on a copy of the switch varbind by varbind before anything is changed, so a request may create a row and fill it,
//! in that order. Not supported: columns of a new VLAN before its RowStatus.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use snmp::BoxFuture;
use snmp::GetNextResult;
use snmp::GetResult;
use snmp::HandlerResult;
use snmp::MibHandler;
use snmp::Oid;
use snmp::PreparedSet;
use snmp::RequestContext;
use snmp::SetCommitError;
use snmp::SetCommitResult;
use snmp::SetTestError;
use snmp::SetTestResult;
use snmp::SetUndoResult;
use snmp::Value;
use snmp::VarBind;

use crate::lab::fault::Treatment;
use crate::lab::plant::Plant;
use crate::lab::state::Config;
use crate::lab::state::Refusal;
use crate::lab::state::Switch;
use crate::lab::state::Write;

use super::oids;
use super::table::Table;
use super::write;

/// The objects of one agent.
pub(super) struct Handler(Arc<Core>);

struct Core {
    plant: Arc<Plant>,
    /// The table, and the number of changes it shows.
    table: Mutex<Option<(u64, Arc<Table>)>>,
    session: Mutex<Session>,
}

/// What is remembered between the steps of requests.
#[derive(Default)]
struct Session {
    /// The request under test, and the switch as it would be after the varbinds so far.
    trial: Option<(i32, Switch)>,
    /// The request whose answers are lost.
    lost: Option<(SocketAddr, i32)>,
}

impl Core {
    fn table(&self) -> Arc<Table> {
        let mut cached = lock(&self.table);
        self.plant.read_numbered(|switch, revision| match &*cached {
            Some((shown, table)) if *shown == revision => Arc::clone(table),
            _ => {
                let table = Arc::new(Table::of(switch));
                *cached = Some((revision, Arc::clone(&table)));
                table
            }
        })
    }

    fn value(&self, oid: &[u32], value: &Value) -> Value {
        if oid == oids::SYS_UP_TIME { Value::TimeTicks(self.plant.now_cs()) } else { value.clone() }
    }

    fn look_up(&self, oid: &[u32]) -> GetResult {
        let table = self.table();
        match table.get(oid) {
            Some(value) => GetResult::Value(self.value(oid, value)),
            None if oid.split_last().is_some_and(|(_, column)| table.has_below(column)) => GetResult::NoSuchInstance,
            None => GetResult::NoSuchObject,
        }
    }

    /// Tries a varbind on top of those of the same request that were tried before it.
    fn test(&self, request: i32, oid: &[u32], value: &Value) -> Result<Write, Refusal> {
        let mut session = lock(&self.session);
        let mut switch = match session.trial.take() {
            Some((tested, switch)) if tested == request => switch,
            _ => self.plant.read(Switch::clone),
        };
        let write = write::decode(&switch, oid, value)?;
        switch.apply(&write, self.plant.now_cs())?;
        session.trial = Some((request, switch));
        Ok(write)
    }

    /// Performs a write; the configuration before it, and what becomes of the answer.
    fn commit(&self, write: &Write) -> Result<(Config, Treatment), Refusal> {
        lock(&self.session).trial = None;
        let now = self.plant.now_cs();
        self.plant.change(|switch| {
            let before = switch.config.clone();
            let treatment = switch.quirks.treat(write);
            match &treatment {
                Treatment::Refuse => {}
                Treatment::Obey | Treatment::LoseReply => switch.apply(write, now)?,
                Treatment::Instead(other) => switch.apply(other, now)?,
            }
            Ok((before, treatment))
        })
    }

    /// Whether the answers to this request are lost.
    fn is_lost(&self, ctx: &RequestContext) -> bool {
        lock(&self.session).lost == Some((ctx.source(), ctx.request_id()))
    }
}

impl Handler {
    /// The objects of this switch.
    pub(super) fn new(plant: Arc<Plant>) -> Self {
        Self(Arc::new(Core { plant, table: Mutex::default(), session: Mutex::default() }))
    }
}

impl MibHandler for Handler {
    fn get<'a>(&'a self, _ctx: &'a RequestContext, oid: &'a Oid) -> BoxFuture<'a, HandlerResult<GetResult>> {
        Box::pin(async move { Ok(self.0.look_up(oid.arcs())) })
    }

    fn get_next<'a>(&'a self, _ctx: &'a RequestContext, oid: &'a Oid) -> BoxFuture<'a, HandlerResult<GetNextResult>> {
        Box::pin(async move {
            Ok(match self.0.table().next(oid.arcs()) {
                Some((next, value)) => {
                    let value = self.0.value(next.arcs(), value);
                    GetNextResult::Value(VarBind::new(next, value))
                }
                None => GetNextResult::EndOfMibView,
            })
        })
    }

    fn test_set<'a>(&'a self, ctx: &'a RequestContext, oid: &'a Oid, value: &'a Value) -> BoxFuture<'a, SetTestResult> {
        Box::pin(async move {
            if self.0.is_lost(ctx) {
                end_without_answer();
            }
            match self.0.test(ctx.request_id(), oid.arcs(), value) {
                Ok(write) => Ok(Box::new(Prepared { core: Arc::clone(&self.0), write, before: None }) as Box<dyn PreparedSet>),
                Err(refusal) => Err(status(refusal)),
            }
        })
    }
}

/// One varbind of a SET that passed its test.
struct Prepared {
    core: Arc<Core>,
    write: Write,
    before: Option<Config>,
}

impl PreparedSet for Prepared {
    fn commit<'a>(&'a mut self, ctx: &'a RequestContext, _oid: &'a Oid, _value: &'a Value) -> BoxFuture<'a, SetCommitResult> {
        Box::pin(async move {
            let (before, treatment) = self.core.commit(&self.write).map_err(|_| SetCommitError::Failed)?;
            self.before = Some(before);
            match treatment {
                Treatment::Obey | Treatment::Instead(_) => Ok(()),
                Treatment::Refuse => Err(SetCommitError::Failed),
                Treatment::LoseReply => {
                    lock(&self.core.session).lost = Some((ctx.source(), ctx.request_id()));
                    end_without_answer()
                }
            }
        })
    }

    fn undo<'a>(&'a mut self, _ctx: &'a RequestContext, _oid: &'a Oid, _value: &'a Value) -> BoxFuture<'a, SetUndoResult> {
        let before = self.before.take();
        Box::pin(async move {
            if let Some(before) = before {
                self.core.plant.change(|switch| switch.config = before);
            }
            Ok(())
        })
    }

    fn free<'a>(&'a mut self, _ctx: &'a RequestContext, _oid: &'a Oid, _value: &'a Value) -> BoxFuture<'a, ()> {
        lock(&self.core.session).trial = None;
        Box::pin(async {})
    }
}

/// Ends the task that would send the answer, as the loss of the datagram would. The agent has no gentler way; the panic hook is
/// not called, so nothing is printed.
fn end_without_answer() -> ! {
    std::panic::resume_unwind(Box::new("the answer is lost"))
}

const fn status(refusal: Refusal) -> SetTestError {
    match refusal {
        Refusal::NotWritable => SetTestError::NotWritable,
        Refusal::WrongType => SetTestError::WrongType,
        Refusal::WrongLength => SetTestError::WrongLength,
        Refusal::WrongValue => SetTestError::WrongValue,
        Refusal::NoCreation => SetTestError::NoCreation,
        Refusal::InconsistentName => SetTestError::InconsistentName,
        Refusal::InconsistentValue => SetTestError::InconsistentValue,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
