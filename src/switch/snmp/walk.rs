//! A walk through many columns at once: what to ask for next, and what an answer or its absence means for the rest. Pure.
//!
//! One request asks for several columns, as many rows of each as fit an answer. The first asks for all of them, so that a column that
//! does not exist costs no request of its own. A column ends where an answer shows what is behind it; how many rows another column had
//! with the same instances tells only how many to ask for. What an agent bears is learned and kept for its next walk: answers grow
//! while they are complete and quick, and are halved when it cannot answer. A column that makes an agent fail is asked for alone.

use std::time::Duration;

use crate::switch::snmp::packing::{self, Limits, Waiting};
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::tables::{Datum, Tables};
use snmp::{ErrorStatus, Pdu};

/// Most rows of one column that one request asks for. Agents are known that skip rows above 55.
const MOST_REPETITIONS: usize = 50;
/// Variable bindings of the first answers.
const FIRST_VARBINDS: usize = 50;
/// Most of them, however short.
const MOST_VARBINDS: usize = 100;
/// What every agent is believed to bear that does not say tooBig.
const DOUBTFUL_CEILING: usize = 8;
/// Octets of a binding of which none was seen yet.
const USUAL_OCTETS: usize = 26;
/// Values for which there is room from the beginning.
const USUAL_VALUES: usize = 512;
/// Rows of a column for which there is room from the first on.
const USUAL_ROWS: usize = 64;
/// An answer within this time says that the agent can do more.
const QUICK: Duration = Duration::from_millis(300);
/// Most rows of one column: a large forwarding table; more is an agent that counts without end.
const MOST_ROWS: usize = 200_000;
/// Requests at once, and after one that was not answered.
const LANES: usize = 4;
const LANES_AFTER_SILENCE: usize = 2;

/// What an agent bears.
#[derive(Debug, Clone, Copy)]
pub struct Bearing {
    varbinds: usize,
    ceiling: usize,
    lanes: usize,
}

impl Default for Bearing {
    fn default() -> Self {
        Self { varbinds: FIRST_VARBINDS, ceiling: MOST_VARBINDS, lanes: LANES }
    }
}

impl Bearing {
    /// Learns from an answer.
    fn answered(&mut self, asked: usize, came: usize, took: Duration) {
        if came < asked && came > 0 {
            // It sent what it had room for.
            self.varbinds = came;
        } else if took < QUICK {
            self.varbinds += (self.varbinds / 2).max(1);
        }
        self.varbinds = self.varbinds.min(self.ceiling).max(1);
    }

    /// Learns from a request for so many that was not answered.
    fn failed(&mut self, asked: usize, why: &Why) {
        if asked == 1 {
            return; // that was no question of size
        }
        self.varbinds = (self.varbinds.min(asked) / 2).max(1);
        match why {
            Why::Status(ErrorStatus::TOO_BIG, _) => self.ceiling = self.ceiling.min(self.varbinds),
            // It may have been a column and not the size.
            Why::Status(..) => self.ceiling = self.ceiling.min(self.varbinds.max(DOUBTFUL_CEILING)),
            Why::Silence | Why::Garbage(_) => {
                self.ceiling = self.ceiling.min(self.varbinds.max(DOUBTFUL_CEILING));
                self.lanes = LANES_AFTER_SILENCE;
            }
        }
    }
}

/// Why a request brought nothing.
#[derive(Debug, Clone)]
pub enum Why {
    /// No answer, though the agent answers other questions.
    Silence,
    /// An answer that cannot be read: what is wrong with it.
    Garbage(String),
    /// An error status, and the position it is about, from 1.
    Status(ErrorStatus, usize),
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    columns: Vec<usize>,
    /// Rows of each column; GETNEXT does for one.
    pub repetitions: u16,
}

/// A walk.
#[derive(Debug)]
pub struct Walk {
    columns: Vec<Column>,
    found: Tables,
    in_flight: usize,
    speech: Speech,
}

/// How the agent is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech {
    /// Whether there is no GETBULK, and what does not exist is an error.
    pub version_1: bool,
    /// Octets of bindings that fit an Ethernet frame with everything around them.
    pub room: usize,
}

