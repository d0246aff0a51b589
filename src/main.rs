//! The binary: parse, run, print the error, return the exit code. I/O.

use std::process::ExitCode;

use clap::Parser;
use voiceport::cli::{Cli, Exit};
use voiceport::output::failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = cli.global.terminal();
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            let exit = Exit::from(error.conclusion());
            failure::show(&error, exit as u8, terminal);
            exit.into()
        }
    }
}
