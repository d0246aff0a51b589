//! How far an operation is, as it tells its caller. Pure.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use super::error::Error;
use super::files::Existing;
use crate::change::next::Entry;
use crate::change::plan::Plan;
use crate::inventory::Problems;
use crate::probe::ProbeProgress;
use crate::probe::report::{ProbeReport, ReflectEvent};
use crate::site::awaited::Awaited;
use crate::site::report::{CheckReport, PhoneReport};
use crate::{discover, switch};
use model::ids::{PortRef, SwitchName};
use model::neighbour::Neighbour;
use model::serve::{FetchEvent, FetchProtocol, ServeSummary};

/// Takes progress.
pub trait EventSink: Send + Sync {
    /// Takes one event; called from any task.
    fn emit(&self, event: Event<'_>);
}

/// One piece of progress.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    Switch(SwitchEvent<'a>),
    Change(ChangeEvent<'a>),
    Power(PowerEvent<'a>),
    Site(SiteEvent<'a>),
    Listen(ListenEvent<'a>),
    Capture(CaptureEvent),
    Probe(ProbeEvent<'a>),
    /// A file was written where one was already, or not.
    Existing {
        file: &'a Path,
        existing: &'a Existing,
    },
    /// The simulated site runs, with this inventory.
    LabRunning(&'a Path),
}

/// Switches are read.
#[derive(Debug, Clone, Copy)]
pub enum SwitchEvent<'a> {
    /// So many are asked whether they answer.
    Connecting { count: usize },
    /// So many answered and are read now.
    Reading { count: usize },
    /// One was read; the requests are those since it was opened.
    Read { switch: &'a SwitchName, requests: switch::RequestStats, took: Duration },
    /// An object is about to be set to the value it has.
    SettingOwnValue { switch: &'a SwitchName, object: &'a str, value: &'a str },
    /// One does not answer, or refuses.
    Failed(&'a switch::Error),
}

/// Switches are changed.
#[derive(Debug, Clone, Copy)]
pub enum ChangeEvent<'a> {
    /// What is about to be carried out.
    Planned(&'a Plan),
    /// A line was written into the journal.
    Journalled { plan: &'a Plan, entry: &'a Entry },
    /// The run is put back, because the caller wants to stop.
    Stopping,
    /// The caller wants to stop while a run is put back: that goes on.
    StoppingRollback,
    /// The caller wants to stop, but all is done and being saved.
    TooLateToStop,
    /// After a failure every switch was read again: it is as before.
    AsBefore,
}

/// A port was switched off and on again.
#[derive(Debug, Clone, Copy)]
pub enum PowerEvent<'a> {
    /// Its device is awaited.
    Awaiting { port: &'a PortRef, at_most: Duration },
    /// Its device was seen without power.
    Gone { port: &'a PortRef },
    /// Its device had power whenever the switch was asked.
    NeverGone { port: &'a PortRef },
    /// The device draws power.
    Drawn { port: &'a PortRef, after: Duration },
    /// The device did not draw power in this time.
    NotDrawn { port: &'a PortRef, waited: Duration },
}

/// Phones fetch their files and come into service.
#[derive(Debug, Clone, Copy)]
pub enum SiteEvent<'a> {
    /// What may be wrong with the inventory, or meant so.
    Warnings(&'a Problems),
    /// Files are served there.
    Serving { protocol: FetchProtocol, address: SocketAddr },
    /// A request was answered, at a site in this time zone.
    Answered { request: &'a FetchEvent, time_zone: Option<&'a str> },
    /// Serving has ended.
    Served { summary: &'a ServeSummary, time_zone: Option<&'a str> },
    /// That a phone has its file could not be written down: `verify` will not know of it.
    NotRecorded(&'a Error),
    /// A phone passed a check.
    CheckPassed { phone: &'a PhoneReport, check: &'a CheckReport },
    /// Phones are still waited for.
    Waiting(Waiting<'a>),
    /// The time given to the phones is over.
    TimeIsUp,
    /// The site was accepted before, and is not now: the report that accepts it stays there.
    AcceptedBefore { made_at: &'a str, run: Option<i64>, kept: &'a Path },
    /// The caller does not want to wait longer; what is left of the work is done.
    WaitStopped,
}

/// How the wait for phones stands.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    pub since: Duration,
    /// How many phones are in service.
    pub in_service: usize,
    /// How many there are.
    pub of: usize,
    /// What the others wait for.
    pub awaited: &'a [Awaited],
    /// The addresses that phones can fetch from.
    pub served_at: &'a [IpAddr],
}

/// Interfaces of this machine are listened on.
#[derive(Debug, Clone, Copy)]
pub enum ListenEvent<'a> {
    /// A bridge is not listened on, but its ports are.
    PortsOf {
        bridge: &'a str,
        ports: &'a [String],
    },
    Listening {
        interfaces: &'a [&'a str],
        duration: Duration,
    },
    /// A neighbour came or went.
    Neighbour {
        change: discover::Change,
        neighbour: &'a Neighbour<'static>,
    },
    /// The interface went down, or up again.
    Link {
        interface: &'a str,
        up: bool,
    },
    /// So many frames were lost since this was last told: this machine was too slow.
    Lost {
        interface: &'a str,
        frames: u64,
    },
    /// Frames from outside have the interface's own address.
    OwnFrames {
        interface: &'a str,
    },
    /// What was received in all, and lost.
    Received {
        interface: &'a str,
        frames: u64,
        lost: u64,
    },
    /// A phone is announced there.
    Announcing {
        interface: &'a str,
        at_most: Duration,
    },
    /// An announcement could not be sent, or not be withdrawn.
    NotSent(&'a discover::Error),
}

/// A capture file is read.
#[derive(Debug, Clone, Copy)]
pub enum CaptureEvent {
    /// It was read to its end; LLDP and CDP frames in it.
    Read { frames: u64 },
    /// More neighbours and rejections than are kept.
    NotKept { count: u64 },
}

/// A path is measured.
#[derive(Debug, Clone, Copy)]
pub enum ProbeEvent<'a> {
    Probing {
        target: SocketAddr,
        duration: Duration,
    },
    /// Packets so far.
    Progress(ProbeProgress),
    /// The result, where it is a part of another report.
    Measured(&'a ProbeReport),
    /// Why there is no result, where it is a part of another report.
    NotMeasured(&'a Error),
    /// A reflector listens, a sender begins, or all has ended.
    Reflecting(&'a ReflectEvent),
}

macro_rules! into_event {
    ($($variant:ident($kind:ty)),+) => {$(
        impl<'a> From<$kind> for Event<'a> {
            fn from(event: $kind) -> Self {
                Self::$variant(event)
            }
        }
    )+};
}

into_event!(
    Switch(SwitchEvent<'a>),
    Change(ChangeEvent<'a>),
    Power(PowerEvent<'a>),
    Site(SiteEvent<'a>),
    Listen(ListenEvent<'a>),
    Capture(CaptureEvent),
    Probe(ProbeEvent<'a>)
);
