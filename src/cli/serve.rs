//! `voiceport serve`: give the files to booting phones, and to nobody else. I/O.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::gather::Wanted;
use super::global::Global;
use super::render;
use super::stop;
use crate::change::acceptance::port_addresses;
use crate::inventory::secrets;
use crate::output::Terminal;
use crate::render::Renderer;
use crate::serve::FileStore;
use crate::serve::Options;
use crate::serve::Server;
use model::serve::FetchEvent;
use model::serve::FetchResult;

/// How often the switches are asked again which address is on which port.
const EVIDENCE_EVERY: Duration = Duration::from_secs(30);
/// Strangers who knock must not make us load the switches.
const EVIDENCE_AT_MOST: Duration = Duration::from_secs(2);
/// How long transfers under way may take to end after Ctrl-C.
const LAST_TRANSFERS: Duration = Duration::from_secs(2);
/// Events that may wait for a slow terminal before requests wait for it.
const EVENTS_AHEAD: usize = 1024;

const EXAMPLES: &str = "Examples:
  voiceport serve                                      TFTP on port 69 and HTTP on port 80
  voiceport serve --tftp 192.0.2.5:69                  TFTP alone, on one address
  voiceport serve --http 192.0.2.5:8080 --format json  one JSON object per request";

/// Serve the phones their files over TFTP and HTTP, until Ctrl-C; one line per request
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// TFTP address [default: 0.0.0.0:69]
    #[arg(long, value_name = "ADDR")]
    tftp: Option<SocketAddr>,
    /// HTTP address [default: 0.0.0.0:80 when neither address is given]
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// HTTPS address (not in this version)
    #[arg(long, value_name = "ADDR")]
    https: Option<SocketAddr>,
    /// Metrics address (not in this version)
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// Folder with firmware images (not in this version)
    #[arg(long, value_name = "DIR")]
    firmware: Option<PathBuf>,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let options = self.options()?;
        let wanted = gather::wanted(global)?;
        let files = file_store(global, &wanted)?;
        let (sender, mut events) = mpsc::channel(EVENTS_AHEAD);
        let server = Server::start(&options, Arc::clone(&files), sender)?;
        say_where(terminal, &server);
        let denied = Notify::new();
        let watch = watch_switches(global, &wanted, &files, &denied);
        let stop = stop::asked();
        tokio::pin!(watch, stop);
        loop {
            tokio::select! {
                Some(event) = events.recv() => {
                    if event.result == FetchResult::Denied {
                        denied.notify_one();
                    }
                    terminal.stream(&event);
                }
                result = &mut watch => result?,
                () = &mut stop => break,
            }
        }
        drop(server);
        tell_the_rest(terminal, &mut events).await;
        Ok(Exit::Done)
    }

    fn options(&self) -> Result<Options, Error> {
        let later =
            [("--https", self.https.is_some()), ("--metrics", self.metrics.is_some()), ("--firmware", self.firmware.is_some())];
        if let Some((flag, _)) = later.iter().find(|(_, given)| *given) {
            return Err(Error::not_yet(format!("serve {flag}"), "serve over TFTP and HTTP on the voice VLAN"));
        }
        Ok(match (self.tftp, self.http) {
            (None, None) => everywhere(),
            (tftp, http) => Options { tftp, http },
        })
    }
}

/// The well-known ports on every address.
#[must_use]
pub fn everywhere() -> Options {
    let at = |port| Some(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    Options { tftp: at(69), http: at(80) }
}

/// The files of this site, rendered when asked for.
pub fn file_store(global: &Global, wanted: &Wanted) -> Result<Arc<FileStore>, Error> {
    let base = global.secrets_base();
    let secrets = move |reference: &_| secrets::resolve(reference, &base).map_err(|error| error.to_string());
    let files = FileStore::new(Renderer::builtin()?, wanted.site.clone(), Box::new(secrets), render::serving())?;
    Ok(Arc::new(files))
}

/// Says where the files are served.
pub fn say_where(terminal: Terminal, server: &Server) {
    for (name, address) in [("tftp", server.tftp_address()), ("http", server.http_address())] {
        if let Some(address) = address {
            terminal.progress(&format!("serving on {name}://{address}"));
        }
    }
}

/// Transfers under way end by themselves; their events end with the last of them.
async fn tell_the_rest(terminal: Terminal, events: &mut mpsc::Receiver<FetchEvent>) {
    while let Ok(Some(event)) = tokio::time::timeout(LAST_TRANSFERS, events.recv()).await {
        terminal.stream(&event);
    }
}

/// Keeps asking the switches which address is on which port, at once when somebody was denied: a phone that has just moved is no
/// stranger. Never ends but by an error of the inventory.
async fn watch_switches(global: &Global, wanted: &Wanted, files: &FileStore, denied: &Notify) -> Result<(), Error> {
    let mut connected = gather::connect(global, &wanted.site, &[]).await?;
    gather::show_failures(global.terminal(), &connected.failures);
    loop {
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        files.set_switch_evidence(port_addresses(&wanted.site, &observed));
        tokio::time::sleep(EVIDENCE_AT_MOST).await;
        // Whichever comes first; that nobody was denied is no error.
        let _ = tokio::time::timeout(EVIDENCE_EVERY, denied.notified()).await;
    }
}
