//! Problems as they are found, with spans; with lines and columns once all are known. Pure.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::inventory::mask::{Mask, secret_spans};
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::problem::Problem;
use crate::inventory::source::Source;

pub(super) use crate::inventory::problem::ProblemCode as Code;

/// Problems as they are found, still with places instead of lines.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    /// Sources whose tree does not hold all that is written.
    distorted: BTreeSet<usize>,
}

#[derive(Debug)]
struct Finding {
    code: Code,
    span: SourceSpan,
    message: String,
    hint: Hint,
}

/// What to say besides the message.
#[derive(Debug)]
enum Hint {
    None,
    Text(String),
    /// Where the same was said first.
    First(SourceSpan),
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
        self.found.push(Finding { code, span, message: message.into(), hint });
    }

    /// Something that may be there once only; the hint names the first place.
    pub(super) fn twice(&mut self, span: SourceSpan, first: SourceSpan, message: impl Into<String>) {
        self.found.push(Finding { code: Code::Duplicate, span, message: message.into(), hint: Hint::First(first) });
    }

    /// How many were found so far.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Notes that a source's tree does not hold all that is written: secrets in it are then guessed too.
    pub(super) fn distort(&mut self, source: usize) {
        self.distorted.insert(source);
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The problems in order, with their lines. `trees` are the sources as read; `None` for one that could not be.
    pub(super) fn finish(self, sources: &[&Source], trees: &[Option<Node>]) -> Vec<Problem> {
        let mut secrets = Vec::new();
        trees.iter().flatten().for_each(|tree| secret_spans(tree, false, &mut secrets));
        secrets.sort_unstable();
        let faithful = |index: usize| trees.get(index).is_some_and(Option::is_some) && !self.distorted.contains(&index);
        let lines: Vec<_> = sources.iter().map(|source| Lines::of(&source.text)).collect();
        let mut problems: Vec<_> = self
            .found
            .into_iter()
            .map(|finding| {
                let guess = !faithful(finding.span.source);
                finding.locate(sources, &lines, &Mask { spans: &secrets, guess })
            })
            .collect();
        problems.sort_unstable();
        problems.dedup();
        problems
    }
}

impl Finding {
    fn locate(self, sources: &[&Source], lines: &[Lines], mask: &Mask<'_>) -> Problem {
        let SourceSpan { source: index, start, end } = self.span;
        let code = self.code;
        let message = shown(&self.message);
        let hint = self.hint.text(sources, lines).map(|text| shown(&text));
        let (Some(source), Some(lines)) = (sources.get(index), lines.get(index)) else {
            return Problem {
                code,
                file: "inventory".to_owned(),
                line: 1,
                column: 1,
                width: 0,
                source_line: String::new(),
                message,
                hint,
            };
        };
        let (line, bytes) = lines.around(&source.text, start);
        let text = source.text.get(bytes.clone()).unwrap_or_default();
        let count = |range: Range<usize>| source.text.get(range).map_or(0, |part| part.chars().count());
        let source_line = mask.line(text, index, bytes.start);
        let (column, width) = (count(bytes.start..start) + 1, count(start..end.min(bytes.end)));
        Problem { code, file: source.name.clone(), line, column, width, source_line, message, hint }
    }
}

/// Text of a user's file in a message: no control character reaches the terminal.
fn shown(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

impl Hint {
    fn text(self, sources: &[&Source], lines: &[Lines]) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text),
            Self::First(span) => {
                let (source, lines) = (sources.get(span.source)?, lines.get(span.source)?);
                let (line, _) = lines.around(&source.text, span.start);
                Some(format!("it is first at {}:{line}; change or remove one of the two", source.name))
            }
        }
    }
}

/// Where the lines of a text start.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect())
    }

    /// Number of the line that holds a byte, from 1, and its bytes without the line break.
    fn around(&self, text: &str, byte: usize) -> (usize, Range<usize>) {
        let number = self.0.partition_point(|start| *start <= byte).max(1);
        let start = self.0.get(number - 1).copied().unwrap_or(0);
        let end = self.0.get(number).copied().unwrap_or(text.len());
        let length = text.get(start..end).map_or(0, |line| line.trim_end_matches(['\r', '\n']).len());
        (number, start..start + length)
    }
}
