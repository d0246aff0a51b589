//! The binary: the command line carried out. I/O.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    voiceport::cli::run(&arguments)
}
