//! Blocks laid out as text: tables that fit a width, lines that end between words. Pure.
//!
//! A table that is too wide loses columns in the order that its view states, and says which. Then cells are broken between words, the
//! roomiest column first. Where not even that is enough, each row becomes a paragraph. No word is ever broken.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::document::{Block, Tone};
use super::printable::{CELL_MAX, LINE_MAX, printable};

/// Blanks between two columns.
const GAP: usize = 2;
/// What the second line of something is moved in by.
const INDENT: &str = "  ";

/// The blocks as plain text of any width.
#[must_use]
pub fn text(blocks: &[Block]) -> String {
    laid_out(blocks, None, false)
}

/// The blocks for a terminal: at most `width` columns, where that is known, with the colours of verdicts.
#[must_use]
pub fn for_terminal(blocks: &[Block], width: Option<usize>) -> String {
    laid_out(blocks, width, true)
}

fn laid_out(blocks: &[Block], width: Option<usize>, coloured: bool) -> String {
    let mut text = String::new();
    for block in blocks {
        let piece = match block {
            Block::Line(line) => line_within(line, width),
            Block::Toned(tone, line) => painted(&line_within(line, width), *tone, coloured),
            Block::Table(titles, rows) => with_signs(table(titles, rows, &[], width), coloured),
            Block::Fitted(titles, rows, order) => with_signs(table(titles, rows, order, width), coloured),
            Block::Gap => String::new(),
        };
        text.push_str(&piece);
        text.push('\n');
    }
    text
}

const RESET: &str = "\x1b[0m";

const fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "\x1b[32m",
        Tone::Bad => "\x1b[31m",
        Tone::Doubtful => "\x1b[33m",
    }
}

fn painted(text: &str, tone: Tone, coloured: bool) -> String {
    if coloured { format!("{}{text}{RESET}", colour(tone)) } else { text.to_owned() }
}

/// The signs of verdicts in a table, in their colours.
fn with_signs(table: String, coloured: bool) -> String {
    let signs = [("✓", Tone::Good), ("✗", Tone::Bad), ("≈", Tone::Doubtful)];
    let paint = |table: String, (sign, tone): (&str, Tone)| {
        if coloured && table.contains(sign) { table.replace(sign, &painted(sign, tone, true)) } else { table }
    };
    signs.into_iter().fold(table, paint)
}

/// Several lines, each of which ends between words.
#[must_use]
pub fn lines_within(text: &str, width: Option<usize>) -> String {
    text.split('\n').map(|line| line_within(line, width)).collect::<Vec<_>>().join("\n")
}

fn line_within(line: &str, width: Option<usize>) -> String {
    let line = printable(line, LINE_MAX);
    match width.filter(|width| line.width() > *width) {
        Some(width) => wrapped(&line, width, width.saturating_sub(INDENT.len())).join(&format!("\n{INDENT}")),
        None => line.into_owned(),
    }
}

/// The text in pieces between words, the first at most `first` columns wide, the others `rest`; a longer word stands alone.
fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let words = text.trim_start_matches(' ');
    let mut lines: Vec<String> = Vec::new();
    // blanks at the beginning of the text are its layout
    let mut line = " ".repeat(text.len() - words.len());
    for word in words.split(' ') {
        let room = if lines.is_empty() { first } else { rest };
        let begun = !line.trim().is_empty();
        if begun && line.width() + 1 + word.width() > room {
            lines.push(std::mem::take(&mut line));
        } else if begun {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or_default()
}

/// One column with its title and cells.
struct Column<'a> {
    title: &'static str,
    shown: String,
    cells: Vec<Cow<'a, str>>,
}

impl Column<'_> {
    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.shown.as_str()).chain(self.cells.iter().map(AsRef::as_ref))
    }

    fn width(&self) -> usize {
        self.texts().map(UnicodeWidthStr::width).max().unwrap_or_default()
    }

    fn narrowest(&self) -> usize {
        self.texts().map(longest_word).max().unwrap_or_default()
    }
}

