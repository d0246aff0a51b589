//! Phones added to the text of an inventory file; not one byte of what stands there changes. Pure.
//!
//! The list may be in block style at any indentation, in flow style, empty, or missing; line ends stay as they are. What was written is
//! read again before it is given out: old content and new phones, nothing else. Not supported: a list that is an alias or has a tag, and
//! several documents in one file.

use std::collections::BTreeSet;

use crate::inventory::findings::Findings;
use crate::inventory::node::{Entry, Node, Value};
use crate::inventory::source::Source;
use crate::inventory::yaml::{self, Layout};
use crate::phones::catalogue::Catalogue;
use model::ids::{MacAddress, ModelId, PortRef};

/// The section phones stand in.
const SECTION: &str = "phones";
/// Longest comment written behind a phone.
const REMARK: usize = 80;

/// A phone to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhone {
    pub mac: MacAddress,
    pub model: ModelId,
    pub at: Option<PortRef>,
    /// What to say about it in a comment; left out where a comment could do harm.
    pub remark: String,
}

/// Why nothing can be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unfit {
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

/// The text with the phones added at the end of its list of phones.
pub fn insert(text: &str, phones: &[NewPhone]) -> Result<String, Unfit> {
    let old = tree(text)?;
    if phones.is_empty() {
        return Ok(text.to_owned());
    }
    let layout = yaml::layout(text, SECTION).unwrap_or_default();
    let (at, piece) = piece(text, &old, &layout, phones)?;
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let new = format!("{before}{piece}{after}");
    if tree(&new).is_ok_and(|new| is_sum(&old, phones, &new)) {
        return Ok(new);
    }
    Err(Unfit {
        reason: "its phones are written in a way that cannot be added to without changing what stands there".to_owned(),
        hint: "write a `phones:` list with one phone per `- ` line, or name another file of the inventory".to_owned(),
    })
}

/// The MAC addresses of the phones in a text.
pub fn macs(text: &str) -> Result<BTreeSet<MacAddress>, Unfit> {
    let tree = tree(text)?;
    let items = entry(&tree, SECTION).map(|entry| list(&entry.value)).unwrap_or_default();
    let mac = |item: &Node| match &entry(item, "mac")?.value.value {
        Value::Scalar { text, .. } => text.parse().ok(),
        Value::List(_) | Value::Mapping(_) => None,
    };
    Ok(items.iter().filter_map(mac).collect())
}

fn tree(text: &str) -> Result<Node, Unfit> {
    let mut findings = Findings::default();
    let tree = yaml::read(0, text, &mut findings);
    if let Some(tree) = tree.filter(|_| findings.is_empty()) {
        return Ok(tree);
    }
    let source = Source { name: String::new(), text: text.to_owned() };
    let (problems, _) = findings.finish(vec![source], &[None], &Catalogue::default());
    let problem = problems.list.into_iter().next();
    let reason =
        problem.map_or_else(|| "it is no YAML".to_owned(), |problem| format!("line {}: {}", problem.line, problem.message));
    Err(Unfit { reason, hint: "correct it first: `voiceport inventory check` shows every problem".to_owned() })
}

/// What to write, and the byte to write it at.
fn piece(text: &str, old: &Node, layout: &Layout, phones: &[NewPhone]) -> Result<(usize, String), Unfit> {
    let lines = Lines::of(text);
    // a block list may be said to start at its first item, which may be in brackets itself
    let is_flow = |at: usize| matches!(text.as_bytes().get(at), Some(b'[' | b'{')) && !lines.has_dash(at);
    match (layout.key_end, layout.list) {
        (None, _) if layout.top.is_some_and(is_flow) => Err(Unfit {
            reason: "it has no `phones` and is written in braces".to_owned(),
            hint: "add `\"phones\": []` to it".to_owned(),
        }),
        (None, _) => {
            let indent = layout.top.map_or("", |top| lines.indent(top));
            let gap = if text.trim().is_empty() || lines.ends_blank() { "" } else { lines.end };
            let items = block(&format!("{indent}  "), &lines, phones, false);
            Ok(lines.below(text.len(), &format!("{gap}{indent}{SECTION}:{}{items}", lines.end)))
        }
        (Some(_), Some(list)) if is_flow(list) => Ok(flow(&lines, layout, list, phones)),
        (Some(key_end), Some(list)) => {
            let spaced = matches!(layout.items.as_slice(), [_, .., (start, _)] if lines.after_blank(*start));
            let end = layout.items.last().map_or(key_end, |(_, end)| *end);
            Ok(lines.below(end, &block(lines.indent(list), &lines, phones, spaced)))
        }
        (Some(key_end), None) if entry(old, SECTION).is_some_and(|entry| entry.value.is_missing()) => {
            let indent = layout.top.map_or("", |top| lines.indent(top));
            Ok(lines.below(key_end, &block(&format!("{indent}  "), &lines, phones, false)))
        }
        (Some(_), None) => Err(Unfit {
            reason: "its `phones` are not a list".to_owned(),
            hint: "leave nothing behind `phones:`, or a list".to_owned(),
        }),
    }
}

