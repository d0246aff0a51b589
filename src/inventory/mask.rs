//! Secrets of a source line replaced by asterisks, where they are known to be or may be. Pure.

use std::collections::BTreeSet;

use crate::inventory::env_name::is_variable_name;
use crate::inventory::node::{Node, SourceSpan, Value};
use crate::phones::catalogue::Catalogue;

/// How the secrets of a line are found.
pub(super) struct Mask<'a> {
    /// Where they are known to be.
    pub(super) spans: &'a [SourceSpan],
    /// The source was not understood: whatever follows a key that sounds like a secret, too.
    pub(super) guess: bool,
    /// Keys whose values are secret by a vendor's list.
    pub(super) keys: &'a BTreeSet<String>,
}

impl Mask<'_> {
    /// A line of a source, which starts at byte `start` of it, as it may be shown.
    pub(super) fn line(&self, line: &str, source: usize, start: usize) -> String {
        let known = mask_spans(line, source, start, self.spans);
        if self.guess { mask_guess(&known, self.keys) } else { known }
    }
}

/// Where secrets are written as text, accepted or not.
pub(super) fn secret_spans(node: &Node, secret: bool, catalogue: &Catalogue, spans: &mut Vec<SourceSpan>) {
    match &node.value {
        Value::Scalar { text, .. } if secret || holds_secret(text, &catalogue.secret_parameters) => spans.push(node.span),
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|item| secret_spans(item, secret, catalogue, spans)),
        Value::Mapping(entries) => {
            for entry in entries {
                if holds_secret(&entry.key, &catalogue.secret_parameters) {
                    spans.push(entry.span);
                }
                let inside = match (entry.key.as_str(), &entry.value.value) {
                    // What is no name of a variable may be the secret itself, written at the wrong place.
                    ("env", Value::Scalar { text, .. }) => secret && !is_variable_name(text.trim_start_matches('$')),
                    ("file" | "command" | "insecure_literal" | "protocol", _) => false,
                    (key, _) => secret || sounds_secret(key) || catalogue.is_secret_parameter(key),
                };
                secret_spans(&entry.value, inside, catalogue, spans);
            }
        }
    }
}

/// A URL with a password, or a text that swallowed other lines, as a stray quote makes it do.
fn holds_secret(text: &str, keys: &BTreeSet<String>) -> bool {
    (text.contains("://") && text.contains('@')) || (text.contains(':') && mask_guess(text, keys) != text)
}

fn sounds_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    key == "value"
        || key == "pin"
        || ["secret", "passw", "passphrase", "community", "auth", "privacy", "_pin", "token"].iter().any(|word| key.contains(word))
}

fn mask_spans(line: &str, source: usize, line_start: usize, secrets: &[SourceSpan]) -> String {
    let line_end = line_start + line.len();
    let first = secrets.partition_point(|span| (span.source, span.end) <= (source, line_start));
    let here = || secrets.iter().skip(first).take_while(|span| span.source == source && span.start < line_end);
    let hidden = |byte: usize| here().any(|span| (span.start..span.end).contains(&byte));
    line.char_indices().map(|(offset, c)| if hidden(line_start + offset) && !c.is_whitespace() { '*' } else { c }).collect()
}

fn mask_guess(line: &str, keys: &BTreeSet<String>) -> String {
    let mut secret = false;
    let mut word = String::new();
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        shown.push(if secret && !c.is_whitespace() { '*' } else { c });
        if c == ':' {
            secret |= sounds_secret(&word) || keys.contains(&word);
            word.clear();
        } else if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else if !c.is_whitespace() && c != '"' && c != '\'' {
            word.clear();
        }
    }
    shown
}
