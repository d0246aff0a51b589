//! The neighbours heard on this machine's interfaces, each once. Pure.
//!
//! It keeps frames, not rows: a neighbour that repeats itself costs one look-up, and a frame is decoded again only for a report.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use crate::discover::received;
use crate::discover::report::{DiscoverReport, Reason, Rejected};
use crate::host::ReceivedFrame;
use crate::phones::Recogniser;
use lldp::ethernet::Tag;
use model::code_points::IdSubtype;
use model::identifier::Identifier;
use model::ids::MacAddress;
use model::neighbour::{Anomaly, Neighbour, Protocol, TypedId};
use model::timestamp::Timestamp;

/// Neighbours kept at most, so that a sender of invented ones cannot fill the memory.
pub const NEIGHBOURS_MAX: usize = 65_536;
/// Different reasons for rejected frames kept at most.
const REASONS_MAX: usize = 1_000;
/// Changes kept at most until they are asked for.
const CHANGES_MAX: usize = NEIGHBOURS_MAX;

/// All neighbours, until they withdraw themselves or their TTL runs out.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    neighbours: HashMap<Identity, Kept>,
    /// The neighbour that sent these bytes last, by their hash.
    same: HashMap<u64, Identity>,
    hasher: RandomState,
    next: u64,
    rejected: BTreeMap<String, u64>,
    too_many: u64,
    changes: VecDeque<(Change, Identity, Option<Frame>)>,
}

/// What identifies a neighbour. Sender and port are part of it: phones without an address all have chassis ID 0.0.0.0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    interface: String,
    protocol: Protocol,
    sender: Option<MacAddress>,
    chassis: Option<TypedId<'static>>,
    port: Option<TypedId<'static>>,
    device: Option<String>,
}

/// A frame with bytes of its own.
#[derive(Debug, Clone)]
struct Frame {
    seen_at: Timestamp,
    tag: Option<Tag>,
    bytes: Box<[u8]>,
}

#[derive(Debug)]
struct Kept {
    /// Position in the order of first appearance.
    number: u64,
    frame: Frame,
    /// Hash of the frame and where it came in.
    hash: u64,
    /// TTL, which starts anew with each frame.
    ttl: Option<Duration>,
    until: Option<Instant>,
}

/// What happened to a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was heard for the first time.
    Found,
    /// It withdrew itself with a shutdown frame, TTL 0.
    Withdrawn,
    /// It was not heard again before its TTL ran out.
    Expired,
}

impl Neighbourhood {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a frame in; `now` is when it is read.
    pub fn receive(&mut self, frame: &ReceivedFrame<'_>, now: Instant) {
        let hash = self.hasher.hash_one((frame.interface, frame.tag.map(|tag| tag.0), frame.bytes));
        let known = self.same.get(&hash).and_then(|identity| self.neighbours.get_mut(identity));
        if let Some(kept) = known.filter(|kept| kept.frame.says_the_same(frame)) {
            kept.frame.seen_at = frame.received_at;
            kept.until = kept.ttl.and_then(|ttl| now.checked_add(ttl));
            return;
        }
        match received::neighbour(frame) {
            Some(Ok(row)) => self.take(&row, frame, hash, now),
            Some(Err(rejected)) => self.reject(rejected.message),
            None => {}
        }
    }

    fn take(&mut self, row: &Neighbour<'_>, received: &ReceivedFrame<'_>, hash: u64, now: Instant) {
        let identity = Identity::of(row, received);
        if row.ttl_s == Some(0) {
            self.remove(identity, Change::Withdrawn);
            return;
        }
        let ttl = row.ttl_s.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let until = ttl.and_then(|ttl| now.checked_add(ttl));
        let frame = Frame::of(received);
        if let Some(kept) = self.neighbours.get_mut(&identity) {
            self.same.remove(&kept.hash);
            (kept.frame, kept.hash, kept.ttl, kept.until) = (frame, hash, ttl, until);
        } else if self.neighbours.len() >= NEIGHBOURS_MAX {
            self.too_many += 1;
            return;
        } else {
            self.forget_without_address(&identity);
            self.neighbours.insert(identity.clone(), Kept { number: self.next, frame, hash, ttl, until });
            self.next += 1;
            self.changed(Change::Found, identity.clone(), None);
        }
        self.same.insert(hash, identity);
    }

