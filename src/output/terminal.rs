//! Standard output and standard error: the only place that writes to them. I/O.

use std::io::{ErrorKind, IsTerminal, Write};

use anstream::ColorChoice;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

use super::document::{Block, Document};
use super::printable::{CELL_MAX, LINE_MAX, lines, printable};

/// What standard output carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Tables and sentences, for people.
    #[default]
    Table,
    /// One JSON document, or one JSON object per line for commands that run on.
    Json,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Progress and warnings.
    #[default]
    Normal,
    /// Details: requests, evidence, timings.
    Verbose,
}

/// The user's terminal, pipe or log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// What standard output carries.
    pub format: Format,
    /// How much is said on standard error.
    pub verbosity: Verbosity,
}

impl Terminal {
    /// Sets whether colour is used, for both streams. `Auto` heeds NO_COLOR, CLICOLOR and whether there is a terminal.
    pub fn set_color(choice: ColorChoice) {
        choice.write_global();
    }

    /// Whether a person can be asked something.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether error snippets may be coloured.
    #[must_use]
    pub fn color_on_stderr(&self) -> bool {
        !matches!(anstream::AutoStream::choice(&std::io::stderr()), ColorChoice::Never)
    }

    pub fn print(&self, document: &impl Document) {
        match self.format {
            Format::Json => out(&format!("{:#}\n", document.json())),
            Format::Table => out(&text(&document.view())),
        }
    }

    /// Prints a document as one line of JSON, or as its view: for commands that run on.
    pub fn stream(&self, document: &impl Document) {
        match self.format {
            Format::Json => out(&format!("{}\n", document.json())),
            Format::Table => out(&text(&document.view())),
        }
    }

    /// Shows a document to the person at the terminal, who is about to be asked something; standard output stays clean.
    pub fn preview(&self, document: &impl Document) {
        err(&text(&document.view()));
    }

    /// Prints a file's content or another text that is the answer itself, whatever the format.
    pub fn raw(&self, text: &str) {
        out(text);
    }

    /// Prints an empty line between two answers for people.
    pub fn gap(&self) {
        if self.format == Format::Table {
            out("\n");
        }
    }

    /// Says how the work is going.
    pub fn progress(&self, line: &str) {
        if self.verbosity >= Verbosity::Normal {
            err(&format!("{}\n", printable(line, LINE_MAX)));
        }
    }

    pub fn detail(&self, line: &str) {
        if self.verbosity >= Verbosity::Verbose {
            err(&format!("{}\n", printable(line, LINE_MAX)));
        }
    }

    /// Says that something is odd, but goes on.
    pub fn warn(&self, line: &str) {
        err(&format!("{YELLOW}warning{RESET}: {}\n", lines(line)));
    }

    /// Says what went wrong and what to do about it.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        err(&format!("{RED}error{RESET}: {}\n", lines(text)));
        if let Some(hint) = hint {
            err(&format!("{CYAN}hint{RESET}: {}\n", lines(hint)));
        }
    }

    /// Shows text on standard error as it is: source snippets that bring their own layout.
    pub fn error_snippets(&self, text: &str) {
        err(text);
    }

    /// Shows warnings with their source snippets.
    pub fn warning_snippets(&self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            err(text);
        }
    }

    /// Asks a question; anything but `yes` is no.
    #[must_use]
    pub fn ask(&self, question: &str) -> bool {
        err(&format!("{question} [yes/no] "));
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && answer.trim().eq_ignore_ascii_case("yes")
    }
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const CYAN: &str = "\x1b[1;36m";
const RESET: &str = "\x1b[0m";

/// The blocks as text, tables aligned.
#[must_use]
pub fn text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Line(line) => text.push_str(&printable(line, LINE_MAX)),
            Block::Table(titles, rows) => text.push_str(&table(titles, rows)),
            Block::Gap => {}
        }
        text.push('\n');
    }
    text
}

/// Titles and rows aligned; a column in which no row has anything is left out.
fn table(titles: &[&str], rows: &[Vec<String>]) -> String {
    let used: Vec<bool> =
        (0..titles.len()).map(|at| rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))).collect();
    let kept = |at: &usize| used.get(*at).copied().unwrap_or_default();
    let titles = titles.iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, title)| title);
    let rows = rows.iter().map(|row| row.iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, cell)| printable(cell, CELL_MAX)));
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(titles.map(|title| title.to_uppercase()));
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

fn out(text: &str) {
    let mut stream = anstream::stdout().lock();
    settle(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()));
}

fn err(text: &str) {
    let mut stream = anstream::stderr().lock();
    settle(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()));
}

/// A reader that went away wants no more: nothing is wrong. Any other failure to print cannot be told to anybody either.
fn settle(result: std::io::Result<()>) {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Ok(()) | Err(_) => {}
    }
}
