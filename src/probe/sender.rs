//! A STAMP session-sender (RFC 8762 §4.2): sends the scheduled packets, one socket and session per stream, and books the replies.
//!
//! Packets are paced by the runtime's timer, in steps of a millisecond; the true time of sending is stamped into each packet, so
//! pacing does not show in delays. Times of arrival are the kernel's. I/O.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::report::Health;
use crate::host::clock;
use crate::host::udp::{Received, UdpSocket};
use crate::probe::error::Error;
use crate::probe::metrics::{Reply, Stream, ToldMark, WAIT_NS};
use crate::probe::schedule::{CLOSING_PACKETS, SMALLEST_BYTES, Schedule, Slot};
use crate::probe::settings::{ProbeProgress, Settings};
use crate::probe::socket::{self, DATAGRAM_BYTES};
use model::ids::Dscp;
use model::timestamp::Timestamp;
use stamp;
use stamp::Request;
use stamp::time::{ErrorEstimate, RawTime};
use stamp::tlv::{CLASS_OF_SERVICE, ClassOfService, DIRECT_MEASUREMENT, DirectMeasurement, Tlv, Tlvs};

/// Without any answer for so long there is no reflector: waiting for the whole duration would teach nothing more.
const SILENCE: Duration = Duration::from_secs(3);
/// After every packet is answered, copies may still be on their way.
const LINGER: Duration = Duration::from_millis(100);
/// Time between two calls of the progress function.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// What came of sending the schedule.
#[derive(Debug)]
pub struct Measurement {
    /// One for each stream of the schedule.
    pub streams: Vec<Stream>,
    /// When the first packet left, in whole microseconds as documents show it.
    pub started_at: Timestamp,
    /// How the probe itself did.
    pub health: Health,
    /// Whether the target is an address of this machine.
    pub same_host: bool,
}

/// Sends a schedule to the target and collects the replies.
pub async fn exchange(
    settings: &Settings,
    schedule: &Schedule,
    packet_bytes: u16,
    progress: &mut (dyn FnMut(ProbeProgress) + Send),
) -> Result<Measurement, Error> {
    let mut exchange = Exchange::open(settings, schedule, packet_bytes).await?;
    exchange.send_all(schedule, progress).await?;
    exchange.collect_rest().await;
    exchange.finish(schedule)
}

struct Exchange {
    target: SocketAddr,
    sessions: Vec<Session>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    // Dropping it stops the receivers.
    _receivers: JoinSet<()>,
    packet_bytes: usize,
    duration: Duration,
    estimate: ErrorEstimate,
    start: Instant,
    clock_at_start: clock::Reading,
    started_at: Timestamp,
    same_host: bool,
    health: Health,
}

/// One stream while it runs.
struct Session {
    socket: Arc<UdpSocket>,
    dscp: Dscp,
    ssid: u16,
    /// T1 of each packet sent, by sequence; 0 where sending failed.
    sent_ns: Vec<u64>,
    /// Which packets have been answered.
    answered: Vec<bool>,
    unanswered: usize,
    replies: Vec<Reply>,
    queue_drops: u32,
    /// Packets to which the target's machine said that nobody listens (ICMP port unreachable).
    refused: u64,
}

/// A datagram on a stream's socket.
struct Arrival {
    stream: usize,
    bytes: Vec<u8>,
    received: Received,
}

impl Exchange {
    async fn open(settings: &Settings, schedule: &Schedule, packet_bytes: u16) -> Result<Self, Error> {
        let target = settings.target;
        let failed = |cause| Error::Sender { target, cause };
        let (sink, arrivals) = mpsc::unbounded_channel();
        let mut receivers = JoinSet::new();
        let mut sessions = Vec::new();
        let seed = clock::now_nanos() >> 10;
        for (stream, plan) in schedule.streams.iter().enumerate() {
            let socket = Arc::new(open_socket(target, plan.dscp).await.map_err(failed)?);
            receivers.spawn(receive_all(Arc::clone(&socket), stream, sink.clone()));
            sessions.push(Session::new(socket, plan.dscp, ssid(seed, stream)));
        }
        let local = sessions.first().map(|session| session.socket.local_addr()).transpose().map_err(failed)?;
        Ok(Self {
            target,
            sessions,
            arrivals,
            _receivers: receivers,
            packet_bytes: usize::from(packet_bytes),
            duration: settings.duration,
            estimate: socket::error_estimate(),
            start: Instant::now(),
            clock_at_start: clock::Reading::take(),
            started_at: Timestamp::from_unix_nanos(clock::now_nanos() / 1000 * 1000),
            same_host: local.is_some_and(|local| local.ip() == target.ip()),
            health: Health { receive_drops: 0, send_failures: 0, send_late_max_us: 0, clock_step_us: 0, strays: 0 },
        })
    }

