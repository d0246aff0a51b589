//! The operating system's refusals in words that say what is the matter. Pure.

use std::io::{Error, ErrorKind};

/// What the refusal means, without its number.
#[must_use]
pub fn words(error: &Error) -> String {
    // somebody's own words, unless they only wrap those of the operating system
    if let Some(own) = error.get_ref().map(ToString::to_string).filter(|own| !own.contains("(os error ")) {
        return own;
    }
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "this user may not",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::IsADirectory => "it is a folder, not a file",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::DirectoryNotEmpty => "the folder is not empty",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the disk quota is used up",
        ErrorKind::FileTooLarge => "the file would be too large",
        ErrorKind::InvalidData => "it is not UTF-8 text",
        ErrorKind::InvalidFilename => "the name is too long or not allowed",
        ErrorKind::AddrInUse => "another program listens there",
        ErrorKind::AddrNotAvailable => "it is not an address of this machine",
        ErrorKind::ConnectionRefused => "nothing listens on this port",
        ErrorKind::HostUnreachable => "no route leads to this host",
        ErrorKind::NetworkUnreachable => "no route leads to this network",
        ErrorKind::NetworkDown => "the network interface is down",
        ErrorKind::BrokenPipe => "the reader went away",
        _ => return without_number(&error.to_string()),
    };
    words.to_owned()
}

/// What to do about a file that cannot be used.
#[must_use]
pub fn file_hint(error: &Error) -> Option<String> {
    let hint = match error.kind() {
        ErrorKind::NotFound => "check the name: every folder of the path must be there",
        ErrorKind::PermissionDenied => "look at its owner and mode with `ls -l`, or name a path of your own",
        ErrorKind::AlreadyExists => "name another path",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::NotADirectory => "check the path",
        ErrorKind::ReadOnlyFilesystem => "name a path on a file system that can be written",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room there (`df -h`), or name a path on another disk",
        ErrorKind::InvalidData => "save it as UTF-8",
        ErrorKind::InvalidFilename => "name a shorter path",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// `No child processes (os error 10)` without the number, in lower case.
fn without_number(text: &str) -> String {
    let text = text.split(" (os error ").next().unwrap_or(text);
    let mut letters = text.chars();
    let second_is_small = text.chars().nth(1).is_some_and(char::is_lowercase);
    match letters.next() {
        Some(first) if second_is_small => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_refusal_keeps_its_number() {
        for number in 1..134 {
            let words = words(&Error::from_raw_os_error(number));
            assert!(!words.is_empty() && !words.contains("os error"), "{number}: {words}");
            // of capitals only abbreviations begin with one
            let mut letters = words.chars();
            let begins_with_a_word =
                letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
            assert!(!begins_with_a_word, "{number}: {words}");
        }
        assert_eq!(words(&Error::from_raw_os_error(2)), "there is no such file or folder");
        assert_eq!(words(&Error::from_raw_os_error(28)), "the disk is full");
        assert_eq!(words(&Error::from_raw_os_error(113)), "no route leads to this host");
    }
}
