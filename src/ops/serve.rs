//! `serve`: the files of a site given to its phones, and to nobody else. I/O through the context: listens on sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::context::Context;
use super::error::Error;
use super::event::SiteEvent;
use super::inventory::LoadedSite;
use super::preflight::{self, Secrets};
use super::{connect, fetches, render};
use crate::serve::{FileStore, Options, Server};
use crate::site::proof::port_addresses;
use model::serve::{FetchEvent, FetchProtocol, FetchResult, ServeSummary};

/// How often the switches are asked again which address is on which port.
const EVIDENCE_EVERY: Duration = Duration::from_secs(30);
/// Lower bound between two polls, so that unknown clients cannot make us load the switches.
const EVIDENCE_AT_MOST: Duration = Duration::from_secs(2);
/// How long transfers under way may take to end after the wish to stop.
const LAST_TRANSFERS: Duration = Duration::from_secs(2);
/// Events that may wait for a slow caller before requests wait for it.
const EVENTS_AHEAD: usize = 1024;

#[derive(Debug, Clone, Copy, Default)]
pub struct Request {
    pub tftp: Option<SocketAddr>,
    /// The HTTP address. Neither means the usual port of both on every address.
    pub http: Option<SocketAddr>,
}

/// Serves until the wish to stop; each request is an event.
pub async fn run(site: &LoadedSite, request: Request, context: &Context) -> Result<(), Error> {
    let options = match (request.tftp, request.http) {
        (None, None) => everywhere(),
        (tftp, http) => Options { tftp, http },
    };
    // A phone whose files cannot be made does not keep the others from theirs.
    let found = preflight::run(site, Secrets::Fetch, context);
    for problems in [&found.problems, &found.warnings].into_iter().filter(|problems| !problems.is_empty()) {
        context.emit(SiteEvent::Warnings(problems));
    }
    let files = files(site, context)?;
    let (server, mut events) = start(&options, &files, context)?;
    let mut summary = ServeSummary::beginning(context.clock.now());
    let denied = Notify::new();
    let watch = watch_switches(site, &files, &denied, context);
    let stop = context.stopped();
    tokio::pin!(watch, stop);
    loop {
        tokio::select! {
            Some(event) = events.recv() => {
                if event.result == FetchResult::Denied {
                    denied.notify_one();
                }
                summary.count(&event);
                answered(&event, site, context);
            }
            result = &mut watch => result?,
            _ = &mut stop => break,
        }
    }
    drop(server);
    // Transfers under way end by themselves; their events end with the last of them.
    while let Ok(Some(event)) = tokio::time::timeout(LAST_TRANSFERS, events.recv()).await {
        summary.count(&event);
        answered(&event, site, context);
    }
    summary.ended_at = context.clock.now();
    for phone in &mut summary.phones {
        phone.extension = site.site.phone(phone.mac).and_then(|spec| spec.lines.first()).map(|line| line.extension.clone());
    }
    context.emit(SiteEvent::Served { summary: &summary, time_zone: site.site.time_zone.as_deref() });
    Ok(())
}

/// Tells of a request, and writes down that a phone has its file.
pub(super) fn answered(event: &FetchEvent, site: &LoadedSite, context: &Context) {
    context.emit(SiteEvent::Answered { request: event, time_zone: site.site.time_zone.as_deref() });
    if let Err(error) = fetches::record(event, site, context) {
        context.emit(SiteEvent::NotRecorded(&error));
    }
}

/// The usual ports on every address.
pub(super) fn everywhere() -> Options {
    let at = |port| Some(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    Options { tftp: at(69), http: at(80) }
}

/// The files of this site, rendered when asked for.
pub(super) fn files(site: &LoadedSite, context: &Context) -> Result<Arc<FileStore>, Error> {
    let secrets = Box::new(context.resolver(&site.folder));
    let files = FileStore::new(site.templates.renderer()?, site.site.clone(), secrets, render::serving())?;
    Ok(Arc::new(files))
}

/// Opens the listeners, and tells where. The record of fetches is shortened before it grows again.
pub(super) fn start(
    options: &Options,
    files: &Arc<FileStore>,
    context: &Context,
) -> Result<(Server, mpsc::Receiver<FetchEvent>), Error> {
    fetches::shorten(context)?;
    let (sender, events) = mpsc::channel(EVENTS_AHEAD);
    let server = Server::start(options, Arc::clone(files), sender)?;
    let opened = [(FetchProtocol::Tftp, server.tftp_address()), (FetchProtocol::Http, server.http_address())];
    for (protocol, address) in opened {
        if let Some(address) = address {
            context.emit(SiteEvent::Serving { protocol, address });
        }
    }
    Ok((server, events))
}

/// Keeps asking the switches which address is on which port, at once when somebody was denied: a phone that has just moved is no
/// stranger. Ends only by an error of the inventory.
async fn watch_switches(site: &LoadedSite, files: &FileStore, denied: &Notify, context: &Context) -> Result<(), Error> {
    let mut connected = connect::connect(site, &[], context).await?;
    connect::tell_failures(&connected.failures, context);
    loop {
        let observed = connect::observe(&mut connected, &site.catalogue, context).await;
        files.set_switch_evidence(port_addresses(&site.site, &observed));
        tokio::time::sleep(EVIDENCE_AT_MOST).await;
        // Whichever comes first; that nobody was denied is no error.
        let _ = tokio::time::timeout(EVIDENCE_EVERY, denied.notified()).await;
    }
}
