//! On whose behalf is asked (RFC 3411 §3.1.1.4): a community, or a user with what is known of the agent's engine. Reads the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use zeroize::Zeroizing;

use super::limits::Limits;
use crate::Pdu;
use crate::message::{Community, Level, Version};
use crate::usm::{Peer, User};

/// A credential ready for use with any agent.
#[derive(Clone)]
pub enum Credential {
    /// SNMPv1 or v2c.
    Community {
        /// Which of the two.
        version: Version,
        /// Community string, sent in clear with every request.
        community: Zeroizing<Vec<u8>>,
    },
    /// SNMPv3.
    User {
        /// USM user with the keys of its password.
        user: User,
        /// contextName, mostly empty.
        context: Vec<u8>,
    },
}

/// A credential with what is known of one agent's engine.
pub enum BoundCredential {
    Community(Version, Zeroizing<Vec<u8>>),
    User(Box<UserOfEngine>),
}

/// A user, and what is known of the agent's engine.
pub struct UserOfEngine {
    pub user: User,
    context: Vec<u8>,
    peer: Mutex<Option<Peer>>,
}

impl BoundCredential {
    /// Of whose engine nothing is known yet.
    pub fn new(credential: Credential) -> Self {
        match credential {
            Credential::Community { version, community } => Self::Community(version, community),
            Credential::User { user, context } => Self::User(Box::new(UserOfEngine { user, context, peer: Mutex::default() })),
        }
    }

    /// Whether it is SNMPv1.
    pub const fn is_version_1(&self) -> bool {
        matches!(self, Self::Community(Version::V1, _))
    }

    /// What its version and security leave for an answer's bindings.
    pub const fn limits(&self) -> Limits {
        match self {
            Self::Community(..) => Limits::community(self.is_version_1()),
            Self::User(_) => Limits::secured(),
        }
    }

    /// Whether requests are sent encrypted (authPriv).
    pub const fn encrypts(&self) -> bool {
        matches!(self, Self::User(user) if matches!(user.user.level(), Level::Privacy))
    }

    /// Whether the engine has said who it is.
    pub fn knows_engine(&self) -> bool {
        matches!(self, Self::User(user) if user.peer().is_some())
    }

    /// Takes over what another user of the same name and keys knows of the engine.
    pub fn knows_as(&self, other: &Self) {
        if let (Self::User(own), Self::User(other)) = (self, other) {
            let known = other.peer().clone();
            *own.peer() = known;
        }
    }

    /// The datagram of a request, at no higher level than `most`; `None` while the engine is not known.
    pub fn seal(&self, number: i32, pdu: &Pdu<'_>, salt: u64, most: Level) -> Option<Vec<u8>> {
        match self {
            Self::Community(version, community) => Some(Community { version: *version, community, pdu: pdu.borrowed() }.encode()),
            Self::User(user) => {
                let peer = user.peer();
                let seal = |peer: &Peer| peer.seal(number, &user.context, pdu.borrowed(), salt, Instant::now());
                Some(if most < Level::Privacy { seal(&peer.as_ref()?.at_level(most)) } else { seal(peer.as_ref()?) })
            }
        }
    }
}

impl UserOfEngine {
    /// contextName.
    pub fn context(&self) -> &[u8] {
        &self.context
    }

    /// What is known of the engine.
    pub fn peer(&self) -> MutexGuard<'_, Option<Peer>> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