#[derive(Debug)]
struct Column {
    root: Arcs,
    /// Bindings in the last answer, and their octets.
    last: (usize, usize),
    /// Whether it has one instance and ends with it.
    scalar: bool,
    position: Arcs,
    /// Positions of its values.
    found: Vec<u32>,
    state: State,
    /// Asked for alone, at most so many rows at once, since it made a request fail.
    alone: Option<usize>,
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Begun,
    Asked,
    Ended,
}

impl Walk {
    /// Through these columns or whole subtrees, and these objects that have one instance.
    pub fn new(roots: &[Arcs], scalars: &[Arcs], speech: Speech) -> Self {
        let mut all: Vec<(&Arcs, bool)> = scalars.iter().map(|root| (root, true)).collect();
        all.extend(roots.iter().map(|root| (root, false)));
        all.sort_unstable();
        let columns = all.into_iter().map(|(root, scalar)| Column { scalar, ..Column::new(root) }).collect();
        Self { columns, found: Tables::with_room_for(USUAL_VALUES), in_flight: 0, speech }
    }

    /// The next request, unless all that are allowed are under way or nothing is left.
    pub fn next(&mut self, bearing: &Bearing) -> Option<Job> {
        if self.in_flight >= bearing.lanes {
            return None;
        }
        let (columns, repetitions) = self.together(bearing).or_else(|| self.alone(bearing))?;
        self.each(&columns, |column| (column.state, column.last) = (State::Asked, (0, 0)));
        self.in_flight += 1;
        Some(Job { columns, repetitions: u16::try_from(repetitions).unwrap_or(1) })
    }

    /// Columns never asked for, as many as an answer holds; else those that go on, shared out among the requests that may still be sent.
    fn together(&self, bearing: &Bearing) -> Option<(Vec<usize>, usize)> {
        let requests = if self.speech.version_1 { 1 } else { bearing.lanes.saturating_sub(self.in_flight) };
        let limits =
            Limits { varbinds: bearing.varbinds, repetitions: self.most_repetitions(), octets: self.speech.room, requests };
        let fresh = || packing::pack_all(self.waiting(State::Fresh), limits);
        fresh().or_else(|| packing::pack(self.waiting(State::Begun), limits))
    }

    fn waiting(&self, state: State) -> Vec<Waiting> {
        let of_state = |column: &Column| column.state == state && column.alone.is_none();
        let waiting = |(at, column): (usize, &Column)| Waiting { column: at, octets: column.octets(), left: self.left(column) };
        self.columns.iter().enumerate().filter(|(_, column)| of_state(column)).map(waiting).collect()
    }

    /// Rows that a column has left if it ends where one ended that had the same instance in the same place.
    fn left(&self, column: &Column) -> Option<usize> {
        let row = column.found.len().checked_sub(1)?;
        let here = self.instance(column, row)?;
        let ended = self.columns.iter().filter(|other| other.state == State::Ended && other.note.is_none() && !other.scalar);
        ended.filter(|other| self.instance(other, row) == Some(here)).map(|other| other.found.len() - row - 1).max()
    }

    fn instance(&self, column: &Column, row: usize) -> Option<&[u32]> {
        self.found.oid(*column.found.get(row)?).get(column.root.len()..)
    }

    fn alone(&self, bearing: &Bearing) -> Option<(Vec<usize>, usize)> {
        let waits = |column: &Column| matches!(column.state, State::Fresh | State::Begun).then_some(column.alone?);
        let (at, alone) = self.columns.iter().enumerate().find_map(|(at, column)| Some((at, waits(column)?)))?;
        Some((vec![at], bearing.varbinds.clamp(1, self.most_repetitions()).min(alone)))
    }

    fn most_repetitions(&self) -> usize {
        if self.speech.version_1 { 1 } else { MOST_REPETITIONS }
    }

    /// Whether nothing is under way and nothing is left.
    pub fn is_idle(&self) -> bool {
        self.in_flight == 0
    }

    /// Behind which names a request asks.
    pub fn names(&self, job: &Job) -> Vec<&[u32]> {
        job.columns.iter().filter_map(|column| Some(&self.columns.get(*column)?.position[..])).collect()
    }

