//! A phone list from a spreadsheet to the YAML section `phones`. Pure.
//!
//! Passwords are not imported: each line refers to `secrets/EXTENSION`.

use std::collections::HashMap;
use std::fmt::Write;

use super::encoding;
use super::table::{self, Cell, Row};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::{Node, SourceSpan, Value};
use crate::inventory::problem::Problems;
use crate::inventory::source::Source;
use crate::inventory::{fields, phones};
use crate::phones::catalogue::Catalogue;
use model::ids::{MacAddress, ModelId};
use model::suggest;

/// Columns by what they are called in other lists, in lower case.
const COLUMNS: [(&str, Column); 36] = [
    ("mac", Column::Mac),
    ("mac address", Column::Mac),
    ("mac_address", Column::Mac),
    ("mac-address", Column::Mac),
    ("macaddress", Column::Mac),
    ("mac-adresse", Column::Mac),
    ("model", Column::Model),
    ("modell", Column::Model),
    ("type", Column::Model),
    ("typ", Column::Model),
    ("vendor", Column::Vendor),
    ("manufacturer", Column::Vendor),
    ("brand", Column::Vendor),
    ("hersteller", Column::Vendor),
    ("extension", Column::Extension),
    ("ext", Column::Extension),
    ("number", Column::Extension),
    ("nebenstelle", Column::Extension),
    ("durchwahl", Column::Extension),
    ("rufnummer", Column::Extension),
    ("name", Column::Name),
    ("display name", Column::Name),
    ("display_name", Column::Name),
    ("label", Column::Name),
    ("user", Column::User),
    ("username", Column::User),
    ("benutzer", Column::User),
    ("switch", Column::Switch),
    ("port", Column::Port),
    ("switch port", Column::Port),
    ("switchport", Column::Port),
    ("address", Column::Address),
    ("ip", Column::Address),
    ("ip address", Column::Address),
    ("ip-address", Column::Address),
    ("ip-adresse", Column::Address),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Mac,
    Vendor,
    Model,
    Extension,
    Name,
    User,
    Switch,
    Port,
    Address,
}

/// What came of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The section `phones`; the notes stand before it as comments.
    pub yaml: String,
    /// What to look at: a guessed encoding, columns that are not used.
    pub notes: Vec<String>,
}

/// Turns a CSV file with a header row into the YAML section `phones`.
///
/// Known columns: mac, vendor, model (`t46s` beside a vendor, or `yealink/t46s`), extension, name, user, switch, port, address.
/// `name` is the table's name in messages. The result still has to pass [`crate::inventory::parse`].
pub fn import_csv(name: &str, bytes: impl AsRef<[u8]>) -> Result<Imported, Problems> {
    let decoded = encoding::decode(bytes.as_ref());
    let mut findings = Findings::default();
    if let Some(start) = decoded.damaged {
        let span = SourceSpan { source: 0, start, end: start };
        findings.report_hint(Code::Encoding, span, "damaged text from here on", "save the table again as \"CSV UTF-8\"");
    }
    let mut notes = Vec::new();
    if let Some(encoding) = decoded.guessed {
        notes.push(format!("{name} was read as {encoding}: check the letters in names"));
    }
    let mut section = String::new();
    write_section(&decoded.text, &mut section, &mut notes, &mut findings);
    if findings.is_empty() {
        let comments: String = notes.iter().map(|note| comment(note)).collect();
        return Ok(Imported { yaml: comments + &section, notes });
    }
    let source = Source { name: name.to_owned(), text: decoded.text };
    // the table holds no YAML, so no secret is looked for in it
    let no_tree = Node { span: SourceSpan::top(0), value: Value::List(Vec::new()) };
    Err(findings.finish(vec![source], &[Some(no_tree)], &Catalogue::default()).0)
}

fn comment(text: &str) -> String {
    format!("# {}\n", text.replace(char::is_control, "?"))
}

fn write_section(text: &str, yaml: &mut String, notes: &mut Vec<String>, findings: &mut Findings) {
    let mut rows = table::rows(text, findings).into_iter();
    let Some(header) = rows.next() else {
        let hint = "start with a header row, like mac;model;extension;name";
        if findings.is_empty() {
            findings.report_hint(Code::Missing, SourceSpan::top(0), "the table is empty", hint);
        }
        return;
    };
    let columns = columns(&header, notes, findings);
    if !columns.contains(&Some(Column::Mac)) {
        let hint = match header.cells.len() {
            1 => "separate cells by `;`, tab or `,`, and name the columns in the first row, like mac;model;extension;name",
            _ => "name the columns in the first row, like mac;model;extension;name",
        };
        findings.report_hint(Code::Missing, header.span, "no column `mac`", hint);
        return;
    }
    yaml.push_str("phones:\n");
    let mut seen = HashMap::new();
    for row in rows {
        let row = Phone { span: row.span, cells: columns.iter().copied().zip(row.cells).collect() };
        row.write(yaml, &mut seen, findings);
    }
}

