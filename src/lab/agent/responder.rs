//! From a request to its answer: GET, GETNEXT, GETBULK and SET (RFC 3416 §4.2; RFC 3584 §4 for SNMPv1). Pure.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::lab::plant::Plant;
use crate::lab::quirk::Quirk;
use crate::lab::state::Switch;
use snmp::{Bindings, ErrorStatus, Kind, Pdu, Value};

use super::oids;
use super::set::{self, Answer};
use super::table::Table;

/// What the answers of one agent are made of.
pub(super) struct Responder {
    plant: Arc<Plant>,
    /// The table, and the number of changes it shows.
    table: Option<(u64, Arc<Table>)>,
    /// Requests whose answers are lost, however often they are repeated.
    lost: BTreeSet<(SocketAddr, i32)>,
}

/// Who asks, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    /// Where from.
    pub(super) from: SocketAddr,
    /// Whether they may write.
    pub(super) writes: bool,
    /// Whether they speak SNMPv1.
    pub(super) version_1: bool,
    /// Whether the answer is encrypted.
    pub(super) encrypted: bool,
    /// Octets that the bindings of an answer may have.
    pub(super) room: usize,
}

/// An answer, and how long it takes.
pub(super) struct Reply {
    pub(super) pdu: Pdu<'static>,
    pub(super) after: Duration,
}

