//! Reading the fields of a mapping: each asked for by name, the rest reported as unknown. Pure.

use std::collections::HashMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::{Entry, Node, SourceSpan, Value};
use model::suggest;
use model::units::Milliwatts;

/// The fields of one mapping. Every field asked for is known; [`Fields::close`] reports the others.
pub(super) struct Fields<'n> {
    what: String,
    span: SourceSpan,
    entries: Vec<&'n Entry>,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The fields of a node; reports a node that is no mapping, and keys written twice.
    pub(super) fn open(node: &'n Node, what: impl Into<String>, findings: &mut Findings) -> Option<Self> {
        let what = what.into();
        let Value::Mapping(entries) = &node.value else {
            findings.report(Code::WrongType, node.span, format!("{what}: expected a mapping, found {}", node.kind()));
            return None;
        };
        Some(Self::of(entries.iter().collect(), node.span, what, findings))
    }

    /// The fields gathered from several mappings.
    pub(super) fn of(entries: Vec<&'n Entry>, span: SourceSpan, what: impl Into<String>, findings: &mut Findings) -> Self {
        let what = what.into();
        let entries = unique(entries, &what, findings);
        Self { what, span, entries, asked: Vec::new() }
    }

    /// What these fields describe, as messages name it.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// Where the mapping starts.
    pub(super) const fn span(&self) -> SourceSpan {
        self.span
    }

    /// A field's node; `None` when it is absent or `null`.
    pub(super) fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value).filter(|node| !node.is_null())
    }

    /// A field that must be there.
    pub(super) fn required(&mut self, key: &'static str, example: &str, findings: &mut Findings) -> Option<&'n Node> {
        let node = self.node(key);
        if node.is_none() {
            let span = self.entries.iter().find(|entry| entry.key == key).map_or(self.span, |entry| entry.span);
            findings.report_hint(
                Code::Missing,
                span,
                format!("{}: `{key}` is missing", self.what),
                format!("add `{key}: {example}`"),
            );
        }
        node
    }

    pub(super) fn text(&mut self, key: &'static str, findings: &mut Findings) -> Option<&'n str> {
        let node = self.node(key)?;
        text(node, &self.name(key), findings)
    }

    /// A whole number in a range.
    pub(super) fn number<T>(&mut self, key: &'static str, range: RangeInclusive<u64>, findings: &mut Findings) -> Option<T>
    where
        T: TryFrom<u64>,
    {
        let node = self.node(key)?;
        number(node, range, &self.name(key), findings)
    }

    /// `true` or `false`; `false` when absent.
    pub(super) fn flag(&mut self, key: &'static str, findings: &mut Findings) -> bool {
        let name = self.name(key);
        self.node(key).and_then(|node| flag(node, &name, findings)).unwrap_or(false)
    }

    /// A power in watts, with up to three decimals.
    pub(super) fn watts(&mut self, key: &'static str, findings: &mut Findings) -> Option<Milliwatts> {
        let node = self.node(key)?;
        watts(node, &self.name(key), findings)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)], findings: &mut Findings) -> Option<T> {
        let node = self.node(key)?;
        choice(node, words, &self.name(key), findings)
    }

    /// The items of a list; none when absent.
    pub(super) fn list(&mut self, key: &'static str, findings: &mut Findings) -> &'n [Node] {
        let name = self.name(key);
        self.node(key).and_then(|node| list(node, &name, findings)).unwrap_or_default()
    }

    /// Text that a type of its own reads.
    pub(super) fn parsed<T: FromStr>(&mut self, key: &'static str, findings: &mut Findings) -> Option<T>
    where
        T::Err: Display,
    {
        let node = self.node(key)?;
        parsed(node, &self.name(key), findings)
    }

    /// A field's name in messages.
    pub(super) fn name(&self, key: &str) -> String {
        format!("{}: {key}", self.what)
    }

    /// Reports every field that nobody asked for.
    pub(super) fn close(self, findings: &mut Findings) {
        for entry in &self.entries {
            if !self.asked.contains(&entry.key.as_str()) {
                unknown_key(&entry.key, entry.span, &self.what, &self.asked, findings);
            }
        }
    }
}

/// Reports a key that means nothing here, with the nearest that would.
pub(super) fn unknown_key(key: &str, span: SourceSpan, what: &str, known: &[&str], findings: &mut Findings) {
    let hint = match suggest::nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    findings.report_hint(Code::UnknownKey, span, format!("{what}: unknown key `{key}`"), hint);
}

/// The entries without those whose key came before; they are reported.
pub(super) fn unique<'n>(entries: Vec<&'n Entry>, what: &str, findings: &mut Findings) -> Vec<&'n Entry> {
    let mut seen: HashMap<&str, SourceSpan> = HashMap::with_capacity(entries.len());
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(first) = seen.get(entry.key.as_str()) {
            findings.twice(entry.span, *first, format!("{what}: `{}` is written twice", entry.key));
        } else {
            seen.insert(&entry.key, entry.span);
            kept.push(entry);
        }
    }
    kept
}

