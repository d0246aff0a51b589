//! Waiting for the phones: switches are read again and again, requests come in, each step forward is told. I/O through the context.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use super::progress::SiteProgress;
use crate::ops::connect::observe;
use crate::ops::event::SiteEvent;
use crate::serve::FileStore;
use crate::site::acceptance::Acceptance;
use crate::site::proof::port_addresses;
use crate::site::report::{PhoneReport, Stage, StageState};
use model::serve::{FetchEvent, FetchResult};

/// First pause between two looks at the switches; it doubles while nothing happens.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// Phones take minutes to boot: more often than this only loads the switches.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// What is awaited; registration and QoS are measured afterwards.
const AWAITED: [Stage; 5] = [Stage::Wired, Stage::Powered, Stage::Vlan, Stage::Found, Stage::Fetched];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every phone has its file.
    AllInService,
    TimeIsUp,
    /// The caller wants to stop.
    Stopped,
}

/// The wait, with what is known so far.
pub struct Watch<'a, 'site> {
    site: &'a mut SiteProgress<'site>,
    files: &'a FileStore,
    events: Receiver<FetchEvent>,
    acceptance: Acceptance,
}

impl<'a, 'site> Watch<'a, 'site> {
    pub fn new(site: &'a mut SiteProgress<'site>, files: &'a FileStore, events: Receiver<FetchEvent>) -> Self {
        let acceptance = Acceptance::new(&site.site.site);
        Self { site, files, events, acceptance }
    }

    /// How far the phones came.
    pub fn into_acceptance(self) -> Acceptance {
        self.acceptance
    }

    /// Waits until every phone has fetched its file, the deadline passes or the caller wants to stop.
    pub async fn until_in_service(&mut self, deadline: Option<Instant>) -> Ended {
        let mut pause = SHORTEST_PAUSE;
        let stop = self.site.context.stopped();
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
                    () = &mut stop => return Ended::Stopped,
                }
            }
        }
    }

    /// Reads the switches; whether a phone came forward.
    async fn look(&mut self) -> bool {
        let failures = self.site.connected.failures.len();
        let observed = observe(&mut self.site.connected, &self.site.site.catalogue, self.site.context).await;
        // A switch that misses one look is looked at again; only what failed at the start is a finding.
        self.site.connected.failures.truncate(failures);
        self.files.set_switch_evidence(port_addresses(&self.site.site.site, &observed));
        let before = self.acceptance.phones().to_vec();
        self.acceptance.observe(&self.site.site.site, &observed);
        self.site.observed = observed;
        self.tell(&before)
    }

    fn request(&mut self, event: &FetchEvent) {
        self.site.context.emit(SiteEvent::Answered(event));
        let before = self.acceptance.phones().to_vec();
        self.acceptance.fetched(event, &self.site.site.catalogue);
        self.tell(&before);
    }

    /// Tells each stage a phone has newly reached; whether there was one.
    fn tell(&self, before: &[PhoneReport]) -> bool {
        let mut moved = false;
        for (old, new) in before.iter().zip(self.acceptance.phones()) {
            for (was, is) in old.stages.iter().zip(&new.stages) {
                if was.state != StageState::Passed && is.state == StageState::Passed {
                    moved = true;
                    self.site.context.emit(SiteEvent::StageReached { phone: new, stage: is });
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
