//! A walk through many columns at once: what to ask for next, and what an answer or its absence means for the rest. Pure.
//!
//! One request asks for several columns, as many rows of each as fit an answer. The first asks for all of them, so that a column that
//! does not exist costs no request of its own. A column ends where an answer shows what is behind it; how many rows another column had
//! with the same instances tells only how many to ask for. What an agent bears is learned and kept for its next walk: answers grow
//! while they are complete and quick, and are halved when it cannot answer. A column that makes an agent fail is asked for alone.

use std::time::Duration;

use super::batch::{self, Budget, Pending};
use super::column::{Column, Cut, State};
use super::limits::Limits;
use super::table::{Datum, Tables};
use super::window::{Bulk, NoRows, Window};
use crate::{ErrorStatus, Oid, Pdu};

/// Most rows of one column that one request asks for. Agents are known that skip rows above 55.
const MOST_REPETITIONS: usize = 50;
/// Values for which there is room from the beginning.
const USUAL_VALUES: usize = 512;

/// One request: rows behind the last ones of some columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    columns: Vec<usize>,
    /// Rows of each column; GETNEXT does for one.
    pub repetitions: u16,
}

/// State of reading some columns to their ends.
#[derive(Debug)]
pub struct Walk {
    columns: Vec<Column>,
    found: Tables,
    in_flight: usize,
    limits: Limits,
}

impl Walk {
    /// Through these columns or whole subtrees, and these objects that have one instance.
    pub fn new(roots: &[Oid], scalars: &[Oid], limits: Limits) -> Self {
        let mut all: Vec<(&Oid, bool)> = scalars.iter().map(|root| (root, true)).collect();
        all.extend(roots.iter().map(|root| (root, false)));
        all.sort_unstable();
        let columns = all.into_iter().map(|(root, scalar)| Column::new(root, scalar)).collect();
        Self { columns, found: Tables::with_room_for(USUAL_VALUES), in_flight: 0, limits }
    }

    /// The next request, unless all that are allowed are under way or nothing is left.
    pub fn next(&mut self, window: &Window) -> Option<Rows> {
        if self.in_flight >= window.lanes {
            return None;
        }
        let (columns, repetitions) = self.together(window).or_else(|| self.alone(window))?;
        self.each(&columns, |column| (column.state, column.last) = (State::Asked, (0, 0)));
        self.in_flight += 1;
        Some(Rows { columns, repetitions: u16::try_from(repetitions).unwrap_or(1) })
    }

    /// Columns never asked for, as many as an answer holds; else those that go on, shared out among the requests that may still be sent.
    fn together(&self, window: &Window) -> Option<(Vec<usize>, usize)> {
        let repetitions = self.most_repetitions(window);
        let requests = if repetitions == 1 { 1 } else { window.lanes.saturating_sub(self.in_flight) };
        let budget = Budget { varbinds: window.varbinds, repetitions, bytes: self.limits.room, requests };
        let fresh = || batch::batch_all(self.pending(State::Fresh), budget);
        fresh().or_else(|| batch::batch(self.pending(State::Begun), budget))
    }

    fn pending(&self, state: State) -> Vec<Pending> {
        let of_state = |column: &Column| column.state == state && column.alone.is_none();
        let waiting = |(at, column): (usize, &Column)| Pending { column: at, bytes: column.bytes(), left: self.left(column) };
        self.columns.iter().enumerate().filter(|(_, column)| of_state(column)).map(waiting).collect()
    }

    /// Rows that a column has left if it ends where one ended that had the same instance in the same place.
    fn left(&self, column: &Column) -> Option<usize> {
        let row = column.found.len().checked_sub(1)?;
        let here = self.instance(column, row)?;
        let ended = self.columns.iter().filter(|other| other.state == State::Ended && other.cut.is_none() && !other.scalar);
        ended.filter(|other| self.instance(other, row) == Some(here)).map(|other| other.found.len() - row - 1).max()
    }

    fn instance(&self, column: &Column, row: usize) -> Option<&[u32]> {
        self.found.oid(*column.found.get(row)?).get(column.root.len()..)
    }

