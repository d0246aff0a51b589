//! TFTP over UDP: one listener, one socket with a port of its own per transfer (RFC 1350 §4). I/O.
//!
//! Answers come from the address that was asked, also on machines with several. Not supported: writes.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};

use super::packet;
use super::packet::{Packet, Request, error_code};
use super::transfer::{ClientKind, End, Step, Transfer};
use crate::host::udp;
use crate::serve::events::Report;
use crate::serve::file_store::{Answer, FileStore, Reply};
use model::serve::{FetchEvent, FetchProtocol, FetchResult};

/// Transfers at one time: a large site's phones after a power cut, and a bound on sockets.
const MOST_TRANSFERS: usize = 4096;
/// Transfers of one address at one time: a phone needs a few; a router with phones behind it some more.
const MOST_PER_ADDRESS: usize = 64;
/// Bytes the kernel may hold for us while a thousand phones ask at once.
const RECEIVE_BUFFER: usize = 4 << 20;
/// Requests are short; a longer datagram is none.
const LONGEST_PACKET: usize = 2048;

/// An open, idle listener.
#[derive(Debug)]
pub(in crate::serve) struct Listener {
    socket: udp::UdpSocket,
    address: SocketAddr,
}

impl Listener {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = udp::UdpSocket::bind(address, udp::Options { v6_only: false, receive_buffer: Some(RECEIVE_BUFFER) })?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn serve(self, files: Arc<FileStore>, events: mpsc::Sender<FetchEvent>, mut stopped: watch::Receiver<()>) {
        let transfers = Arc::new(Transfers { files, events, running: Mutex::default() });
        tokio::spawn(async move {
            let mut buffer = vec![0; LONGEST_PACKET];
            loop {
                let received = tokio::select! {
                    _ = stopped.changed() => return,
                    received = self.socket.recv(&mut buffer) => received,
                };
                // An error is an ICMP error of an earlier answer, which the kernel tells once; the listener itself is well.
                let Ok(udp::Received { length, peer: Some(peer), destination, .. }) = received else { continue };
                let asked_at = destination.map_or(self.address.ip(), |destination| destination.reply_from());
                transfers.accept(buffer.get(..length).unwrap_or_default(), peer, asked_at);
            }
        });
    }
}

/// One (address, port, name) is one transfer.
type Key = (SocketAddr, String);

/// What all transfers share.
struct Transfers {
    files: Arc<FileStore>,
    events: mpsc::Sender<FetchEvent>,
    /// Running transfers, each with a way to tell it that its request came again.
    running: Mutex<HashMap<Key, mpsc::Sender<()>>>,
}

impl Transfers {
    /// `asked_at` is the address of this machine that was asked.
    fn accept(self: &Arc<Self>, datagram: &[u8], peer: SocketAddr, asked_at: IpAddr) {
        let refused = |name: &str, reason: String| {
            self.report(peer, name).end(FetchResult::Refused, 0, Some(reason));
        };
        match packet::decode(datagram) {
            Ok(Packet::Read(request)) => self.accept_read(peer, asked_at, request),
            Ok(Packet::Write(request)) => {
                refused(&request.name, "writing is not supported".into());
                tokio::spawn(answer_error(peer, asked_at, error_code::ACCESS_VIOLATION, "writing is not supported"));
            }
            // An answer to something that looks like an answer could go back and forth for ever.
            Ok(_) => refused("", "not a request".into()),
            Err(cause) => refused("", cause.to_string()),
        }
    }

    fn accept_read(self: &Arc<Self>, peer: SocketAddr, asked_at: IpAddr, request: Request) {
        let (again, requests) = mpsc::channel(1);
        let key = (peer, request.name.clone());
        match self.enter(&key, again) {
            Entered::New => {
                let transfers = Arc::clone(self);
                tokio::spawn(async move {
                    let place = Running { transfers: &transfers, key };
                    transfers.transfer(peer, asked_at, request, requests).await;
                    drop(place);
                });
            }
            Entered::Again => {}
            // Silence: an answer would only add to the load.
            Entered::Full => {
                self.report(peer, &request.name).end(FetchResult::Refused, 0, Some("too many transfers at once".into()));
            }
        }
    }

    fn enter(&self, key: &Key, again: mpsc::Sender<()>) -> Entered {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(transfer) = running.get(key) {
            // One waiting notice is enough.
            let _ = transfer.try_send(());
            return Entered::Again;
        }
        let of_address = || running.keys().filter(|(peer, _)| peer.ip() == key.0.ip()).count();
        if running.len() >= MOST_TRANSFERS || (running.len() >= MOST_PER_ADDRESS && of_address() >= MOST_PER_ADDRESS) {
            return Entered::Full;
        }
        running.insert(key.clone(), again);
        Entered::New
    }