/// What each column is. One that is nearly called like a known one is a mistake; any other is not used, which is said.
fn columns(header: &Row, notes: &mut Vec<String>, findings: &mut Findings) -> Vec<Option<Column>> {
    let known = || COLUMNS.iter().map(|(name, _)| *name);
    let mut columns = Vec::new();
    for cell in &header.cells {
        let name = cell.text.to_lowercase();
        let column = COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        if column.is_none() && !name.is_empty() {
            match suggest::nearest(&name, known()) {
                Some(near) => {
                    let message = format!("unknown column `{}`", cell.text);
                    findings.report_hint(Code::UnknownKey, cell.span, message, format!("did you mean `{near}`?"));
                }
                None => notes.push(format!("column `{}` is not used", cell.text)),
            }
        } else if column.is_some() && columns.contains(&column) {
            findings.report_hint(Code::Duplicate, cell.span, format!("a second column for `{name}`"), "remove one of the two");
        }
        columns.push(column);
    }
    columns
}

/// One phone: the cells of a row by column.
struct Phone {
    span: SourceSpan,
    cells: Vec<(Option<Column>, Cell)>,
}

impl Phone {
    fn cell(&self, column: Column) -> Option<&Cell> {
        self.cells.iter().find(|(of, cell)| *of == Some(column) && !cell.text.is_empty()).map(|(_, cell)| cell)
    }

    fn text(&self, column: Column, findings: &mut Findings) -> Option<&str> {
        let cell = self.cell(column)?;
        fields::printable(&cell.text, cell.span, "cell", findings).then_some(cell.text.as_str())
    }

    fn write(&self, yaml: &mut String, seen: &mut HashMap<MacAddress, SourceSpan>, findings: &mut Findings) {
        let (Some(mac), Some(model)) = (self.mac(seen, findings), self.model(findings)) else { return };
        let mut phone = format!("  - mac: {mac}\n    model: {}\n", quote(&model.to_string()));
        match (self.text(Column::Switch, findings), self.text(Column::Port, findings)) {
            (Some(switch), Some(port)) => push(&mut phone, "at", &format!("{{switch: {}, port: {}}}", quote(switch), quote(port))),
            (None, None) => {}
            _ => findings.report_hint(
                Code::Conflict,
                self.span,
                "switch without port, or port without switch",
                "fill in both or neither",
            ),
        }
        if let Some(address) = self.text(Column::Address, findings) {
            push(&mut phone, "address", &quote(address));
        }
        if let Some(line) = self.line(findings) {
            push(&mut phone, "lines", &line);
        }
        yaml.push_str(&phone);
    }

    fn mac(&self, seen: &mut HashMap<MacAddress, SourceSpan>, findings: &mut Findings) -> Option<MacAddress> {
        let Some(cell) = self.cell(Column::Mac) else {
            findings.report(Code::Missing, self.span, "a row without MAC address");
            return None;
        };
        let node = Node { span: cell.span, value: Value::Scalar { text: cell.text.clone(), plain: false } };
        let mac = phones::mac(&node, "mac", findings)?;
        if let Some(first) = seen.insert(mac, cell.span) {
            findings.twice(cell.span, first, format!("{mac} is in the table twice"));
        }
        Some(mac)
    }

    fn model(&self, findings: &mut Findings) -> Option<ModelId> {
        let vendor = self.text(Column::Vendor, findings);
        let model = self.text(Column::Model, findings);
        let text = match (vendor, model) {
            (Some(vendor), Some(model)) if !model.contains('/') => format!("{vendor}/{model}"),
            (_, Some(model)) => model.to_owned(),
            (_, None) => String::new(),
        };
        let id = text.parse().ok();
        if id.is_none() {
            let span = self.cell(Column::Model).map_or(self.span, |cell| cell.span);
            findings.report_hint(
                Code::InvalidValue,
                span,
                format!("`{text}` is not a model"),
                "write vendor/model, like yealink/t46s, or add a column `vendor`",
            );
        }
        id
    }

    fn line(&self, findings: &mut Findings) -> Option<String> {
        let extension = self.text(Column::Extension, findings)?;
        let mut line = format!("[{{extension: {}", quote(extension));
        for (key, column) in [("name", Column::Name), ("user", Column::User)] {
            if let Some(text) = self.text(column, findings) {
                // Writing into a String cannot fail.
                let _ = write!(line, ", {key}: {}", quote(text));
            }
        }
        let file = extension.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let _ = write!(line, ", secret: {{file: secrets/{file}}}}}]");
        Some(line)
    }
}

fn push(yaml: &mut String, key: &str, value: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(yaml, "    {key}: {value}");
}

/// Text in double quotes; it holds no control characters, so YAML and JSON agree on it.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