/// Printable text that is not empty.
pub(super) fn text<'n>(node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n str> {
    let text = free_text(node, what, findings)?;
    if text.trim().is_empty() {
        findings.report(Code::Missing, node.span, format!("{what}: expected text, found nothing"));
        return None;
    }
    Some(text)
}

/// Printable text, perhaps empty, as it is written.
pub(super) fn free_text<'n>(node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n str> {
    let Value::Scalar { text, .. } = &node.value else {
        findings.report(Code::WrongType, node.span, format!("{what}: expected text, found {}", node.kind()));
        return None;
    };
    printable(text, node.span, what, findings).then_some(text)
}

/// Whether a text can be shown, and written into any phone's file; reports what cannot.
pub(super) fn printable(text: &str, span: SourceSpan, what: &str, findings: &mut Findings) -> bool {
    let Some(bad) = text.chars().find(|c| is_unprintable(*c)) else { return true };
    let hint = "remove it; a phone's file could break on it";
    findings.report_hint(
        Code::ControlCharacter,
        span,
        format!("{what}: control character U+{:04X} in a text", u32::from(bad)),
        hint,
    );
    false
}

/// Control characters, line separators, and the invisible characters that reorder text.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn number<T: TryFrom<u64>>(node: &Node, range: RangeInclusive<u64>, what: &str, findings: &mut Findings) -> Option<T> {
    let text = scalar(node, "a whole number", what, findings)?;
    let leading_zero = text.len() > 1 && text.starts_with('0');
    let (low, high) = (range.start(), range.end());
    if text.is_empty() || leading_zero || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        findings.report_hint(
            Code::InvalidValue,
            node.span,
            format!("{what}: expected a whole number, found `{text}`"),
            format!("write {low} to {high} in plain digits"),
        );
        return None;
    }
    let number = text.parse().ok().filter(|number| range.contains(number));
    if number.is_none() {
        findings.report_hint(
            Code::OutOfRange,
            node.span,
            format!("{what}: {text} is out of range"),
            format!("use {low} to {high}"),
        );
    }
    T::try_from(number?).ok()
}

fn flag(node: &Node, what: &str, findings: &mut Findings) -> Option<bool> {
    match scalar(node, "true or false", what, findings)? {
        "true" => Some(true),
        "false" => Some(false),
        other => {
            findings.report(Code::InvalidValue, node.span, format!("{what}: expected true or false, found `{other}`"));
            None
        }
    }
}

fn watts(node: &Node, what: &str, findings: &mut Findings) -> Option<Milliwatts> {
    let text = scalar(node, "a power in watts", what, findings)?;
    let milliwatts = milliwatts(text);
    if milliwatts.is_none() {
        findings.report_hint(
            Code::InvalidValue,
            node.span,
            format!("{what}: expected a power in watts, found `{text}`"),
            "write a number without unit, like 370 or 61.5",
        );
    }
    milliwatts
}

/// Decimal watts as milliwatts, without going through binary fractions.
fn milliwatts(text: &str) -> Option<Milliwatts> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let thousandths: u32 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(thousandths).map(Milliwatts)
}

fn choice<T: Copy>(node: &Node, words: &[(&str, T)], what: &str, findings: &mut Findings) -> Option<T> {
    let text = scalar(node, "a word", what, findings)?;
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Some(*value);
    }
    let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    findings.report_hint(
        Code::InvalidValue,
        node.span,
        format!("{what}: unknown value `{text}`"),
        format!("use {}", known.join(", ")),
    );
    None
}

/// The items of a list.
pub(super) fn list<'n>(node: &'n Node, what: &str, findings: &mut Findings) -> Option<&'n [Node]> {
    if let Value::List(items) = &node.value {
        return Some(items);
    }
    let hint = "write the items as `- item` lines or in `[…]`";
    findings.report_hint(Code::WrongType, node.span, format!("{what}: expected a list, found {}", node.kind()), hint);
    None
}

/// Text that a type of its own reads.
pub(super) fn parsed<T: FromStr>(node: &Node, what: &str, findings: &mut Findings) -> Option<T>
where
    T::Err: Display,
{
    match text(node, what, findings)?.parse() {
        Ok(value) => Some(value),
        Err(wrong) => {
            findings.report(Code::InvalidValue, node.span, format!("{what}: {wrong}"));
            None
        }
    }
}

fn scalar<'n>(node: &'n Node, expected: &str, what: &str, findings: &mut Findings) -> Option<&'n str> {
    if let Value::Scalar { text, .. } = &node.value {
        return Some(text);
    }
    findings.report(Code::WrongType, node.span, format!("{what}: expected {expected}, found {}", node.kind()));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watts_are_read_exactly() {
        assert_eq!(milliwatts("370"), Some(Milliwatts(370_000)));
        assert_eq!(milliwatts("61.65"), Some(Milliwatts(61_650)));
        for wrong in ["", ".5", "5.", "-1", "1e3", "15.4 W", "1.2345", "4294968"] {
            assert_eq!(milliwatts(wrong), None, "{wrong}");
        }
    }
}
