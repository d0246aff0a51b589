//! Remarks as they come, each once and not more than are kept. Pure.

use std::collections::BTreeSet;

use crate::inventory::{Place, Places, ProblemCode, Problems, Remark};

/// How many are kept; the rest is counted.
const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub struct Remarks {
    kept: BTreeSet<Remark>,
    more: usize,
}

impl Remarks {
    pub fn add(&mut self, remark: Remark) {
        if self.kept.len() < KEPT {
            self.kept.insert(remark);
        } else if !self.kept.contains(&remark) {
            self.more += 1;
        }
    }

    /// Those kept; a thread's share of phones does not count what it left out.
    pub fn into_remarks(self) -> Vec<Remark> {
        self.kept.into_iter().collect()
    }

    pub fn locate(self, places: &Places) -> Problems {
        let mut problems = places.locate(self.kept.into_iter().collect());
        problems.more = self.more;
        problems
    }
}

impl Extend<Remark> for Remarks {
    fn extend<T: IntoIterator<Item = Remark>>(&mut self, remarks: T) {
        remarks.into_iter().for_each(|remark| self.add(remark));
    }
}

pub fn remark(place: Place, code: ProblemCode, message: String, hint: Option<String>) -> Remark {
    Remark { place, code, message, hint }
}
