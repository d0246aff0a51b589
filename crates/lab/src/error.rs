//! Why there is no simulated site. Pure.

use std::path::PathBuf;

/// Why there is no lab.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An agent did not start.
    #[error("simulated switch {switch}: start its SNMP agent on 127.0.0.1: {cause}")]
    Agent {
        switch: &'static str,
        /// The operating system's words, or the agent's.
        cause: String,
    },
    /// The reflector did not start.
    #[error("simulated reflector: {cause}")]
    Reflector {
        /// The operating system's words.
        cause: String,
    },
    /// The control socket is not served.
    #[error("control socket {}: {cause}", path.display())]
    Control {
        /// Where it was to be.
        path: PathBuf,
        /// The operating system's words, or what is there already.
        cause: String,
    },
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Agent { .. } | Self::Reflector { .. } => {
                Some("the lab needs UDP on the loopback interface: check that it is up".to_owned())
            }
            Self::Control { .. } => Some("name a path in a folder of yours that nothing uses".to_owned()),
        }
    }
}