/// Titles and rows aligned; a column in which no row has anything is left out.
fn table(titles: &[&'static str], rows: &[Vec<String>], order: &[&str], width: Option<usize>) -> String {
    let cell = |row: &'_ Vec<String>, at: usize| {
        row.get(at).map_or(Cow::Borrowed(""), |cell| Cow::Owned(printable(cell, CELL_MAX).into_owned()))
    };
    let column = |(at, title): (usize, &&'static str)| Column {
        title,
        shown: title.to_uppercase(),
        cells: rows.iter().map(|row| cell(row, at)).collect(),
    };
    let mut columns: Vec<Column<'_>> = titles.iter().enumerate().map(column).collect();
    columns.retain(|column| rows.is_empty() || column.cells.iter().any(|cell| !cell.is_empty()));
    let Some(width) = width else { return aligned(&columns, &widths(&columns)) };
    let mut dropped = Vec::new();
    for name in order {
        if total(&widths(&columns)) <= width {
            break;
        }
        if let Some(at) = columns.iter().position(|column| column.title == *name) {
            dropped.push(columns.remove(at).title);
        }
    }
    let body = match narrowed(&columns, width) {
        Some(widths) => aligned(&columns, &widths),
        None => paragraphs(&columns, width),
    };
    if dropped.is_empty() {
        return body;
    }
    let left_out = format!("(no room for: {}; a wider terminal or --format json shows them)", dropped.join(", "));
    format!("{body}\n{}", line_within(&left_out, Some(width)))
}

