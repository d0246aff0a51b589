//! Waiting for the phones: switches are looked at again and again, requests come in, each step forward is told. I/O.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use super::Acceptance;
use super::Format;
use super::Site;
use super::Stage;
use super::Terminal;
use super::gather;
use super::port_addresses;
use super::stop;
use crate::serve::FileStore;
use model::report::PhoneReport;
use model::report::StageState;
use model::serve::FetchEvent;
use model::serve::FetchResult;

/// First pause between two looks at the switches; it doubles while nothing happens.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// Phones take minutes to boot: more often than this only loads the switches.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// What is awaited; registration and QoS are measured afterwards.
const AWAITED: [Stage; 5] = [Stage::Wired, Stage::Powered, Stage::Vlan, Stage::Found, Stage::Fetched];

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every phone has its file.
    AllInService,
    /// The deadline passed.
    TimeIsUp,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// The wait, with what is known so far.
pub struct Watch<'a> {
    terminal: Terminal,
    site: &'a mut Site,
    files: &'a FileStore,
    events: Receiver<FetchEvent>,
    acceptance: Acceptance,
}

impl<'a> Watch<'a> {
    /// Nothing seen yet.
    pub fn new(terminal: Terminal, site: &'a mut Site, files: &'a FileStore, events: Receiver<FetchEvent>) -> Self {
        let acceptance = Acceptance::new(&site.wanted.site);
        Self { terminal, site, files, events, acceptance }
    }

    /// How far the phones came.
    pub fn into_acceptance(self) -> Acceptance {
        self.acceptance
    }

    /// Waits until every phone has fetched its file, the deadline passes or somebody presses Ctrl-C.
    pub async fn until_in_service(&mut self, deadline: Option<Instant>) -> Ended {
        let mut pause = SHORTEST_PAUSE;
        let stop = stop::asked();
        tokio::pin!(stop);
        loop {
            let moved = self.look().await;
            if AWAITED.iter().all(|stage| self.acceptance.all_at(*stage)) {
                return Ended::AllInService;
            }
            pause = if moved { SHORTEST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
            let mut next_look = Instant::now() + pause;
            loop {
                tokio::select! {
                    Some(event) = self.events.recv() => {
                        self.request(&event);
                        // A phone that has just got its address is no stranger: the switches know better.
                        if event.result == FetchResult::Denied {
                            pause = SHORTEST_PAUSE;
                            next_look = next_look.min(Instant::now() + pause);
                        }
                    }
                    () = tokio::time::sleep_until(next_look) => break,
                    () = passed(deadline) => return Ended::TimeIsUp,
                    () = &mut stop => return Ended::Interrupted,
                }
            }
        }
    }

    /// Reads the switches; whether a phone came forward.
    async fn look(&mut self) -> bool {
        let failures = self.site.connected.failures.len();
        let observed = gather::observe(&mut self.site.connected, &self.site.wanted.catalogue).await;
        // A switch that misses one look is looked at again; only what failed at the start is a finding.
        self.site.connected.failures.truncate(failures);
        self.files.set_switch_evidence(port_addresses(&self.site.wanted.site, &observed));
        let before = self.acceptance.phones().to_vec();
        self.acceptance.observe(&self.site.wanted.site, &observed);
        self.site.observed = observed;
        self.tell(&before)
    }

    fn request(&mut self, event: &FetchEvent) {
        match self.terminal.format {
            Format::Json => self.terminal.stream(event),
            Format::Table => self.terminal.detail(&format!("{} asks for {}: {:?}", event.peer, event.name, event.result)),
        }
        let before = self.acceptance.phones().to_vec();
        self.acceptance.fetched(event, &self.site.wanted.catalogue);
        self.tell(&before);
    }

    /// Tells each stage a phone has newly reached; whether there was one.
    fn tell(&self, before: &[PhoneReport]) -> bool {
        let mut moved = false;
        for (old, new) in before.iter().zip(self.acceptance.phones()) {
            for (was, is) in old.stages.iter().zip(&new.stages) {
                if was.state != StageState::Passed && is.state == StageState::Passed {
                    moved = true;
                    let detail = is.detail.as_deref().unwrap_or_default();
                    let extension = new.extension.as_deref().unwrap_or("–");
                    self.terminal.progress(&format!("  {} {extension:<5} {:<8} {detail}", new.mac, is.stage.name()));
                }
            }
        }
        moved
    }
}

async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
