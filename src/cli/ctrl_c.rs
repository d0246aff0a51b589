//! Being asked to stop: Ctrl-C at a terminal, SIGTERM from a service manager, SIGHUP when the terminal is closed. I/O.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::ops::context::{Stop, StopCause};

/// The signals, listened for from the first time that somebody waits for one: none is lost between two waits.
#[derive(Default)]
pub struct Signals {
    wishes: OnceLock<watch::Receiver<Wishes>>,
    /// How many wishes have been told to anybody.
    told: AtomicU64,
}

/// How many wishes there were, and how the last one came.
#[derive(Clone, Copy)]
struct Wishes {
    count: u64,
    last: StopCause,
}

#[async_trait]
impl Stop for Signals {
    /// Several may wait at the same time: all are told of the same wish.
    async fn asked(&self) -> StopCause {
        let mut wishes = self.wishes.get_or_init(listen).clone();
        let told = self.told.load(Ordering::SeqCst);
        let Ok(wish) = wishes.wait_for(|wishes| wishes.count > told).await.map(|wish| *wish) else {
            return std::future::pending().await;
        };
        self.told.fetch_max(told + 1, Ordering::SeqCst);
        wish.last
    }
}

/// The handlers are in place when this returns.
fn listen() -> watch::Receiver<Wishes> {
    let of = |kind| signal(kind).ok();
    let (mut interrupt, mut terminate) = (of(SignalKind::interrupt()), of(SignalKind::terminate()));
    let mut hangup = if hangup_is_ignored() { None } else { of(SignalKind::hangup()) };
    let (sender, receiver) = watch::channel(Wishes { count: 0, last: StopCause::Interrupt });
    tokio::spawn(async move {
        loop {
            let last = tokio::select! {
                () = next(&mut interrupt) => StopCause::Interrupt,
                () = next(&mut terminate) => StopCause::Terminate,
                () = next(&mut hangup) => StopCause::Hangup,
            };
            sender.send_modify(|wishes| *wishes = Wishes { count: wishes.count + 1, last });
        }
    });
    receiver
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether whoever started this process has it ignore SIGHUP, as nohup does: then it stays so.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // the lowest bit is signal 1
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 != 0)
}
