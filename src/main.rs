//! The binary: parse, run, print the error, return the exit code. I/O.

fn main() {}
