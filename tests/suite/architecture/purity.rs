//! A file whose first line says "Pure" has no clock, socket, file, log or environment in it.

use super::source;

/// What such a file must not name: segments of a path that follow each other.
const IMPURE: &[(&str, &[&str])] = &[
    ("a clock", &["Instant::now", "SystemTime::now", "Timestamp::now", "clock_gettime", "time::sleep", "thread::sleep"]),
    (
        "a socket",
        &["UdpSocket", "TcpStream", "TcpListener", "UnixStream", "UnixListener", "UnixDatagram", "tokio::net", "nix::sys"],
    ),
    ("a file", &["std::fs", "tokio::fs", "File::open", "File::create", "OpenOptions", "tempfile"]),
    ("a process", &["process::Command", "tokio::process"]),
    ("a terminal", &["io::stdin", "io::stdout", "io::stderr", "println", "eprintln", "dbg"]),
    ("a log", &["tracing", "log::error", "log::warn", "log::info", "log::debug", "log::trace"]),
    ("the environment", &["std::env", "env::var", "env::var_os", "env::args"]),
    ("chance", &["getrandom", "rand"]),
];

/// True when the segments of `name` stand next to each other in `path`.
fn names(path: &[String], name: &str) -> bool {
    let wanted: Vec<&str> = name.split("::").collect();
    path.windows(wanted.len()).any(|segments| segments.iter().zip(&wanted).all(|(is, wanted)| is == wanted))
}

#[test]
fn pure_files_have_no_input_and_no_output() {
    let mut wrong = Vec::new();
    let mut pure = 0;
    for source in source::all().iter().filter(|source| source.says_pure) {
        pure += 1;
        for (what, list) in IMPURE {
            for name in list.iter().filter(|name| source.paths.iter().any(|path| names(path, name))) {
                wrong.push(format!("{}: says it is pure and names {what}: {name}", source.path));
            }
        }
    }
    assert!(pure > 50, "only {pure} files say that they are pure");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
