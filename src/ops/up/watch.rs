//! Waiting for the phones: switches are read again and again, requests come in, each step forward is told. I/O through the context.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use super::progress::SiteProgress;
use crate::ops::connect::observe;
use crate::ops::event::{SiteEvent, Waiting};
use crate::ops::fetches;
use crate::ops::serve::answered;
use crate::serve::FileStore;
use crate::site::acceptance::Acceptance;
use crate::site::awaited::{awaited, may_still_come};
use crate::site::proof::port_addresses;
use crate::site::report::PhoneReport;
use model::check::Check;
use model::ids::MacAddress;
use model::serve::{FetchEvent, FetchResult};

/// First pause between two looks at the switches; it doubles while nothing happens.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// Phones take minutes to boot: more often than this only loads the switches.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often it is told what is waited for.
const TOLD_EVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every phone is in service, or waiting cannot bring it there.
    NothingToWaitFor,
    TimeIsUp,
    /// The caller wants to stop.
    Stopped,
}

/// Whether somebody was denied a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denials {
    None,
    Some,
}

/// The wait, with what is known so far.
pub struct Watch<'a, 'site> {
    site: &'a mut SiteProgress<'site>,
    files: &'a FileStore,
    events: Receiver<FetchEvent>,
    phones: Vec<PhoneReport>,
    /// When each phone was first seen with power.
    powered: BTreeMap<MacAddress, Instant>,
    started: Instant,
    /// The addresses that phones can fetch from.
    served_at: Vec<IpAddr>,
}

impl<'a, 'site> Watch<'a, 'site> {
    pub fn new(
        site: &'a mut SiteProgress<'site>,
        files: &'a FileStore,
        events: Receiver<FetchEvent>,
        served_at: Vec<IpAddr>,
    ) -> Self {
        Self { site, files, events, phones: Vec::new(), powered: BTreeMap::new(), started: Instant::now(), served_at }
    }

    /// Waits until every phone is in service, the deadline passes or the caller wants to stop.
    pub async fn until_in_service(&mut self, deadline: Option<Instant>) -> Ended {
        let mut pause = SHORTEST_PAUSE;
        let mut next_telling = self.started + TOLD_EVERY;
        let stop = self.site.context.stopped();
        tokio::pin!(stop);
        loop {
            let moved = self.look().await;
            if !self.may_bring_more() {
                return Ended::NothingToWaitFor;
            }
            pause = if moved { SHORTEST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
            let mut next_look = Instant::now() + pause;
            loop {
                tokio::select! {
                    Some(event) = self.events.recv() => {
                        // A phone that has just got its address is no stranger: the switches know better.
                        if self.requests(event) == Denials::Some {
                            pause = SHORTEST_PAUSE;
                            next_look = next_look.min(Instant::now() + pause);
                        }
                        if !self.may_bring_more() {
                            return Ended::NothingToWaitFor;
                        }
                    }
                    () = tokio::time::sleep_until(next_look) => break,
                    () = tokio::time::sleep_until(next_telling) => {
                        next_telling += TOLD_EVERY;
                        self.tell_waiting();
                    }
                    () = passed(deadline) => return Ended::TimeIsUp,
                    _ = &mut stop => return Ended::Stopped,
                }
            }
        }
    }

    /// Whether waiting can bring another phone into service.
    fn may_bring_more(&self) -> bool {
        self.phones.iter().any(|phone| may_still_come(phone, &self.site.known.unread))
    }

    /// Tells what the phones that are not in service wait for.
    pub fn tell_waiting(&self) {
        let powered_for = self.powered.iter().map(|(mac, since)| (*mac, since.elapsed())).collect();
        let awaited = awaited(&self.phones, &powered_for);
        let in_service = self.phones.iter().filter(|phone| phone.is_in_service()).count();
        let waiting = Waiting {
            since: self.started.elapsed(),
            in_service,
            of: self.phones.len(),
            awaited: &awaited,
            served_at: &self.served_at,
        };
        self.site.context.emit(SiteEvent::Waiting(waiting));
    }

    /// Reads the switches; whether a phone came forward.
    async fn look(&mut self) -> bool {
        let failures = self.site.connected.failures.len();
        let observed = observe(&mut self.site.connected, &self.site.site.catalogue, self.site.context).await;
        // A switch that misses one look is looked at again; only what failed at the start is a finding.
        self.site.connected.failures.truncate(failures);
        self.files.set_switch_evidence(port_addresses(&self.site.site.site, &observed));
        self.site.see(observed);
        self.judge()
    }

    /// Takes a request, and those that wait behind it: when all phones of a site boot at once, each is not worth a judgement.
    fn requests(&mut self, first: FetchEvent) -> Denials {
        let mut denials = Denials::None;
        let mut next = Some(first);
        while let Some(event) = next {
            answered(&event, self.site.site, self.site.context);
            if event.result == FetchResult::Denied {
                denials = Denials::Some;
            }
            fetches::learn(&mut self.site.known.fetches, &event);
            next = self.events.try_recv().ok();
        }
        self.judge();
        denials
    }

    /// Judges anew and tells each check a phone has newly passed; whether there was one.
    fn judge(&mut self) -> bool {
        let Acceptance { phones, .. } = self.site.acceptance();
        let mut moved = false;
        // in the inventory's order, both; the first time there are none to compare with
        let before = self.phones.iter().map(Some).chain(std::iter::repeat(None));
        for (new, old) in phones.iter().zip(before) {
            for check in new.checks.iter().filter(|check| check.result.has_passed()) {
                if old.and_then(|old| old.check(check.check)).is_some_and(|old| old.result.has_passed()) {
                    continue;
                }
                moved = true;
                if check.check == Check::Powered {
                    self.powered.entry(new.mac).or_insert_with(Instant::now);
                }
                self.site.context.emit(SiteEvent::CheckPassed { phone: new, check });
            }
        }
        self.phones = phones;
        moved
    }
}

async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
