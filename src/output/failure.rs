//! Why an operation ended early: on standard error for people, and as the one document on standard output when that is JSON. I/O
//! through the terminal.

use super::terminal::{Format, Terminal};
use crate::ops::Error;
use crate::ops::document::ErrorReport;

/// Shows it.
pub fn show(error: &Error, exit_code: u8, terminal: Terminal) {
    if let Some(problems) = error.problems(terminal.color_on_stderr()) {
        terminal.error_snippets(&problems);
    } else {
        terminal.error(&error.to_string(), error.hint().as_deref());
    }
    if terminal.format == Format::Json {
        // On one line, so that it is also a line of what commands that run on print.
        terminal.stream(&ErrorReport { error: error.to_string(), hint: error.hint(), details: error.problems(false), exit_code });
    }
}
