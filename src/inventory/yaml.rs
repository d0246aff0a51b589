//! YAML 1.2 events to located nodes: the only place that knows the YAML crate. Pure.
//!
//! Anchors, aliases and merge keys (`<<`) are followed within a budget. Not supported: several documents in one file,
//! tags other than `!!str`, keys that are not text.

use std::collections::HashMap;

use serde_yaml::granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::{Entry, Node, SourceSpan, Value};

/// Deepest nesting: an inventory needs 6, and a tree this shallow is dropped without deep recursion.
const NESTING_LIMIT: usize = 32;
/// Nodes that aliases may add, per byte of the file: what can be written down can be loaded, a bomb cannot.
const ALIAS_NODES_PER_BYTE: usize = 4;
/// Most values of one file: three times those of 100,000 phones.
const VALUES_MAX: usize = 5_000_000;

/// Reads one source. `None` when it could not be read to its end; what was wrong is then among the findings.
pub(super) fn read(source: usize, text: &str, findings: &mut Findings) -> Option<Node> {
    let mut builder = Builder::new(source, text);
    for item in Parser::new_from_str_with_options(text, options()) {
        let step = match item {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => Err(builder.syntax(&error)),
        };
        if let Err(stop) = step {
            findings.report_with(Code::Syntax, stop.span, stop.message, stop.hint);
            builder.remarks.into_iter().for_each(|(span, message, hint)| findings.report_with(Code::Syntax, span, message, hint));
            return None;
        }
    }
    if builder.distorted {
        findings.distort(source);
    }
    builder.remarks.into_iter().for_each(|(span, message, hint)| findings.report_with(Code::Syntax, span, message, hint));
    Some(builder.root.unwrap_or(Node { span: SourceSpan::top(source), value: Value::Mapping(Vec::new()) }))
}

fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = NESTING_LIMIT;
    options.block_nesting_limit = NESTING_LIMIT;
    options
}

struct Stop {
    span: SourceSpan,
    message: String,
    hint: Option<String>,
}

struct Builder<'a> {
    source: usize,
    text: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    alias_budget: usize,
    documents: usize,
    values: usize,
    root: Option<Node>,
    remarks: Vec<(SourceSpan, String, Option<String>)>,
    /// Whether something written is not in the tree.
    distorted: bool,
}

/// A collection not yet closed.
struct Open {
    span: SourceSpan,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Node> },
}

impl<'a> Builder<'a> {
    fn new(source: usize, text: &'a str) -> Self {
        Self {
            source,
            text,
            open: Vec::new(),
            anchors: HashMap::new(),
            alias_budget: text.len().saturating_mul(ALIAS_NODES_PER_BYTE),
            documents: 0,
            values: 0,
            root: None,
            remarks: Vec::new(),
            distorted: false,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let span = self.span(span);
        self.values += 1;
        if self.values > VALUES_MAX {
            let hint = "this is no inventory, or that of several sites: give each site a folder of its own";
            return Err(Stop { span, message: "too many values".to_owned(), hint: Some(hint.to_owned()) });
        }
        match event {
            Event::DocumentStart(..) => return self.document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !self.tag(tag.as_deref(), span);
                // The parser says `~` where nothing is written; "nothing" and "null" are told apart by extent.
                let text = if plain && span.start == span.end { String::new() } else { text.into_owned() };
                self.add(Node { span, value: Value::Scalar { text, plain } }, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                self.open.push(Open { span, anchor, content: Content::List(Vec::new()) });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                self.open.push(Open { span, anchor, content: Content::Mapping { entries: Vec::new(), key: None } });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.remark(
                    span,
                    format!("`*{name}` names no anchor"),
                    format!("mark a value before it with `&{name}`, or put text that starts with `*` in quotes"),
                );
                self.add(Node { span, value: Value::Scalar { text: String::new(), plain: true } }, 0);
            }
            _ => {}
        }
        Ok(())
    }

    fn document(&mut self, span: SourceSpan) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents < 2 {
            return Ok(());
        }
        let hint = Some("put it into a file of its own: the files of a folder are merged".to_owned());
        Err(Stop { span, message: "a second YAML document in one file".to_owned(), hint })
    }