fn widths(columns: &[Column<'_>]) -> Vec<usize> {
    columns.iter().map(Column::width).collect()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Widths that fit, without breaking a word; `None` when there are none.
fn narrowed(columns: &[Column<'_>], width: usize) -> Option<Vec<usize>> {
    let mut widths = widths(columns);
    let narrowest: Vec<usize> = columns.iter().map(Column::narrowest).collect();
    while total(&widths) > width {
        let over = total(&widths) - width;
        // the roomiest gives way, down to the next roomiest, so that two long columns share what there is
        let slack = |at: &usize| widths.get(*at).zip(narrowest.get(*at)).map_or(0, |(now, least)| now - least);
        let widest = (0..widths.len()).filter(|at| slack(at) > 0).max_by_key(|at| widths.get(*at).copied())?;
        let next = (0..widths.len()).filter(|at| *at != widest).filter_map(|at| widths.get(at)).max().copied().unwrap_or_default();
        let now = widths.get(widest).copied()?;
        let step = now.saturating_sub(next).max(1).min(over).min(slack(&widest));
        *widths.get_mut(widest)? -= step;
    }
    Some(widths)
}

fn aligned(columns: &[Column<'_>], widths: &[usize]) -> String {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let titles = columns.iter().map(|column| column.shown.as_str()).collect();
    let body = (0..rows).map(|row| columns.iter().map(|column| column.cells.get(row).map_or("", AsRef::as_ref)).collect());
    let lines: Vec<String> = std::iter::once(titles).chain(body).flat_map(|cells: Vec<&str>| row(&cells, widths)).collect();
    lines.join("\n")
}

/// The lines of one row.
fn row(cells: &[&str], widths: &[usize]) -> Vec<String> {
    let broken: Vec<Vec<String>> = cells.iter().zip(widths).map(|(cell, width)| in_column(cell, *width)).collect();
    let height = broken.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let mut line = String::new();
        for (cell, width) in broken.iter().zip(widths) {
            let piece = cell.get(at).map_or("", String::as_str);
            line.push_str(piece);
            line.push_str(&" ".repeat(width.saturating_sub(piece.width()) + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

fn in_column(cell: &str, width: usize) -> Vec<String> {
    if cell.width() <= width { vec![cell.to_owned()] } else { wrapped(cell, width, width) }
}

/// Each row as lines of title and value.
fn paragraphs(columns: &[Column<'_>], width: usize) -> String {
    let titles = columns.iter().map(|column| column.shown.width()).max().unwrap_or_default();
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let line = |column: &Column<'_>, row: usize| {
        let cell = column.cells.get(row)?;
        let pad = " ".repeat(titles - column.shown.width() + GAP);
        let room = width.saturating_sub(titles + GAP);
        let value = wrapped(cell, room, room).join(&format!("\n{}", " ".repeat(titles + GAP)));
        (!cell.is_empty()).then(|| format!("{}{pad}{value}", column.shown))
    };
    let paragraph = |row: usize| columns.iter().filter_map(|column| line(column, row)).collect::<Vec<_>>().join("\n");
    (0..rows).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 4] = ["phone", "port", "notes", "state"];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        vec![
            row(["00:15:65:10:00:01", "closet 1/1", "heard twice since noon", "waits for fetched: nobody asked for its file yet"]),
            row(["00:15:65:10:00:02", "floor-2 Gi1/0/3", "", "in service"]),
        ]
    }

    fn fitted(width: usize) -> String {
        for_terminal(&[Block::Fitted(&TITLES, rows(), &["notes", "port"])], Some(width))
    }

    #[test]
    fn without_a_width_nothing_is_cut() {
        let whole = "PHONE              PORT             NOTES                   STATE
00:15:65:10:00:01  closet 1/1       heard twice since noon  waits for fetched: nobody asked for its file yet
00:15:65:10:00:02  floor-2 Gi1/0/3                          in service
";
        assert_eq!(text(&[Block::Fitted(&TITLES, rows(), &["notes"])]), whole);
        assert_eq!(text(&[Block::Table(&TITLES, rows())]), whole);
        assert_eq!(fitted(110), whole);
    }

    #[test]
    fn columns_are_dropped_in_their_order_and_named() {
        assert_eq!(
            fitted(90),
            "PHONE              PORT             STATE
00:15:65:10:00:01  closet 1/1       waits for fetched: nobody asked for its file yet
00:15:65:10:00:02  floor-2 Gi1/0/3  in service
(no room for: notes; a wider terminal or --format json shows them)
"
        );
        assert!(fitted(70).contains("(no room for: notes, port; "), "{}", fitted(70));
    }

    #[test]
    fn then_cells_are_broken_between_words() {
        let narrow = fitted(45);
        assert_eq!(
            narrow,
            "PHONE              STATE
00:15:65:10:00:01  waits for fetched: nobody
                   asked for its file yet
00:15:65:10:00:02  in service
(no room for: notes, port; a wider terminal
  or --format json shows them)
"
        );
    }

    #[test]
    fn no_word_is_broken_at_any_width() {
        let words: Vec<String> =
            rows().concat().iter().flat_map(|cell| cell.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
        for width in 17..120 {
            let text = for_terminal(&[Block::Table(&TITLES, rows())], Some(width));
            let longest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            // one address beside its title is as narrow as it gets
            assert!(longest <= width.max(24), "{width}: {longest}\n{text}");
            for word in &words {
                assert!(text.contains(word.as_str()), "{width}: {word}\n{text}");
            }
        }
    }

    #[test]
    fn wide_characters_are_as_wide_as_they_are() {
        let row = |name: &str| vec![name.to_owned(), "x".to_owned()];
        let table = text(&[Block::Table(&["name", "is"], vec![row("電話"), row("ab"), row("🚀")])]);
        assert_eq!(table, "NAME  IS\n電話  x\nab    x\n🚀    x\n");
    }

    #[test]
    fn long_lines_end_between_words_and_keep_their_indent() {
        let line = Block::line("  note: switch closet does not tell of any PSE group");
        assert_eq!(for_terminal(&[line], Some(30)), "  note: switch closet does not\n  tell of any PSE group\n");
    }

    #[test]
    fn verdicts_have_their_colours_on_terminals_only() {
        let blocks = [Block::Toned(Tone::Bad, "not accepted".to_owned()), Block::Table(&["wired"], vec![vec!["✓".to_owned()]])];
        assert_eq!(text(&blocks), "not accepted\nWIRED\n✓\n");
        assert_eq!(for_terminal(&blocks, None), "\x1b[31mnot accepted\x1b[0m\nWIRED\n\x1b[32m✓\x1b[0m\n");
    }
}
