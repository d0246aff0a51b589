//! From bytes of sources to lines and columns, with the secrets of a line hidden. Pure.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::inventory::mask::Mask;
use crate::inventory::node::SourceSpan;
use crate::inventory::problem::{Problem, ProblemCode};
use crate::inventory::source::Source;

/// What is to be said, and of which bytes.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) code: ProblemCode,
    pub(super) span: SourceSpan,
    pub(super) message: String,
    pub(super) hint: Hint,
}

/// What to say besides the message.
#[derive(Debug)]
pub(super) enum Hint {
    None,
    Text(String),
    /// Where the same was said first.
    First(SourceSpan),
}

/// The sources, and which bytes of them are not to be shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    pub(super) all: Vec<Source>,
    /// Secrets written as text, in order.
    pub(super) secrets: Vec<SourceSpan>,
    /// Sources that were not understood as they are written: what may be a secret in them is hidden too.
    pub(super) distorted: BTreeSet<usize>,
    /// Keys whose values are secret by a vendor's list.
    pub(super) secret_keys: BTreeSet<String>,
}

impl Sources {
    /// The findings in the order of their places, each once.
    pub(super) fn locate(&self, findings: impl IntoIterator<Item = Finding>) -> Vec<Problem> {
        let lines: Vec<_> = self.all.iter().map(|source| Lines::of(&source.text)).collect();
        let mut problems: Vec<_> = findings.into_iter().map(|finding| self.problem(finding, &lines)).collect();
        problems.sort_unstable();
        problems.dedup();
        problems
    }

    fn problem(&self, finding: Finding, lines: &[Lines]) -> Problem {
        let SourceSpan { source: index, start, end } = finding.span;
        let code = finding.code;
        let message = shown(&finding.message);
        let hint = self.hint(finding.hint, lines).map(|text| shown(&text));
        let (Some(source), Some(lines)) = (self.all.get(index), lines.get(index)) else {
            let (file, source_line) = ("inventory".to_owned(), String::new());
            return Problem { code, file, line: 1, column: 1, width: 0, source_line, message, hint };
        };
        let mask = Mask { spans: &self.secrets, guess: self.distorted.contains(&index), keys: &self.secret_keys };
        let (line, bytes) = lines.around(&source.text, start);
        let text = source.text.get(bytes.clone()).unwrap_or_default();
        let count = |range: Range<usize>| source.text.get(range).map_or(0, |part| part.chars().count());
        let source_line = mask.line(text, index, bytes.start);
        let (column, width) = (count(bytes.start..start) + 1, count(start..end.min(bytes.end)));
        Problem { code, file: source.name.clone(), line, column, width, source_line, message, hint }
    }

    fn hint(&self, hint: Hint, lines: &[Lines]) -> Option<String> {
        match hint {
            Hint::None => None,
            Hint::Text(text) => Some(text),
            Hint::First(span) => {
                let (source, lines) = (self.all.get(span.source)?, lines.get(span.source)?);
                let (line, _) = lines.around(&source.text, span.start);
                Some(format!("it is first at {}:{line}; change or remove one of the two", source.name))
            }
        }
    }
}

/// Text of a user's file in a message: no control character reaches the terminal.
fn shown(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
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
