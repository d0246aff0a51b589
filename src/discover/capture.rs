//! The rows of a capture, made by all processors and given in file order. I/O: threads.
//!
//! One thread reads the file and packs the LLDP and CDP frames into batches; workers make of each batch what is wanted; the reading
//! thread takes the results in the order of the batches. A few batches are under way at most, so memory does not grow with the file.

use std::io::Read;
use std::num::NonZero;
use std::ops::{ControlFlow, Range};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use super::decode;
use super::error::Error;
use super::pcap::{self, Stamp};
use super::report::{Reason, Rejected};
use crate::phones::Recogniser;
use lldp::ethernet::Payload;
use model::neighbour::{Anomaly, Neighbour, Protocol, Source};

/// Bytes of frames in a batch: enough that handing it over costs nothing beside working on it.
pub const BATCH: usize = 1 << 18;
/// Batches that may wait for a worker beyond the one it works on.
const WAITING: usize = 1;

/// What a row is made into: one value for each batch.
pub trait Collect: Send {
    /// Takes a row, or why there is none.
    fn take(&mut self, row: Result<&Neighbour<'_>, Rejected>);
}

/// Reads a capture file, plain or in gzip. Rows, with their phones, and rejections of every LLDP or CDP frame are collected in file order
/// into values of `T`, which `begin` makes; `each` gets these values in order, and breaks when its consumer has ended.
///
/// A frame that cannot be decoded is a rejection. A damaged file is an error after the rows before the damage.
pub fn collect<T: Collect>(
    input: impl Read + Send,
    recogniser: &Recogniser,
    begin: &(dyn Fn() -> T + Sync),
    each: &mut dyn FnMut(T) -> ControlFlow<()>,
) -> Result<(), Error> {
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<Worker<T>> = (0..count)
            .map(|_| {
                let (give, given) = mpsc::sync_channel::<Batch>(WAITING);
                let (done, results) = mpsc::sync_channel(WAITING);
                scope.spawn(move || work(&given, &done, begin, recogniser));
                Worker { give, results }
            })
            .collect();
        let mut pool = Pool { workers, sent: 0, taken: 0, batch: Batch::default(), each, flow: ControlFlow::Continue(()) };
        let read = pcap::read(input, &mut |frame| pool.take(frame));
        pool.finish();
        read
    })
}

/// Frames waiting to be worked on.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    frames: Vec<Result<(Stamp, Range<usize>), Rejected>>,
}

/// One worker, as the reading thread sees it.
struct Worker<T> {
    give: SyncSender<Batch>,
    results: Receiver<T>,
}

/// The workers, as the reading thread drives them.
struct Pool<'a, T> {
    workers: Vec<Worker<T>>,
    /// Batches given so far; they go round.
    sent: usize,
    /// Results taken so far, in the same order.
    taken: usize,
    batch: Batch,
    each: &'a mut dyn FnMut(T) -> ControlFlow<()>,
    flow: ControlFlow<()>,
}

impl<T> Pool<'_, T> {
    fn take(&mut self, frame: Result<(Stamp, &[u8]), Rejected>) -> ControlFlow<()> {
        match frame {
            // all else in a capture of everything: not worth handing over
            Ok((stamp, bytes)) if is_foreign(&stamp, bytes) => return self.flow,
            Ok((stamp, bytes)) => {
                let start = self.batch.bytes.len();
                self.batch.bytes.extend_from_slice(bytes);
                self.batch.frames.push(Ok((stamp, start..self.batch.bytes.len())));
            }
            Err(rejected) => self.batch.frames.push(Err(rejected)),
        }
        if self.batch.bytes.len() >= BATCH || self.batch.frames.len() >= BATCH / 64 {
            self.send();
        }
        self.flow
    }

    fn send(&mut self) {
        let most = self.workers.len() * (WAITING + 1);
        while self.sent - self.taken >= most {
            self.collect_next();
        }
        let batch = std::mem::take(&mut self.batch);
        let next = self.sent % self.workers.len();
        // a worker only ends before us by a panic, which the scope passes on
        if self.workers.get(next).is_some_and(|worker| worker.give.send(batch).is_ok()) {
            self.sent += 1;
        }
    }

    fn collect_next(&mut self) {
        let next = self.taken % self.workers.len();
        self.taken += 1;
        if let Some(result) = self.workers.get(next).and_then(|worker| worker.results.recv().ok())
            && self.flow.is_continue()
        {
            self.flow = (self.each)(result);
        }
    }

    fn finish(&mut self) {
        if !self.batch.frames.is_empty() {
            self.send();
        }
        while self.taken < self.sent {
            self.collect_next();
        }
        self.workers.clear();
    }
}