    /// Whether the tag makes the scalar text; any other tag is reported.
    fn tag(&mut self, tag: Option<&Tag>, span: SourceSpan) -> bool {
        let Some(tag) = tag else { return false };
        if tag.is_yaml_core_schema_tag("str") {
            return true;
        }
        if !tag.is_yaml_core_schema() {
            let message = format!("the tag `{}` is not understood", tag.original());
            self.remark(
                span,
                message,
                "write the value itself; for a secret write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}",
            );
        }
        false
    }

    fn alias(&mut self, anchor: usize, span: SourceSpan) -> Result<(), Stop> {
        let Some(node) = self.anchors.get(&anchor) else {
            let message = "an alias inside the value that it stands for".to_owned();
            return Err(Stop { span, message, hint: Some("write the value out".to_owned()) });
        };
        let Some(left) = self.alias_budget.checked_sub(size(node)) else {
            let message = "aliases make this file too large".to_owned();
            return Err(Stop {
                span,
                message,
                hint: Some("write the values out, or put shared settings under `defaults`".to_owned()),
            });
        };
        self.alias_budget = left;
        let node = node.clone();
        self.add(node, 0);
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Mapping { entries, .. } => Value::Mapping(self.merge_keys(entries)),
        };
        self.add(Node { span: open.span, value }, open.anchor);
    }

    fn add(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Mapping { key: key @ None, .. }) => *key = Some(node),
            Some(Content::Mapping { entries, key }) => match key.take() {
                // a key that swallowed other lines may hold anything, a secret too: it is not shown
                Some(Node { span, value: Value::Scalar { text, .. } }) if text.contains('\n') && text.contains(':') => {
                    self.distorted = true;
                    let span = SourceSpan { end: span.start, ..span };
                    self.remark(span, "a key must be one line".to_owned(), "take out the `|`, `>` or quote that begins it");
                }
                Some(Node { span, value: Value::Scalar { text, .. } }) => entries.push(Entry { key: text, span, value: node }),
                Some(Node { span, .. }) => {
                    self.distorted = true;
                    let hint = "put a value that starts with `{` or `[` in quotes";
                    self.remark(span, "a key must be text, not a mapping or a list".to_owned(), hint);
                }
                None => {}
            },
        }
    }

    /// Resolves `<<`: the mapping's own keys win over merged ones.
    fn merge_keys(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        if !entries.iter().any(|entry| entry.key == "<<") {
            return entries;
        }
        self.distorted = true;
        let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "<<");
        for merge in merges {
            let parts = match merge.value.value {
                Value::List(items) => items,
                _ => vec![merge.value],
            };
            for base in parts {
                let Value::Mapping(inherited) = base.value else {
                    self.remark(
                        merge.span,
                        "`<<` merges mappings only".to_owned(),
                        "write `<<: *anchor` where the anchor marks a mapping",
                    );
                    continue;
                };
                let fresh: Vec<_> = inherited.into_iter().filter(|entry| own.iter().all(|known| known.key != entry.key)).collect();
                own.extend(fresh);
            }
        }
        own
    }

    fn remark(&mut self, span: SourceSpan, message: String, hint: impl Into<String>) {
        self.remarks.push((span, message, Some(hint.into())));
    }

    fn span(&self, span: Span) -> SourceSpan {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        SourceSpan { source: self.source, start, end }
    }

    fn syntax(&self, error: &ScanError) -> Stop {
        let start = error.marker().byte_offset().unwrap_or_else(|| byte_of(self.text, error.marker().index()));
        let span = SourceSpan { source: self.source, start, end: start };
        let hint = syntax_hint(error.kind(), self.line_around(start));
        Stop { span, message: format!("not YAML: {}", reason(error)), hint: hint.map(str::to_owned) }
    }

    fn line_around(&self, byte: usize) -> &str {
        let start = self.text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }
}

