//! Credentials as the SNMP crate takes them: communities, USM users, DES salts (RFC 3414, RFC 7860). Pure, but for the clock of the salt.

use std::time::{SystemTime, UNIX_EPOCH};

use snmp::{Auth, DesSaltState, PersistedDesSaltState, UsmConfig};

use crate::model::credential::AuthProtocol;
use crate::model::credential::Credential;
use crate::model::credential::CredentialOf;
use crate::model::credential::PrivacyProtocol;
use crate::model::credential::UsmUserOf;
use crate::model::ids::VlanId;
use crate::model::secret::Secret;
use crate::switch::snmp::profile::BridgeContexts;

/// What the SNMP crate makes of a credential; why it is unusable, in words without the secret.
pub fn auth(credential: &Credential) -> Result<Auth, String> {
    match credential {
        CredentialOf::V1 { community } => Ok(Auth::v1(community.expose())),
        CredentialOf::V2c { community } => Ok(Auth::v2c(community.expose())),
        CredentialOf::V3(user) => usm(user).map(Auth::from),
        CredentialOf::Local => Err("the credential `local` is for this machine's own kernel, not for SNMP".to_owned()),
    }
}

fn usm(user: &UsmUserOf<Secret>) -> Result<UsmConfig, String> {
    let config = UsmConfig::new(user.user.clone().into_bytes()).context_name(user.context.clone().into_bytes());
    let wrong = |error: snmp::CryptoError| format!("SNMPv3 user `{}`: {error}", user.user);
    match (&user.auth, &user.privacy) {
        (None, None) => Ok(config),
        (Some((protocol, secret)), None) => config.auth(auth_protocol(*protocol), secret.expose()).map_err(wrong),
        (Some((protocol, secret)), Some((privacy, key))) => {
            config.auth_priv(auth_protocol(*protocol), secret.expose(), privacy_protocol(*privacy), key.expose()).map_err(wrong)
        }
        (None, Some(_)) => Err(format!("SNMPv3 user `{}`: privacy needs authentication too (RFC 3414)", user.user)),
    }
}

fn auth_protocol(protocol: AuthProtocol) -> snmp::AuthProtocol {
    match protocol {
        AuthProtocol::Md5 => snmp::AuthProtocol::Md5,
        AuthProtocol::Sha1 => snmp::AuthProtocol::Sha1,
        AuthProtocol::Sha224 => snmp::AuthProtocol::Sha224,
        AuthProtocol::Sha256 => snmp::AuthProtocol::Sha256,
        AuthProtocol::Sha384 => snmp::AuthProtocol::Sha384,
        AuthProtocol::Sha512 => snmp::AuthProtocol::Sha512,
    }
}

fn privacy_protocol(protocol: PrivacyProtocol) -> snmp::PrivProtocol {
    match protocol {
        PrivacyProtocol::Des => snmp::PrivProtocol::Des,
        PrivacyProtocol::Aes128 => snmp::PrivProtocol::Aes128,
        PrivacyProtocol::Aes192 => snmp::PrivProtocol::Aes192Blumenthal,
        PrivacyProtocol::Aes256 => snmp::PrivProtocol::Aes256Blumenthal,
        PrivacyProtocol::Aes192Reeder => snmp::PrivProtocol::Aes192Reeder,
        PrivacyProtocol::Aes256Reeder => snmp::PrivProtocol::Aes256Reeder,
    }
}

/// The same user without privacy; `None` for what has none.
pub fn without_privacy(credential: &Credential) -> Option<Credential> {
    match credential {
        CredentialOf::V3(user) if user.privacy.is_some() => Some(CredentialOf::V3(UsmUserOf {
            user: user.user.clone(),
            auth: user.auth.clone(),
            privacy: None,
            context: user.context.clone(),
        })),
        _ => None,
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

/// Whether it encrypts with DES, which needs a salt that never repeats.
pub fn uses_des(credential: &Credential) -> bool {
    matches!(credential, CredentialOf::V3(UsmUserOf { privacy: Some((PrivacyProtocol::Des, _)), .. }))
}

/// DES salts must never repeat under one key: the epoch is the second in which this process asked for it (RFC 3414 §8.1.1.1).
pub fn des_salt() -> Result<DesSaltState, String> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let epoch = u32::try_from(seconds % u64::from(i32::MAX.unsigned_abs())).unwrap_or(0);
    let previous = PersistedDesSaltState::new(epoch.max(1)).map_err(|error| error.to_string())?;
    DesSaltState::restart(previous, |_| Ok::<(), std::convert::Infallible>(())).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_too_short_is_told_without_the_password() {
        let secret = || Secret::new("short");
        let user =
            UsmUserOf { user: "op".to_owned(), auth: Some((AuthProtocol::Sha1, secret())), privacy: None, context: String::new() };
        let error = usm(&user).unwrap_err();
        assert!(error.contains("SNMPv3 user `op`") && !error.contains("short\""), "{error}");
        let user = UsmUserOf {
            user: "op".to_owned(),
            auth: None,
            privacy: Some((PrivacyProtocol::Aes128, secret())),
            context: String::new(),
        };
        assert!(usm(&user).unwrap_err().contains("needs authentication"));
    }
}
