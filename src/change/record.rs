//! What a run keeps besides its plan: whose it is, and how its switches are reached without the inventory. Pure.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use model::credential::{CredentialOf, CredentialSpec, SecretRef, UsmUserOf};
use model::hex::bare_hex;
use model::ids::SwitchName;
use model::site::{Site, SwitchSpec, SwitchTransport};
use model::switch::SwitchIdentity;

/// Whether to save when all steps are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saving {
    /// Save to the startup configuration.
    #[default]
    Startup,
    /// Leave it in the running configuration.
    RunningOnly,
}

/// What is kept with a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The lock that its process holds as long as it lives.
    pub lock: String,
    pub saving: Saving,
    /// The switches that it changes.
    pub switches: Vec<SwitchRecord>,
}

/// One switch of a run: who it is, and how it is reached. Secrets by reference only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchRecord {
    pub name: SwitchName,
    pub transport: SwitchTransport,
    pub profile: String,
    pub read: Option<CredentialOf<KeptReference>>,
    pub write: Option<CredentialOf<KeptReference>>,
    pub allow_generic_write: bool,
    /// Who it was when the run began; `None` when it did not say.
    pub identity: Option<SwitchIdentity>,
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptReference {
    Env(String),
    File(PathBuf),
    Command(Vec<String>),
    /// It stood in the inventory itself, and is not kept.
    Literal,
}

impl Record {
    /// The record of a run that changes these switches of a site.
    #[must_use]
    pub fn of(site: &Site, saving: Saving, switches: impl IntoIterator<Item = (SwitchName, Option<SwitchIdentity>)>) -> Self {
        let record = |(name, identity): (SwitchName, Option<SwitchIdentity>)| {
            Some(SwitchRecord::of(site, site.switches.get(&name)?, name, identity))
        };
        Self { lock: lock_of(site), saving, switches: switches.into_iter().filter_map(record).collect() }
    }

    /// The switch of this name.
    #[must_use]
    pub fn switch(&self, name: &SwitchName) -> Option<&SwitchRecord> {
        self.switches.iter().find(|switch| switch.name == *name)
    }

    /// Whether a switch of the run is reached in the same way by the inventory.
    #[must_use]
    pub fn shares_a_switch_with(&self, site: &Site) -> bool {
        self.switches.iter().any(|switch| site.switches.values().any(|spec| spec.transport == switch.transport))
    }
}

impl SwitchRecord {
    fn of(site: &Site, spec: &SwitchSpec, name: SwitchName, identity: Option<SwitchIdentity>) -> Self {
        let credential = |name: &Option<String>| Some(kept(site.credentials.get(name.as_ref()?)?));
        let profile = identity.as_ref().map(|identity| identity.profile.clone()).or_else(|| spec.profile.clone());
        Self {
            profile: profile.unwrap_or_default(),
            read: credential(&spec.read),
            write: credential(&spec.write),
            allow_generic_write: spec.allow_generic_write,
            transport: spec.transport.clone(),
            name,
            identity,
        }
    }

    /// Adds the switch to a site whose inventory does not have it any more, with its credentials. Why not, when a secret stood in the
    /// inventory itself.
    pub fn add_to(&self, site: &mut Site) -> Result<(), String> {
        let mut add = |right: &str, credential: &Option<CredentialOf<KeptReference>>| {
            let Some(credential) = credential else { return Ok(None) };
            let known = referred(credential).ok_or_else(|| {
                format!("switch {0}: its secret stood in the inventory itself, and is not kept: add switches.{0} again", self.name)
            })?;
            let name = format!("{} of {}", right, self.name);
            site.credentials.insert(name.clone(), known);
            Ok::<_, String>(Some(name))
        };
        let (read, write) = (add("read", &self.read)?, add("write", &self.write)?);
        let spec = SwitchSpec {
            transport: self.transport.clone(),
            read,
            write,
            profile: Some(self.profile.clone()).filter(|profile| !profile.is_empty() && *profile != "linux"),
            voice_vlan: None,
            data_vlan: None,
            protect: std::collections::BTreeSet::new(),
            power_budget: None,
            allow_generic_write: self.allow_generic_write,
        };
        site.switches.insert(self.name.clone(), spec);
        Ok(())
    }
}

/// The name of the lock of a site: by its name and by how its switches are reached. So it stays when the inventory is moved, and two
/// sites of one name do not wait for each other.
#[must_use]
pub fn lock_of(site: &Site) -> String {
    let mut reached: Vec<String> = site.switches.values().map(|spec| format!("{:?}", spec.transport)).collect();
    reached.sort();
    let digest = Sha256::digest(format!("{}\n{}", site.name, reached.join("\n")));
    bare_hex(digest.get(..8).unwrap_or_default())
}

fn kept(credential: &CredentialSpec) -> CredentialOf<KeptReference> {
    let reference = |reference: &SecretRef| match reference {
        SecretRef::Env(name) => KeptReference::Env(name.clone()),
        SecretRef::File(path) => KeptReference::File(path.clone()),
        SecretRef::Command(words) => KeptReference::Command(words.clone()),
        SecretRef::Literal(_) => KeptReference::Literal,
    };
    match credential {
        CredentialOf::V1 { community } => CredentialOf::V1 { community: reference(community) },
        CredentialOf::V2c { community } => CredentialOf::V2c { community: reference(community) },
        CredentialOf::V3(user) => CredentialOf::V3(UsmUserOf {
            user: user.user.clone(),
            auth: user.auth.as_ref().map(|(protocol, secret)| (*protocol, reference(secret))),
            privacy: user.privacy.as_ref().map(|(protocol, secret)| (*protocol, reference(secret))),
            context: user.context.clone(),
        }),
        CredentialOf::Local => CredentialOf::Local,
    }
}

/// `None` when a secret of it is not kept.
fn referred(credential: &CredentialOf<KeptReference>) -> Option<CredentialSpec> {
    let reference = |kept: &KeptReference| match kept {
        KeptReference::Env(name) => Some(SecretRef::Env(name.clone())),
        KeptReference::File(path) => Some(SecretRef::File(path.clone())),
        KeptReference::Command(words) => Some(SecretRef::Command(words.clone())),
        KeptReference::Literal => None,
    };
    Some(match credential {
        CredentialOf::V1 { community } => CredentialOf::V1 { community: reference(community)? },
        CredentialOf::V2c { community } => CredentialOf::V2c { community: reference(community)? },
        CredentialOf::V3(user) => CredentialOf::V3(UsmUserOf {
            user: user.user.clone(),
            auth: match &user.auth {
                Some((protocol, secret)) => Some((*protocol, reference(secret)?)),
                None => None,
            },
            privacy: match &user.privacy {
                Some((protocol, secret)) => Some((*protocol, reference(secret)?)),
                None => None,
            },
            context: user.context.clone(),
        }),
        CredentialOf::Local => CredentialOf::Local,
    })
}
