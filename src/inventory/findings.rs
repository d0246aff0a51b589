//! What reading finds: problems with their spans, and where things stand. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::locate::{Finding, Hint, Sources};
use crate::inventory::mask::secret_spans;
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::places::{Place, Places};
use crate::inventory::problem::Problems;
use crate::inventory::source::Source;
use crate::phones::catalogue::Catalogue;

pub(super) use crate::inventory::problem::ProblemCode as Code;

/// How many problems are kept; the rest is counted.
const KEPT: usize = 10_000;

/// Problems as they are found, still with bytes instead of lines.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    /// How many were found, kept or not.
    count: usize,
    /// Sources whose tree does not hold all that is written.
    distorted: BTreeSet<usize>,
    places: BTreeMap<Place, SourceSpan>,
}

impl Findings {
    /// A problem whose message says all.
    pub(super) fn report(&mut self, code: Code, span: SourceSpan, message: impl Into<String>) {
        self.report_with(code, span, message, None::<String>);
    }

    /// A problem and what to write instead.
    pub(super) fn report_hint(&mut self, code: Code, span: SourceSpan, message: impl Into<String>, hint: impl Into<String>) {
        self.report_with(code, span, message, Some(hint));
    }

    /// A problem and perhaps what to write instead.
    pub(super) fn report_with(
        &mut self,
        code: Code,
        span: SourceSpan,
        message: impl Into<String>,
        hint: Option<impl Into<String>>,
    ) {
        let hint = hint.map_or(Hint::None, |text| Hint::Text(text.into()));
        self.add(Finding { code, span, message: message.into(), hint });
    }

    /// Something that may be there once only; the hint names the first place.
    pub(super) fn twice(&mut self, span: SourceSpan, first: SourceSpan, message: impl Into<String>) {
        self.add(Finding { code: Code::Duplicate, span, message: message.into(), hint: Hint::First(first) });
    }

    fn add(&mut self, finding: Finding) {
        self.count += 1;
        if self.found.len() < KEPT {
            self.found.push(finding);
        }
    }

    /// How many were found so far.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Notes that a source's tree does not hold all that is written: secrets in it are then guessed too.
    pub(super) fn distort(&mut self, source: usize) {
        self.distorted.insert(source);
    }

    /// Notes where something stands. What stands twice is a problem of its own; the first counts.
    pub(super) fn place(&mut self, place: Place, span: SourceSpan) {
        self.places.entry(place).or_insert(span);
    }

    /// Whether nothing was found.
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The problems in order, with their lines, and the places. `trees` are the sources as read; `None` for one that could not be.
    pub(super) fn finish(self, all: Vec<Source>, trees: &[Option<Node>], catalogue: &Catalogue) -> (Problems, Places) {
        let mut secrets = Vec::new();
        trees.iter().flatten().for_each(|tree| secret_spans(tree, false, catalogue, &mut secrets));
        secrets.sort_unstable();
        let unread = (0..all.len()).filter(|index| trees.get(*index).is_none_or(Option::is_none));
        let distorted = unread.chain(self.distorted).collect();
        let sources = Sources { all, secrets, distorted, secret_keys: catalogue.secret_parameters.clone() };
        let more = self.count - self.found.len();
        let problems = Problems::with_more(sources.locate(self.found), more);
        (problems, Places::new(sources, self.places))
    }
}
