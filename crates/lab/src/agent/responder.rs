//! What the agent of a simulated switch does with a request: it reads its table or changes the switch, as the switch's faults have it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use model::ids::VlanId;
use snmp::agent::{EngineClock, Handler, Mib, Object, Objects, Requester, respond};
use snmp::{ErrorStatus, Kind, Pdu, Value};

use super::set::Answer;
use super::{catalyst, families, faulty, oids, set};
use crate::fabric::Fabric;
use crate::switch::family::Family;
use crate::switch::fault::Fault;
use crate::switch::shared::SharedSwitch;

/// By how much a clock that is lost is wrong at every request, in seconds.
const ASTRAY: u32 = 1000;

/// The number of changes in a table, and when its counters were refreshed.
type Shown = (u64, u32);

/// What the answers of one agent are made of.
pub(crate) struct Responder {
    switch: Arc<SharedSwitch>,
    fabric: Arc<Fabric>,
    /// The tables by VLAN of their context, and what they show.
    tables: BTreeMap<Option<VlanId>, (Shown, Arc<Objects>)>,
    /// Requests whose answers are lost, however often they are repeated.
    lost: BTreeSet<(SocketAddr, i32)>,
    /// How long the answer just made takes.
    delay: Duration,
    /// Messages of SNMPv3 so far.
    secured: u32,
}

impl Responder {
    /// For this switch.
    pub(crate) const fn new(switch: Arc<SharedSwitch>, fabric: Arc<Fabric>) -> Self {
        Self { switch, fabric, tables: BTreeMap::new(), lost: BTreeSet::new(), delay: Duration::ZERO, secured: 0 }
    }

    /// How long the answer just made takes.
    pub(crate) const fn take_delay(&mut self) -> Duration {
        std::mem::replace(&mut self.delay, Duration::ZERO)
    }

    fn set(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        self.switch.count_set();
        let asked = respond::rows(pdu)?;
        let refuse = |status, index| Some(respond::refusal(requester, pdu, &asked, status, index));
        if let Some(at) = respond::not_writable(requester, &asked) {
            return refuse(ErrorStatus::NO_ACCESS, at);
        }
        let request = (requester.from, pdu.request_id);
        if self.lost.contains(&request) {
            return None;
        }
        let now = self.switch.now_cs();
        match self.switch.change(|switch| set::carry_out(switch, &asked, now)) {
            Answer::Done => Some(respond::response(pdu, &asked)),
            Answer::Refused(status, index) => refuse(status, index),
            Answer::Lost => {
                self.lost.insert(request);
                None
            }
            Answer::Restarts => {
                self.switch.restart();
                None
            }
        }
    }

    fn read(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        let table = self.table(requester.context)?;
        let timed = Timed { table: &table, up_time: Object::new(oids::SYS_UP_TIME, Value::TimeTicks(self.switch.now_cs())) };
        let faults: Vec<Fault> = self.switch.read(|switch| switch.faults.iter().cloned().collect());
        faulty::read(&timed, &faults, requester, pdu)
    }

    /// `None` for a context that the switch does not have: it is silent then.
    fn table(&mut self, context: &[u8]) -> Option<Arc<Objects>> {
        self.fabric.refresh();
        let (tables, now) = (&mut self.tables, self.switch.now_cs());
        self.switch.read_numbered(|switch, revision| {
            let vlan = match switch.layout.family {
                Family::Catalyst => Some(catalyst::vlan_of(context, switch)?),
                _ => None,
            };
            let shown = (revision, switch.refresh.last_cs(now));
            match tables.get(&vlan) {
                Some((cached, table)) if *cached == shown => Some(Arc::clone(table)),
                _ => {
                    let table = Arc::new(families::table(switch, vlan, now).into_objects());
                    tables.insert(vlan, (shown, Arc::clone(&table)));
                    Some(table)
                }
            }
        })
    }

    /// How long a request for these objects takes.
    fn slowness(&self, answered: &Pdu<'_>, pdu: &Pdu<'_>) -> Duration {
        let touched = |root: &[u32]| faulty::is_shown(answered, root) || faulty::is_shown(pdu, root);
        let slow = |fault: &Fault| match fault {
            Fault::Slow(root, time) if touched(root) => Some(*time),
            _ => None,
        };
        self.switch.read(|switch| switch.faults.find(slow)).unwrap_or_default()
    }
}

impl Handler for Responder {
    fn respond(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        let answered = if pdu.kind == Kind::Set { self.set(requester, pdu)? } else { self.read(requester, pdu)? };
        self.delay = self.slowness(&answered, pdu);
        Some(answered)
    }

    fn engine_clock(&mut self) -> EngineClock {
        self.secured = self.secured.wrapping_add(1);
        let astray = if self.switch.read(|switch| switch.faults.has(&Fault::LosesClock)) { ASTRAY } else { 0 };
        let seconds = (self.switch.now_cs() / 100).wrapping_add(astray.wrapping_mul(self.secured));
        EngineClock { boots: Some(self.switch.boots()), seconds }
    }
}

/// The table with the time of now.
struct Timed<'t> {
    table: &'t Objects,
    up_time: Object,
}

impl Timed<'_> {
    fn of_now<'a>(&'a self, name: &[u32], object: &'a Object) -> &'a Object {
        if name == oids::SYS_UP_TIME { &self.up_time } else { object }
    }
}

impl Mib for Timed<'_> {
    fn get(&self, name: &[u32]) -> Option<&Object> {
        self.table.get(name).map(|object| self.of_now(name, object))
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Object)> {
        self.behind(name).next()
    }

    fn behind<'a>(&'a self, name: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Object)> {
        self.table.behind(name).map(|(name, object)| (name, self.of_now(name, object)))
    }
}
