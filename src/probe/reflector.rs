//! A STAMP session-reflector on a socket; what it answers is [`stamp::reflector`]'s. I/O.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::mpsc;

use super::report::ReflectorCounts;
use crate::host::clock;
use crate::host::udp::{Received, UdpSocket};
use crate::probe::error::Error;
use crate::probe::socket::{self, DATAGRAM_BYTES};
use model::ids::Dscp;
use stamp::reflector::Now;
use stamp::time::RawTime;

/// A bound reflector, not yet answering.
#[derive(Debug)]
pub struct Reflector {
    socket: UdpSocket,
    local: SocketAddr,
    counters: Counters,
    /// Takes the senders of sessions that begin.
    begun: Option<mpsc::Sender<SessionBegun>>,
}

/// A sender whose first packet was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionBegun {
    /// The reflector's address.
    pub reflector: SocketAddr,
    pub sender: SocketAddr,
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
        let socket = socket::bind(address).map_err(failed)?;
        let local = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, local, counters: Counters::default(), begun: None })
    }

    /// Tells of each session that begins. One is left out where nobody takes them fast enough: it is counted all the same.
    #[must_use]
    pub fn telling(self, begun: mpsc::Sender<SessionBegun>) -> Self {
        Self { begun: Some(begun), ..self }
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
        let (mut logic, started) = (stamp::reflector::Reflector::new(), Instant::now());
        let mut buffer = vec![0; DATAGRAM_BYTES];
        tokio::pin!(stop);
        loop {
            let received = tokio::select! {
                () = &mut stop => return Ok(self.counters.read()),
                received = self.socket.recv(&mut buffer) => received,
            };
            let received = received.map_err(|cause| Error::Reflector { address: self.local, cause })?;
            increment(&self.counters.0.received);
            let now = Now {
                steady: started.elapsed(),
                time_of_day: RawTime::ntp(clock::now_nanos()),
                error_estimate: socket::error_estimate(),
            };
            self.answer(buffer.get(..received.length).unwrap_or_default(), &received, &mut logic, &now).await;
        }
    }

    async fn answer(&self, datagram: &[u8], received: &Received, logic: &mut stamp::reflector::Reflector, now: &Now) {
        let Some((peer, destination)) = received.peer.zip(received.destination) else {
            return increment(&self.counters.0.refused);
        };
        let facts = stamp::reflector::Received {
            peer,
            asked: destination.address(),
            unicast: destination.is_unicast(),
            at: RawTime::ntp(received.at_nanos),
            ds_byte: received.ds_byte,
            ttl: received.ttl,
        };
        let Some(answer) = logic.answer(datagram, &facts, now) else {
            return increment(&self.counters.0.refused);
        };
        if answer.begins_session {
            increment(&self.counters.0.sessions);
            if let Some(begun) = &self.begun {
                let _full = begun.try_send(SessionBegun { reflector: self.local, sender: peer });
            }
        }
        let dscp = Dscp::new(answer.dscp.get()).unwrap_or(Dscp::BEST_EFFORT);
        match self.socket.reply(&answer.datagram, peer, dscp, &destination).await {
            Ok(()) => {
                logic.sent(answer.session);
                increment(&self.counters.0.reflected);
            }
            Err(_) => increment(&self.counters.0.unsent),
        }
    }
}