    /// Takes an answer.
    pub fn answered(&mut self, bearing: &mut Bearing, job: &Job, pdu: &Pdu<'_>, took: Duration) {
        let mut came = 0;
        let mut oid = Arcs::new();
        for ((binding, octets), column) in pdu.bindings.sized().flatten().zip(job.columns.iter().cycle()) {
            came += 1;
            let Some(column) = self.columns.get_mut(*column).filter(|column| column.state == State::Asked) else { continue };
            oid.clear();
            oid.extend(binding.name.arcs());
            if column.take(&oid, binding.value.is_exception())
                && let Some(value) = Datum::of(&binding.value)
            {
                column.keep(self.found.push(&oid, value), octets);
            }
        }
        let asked = job.columns.len() * usize::from(job.repetitions);
        if came == 0 {
            self.failed(bearing, job, &Why::Status(ErrorStatus::TOO_BIG, 0));
            return;
        }
        // Rows behind the end of the MIB need not be sent.
        let ended = job.columns.iter().all(|column| self.columns.get(*column).is_none_or(|column| column.state == State::Ended));
        bearing.answered(if ended { came } else { asked }, came, took);
        for column in &job.columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.alone = column.alone.map(|most| (most * 2).min(MOST_REPETITIONS));
            }
        }
        self.released(job);
    }

    /// Takes the absence of an answer.
    pub fn failed(&mut self, bearing: &mut Bearing, job: &Job, why: &Why) {
        let asked = job.columns.len() * usize::from(job.repetitions);
        match (why, &job.columns[..]) {
            // SNMPv1 says so where later versions have endOfMibView.
            (Why::Status(ErrorStatus::NO_SUCH_NAME, position), columns) if self.speech.version_1 => {
                let named = position.checked_sub(1).and_then(|position| columns.get(position));
                let ended = named.map_or(columns, std::slice::from_ref).to_vec();
                self.each(&ended, |column| column.state = State::Ended);
            }
            (_, [only]) => {
                let most = usize::from(job.repetitions);
                bearing.failed(asked, why);
                self.each(&[*only], |column| column.fail(most, why));
            }
            (Why::Status(status, position), columns) => {
                let named = position.checked_sub(1).and_then(|position| columns.get(position % columns.len().max(1)));
                match named {
                    Some(named) if *status != ErrorStatus::TOO_BIG => self.each(&[*named], |column| column.alone = Some(1)),
                    _ => bearing.failed(asked, why),
                }
            }
            (Why::Silence | Why::Garbage(_), columns) => {
                bearing.failed(asked, why);
                self.each(columns, |column| column.alone = Some(1));
            }
        }
        self.released(job);
    }

    fn each(&mut self, columns: &[usize], mut change: impl FnMut(&mut Column)) {
        for at in columns {
            if let Some(column) = self.columns.get_mut(*at) {
                change(column);
            }
        }
    }

    fn released(&mut self, job: &Job) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.each(&job.columns, |column| {
            if column.state == State::Asked {
                column.state = State::Begun;
            }
        });
    }

    /// What was found, and why columns ended before their time.
    pub fn finish(mut self) -> (Tables, Vec<(Arcs, String)>) {
        self.found.put_in_order(self.columns.iter().flat_map(|column| column.found.iter().copied()));
        let notes = self.columns.into_iter().filter_map(|column| Some((column.root, column.note?))).collect();
        (self.found, notes)
    }
}

impl Column {
    fn new(root: &Arcs) -> Self {
        Self {
            root: root.clone(),
            last: (0, 0),
            scalar: false,
            position: root.clone(),
            found: Vec::new(),
            state: State::Fresh,
            alone: None,
            note: None,
        }
    }

    fn keep(&mut self, position: u32, octets: usize) {
        if self.found.is_empty() && !self.scalar {
            self.found.reserve_exact(USUAL_ROWS);
        }
        self.found.push(position);
        self.last = (self.last.0 + 1, self.last.1 + octets);
    }

    /// Octets of a binding in its next answer, by those in its last one.
    fn octets(&self) -> usize {
        let (bindings, octets) = self.last;
        if bindings == 0 { USUAL_OCTETS } else { octets.div_ceil(bindings) }
    }

