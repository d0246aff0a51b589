//! Keys to a switch: by reference as the inventory writes them, and resolved. Pure.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// Where a secret is kept. The inventory holds the reference, never the text, unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SecretRef {
    /// An environment variable's name.
    Env(String),
    /// A file whose first line is the secret; relative to the inventory.
    File(PathBuf),
    /// A command whose first line of output is the secret.
    Command(Vec<String>),
    /// The text itself; only where the inventory says `insecure_literal: true`.
    Literal(Secret),
}

/// A credential as the inventory writes it, generic over how a secret is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialOf<S> {
    /// SNMPv1 with a community.
    V1 { community: S },
    /// SNMPv2c with a community.
    V2c { community: S },
    /// SNMPv3 with the user-based security model (RFC 3414).
    V3(UsmUserOf<S>),
    /// This machine's own kernel: the rights of the process.
    Local,
}

/// A user of the user-based security model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsmUserOf<S> {
    pub user: String,
    /// Authentication protocol and password.
    pub auth: Option<(AuthProtocol, S)>,
    /// Privacy protocol and password.
    pub privacy: Option<(PrivacyProtocol, S)>,
    /// Context name, usually empty.
    pub context: String,
}

/// A credential whose secrets are still references.
pub type CredentialSpec = CredentialOf<SecretRef>;
/// A credential ready for use.
pub type Credential = CredentialOf<Secret>;

/// Authentication protocols of SNMPv3 (RFC 3414, RFC 7860).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum AuthProtocol {
    Md5,
    #[serde(rename = "sha-1")]
    Sha1,
    #[serde(rename = "sha-224")]
    Sha224,
    #[serde(rename = "sha-256")]
    Sha256,
    #[serde(rename = "sha-384")]
    Sha384,
    #[serde(rename = "sha-512")]
    Sha512,
}

/// Privacy protocols of SNMPv3 (RFC 3414, RFC 3826; AES-192 and AES-256 are drafts with two key dialects).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum PrivacyProtocol {
    Des,
    #[serde(rename = "aes-128")]
    Aes128,
    #[serde(rename = "aes-192")]
    Aes192,
    #[serde(rename = "aes-256")]
    Aes256,
    /// AES-192 with Reeder's key extension, as Cisco does it.
    #[serde(rename = "aes-192-reeder")]
    Aes192Reeder,
    /// AES-256 with Reeder's key extension, as Cisco does it.
    #[serde(rename = "aes-256-reeder")]
    Aes256Reeder,
}