/// The parser's own words, without its position.
fn reason(error: &ScanError) -> String {
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => format!("nested deeper than {NESTING_LIMIT} levels"),
        _ => error.info().to_lowercase(),
    }
}

fn syntax_hint(kind: &ErrorKind, line: &str) -> Option<&'static str> {
    let indentation = line.split(|c: char| !c.is_whitespace()).next().unwrap_or_default();
    if indentation.contains('\t') {
        return Some("indent with spaces: YAML does not allow tabs there");
    }
    match kind {
        ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
            Some("indent with spaces: YAML does not allow tabs there")
        }
        ErrorKind::MappingValueNotAllowed => Some("put text that holds `: ` in quotes, and align keys of one mapping"),
        ErrorKind::SimpleKeyExpected => Some("end the key with `:`, like `vlans:`"),
        ErrorKind::UnclosedQuotedScalar => Some("close the quotes"),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => {
            Some("separate items by a comma and close every `{` with `}`, every `[` with `]`")
        }
        ErrorKind::UnknownQuotedScalarEscape => Some("in double quotes write a backslash as `\\\\`, or use single quotes"),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            Some("take the control character out: an editor that shows it, or `tr -d '\\000' < FILE`, helps")
        }
        ErrorKind::UnexpectedCharacter { .. } => Some("put text that starts with a special character in quotes"),
        _ => None,
    }
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Scalar { text, .. } => text.len() / 16,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|entry| 1 + size(&entry.value)).sum(),
    }
}

/// How a section of the top mapping is written, for writing into it.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Where the top mapping starts.
    pub(super) top: Option<usize>,
    /// Byte after the section's key; `None` when there is no such section.
    pub(super) key_end: Option<usize>,
    /// Where the section's value starts, when it is a list.
    pub(super) list: Option<usize>,
    /// First byte of each item of the list and the byte after its last token.
    pub(super) items: Vec<(usize, usize)>,
}

/// Where a section stands. `None` when the source is no YAML.
pub(super) fn layout(text: &str, section: &str) -> Option<Layout> {
    let mut layout = Layout::default();
    // depth of the event's node, and whether the nodes of the top mapping so far end with a key
    let (mut depth, mut after_key, mut inside, mut last_end) = (0_usize, false, false, 0);
    for item in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = item.ok()?;
        let start = span.start.byte_offset()?;
        let end = span.end.byte_offset()?.max(start);
        let (opens, closes) = match &event {
            Event::MappingStart(..) | Event::SequenceStart(..) => (true, false),
            Event::MappingEnd | Event::SequenceEnd => (false, true),
            Event::Scalar(..) | Event::Alias(..) | Event::UnresolvedAlias(..) => (false, false),
            _ => continue,
        };
        depth -= usize::from(closes);
        // a block collection ends where its last token does, whatever comments follow
        if !opens && (!closes || text.get(start..end).is_some_and(|token| token == "]" || token == "}")) {
            last_end = end;
        }
        match (depth, closes) {
            (0, false) => layout.top = matches!(event, Event::MappingStart(..)).then_some(start),
            (1, false) if !after_key => {
                inside = matches!(&event, Event::Scalar(key, ..) if key == section) && layout.key_end.is_none();
                layout.key_end = if inside { Some(end) } else { layout.key_end };
            }
            (1, false) if inside && matches!(event, Event::SequenceStart(..)) => layout.list = Some(start),
            (2, false) if inside && layout.list.is_some() => layout.items.push((start, last_end.max(start))),
            _ => {}
        }
        if let Some(item) = layout.items.last_mut().filter(|_| inside && depth >= 2 && !opens) {
            item.1 = last_end;
        }
        if depth == 1 && !opens {
            after_key = !after_key;
        }
        depth += usize::from(opens);
    }
    Some(layout)
}
