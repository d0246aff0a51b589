//! The one UDP socket that all agents share, and who waits for which answer. I/O.
//!
//! An answer is given to the one who asked that address with that number. What comes from an address that was asked but cannot be read is
//! remembered for whoever waits for it, and what the network says of an address (ICMP) ends the wait.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::io::IoSliceMut;
use std::net::{Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn6, SockaddrStorage, recvfrom, recvmsg, setsockopt, sockopt};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::error::{BadAnswer, OsError};
use crate::Message;
use crate::usm::{Hash, Master, MasterCache, ShortPassword};

/// Requests to all agents together that may be without an answer.
const IN_FLIGHT: usize = 4096;
/// Receive buffer of the socket: answers of many agents may come together. The machine may allow less.
const RECEIVE_BUFFER: usize = 8 << 20;
/// Largest datagram that UDP can carry.
const DATAGRAM: usize = 1 << 16;
/// Datagrams fetched before others get their turn.
const AT_ONCE: usize = 64;
/// Answers to one question that wait to be judged; who sends more is flooding.
const ANSWERS: usize = 8;
/// How often a send is tried while the socket tells of other agents' misfortune.
const SENDS: usize = 16;

/// The socket that all agents share. Cheap to clone.
#[derive(Clone)]
pub struct Socket {
    shared: Arc<Shared>,
}

struct Shared {
    socket: Arc<UdpSocket>,
    mapped: bool,
    waiting: Waiting,
    numbers: AtomicU32,
    salts: AtomicU64,
    in_flight: Semaphore,
    masters: Mutex<MasterCache>,
    receiver: AbortHandle,
}

type Waiting = Arc<Mutex<HashMap<i32, Waiter>>>;

/// Who waits for an answer.
struct Waiter {
    asked: SocketAddr,
    answers: mpsc::Sender<Arrival>,
    wrong: Option<BadAnswer>,
}

/// One question: its number, and what comes under that number from the address that is asked, until it is dropped.
pub(super) struct Question<'s> {
    socket: &'s Socket,
    to: SocketAddr,
    number: i32,
    answers: mpsc::Receiver<Arrival>,
}

/// What came instead of nothing.
enum Arrival {
    Answer(Vec<u8>),
    /// The network's word that nobody is there.
    Nobody(OsError),
}

/// What came of one question.
pub(super) enum Reply {
    /// A message with the number of the question.
    Answer(Vec<u8>),
    /// Nothing in time, but perhaps something that could not be read: what is wrong with it.
    Silence(Option<BadAnswer>),
    /// The address cannot be reached.
    Nobody(OsError),
}

impl Socket {
    /// Opens the socket, for IPv6 and IPv4 where the machine has both.
    pub async fn open() -> io::Result<Self> {
        match Self::bind("[::]:0").await {
            Ok(socket) => Ok(socket),
            Err(_) => Self::bind("0.0.0.0:0").await,
        }
    }

    async fn bind(address: &str) -> io::Result<Self> {
        let socket = Arc::new(UdpSocket::bind(address).await?);
        let mapped = socket.local_addr()?.is_ipv6();
        // Root may have more than the machine allows everybody.
        if setsockopt(&socket, sockopt::RcvBufForce, &RECEIVE_BUFFER).is_err() {
            setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER)?;
        }
        setsockopt(&socket, sockopt::Ipv4RecvErr, &true)?;
        if mapped {
            setsockopt(&socket, sockopt::Ipv6RecvErr, &true)?;
        }
        let waiting = Waiting::default();
        let receiver = tokio::spawn(receive(Arc::clone(&socket), Arc::clone(&waiting))).abort_handle();
        let random = RandomState::new().hash_one(0);
        Ok(Self {
            shared: Arc::new(Shared {
                socket,
                mapped,
                waiting,
                numbers: AtomicU32::new(u32::try_from(random >> 33).unwrap_or(0)),
                salts: AtomicU64::new(random),
                in_flight: Semaphore::new(IN_FLIGHT),
                masters: Mutex::default(),
                receiver,
            }),
        })
    }

    /// A new question to an address, under a number that none before had: the numbers come round after 2³¹ questions.
    pub(super) fn question(&self, to: SocketAddr) -> Question<'_> {
        let number = self.shared.numbers.fetch_add(1, Ordering::Relaxed) & i32::MAX.unsigned_abs();
        let number = i32::try_from(number).unwrap_or(0);
        let (sender, answers) = mpsc::channel(ANSWERS);
        lock(&self.shared.waiting).insert(number, Waiter { asked: to, answers: sender, wrong: None });
        Question { socket: self, to, number, answers }
    }

    /// A number that no message was encrypted with.
    pub(super) fn salt(&self) -> u64 {
        self.shared.salts.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits for a turn among the requests of all agents.
    pub(super) async fn turn(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.shared.in_flight.acquire().await.ok()
    }

    /// The key of a password, stretched when it is asked for first.
    pub fn master(&self, hash: Hash, password: &str) -> Result<Master, ShortPassword> {
        lock(&self.shared.masters).master(hash, password)
    }

    /// An error of an earlier datagram to somebody else comes out of the next send, once.
    async fn send(&self, to: SocketAddr, datagram: &[u8]) -> io::Result<()> {
        let to = match to {
            SocketAddr::V4(to) if self.shared.mapped => SocketAddr::new(to.ip().to_ipv6_mapped().into(), to.port()),
            to => to,
        };
        let mut result = Ok(());
        for _ in 0..SENDS {
            result = self.shared.socket.send_to(datagram, to).await.map(|_| ());
            if result.is_ok() {
                break;
            }
        }
        result
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.receiver.abort();
    }
}

