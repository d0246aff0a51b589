//! Checks of a finished file: every parameter name known, none given twice, XML closed properly. Pure.
//!
//! A phone ignores a name it does not know without a word, so only a list can catch a slip. Not supported: checks of values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::error::Error;
use crate::phones::catalogue::{FileFormat, parameter_pattern};
use crate::phones::source::{Files, yaml};
use model::suggest;

/// The names a vendor's phones know (`templates/<vendor>/parameters.yaml`); `{n}` stands for a number.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// XML elements that hold others.
    #[serde(default)]
    pub structure: BTreeSet<String>,
    /// Names that may stand more than once.
    #[serde(default)]
    pub repeatable: BTreeSet<String>,
    /// Names whose values are secret; listed among the others too.
    #[serde(default)]
    pub secret: BTreeSet<String>,
    /// Names that stand once.
    pub parameters: BTreeSet<String>,
}

impl Parameters {
    /// Whether phones know the name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let pattern = parameter_pattern(name);
        [name, &pattern].iter().any(|form| self.parameters.contains(*form) || self.repeatable.contains(*form))
    }

    /// Whether the value of a name is never shown.
    #[must_use]
    pub fn is_secret(&self, name: &str) -> bool {
        self.secret.contains(name) || self.secret.contains(&parameter_pattern(name))
    }

    fn problem(&self, name: &str, seen: &mut BTreeSet<String>) -> Option<String> {
        if !self.knows(name) {
            let pattern = parameter_pattern(name);
            let known = self.parameters.iter().chain(&self.repeatable).map(String::as_str);
            let hint = suggest::nearest(&pattern, known).map(|name| format!(", did you mean {name}?")).unwrap_or_default();
            return Some(format!("unknown parameter {name}{hint}"));
        }
        let repeated = !seen.insert(name.to_owned()) && !self.repeatable.contains(name);
        repeated.then(|| format!("parameter {name} is given twice"))
    }
}

/// The parameter list of each vendor.
pub(super) fn parameters(files: &Files) -> Result<BTreeMap<String, Parameters>, Error> {
    let lists = files.iter().filter_map(|(path, text)| Some((path, path.strip_suffix("/parameters.yaml")?, text)));
    lists.map(|(path, vendor, text)| Ok((vendor.to_owned(), yaml(path, text)?))).collect()
}

/// Everything wrong with a file's text; empty when it may go out.
#[must_use]
pub fn lint(text: &str, format: FileFormat, parameters: &Parameters) -> Vec<String> {
    match format {
        FileFormat::KeyValue => lint_lines(text, parameters),
        FileFormat::Xml => lint_xml(text, parameters),
    }
}

fn lint_lines(text: &str, parameters: &Parameters) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|(line, number)| match line.split_once('=') {
            Some((name, _)) => parameters.problem(name.trim(), &mut seen).map(|problem| format!("line {number}: {problem}")),
            None => Some(format!("line {number}: neither a comment nor name = value")),
        })
        .collect()
}

fn lint_xml(text: &str, parameters: &Parameters) -> Vec<String> {
    let (mut open, mut seen, mut problems) = (Vec::new(), BTreeSet::new(), Vec::new());
    for tag in tags(text) {
        match tag {
            Tag::Open(name) => {
                if !parameters.structure.contains(name) {
                    problems.extend(parameters.problem(name, &mut seen));
                }
                open.push(name);
            }
            Tag::Close(name) if open.last() == Some(&name) => drop(open.pop()),
            Tag::Close(name) => return one_more(problems, format!("</{name}> closes what is not open")),
            Tag::Broken => return one_more(problems, "a tag has no end".into()),
        }
    }
    problems.extend(open.last().map(|name| format!("<{name}> is not closed")));
    problems
}

fn one_more(mut problems: Vec<String>, last: String) -> Vec<String> {
    problems.push(last);
    problems
}

enum Tag<'a> {
    Open(&'a str),
    Close(&'a str),
    Broken,
}

/// The tags of a document without CDATA; an empty element counts as text.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    text.split('<').skip(1).filter_map(|piece| {
        let Some((tag, _)) = piece.split_once('>') else { return Some(Tag::Broken) };
        if tag.starts_with(['?', '!']) {
            return None;
        }
        let name = tag.trim_end_matches('/').split([' ', '\n', '\t']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => Some(Tag::Close(name)),
            None if tag.ends_with('/') => None,
            None => Some(Tag::Open(name)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> Parameters {
        serde_yaml::from_str("structure: [settings]\nrepeatable: [user_name]\nparameters: [\"account.{n}.enable\", lldp_enable]")
            .unwrap()
    }

    #[test]
    fn a_slip_in_a_name_is_found_with_its_line() {
        let found = lint("#!version:1.0.0.1\naccount.1.enabel = 1\n", FileFormat::KeyValue, &parameters());
        assert_eq!(found, ["line 2: unknown parameter account.1.enabel, did you mean account.{n}.enable?"]);
    }

    #[test]
    fn a_name_given_twice_is_found() {
        let found = lint("account.1.enable = 1\naccount.2.enable = 1\naccount.1.enable = 0", FileFormat::KeyValue, &parameters());
        assert_eq!(found, ["line 3: parameter account.1.enable is given twice"]);
    }

    #[test]
    fn xml_must_close_and_know_its_elements() {
        let good =
            "<?xml version=\"1.0\"?><settings><user_name idx=\"1\">a</user_name><user_name idx=\"2\">b</user_name></settings>";
        assert!(lint(good, FileFormat::Xml, &parameters()).is_empty());
        let found = lint("<settings><ldp_enable>on</ldp_enable>", FileFormat::Xml, &parameters());
        assert_eq!(found, ["unknown parameter ldp_enable, did you mean lldp_enable?", "<settings> is not closed"]);
    }
}
