//! Why the kernel did not do it: its error number and its own words (NLMSGERR_ATTR_MSG, Linux 4.12). Pure.

use std::fmt;

use nix::errno::Errno;

use super::attribute::attributes;

/// struct nlmsghdr.
const MESSAGE_HEADER_LEN: usize = 16;
/// Only the header of the request is repeated (NLM_F_CAPPED).
const CAPPED: u16 = 0x100;
/// Attributes follow the request (NLM_F_ACK_TLVS).
const HAS_ATTRIBUTES: u16 = 0x200;
/// The kernel's words (NLMSGERR_ATTR_MSG).
const MESSAGE: u16 = 1;

/// A request that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The kernel refused it.
    Refused {
        errno: Errno,
        /// The kernel's own explanation, when it gives one.
        words: Option<String>,
    },
    /// The kernel cannot be asked: no netlink socket, or one that was closed.
    Socket(String),
    /// The kernel's answer did not come, or cannot be decoded.
    NoAnswer,
}

impl Failure {
    /// From an NLMSG_ERROR message: the flags of its header, its error code, and the bytes after the code.
    pub fn from_error(flags: u16, code: i32, rest: &[u8]) -> Self {
        let request_len = if flags & CAPPED == 0 { message_len(rest) } else { MESSAGE_HEADER_LEN };
        let extended = if flags & HAS_ATTRIBUTES == 0 { None } else { rest.get(request_len..) };
        Self::from_extended(code, extended.unwrap_or_default())
    }

    /// From an error code and the attributes of an extended acknowledgement.
    pub fn from_extended(code: i32, extended: &[u8]) -> Self {
        let words = attributes(extended).find(|attribute| attribute.kind == MESSAGE).map(|attribute| attribute.text());
        Self::Refused { errno: Errno::from_raw(code.saturating_neg()), words }
    }

    /// Whether the kernel answered with this error number.
    pub fn is(&self, number: Errno) -> bool {
        self.errno() == Some(number)
    }

    /// The kernel's error number.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Refused { errno, .. } => Some(*errno),
            Self::Socket(_) | Self::NoAnswer => None,
        }
    }

    /// The kernel's own explanation.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Refused { words, .. } => words.as_deref(),
            Self::Socket(_) | Self::NoAnswer => None,
        }
    }
}

/// The length that a message says it has, padded.
fn message_len(message: &[u8]) -> usize {
    let length = message.first_chunk::<4>().map_or(0, |length| u32::from_ne_bytes(*length));
    usize::try_from(length).unwrap_or(usize::MAX).checked_next_multiple_of(4).unwrap_or(usize::MAX)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { errno, words: Some(words) } => write!(f, "{words} ({errno:?})"),
            Self::Refused { errno, words: None } => write!(f, "{} ({errno:?})", errno.desc()),
            Self::Socket(cause) => write!(f, "no netlink socket: {cause}"),
            Self::NoAnswer => f.write_str("the kernel gave no answer that can be read"),
        }
    }
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    /// A request of 20 bytes, of which an error repeats all or only the header.
    const REQUEST: &[u8; 20] = b"\x14\0\0\0\x13\0\x05\0\x01\0\0\0\0\0\0\0body";
    const WORDS: &[u8; 20] = b"\x11\0\x01\0No PHY found\0\0\0\0";

    #[test]
    fn the_kernels_words_are_found_behind_the_request() {
        let whole = [&REQUEST[..], WORDS].concat();
        let capped = [&REQUEST[..16], WORDS].concat();
        for (flags, rest) in [(HAS_ATTRIBUTES, &whole), (HAS_ATTRIBUTES | CAPPED, &capped)] {
            assert_eq!(Failure::from_error(flags, -95, rest).to_string(), "No PHY found (EOPNOTSUPP)");
        }
    }

    #[test]
    fn an_error_without_words_is_named() {
        let failure = Failure::from_error(0, -1, REQUEST);
        assert_eq!(failure.to_string(), "Operation not permitted (EPERM)");
        assert!(failure.is(Errno::EPERM) && !failure.is(Errno::ENODEV));
    }

    #[test]
    fn nonsense_does_not_panic() {
        for rest in [&b""[..], b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff\0\0", b"\0"] {
            let _ = Failure::from_error(HAS_ATTRIBUTES, i32::MIN, rest);
        }
    }
}
