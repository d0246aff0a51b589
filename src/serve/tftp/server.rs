//! TFTP over UDP: one listener, one socket with a port of its own per transfer (RFC 1350 §4). I/O.
//!
//! Answers come from the address that was asked, also on machines with several. Not supported: writes.

use std::collections::HashMap;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};

use super::packet::{self, Packet, Request, error_code};
use super::transfer::{Asker, End, Step, Transfer};
use crate::serve::cabinet::{Answer, Cabinet, Outcome};
use crate::serve::events::Report;
use model::serve::{FetchEvent, FetchProtocol, FetchResult};

/// Transfers at one time: a large site's phones after a power cut, and a bound on sockets.
const MOST_TRANSFERS: usize = 4096;
/// Transfers of one address at one time: a phone needs a few; a router with phones behind it some more.
const MOST_PER_ADDRESS: usize = 64;
/// Octets the kernel may hold for us while a thousand phones ask at once.
const RECEIVE_BUFFER: usize = 4 << 20;
/// Requests are short; a longer datagram is none.
const LONGEST_PACKET: usize = 2048;

/// An open, idle listener.
#[derive(Debug)]
pub(in crate::serve) struct Listener {
    socket: UdpSocket,
    address: SocketAddr,
}

impl Listener {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = std::net::UdpSocket::bind(address)?;
        socket.set_nonblocking(true)?;
        // Smaller than wished where the system's limit says so.
        let _ = setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER);
        match address {
            SocketAddr::V4(_) => setsockopt(&socket, sockopt::Ipv4PacketInfo, &true)?,
            SocketAddr::V6(_) => setsockopt(&socket, sockopt::Ipv6RecvPacketInfo, &true)?,
        }
        let address = socket.local_addr()?;
        Ok(Self { socket: UdpSocket::from_std(socket)?, address })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn serve(self, cabinet: Arc<Cabinet>, events: mpsc::Sender<FetchEvent>, mut stopped: watch::Receiver<()>) {
        let desk = Arc::new(Desk { cabinet, events, running: Mutex::default() });
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = stopped.changed() => return,
                    datagram = receive(&self.socket, self.address) => match datagram {
                        Ok(datagram) => desk.accept(&datagram),
                        // An ICMP error of an earlier answer shows here; the listener itself is well.
                        Err(_) => tokio::task::yield_now().await,
                    },
                }
            }
        });
    }
}

struct Datagram {
    octets: Vec<u8>,
    peer: SocketAddr,
    /// The address of this machine that was asked.
    asked_at: IpAddr,
}

async fn receive(socket: &UdpSocket, bound: SocketAddr) -> io::Result<Datagram> {
    socket.async_io(Interest::READABLE, || receive_now(socket, bound)).await
}

fn receive_now(socket: &UdpSocket, bound: SocketAddr) -> io::Result<Datagram> {
    let mut octets = vec![0_u8; LONGEST_PACKET];
    let mut control = nix::cmsg_space!(nix::libc::in6_pktinfo, nix::libc::in_pktinfo);
    let mut parts = [IoSliceMut::new(&mut octets)];
    let message = recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())?;
    let asked_at = message.cmsgs()?.find_map(|control| local_address(&control)).unwrap_or(bound.ip());
    let (length, peer) = (message.bytes, message.address.as_ref().and_then(peer_address));
    octets.truncate(length);
    let peer = peer.ok_or(io::ErrorKind::InvalidData)?;
    Ok(Datagram { octets, peer, asked_at })
}

fn local_address(control: &ControlMessageOwned) -> Option<IpAddr> {
    match control {
        ControlMessageOwned::Ipv4PacketInfo(info) => Some(IpAddr::from(info.ipi_spec_dst.s_addr.to_ne_bytes())),
        ControlMessageOwned::Ipv6PacketInfo(info) => Some(IpAddr::from(info.ipi6_addr.s6_addr)),
        _ => None,
    }
}

fn peer_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| SocketAddr::from((v4.ip(), v4.port())));
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddr::V6((*v6).into())))
}

/// One (address, port, name) is one transfer.
type Key = (SocketAddr, String);

