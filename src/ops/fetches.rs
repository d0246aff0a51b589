//! What phones have fetched: a record that `serve` and `up` keep in the state folder, and its audit. I/O.
//!
//! One JSON line for each file that a phone has whole. Several processes may add lines at once, and a process that is killed leaves at
//! most its last line unfinished, which is not read.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::net::IpAddr;
use std::path::Path;

use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use super::{files, render};
use crate::phones::catalogue::Catalogue;
use crate::render::Renderer;
use crate::serve::ServedFile;
use crate::serve::identity::requested_name;
use crate::site::evidence::Fetched;
use model::ids::MacAddress;
use model::serve::{FetchEvent, FetchResult};
use model::site::PhoneSpec;
use model::timestamp::Timestamp;

/// The record's file in the state folder.
const FILE: &str = "fetched.jsonl";
/// Held while the record is written or shortened.
const LOCK: &str = "fetched.lock";
/// Lines for each file of a phone, on average, from which the record is shortened to the last of each.
const LINES_A_FILE: usize = 8;

/// One file that a phone has whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fetch {
    site: String,
    mac: MacAddress,
    /// The name that the request meant.
    file: String,
    /// SHA-256 of its contents, in hexadecimal.
    sha256: String,
    /// Who has it.
    address: IpAddr,
    at: Timestamp,
}

/// Adds a request to the record, when it gave a phone its own file whole.
pub(super) fn record(event: &FetchEvent, site: &LoadedSite, context: &Context) -> Result<(), Error> {
    let (Some(mac), Some(sha256), true) = (event.mac, &event.sha256, event.result.has_file()) else { return Ok(()) };
    let Some(folder) = &context.state_folder else { return Ok(()) };
    let Some(file) = requested_name(&event.name) else { return Ok(()) };
    let site = site.site.name.clone();
    let fetch = Fetch { site, mac, file, sha256: sha256.clone(), address: event.peer.ip().to_canonical(), at: event.at };
    add(folder, &fetch).map_err(|cause| Error::writing(&folder.join(FILE), cause))
}

fn add(folder: &Path, fetch: &Fetch) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let _lock = lock(folder)?;
    let mut record = OpenOptions::new().create(true).read(true).append(true).open(folder.join(FILE))?;
    let mut line = serde_json::to_string(fetch)? + "\n";
    if !ends_line(&mut record)? {
        line.insert(0, '\n');
    }
    record.write_all(line.as_bytes())
}

