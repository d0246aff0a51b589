//! What is wrong with an inventory: where it stands, why, and what to write instead. Pure.
//!
//! Source lines are shown with the secrets in them replaced by asterisks.

use std::cmp::Ordering;
use std::fmt;
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

/// Every problem of an inventory, by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The problems as text for people: message, place, source line with carets, and hint.
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