    async fn send_all(&mut self, schedule: &Schedule, progress: &mut (dyn FnMut(ProbeProgress) + Send)) -> Result<(), Error> {
        let mut last_progress = self.start;
        for slot in schedule.slots() {
            self.book_until(self.start + slot.at).await;
            if self.start.elapsed() > SILENCE && self.sessions.iter().all(|session| session.replies.is_empty()) {
                return Err(self.no_answer());
            }
            self.send(slot).await;
            if last_progress.elapsed() >= PROGRESS_EVERY {
                last_progress = Instant::now();
                progress(self.progress());
            }
        }
        progress(self.progress());
        Ok(())
    }

    /// Books arrivals until a moment.
    async fn book_until(&mut self, moment: Instant) {
        loop {
            tokio::select! {
                biased;
                () = sleep_until(moment) => return,
                arrival = self.arrivals.recv() => match arrival {
                    Some(arrival) => self.book(&arrival),
                    None => return sleep_until(moment).await,
                },
            }
        }
    }

    async fn send(&mut self, slot: Slot) {
        let late = self.start.elapsed().saturating_sub(slot.at);
        self.health.send_late_max_us = self.health.send_late_max_us.max(u64::try_from(late.as_micros()).unwrap_or(u64::MAX));
        let (bytes, estimate) = (self.packet_bytes, self.estimate);
        let Some(session) = self.sessions.get_mut(slot.stream) else { return };
        match session.send(slot.sequence, bytes, estimate).await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => session.refused += 1,
            Err(_) => self.health.send_failures += 1,
        }
    }

    /// Waits for the replies still under way, and a moment longer for copies.
    async fn collect_rest(&mut self) {
        let end = Instant::now() + Duration::from_nanos(WAIT_NS);
        while self.sessions.iter().any(|session| session.unanswered > 0) {
            match timeout_at(end, self.arrivals.recv()).await {
                Ok(Some(arrival)) => self.book(&arrival),
                Ok(None) | Err(_) => return,
            }
        }
        self.book_until((Instant::now() + LINGER).min(end)).await;
    }

    fn book(&mut self, arrival: &Arrival) {
        let Some(session) = self.sessions.get_mut(arrival.stream) else { return };
        session.queue_drops = arrival.received.queue_drops.unwrap_or(session.queue_drops);
        if !session.book(&arrival.bytes, &arrival.received) {
            self.health.strays += 1;
        }
    }

    fn finish(mut self, schedule: &Schedule) -> Result<Measurement, Error> {
        if self.sessions.iter().all(|session| session.replies.is_empty()) {
            return Err(self.no_answer());
        }
        let step = clock::Reading::take().step_since(&self.clock_at_start);
        self.health.clock_step_us = u64::try_from(step.as_micros()).unwrap_or(u64::MAX);
        self.health.receive_drops = self.sessions.iter().map(|session| u64::from(session.queue_drops)).sum();
        let sent = schedule.packets;
        let streams = self.sessions.into_iter().map(|session| Stream { sent, replies: session.replies }).collect();
        Ok(Measurement { streams, started_at: self.started_at, health: self.health, same_host: self.same_host })
    }

    fn no_answer(&self) -> Error {
        let sent = self.sessions.iter().map(|session| session.sent_ns.len() as u64).sum();
        let refused = self.sessions.iter().any(|session| session.refused > 0);
        Error::NoAnswer { target: self.target, sent, elapsed: self.start.elapsed(), refused }
    }

    fn progress(&self) -> ProbeProgress {
        ProbeProgress {
            sent: self.sessions.iter().map(|session| session.sent_ns.len() as u64).sum(),
            received: self.sessions.iter().map(|session| (session.sent_ns.len() - session.unanswered) as u64).sum(),
            elapsed: self.start.elapsed().min(self.duration),
            duration: self.duration,
        }
    }
}

impl Session {
    fn new(socket: Arc<UdpSocket>, dscp: Dscp, ssid: u16) -> Self {
        let (sent_ns, answered, replies) = (Vec::new(), Vec::new(), Vec::new());
        Self { socket, dscp, ssid, sent_ns, answered, unanswered: 0, replies, queue_drops: 0, refused: 0 }
    }