    /// A phone sends an unspecified address as chassis ID until it has one of its own.
    fn forget_without_address(&mut self, identity: &Identity) {
        for unspecified in [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)] {
            let mut before = identity.clone();
            let Some(chassis) = before.chassis.as_mut() else { return };
            *chassis = TypedId { subtype: IdSubtype::NetworkAddress, value: Identifier::Ip(unspecified) };
            if let Some(kept) = self.neighbours.remove(&before) {
                self.same.remove(&kept.hash);
            }
        }
    }

    /// Removes the neighbours whose TTL has run out.
    pub fn expire(&mut self, now: Instant) {
        let over = |kept: &Kept| kept.until.is_some_and(|until| until < now);
        let expired: Vec<Identity> =
            self.neighbours.iter().filter(|(_, kept)| over(kept)).map(|(identity, _)| identity.clone()).collect();
        for identity in expired {
            self.remove(identity, Change::Expired);
        }
    }

    fn remove(&mut self, identity: Identity, why: Change) {
        if let Some(kept) = self.neighbours.remove(&identity) {
            self.same.remove(&kept.hash);
            self.changed(why, identity, Some(kept.frame));
        }
    }

    fn changed(&mut self, change: Change, identity: Identity, frame: Option<Frame>) {
        if self.changes.len() < CHANGES_MAX {
            self.changes.push_back((change, identity, frame));
        }
    }

    fn reject(&mut self, reason: String) {
        if self.rejected.len() < REASONS_MAX || self.rejected.contains_key(&reason) {
            *self.rejected.entry(reason).or_default() += 1;
        }
    }

    /// Whether [`Neighbourhood::change`] has something to tell.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// The next thing that happened, with the neighbour it happened to.
    pub fn change(&mut self, recogniser: &Recogniser) -> Option<(Change, Neighbour<'static>)> {
        loop {
            let (change, identity, gone) = self.changes.pop_front()?;
            let frame = gone.as_ref().or_else(|| self.neighbours.get(&identity).map(|kept| &kept.frame));
            // a neighbour that came and went since the last call is not reported
            if let Some(row) = frame.and_then(|frame| frame.row(&identity.interface, recogniser)) {
                return Some((change, row));
            }
        }
    }

    /// Drops the changes that were not asked for.
    pub fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// All neighbours, in the order of first appearance, and what could not be read.
    #[must_use]
    pub fn report(&self, recogniser: &Recogniser) -> DiscoverReport {
        let mut kept: Vec<(&Identity, &Kept)> = self.neighbours.iter().collect();
        kept.sort_by_key(|(_, kept)| kept.number);
        let mut rows: Vec<_> = kept.iter().filter_map(|(identity, kept)| kept.frame.row(&identity.interface, recogniser)).collect();
        self.note_floods(&mut rows);
        let times = |(reason, count): (&String, &u64)| match count {
            1 => reason.clone(),
            more => format!("{reason} ({more} times)"),
        };
        let damaged = |message| Rejected::whole(Reason::DamagedFrame, message);
        let mut rejected: Vec<Rejected> = self.rejected.iter().map(times).map(damaged).collect();
        if self.too_many > 0 {
            let message = format!(
                "interfaces: {} frames of further neighbours were left out: more than {NEIGHBOURS_MAX} are not kept",
                self.too_many
            );
            rejected.push(Rejected::whole(Reason::TooMany, message));
        }
        DiscoverReport { rows, rejected, notes: Vec::new() }
    }
}

impl Neighbourhood {
    /// A cable has one other end: where several devices speak CDP, a bridge on the way floods it, and it proves no place. LLDP stops there.
    fn note_floods(&self, rows: &mut [Neighbour<'static>]) {
        let mut senders: BTreeMap<&str, BTreeSet<Option<MacAddress>>> = BTreeMap::new();
        for identity in self.neighbours.keys().filter(|identity| identity.protocol == Protocol::Cdp) {
            senders.entry(&identity.interface).or_default().insert(identity.sender);
        }
        for row in rows.iter_mut().filter(|row| row.protocol == Protocol::Cdp) {
            let count = row.interface.as_deref().and_then(|interface| senders.get(interface)).map_or(0, BTreeSet::len);
            if count > 1 {
                row.anomalies.push(Anomaly::Flooded { devices: count });
            }
        }
    }
}

impl Identity {
    fn of(row: &Neighbour<'_>, frame: &ReceivedFrame<'_>) -> Self {
        Self {
            interface: frame.interface.to_owned(),
            protocol: row.protocol,
            sender: frame.source(),
            chassis: row.chassis_id.as_ref().map(owned),
            port: row.port_id.as_ref().map(owned),
            device: row.cdp.as_ref().and_then(|cdp| cdp.device_id.as_deref().map(str::to_owned)),
        }
    }
}

fn owned(id: &TypedId<'_>) -> TypedId<'static> {
    TypedId { subtype: id.subtype, value: id.value.clone().into_owned() }
}

impl Frame {
    fn of(frame: &ReceivedFrame<'_>) -> Self {
        Self { seen_at: frame.received_at, tag: frame.tag, bytes: frame.bytes.into() }
    }

    fn says_the_same(&self, frame: &ReceivedFrame<'_>) -> bool {
        self.tag == frame.tag && *self.bytes == *frame.bytes
    }

    fn row(&self, interface: &str, recogniser: &Recogniser) -> Option<Neighbour<'static>> {
        let frame = ReceivedFrame { interface, received_at: self.seen_at, tag: self.tag, bytes: &self.bytes };
        let mut row = received::neighbour(&frame)?.ok()?.into_owned();
        recogniser.name_owned(&mut row);
        Some(row)
    }
}
