//! The binary: parse, run, print the error, return the exit code. I/O.

use std::process::ExitCode;

use clap::Parser;
use voiceport::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = cli.global.terminal();
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            error.show(terminal);
            error.exit().into()
        }
    }
}