    async fn send(&mut self, sequence: u32, bytes: usize, estimate: ErrorEstimate) -> io::Result<()> {
        let now = clock::now_nanos();
        self.sent_ns.push(now);
        self.answered.push(false);
        self.unanswered += 1;
        let datagram = request(sequence, now, self.ssid, self.dscp, estimate, bytes).encode();
        match self.socket.send(&datagram).await {
            // The refusal of an earlier packet; this one has not left yet.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                self.refused += 1;
                self.socket.send(&datagram).await
            }
            result => result,
        }
    }

    /// Whether the datagram answers a packet that this sender sent.
    fn book(&mut self, bytes: &[u8], received: &Received) -> bool {
        let Ok(reply) = stamp::Reply::decode(bytes) else { return false };
        let Ok(index) = usize::try_from(reply.sender_sequence) else { return false };
        let Some(sent_ns) = self.sent_ns.get(index).copied() else { return false };
        if reply.ssid != self.ssid && reply.ssid != 0 || reply.sender_timestamp != RawTime::ntp(sent_ns) {
            return false;
        }
        self.replies.push(understand(&reply, sent_ns, received));
        if let Some(answered) = self.answered.get_mut(index).filter(|answered| !**answered) {
            *answered = true;
            self.unanswered -= 1;
        }
        true
    }
}

/// The packet: as long as the codec's, by padding at its end.
fn request(sequence: u32, now: u64, ssid: u16, dscp: Dscp, estimate: ErrorEstimate, bytes: usize) -> Request {
    let counted = DirectMeasurement { sender_sent: sequence.wrapping_add(1), reflector_received: 0, reflector_sent: 0 };
    let wanted = ClassOfService::wanting(stamp::Dscp::of_ds_field(dscp.ds_byte()));
    let mut items = vec![Tlv::ask(CLASS_OF_SERVICE, &wanted.encode()), Tlv::ask(DIRECT_MEASUREMENT, &counted.encode())];
    items.extend(bytes.checked_sub(SMALLEST_BYTES).and_then(Tlv::padding));
    Request { sequence, timestamp: RawTime::ntp(now), error_estimate: estimate, ssid, tlvs: Tlvs { items, malformed: Vec::new() } }
}

fn understand(reply: &stamp::Reply, sent_ns: u64, received: &Received) -> Reply {
    let told = reply.tlvs.answered(CLASS_OF_SERVICE).and_then(|tlv| ClassOfService::decode(&tlv.value));
    let counted = reply.tlvs.answered(DIRECT_MEASUREMENT).and_then(|tlv| DirectMeasurement::decode(&tlv.value));
    let format = reply.error_estimate.format();
    Reply {
        sequence: reply.sender_sequence,
        reflector_sequence: reply.sequence,
        reflector_sent: counted.map(|counted| counted.reflector_sent),
        sent_ns,
        reflector_received_ns: reply.receive_timestamp.unix_nanos(format),
        reflector_sent_ns: reply.timestamp.unix_nanos(format),
        received_ns: received.at_nanos,
        told: told.and_then(|told| Some(ToldMark { seen: Dscp::new(told.seen.get())?, refused: told.reverse_path != 0 })),
        arrived_with: received.ds_byte.and_then(|byte| Dscp::new(byte >> 2)),
    }
}

async fn open_socket(target: SocketAddr, dscp: Dscp) -> io::Result<UdpSocket> {
    let any: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = socket::bind(any)?;
    socket.set_dscp(dscp)?;
    socket.connect(target).await?;
    Ok(socket)
}

/// Never 0, which means "no identifier"; different for each stream of a probe.
fn ssid(seed: u64, stream: usize) -> u16 {
    let mixed = seed.wrapping_add(stream as u64) % u64::from(u16::MAX);
    u16::try_from(mixed).unwrap_or(0).saturating_add(1)
}

async fn receive_all(socket: Arc<UdpSocket>, stream: usize, sink: mpsc::UnboundedSender<Arrival>) {
    let mut buffer = vec![0; DATAGRAM_BYTES];
    loop {
        // The kernel tells each ICMP error once, here or on the next send, so this waits for the next datagram or error.
        let Ok(received) = socket.recv(&mut buffer).await else { continue };
        let bytes = buffer.get(..received.length).unwrap_or_default().to_vec();
        if sink.send(Arrival { stream, bytes, received }).is_err() {
            return;
        }
    }
}

const _: () = assert!(CLOSING_PACKETS > 0, "without closing packets the direction of the last losses is unknown");
