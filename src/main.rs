//! The binary: the command line carried out. I/O.

use std::process::ExitCode;

fn main() -> ExitCode {
    voiceport::cli::run(std::env::args_os().collect())
}
