//! From the words of the command line to the exit code. I/O.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, ValueEnum};

use super::command::Cli;
use super::exit::Exit;
use super::global::Color;
use crate::output::{Format, Terminal, failure, terminal};

/// Carries out a command line, the program's name first.
#[must_use]
pub fn run(arguments: &[OsString]) -> ExitCode {
    let terminal = asked_for(arguments);
    let parsed = Cli::command().try_get_matches_from(arguments).and_then(|matches| {
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.global.take_environment(&matches);
        Ok(cli)
    });
    let exit = match parsed {
        Ok(cli) => carry_out(cli),
        Err(error) => unparsed(&advised(error), terminal),
    };
    all_printed(exit, terminal).into()
}

fn carry_out(cli: Cli) -> Exit {
    let terminal = cli.global.terminal();
    cli.run().unwrap_or_else(|error| {
        let exit = Exit::from(error.conclusion());
        failure::show(&error, exit as u8, terminal);
        exit
    })
}

/// How it ends when an answer could not be printed, which nobody may take for an empty one.
fn all_printed(exit: Exit, terminal: Terminal) -> Exit {
    let Some(error) = terminal::take_failure() else { return exit };
    // whatever is worse for the network stays
    let exit = if matches!(exit, Exit::Done | Exit::Usage) { Exit::Failed } else { exit };
    failure::show(&error, exit as u8, terminal);
    exit
}

/// What other programs call it, and what it is called here.
const ELSEWHERE: [(&str, &str); 6] = [
    ("-y", "--yes"),
    ("--auto-approve", "--yes"),
    ("--force", "--yes"),
    ("--dry-run", "voiceport plan"),
    ("version", "voiceport --version"),
    ("undo", "voiceport rollback"),
];

/// A word of other programs is answered with ours, not with what is spelt alike.
fn advised(mut error: clap::Error) -> clap::Error {
    let word = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand].into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.as_str()),
        _ => None,
    });
    let known = ELSEWHERE.iter().find(|(foreign, _)| Some(*foreign) == word);
    if let Some((_, ours)) = known.filter(|_| matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand)) {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![format!("here it is `{ours}`").into()]));
    }
    error
}

/// Help and version are answers; anything else is wrong usage.
fn unparsed(error: &clap::Error, terminal: Terminal) -> Exit {
    let styled = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            terminal.text(if terminal.format == Format::Json { error.render().to_string() } else { styled });
            Exit::Done
        }
        kind => {
            let plain = error.render().to_string();
            failure::show_usage(&styled, sentence(kind, &plain), hint(error, &plain), code(kind), terminal);
            Exit::Usage
        }
    }
}

/// The first sentence, without the word `error`.
fn sentence(kind: ErrorKind, plain: &str) -> String {
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command: name one".to_owned();
    }
    let first: Vec<&str> = plain.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let text = first.join(" ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

/// What to write instead, as far as that is known; else where it is written.
fn hint(error: &clap::Error, plain: &str) -> Option<String> {
    let tip = plain.lines().find_map(|line| line.trim().strip_prefix("tip: ")).map(str::to_owned);
    let usage = || match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => Some(usage.to_string().trim().replace("Usage: ", "usage: ")),
        _ => Some("voiceport --help".to_owned()),
    };
    tip.or_else(usage)
}

const fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "invalid_value",
        ErrorKind::UnknownArgument => "unknown_argument",
        ErrorKind::InvalidSubcommand => "unknown_command",
        ErrorKind::ArgumentConflict => "conflicting_arguments",
        ErrorKind::MissingRequiredArgument | ErrorKind::NoEquals => "missing_argument",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "missing_command",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => "wrong_number_of_values",
        ErrorKind::InvalidUtf8 => "not_utf8",
        _ => "usage",
    }
}

/// The terminal that a command line asks for, whether or not it can be understood as a whole.
fn asked_for(arguments: &[OsString]) -> Terminal {
    let words: Vec<&OsStr> = arguments.iter().skip(1).map(OsString::as_os_str).take_while(|word| *word != "--").collect();
    let color = values(&words, "--color").last().and_then(|when| Color::from_str(when, false).ok());
    color.unwrap_or_default().apply();
    let format = values(&words, "--format").filter(|format| ["json", "table"].contains(format)).last();
    let format = if format == Some("json") { Format::Json } else { Format::Table };
    Terminal { format, ..Terminal::default() }
}

/// The values of an option.
fn values<'a>(words: &'a [&'a OsStr], option: &'a str) -> impl Iterator<Item = &'a str> {
    words.iter().enumerate().filter_map(move |(at, word)| match word.to_str()?.strip_prefix(option)? {
        "" => words.get(at + 1)?.to_str(),
        rest => rest.strip_prefix('='),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_known_before_the_rest_is_understood() {
        let format = |line: &str| asked_for(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).format;
        assert_eq!(format("voiceport paln --format json"), Format::Json);
        assert_eq!(format("voiceport --format=json --nonsense"), Format::Json);
        assert_eq!(format("voiceport --format json plan --format table"), Format::Table);
        for line in ["voiceport plan", "voiceport probe -- --format json", "voiceport --formats json", "voiceport --format"] {
            assert_eq!(format(line), Format::Table, "{line}");
        }
    }
}