/// What all transfers share.
struct Desk {
    cabinet: Arc<Cabinet>,
    events: mpsc::Sender<FetchEvent>,
    /// Running transfers, each with a way to tell it that its request came again.
    running: Mutex<HashMap<Key, mpsc::Sender<()>>>,
}

impl Desk {
    fn accept(self: &Arc<Self>, datagram: &Datagram) {
        let (peer, asked_at) = (datagram.peer, datagram.asked_at);
        let refused = |name: &str, reason: String| {
            self.report(peer, name).end(FetchResult::Refused, 0, Some(reason));
        };
        match packet::decode(&datagram.octets) {
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
                let desk = Arc::clone(self);
                tokio::spawn(async move {
                    let place = Place { desk: &desk, key };
                    desk.transfer(peer, asked_at, request, requests).await;
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
        let Some((answer, asker)) = self.ask(peer, &request.name).await else {
            return report.end(FetchResult::Refused, 0, Some("the answer could not be made: this is a bug in voiceport".into()));
        };
        report.identify(&answer);
        let (result, reason) = match answer.outcome {
            Outcome::Contents(contents) => {
                let (result, bytes, reason) = match open(peer, asked_at).await {
                    Ok(socket) => run(&socket, contents, &request, asker, again).await,
                    Err(cause) => (FetchResult::Refused, 0, Some(cause.to_string())),
                };
                return report.end(result, bytes, reason);
            }
            Outcome::NotFound => (FetchResult::NotFound, None),
            Outcome::Denied(reason) => (FetchResult::Denied, Some(reason)),
            Outcome::Failed(reason) => (FetchResult::Refused, Some(reason)),
        };
        answer_error(peer, asked_at, error_code::FILE_NOT_FOUND, "file not found").await;
        report.end(result, 0, reason);
    }

    async fn ask(&self, peer: SocketAddr, name: &str) -> Option<(Answer, Asker)> {
        let (cabinet, name) = (Arc::clone(&self.cabinet), name.to_owned());
        let asking = tokio::task::spawn_blocking(move || {
            let answer = cabinet.ask(peer.ip(), &name);
            let asker = if cabinet.knows(peer.ip()) { Asker::Known } else { Asker::Unknown };
            (answer, asker)
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
struct Place<'a> {
    desk: &'a Desk,
    key: Key,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.desk.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
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
        // Lost errors are not sent again: the asker asks again.
        let _ = socket.send(&packet::encode(&Packet::Error { code, message: message.into() })).await;
    }
}

async fn run(
    socket: &UdpSocket,
    contents: Arc<[u8]>,
    request: &Request,
    asker: Asker,
    mut again: mpsc::Receiver<()>,
) -> (FetchResult, u64, Option<String>) {
    let (mut transfer, mut step) = Transfer::start(contents, request, asker, Instant::now());
    let mut octets = [0_u8; LONGEST_PACKET];
    loop {
        if let Some(end) = step.end.take() {
            return ended(end, transfer.acknowledged_bytes());
        }
        for datagram in &step.send {
            // A full buffer or an ICMP error is a lost packet; the deadline or the next receive tells.
            let _ = socket.send(datagram).await;
        }
        step = tokio::select! {
            received = socket.recv(&mut octets) => match received {
                Ok(length) => on_octets(&mut transfer, octets.get(..length).unwrap_or_default()),
                Err(cause) => Step { send: Vec::new(), end: Some(End::Stopped(format!("the asker is gone: {cause}"))) },
            },
            Some(()) = again.recv() => transfer.on_request_again(Instant::now()),
            () = tokio::time::sleep_until(transfer.deadline().into()) => transfer.on_deadline(Instant::now()),
        };
    }
}

fn on_octets(transfer: &mut Transfer, octets: &[u8]) -> Step {
    match packet::decode(octets) {
        Ok(packet) => transfer.on_packet(&packet, Instant::now()),
        Err(_) => Step { send: Vec::new(), end: None },
    }
}

fn ended(end: End, bytes: u64) -> (FetchResult, u64, Option<String>) {
    match end {
        End::Done => (FetchResult::Served, bytes, None),
        End::Silent => (FetchResult::TimedOut, bytes, Some("the asker fell silent".into())),
        End::Stopped(reason) => (FetchResult::TimedOut, bytes, Some(reason)),
    }
}
