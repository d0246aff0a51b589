//! One read transfer as a state machine: packets and deadlines in, packets out. Pure: time is an argument.
//!
//! RFC 1350, 2347, 2348 (blksize), 2349 (timeout, tsize), 7440 (windowsize). After block 65535 comes block 0.
//! Rules: 1. an acknowledgement seen before never sends anything again (RFC 1123 §4.2.3.1, the sorcerer's apprentice);
//! 2. data is sent again on a deadline only; 3. before the first answer of an unknown client nothing is sent again at all, because the
//! source address may be forged; its repeated request is answered once more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::packet::{Mode, Packet, Request, encode};

/// RFC 1350's block size, used without the option.
const DEFAULT_BLOCK: u16 = 512;
/// What fits an Ethernet frame with room for a VLAN tag or two: fragments are lost in phones' boot loaders.
const LARGEST_BLOCK: u16 = 1468;
/// More in flight overruns a phone's receive buffer.
const LARGEST_WINDOW: u16 = 64;
/// First wait for an answer, without the `timeout` option.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Waits double up to this, unless the client wants longer ones.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// A silent client is sent the same bytes at most this often again.
const MOST_REPEATS: u32 = 3;

/// How much a client is trusted before its first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// Something known uses its address.
    Known,
    /// Nothing is known of its address.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Datagrams to send, in order.
    pub send: Vec<Vec<u8>>,
    /// Set once: the transfer is over.
    pub end: Option<End>,
}

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Done,
    /// The client fell silent.
    Silent,
    /// The client said so.
    Stopped(String),
}

#[derive(Debug)]
pub struct Transfer {
    contents: Arc<[u8]>,
    block_size: usize,
    window: u64,
    /// Number of blocks, the last one short or empty.
    blocks: u64,
    acknowledged: u64,
    /// Blocks sent at least once.
    sent: u64,
    options: Vec<(String, String)>,
    /// The OACK is still to be acknowledged.
    opening: bool,
    answered: bool,
    client: ClientKind,
    wait: Duration,
    repeats: u32,
    deadline: Instant,
}

impl Transfer {
    /// Starts a transfer; the step holds the first packets.
    #[must_use]
    pub fn start(contents: Arc<[u8]>, request: &Request, client: ClientKind, now: Instant) -> (Self, Step) {
        let contents = if request.mode == Mode::Netascii { netascii(&contents) } else { contents };
        let mut transfer = Self {
            contents,
            block_size: DEFAULT_BLOCK.into(),
            window: 1,
            blocks: 0,
            acknowledged: 0,
            sent: 0,
            options: Vec::new(),
            opening: false,
            answered: false,
            client,
            wait: FIRST_WAIT,
            repeats: 0,
            deadline: now,
        };
        for (name, value) in &request.options {
            transfer.negotiate(name, value);
        }
        transfer.opening = !transfer.options.is_empty();
        transfer.blocks = transfer.contents.len() as u64 / transfer.block_size as u64 + 1;
        let send = transfer.window_packets();
        transfer.deadline = now + transfer.current_wait();
        (transfer, Step { send, end: None })
    }

    /// When [`Transfer::on_deadline`] is due.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Bytes of the file acknowledged so far.
    #[must_use]
    pub fn acknowledged_bytes(&self) -> u64 {
        (self.acknowledged * self.block_size as u64).min(self.contents.len() as u64)
    }

    /// A packet from the client.
    pub fn on_packet(&mut self, packet: &Packet, now: Instant) -> Step {
        match packet {
            Packet::Ack { block } => self.on_ack(*block, now),
            Packet::Error { code, message } => finished(End::Stopped(format!("the client stopped: error {code} {message}"))),
            _ => nothing(),
        }
    }

    /// The deadline has passed.
    pub fn on_deadline(&mut self, now: Instant) -> Step {
        if self.repeats >= MOST_REPEATS {
            return finished(End::Silent);
        }
        self.repeats += 1;
        self.deadline = now + self.current_wait();
        if !self.answered && self.client == ClientKind::Unknown {
            return nothing();
        }
        sending(self.window_packets())
    }