    /// Moves on to an instance; whether it belongs to the column.
    fn take(&mut self, oid: &[u32], exception: bool) -> bool {
        if exception || !oid.starts_with(&self.root) {
            self.state = State::Ended;
            return false;
        }
        if *oid <= self.position[..] {
            self.end("its OIDs do not increase");
            return false;
        }
        self.position.clear();
        self.position.extend_from_slice(oid);
        if self.scalar {
            self.state = State::Ended;
        } else if self.found.len() >= MOST_ROWS {
            self.end(&format!("more than {MOST_ROWS} rows"));
        }
        true
    }

    /// A request for this column alone was not answered: fewer rows, or none.
    fn fail(&mut self, repetitions: usize, why: &Why) {
        if repetitions > 1 {
            self.alone = Some(if matches!(why, Why::Silence) { 1 } else { repetitions / 2 });
            return;
        }
        match why {
            Why::Silence => self.end("no answer, though the switch answers other questions"),
            Why::Garbage(what) => self.end(what),
            Why::Status(status, _) => self.end(&status.to_string()),
        }
    }

    fn end(&mut self, why: &str) {
        self.state = State::Ended;
        self.note = Some(why.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use snmp::{Bindings, Value};

    use super::*;

    const SOON: Duration = Duration::from_millis(5);
    const SPEECH: Speech = Speech { version_1: false, room: 1300 };

    /// An answer with these instances.
    fn answer(names: &[&[u32]]) -> Pdu<'static> {
        let mut bindings = Bindings::default();
        for name in names {
            bindings.push(name, &Value::Integer(1));
        }
        Pdu::response(1, bindings)
    }

    fn walk(roots: &[&[u32]]) -> (Walk, Bearing) {
        let roots: Vec<Arcs> = roots.iter().map(|root| root.to_vec()).collect();
        (Walk::new(&roots, &[], SPEECH), Bearing::default())
    }

    #[test]
    fn all_columns_are_asked_for_first_and_those_that_are_absent_never_again() {
        let (mut walk, mut bearing) = walk(&[&[1, 3, 1], &[1, 3, 2], &[1, 3, 3]]);
        let job = walk.next(&bearing).unwrap();
        assert_eq!((walk.names(&job), job.repetitions), (vec![&[1, 3, 1][..], &[1, 3, 2], &[1, 3, 3]], 16));
        assert_eq!(walk.next(&bearing), None, "all are under way");
        walk.answered(&mut bearing, &job, &answer(&[&[1, 3, 1, 7], &[1, 3, 3, 7], &[1, 3, 3, 7]]), SOON);
        let job = walk.next(&bearing).unwrap();
        assert_eq!(walk.names(&job), [&[1, 3, 1, 7][..]], "the second column is absent");
        let other = walk.next(&bearing).unwrap();
        assert_eq!(walk.names(&other), [&[1, 3, 3, 7][..]], "the rest is shared out");
        for job in [&job, &other] {
            assert!(!walk.is_idle());
            walk.answered(&mut bearing, job, &answer(&[&[1, 4]]), SOON);
        }
        assert!(walk.is_idle() && walk.next(&bearing).is_none());
        let (tables, notes) = walk.finish();
        assert_eq!((tables.column(&[1, 3]).count(), notes), (2, Vec::new()));
    }

    #[test]
    fn repetitions_are_never_more_than_agents_bear() {
        let (mut walk, bearing) = walk(&[&[1, 3, 1]]);
        assert_eq!(walk.next(&Bearing { varbinds: 100, ..bearing }).unwrap().repetitions, 50);
    }

    #[test]
    fn answers_grow_while_they_are_complete_and_quick() {
        let mut bearing = Bearing::default();
        bearing.answered(50, 50, SOON);
        assert_eq!(bearing.varbinds, 75);
        bearing.answered(75, 75, Duration::from_secs(1));
        assert_eq!(bearing.varbinds, 75, "a slow agent is not asked for more");
        bearing.answered(75, 30, SOON);
        assert_eq!(bearing.varbinds, 30, "it sent what it had room for");
        bearing.failed(30, &Why::Status(ErrorStatus::TOO_BIG, 0));
        bearing.answered(15, 15, SOON);
        assert_eq!(bearing.varbinds, 15, "more was too much");
    }

    #[test]
    fn answers_fit_a_frame_and_columns_of_the_same_instances_end_alike() {
        let (mut walk, mut bearing) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let rows = |column: u32, rows: std::ops::Range<u32>| rows.map(move |row| vec![1, 3, column, row]);
        let both = |range: std::ops::Range<u32>| rows(1, range.clone()).zip(rows(2, range)).flat_map(|(one, two)| [one, two]);
        let answered = |names: Vec<Vec<u32>>| answer(&names.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let job = walk.next(&bearing).unwrap();
        walk.answered(&mut bearing, &job, &answered(both(1..26).collect()), SOON);
        let (one, two) = (walk.next(&bearing).unwrap(), walk.next(&bearing).unwrap());
        walk.answered(&mut bearing, &one, &answered(rows(1, 26..41).chain(rows(2, 1..2)).collect()), SOON);
        assert_eq!((one.repetitions, two.repetitions), (50, 50), "nothing is known of the end yet");
        walk.answered(&mut bearing, &two, &answered(rows(2, 26..31).collect()), SOON);
        assert_eq!(walk.next(&Bearing::default()).unwrap().repetitions, 11, "ten rows, and what is behind them");
    }

    #[test]
    fn a_column_named_by_an_error_is_asked_for_alone_and_given_up_at_last() {
        let (mut walk, mut bearing) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let job = walk.next(&bearing).unwrap();
        walk.failed(&mut bearing, &job, &Why::Status(ErrorStatus::GEN_ERR, 2));
        let good = walk.next(&bearing).unwrap();
        let bad = walk.next(&bearing).unwrap();
        assert_eq!((walk.names(&good), walk.names(&bad), bad.repetitions), (vec![&[1, 3, 1][..]], vec![&[1, 3, 2][..]], 1));
        walk.failed(&mut bearing, &bad, &Why::Status(ErrorStatus::GEN_ERR, 1));
        walk.answered(&mut bearing, &good, &answer(&[&[1, 3, 2, 1]]), SOON);
        assert!(walk.next(&bearing).is_none());
        assert_eq!(walk.finish().1, [(vec![1, 3, 2], "genErr".to_owned())]);
    }

    #[test]
    fn after_silence_each_column_is_asked_for_alone_and_grows_again() {
        let (mut walk, mut bearing) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let job = walk.next(&bearing).unwrap();
        walk.failed(&mut bearing, &job, &Why::Silence);
        let (first, second) = (walk.next(&bearing).unwrap(), walk.next(&bearing).unwrap());
        assert_eq!((first.repetitions, second.repetitions, walk.next(&bearing)), (1, 1, None));
        walk.failed(&mut bearing, &second, &Why::Silence);
        walk.answered(&mut bearing, &first, &answer(&[&[1, 3, 1, 1]]), SOON);
        assert_eq!(walk.next(&bearing).unwrap().repetitions, 2);
    }

    #[test]
    fn a_column_ends_where_its_names_do_not_increase() {
        let (mut walk, mut bearing) = walk(&[&[1, 3, 1]]);
        let job = walk.next(&bearing).unwrap();
        walk.answered(&mut bearing, &job, &answer(&[&[1, 3, 1, 5], &[1, 3, 1, 5], &[1, 3, 1, 6]]), SOON);
        let (tables, notes) = walk.finish();
        assert_eq!((tables.column(&[1, 3, 1]).count(), notes.len()), (1, 1));
    }

    #[test]
    fn version_1_asks_row_by_row_and_drops_the_refused_column() {
        let mut walk = Walk::new(&[vec![1, 3, 1], vec![1, 3, 2]], &[], Speech { version_1: true, ..SPEECH });
        let mut bearing = Bearing::default();
        let job = walk.next(&bearing).unwrap();
        assert_eq!((walk.names(&job).len(), job.repetitions), (2, 1));
        walk.failed(&mut bearing, &job, &Why::Status(ErrorStatus::NO_SUCH_NAME, 1));
        let job = walk.next(&bearing).unwrap();
        assert_eq!(walk.names(&job), [&[1, 3, 2][..]]);
    }
}
