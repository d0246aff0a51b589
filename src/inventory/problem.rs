//! What is wrong with an inventory: where it stands, why, and what to write instead. Pure.
//!
//! Source lines are shown with the secrets in them replaced by asterisks.

use std::cmp::Ordering;
use std::fmt::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use schemars::JsonSchema;
use serde::Serialize;

/// What kind of problem it is; the message says it for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// Bytes that are no text in the encoding expected.
    Encoding,
    /// The text breaks the rules of YAML or CSV.
    Syntax,
    /// A value of another type is expected: a list, a mapping, text.
    WrongType,
    /// A key or a column that means nothing here.
    UnknownKey,
    /// Something required is absent.
    Missing,
    /// A number or a length beyond its limits.
    OutOfRange,
    /// Text that the field cannot hold.
    InvalidValue,
    /// Text with a control character or an invisible one.
    ControlCharacter,
    /// Something that may be there once only.
    Duplicate,
    /// A name that refers to nothing.
    UnknownName,
    /// A phone model without templates.
    UnknownModel,
    /// Two parts of the inventory that do not go together.
    Conflict,
    /// A secret written as text where a reference is required.
    SecretInText,
    /// A secret that cannot be had, or that cannot be one.
    Secret,
    /// A phone's files cannot be made.
    Render,
    /// Something written that nothing makes use of.
    Unused,
    /// A switch that may not be written.
    ReadOnly,
    /// More than an inventory may have.
    TooLarge,
}

impl ProblemCode {
    /// The code as JSON shows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Syntax => "syntax",
            Self::WrongType => "wrong_type",
            Self::UnknownKey => "unknown_key",
            Self::Missing => "missing",
            Self::OutOfRange => "out_of_range",
            Self::InvalidValue => "invalid_value",
            Self::ControlCharacter => "control_character",
            Self::Duplicate => "duplicate",
            Self::UnknownName => "unknown_name",
            Self::UnknownModel => "unknown_model",
            Self::Conflict => "conflict",
            Self::SecretInText => "secret_in_text",
            Self::Secret => "secret",
            Self::Render => "render",
            Self::Unused => "unused",
            Self::ReadOnly => "read_only",
            Self::TooLarge => "too_large",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    pub code: ProblemCode,
    pub message: String,
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
    /// What to write instead, when there is more to say than the message does.
    pub hint: Option<String>,
}

impl Ord for Problem {
    /// By place; problems of one place by what they say.
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |problem: &Self| (problem.line, problem.column, problem.width);
        self.file
            .cmp(&other.file)
            .then_with(|| place(self).cmp(&place(other)))
            .then_with(|| (&self.source_line, &self.message, &self.hint).cmp(&(&other.source_line, &other.message, &other.hint)))
            .then_with(|| self.code.cmp(&other.code))
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many problems are shown to people; the rest is counted.
const SHOWN: usize = 20;

/// The problems of an inventory, by file, line and column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problems {
    /// Not more than 10,000 are kept.
    pub list: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl Problems {
    /// All there are.
    #[must_use]
    pub const fn new(list: Vec<Problem>) -> Self {
        Self { list, more: 0 }
    }

    pub(super) const fn with_more(list: Vec<Problem>, more: usize) -> Self {
        Self { list, more }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// These and others, in the order of their places.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.list.extend(others.list);
        self.list.sort_unstable();
        self.list.dedup();
        self.more += others.more;
        self
    }

    /// The first problems as text for people: message, place, source line with carets, and hint; and how many there are.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let mut text = self.snippets(&Level::ERROR, color);
        text.push_str(&self.to_string());
        text.push('\n');
        text
    }

    /// The first of them as warnings, and how many more there are.
    #[must_use]
    pub fn render_warnings(&self, color: bool) -> String {
        let mut text = self.snippets(&Level::WARNING, color);
        let hidden = self.hidden();
        if hidden > 0 {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "and {hidden} more warnings");
        }
        text
    }

    fn snippets(&self, level: &Level<'_>, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let shown = self.list.iter().take(SHOWN).map(|problem| problem.render(level.clone(), &renderer));
        shown.flat_map(|snippet| [snippet, "\n\n".to_owned()]).collect()
    }

    fn hidden(&self) -> usize {
        self.list.len().saturating_sub(SHOWN) + self.more
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.len() + self.more {
            1 => f.write_str("1 problem in the inventory")?,
            count => write!(f, "{count} problems in the inventory")?,
        }
        if self.hidden() > 0 { write!(f, ": these are the first {SHOWN}") } else { Ok(()) }
    }
}

impl std::error::Error for Problems {}

impl Problem {
    fn render(&self, level: Level<'_>, renderer: &Renderer) -> String {
        let title = level.primary_title(&self.message);
        let group = if self.source_line.is_empty() {
            title.element(Origin::path(&self.file))
        } else {
            let annotation = AnnotationKind::Primary.span(self.bytes());
            title.element(Snippet::source(&self.source_line).line_start(self.line).path(&self.file).annotation(annotation))
        };
        let group = match &self.hint {
            Some(hint) => group.element(Level::HELP.with_name("hint").message(hint)),
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
