//! A document: the same facts as JSON with a schema name, and as blocks for people. Pure.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::ops::Error;

pub trait Document: Serialize + JsonSchema {
    /// `voiceport.<command>/<number>`; a change that could break a reader raises the number.
    const SCHEMA: &'static str;

    /// The answer for people.
    fn view(&self) -> Vec<Block>;

    /// The answer for machines: the fields, led by `schema`.
    fn json(&self) -> Result<Value, Error> {
        let document = serde_json::to_value(self);
        let document = document.map_err(|cause| Error::Unserialisable { schema: Self::SCHEMA, cause: cause.to_string() })?;
        Ok(with_schema(Self::SCHEMA, document))
    }
}

/// A piece of an answer for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A line of text.
    Line(String),
    /// A line that is a verdict.
    Toned(Tone, String),
    /// Column titles and rows.
    Table(&'static [&'static str], Vec<Vec<String>>),
    /// The same, and the columns that are left out where there is no room, the least important first.
    Fitted(&'static [&'static str], Vec<Vec<String>>, &'static [&'static str]),
    Gap,
}

/// How good what is said is: its colour on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Doubtful,
    Bad,
}

impl Block {
    /// A line of text.
    pub fn line(text: impl Into<String>) -> Self {
        Self::Line(text.into())
    }
}

fn with_schema(name: &str, document: Value) -> Value {
    let mut fields = serde_json::Map::new();
    fields.insert("schema".to_owned(), Value::from(name));
    match document {
        Value::Object(own) => fields.extend(own),
        other => {
            fields.insert("value".to_owned(), other);
        }
    }
    Value::Object(fields)
}
