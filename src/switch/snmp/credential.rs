//! Credentials of the inventory as SNMP takes them: communities and USM users (RFC 3414, RFC 7860). Pure.

use zeroize::Zeroizing;

use crate::switch::snmp::profile::BridgeContexts;
use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol, UsmUserOf};
use model::ids::VlanId;
use model::secret::Secret;
use snmp::manager;
use snmp::message::Version;
use snmp::usm::{Cipher, Hash, Master, ShortPassword, User};

/// Why a credential cannot be used, without the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is for the kernel.
    #[error("the credential `local` is for this machine's own kernel, not for SNMP")]
    Local,
    /// A password that is not allowed.
    #[error("SNMPv3 user `{user}`: {wrong}")]
    Password {
        user: String,
        /// What is wrong with it.
        wrong: ShortPassword,
    },
    /// Encryption without authentication.
    #[error("SNMPv3 user `{user}`: privacy needs authentication too (RFC 3414)")]
    PrivacyAlone { user: String },
}

/// A credential with its keys, made with `master`, which stretches a password.
pub fn prepared(
    credential: &Credential,
    master: impl FnMut(Hash, &Secret) -> Result<Master, ShortPassword>,
) -> Result<manager::Credential, Unusable> {
    let community = |version, community: &Secret| {
        let community = Zeroizing::new(community.expose().as_bytes().to_vec());
        Ok(manager::Credential::Community { version, community })
    };
    match credential {
        CredentialOf::V1 { community: secret } => community(Version::V1, secret),
        CredentialOf::V2c { community: secret } => community(Version::V2c, secret),
        CredentialOf::V3(of) => Ok(manager::Credential::User { user: user(of, master)?, context: of.context.clone().into_bytes() }),
        CredentialOf::Local => Err(Unusable::Local),
    }
}

fn user(
    user: &UsmUserOf<Secret>,
    mut master: impl FnMut(Hash, &Secret) -> Result<Master, ShortPassword>,
) -> Result<User, Unusable> {
    let mut stretched =
        |hash, password| master(hash, password).map_err(|wrong| Unusable::Password { user: user.user.clone(), wrong });
    let authentication = user.auth.as_ref().map(|(protocol, password)| stretched(hash(*protocol), password)).transpose()?;
    let privacy = match (&user.auth, &user.privacy) {
        (_, None) => None,
        (Some((protocol, _)), Some((privacy, password))) => Some((cipher(*privacy), stretched(hash(*protocol), password)?)),
        (None, Some(_)) => {
            return Err(Unusable::PrivacyAlone { user: user.user.clone() });
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
        let credential = prepared(&CredentialOf::V3(user), |hash, password| Master::new(hash, password.expose()));
        credential.err().unwrap().to_string()
    }

    #[test]
    fn a_password_too_short_is_told_without_the_password() {
        let secret = || Secret::new("short");
        let error = user(Some((AuthProtocol::Sha1, secret())), None);
        assert!(error.contains("SNMPv3 user `op`") && !error.contains("short"), "{error}");
        assert!(user(None, Some((PrivacyProtocol::Aes128, secret()))).contains("needs authentication"));
    }
}