    fn alone(&self, window: &Window) -> Option<(Vec<usize>, usize)> {
        let waits = |column: &Column| matches!(column.state, State::Fresh | State::Begun).then_some(column.alone?);
        let (at, alone) = self.columns.iter().enumerate().find_map(|(at, column)| Some((at, waits(column)?)))?;
        Some((vec![at], window.varbinds.clamp(1, self.most_repetitions(window)).min(alone)))
    }

    fn most_repetitions(&self, window: &Window) -> usize {
        if self.limits.version_1 || window.bulk == Bulk::Silent { 1 } else { MOST_REPETITIONS }
    }

    /// Whether nothing is under way and nothing is left.
    pub fn is_idle(&self) -> bool {
        self.in_flight == 0
    }

    /// Behind which names a request asks.
    pub fn names(&self, request: &Rows) -> Vec<&[u32]> {
        request.columns.iter().filter_map(|column| Some(&self.columns.get(*column)?.position[..])).collect()
    }

    /// Takes the response to a request: keeps its rows, says what is to be asked next.
    pub fn answered(&mut self, window: &mut Window, request: &Rows, pdu: &Pdu<'_>, took: Duration) {
        let mut came = 0;
        for ((binding, bytes), column) in pdu.bindings.sized().flatten().zip(request.columns.iter().cycle()) {
            came += 1;
            let Some(column) = self.columns.get_mut(*column).filter(|column| column.state == State::Asked) else { continue };
            if column.steps_back(&binding.name) {
                column.remember(column.found.iter().map(|at| Oid::new(self.found.oid(*at))).collect());
            }
            if column.take(&binding.name, binding.value.is_exception())
                && let Some(value) = Datum::of(&binding.value)
            {
                column.keep(self.found.push(&binding.name, value), bytes);
            }
        }
        let asked = request.columns.len() * usize::from(request.repetitions);
        if came == 0 {
            self.failed(window, request, &NoRows::Status(ErrorStatus::TOO_BIG, 0));
            return;
        }
        // Rows behind the end of the MIB need not be sent.
        let ended =
            request.columns.iter().all(|column| self.columns.get(*column).is_none_or(|column| column.state == State::Ended));
        window.answered(if ended { came } else { asked }, came, took);
        if request.repetitions > 1 {
            window.bulk = Bulk::Answered;
        }
        for column in &request.columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.alone = column.alone.map(|most| (most * 2).min(MOST_REPETITIONS));
            }
        }
        self.released(request);
    }

    /// Takes the absence of an answer.
    pub fn failed(&mut self, window: &mut Window, request: &Rows, why: &NoRows) {
        let asked = request.columns.len() * usize::from(request.repetitions);
        match (why, &request.columns[..]) {
            // SNMPv1 says so where later versions have endOfMibView.
            (NoRows::Status(ErrorStatus::NO_SUCH_NAME, position), columns) if self.limits.version_1 => {
                let named = position.checked_sub(1).and_then(|position| columns.get(position));
                let ended = named.map_or(columns, std::slice::from_ref).to_vec();
                self.each(&ended, |column| column.state = State::Ended);
            }
            (_, [only]) => {
                let most = usize::from(request.repetitions);
                window.failed(asked, why);
                self.each(&[*only], |column| column.fail(most, why));
            }
            (NoRows::Status(status, position), columns) => {
                let named = position.checked_sub(1).and_then(|position| columns.get(position % columns.len().max(1)));
                match named {
                    Some(named) if *status != ErrorStatus::TOO_BIG => self.each(&[*named], |column| column.alone = Some(1)),
                    _ => window.failed(asked, why),
                }
            }
            (NoRows::Silence | NoRows::BadAnswer(_), columns) => {
                window.failed(asked, why);
                self.each(columns, |column| column.alone = Some(1));
            }
        }
        self.released(request);
    }

    /// Takes back a request that is to be made in another way.
    pub fn not_asked(&mut self, request: &Rows) {
        self.released(request);
    }

    fn each(&mut self, columns: &[usize], mut change: impl FnMut(&mut Column)) {
        for at in columns {
            if let Some(column) = self.columns.get_mut(*at) {
                change(column);
            }
        }
    }

    fn released(&mut self, request: &Rows) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.each(&request.columns, |column| {
            if column.state == State::Asked {
                column.state = State::Begun;
            }
        });
    }

    /// What was found, and which columns ended before their time.
    pub fn finish(mut self) -> (Tables, Vec<(Oid, Cut)>) {
        self.found.put_in_order(self.columns.iter().flat_map(|column| column.found.iter().copied()));
        let cut = self.columns.into_iter().filter_map(|column| Some((column.root, column.cut?))).collect();
        (self.found, cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bindings, Value};

    const SOON: Duration = Duration::from_millis(5);
    const LIMITS: Limits = Limits { version_1: false, room: 1300 };

    /// An answer with these instances.
    fn answer(names: &[&[u32]]) -> Pdu<'static> {
        let mut bindings = Bindings::default();
        for name in names {
            bindings.push(name, &Value::Integer(1));
        }
        Pdu::response(1, bindings)
    }

    fn walk(roots: &[&[u32]]) -> (Walk, Window) {
        let roots: Vec<Oid> = roots.iter().map(|root| Oid::new(root)).collect();
        (Walk::new(&roots, &[], LIMITS), Window::default())
    }

    #[test]
    fn all_columns_are_asked_for_first_and_those_that_are_absent_never_again() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1], &[1, 3, 2], &[1, 3, 3]]);
        let request = walk.next(&window).unwrap();
        assert_eq!((walk.names(&request), request.repetitions), (vec![&[1, 3, 1][..], &[1, 3, 2], &[1, 3, 3]], 16));
        assert_eq!(walk.next(&window), None, "all are under way");
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 7], &[1, 3, 3, 7], &[1, 3, 3, 7]]), SOON);
        let request = walk.next(&window).unwrap();
        assert_eq!(walk.names(&request), [&[1, 3, 1, 7][..]], "the second column is absent");
        let other = walk.next(&window).unwrap();
        assert_eq!(walk.names(&other), [&[1, 3, 3, 7][..]], "the rest is shared out");
        for request in [&request, &other] {
            assert!(!walk.is_idle());
            walk.answered(&mut window, request, &answer(&[&[1, 4]]), SOON);
        }
        assert!(walk.is_idle() && walk.next(&window).is_none());
        let (tables, cut) = walk.finish();
        assert_eq!((tables.column(&[1, 3]).count(), cut), (2, Vec::new()));
    }

    #[test]
    fn repetitions_are_never_more_than_agents_bear() {
        let (mut walk, window) = walk(&[&[1, 3, 1]]);
        assert_eq!(walk.next(&Window { varbinds: 100, ..window }).unwrap().repetitions, 50);
    }

    #[test]
    fn answers_fit_a_frame_and_columns_of_the_same_instances_end_alike() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let rows = |column: u32, rows: std::ops::Range<u32>| rows.map(move |row| vec![1, 3, column, row]);
        let both = |range: std::ops::Range<u32>| rows(1, range.clone()).zip(rows(2, range)).flat_map(|(one, two)| [one, two]);
        let answered = |names: Vec<Vec<u32>>| answer(&names.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let request = walk.next(&window).unwrap();
        walk.answered(&mut window, &request, &answered(both(1..26).collect()), SOON);
        let (one, two) = (walk.next(&window).unwrap(), walk.next(&window).unwrap());
        walk.answered(&mut window, &one, &answered(rows(1, 26..41).chain(rows(2, 1..2)).collect()), SOON);
        assert_eq!((one.repetitions, two.repetitions), (50, 50), "nothing is known of the end yet");
        walk.answered(&mut window, &two, &answered(rows(2, 26..31).collect()), SOON);
        assert_eq!(walk.next(&Window::default()).unwrap().repetitions, 11, "ten rows, and what is behind them");
    }

    #[test]
    fn a_column_named_by_an_error_is_asked_for_alone_and_given_up_at_last() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let request = walk.next(&window).unwrap();
        walk.failed(&mut window, &request, &NoRows::Status(ErrorStatus::GEN_ERR, 2));
        let good = walk.next(&window).unwrap();
        let bad = walk.next(&window).unwrap();
        assert_eq!((walk.names(&good), walk.names(&bad), bad.repetitions), (vec![&[1, 3, 1][..]], vec![&[1, 3, 2][..]], 1));
        walk.failed(&mut window, &bad, &NoRows::Status(ErrorStatus::GEN_ERR, 1));
        walk.answered(&mut window, &good, &answer(&[&[1, 3, 2, 1]]), SOON);
        assert!(walk.next(&window).is_none());
        assert_eq!(walk.finish().1, [(Oid::from([1, 3, 2]), Cut::Status(ErrorStatus::GEN_ERR))]);
    }

    #[test]
    fn after_silence_each_column_is_asked_for_alone_and_grows_again() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let request = walk.next(&window).unwrap();
        walk.failed(&mut window, &request, &NoRows::Silence);
        let (first, second) = (walk.next(&window).unwrap(), walk.next(&window).unwrap());
        assert_eq!((first.repetitions, second.repetitions, walk.next(&window)), (1, 1, None));
        walk.failed(&mut window, &second, &NoRows::Silence);
        walk.answered(&mut window, &first, &answer(&[&[1, 3, 1, 1]]), SOON);
        assert_eq!(walk.next(&window).unwrap().repetitions, 2);
    }

    #[test]
    fn a_column_ends_where_a_name_comes_again() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1]]);
        let request = walk.next(&window).unwrap();
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 5], &[1, 3, 1, 5], &[1, 3, 1, 6]]), SOON);
        let (tables, cut) = walk.finish();
        assert_eq!(tables.column(&[1, 3, 1]).count(), 1);
        assert_eq!(cut, [(Oid::from([1, 3, 1]), Cut::Repeats(Oid::from([5])))]);
        assert_eq!(cut[0].1.to_string(), "incomplete: it begins again with row 5");
    }

    #[test]
    fn rows_in_an_order_of_their_own_are_all_read() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1]]);
        let request = walk.next(&window).unwrap();
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 48], &[1, 3, 1, 19], &[1, 3, 1, 20]]), SOON);
        let request = walk.next(&window).unwrap();
        assert_eq!(walk.names(&request), [&[1, 3, 1, 20][..]]);
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 4], &[1, 3, 2, 1]]), SOON);
        let (tables, cut) = walk.finish();
        let rows: Vec<u32> = tables.column(&[1, 3, 1]).map(|(row, _)| row[0]).collect();
        assert_eq!((rows, cut), (vec![4, 19, 20, 48], vec![]));
    }

    #[test]
    fn a_table_that_goes_round_ends_with_its_rows_once() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1]]);
        let request = walk.next(&window).unwrap();
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 1], &[1, 3, 1, 2], &[1, 3, 1, 1], &[1, 3, 1, 2]]), SOON);
        let (tables, cut) = walk.finish();
        assert_eq!((tables.column(&[1, 3, 1]).count(), cut.len()), (2, 1));
    }

    #[test]
    fn an_agent_without_getbulk_is_asked_for_one_row_of_many_columns() {
        let (mut walk, mut window) = walk(&[&[1, 3, 1], &[1, 3, 2]]);
        let request = walk.next(&window).unwrap();
        window.bulk = Bulk::Silent;
        walk.not_asked(&request);
        let request = walk.next(&window).unwrap();
        assert_eq!((walk.names(&request).len(), request.repetitions), (2, 1));
        walk.answered(&mut window, &request, &answer(&[&[1, 3, 1, 1], &[1, 3, 2, 1]]), SOON);
        assert_eq!(walk.next(&window).unwrap().repetitions, 1);
    }

    #[test]
    fn version_1_asks_row_by_row_and_drops_the_refused_column() {
        let mut walk = Walk::new(&[Oid::from([1, 3, 1]), Oid::from([1, 3, 2])], &[], Limits { version_1: true, ..LIMITS });
        let mut window = Window::default();
        let request = walk.next(&window).unwrap();
        assert_eq!((walk.names(&request).len(), request.repetitions), (2, 1));
        walk.failed(&mut window, &request, &NoRows::Status(ErrorStatus::NO_SUCH_NAME, 1));
        let request = walk.next(&window).unwrap();
        assert_eq!(walk.names(&request), [&[1, 3, 2][..]]);
    }
}
