//! Secrets fetched from where the inventory says they are kept: environment, file, command. I/O.
//!
//! A secret is the first line. A file that others may read or change is refused, unless its folder keeps others out:
//! whoever can read it can take over the switch. The group may read it, as service managers hand files over that way.
//! Messages name the reference, never the value.

use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use model::credential::{Credential, CredentialOf, CredentialSpec, SecretRef, UsmUserOf};
use model::secret::Secret;

/// How long a command may take: long enough to type a passphrase or touch a token.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// Most that is read of a file or an output; a secret is one line.
const LENGTH_MAX: u64 = 64 * 1024;
/// Shortest password of SNMPv3 (RFC 3414 §11.2).
const USM_PASSWORD_MIN: usize = 8;

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment variable is not set, or not UTF-8.
    #[error("secret env {name}: not set")]
    NotSet { name: String },
    /// The file cannot be read.
    #[error("secret file {}: {}", .path.display(), in_words(source))]
    File { path: PathBuf, source: io::Error },
    /// Others may read or change the file.
    #[error("secret file {}: mode {mode:03o} lets others read or change it", .path.display())]
    Exposed { path: PathBuf, mode: u32 },
    /// The command cannot be started or read.
    #[error("secret command {program}: {}", in_words(source))]
    Start {
        /// The program, without its arguments.
        program: String,
        source: io::Error,
    },
    #[error("secret command {program}: {status}")]
    Failed {
        /// The program, without its arguments.
        program: String,
        status: ExitStatus,
    },
    /// The command did not end in time and was stopped.
    #[error("secret command {program}: no answer within {} s", .after.as_secs())]
    Timeout {
        /// The program, without its arguments.
        program: String,
        /// How long it was given.
        after: Duration,
    },
    /// What was found is no secret.
    #[error("secret {reference}: {reason}")]
    Unusable {
        /// Where it is kept, in words.
        reference: String,
        /// Why it cannot be used.
        reason: Unusable,
    },
    /// A password that SNMPv3 does not take.
    #[error(transparent)]
    Password(PasswordError),
}

/// Why what was found is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("not UTF-8")]
    NotUtf8,
    #[error("begins with a byte order mark, which would be a part of the secret")]
    ByteOrderMark,
    #[error("the first line is empty")]
    Empty,
    #[error("has a blank before or after it, which would be a part of the secret")]
    Blank,
    #[error("holds a control character")]
    ControlCharacter,
}

/// A password shorter than SNMPv3 allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("secret {reference}: shorter than the 8 characters that SNMPv3 asks for")]
pub struct PasswordError {
    /// Where it is kept, in words.
    reference: String,
}

/// What the operating system says of a file or a program, in words.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is none of this name".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not read or run it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotSet { name } => Some(format!("export {name}=… before the command, or keep the secret in a file")),
            Self::Exposed { path, .. } => Some(format!("chmod u=rw,g=r,o= {}", path.display())),
            Self::Failed { .. } | Self::Timeout { .. } => {
                Some("run the command by hand: its first line of output must be the secret".to_owned())
            }
            Self::File { path, source } if source.kind() == io::ErrorKind::NotFound => {
                Some(format!("write the secret into it as one line, and keep others out: chmod 600 {}", path.display()))
            }
            Self::File { path, .. } => Some(format!("make it a file that only you may read: chmod 600 {}", path.display())),
            Self::Start { .. } => Some("name the program as the shell finds it, each argument an item of the list".to_owned()),
            Self::Unusable { reason: Unusable::ByteOrderMark | Unusable::NotUtf8, .. } => {
                Some("save it as UTF-8 without byte order mark".to_owned())
            }
            Self::Unusable { reason: Unusable::Blank, .. } => {
                Some("remove it; a secret that has one stands in {insecure_literal: true, value: \" TEXT\"}".to_owned())
            }
            Self::Unusable { reason: Unusable::Empty | Unusable::ControlCharacter, .. } => {
                Some("the secret is the first line, as text".to_owned())
            }
            Self::Password(_) => Some("set a password of 8 characters or more on the switch, and write it there".to_owned()),
        }
    }
}

/// Fetches a secret. Relative files and programs start from `base`, the inventory's folder.
pub fn resolve(reference: &SecretRef, base: &Path) -> Result<Secret, Error> {
    match reference {
        SecretRef::Env(name) => {
            let text = std::env::var(name).map_err(|_| Error::NotSet { name: name.clone() })?;
            first_line(text.into_bytes(), || describe(reference))
        }
        SecretRef::File(path) => {
            let path = base.join(path);
            first_line(read_file(&path)?, || format!("file {}", path.display()))
        }
        SecretRef::Command(words) => first_line(run(words, base, COMMAND_TIMEOUT)?, || describe(reference)),
        SecretRef::Literal(secret) => Ok(secret.clone()),
    }
}

/// Fetches every secret of a credential.
pub fn resolve_credential(credential: &CredentialSpec, base: &Path) -> Result<Credential, Error> {
    Ok(match credential {
        CredentialOf::V1 { community } => CredentialOf::V1 { community: resolve(community, base)? },
        CredentialOf::V2c { community } => CredentialOf::V2c { community: resolve(community, base)? },
        CredentialOf::V3(user) => CredentialOf::V3(UsmUserOf {
            user: user.user.clone(),
            auth: user.auth.as_ref().map(|(protocol, secret)| Ok((*protocol, password(secret, base)?))).transpose()?,
            privacy: user.privacy.as_ref().map(|(protocol, secret)| Ok((*protocol, password(secret, base)?))).transpose()?,
            context: user.context.clone(),
        }),
        CredentialOf::Local => CredentialOf::Local,
    })
}

