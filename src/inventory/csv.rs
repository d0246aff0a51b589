//! A phone list from a spreadsheet (RFC 4180, `,` or `;` or tab between columns) to inventory YAML. Pure.
//!
//! Not supported: quoted fields that hold line breaks. Passwords are not imported: each line refers to `secrets/EXTENSION`.

use std::collections::HashMap;
use std::fmt::Write;

use crate::inventory::node::{Node, Place, Value};
use crate::inventory::problem::{Findings, Problems};
use crate::inventory::source::Source;
use crate::inventory::{fields, phones, suggest};
use model::ids::{MacAddress, ModelId};

/// Columns by what they are called in other lists, in lower case.
const COLUMNS: [(&str, Column); 20] = [
    ("mac", Column::Mac),
    ("mac address", Column::Mac),
    ("mac_address", Column::Mac),
    ("macaddress", Column::Mac),
    ("model", Column::Model),
    ("type", Column::Model),
    ("vendor", Column::Vendor),
    ("manufacturer", Column::Vendor),
    ("brand", Column::Vendor),
    ("extension", Column::Extension),
    ("ext", Column::Extension),
    ("number", Column::Extension),
    ("name", Column::Name),
    ("display name", Column::Name),
    ("user", Column::User),
    ("username", Column::User),
    ("switch", Column::Switch),
    ("port", Column::Port),
    ("address", Column::Address),
    ("ip", Column::Address),
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

/// Turns a table with a header row into the YAML section `phones`.
///
/// Known columns: mac, vendor, model (`t46s` beside a vendor, or `yealink/t46s`), extension, name, user, switch, port, address.
/// `name` is the table's name in messages. The result still has to pass [`crate::inventory::parse`].
pub fn import_csv(name: &str, text: &str) -> Result<String, Problems> {
    let source = Source { name: name.to_owned(), text: text.to_owned() };
    let mut findings = Findings::default();
    let yaml = table(text, &mut findings);
    if findings.is_empty() { Ok(yaml) } else { Err(Problems(findings.finish(&[&source], &[Some(yaml_of_nothing())]))) }
}

/// The table holds no YAML, so no secret is looked for in it.
fn yaml_of_nothing() -> Node {
    Node { place: Place::top(0), value: Value::List(Vec::new()) }
}

fn table(text: &str, findings: &mut Findings) -> String {
    let mut rows = lines(text).filter(|(_, line)| !line.trim().is_empty());
    let Some((start, header)) = rows.next() else {
        findings.cure(Place::top(0), "the table is empty", "start with a header row, like mac;model;extension;name");
        return String::new();
    };
    let separator = [';', '\t', ','].into_iter().find(|separator| header.contains(*separator)).unwrap_or(',');
    let columns = columns(start, header, separator, findings);
    let mut yaml = "phones:\n".to_owned();
    let mut seen = HashMap::new();
    for (start, line) in rows {
        let row = Row { place: place(start, line), cells: columns.iter().copied().zip(cells(start, line, separator)).collect() };
        row.phone(&mut yaml, &mut seen, findings);
    }
    yaml
}

/// The lines with the bytes they start at.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split('\n').map(move |line| {
        let mark = if next == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = next + mark;
        next += line.len() + 1;
        (start, line.get(mark..).unwrap_or_default().trim_end_matches('\r'))
    })
}

fn place(start: usize, text: &str) -> Place {
    Place { source: 0, start, end: start + text.len() }
}

fn columns(start: usize, header: &str, separator: char, findings: &mut Findings) -> Vec<Option<Column>> {
    let known = || COLUMNS.iter().map(|(name, _)| *name);
    let mut columns = Vec::new();
    for cell in cells(start, header, separator) {
        let name = cell.text.to_lowercase();
        let column = COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        if column.is_none() && !name.is_empty() {
            let help = suggest::nearest(&name, known()).map_or_else(
                || "columns are mac, vendor, model, extension, name, user, switch, port, address; remove others".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            findings.cure(cell.place, format!("unknown column `{}`", cell.text), help);
        } else if column.is_some() && columns.contains(&column) {
            findings.cure(cell.place, format!("a second column for `{name}`"), "remove one of the two");
        }
        columns.push(column);
    }
    if !columns.contains(&Some(Column::Mac)) {
        findings.cure(place(start, header), "no column `mac`", "name the columns in the first row, like mac;model;extension;name");
    }
    columns
}

/// One cell.
struct Cell {
    place: Place,
    text: String,
}

/// The cells of a line; quotes around a cell are taken off, doubled quotes in it are halved.
fn cells(start: usize, line: &str, separator: char) -> Vec<Cell> {
    let mut cells = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (index, c) in line.char_indices().chain([(line.len(), separator)]) {
        quoted ^= c == '"';
        if index == line.len() || (c == separator && !quoted) {
            let raw = line.get(from..index).unwrap_or_default();
            cells.push(Cell { place: place(start + from, raw), text: unquote(raw.trim()) });
            from = index + c.len_utf8();
        }
    }
    cells
}

fn unquote(raw: &str) -> String {
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| raw.to_owned(), |inner| inner.replace("\"\"", "\"").trim().to_owned())
}

/// One row, its cells by column.
struct Row {
    place: Place,
    cells: Vec<(Option<Column>, Cell)>,
}

impl Row {
    fn cell(&self, column: Column) -> Option<&Cell> {
        self.cells.iter().find(|(of, cell)| *of == Some(column) && !cell.text.is_empty()).map(|(_, cell)| cell)
    }

    fn text(&self, column: Column, findings: &mut Findings) -> Option<&str> {
        let cell = self.cell(column)?;
        fields::printable(&cell.text, cell.place, "cell", findings).then_some(cell.text.as_str())
    }

    fn phone(&self, yaml: &mut String, seen: &mut HashMap<MacAddress, Place>, findings: &mut Findings) {
        let (Some(mac), Some(model)) = (self.mac(seen, findings), self.model(findings)) else { return };
        let mut phone = format!("  - mac: {mac}\n    model: {}\n", quote(&model.to_string()));
        match (self.text(Column::Switch, findings), self.text(Column::Port, findings)) {
            (Some(switch), Some(port)) => push(&mut phone, "at", &format!("{{switch: {}, port: {}}}", quote(switch), quote(port))),
            (None, None) => {}
            _ => findings.cure(self.place, "switch without port, or port without switch", "fill in both or neither"),
        }
        if let Some(address) = self.text(Column::Address, findings) {
            push(&mut phone, "address", &quote(address));
        }
        if let Some(line) = self.line(findings) {
            push(&mut phone, "lines", &line);
        }
        yaml.push_str(&phone);
    }

    fn mac(&self, seen: &mut HashMap<MacAddress, Place>, findings: &mut Findings) -> Option<MacAddress> {
        let Some(cell) = self.cell(Column::Mac) else {
            findings.report(self.place, "a row without MAC address");
            return None;
        };
        let node = Node { place: cell.place, value: Value::Scalar { text: cell.text.clone(), plain: false } };
        let mac = phones::mac(&node, "mac", findings)?;
        if let Some(first) = seen.insert(mac, cell.place) {
            findings.twice(cell.place, first, format!("{mac} is in the table twice"));
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
            let place = self.cell(Column::Model).map_or(self.place, |cell| cell.place);
            findings.cure(
                place,
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
