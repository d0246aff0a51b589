//! What goes wrong while listening, announcing or reading a capture. Pure.

use super::announce::Unsendable;
use crate::host;

/// What went wrong while listening or reading a capture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is neither pcap nor pcapng.
    #[error("capture: it is neither pcap nor pcapng")]
    NoCapture,
    /// The capture is damaged.
    #[error("capture: after frame {frames}: {cause}")]
    Capture {
        /// Frames read before.
        frames: u64,
        cause: String,
    },
    /// The capture was made on something that carries no Ethernet frames.
    #[error("capture: link type {number} is not read")]
    LinkType {
        /// The number in the file (LINKTYPE_…).
        number: i32,
    },
    /// No interface was named.
    #[error("listen: no interface named")]
    NoInterface,
    /// A bridge that has no ports to listen on.
    #[error("interface {interface}: listen: it is a bridge without ports")]
    NoPorts { interface: String },
    /// An interface cannot be used.
    #[error(transparent)]
    Interface(#[from] host::Error),
    /// What is to be announced does not fit a frame.
    #[error("announce: {0}")]
    Announce(#[from] Unsendable),
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoCapture => Some("save the capture with tcpdump -w, or with Wireshark as pcap or pcapng".to_owned()),
            Self::LinkType { .. } => Some("capture on an Ethernet interface, or on `any` with tcpdump".to_owned()),
            Self::Interface(error) => error.hint(),
            Self::NoPorts { interface } => Some(format!("ip link set PORT master {interface}")),
            Self::Capture { .. } | Self::NoInterface | Self::Announce(_) => None,
        }
    }
}
