//! One event per request, from arrival to end. I/O: reads the clock.

use std::net::SocketAddr;
use std::time::{Instant, SystemTime};

use tokio::sync::mpsc;

use super::file_store::{Answer, Reply};
use model::serve::{FetchEvent, FetchProtocol, FetchResult};
use model::timestamp::Timestamp;

/// A request whose end is still to be told.
#[derive(Debug)]
pub(super) struct Report {
    event: FetchEvent,
    started: Instant,
    events: mpsc::Sender<FetchEvent>,
}

impl Report {
    pub fn new(protocol: FetchProtocol, peer: SocketAddr, name: &str, events: mpsc::Sender<FetchEvent>) -> Self {
        let event = FetchEvent {
            at: Timestamp::from_system(SystemTime::now()),
            peer,
            protocol,
            name: name.to_owned(),
            mac: None,
            evidence: None,
            result: FetchResult::Refused,
            sha256: None,
            bytes: 0,
            duration_ms: 0,
            detail: None,
        };
        Self { event, started: Instant::now(), events }
    }

    /// Whose file it is, what proved it, and what is in it.
    pub fn identify(&mut self, answer: &Answer) {
        self.event.mac = answer.mac;
        self.event.evidence = answer.evidence;
        if let Reply::Contents(file) = &answer.reply {
            self.event.sha256 = Some(file.sha256.to_string());
        }
    }

    /// Sends the event. It is never dropped: with a full channel it waits in a task of its own.
    pub fn end(mut self, result: FetchResult, bytes: u64, detail: Option<String>) {
        self.event.result = result;
        self.event.sha256 = self.event.sha256.filter(|_| result.has_file());
        self.event.bytes = bytes;
        self.event.detail = detail;
        self.event.duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(self.event)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { drop(self.events.send(event).await) });
        }
    }
}
