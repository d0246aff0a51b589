//! Credentials ready for use: communities and USM users with what is known of the engine (RFC 3414, RFC 7860). Reads the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::switch::snmp::profile::BridgeContexts;
use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol, UsmUserOf};
use model::ids::VlanId;
use model::secret::Secret;
use snmp::Pdu;
use snmp::message::{Community, Level, Version};
use snmp::usm::{Cipher, Hash, Master, Peer, ShortPassword, User};

/// A credential ready for use with one switch.
pub enum Access {
    /// SNMPv1 or v2c.
    Community(Version, Secret),
    /// SNMPv3.
    User(Box<UserAccess>),
}

/// A user, and what is known of the switch's engine.
pub struct UserAccess {
    /// The user.
    pub user: User,
    context: String,
    peer: Mutex<Option<Peer>>,
}

impl Access {
    /// Makes keys of a credential with `master`, which stretches a password; why it is unusable, in words without the secret.
    pub fn new(
        credential: &Credential,
        master: impl FnMut(Hash, &Secret) -> Result<Master, ShortPassword>,
    ) -> Result<Self, String> {
        match credential {
            CredentialOf::V1 { community } => Ok(Self::Community(Version::V1, community.clone())),
            CredentialOf::V2c { community } => Ok(Self::Community(Version::V2c, community.clone())),
            CredentialOf::V3(user) => Ok(Self::User(Box::new(UserAccess {
                user: usm(user, master)?,
                context: user.context.clone(),
                peer: Mutex::default(),
            }))),
            CredentialOf::Local => Err("the credential `local` is for this machine's own kernel, not for SNMP".to_owned()),
        }
    }

    /// Whether it speaks SNMPv1.
    pub const fn is_version_1(&self) -> bool {
        matches!(self, Self::Community(Version::V1, _))
    }

    /// Whether it encrypts.
    pub const fn encrypts(&self) -> bool {
        matches!(self, Self::User(access) if matches!(access.user.level(), Level::Privacy))
    }

    /// Takes over what another user of the same name and keys knows of the engine.
    pub fn knows_as(&self, other: &Self) {
        if let (Self::User(own), Self::User(other)) = (self, other) {
            let known = other.peer().clone();
            *own.peer() = known;
        }
    }

    /// The datagram of a request; `None` while the engine is not known. `less` asks without encryption.
    pub fn seal(&self, number: i32, pdu: &Pdu<'_>, salt: u64, less: bool) -> Option<Vec<u8>> {
        match self {
            Self::Community(version, community) => {
                let community = community.expose().as_bytes();
                Some(Community { version: *version, community, pdu: pdu.borrowed() }.encode())
            }
            Self::User(access) => {
                let peer = access.peer();
                let level = if less { Level::Authentication } else { Level::Privacy };
                let seal = |peer: &Peer| peer.seal(number, access.context.as_bytes(), pdu.borrowed(), salt, Instant::now());
                Some(if less { seal(&peer.as_ref()?.at_level(level)) } else { seal(peer.as_ref()?) })
            }
        }
    }
}

impl UserAccess {
    /// What is known of the engine.
    pub fn peer(&self) -> MutexGuard<'_, Option<Peer>> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usm(user: &UsmUserOf<Secret>, mut master: impl FnMut(Hash, &Secret) -> Result<Master, ShortPassword>) -> Result<User, String> {
    let mut stretched = |hash, password| master(hash, password).map_err(|wrong| format!("SNMPv3 user `{}`: {wrong}", user.user));
    let authentication = user.auth.as_ref().map(|(protocol, password)| stretched(hash(*protocol), password)).transpose()?;
    let privacy = match (&user.auth, &user.privacy) {
        (_, None) => None,
        (Some((protocol, _)), Some((privacy, password))) => Some((cipher(*privacy), stretched(hash(*protocol), password)?)),
        (None, Some(_)) => {
            return Err(format!("SNMPv3 user `{}`: privacy needs authentication too (RFC 3414)", user.user));
        }
    };
    Ok(User { name: user.user.clone().into_bytes(), authentication, privacy })
}

const fn hash(protocol: AuthProtocol) -> Hash {
    match protocol {
        AuthProtocol::Md5 => Hash::Md5,
        AuthProtocol::Sha1 => Hash::Sha1,
        AuthProtocol::Sha224 => Hash::Sha224,
        AuthProtocol::Sha256 => Hash::Sha256,
        AuthProtocol::Sha384 => Hash::Sha384,
        AuthProtocol::Sha512 => Hash::Sha512,
    }
}

const fn cipher(protocol: PrivacyProtocol) -> Cipher {
    match protocol {
        PrivacyProtocol::Des => Cipher::Des,
        PrivacyProtocol::Aes128 => Cipher::Aes128,
        PrivacyProtocol::Aes192 => Cipher::Aes192,
        PrivacyProtocol::Aes256 => Cipher::Aes256,
        PrivacyProtocol::Aes192Reeder => Cipher::Aes192Reeder,
        PrivacyProtocol::Aes256Reeder => Cipher::Aes256Reeder,
    }
}

/// The credential that reads the BRIDGE-MIB of a VLAN.
pub fn in_vlan(credential: &Credential, contexts: &BridgeContexts, vlan: VlanId) -> Credential {
    let indexed = |community: &Secret| Secret::new(format!("{}{}{vlan}", community.expose(), contexts.after_community));
    match credential {
        CredentialOf::V1 { community } => CredentialOf::V1 { community: indexed(community) },
        CredentialOf::V2c { community } => CredentialOf::V2c { community: indexed(community) },
        CredentialOf::V3(user) => {
            CredentialOf::V3(UsmUserOf { context: format!("{}{vlan}", contexts.before_vlan), ..user.clone() })
        }
        CredentialOf::Local => CredentialOf::Local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(auth: Option<(AuthProtocol, Secret)>, privacy: Option<(PrivacyProtocol, Secret)>) -> String {
        let user = UsmUserOf { user: "op".to_owned(), auth, privacy, context: String::new() };
        let access = Access::new(&CredentialOf::V3(user), |hash, password| Master::new(hash, password.expose()));
        access.err().unwrap()
    }

    #[test]
    fn a_password_too_short_is_told_without_the_password() {
        let secret = || Secret::new("short");
        let error = user(Some((AuthProtocol::Sha1, secret())), None);
        assert!(error.contains("SNMPv3 user `op`") && !error.contains("short"), "{error}");
        assert!(user(None, Some((PrivacyProtocol::Aes128, secret()))).contains("needs authentication"));
    }
}
