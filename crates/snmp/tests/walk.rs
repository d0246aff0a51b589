//! Laws of walks: against any agent that tells the truth, however little fits its answers, every row is found and nothing else. Pure.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use snmp::manager::{Limits, NoRows, Rows, Walk, Window};
use snmp::{Bindings, ErrorStatus, Oid, Pdu, Value};

/// What an agent has, and how much of it goes into one answer.
#[derive(Debug)]
struct Agent {
    objects: BTreeMap<Oid, usize>,
    /// Bindings of an answer; more are left out, or refused with tooBig.
    holds: usize,
    refuses: bool,
    version_1: bool,
}

impl Agent {
    /// The answer to a request, or why there is none.
    fn answer(&self, names: &[&[u32]], repetitions: usize) -> Result<Pdu<'static>, NoRows> {
        let mut rows = Vec::new();
        let mut positions: Vec<Oid> = names.iter().map(|name| Oid::new(name)).collect();
        for at in (0..repetitions).flat_map(|_| 0..names.len()) {
            let next = self.objects.iter().find(|(name, _)| **name > positions[at]);
            let value = next.map(|(_, width)| Value::octets(vec![b'x'; *width]));
            if self.version_1 && value.is_none() {
                return Err(NoRows::Status(ErrorStatus::NO_SUCH_NAME, at + 1));
            }
            positions[at] = next.map_or_else(|| positions[at].clone(), |(name, _)| name.clone());
            rows.push((positions[at].clone(), value.unwrap_or(Value::EndOfMibView)));
        }
        if self.refuses && rows.len() > self.holds {
            return Err(NoRows::Status(ErrorStatus::TOO_BIG, 0));
        }
        let mut bindings = Bindings::default();
        rows.iter().take(self.holds).for_each(|(name, value)| bindings.push(name, value));
        Ok(Pdu::response(1, bindings))
    }
}

/// Walks the columns, answers coming in any order, and tells the requests it took.
fn walked(agent: &Agent, roots: &[Oid], turns: &[usize]) -> (Walk, Vec<(usize, u16)>) {
    let mut walk = Walk::new(roots, &[], Limits { version_1: agent.version_1, room: 1400 });
    let (mut window, mut under_way, mut requests) = (Window::default(), VecDeque::<(Rows, Vec<Oid>)>::new(), Vec::new());
    for turn in turns.iter().cycle() {
        while let Some(request) = walk.next(&window) {
            let names: Vec<Oid> = walk.names(&request).into_iter().map(Oid::new).collect();
            requests.push((names.len(), request.repetitions));
            under_way.push_back((request, names));
        }
        under_way.rotate_left(turn % under_way.len().max(1));
        let Some((request, names)) = under_way.pop_front() else { break };
        let names: Vec<&[u32]> = names.iter().map(|name| &name[..]).collect();
        match agent.answer(&names, usize::from(request.repetitions)) {
            Ok(answer) => walk.answered(&mut window, &request, &answer, Duration::from_millis(10)),
            Err(why) => walk.failed(&mut window, &request, &why),
        }
    }
    (walk, requests)
}

/// Rows of some columns: absent, the same for neighbouring columns, or their own; with gaps and with more than one number.
fn columns() -> impl Strategy<Value = Vec<(BTreeSet<Oid>, usize)>> {
    let rows = |most| prop::collection::btree_set(prop::collection::vec(0_u32..300, 1..3).prop_map(|row| Oid::new(&row)), 0..most);
    let column = prop_oneof![Just(None), rows(3).prop_map(Some), rows(140).prop_map(Some)];
    prop::collection::vec((column, 1_usize..120), 1..14).prop_map(|columns| {
        let mut before = BTreeSet::new();
        let mut rows = |own: Option<BTreeSet<Oid>>| {
            before = own.unwrap_or_else(|| before.clone());
            before.clone()
        };
        columns.into_iter().map(|(own, width)| (rows(own), width)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_row_is_found_and_nothing_else(
        columns in columns(), between in any::<bool>(), holds in prop_oneof![1_usize..12, 12_usize..200],
        refuses in any::<bool>(), version_1 in any::<bool>(), turns in prop::collection::vec(0_usize..4, 1..9),
    ) {
        let root = |column: usize| Oid::from([1, 3, 6, u32::try_from(column).unwrap() * 2]);
        let mut objects = BTreeMap::new();
        for (column, (rows, width)) in columns.iter().enumerate() {
            objects.extend(rows.iter().map(|row| (Oid::joined(&root(column), row), *width)));
            if between {
                objects.insert(Oid::from([1, 3, 6, u32::try_from(column).unwrap() * 2 + 1, 0]), 4);
            }
        }
        let agent = Agent { objects, holds, refuses, version_1 };
        let roots: Vec<Oid> = (0..columns.len()).map(root).collect();
        let (walk, requests) = walked(&agent, &roots, &turns);
        prop_assert!(walk.is_idle());
        let (tables, cut) = walk.finish();
        prop_assert_eq!(cut, Vec::new());
        for (column, (rows, _)) in columns.iter().enumerate() {
            let found: Vec<&[u32]> = tables.column(&root(column)).map(|(row, _)| row).collect();
            prop_assert_eq!(found, rows.iter().map(|row| &row[..]).collect::<Vec<_>>());
        }
        let most = if version_1 { 1 } else { 50 };
        prop_assert!(requests.iter().all(|(names, repetitions)| *repetitions <= most && *names <= 100));
    }

    #[test]
    fn an_agent_of_even_columns_is_asked_for_hardly_more_than_it_has(ports in 1_u32..53, wide in 1_usize..30) {
        let roots: Vec<Oid> = (1..=10).map(|column| Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, column])).collect();
        let rows = |root: &Oid| (1..=ports).map(|port| Oid::joined(root, &[port])).collect::<Vec<_>>();
        let objects: BTreeMap<Oid, usize> = roots.iter().flat_map(rows).map(|name| (name, wide)).collect();
        let bytes: usize = objects.values().map(|width| width + 17).sum();
        let agent = Agent { objects, holds: usize::MAX, refuses: false, version_1: false };
        let (walk, requests) = walked(&agent, &roots, &[0]);
        prop_assert_eq!(walk.finish().0.column(&[1, 3, 6]).count(), 10 * usize::try_from(ports).unwrap());
        // Full answers, and one in each of the four lanes that is not.
        prop_assert!(requests.len() <= bytes / 1400 + 5, "{} requests for {bytes} bytes: {requests:?}", requests.len());
        let asked: usize = requests.iter().map(|(names, repetitions)| names * usize::from(*repetitions)).sum();
        prop_assert!(asked <= 10 * usize::try_from(ports).unwrap() + 4 * 100, "{asked} asked for");
    }
}
