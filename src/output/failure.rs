//! Why an operation ended early: on standard error for people, and as the one document on standard output when that is JSON. I/O
//! through the terminal.

use super::terminal::{Format, Terminal};
use crate::inventory::Problem;
use crate::ops::Error;
use crate::ops::document::{ErrorReport, ErrorRow};

pub fn show(error: &Error, exit_code: u8, terminal: Terminal) {
    if let Some(problems) = error.problems() {
        terminal.error_snippets(&problems.render(terminal.color_on_stderr()));
    } else {
        terminal.error(&error.to_string(), error.hint().as_deref());
    }
    if terminal.format == Format::Json {
        // On one line, so that it is also a line of what commands that run on print.
        terminal.stream(&ErrorReport { error: error.to_string(), hint: error.hint(), errors: rows(error), exit_code });
    }
}

fn rows(error: &Error) -> Vec<ErrorRow> {
    match error.problems() {
        Some(problems) => problems.list.iter().map(row).collect(),
        None => vec![ErrorRow {
            code: error.code().to_owned(),
            message: error.to_string(),
            file: None,
            line: None,
            column: None,
            hint: error.hint(),
        }],
    }
}

fn row(problem: &Problem) -> ErrorRow {
    ErrorRow {
        code: problem.code.name().to_owned(),
        message: problem.message.clone(),
        file: Some(problem.file.clone()),
        line: Some(problem.line),
        column: Some(problem.column),
        hint: problem.hint.clone(),
    }
}
