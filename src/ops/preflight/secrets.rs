//! Every secret that a site refers to, fetched once. I/O through the context.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::remarks::{Remarks, remark};
use crate::inventory::secrets::{self, PasswordError};
use crate::inventory::{CredentialSecret, Place, ProblemCode, Remark};
use crate::ops::context::Context;
use model::credential::{CredentialOf, CredentialSpec, SecretRef};
use model::secret::Secret;
use model::site::{Setting, Site, SwitchSpec};

/// Secrets fetched at the same time: commands take a while.
const AT_ONCE: usize = 8;
/// What stands in a file where the secret is not at hand; as long as any that is asked for.
const PLACEHOLDER: &str = "placeholder";

/// What came of each reference.
pub type FetchedSecrets = HashMap<SecretRef, Result<Secret, secrets::Error>>;

/// One secret of a site.
struct Wanted<'a> {
    place: Place,
    /// Whose it is, for messages.
    owner: String,
    reference: &'a SecretRef,
    /// Whether it is a password of SNMPv3, which has a least length.
    usm: bool,
}

/// The secret behind a reference, or what stands for it.
pub fn secret_or_placeholder(fetched: &FetchedSecrets, reference: &SecretRef) -> Secret {
    match (reference, fetched.get(reference)) {
        (SecretRef::Literal(secret), _) | (_, Some(Ok(secret))) => secret.clone(),
        _ => Secret::new(PLACEHOLDER),
    }
}

/// Fetches what the site refers to, each reference once.
pub fn fetch(site: &Site, folder: &Path, context: &Context) -> FetchedSecrets {
    let mut references: Vec<&SecretRef> = Vec::new();
    let mut seen = HashSet::new();
    for wanted in all(site) {
        if !matches!(wanted.reference, SecretRef::Literal(_)) && seen.insert(wanted.reference) {
            references.push(wanted.reference);
        }
    }
    let (commands, others): (Vec<_>, Vec<_>) =
        references.into_iter().partition(|reference| matches!(reference, SecretRef::Command(_)));
    let one = |reference: &SecretRef| (reference.clone(), context.secrets.secret(reference, folder));
    let mut fetched: FetchedSecrets = others.into_iter().map(one).collect();
    // the first command alone: what asks a person for a passphrase asks once
    let mut commands = commands.into_iter();
    fetched.extend(commands.next().map(one));
    let (waiting, done) = (Mutex::new(commands), Mutex::new(&mut fetched));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((reference, secret)) = next().map(one) {
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(reference, secret);
                }
            });
        }
    });
    fetched
}

/// What is wrong with the secrets that were fetched.
pub fn problems(site: &Site, fetched: &FetchedSecrets, remarks: &mut Remarks) {
    remarks.extend(all(site).filter_map(|wanted| problem(wanted, fetched)));
}

/// What is wrong with the secrets of these switches' credentials.
pub fn of_switches<'a>(
    site: &Site,
    folder: &Path,
    switches: impl Iterator<Item = &'a SwitchSpec>,
    context: &Context,
) -> Vec<Remark> {
    let wanted: Vec<_> = credentials(site, switches).collect();
    let fetched = wanted.iter().map(|wanted| (wanted.reference.clone(), context.secrets.secret(wanted.reference, folder)));
    let fetched: FetchedSecrets = fetched.collect();
    wanted.into_iter().filter_map(|wanted| problem(wanted, &fetched)).collect()
}

fn problem(wanted: Wanted<'_>, fetched: &FetchedSecrets) -> Option<Remark> {
    let Wanted { place, owner, reference, usm } = wanted;
    let (message, hint) = match (reference, fetched.get(reference)) {
        (_, Some(Err(error))) => (error.to_string(), error.hint()),
        (SecretRef::Literal(secret), _) | (_, Some(Ok(secret))) if usm => match secrets::usm_password(reference, secret) {
            Err(error @ PasswordError { .. }) => (error.to_string(), None),
            Ok(()) => return None,
        },
        _ => return None,
    };
    Some(remark(place, ProblemCode::Secret, format!("{owner}: {message}"), hint))
}

fn all(site: &Site) -> impl Iterator<Item = Wanted<'_>> {
    let lines = site.phones.iter().flat_map(|phone| {
        phone.lines.iter().zip(1..).map(|(line, number)| Wanted {
            place: Place::LineSecret(phone.mac, number),
            owner: format!("phone {}: line {number}: secret", phone.mac),
            reference: &line.secret,
            usm: false,
        })
    });
    let defaults = settings(&site.defaults, "defaults".to_owned(), |name| Place::Default(name.to_owned()));
    let own = site.phones.iter().flat_map(|phone| {
        settings(&phone.settings, format!("phone {}: settings", phone.mac), |name| Place::Setting(phone.mac, name.to_owned()))
    });
    credentials(site, site.switches.values()).chain(defaults).chain(lines).chain(own)
}

fn settings<'a>(
    settings: &'a model::site::Settings,
    owner: String,
    place: impl Fn(&str) -> Place + 'a,
) -> impl Iterator<Item = Wanted<'a>> {
    settings.iter().filter_map(move |(name, setting)| match setting {
        Setting::Secret(reference) => Some(Wanted { place: place(name), owner: format!("{owner}: {name}"), reference, usm: false }),
        Setting::Off | Setting::Text(_) => None,
    })
}

/// The secrets of the credentials that switches name.
fn credentials<'a, 's>(site: &'a Site, switches: impl Iterator<Item = &'s SwitchSpec>) -> impl Iterator<Item = Wanted<'a>> {
    let named: BTreeSet<String> = switches.flat_map(|switch| [switch.read.clone(), switch.write.clone()]).flatten().collect();
    let used = site.credentials.iter().filter(move |(name, _)| named.contains(*name));
    used.flat_map(|(name, credential)| {
        parts(credential).into_iter().map(move |(which, reference)| Wanted {
            place: Place::Credential(name.clone(), which),
            owner: format!("credential {name}: {}", which.key()),
            reference,
            usm: which != CredentialSecret::Community,
        })
    })
}

fn parts(credential: &CredentialSpec) -> Vec<(CredentialSecret, &SecretRef)> {
    match credential {
        CredentialOf::V1 { community } | CredentialOf::V2c { community } => vec![(CredentialSecret::Community, community)],
        CredentialOf::V3(user) => {
            let auth = user.auth.as_ref().map(|(_, secret)| (CredentialSecret::Auth, secret));
            let privacy = user.privacy.as_ref().map(|(_, secret)| (CredentialSecret::Privacy, secret));
            auth.into_iter().chain(privacy).collect()
        }
        CredentialOf::Local => Vec::new(),
    }
}