/// Whether the next line can follow: a process that was killed may have left one unfinished.
fn ends_line(record: &mut File) -> io::Result<bool> {
    if record.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    record.seek(io::SeekFrom::End(-1))?;
    record.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn lock(folder: &Path) -> io::Result<Flock<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

/// Makes the record as short as it can be, when it has grown: only the last line of each file of each phone counts.
pub(super) fn shorten(context: &Context) -> Result<(), Error> {
    let Some(folder) = context.state_folder.as_deref().filter(|folder| folder.join(FILE).exists()) else { return Ok(()) };
    let _lock = lock(folder).map_err(|cause| Error::writing(&folder.join(LOCK), cause))?;
    let all = read(folder)?;
    let mut kept: BTreeMap<_, &Fetch> = BTreeMap::new();
    for fetch in &all {
        kept.insert((&fetch.site, fetch.mac, &fetch.file), fetch);
    }
    if all.len() < kept.len() * LINES_A_FILE {
        return Ok(());
    }
    let file = folder.join(FILE);
    let lines: Result<String, serde_json::Error> = kept.values().map(|fetch| Ok(serde_json::to_string(fetch)? + "\n")).collect();
    files::write(&file, &lines.map_err(|cause| Error::writing(&file, cause.into()))?)
}

/// Every line that can be read, in order.
fn read(folder: &Path) -> Result<Vec<Fetch>, Error> {
    match std::fs::read_to_string(folder.join(FILE)) {
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(Error::reading(&folder.join(FILE), cause)),
    }
}

/// What each phone of the site is known to have: its last fetches beside the files as they would be made now.
///
/// Only files of phones that have a record are made, and so only their secrets are fetched.
pub(super) fn audit(site: &LoadedSite, context: &Context) -> Result<BTreeMap<MacAddress, Fetched>, Error> {
    let mut fetches: BTreeMap<MacAddress, BTreeMap<String, Fetch>> = BTreeMap::new();
    let lines = context.state_folder.as_deref().map_or_else(|| Ok(Vec::new()), read)?;
    for fetch in lines.into_iter().filter(|fetch| fetch.site == site.site.name) {
        fetches.entry(fetch.mac).or_default().insert(fetch.file.clone(), fetch);
    }
    // without a record there is nothing to be made
    let renderer = if fetches.is_empty() { None } else { Some(site.templates.renderer()?) };
    let of_phone = |phone: &PhoneSpec| {
        let known = fetches.get(&phone.mac).zip(renderer.as_deref());
        known
            .and_then(|(own, renderer)| compare(own, renderer, site, phone, context))
            .unwrap_or_else(|| Fetched::Unknown { file: own_file(&site.catalogue, phone) })
    };
    Ok(site.site.phones.iter().map(|phone| (phone.mac, of_phone(phone))).collect())
}

/// The first of a phone's own files, as it asks for it.
pub(super) fn own_file(catalogue: &Catalogue, phone: &PhoneSpec) -> Option<String> {
    let files = &catalogue.model(&phone.model)?.files;
    files.iter().find(|file| file.device).map(|file| file.name_for(phone.mac))
}

/// One outdated file outweighs any number that are current; `None` when no fetch is of a file that the phone still has.
fn compare(
    fetches: &BTreeMap<String, Fetch>,
    renderer: &Renderer,
    site: &LoadedSite,
    phone: &PhoneSpec,
    context: &Context,
) -> Option<Fetched> {
    let model = site.catalogue.model(&phone.model)?;
    let mut newest: Option<&Fetch> = None;
    for spec in model.files.iter().filter(|spec| spec.device) {
        let name = spec.name_for(phone.mac);
        let Some(fetch) = fetches.get(&name.to_lowercase()) else { continue };
        match render::one(renderer, site, phone, spec, context) {
            Err(cause) => return Some(Fetched::NotComparable { file: name, at: fetch.at, why: cause.to_string() }),
            Ok(file) if !is_same(&file.content, fetch) => return Some(Fetched::Outdated { file: name, at: fetch.at }),
            Ok(_) => newest = newest.filter(|newest| newest.at >= fetch.at).or(Some(fetch)),
        }
    }
    newest.map(|fetch| Fetched::Current { file: fetch.file.clone(), address: fetch.address, at: fetch.at })
}

fn is_same(content: &str, fetch: &Fetch) -> bool {
    *ServedFile::new(content.as_bytes()).sha256 == *fetch.sha256
}

/// What a request says of its phone: it has its file, or did not get it. A file it is known to have is not forgotten.
pub(super) fn learn(known: &mut BTreeMap<MacAddress, Fetched>, event: &FetchEvent) {
    let (Some(mac), Some(file)) = (event.mac, requested_name(&event.name)) else { return };
    let (address, why) = (event.peer.ip().to_canonical(), || event.detail.clone().unwrap_or_default());
    let learned = match event.result {
        FetchResult::Served | FetchResult::NotModified => Fetched::Current { file, address, at: event.at },
        _ if matches!(known.get(&mac), Some(Fetched::Current { .. })) => return,
        FetchResult::Denied | FetchResult::Refused => Fetched::Denied { file, address, why: why() },
        FetchResult::TimedOut => Fetched::BrokenOff { file, address, why: why() },
        FetchResult::NotFound | FetchResult::HeadersOnly => return,
    };
    known.insert(mac, learned);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::serve::FetchProtocol;

    fn fetch(file: &str, at: u64) -> Fetch {
        Fetch {
            site: "hq".to_owned(),
            mac: MacAddress([0, 21, 101, 0, 0, 1]),
            file: file.to_owned(),
            sha256: "00".repeat(32),
            address: [192, 0, 2, 1].into(),
            at: Timestamp::from_unix_nanos(at * 1_000_000_000),
        }
    }

    #[test]
    fn a_line_that_was_left_unfinished_costs_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..3 {
            add(folder.path(), &fetch("a.cfg", at)).unwrap();
        }
        let file = folder.path().join(FILE);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, &text[..text.len() - 20]).unwrap();
        add(folder.path(), &fetch("b.cfg", 3)).unwrap();
        assert_eq!(read(folder.path()).unwrap(), [fetch("a.cfg", 0), fetch("a.cfg", 1), fetch("b.cfg", 3)]);
    }

    #[test]
    fn lines_of_two_processes_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for name in ["a.cfg", "b.cfg"] {
                let folder = folder.path();
                scope.spawn(move || (0..200).for_each(|at| add(folder, &fetch(name, at)).unwrap()));
            }
        });
        let all = read(folder.path()).unwrap();
        let of = |name: &str| all.iter().filter(|fetch| fetch.file == name).cloned().collect::<Vec<_>>();
        for name in ["a.cfg", "b.cfg"] {
            assert_eq!(of(name), (0..200).map(|at| fetch(name, at)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_transfer_that_broke_off_was_not_denied() {
        let mac = MacAddress([0, 21, 101, 0, 0, 1]);
        let event = |result| FetchEvent {
            at: Timestamp::from_unix_nanos(0),
            peer: "192.0.2.1:1069".parse().unwrap(),
            protocol: FetchProtocol::Tftp,
            name: "/prov/001565000001.CFG".to_owned(),
            mac: Some(mac),
            evidence: None,
            result,
            sha256: None,
            bytes: 0,
            duration_ms: 0,
            detail: Some("why".to_owned()),
        };
        let mut known = BTreeMap::new();
        let (file, address) = ("001565000001.cfg".to_owned(), IpAddr::from([192, 0, 2, 1]));
        learn(&mut known, &event(FetchResult::TimedOut));
        assert_eq!(known[&mac], Fetched::BrokenOff { file: file.clone(), address, why: "why".to_owned() });
        learn(&mut known, &event(FetchResult::Denied));
        assert_eq!(known[&mac], Fetched::Denied { file: file.clone(), address, why: "why".to_owned() });
        learn(&mut known, &event(FetchResult::Served));
        learn(&mut known, &event(FetchResult::TimedOut));
        assert_eq!(known[&mac], Fetched::Current { file, address, at: Timestamp::from_unix_nanos(0) }, "what it has it keeps");
    }
}