    async fn transfer(&self, peer: SocketAddr, asked_at: IpAddr, request: Request, again: mpsc::Receiver<()>) {
        let mut report = self.report(peer, &request.name);
        let Some((answer, client)) = self.ask(peer, &request.name).await else {
            return report.end(FetchResult::Refused, 0, Some("the answer could not be made: this is a bug in voiceport".into()));
        };
        report.identify(&answer);
        let (result, reason) = match answer.reply {
            Reply::Contents(file) => {
                let (result, bytes, reason) = match open(peer, asked_at).await {
                    Ok(socket) => run(&socket, file.bytes, &request, client, again).await,
                    Err(cause) => (FetchResult::Refused, 0, Some(cause.to_string())),
                };
                return report.end(result, bytes, reason);
            }
            Reply::NotFound => (FetchResult::NotFound, None),
            Reply::Denied(reason) => (FetchResult::Denied, Some(reason)),
            Reply::Failed(reason) => (FetchResult::Refused, Some(reason)),
        };
        answer_error(peer, asked_at, error_code::FILE_NOT_FOUND, "file not found").await;
        report.end(result, 0, reason);
    }

    async fn ask(&self, peer: SocketAddr, name: &str) -> Option<(Answer, ClientKind)> {
        let (files, name) = (Arc::clone(&self.files), name.to_owned());
        let asking = tokio::task::spawn_blocking(move || {
            let answer = files.ask(peer.ip(), &name);
            let client = if files.knows(peer.ip()) { ClientKind::Known } else { ClientKind::Unknown };
            (answer, client)
        });
        asking.await.ok()
    }

    fn report(&self, peer: SocketAddr, name: &str) -> Report {
        Report::new(FetchProtocol::Tftp, peer, name, self.events.clone())
    }
}

enum Entered {
    New,
    Again,
    Full,
}

/// Leaves the table of running transfers when dropped.
struct Running<'a> {
    transfers: &'a Transfers,
    key: Key,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.transfers.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// A socket from the address asked, with a new port, that hears this peer alone.
async fn open(peer: SocketAddr, asked_at: IpAddr) -> io::Result<UdpSocket> {
    let mut local = SocketAddr::new(asked_at, 0);
    if let (SocketAddr::V6(local), SocketAddr::V6(peer)) = (&mut local, peer) {
        local.set_scope_id(peer.scope_id());
    }
    let socket = UdpSocket::bind(local).await?;
    socket.connect(peer).await?;
    Ok(socket)
}

async fn answer_error(peer: SocketAddr, asked_at: IpAddr, code: u16, message: &'static str) {
    if let Ok(socket) = open(peer, asked_at).await {
        // Lost errors are not sent again: the client asks again.
        let _ = socket.send(&packet::encode(&Packet::Error { code, message: message.into() })).await;
    }
}

async fn run(
    socket: &UdpSocket,
    contents: Arc<[u8]>,
    request: &Request,
    client: ClientKind,
    mut again: mpsc::Receiver<()>,
) -> (FetchResult, u64, Option<String>) {
    let (mut transfer, mut step) = Transfer::start(contents, request, client, Instant::now());
    let mut buffer = [0_u8; LONGEST_PACKET];
    loop {
        if let Some(end) = step.end.take() {
            return ended(end, transfer.acknowledged_bytes());
        }
        for datagram in &step.send {
            // A full buffer or an ICMP error is a lost packet; the deadline or the next receive tells.
            let _ = socket.send(datagram).await;
        }
        step = tokio::select! {
            received = socket.recv(&mut buffer) => match received {
                Ok(length) => on_datagram(&mut transfer, buffer.get(..length).unwrap_or_default()),
                Err(cause) => Step { send: Vec::new(), end: Some(End::Stopped(format!("the client is gone: {cause}"))) },
            },
            Some(()) = again.recv() => transfer.on_request_again(Instant::now()),
            () = tokio::time::sleep_until(transfer.deadline().into()) => transfer.on_deadline(Instant::now()),
        };
    }
}

fn on_datagram(transfer: &mut Transfer, datagram: &[u8]) -> Step {
    match packet::decode(datagram) {
        Ok(packet) => transfer.on_packet(&packet, Instant::now()),
        Err(_) => Step { send: Vec::new(), end: None },
    }
}

fn ended(end: End, bytes: u64) -> (FetchResult, u64, Option<String>) {
    match end {
        End::Done => (FetchResult::Served, bytes, None),
        End::Silent => (FetchResult::TimedOut, bytes, Some("the client fell silent".into())),
        End::Stopped(reason) => (FetchResult::TimedOut, bytes, Some(reason)),
    }
}
