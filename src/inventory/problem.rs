//! What is wrong with an inventory: where it stands, why, and what to write instead. Pure.
//!
//! Source lines are shown with the secrets in them replaced by asterisks.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use schemars::JsonSchema;
use serde::Serialize;

use crate::inventory::env_name::is_variable_name;
use crate::inventory::node::{Node, Place, Value};
use crate::inventory::source::Source;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Problem {
    /// Name of the source, usually a file's path.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters of the line are meant; 0 for a point.
    pub width: usize,
    /// The whole line; each character of a secret in it is shown as `*`.
    pub source_line: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead, when there is more to say than the message does.
    pub help: Option<String>,
}

/// Every problem of an inventory, by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The problems as text for people: message, place, source line with carets, and help.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in &self.0 {
            text.push_str(&problem.render(&renderer));
            text.push_str("\n\n");
        }
        text.push_str(&self.to_string());
        text.push('\n');
        text
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("1 problem in the inventory"),
            count => write!(f, "{count} problems in the inventory"),
        }
    }
}

impl std::error::Error for Problems {}

impl Problem {
    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(&self.message);
        let group = if self.source_line.is_empty() {
            title.element(Origin::path(&self.file))
        } else {
            let annotation = AnnotationKind::Primary.span(self.bytes());
            title.element(Snippet::source(&self.source_line).line_start(self.line).path(&self.file).annotation(annotation))
        };
        let group = match &self.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        renderer.render(&[group])
    }

    /// The meant characters as bytes of the source line.
    fn bytes(&self) -> Range<usize> {
        let byte =
            |character: usize| self.source_line.char_indices().nth(character).map_or(self.source_line.len(), |(byte, _)| byte);
        let first = self.column.saturating_sub(1);
        byte(first)..byte(first.saturating_add(self.width.max(1)))
    }
}

/// Problems as they are found, still with places instead of lines.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    /// Sources whose tree does not hold all that is written.
    distorted: BTreeSet<usize>,
}

#[derive(Debug)]
struct Finding {
    place: Place,
    message: String,
    help: Help,
}

/// What to say besides the message.
#[derive(Debug)]
enum Help {
    None,
    Text(String),
    /// Where the same was said first.
    First(Place),
}

impl Findings {
    /// A problem whose message says all.
    pub(super) fn report(&mut self, place: Place, message: impl Into<String>) {
        self.report_with(place, message, None::<String>);
    }

    /// A problem with what to write instead.
    pub(super) fn report_with(&mut self, place: Place, message: impl Into<String>, help: Option<impl Into<String>>) {
        self.found.push(Finding { place, message: message.into(), help: help.map_or(Help::None, |text| Help::Text(text.into())) });
    }

    /// A problem with what to write instead.
    pub(super) fn cure(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.report_with(place, message, Some(help));
    }

    /// Something that may be there once only; the help names the first place.
    pub(super) fn twice(&mut self, place: Place, first: Place, message: impl Into<String>) {
        self.found.push(Finding { place, message: message.into(), help: Help::First(first) });
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
        trees.iter().flatten().for_each(|tree| secret_places(tree, false, &mut secrets));
        secrets.sort_unstable();
        let faithful = |index: usize| trees.get(index).is_some_and(Option::is_some) && !self.distorted.contains(&index);
        let lines: Vec<_> = sources.iter().map(|source| Lines::of(&source.text)).collect();
        let mut problems: Vec<_> = self
            .found
            .into_iter()
            .map(|finding| {
                let guess = !faithful(finding.place.source);
                finding.locate(sources, &lines, &Mask { places: &secrets, guess })
            })
            .collect();
        problems.sort_unstable();
        problems.dedup();
        problems
    }
}

/// How the secrets of a line are found.
struct Mask<'a> {
    /// Where they are known to be.
    places: &'a [Place],
    /// The source was not understood: whatever follows a key that sounds like a secret, too.
    guess: bool,
}

impl Finding {
    fn locate(self, sources: &[&Source], lines: &[Lines], mask: &Mask<'_>) -> Problem {
        let Place { source: index, start, end } = self.place;
        let message = shown(&self.message);
        let help = self.help.text(sources, lines).map(|text| shown(&text));
        let (Some(source), Some(lines)) = (sources.get(index), lines.get(index)) else {
            return Problem {
                file: "inventory".to_owned(),
                line: 1,
                column: 1,
                width: 0,
                source_line: String::new(),
                message,
                help,
            };
        };
        let (line, bytes) = lines.around(&source.text, start);
        let text = source.text.get(bytes.clone()).unwrap_or_default();
        let count = |range: Range<usize>| source.text.get(range).map_or(0, |part| part.chars().count());
        let known = mask_places(text, index, bytes.start, mask.places);
        let source_line = if mask.guess { mask_guess(&known) } else { known };
        let (column, width) = (count(bytes.start..start) + 1, count(start..end.min(bytes.end)));
        Problem { file: source.name.clone(), line, column, width, source_line, message, help }
    }
}

/// Text of a user's file in a message: no control character reaches the terminal.
fn shown(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

impl Help {
    fn text(self, sources: &[&Source], lines: &[Lines]) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text),
            Self::First(place) => {
                let (source, lines) = (sources.get(place.source)?, lines.get(place.source)?);
                let (line, _) = lines.around(&source.text, place.start);
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

/// Where secrets are written as text, accepted or not.
fn secret_places(node: &Node, secret: bool, places: &mut Vec<Place>) {
    match &node.value {
        Value::Scalar { text, .. } if secret || holds_secret(text) => places.push(node.place),
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|item| secret_places(item, secret, places)),
        Value::Mapping(entries) => {
            for entry in entries {
                if holds_secret(&entry.key) {
                    places.push(entry.place);
                }
                let inside = match (entry.key.as_str(), &entry.value.value) {
                    // What is no name of a variable may be the secret itself, written at the wrong place.
                    ("env", Value::Scalar { text, .. }) => secret && !is_variable_name(text.trim_start_matches('$')),
                    ("file" | "command" | "insecure_literal" | "protocol", _) => false,
                    (key, _) => secret || sounds_secret(key),
                };
                secret_places(&entry.value, inside, places);
            }
        }
    }
}

/// A URL with a password, or a text that swallowed other lines, as a stray quote makes it do.
fn holds_secret(text: &str) -> bool {
    (text.contains("://") && text.contains('@')) || (text.contains(':') && mask_guess(text) != text)
}

fn sounds_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    key == "value"
        || key == "pin"
        || ["secret", "passw", "passphrase", "community", "auth", "privacy", "_pin", "token"].iter().any(|word| key.contains(word))
}

fn mask_places(line: &str, source: usize, line_start: usize, secrets: &[Place]) -> String {
    let line_end = line_start + line.len();
    let first = secrets.partition_point(|place| (place.source, place.end) <= (source, line_start));
    let here = || secrets.iter().skip(first).take_while(|place| place.source == source && place.start < line_end);
    let hidden = |byte: usize| here().any(|place| (place.start..place.end).contains(&byte));
    line.char_indices().map(|(offset, c)| if hidden(line_start + offset) && !c.is_whitespace() { '*' } else { c }).collect()
}

fn mask_guess(line: &str) -> String {
    let mut secret = false;
    let mut word = String::new();
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        shown.push(if secret && !c.is_whitespace() { '*' } else { c });
        if c == ':' {
            secret |= sounds_secret(&word);
            word.clear();
        } else if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else if !c.is_whitespace() && c != '"' && c != '\'' {
            word.clear();
        }
    }
    shown
}