    /// The client has sent the same request again: it missed the first packets.
    pub fn on_request_again(&mut self, now: Instant) -> Step {
        if self.answered {
            return nothing();
        }
        self.deadline = now + self.current_wait();
        sending(self.window_packets())
    }

    fn on_ack(&mut self, block: u16, now: Instant) -> Step {
        if self.opening {
            if block != 0 {
                return nothing();
            }
            self.opening = false;
            return self.go_on(now);
        }
        let newly = u64::from(block.wrapping_sub(low_16(self.acknowledged)));
        if newly == 0 || newly > self.sent - self.acknowledged {
            return nothing();
        }
        self.acknowledged += newly;
        self.go_on(now)
    }

    fn go_on(&mut self, now: Instant) -> Step {
        self.answered = true;
        self.repeats = 0;
        if self.acknowledged == self.blocks {
            return finished(End::Done);
        }
        self.deadline = now + self.current_wait();
        sending(self.window_packets())
    }

    /// The OACK, or the blocks of the window after the last acknowledged one.
    fn window_packets(&mut self) -> Vec<Vec<u8>> {
        if self.opening {
            return vec![encode(&Packet::OptionAck(self.options.clone()))];
        }
        let last = (self.acknowledged + self.window).min(self.blocks);
        self.sent = last;
        (self.acknowledged + 1..=last).map(|block| self.data(block)).collect()
    }

    fn data(&self, block: u64) -> Vec<u8> {
        let start = usize::try_from(block - 1).unwrap_or(usize::MAX).saturating_mul(self.block_size);
        let rest = self.contents.get(start..).unwrap_or_default();
        let data = rest.get(..self.block_size).unwrap_or(rest).to_vec();
        encode(&Packet::Data { block: low_16(block), data })
    }

    fn current_wait(&self) -> Duration {
        (self.wait * 2_u32.pow(self.repeats)).min(LONGEST_WAIT.max(self.wait))
    }

    /// An option that is unknown or out of range is left out of the OACK, as if it had not been sent (RFC 2347).
    fn negotiate(&mut self, name: &str, value: &str) {
        if self.options.iter().any(|(known, _)| known == name) {
            return;
        }
        let Ok(number) = value.parse::<u64>() else { return };
        let granted = match (name, number) {
            ("blksize", 8..=65464) => {
                let size = number.min(LARGEST_BLOCK.into());
                self.block_size = usize::try_from(size).unwrap_or(DEFAULT_BLOCK.into());
                size
            }
            ("windowsize", 1..=65535) => {
                self.window = number.min(LARGEST_WINDOW.into());
                self.window
            }
            ("timeout", 1..=255) => {
                self.wait = Duration::from_secs(number);
                number
            }
            // A size of 0 is an error to some clients (curl); they do well without.
            ("tsize", _) if !self.contents.is_empty() => self.contents.len() as u64,
            _ => return,
        };
        self.options.push((name.to_owned(), granted.to_string()));
    }
}

/// The number on the wire: after 65535 comes 0.
#[allow(clippy::cast_possible_truncation, reason = "block numbers wrap")]
const fn low_16(block: u64) -> u16 {
    block as u16
}

const fn nothing() -> Step {
    Step { send: Vec::new(), end: None }
}

const fn sending(send: Vec<Vec<u8>>) -> Step {
    Step { send, end: None }
}

const fn finished(end: End) -> Step {
    Step { send: Vec::new(), end: Some(end) }
}

/// LF → CR LF, lone CR → CR NUL.
fn netascii(contents: &[u8]) -> Arc<[u8]> {
    let mut made = Vec::with_capacity(contents.len() + contents.len() / 16);
    for byte in contents {
        match byte {
            b'\n' => made.extend(b"\r\n"),
            b'\r' => made.extend(b"\r\0"),
            other => made.push(*other),
        }
    }
    made.into()
}
