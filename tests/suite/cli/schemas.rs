//! JSON documents against the schemas that the binary itself would publish.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use voiceport::output::schema;

/// The schema of every document, by name.
pub struct Schemas(BTreeMap<&'static str, Validator>);

impl Schemas {
    pub fn new() -> Self {
        let compile = |(name, schema): (&'static str, Value)| (name, jsonschema::validator_for(&schema).unwrap());
        Self(schema::all().into_iter().map(compile).collect())
    }

    /// Checks a document and returns the name of its schema.
    #[track_caller]
    pub fn check<'a>(&self, document: &'a Value) -> &'a str {
        let name = document["schema"].as_str().unwrap_or_else(|| panic!("no schema: {document:#}"));
        let validator = self.0.get(name).unwrap_or_else(|| panic!("no such schema: {name}"));
        let wrong: Vec<String> = validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path)).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{document:#}");
        name
    }
}

/// Checks the one document on standard output: its schema, and that it is that of `command`.
#[track_caller]
pub fn check(stdout: &str, command: &str) -> Value {
    let document: Value = serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{error}\n{stdout}"));
    assert_eq!(Schemas::new().check(&document), format!("voiceport.{command}/1"));
    document
}

/// Checks the document of an error: what, cure, and the exit code that the process ended with.
#[track_caller]
pub fn check_error(said: &super::user::Said) -> Value {
    let document = said.json();
    assert_eq!(Schemas::new().check(&document), "voiceport.error/1", "{said}");
    assert_eq!(document["exit_code"].as_i64(), said.code.map(i64::from), "{said}");
    assert!(document["error"].as_str().is_some_and(|error| !error.is_empty()), "{said}");
    document
}
