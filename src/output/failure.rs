//! Why an operation ended early: on standard error for people, and as the one document on standard output when that is JSON. I/O
//! through the terminal.

use super::terminal::{Format, Terminal};
use crate::inventory::Problem;
use crate::ops::Error;
use crate::ops::document::ErrorReport;
use model::error_row::ErrorRow;

pub fn show(error: &Error, exit_code: u8, terminal: Terminal) {
    tell(error, terminal);
    // what standard output does not take cannot be told there
    if terminal.format == Format::Json && !matches!(error, Error::StandardOutput(_)) {
        // On one line, so that it is also a line of what commands that run on print.
        terminal.stream(&ErrorReport { error: error.to_string(), hint: error.hint(), errors: rows(error), exit_code });
    }
}

/// Why the command line makes no sense: the sentence as it is written for people, and the document.
pub fn show_usage(styled: &str, error: String, hint: Option<String>, code: &str, terminal: Terminal) {
    terminal.error_snippets(styled);
    if terminal.format == Format::Json {
        let errors = vec![ErrorRow::new(code, error.clone(), hint.clone())];
        terminal.stream(&ErrorReport { error, hint, errors, exit_code: 2 });
    }
}

/// On standard error alone: the document that is being printed has it among its errors.
pub fn tell(error: &Error, terminal: Terminal) {
    if let Some(problems) = error.problems() {
        terminal.error_snippets(&problems.render(terminal.color_on_stderr()));
    } else {
        terminal.error(&error.to_string(), error.hint().as_deref());
    }
}

/// What was wrong, one by one.
pub(super) fn rows(error: &Error) -> Vec<ErrorRow> {
    if let Some(problems) = error.problems() {
        return problems.list.iter().map(row).collect();
    }
    vec![ErrorRow {
        switch: error.switch().cloned(),
        file: error.file().map(|file| file.display().to_string()),
        ..ErrorRow::new(error.code(), error.to_string(), error.hint())
    }]
}

fn row(problem: &Problem) -> ErrorRow {
    ErrorRow {
        code: problem.code.name().to_owned(),
        message: problem.message.clone(),
        switch: None,
        file: Some(problem.file.clone()),
        line: Some(problem.line),
        column: Some(problem.column),
        hint: problem.hint.clone(),
    }
}