impl Question<'_> {
    /// request-id, or msgID in version 3, of every datagram of this question.
    pub(super) const fn number(&self) -> i32 {
        self.number
    }

    pub(super) async fn send(&self, datagram: &[u8]) -> Result<(), OsError> {
        self.socket.send(self.to, datagram).await.map_err(|error| OsError(error.raw_os_error().unwrap_or(0)))
    }

    /// Waits for the next message with this number.
    pub(super) async fn answer(&mut self, until: Instant) -> Reply {
        match tokio::time::timeout_at(until, self.answers.recv()).await {
            Ok(Some(Arrival::Answer(datagram))) => Reply::Answer(datagram),
            Ok(Some(Arrival::Nobody(why))) => Reply::Nobody(why),
            Ok(None) | Err(_) => {
                let mut waiting = lock(&self.socket.shared.waiting);
                Reply::Silence(waiting.get_mut(&self.number).and_then(|waiter| waiter.wrong.take()))
            }
        }
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        lock(&self.socket.shared.waiting).remove(&self.number);
    }
}

/// Receives for ever.
async fn receive(socket: Arc<UdpSocket>, waiting: Waiting) {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let fetched = socket
            .async_io(Interest::READABLE | Interest::ERROR, || {
                let fetched = fetch(&socket, &waiting, &mut buffer);
                let told = fetch_errors(&socket, &waiting);
                if fetched + told == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            })
            .await;
        if fetched.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Hands on what has come; how many datagrams.
fn fetch(socket: &UdpSocket, waiting: &Waiting, buffer: &mut [u8]) -> usize {
    let mut fetched = 0;
    while fetched < AT_ONCE {
        match recvfrom::<SockaddrStorage>(socket.as_raw_fd(), buffer) {
            Ok((length, from)) => {
                fetched += 1;
                if let (Some(from), Some(datagram)) = (from.as_ref().and_then(address), buffer.get(..length)) {
                    hand_on(waiting, from, datagram);
                }
            }
            Err(Errno::EAGAIN) => break,
            // What the network says of an address; the error queue tells of which.
            Err(_) => fetched += 1,
        }
    }
    fetched
}

fn hand_on(waiting: &Waiting, from: SocketAddr, datagram: &[u8]) {
    let mut waiting = lock(waiting);
    let wrong = match Message::decode(datagram) {
        Ok(message) => {
            let number = message.id();
            // Else it is late or doubled, and its question answered, or it comes from somebody who was not asked.
            if let Some(waiter) = waiting.get(&number)
                && waiter.asked == from
            {
                let _ = waiter.answers.try_send(Arrival::Answer(datagram.to_vec()));
            }
            return;
        }
        Err(malformed) => BadAnswer::NotSnmp(malformed),
    };
    for waiter in waiting.values_mut().filter(|waiter| waiter.asked == from) {
        waiter.wrong = Some(wrong.clone());
    }
}

/// Ends the waits for addresses of which the network says that nobody is there; how many it told of.
fn fetch_errors(socket: &UdpSocket, waiting: &Waiting) -> usize {
    let mut told = 0;
    while told < AT_ONCE {
        let mut bytes = [0; 64];
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let mut control = nix::cmsg_space!([u8; 128]);
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let Ok(message) = recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut control), flags) else {
            break;
        };
        told += 1;
        let Some(asked) = message.address.as_ref().and_then(address) else { continue };
        let errors = message.cmsgs().into_iter().flatten().filter_map(|control| match control {
            ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _) => Some(error.ee_errno),
            _ => None,
        });
        for errno in errors {
            nobody(waiting, asked, OsError(i32::try_from(errno).unwrap_or(0)));
        }
    }
    told
}

fn nobody(waiting: &Waiting, asked: SocketAddr, why: OsError) {
    for waiter in lock(waiting).values().filter(|waiter| waiter.asked == asked) {
        let _ = waiter.answers.try_send(Arrival::Nobody(why));
    }
}

/// The address as it was asked: IPv4 where it is an IPv4-mapped IPv6 address.
fn address(from: &SockaddrStorage) -> Option<SocketAddr> {
    let v6 = |from: &SockaddrIn6| {
        let ip: Ipv6Addr = from.ip();
        match ip.to_ipv4_mapped() {
            Some(ip) => SocketAddr::new(ip.into(), from.port()),
            None => SocketAddr::V6(std::net::SocketAddrV6::new(ip, from.port(), 0, from.scope_id())),
        }
    };
    from.as_sockaddr_in6().map(v6).or_else(|| from.as_sockaddr_in().map(|from| SocketAddr::new(from.ip().into(), from.port())))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
