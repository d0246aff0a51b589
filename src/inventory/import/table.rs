//! A CSV text as rows of cells, each with its bytes in the text (RFC 4180). Pure.
//!
//! The separator is the one the header has most of: `;`, tab or `,`, unless a first line `sep=;` names it, as Excel writes it. Rows
//! without any text are skipped. The crate is `csv-core`, the parser of `csv`: it tells where each cell stands, `csv` only where each
//! row does.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use crate::inventory::findings::{Code, Findings};
use crate::inventory::node::SourceSpan;

/// Separators, the more usual first.
const SEPARATORS: [u8; 3] = *b";\t,";

pub(super) struct Cell {
    /// Its bytes in the text, quotes and blanks around it included.
    pub(super) span: SourceSpan,
    /// Its text, without blanks around it.
    pub(super) text: String,
}

/// One row; never without a cell.
pub(super) struct Row {
    pub(super) span: SourceSpan,
    pub(super) cells: Vec<Cell>,
}

/// The rows of a text, the header first. A row that breaks the rules of CSV, or has not as many cells as the header, is reported and
/// left out.
pub(super) fn rows(text: &str, findings: &mut Findings) -> Vec<Row> {
    let (separator, start) = separator(text);
    let mut cells =
        Cells { text, reader: ReaderBuilder::new().delimiter(separator).build(), at: start, buffer: vec![0; text.len() + 1] };
    let mut rows = Vec::<Row>::new();
    while let Some(row) = cells.row() {
        if row.cells.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if let Some(span) = row.cells.iter().find_map(|cell| stray_quote(text, cell)) {
            let hint = "put the whole cell in quotes and write a quote inside it twice, as a spreadsheet does when it saves CSV";
            findings.report_hint(Code::Syntax, span, "a quote inside a cell that begins with one", hint);
            continue;
        }
        let ragged = rows.first().is_some_and(|header| is_ragged(header, &row, separator, findings));
        if !ragged {
            rows.push(row);
        }
    }
    rows
}

/// The separator, and the byte the table starts at.
fn separator(text: &str) -> (u8, usize) {
    let first = text.split(['\r', '\n']).next().unwrap_or_default();
    let line = first.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(first);
    let named =
        line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP=")).and_then(|rest| <[u8; 1]>::try_from(rest.as_bytes()).ok());
    if let Some([separator]) = named {
        return (separator, first.len());
    }
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    let header = text.bytes().skip_while(|byte| matches!(byte, b'\r' | b'\n'));
    for byte in header.take_while(|byte| !matches!(byte, b'\r' | b'\n')) {
        quoted ^= byte == b'"';
        for (separator, count) in SEPARATORS.iter().zip(&mut counts) {
            *count += usize::from(byte == *separator && !quoted);
        }
    }
    // the first of the largest
    let best = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0);
    (best.map_or(b',', |(separator, _)| *separator), 0)
}

fn is_ragged(header: &Row, row: &Row, separator: u8, findings: &mut Findings) -> bool {
    let (wanted, found) = (header.cells.len(), row.cells.len());
    let beyond = row.cells.get(wanted..).and_then(|beyond| beyond.iter().find(|cell| !cell.text.is_empty()));
    let separator = match separator {
        b'\t' => "tab".to_owned(),
        other => format!("`{}`", char::from(other)),
    };
    if let Some(cell) = beyond {
        let message = format!("{found} cells in a row, but the header has {wanted}");
        findings.report_hint(Code::Syntax, cell.span, message, format!("put a cell that holds a {separator} in quotes"));
    } else if found < wanted {
        let message = format!("{found} cells in a row, but the header has {wanted}");
        let hint = format!("write a {separator} for each empty cell, so that every cell is in its column");
        findings.report_hint(Code::Syntax, row.span, message, hint);
    }
    beyond.is_some() || found < wanted
}

/// In a cell that begins with a quote, one that does not end it and is not one of two. In any other cell quotes are text, as in
/// `22" screen`: the cell ends at the separator.
fn stray_quote(text: &str, cell: &Cell) -> Option<SourceSpan> {
    let SourceSpan { source, start, end } = cell.span;
    let written = text.get(start..end)?;
    let at = |offset: usize| SourceSpan { source, start: start + offset, end: start + offset + 1 };
    let inside = written.strip_prefix('"')?;
    let mut rest = inside;
    loop {
        let Some(quote) = rest.find('"') else { return Some(at(0)) };
        rest = rest.get(quote + 1..)?;
        match rest.strip_prefix('"') {
            Some(after) => rest = after,
            None if rest.is_empty() => return None,
            None => return Some(at(written.len() - rest.len() - 1)),
        }
    }
}

struct Cells<'t> {
    text: &'t str,
    reader: Reader,
    at: usize,
    buffer: Vec<u8>,
}

impl Cells<'_> {
    fn row(&mut self) -> Option<Row> {
        // the parser skips blank lines in front of a row
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let mut cells = Vec::new();
        loop {
            let (cell, ends_row) = self.cell()?;
            cells.push(cell);
            if ends_row {
                let span = |cell: Option<&Cell>| cell.map(|cell| cell.span);
                let (first, last) = (span(cells.first())?, span(cells.last())?);
                return Some(Row { span: SourceSpan { end: last.end, ..first }, cells });
            }
        }
    }

    /// The next cell, and whether it is the last of its row; `None` at the end of the text.
    fn cell(&mut self) -> Option<(Cell, bool)> {
        let (start, mut filled) = (self.at, 0);
        loop {
            // nothing left to read tells the parser that the text is at its end
            let input = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let at_end = input.is_empty();
            let (result, read, written) = self.reader.read_field(input, self.buffer.get_mut(filled..)?);
            self.at += read;
            filled += written;
            match result {
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull | ReadFieldResult::End => return None,
                ReadFieldResult::Field { record_end } => {
                    let end = if at_end { self.at } else { self.at.saturating_sub(1) };
                    let text = String::from_utf8_lossy(self.buffer.get(..filled)?).trim().to_owned();
                    return Some((Cell { span: SourceSpan { source: 0, start, end }, text }, record_end));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        let mut findings = Findings::default();
        let rows = rows(text, &mut findings);
        assert!(findings.is_empty());
        rows.into_iter().map(|row| row.cells.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn the_separator_is_found_or_named() {
        for (text, cells) in [
            ("a;b;c,d", vec!["a", "b", "c,d"]),
            ("a,b", vec!["a", "b"]),
            ("a\tb", vec!["a", "b"]),
            ("\"a;b;c\",d", vec!["a;b;c", "d"]),
            ("sep=,\r\na,b;c;d", vec!["a", "b;c;d"]),
            ("mac", vec!["mac"]),
        ] {
            assert_eq!(read(text), [cells], "{text}");
        }
    }

    #[test]
    fn cells_know_their_bytes() {
        let text = "\r\nmac;name\r\n\r\n 1 ;\"a \"\"b\"\"\r\nc\"\r\n;\r\n2;";
        let rows = rows(text, &mut Findings::default());
        let seen: Vec<_> = rows
            .iter()
            .flat_map(|row| &row.cells)
            .map(|cell| (cell.text.as_str(), &text[cell.span.start..cell.span.end]))
            .collect();
        assert_eq!(
            seen,
            [("mac", "mac"), ("name", "name"), ("1", " 1 "), ("a \"b\"\r\nc", "\"a \"\"b\"\"\r\nc\""), ("2", "2"), ("", ""),]
        );
    }
}
