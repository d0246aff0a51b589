//! Walks of subtrees that adapt to the agent: fewer repetitions after tooBig, genErr or silence, remembered for the next walk. I/O.
//!
//! A walk ends at the end of the subtree, at the end of the MIB, or where an agent's OIDs stop increasing.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::session::Failure;
use crate::switch::snmp::session::Session;
use crate::switch::snmp::tables::Datum;

/// Repetitions of the first GETBULK. Agents are known that skip rows above 50.
const FIRST_REPETITIONS: u32 = 20;
/// Most rows of one subtree: a large forwarding table; more is an agent that counts without end.
const MAX_ROWS: usize = 200_000;

/// How many repetitions this agent bears.
#[derive(Debug)]
pub struct Walker {
    repetitions: AtomicU32,
}

/// What a walk brought, and why it ended early when it did.
#[derive(Debug, Default)]
pub struct Walk {
    /// Instances in the order of the MIB.
    pub values: Vec<(Arcs, Datum)>,
    /// Why the walk ended before its time, in words.
    pub note: Option<String>,
}

impl Default for Walker {
    fn default() -> Self {
        Self { repetitions: AtomicU32::new(FIRST_REPETITIONS) }
    }
}

impl Walker {
    /// Reads a subtree.
    pub async fn walk(&self, session: &Session, root: &[u32]) -> Result<Walk, Failure> {
        let mut walk = Walk::default();
        let mut position = root.to_vec();
        while walk.values.len() < MAX_ROWS {
            let rows = self.step(session, &position).await?;
            match take(&mut walk, root, &mut position, rows) {
                Next::Continue => {}
                Next::End => return Ok(walk),
            }
        }
        walk.note = Some(format!("more than {MAX_ROWS} rows"));
        Ok(walk)
    }

    /// One request, repeated with fewer repetitions while the agent cannot answer it.
    async fn step(&self, session: &Session, position: &[u32]) -> Result<Vec<(Arcs, Datum)>, Failure> {
        loop {
            let repetitions = self.repetitions.load(Ordering::Relaxed);
            match session.next(position, repetitions).await {
                Err(failure) if !session.version_1() && heals(&failure) && repetitions > 1 => {
                    self.repetitions.store(fewer(repetitions, &failure), Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
    }
}

/// Whether asking for less may help.
fn heals(failure: &Failure) -> bool {
    match failure {
        Failure::Silent { .. } => true,
        Failure::Status { name, .. } => matches!(name.as_str(), "tooBig" | "genErr" | "resourceUnavailable"),
        Failure::Other(_) => false,
    }
}

/// Half as many; a quarter after silence, which costs seconds each time.
fn fewer(repetitions: u32, failure: &Failure) -> u32 {
    let divisor = if matches!(failure, Failure::Silent { .. }) { 4 } else { 2 };
    (repetitions / divisor).max(1)
}

enum Next {
    Continue,
    End,
}

/// Keeps the rows of the subtree and moves on.
fn take(walk: &mut Walk, root: &[u32], position: &mut Arcs, rows: Vec<(Arcs, Datum)>) -> Next {
    if rows.is_empty() {
        return Next::End;
    }
    for (oid, value) in rows {
        if !oid.starts_with(root) {
            return Next::End;
        }
        if oid <= *position {
            walk.note = Some("its OIDs do not increase".to_owned());
            return Next::End;
        }
        position.clone_from(&oid);
        walk.values.push((oid, value));
    }
    Next::Continue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(last: u32) -> (Arcs, Datum) {
        (vec![1, 3, last], Datum::Number(0))
    }

    #[test]
    fn a_walk_ends_at_the_end_of_the_subtree() {
        let (mut walk, mut position) = (Walk::default(), vec![1, 3]);
        let rows = vec![row(1), row(2), (vec![1, 4], Datum::Number(0))];
        assert!(matches!(take(&mut walk, &[1, 3], &mut position, rows), Next::End));
        assert_eq!((walk.values.len(), walk.note), (2, None));
    }

    #[test]
    fn a_walk_ends_where_oids_do_not_increase() {
        let (mut walk, mut position) = (Walk::default(), vec![1, 3]);
        assert!(matches!(take(&mut walk, &[1, 3], &mut position, vec![row(1), row(1), row(2)]), Next::End));
        assert_eq!(walk.values.len(), 1);
        assert!(walk.note.is_some());
    }

    #[test]
    fn repetitions_shrink_to_one_and_only_for_what_heals() {
        let too_big = Failure::Status { name: "tooBig".to_owned(), position: 0 };
        assert_eq!((fewer(20, &too_big), fewer(1, &too_big)), (10, 1));
        assert!(!heals(&Failure::Status { name: "noAccess".to_owned(), position: 0 }));
    }
}