/// Where to write in brackets: behind the last item, on a line of its own where that has one.
fn flow(lines: &Lines<'_>, layout: &Layout, list: usize, phones: &[NewPhone]) -> (usize, String) {
    let json = layout.top.is_some_and(|top| lines.text.as_bytes().get(top) == Some(&b'{'));
    let items = phones.iter().map(|phone| if json { json_item(phone) } else { flow_item(phone) });
    let Some((start, end)) = layout.items.last() else {
        return (list + 1, items.collect::<Vec<_>>().join(", "));
    };
    let indent = lines.indent(*start);
    let own_line = lines.start(*start) + indent.len() == *start;
    let between = if own_line { format!(",{}{indent}", lines.end) } else { ", ".to_owned() };
    (*end, items.flat_map(|item| [between.clone(), item]).collect())
}

/// The items in block style, without the last line's end.
fn block(indent: &str, lines: &Lines<'_>, phones: &[NewPhone], spaced: bool) -> String {
    let item = |phone: &NewPhone| {
        let gap = if spaced { lines.end } else { "" };
        let remark = if is_harmless(&phone.remark) { format!("  # {}", phone.remark) } else { String::new() };
        let at = phone.at.as_ref().map(|at| format!("{}{indent}  at: {}", lines.end, place(at))).unwrap_or_default();
        format!("{gap}{indent}- mac: {}{remark}{}{indent}  model: {}{at}", phone.mac, lines.end, scalar(&phone.model.to_string()))
    };
    phones.iter().map(item).collect::<Vec<_>>().join(lines.end)
}

fn flow_item(phone: &NewPhone) -> String {
    let at = phone.at.as_ref().map(|at| format!(", at: {}", place(at))).unwrap_or_default();
    format!("{{mac: \"{}\", model: {}{at}}}", phone.mac, scalar(&phone.model.to_string()))
}

fn json_item(phone: &NewPhone) -> String {
    let place =
        |at: &PortRef| format!(", \"at\": {{\"switch\": {}, \"port\": {}}}", quoted(at.switch.as_str()), quoted(at.port.as_str()));
    let at = phone.at.as_ref().map(place).unwrap_or_default();
    format!("{{\"mac\": \"{}\", \"model\": {}{at}}}", phone.mac, quoted(&phone.model.to_string()))
}

fn place(at: &PortRef) -> String {
    format!("{{switch: {}, port: {}}}", scalar(at.switch.as_str()), scalar(at.port.as_str()))
}

