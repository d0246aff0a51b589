//! Why a saved plan is not carried out. Pure.

use crate::change::plan::SCHEMA;

/// Why a file that is a plan is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it was edited after `voiceport plan` wrote it: nothing was done")]
    Edited,
    #[error("it is of another schema, `{0}`: this version carries out `{SCHEMA}`")]
    OtherSchema(String),
    #[error("it is of another site, {of}: this is site {site}")]
    Foreign { of: String, site: String },
    #[error("it was made for {}, and --switch asks for {}", scope(of), scope(asked))]
    OtherScope { of: Vec<String>, asked: Vec<String> },
}

impl Fault {
    /// The kind of fault, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Edited => "edited_plan",
            Self::OtherSchema(_) => "other_schema",
            Self::Foreign { .. } => "foreign_plan",
            Self::OtherScope { .. } => "other_scope",
        }
    }
}

fn scope(names: &[String]) -> String {
    if names.is_empty() { "every switch".to_owned() } else { names.join(", ") }
}