fn is_foreign(stamp: &Stamp, bytes: &[u8]) -> bool {
    match stamp.link.frame(bytes) {
        None => true,
        Some(Ok(frame)) => frame.payload == Payload::Other,
        Some(Err(_)) => false,
    }
}

/// Reads a capture file as [`collect`] does, but on this thread and row by row.
pub fn read(
    input: impl Read + Send,
    recogniser: &Recogniser,
    each: &mut dyn FnMut(Result<Neighbour<'_>, Rejected>),
) -> Result<(), Error> {
    pcap::read(input, &mut |frame| {
        match frame {
            Ok((stamp, bytes)) => {
                let mut row = empty_row();
                if let Some(read) = read_row(&stamp, bytes, recogniser, &mut row) {
                    each(read.map(|()| row));
                }
            }
            Err(rejected) => each(Err(rejected)),
        }
        ControlFlow::Continue(())
    })
}

fn work<T: Collect>(given: &Receiver<Batch>, done: &SyncSender<T>, begin: &dyn Fn() -> T, recogniser: &Recogniser) {
    while let Ok(batch) = given.recv() {
        let mut collected = begin();
        for frame in batch.frames {
            match frame {
                Ok((stamp, range)) => {
                    let bytes = batch.bytes.get(range).unwrap_or_default();
                    let mut row = empty_row();
                    match read_row(&stamp, bytes, recogniser, &mut row) {
                        None => {}
                        Some(Ok(())) => collected.take(Ok(&row)),
                        Some(Err(rejected)) => collected.take(Err(rejected)),
                    }
                }
                Err(rejected) => collected.take(Err(rejected)),
            }
        }
        if done.send(collected).is_err() {
            return;
        }
    }
}

/// Reads what one captured frame says, with its phone, into a row of which nothing is known yet; `None` when it is neither LLDP nor CDP.
fn read_row<'a>(
    stamp: &'a Stamp,
    bytes: &'a [u8],
    recogniser: &'a Recogniser,
    row: &mut Neighbour<'a>,
) -> Option<Result<(), Rejected>> {
    let (read, payload_end) = match stamp.link.frame(bytes)? {
        Ok(frame) => (decode::read(&frame, row)?, frame.payload.end()),
        Err(damage) => (Err(decode::Reject::from(damage)), None),
    };
    if let Err(why) = read {
        return Some(Err(rejected(stamp, bytes.len(), &why)));
    }
    if let Some(of) = stamp.cut_from {
        excuse_sender(row, bytes.len(), of, payload_end);
    }
    row.frame = Some(stamp.number);
    row.interface = stamp.interface.as_deref().map(Into::into);
    row.seen_at = stamp.seen_at;
    recogniser.name(row);
    Some(Ok(()))
}

fn rejected(stamp: &Stamp, held: usize, why: &decode::Reject) -> Rejected {
    match stamp.cut_from.filter(|_| why.is_of_the_end()) {
        Some(of) => {
            let held = Anomaly::CutByCapture { held, of: of as usize };
            Rejected::frame(stamp.number, Reason::CutByCapture, held.to_string())
        }
        None => Rejected::frame(stamp.number, Reason::DamagedFrame, why.to_string()),
    }
}

/// Notes that the capture cut the frame, instead of what is missing because of that.
fn excuse_sender(row: &mut Neighbour<'_>, held: usize, of: u32, payload_end: Option<usize>) {
    let before = row.anomalies.len();
    let of_the_end = |anomaly: &lldp::cursor::Anomaly| payload_end.is_some_and(|end| anomaly.is_of_the_end(end));
    // an 802.3 length that is there in full says that nothing of the message was cut
    if row.protocol == Protocol::Cdp
        && !row.anomalies.iter().any(|anomaly| matches!(anomaly, Anomaly::Frame(frame) if frame.is_length_past_end()))
    {
        return;
    }
    row.anomalies.retain(|anomaly| !matches!(anomaly, Anomaly::Frame(frame) if of_the_end(frame)));
    if row.anomalies.len() < before {
        row.anomalies.push(Anomaly::CutByCapture { held, of: of as usize });
    }
}

fn empty_row<'a>() -> Neighbour<'a> {
    Neighbour::new(Source::Pcap, Protocol::Lldp)
}
