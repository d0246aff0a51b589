//! YAML as a tree whose every node knows where it stands; scalars keep their text as written. Pure.
//!
//! Nothing is typed here: whether `0101` is a number or an extension is for the field that reads it to say.

/// A stretch of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SourceSpan {
    /// Index of the source.
    pub(super) source: usize,
    /// Byte where it starts.
    pub(super) start: usize,
    /// Byte after its end; equal to `start` where the node has no extent of its own.
    pub(super) end: usize,
}

impl SourceSpan {
    /// The very start of a source.
    pub(super) const fn top(source: usize) -> Self {
        Self { source, start: 0, end: 0 }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: SourceSpan,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Text; `plain` when it stands without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// One key and its value. Keys may repeat: the reader reports that.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) span: SourceSpan,
    pub(super) value: Node,
}

impl Node {
    /// `null`, `~` or nothing at all, unquoted.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// A key followed by nothing.
    pub(super) fn is_missing(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if text.is_empty())
    }

    /// What this is, for "expected …, found …".
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } if self.is_missing() => "nothing",
            Value::Scalar { .. } if self.is_null() => "null",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}
