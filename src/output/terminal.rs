//! Standard output and standard error: the only place that writes to them. I/O.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anstream::ColorChoice;
use terminal_size::{Width, terminal_size_of};

use super::document::{Block, Document};
use super::printable::{LINE_MAX, printable};
use super::status;
use super::table::{for_terminal, lines_within};
use super::text::TextReport;
use super::views;
use crate::change::report::ApplyReport;
use crate::ops::Error;
use crate::ops::files::Existing;

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
            Format::Json => json(document, |value| format!("{value:#}\n")),
            Format::Table => out(&for_terminal(&document.view(), width(&io::stdout()))),
        }
    }

    /// Prints what became of a plan that was shown here just now.
    pub fn print_outcome(&self, report: &ApplyReport) {
        match self.format {
            Format::Json => self.print(report),
            Format::Table => out(&for_terminal(&views::brief(report), width(&io::stdout()))),
        }
    }

    /// Prints a document as one line of JSON, or as its view: for commands that run on.
    pub fn stream(&self, document: &impl Document) {
        self.stream_as(document, || document.view());
    }

    /// The same with another view: one that needs more than the document has.
    pub fn stream_as(&self, document: &impl Document, view: impl FnOnce() -> Vec<Block>) {
        match self.format {
            Format::Json => json(document, |value| format!("{value}\n")),
            Format::Table => out(&for_terminal(&view(), width(&io::stdout()))),
        }
    }

    /// Shows a document to the person at the terminal, who is about to be asked something; standard output stays clean.
    pub fn preview(&self, document: &impl Document) {
        err(&for_terminal(&document.view(), width(&io::stderr())));
    }

    /// Prints a file's content or another text that is the answer itself, whatever the format.
    pub fn raw(&self, text: &str) {
        out(text);
    }

    /// Prints a text that is the answer itself, in JSON as the one field of a document.
    pub fn text(&self, text: String) {
        match self.format {
            Format::Json => self.print(&TextReport { text }),
            Format::Table => out(&text),
        }
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
            err(&format!("{}\n", sentence(line)));
        }
    }

    /// Says what became of a file that was there already.
    pub fn existing(&self, file: &Path, existing: &Existing) {
        if let Some(line) = views::existing(file, existing) {
            self.progress(&line);
        }
    }

    pub fn detail(&self, line: &str) {
        if self.verbosity >= Verbosity::Verbose {
            err(&format!("{}\n", sentence(line)));
        }
    }

    /// Says that something is odd, but goes on.
    pub fn warn(&self, line: &str) {
        err(&format!("{}\n", headed("warning", YELLOW, line)));
    }

    /// Says what went wrong and what to do about it.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        err(&format!("{}\n", headed("error", RED, text)));
        if let Some(hint) = hint {
            err(&format!("{}\n", headed("hint", CYAN, hint)));
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

    /// Says what is being done, in a line that goes away; `false` where nobody would see it.
    pub fn status(&self, line: impl FnOnce() -> String) -> bool {
        let shown = self.verbosity >= Verbosity::Normal && status::is_live();
        if shown {
            status::show(printable(&line(), LINE_MAX).into_owned());
        }
        shown
    }

    /// What was being done is done.
    pub fn idle(&self) {
        status::end();
    }

    /// Asks a question; anything but `y` or `yes` is no.
    #[must_use]
    pub fn ask(&self, question: &str) -> bool {
        status::end();
        err(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
    }
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const CYAN: &str = "\x1b[1;36m";
const RESET: &str = "\x1b[0m";

/// Lines that end between words at a terminal; in a log they stay whole.
fn sentence(text: &str) -> String {
    lines_within(text, width(&io::stderr()).filter(|_| io::stderr().is_terminal()))
}

/// The same, after a word that says what kind of line it is.
fn headed(word: &str, colour: &str, text: &str) -> String {
    let whole = sentence(&format!("{word}: {text}"));
    whole.replacen(word, &format!("{colour}{word}{RESET}"), 1)
}

fn json(document: &impl Document, text: impl Fn(serde_json::Value) -> String) {
    match document.json() {
        Ok(value) => out(&text(value)),
        Err(error) => failed(error),
    }
}

/// Columns there are for a table: those of COLUMNS, else of the terminal, else 80. In a pipe or a file nothing is cut.
fn width(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    named.or_else(|| {
        let of_terminal = || terminal_size_of(stream).map_or(80, |(Width(width), _)| usize::from(width));
        stream.is_terminal().then(of_terminal)
    })
}

fn out(text: &str) {
    // what was worked for is there
    status::end();
    let mut stream = anstream::stdout().lock();
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // a reader that went away wants no more: nothing is wrong
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => failed(Error::StandardOutput(error)),
        Ok(()) => {}
    }
}

/// A failure to write here cannot be told to anybody, and the answer is on standard output.
fn err(text: &str) {
    status::aside(|| {
        let mut stream = anstream::stderr().lock();
        let _: io::Result<()> = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    });
}

/// The first failure to print an answer. Answers are printed from within events too, which cannot fail: it waits here for the end.
static FAILED: Mutex<Option<Error>> = Mutex::new(None);

fn failed(error: Error) {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
}

/// Why not every answer was printed, when one was not.
#[must_use]
pub fn take_failure() -> Option<Error> {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner).take()
}
