//! The names that may be asked for, and their contents: made on request, kept in memory only. I/O: the neighbour table.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::Error;
use super::identity::{Bindings, Verdict, requested_name};
use super::served_file::ServedFile;
use crate::host::NeighbourTable;
use crate::phones::catalogue::FileSpec;
use crate::render;
use crate::render::{Making, Renderer, ServingContext};
use model::credential::SecretRef;
use model::ids::MacAddress;
use model::secret::Secret;
use model::serve::Evidence;
use model::site::Site;

/// How a reference becomes a secret while serving.
pub type SecretSource = Box<dyn Fn(&SecretRef) -> Result<Secret, String> + Send + Sync>;

/// What an asker gets, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The phone whose file it is; `None` for files for all.
    pub mac: Option<MacAddress>,
    /// What proved that the asker is that phone.
    pub evidence: Option<Evidence>,
    /// The contents, or why not.
    pub reply: Reply,
}

/// How a request is answered.
#[derive(Clone, PartialEq, Eq)]
pub enum Reply {
    Contents(ServedFile),
    /// There is no such file.
    NotFound,
    /// There is, but not for this asker, who hears "not found".
    Denied(String),
    /// It cannot be made; the asker hears "not found".
    Failed(String),
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Contents(contents) => write!(f, "Contents({} bytes)", contents.bytes.len()),
            Self::NotFound => f.write_str("NotFound"),
            Self::Denied(reason) => write!(f, "Denied({reason})"),
            Self::Failed(reason) => write!(f, "Failed({reason})"),
        }
    }
}

/// Everything there is to fetch for one site.
pub struct FileStore {
    renderer: Arc<Renderer>,
    site: Site,
    secrets: SecretSource,
    context: ServingContext,
    entries: BTreeMap<String, Entry>,
    bindings: Mutex<Bindings>,
    /// `None` where the kernel does not tell: then nobody is proved by it.
    neighbours: Option<NeighbourTable>,
    made: Mutex<BTreeMap<String, ServedFile>>,
}

enum Entry {
    /// Made from a template for this phone of the site, or for all phones of its model.
    Rendered { phone: usize, file: FileSpec },
    /// As it is, for everybody.
    Plain(ServedFile),
}

impl std::fmt::Debug for FileStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileStore({}, {} files)", self.site.name, self.entries.len())
    }
}

impl FileStore {
    /// The files of all phones of a site.
    pub fn new(renderer: Arc<Renderer>, site: Site, secrets: SecretSource, context: ServingContext) -> Result<Self, Error> {
        let entries = entries(&renderer, &site)?;
        let mut bindings = Bindings::default();
        let fixed = site.phones.iter().filter_map(|phone| Some((phone.address?, phone.mac)));
        bindings.replace(Evidence::InventoryAddress, fixed);
        Ok(Self {
            renderer,
            site,
            secrets,
            context,
            entries,
            bindings: Mutex::new(bindings),
            neighbours: NeighbourTable::open().ok(),
            made: Mutex::default(),
        })
    }

    /// Adds a file without secrets for everybody: firmware, a ring tone, a certificate. A rendered file of that name stays.
    #[must_use]
    pub fn with_plain_file(mut self, name: &str, contents: impl Into<Arc<[u8]>>) -> Self {
        if let Some(name) = requested_name(name) {
            self.entries.entry(name).or_insert_with(|| Entry::Plain(ServedFile::new(contents)));
        }
        self
    }

    /// What the switches' LLDP tables say now: the address a phone advertises, and its MAC, on the port it is expected on.
    pub fn set_switch_evidence(&self, claims: Vec<(IpAddr, MacAddress)>) {
        lock(&self.bindings).replace(Evidence::SwitchPort, claims);
    }

    /// Whether the address is that of something known.
    pub fn knows(&self, asker: IpAddr) -> bool {
        lock(&self.bindings).knows(asker) || !self.neighbours(asker).is_empty()
    }

    /// Keeps up with the neighbour table. Each request reads what changed since, so this only spares it work.
    pub async fn follow_neighbours(&self) {
        if let Some(neighbours) = &self.neighbours {
            let _ = neighbours.follow().await;
        }
    }

    /// What this asker gets for this name. May run a command for a secret: not for the async threads.
    pub fn ask(&self, asker: IpAddr, request: &str) -> Answer {
        let nobody = |reply| Answer { mac: None, evidence: None, reply };
        let Some(name) = requested_name(request) else { return nobody(Reply::NotFound) };
        let Some(entry) = self.entries.get(&name) else { return nobody(Reply::NotFound) };
        let (phone, file) = match entry {
            Entry::Plain(contents) => return nobody(Reply::Contents(contents.clone())),
            Entry::Rendered { phone, file } => (*phone, file),
        };
        if !file.device {
            return nobody(self.contents(&name, phone, file));
        }
        let Some(mac) = self.site.phones.get(phone).map(|phone| phone.mac) else { return nobody(Reply::NotFound) };
        let verdict = lock(&self.bindings).judge(asker, &self.neighbours(asker), mac);
        match verdict {
            Verdict::Unproved(reason) => Answer { mac: Some(mac), evidence: None, reply: Reply::Denied(reason) },
            Verdict::Proved(evidence) => {
                Answer { mac: Some(mac), evidence: Some(evidence), reply: self.contents(&name, phone, file) }
            }
        }
    }

    /// What the neighbour table has for an address at this moment.
    fn neighbours(&self, address: IpAddr) -> Vec<MacAddress> {
        self.neighbours.as_ref().map(|table| table.macs(address.to_canonical())).unwrap_or_default()
    }

    fn contents(&self, name: &str, phone: usize, file: &FileSpec) -> Reply {
        if let Some(contents) = lock(&self.made).get(name) {
            return Reply::Contents(contents.clone());
        }
        let Some(phone) = self.site.phones.get(phone) else { return Reply::NotFound };
        match self.renderer.file(file, &Making { site: &self.site, phone, secrets: &*self.secrets, context: &self.context }) {
            Ok(rendered) => {
                let contents = ServedFile::new(rendered.content.into_bytes());
                lock(&self.made).insert(name.to_owned(), contents.clone());
                Reply::Contents(contents)
            }
            Err(cause) => Reply::Failed(cause.to_string()),
        }
    }
}

/// Nothing panics while it holds a lock, and if it did, the maps would still be whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn entries(renderer: &Renderer, site: &Site) -> Result<BTreeMap<String, Entry>, Error> {
    let mut entries = BTreeMap::new();
    for (position, phone) in site.phones.iter().enumerate() {
        let Some(model) = renderer.catalogue().model(&phone.model) else {
            return Err(render::Error::UnknownModel { mac: phone.mac, model: phone.model.clone(), nearest: None }.into());
        };
        for file in &model.files {
            let name = file.name_for(phone.mac).to_lowercase();
            let entry = Entry::Rendered { phone: position, file: file.clone() };
            match entries.insert(name.clone(), entry) {
                Some(Entry::Rendered { phone: first, .. }) if file.device => {
                    let first = site.phones.get(first).map_or(phone.mac, |phone| phone.mac);
                    return Err(Error::SameName { first, second: phone.mac, name });
                }
                _ => {}
            }
        }
    }
    Ok(entries)
}
