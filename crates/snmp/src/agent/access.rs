//! Who may ask an agent, and what each may see and write: communities of SNMPv1 and v2c, users of SNMPv3, and their views. Pure.

use std::sync::{Arc, Mutex};

use crate::Oid;
use crate::message::Level;
use crate::usm::Authority;

/// The objects that somebody may see or write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View(Option<Vec<Oid>>);

impl View {
    /// A view of every object.
    #[must_use]
    pub const fn all() -> Self {
        Self(None)
    }

    /// What is at and below these names; none of them: nothing.
    pub fn of(roots: impl IntoIterator<Item = Oid>) -> Self {
        Self(Some(roots.into_iter().collect()))
    }

    /// Whether the object is in it.
    #[must_use]
    pub fn includes(&self, name: &[u32]) -> bool {
        self.0.as_ref().is_none_or(|roots| roots.iter().any(|root| name.starts_with(root)))
    }

    /// Whether it shows everything.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.0.is_none()
    }
}

/// Somebody who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The community, or the name of the user.
    pub name: Vec<u8>,
    /// Objects that these requesters may read.
    pub read: View,
    /// What they may write.
    pub write: View,
}

impl Principal {
    /// Somebody who sees everything and writes nothing.
    #[must_use]
    pub fn reader(name: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), read: View::all(), write: View::of([]) }
    }

    /// Somebody who sees and writes everything.
    #[must_use]
    pub fn writer(name: impl Into<Vec<u8>>) -> Self {
        Self { write: View::all(), ..Self::reader(name) }
    }
}

/// Who is let in, by which version.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Communities; none: SNMPv1 and v2c are not answered.
    pub communities: Vec<Principal>,
    /// What may follow a community, and is before the context asked for; `None`: there are no contexts behind communities.
    pub community_context: Option<u8>,
    /// Users; `None`: SNMPv3 is not answered.
    pub users: Option<Users>,
}

/// The users of an agent. Clones share the keys and the counters.
#[derive(Debug, Clone)]
pub struct Users {
    /// Users of SNMPv3 with their keys, and the engine's clock.
    pub authority: Arc<Mutex<Authority>>,
    /// What they may do.
    pub principals: Vec<Principal>,
    /// Whoever asks with less is refused with authorizationError.
    pub level: Level,
}

impl Access {
    /// The one who has this community, and the context behind it.
    #[must_use]
    pub fn community<'a>(&'a self, name: &'a [u8]) -> Option<(&'a Principal, &'a [u8])> {
        let has = |name: &[u8]| self.communities.iter().find(|principal| principal.name == name);
        let in_context = || {
            let before = self.community_context?;
            let mut parts = name.rsplitn(2, |byte| *byte == before);
            let context = parts.next()?;
            Some((has(parts.next()?)?, context))
        };
        has(name).map(|principal| (principal, &b""[..])).or_else(in_context)
    }
}

impl Users {
    /// The one of this name.
    #[must_use]
    pub fn user(&self, name: &[u8]) -> Option<&Principal> {
        self.principals.iter().find(|principal| principal.name == name)
    }
}