fn password(reference: &SecretRef, base: &Path) -> Result<Secret, Error> {
    let secret = resolve(reference, base)?;
    usm_password(reference, &secret).map_err(Error::Password)?;
    Ok(secret)
}

/// Whether SNMPv3 takes a secret as a password.
pub fn usm_password(reference: &SecretRef, secret: &Secret) -> Result<(), PasswordError> {
    let long_enough = secret.expose().len() >= USM_PASSWORD_MIN;
    if long_enough { Ok(()) } else { Err(PasswordError { reference: describe(reference) }) }
}

/// A reference in words; a command without its arguments, which may be telling.
fn describe(reference: &SecretRef) -> String {
    match reference {
        SecretRef::Env(name) => format!("env {name}"),
        SecretRef::File(path) => format!("file {}", path.display()),
        SecretRef::Command(words) => format!("command {}", words.first().map_or("", String::as_str)),
        SecretRef::Literal(_) => "in the inventory".to_owned(),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o026 != 0 && !is_sheltered(path) {
        return Err(Error::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(LENGTH_MAX).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Whether the file's folder lets nobody but its owner in: the six bits of group and others are clear.
fn is_sheltered(path: &Path) -> bool {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode().trailing_zeros() >= 6)
}

fn first_line(bytes: Vec<u8>, reference: impl Fn() -> String) -> Result<Secret, Error> {
    let bytes = zeroize::Zeroizing::new(bytes);
    let unusable = |reason| Error::Unusable { reference: reference(), reason };
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| unusable(Unusable::NotUtf8))?;
    match text {
        _ if text.starts_with('\u{feff}') => Err(unusable(Unusable::ByteOrderMark)),
        _ if text.trim().is_empty() => Err(unusable(Unusable::Empty)),
        _ if text.contains(char::is_control) => Err(unusable(Unusable::ControlCharacter)),
        _ if text.trim() != text => Err(unusable(Unusable::Blank)),
        _ => Ok(Secret::new(text)),
    }
}

/// Runs a command without a shell, in the folder `base`; its error output goes to the user.
fn run(words: &[String], base: &Path, timeout: Duration) -> Result<Vec<u8>, Error> {
    let (program, arguments) =
        words.split_first().map_or(("", [].as_slice()), |(program, arguments)| (program.as_str(), arguments));
    let failed = |source| Error::Start { program: program.to_owned(), source };
    let folder = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    let mut child = Command::new(executable(program, folder).map_err(failed)?)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let output = read_with_deadline(&mut child, timeout);
    match output {
        Ok(Some(bytes)) => finish(child, bytes, program),
        Ok(None) => {
            stop(&mut child);
            Err(Error::Timeout { program: program.to_owned(), after: timeout })
        }
        Err(source) => {
            stop(&mut child);
            Err(failed(source))
        }
    }
}

/// A program named by a relative path is meant from the inventory, not from where voiceport was started.
fn executable(program: &str, folder: &Path) -> io::Result<PathBuf> {
    if program.contains('/') { std::fs::canonicalize(folder.join(program)) } else { Ok(PathBuf::from(program)) }
}

/// The output up to its end; `None` when the time is over.
fn read_with_deadline(child: &mut Child, timeout: Duration) -> io::Result<Option<Vec<u8>>> {
    let Some(stdout) = child.stdout.take() else { return Ok(Some(Vec::new())) };
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let outcome = stdout.take(LENGTH_MAX).read_to_end(&mut bytes).map(|_| bytes);
        // The receiver is gone only after the deadline: nobody waits for this any more.
        let _ = sender.send(outcome);
    });
    receiver.recv_timeout(timeout).ok().transpose()
}

fn finish(mut child: Child, bytes: Vec<u8>, program: &str) -> Result<Vec<u8>, Error> {
    let status = child.wait().map_err(|source| Error::Start { program: program.to_owned(), source })?;
    if !status.success() {
        return Err(Error::Failed { program: program.to_owned(), status });
    }
    Ok(bytes)
}

fn stop(child: &mut Child) {
    // It may have ended by itself meanwhile: then there is nothing to stop.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_hangs_is_stopped() {
        let words = ["sleep".to_owned(), "600".to_owned()];
        let error = run(&words, Path::new("."), Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.to_string(), "secret command sleep: no answer within 0 s");
    }

    #[test]
    fn the_first_line_is_the_secret() {
        let read = |bytes: &[u8]| first_line(bytes.to_vec(), || "file x".to_owned()).map(|secret| secret.expose().to_owned());
        assert_eq!(read(b"hunter2\r\nsecond\n").unwrap(), "hunter2");
        assert_eq!(read(b"with a space").unwrap(), "with a space");
        for (bytes, reason) in [
            (b"".as_slice(), "empty"),
            (b"\nx", "empty"),
            (b"  \r\nx", "empty"),
            (b"a\0b", "control"),
            (b"\xff", "UTF-8"),
            (b"\xef\xbb\xbfhunter2\n", "byte order mark"),
            (b"hunter2 \r\n", "blank"),
            (b"hunter2\xc2\xa0\n", "blank"),
            (b" hunter2", "blank"),
            (b"h\0u\0n\0", "control"),
        ] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.starts_with("secret file x: ") && error.contains(reason), "{error}");
        }
    }
}
