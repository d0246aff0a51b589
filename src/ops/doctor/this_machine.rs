//! What commands need of this machine: ports, the right to listen, the state folder, the clock. I/O.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use nix::sys::statvfs::statvfs;

use super::row::{failed, not_checked, passed};
use crate::change::finish_or_put_back;
use crate::change::journal::Journal;
use crate::discover;
use crate::host::{self, Interface, rights};
use crate::ops::context::Context;
use crate::ops::document::{DoctorCheck, DoctorRow};
use crate::ops::error::Error;
use model::timestamp::Timestamp;

/// Room that a run's journal may need.
const JOURNAL_ROOM: u64 = 16 << 20;

pub async fn checks(context: &Context) -> Vec<DoctorRow> {
    let tftp = tokio::net::UdpSocket::bind(anywhere(69)).await.map(drop);
    let http = tokio::net::TcpListener::bind(anywhere(80)).await.map(drop);
    let stamp = tokio::net::UdpSocket::bind(anywhere(862)).await.map(drop);
    let mut rows = vec![
        port("serve TFTP on UDP port 69", 69, "--tftp ADDRESS:PORT of `serve`", tftp),
        port("serve HTTP on TCP port 80", 80, "--http ADDRESS:PORT of `serve`", http),
        port("reflect probes on UDP port 862", 862, "ADDRESS:PORT of `reflect`", stamp),
        listening(),
        clock(context),
    ];
    rows.extend(state_folder(context));
    rows
}

/// A port that is taken needs another cure than a right that is missing.
fn port(what: &str, number: u16, other: &str, bound: io::Result<()>) -> DoctorRow {
    let Err(error) = bound else { return passed(DoctorCheck::Port, what) };
    let (why, hint) = match error.kind() {
        ErrorKind::AddrInUse => (
            "another program has this port".to_owned(),
            format!("`sudo ss -lunpt 'sport = :{number}'` names it: stop it, or name another port with {other}"),
        ),
        ErrorKind::PermissionDenied => {
            ("this user may not use ports below 1024".to_owned(), format!("{}, or name another port with {other}", rights::cure()))
        }
        _ => (error.to_string(), format!("name another port with {other}")),
    };
    failed(DoctorCheck::Port, what, why, Some(hint))
}

fn listening() -> DoctorRow {
    let what = "listen for LLDP and CDP on an interface";
    let tried = Interface::all().map_err(discover::Error::from).and_then(|interfaces| match interfaces.first() {
        Some(interface) => discover::listen(std::slice::from_ref(interface)).map(drop),
        None => Ok(()),
    });
    match tried {
        Ok(()) => passed(DoctorCheck::Listen, what),
        Err(discover::Error::Interface(host::Error::NotPermitted { .. })) => {
            failed(DoctorCheck::Listen, what, "this user may not open packet sockets", Some(rights::cure()))
        }
        Err(error) => failed(DoctorCheck::Listen, what, error.to_string(), error.hint()),
    }
}

/// The clock cannot be earlier than this program was put here.
fn clock(context: &Context) -> DoctorRow {
    let (what, now) = ("tell the time of day", context.clock.now());
    let made = std::env::current_exe().and_then(std::fs::metadata).and_then(|metadata| metadata.modified());
    let Ok(made) = made else {
        return not_checked(DoctorCheck::Clock, what, "nothing on this machine tells a time to compare with", None);
    };
    let made = Timestamp::from_system(made);
    if now >= made {
        return passed(DoctorCheck::Clock, what);
    }
    let why = format!("the clock says {now}, but this program is of {made}");
    let hint = "set it: sudo timedatectl set-ntp true; reports, history and TLS certificates need the right time";
    failed(DoctorCheck::Clock, what, why, Some(hint.to_owned()))
}

/// The folder of journals, and the runs in it that somebody has to finish.
fn state_folder(context: &Context) -> Vec<DoctorRow> {
    let what = "keep a journal";
    let opened = context.state_folder().and_then(|folder| Ok((folder, Journal::open(folder)?)));
    let (folder, journal) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let hint = error.hint().unwrap_or_else(|| "name a folder that this user may write with --state-dir".to_owned());
            return vec![failed(DoctorCheck::StateFolder, what, error.to_string(), Some(hint))];
        }
    };
    vec![room(what, folder), interrupted(&journal)]
}

fn room(what: &str, folder: &Path) -> DoctorRow {
    let free = statvfs(folder).map(|disk| disk.blocks_available().saturating_mul(disk.fragment_size()));
    match free {
        Ok(free) if free < JOURNAL_ROOM => {
            let why = format!("{}: {} kB are free on its disk", folder.display(), free / 1024);
            failed(
                DoctorCheck::StateFolder,
                what,
                why,
                Some("make room, or name a folder on another disk with --state-dir".to_owned()),
            )
        }
        Ok(_) | Err(_) => passed(DoctorCheck::StateFolder, format!("{what} in {}", folder.display())),
    }
}

fn interrupted(journal: &Journal) -> DoctorRow {
    let what = "no run is unfinished";
    let unfinished = match journal.unfinished() {
        Ok(unfinished) => unfinished,
        Err(error) => {
            let error = Error::from(error);
            return failed(DoctorCheck::InterruptedRun, what, error.to_string(), error.hint());
        }
    };
    let interrupted = unfinished.iter().find(|unfinished| journal.under_way(&unfinished.run, "").is_none());
    match interrupted {
        None => passed(DoctorCheck::InterruptedRun, what),
        Some(unfinished) => {
            let (run, site) = (unfinished.run.id, &unfinished.run.plan.site);
            let why = format!("run {run} of site {site} was interrupted: switches may be half changed");
            failed(DoctorCheck::InterruptedRun, what, why, Some(finish_or_put_back(run)))
        }
    }
}

fn anywhere(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))
}