type Row = (Vec<u32>, Value<'static>);

impl Responder {
    /// For this switch.
    pub(super) const fn new(plant: Arc<Plant>) -> Self {
        Self { plant, table: None, lost: BTreeSet::new() }
    }

    /// The answer to a request; `None` for silence.
    pub(super) fn answer(&mut self, who: Asker, pdu: &Pdu<'_>) -> Option<Reply> {
        let mut asked = Vec::new();
        for binding in pdu.bindings.iter() {
            let binding = binding.ok()?;
            asked.push((binding.name.arcs().collect::<Vec<u32>>(), binding.value.into_owned()));
        }
        let refuse = |status, index| refusal(pdu, &asked, version(who, status), index);
        let answered = match pdu.kind {
            Kind::Set if !who.writes => refuse(ErrorStatus::NO_ACCESS, 1),
            Kind::Set => match self.set(who, pdu.request_id, &asked)? {
                Ok(()) => response(pdu, &asked),
                Err((status, index)) => refuse(status, index),
            },
            Kind::GetBulk if who.version_1 => return None,
            Kind::Get | Kind::GetNext | Kind::GetBulk => self.read(who, pdu, &asked),
            Kind::Response | Kind::Report => return None,
        };
        let after = self.plant.read(|switch| slowness(switch, &answered, &asked));
        Some(Reply { pdu: answered, after })
    }

    fn read(&mut self, who: Asker, pdu: &Pdu<'_>, asked: &[Row]) -> Pdu<'static> {
        let table = self.table();
        let up_time = self.plant.now_cs();
        let rows = match pdu.kind {
            Kind::Get => asked.iter().map(|(name, _)| (name.clone(), look_up(&table, name))).collect(),
            Kind::GetNext => next(&table, asked),
            _ => self.bulk(&table, pdu, asked, who.room),
        };
        let rows: Vec<Row> = rows
            .into_iter()
            .map(|(name, value)| if name == oids::SYS_UP_TIME { (name, Value::TimeTicks(up_time)) } else { (name, value) })
            .collect();
        if let (true, Some(at)) = (who.version_1, (1..).zip(&rows).find_map(|(at, (_, value))| value.is_exception().then_some(at)))
        {
            return refusal(pdu, asked, ErrorStatus::NO_SUCH_NAME, at);
        }
        let answered = response(pdu, &rows);
        let size = answered.bindings.size();
        let limit = |wanted: fn(&Quirk) -> Option<usize>| self.plant.read(|switch| switch.quirks.find(wanted));
        let largest = limit(|quirk| if let Quirk::LargestAnswer(octets) = quirk { Some(*octets) } else { None });
        let encrypted = limit(|quirk| if let Quirk::LargestEncrypted(octets) = quirk { Some(*octets) } else { None });
        if size > largest.unwrap_or(who.room).min(who.room) {
            return refusal(pdu, asked, ErrorStatus::TOO_BIG, 0);
        }
        if pdu.kind == Kind::GetBulk && who.encrypted && encrypted.is_some_and(|octets| size > octets) {
            return refusal(pdu, asked, ErrorStatus::GEN_ERR, 0);
        }
        answered
    }

    /// As many rows as there is room for (RFC 3416 §4.2.3).
    fn bulk(&self, table: &Table, pdu: &Pdu<'_>, asked: &[Row], room: usize) -> Vec<Row> {
        let (once, more) = asked.split_at_checked(pdu.non_repeaters()).unwrap_or((asked, &[]));
        let mut rows = next(table, once);
        let skips = pdu.max_repetitions() > 55 && self.plant.read(|switch| switch.quirks.has(&Quirk::SkipsAbove55));
        let mut at = more.to_vec();
        let mut bindings = response(pdu, &rows).bindings;
        for repetition in 0..pdu.max_repetitions() {
            at = next(table, &at);
            if skips && repetition % 7 == 3 {
                continue;
            }
            for (name, value) in &at {
                bindings.push(name, value);
                if bindings.size() > room {
                    return rows;
                }
                rows.push((name.clone(), value.clone()));
            }
            if at.iter().all(|(_, value)| *value == Value::EndOfMibView) {
                break;
            }
        }
        rows
    }

    fn set(&mut self, who: Asker, request: i32, asked: &[Row]) -> Option<Result<(), (ErrorStatus, i32)>> {
        if self.lost.contains(&(who.from, request)) {
            return None;
        }
        let now = self.plant.now_cs();
        match self.plant.change(|switch| set::carry_out(switch, asked, now)) {
            Answer::Done => Some(Ok(())),
            Answer::Refused(status, index) => Some(Err((status, index))),
            Answer::Lost => {
                self.lost.insert((who.from, request));
                None
            }
            Answer::Restarts => {
                self.plant.restart();
                None
            }
        }
    }

    fn table(&mut self) -> Arc<Table> {
        let cached = &mut self.table;
        self.plant.read_numbered(|switch, revision| match cached {
            Some((shown, table)) if *shown == revision => Arc::clone(table),
            _ => {
                let table = Arc::new(Table::of(switch));
                *cached = Some((revision, Arc::clone(&table)));
                table
            }
        })
    }
}

fn look_up(table: &Table, name: &[u32]) -> Value<'static> {
    match table.get(name) {
        Some(value) => value.clone(),
        None if name.split_last().is_some_and(|(_, column)| table.has_below(column)) => Value::NoSuchInstance,
        None => Value::NoSuchObject,
    }
}

fn next(table: &Table, after: &[Row]) -> Vec<Row> {
    let one = |(name, _): &Row| table.next(name).unwrap_or_else(|| (name.clone(), Value::EndOfMibView));
    after.iter().map(one).collect()
}

fn response(pdu: &Pdu<'_>, rows: &[Row]) -> Pdu<'static> {
    let mut bindings = Bindings::default();
    for (name, value) in rows {
        bindings.push(name, value);
    }
    Pdu::response(pdu.request_id, bindings)
}

/// Refusals repeat the request; tooBig has nothing in it (RFC 3416 §4.2.1).
fn refusal(pdu: &Pdu<'_>, asked: &[Row], status: ErrorStatus, index: i32) -> Pdu<'static> {
    let rows = if status == ErrorStatus::TOO_BIG { &[] } else { asked };
    Pdu { status, index, ..response(pdu, rows) }
}

/// The status as the who's version has it (RFC 3584 §4.4).
const fn version(who: Asker, status: ErrorStatus) -> ErrorStatus {
    if !who.version_1 {
        return status;
    }
    match status {
        ErrorStatus::WRONG_TYPE | ErrorStatus::WRONG_LENGTH | ErrorStatus::WRONG_VALUE | ErrorStatus::INCONSISTENT_VALUE => {
            ErrorStatus::BAD_VALUE
        }
        ErrorStatus::NO_ACCESS | ErrorStatus::NOT_WRITABLE | ErrorStatus::NO_CREATION | ErrorStatus::INCONSISTENT_NAME => {
            ErrorStatus::NO_SUCH_NAME
        }
        ErrorStatus::COMMIT_FAILED => ErrorStatus::GEN_ERR,
        other => other,
    }
}

fn slowness(switch: &Switch, answered: &Pdu<'_>, asked: &[Row]) -> Duration {
    let touched = |object: &[u32]| {
        let shown = answered.bindings.iter().flatten().any(|binding| binding.name.is_below(object));
        shown || asked.iter().any(|(name, _)| name.starts_with(object))
    };
    let slow = |quirk: &Quirk| match quirk {
        Quirk::Slow(object, time) if touched(object) => Some(*time),
        _ => None,
    };
    switch.quirks.find(slow).unwrap_or_default()
}