/// Text as it stands in YAML: in quotes where it could be read as anything else.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
        && !["null", "true", "false", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Whether a text that came from the network can stand in a comment.
fn is_harmless(remark: &str) -> bool {
    !remark.is_empty()
        && remark.len() <= REMARK
        && remark.chars().all(|c| c.is_alphanumeric() || c.is_ascii_punctuation() || c == ' ')
}

/// The lines of a text and how they end.
struct Lines<'t> {
    text: &'t str,
    end: &'static str,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let first = text.find('\n').and_then(|newline| text.get(..newline));
        Self { text, end: if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" } }
    }

    /// Where the line of a byte starts; a mark of byte order is no part of a line.
    fn start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(if before.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }, |newline| newline + 1)
    }

    /// The blanks at the start of a byte's line.
    fn indent(&self, at: usize) -> &'t str {
        let line = self.text.get(self.start(at)..).unwrap_or_default();
        line.get(..line.len() - line.trim_start_matches(' ').len()).unwrap_or_default()
    }

    /// Whether a byte's line starts with the dash of a list's item.
    fn has_dash(&self, at: usize) -> bool {
        self.text.get(self.start(at)..at).is_some_and(|before| before.trim_start().starts_with("- "))
    }

    /// Whether the line before that of a byte is blank.
    fn after_blank(&self, at: usize) -> bool {
        let before = self.text.get(..self.start(at)).unwrap_or_default();
        before.lines().next_back().is_some_and(|line| line.trim().is_empty())
    }

    fn ends_blank(&self) -> bool {
        self.text.ends_with('\n') && self.text.lines().next_back().is_some_and(|line| line.trim().is_empty())
    }

    /// The start of the line below what ends at a byte, and a piece that makes whole lines there.
    fn below(&self, end: usize, piece: &str) -> (usize, String) {
        let said = self.text.get(..end).unwrap_or(self.text).trim_end().len();
        let rest = self.text.get(said..).unwrap_or_default();
        let whole = end == self.text.len() && self.text.ends_with('\n');
        match rest.find('\n') {
            _ if whole || self.text.is_empty() => (self.text.len(), format!("{piece}{}", self.end)),
            Some(newline) => (said + newline + 1, format!("{piece}{}", self.end)),
            None => (self.text.len(), format!("{}{piece}", self.end)),
        }
    }
}

/// Whether the new tree is the old one with these phones behind its own.
fn is_sum(old: &Node, phones: &[NewPhone], new: &Node) -> bool {
    let (Value::Mapping(before), Value::Mapping(after)) = (&old.value, &new.value) else {
        return old.is_null()
            && matches!(&new.value, Value::Mapping(after) if matches!(after.as_slice(), [entry] if entry.key == SECTION && has(&entry.value, &[], phones)));
    };
    let extra = entry(old, SECTION).is_none();
    let pairs = before.iter().zip(after).all(|(old, new)| {
        old.key == new.key
            && if old.key == SECTION { has(&new.value, list(&old.value), phones) } else { same(&old.value, &new.value) }
    });
    let last = || after.last().is_some_and(|entry| entry.key == SECTION && has(&entry.value, &[], phones));
    pairs && after.len() == before.len() + usize::from(extra) && (!extra || last())
}

/// Whether a list holds the old items and then the phones.
fn has(node: &Node, old: &[Node], phones: &[NewPhone]) -> bool {
    let items = list(node);
    let Some((kept, added)) = items.split_at_checked(old.len()) else { return false };
    matches!(node.value, Value::List(_))
        && kept.iter().zip(old).all(|(kept, old)| same(kept, old))
        && added.len() == phones.len()
        && added.iter().zip(phones).all(|(item, phone)| is_phone(item, phone))
}

fn is_phone(node: &Node, phone: &NewPhone) -> bool {
    let says = |node: &Node, key: &str, wanted: &str| {
        entry(node, key).is_some_and(|entry| {
            !entry.value.is_null() && matches!(&entry.value.value, Value::Scalar { text, .. } if text == wanted)
        })
    };
    let fields = match &node.value {
        Value::Mapping(entries) => entries.len(),
        Value::Scalar { .. } | Value::List(_) => 0,
    };
    let placed = |at: &PortRef| {
        entry(node, "at")
            .is_some_and(|entry| says(&entry.value, "switch", at.switch.as_str()) && says(&entry.value, "port", at.port.as_str()))
    };
    fields == 2 + usize::from(phone.at.is_some())
        && says(node, "mac", &phone.mac.to_string())
        && says(node, "model", &phone.model.to_string())
        && phone.at.as_ref().is_none_or(placed)
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
        Value::Scalar { .. } | Value::List(_) => None,
    }
}

fn list(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        Value::Scalar { .. } | Value::Mapping(_) => &[],
    }
}

/// Whether two nodes say the same, wherever they stand.
fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Scalar { text: left, plain: unquoted }, Value::Scalar { text: right, plain }) => (left, unquoted) == (right, plain),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Mapping(left), Value::Mapping(right)) => {
            let pair = |(left, right): (&Entry, &Entry)| left.key == right.key && same(&left.value, &right.value);
            left.len() == right.len() && left.iter().zip(right).all(pair)
        }
        _ => false,
    }
}
