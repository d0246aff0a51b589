//! What goes wrong while listening, announcing or reading a capture, with commands that name the file of this program.

use std::io;

use super::announce::Unsendable;

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
    /// The interfaces cannot be listed.
    #[error("interfaces: list: {cause}")]
    Interfaces {
        /// The operating system's words.
        #[source]
        cause: io::Error,
    },
    /// A bridge that has no ports to listen on.
    #[error("interface {interface}: listen: it is a bridge without ports")]
    NoPorts { interface: String },
    /// An interface that this machine does not have.
    #[error("interface {interface}: listen: there is no such interface")]
    UnknownInterface {
        /// The name asked for.
        interface: String,
        /// The names there are.
        present: Vec<String>,
    },
    /// An interface that is switched off.
    #[error("interface {interface}: listen: it is down")]
    InterfaceDown { interface: String },
    /// The process may not open packet sockets.
    #[error("interface {interface}: listen: not permitted to open a packet socket")]
    NotPermitted { interface: String },
    /// What is to be announced does not fit a frame.
    #[error("announce: {0}")]
    Announce(#[from] Unsendable),
    /// The operating system refused something else.
    #[error("interface {interface}: {attempt}: {cause}")]
    Socket {
        interface: String,
        attempt: &'static str,
        #[source]
        cause: io::Error,
    },
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoCapture => Some("save the capture with tcpdump -w, or with Wireshark as pcap or pcapng".to_owned()),
            Self::LinkType { .. } => Some("capture on an Ethernet interface, or on `any` with tcpdump".to_owned()),
            Self::UnknownInterface { present, .. } => Some(format!("this machine has: {}", present.join(", "))),
            Self::InterfaceDown { interface } => Some(format!("ip link set {interface} up")),
            Self::NotPermitted { .. } => Some(format!("sudo setcap cap_net_raw+ep {}", binary())),
            Self::NoPorts { interface } => Some(format!("ip link set PORT master {interface}")),
            Self::Capture { .. } | Self::NoInterface | Self::Interfaces { .. } | Self::Announce(_) | Self::Socket { .. } => None,
        }
    }
}

/// This program's file, for commands to copy.
fn binary() -> String {
    std::env::current_exe().map_or_else(|_| "$(command -v voiceport)".to_owned(), |path| path.display().to_string())
}
