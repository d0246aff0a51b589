//! A STAMP session-reflector (RFC 8762 §4.3): stateful, unauthenticated. It never answers with more octets than it was asked with,
//! never a broadcast or multicast, and never another reflector. I/O.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::report::ReflectorCounts;
use crate::probe::socket::{Asked, DATAGRAM_BYTES, MarkSocket, Received};
use crate::probe::{Error, clock};
use model::ids::Dscp;
use stamp::Request;
use stamp::reflection::{Circumstances, is_reply, reflect, reply_dscp};
use stamp::time::RawTime;

/// A session that was silent for so long begins anew (REFWAIT of RFC 5357 §4.2).
const SESSION_IDLE: Duration = Duration::from_secs(900);
/// Sessions remembered; beyond, the half that was silent longest is forgotten.
const SESSIONS_MAX: usize = 10_000;

/// A bound reflector, not yet answering.
#[derive(Debug)]
pub struct Reflector {
    socket: MarkSocket,
    local: SocketAddr,
    counters: Counters,
}

/// Reads a reflector's counts while it runs.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Cells>);

#[derive(Debug, Default)]
struct Cells {
    received: AtomicU64,
    reflected: AtomicU64,
    refused: AtomicU64,
    unsent: AtomicU64,
    sessions: AtomicU64,
}

impl Counters {
    /// The counts now.
    #[must_use]
    pub fn read(&self) -> ReflectorCounts {
        let of = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        ReflectorCounts {
            received: of(&self.0.received),
            reflected: of(&self.0.reflected),
            refused: of(&self.0.refused),
            unsent: of(&self.0.unsent),
            sessions: of(&self.0.sessions),
        }
    }
}

fn increment(cell: &AtomicU64) {
    cell.fetch_add(1, Ordering::Relaxed);
}

impl Reflector {
    /// Binds a UDP socket; port 0 takes a free one. Needs a tokio runtime. An IPv6 address takes IPv6 only.
    pub fn bind(address: SocketAddr) -> Result<Self, Error> {
        let failed = |cause| Error::Bind { address, cause };
        let socket = MarkSocket::bind(address).map_err(failed)?;
        let local = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, local, counters: Counters::default() })
    }

    /// The address bound, with the port taken.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// A handle to its counts that stays valid while it runs.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Answers until the future is dropped or the socket fails.
    pub async fn run(self) -> Result<ReflectorCounts, Error> {
        self.run_until(std::future::pending()).await
    }

    /// Answers until `stop` is ready; a reply begun is finished.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<ReflectorCounts, Error> {
        let mut sessions = Sessions::default();
        let mut buffer = vec![0; DATAGRAM_BYTES];
        tokio::pin!(stop);
        loop {
            let received = tokio::select! {
                () = &mut stop => return Ok(self.counters.read()),
                received = self.socket.receive(&mut buffer) => received,
            };
            let received = received.map_err(|cause| Error::Reflector { address: self.local, cause })?;
            increment(&self.counters.0.received);
            self.answer(buffer.get(..received.length).unwrap_or_default(), &received, &mut sessions).await;
        }
    }

    async fn answer(&self, datagram: &[u8], received: &Received, sessions: &mut Sessions) {
        let Some((request, peer)) = Self::accept(datagram, received) else {
            increment(&self.counters.0.refused);
            return;
        };
        let Some(asked) = received.asked else { return };
        let session = sessions.enter((peer, asked.address(), request.ssid), Instant::now());
        if session.received == 1 {
            increment(&self.counters.0.sessions);
        }
        let dscp = Dscp::new(reply_dscp(&request, received.ds_byte).get()).unwrap_or(Dscp::BEST_EFFORT);
        let reply = reflect(request, &circumstances(session, received)).encode();
        match self.socket.answer(&reply, peer, dscp, &asked).await {
            Ok(()) => {
                session.sent = session.sent.wrapping_add(1);
                increment(&self.counters.0.reflected);
            }
            Err(_) => increment(&self.counters.0.unsent),
        }
    }

    /// A request worth an answer, and who gets it.
    fn accept(datagram: &[u8], received: &Received) -> Option<(Request, SocketAddr)> {
        let peer = received.peer.filter(|peer| peer.port() != 0)?;
        // Two reflectors that answer each other would never stop: a forged source address must not start that.
        if is_reply(datagram) {
            return None;
        }
        received.asked.filter(Asked::is_unicast)?;
        Some((Request::decode(datagram).ok()?, peer))
    }
}

fn circumstances(session: &Session, received: &Received) -> Circumstances {
    Circumstances {
        sequence: session.sent,
        received_in_session: session.received,
        received_at: RawTime::ntp(received.at_nanos),
        sent_at: RawTime::ntp(clock::now_nanos()),
        error_estimate: clock::error_estimate(),
        ds_byte: received.ds_byte,
        ttl: received.ttl,
    }
}

/// Peer, address asked, SSID (RFC 8972 §3).
type SessionKey = (SocketAddr, IpAddr, u16);

#[derive(Debug)]
struct Session {
    received: u32,
    sent: u32,
    last: Instant,
}

#[derive(Debug, Default)]
struct Sessions(HashMap<SessionKey, Session>);

impl Sessions {
    fn enter(&mut self, key: SessionKey, now: Instant) -> &mut Session {
        if self.0.len() >= SESSIONS_MAX && !self.0.contains_key(&key) {
            self.forget_half();
        }
        let fresh = Session { received: 0, sent: 0, last: now };
        let session = self.0.entry(key).or_insert(Session { ..fresh });
        if now.duration_since(session.last) > SESSION_IDLE {
            *session = fresh;
        }
        session.received = session.received.wrapping_add(1);
        session.last = now;
        session
    }

    fn forget_half(&mut self) {
        let mut ages: Vec<(Reverse<Instant>, SessionKey)> =
            self.0.iter().map(|(key, session)| (Reverse(session.last), *key)).collect();
        ages.sort_unstable();
        for (_, key) in ages.into_iter().skip(SESSIONS_MAX / 2) {
            self.0.remove(&key);
        }
    }
}
