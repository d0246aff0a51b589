//! `discover --interface`: LLDP and CDP neighbours heard on this machine's interfaces. I/O: packet sockets.

use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;

use super::context::Context;
use super::error::Error;
use super::event::ListenEvent;
use crate::discover::{self, DiscoverReport, ListenPorts, Neighbourhood, Reason, Rejected};
use crate::host::{InterfaceStats, LinkEvent, Sniffer};
use crate::phones::Recogniser;

/// How often interfaces, losses and times to live are looked at.
const CHECK: Duration = Duration::from_secs(1);

/// What a frame from outside with the interface's own address means.
pub const OWN_FRAMES: &str = "frames with its own address come in: a loop in the network, or a mirror port; they are left out";

/// Listens for a while, or until the wish to stop. With `follow` each neighbour is told when it comes or goes.
pub(super) async fn run(
    names: &[String],
    duration: Duration,
    follow: bool,
    recogniser: &Recogniser,
    context: &Context,
) -> Result<DiscoverReport, Error> {
    let ports = ListenPorts::of(names)?;
    let mut sniffer = discover::listen(&ports.interfaces)?;
    for (bridge, ports) in &ports.bridges {
        context.emit(ListenEvent::PortsOf { bridge, ports });
    }
    let interfaces: Vec<&str> = ports.interfaces.iter().map(|interface| interface.name.as_str()).collect();
    context.emit(ListenEvent::Listening { interfaces: &interfaces, duration });
    let told = vec![InterfaceStats::default(); ports.interfaces.len()];
    let mut watch = Watch { context, follow, neighbourhood: Neighbourhood::new(), told };
    let deadline = tokio::time::Instant::now() + duration;
    let mut check = tokio::time::interval(CHECK);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = context.stopped();
    tokio::pin!(stop);
    loop {
        // in this order: telling who was found waits until no frame waits
        tokio::select! {
            biased;
            _ = &mut stop => break,
            () = tokio::time::sleep_until(deadline) => break,
            _ = check.tick() => watch.check(&mut sniffer)?,
            received = sniffer.recv(|frame| watch.neighbourhood.receive(frame, Instant::now())) => received.map_err(discover::Error::from)?,
            () = tokio::task::yield_now(), if watch.has_news() => watch.tell(recogniser),
        }
    }
    sniffer.drain(|frame| watch.neighbourhood.receive(frame, Instant::now()));
    watch.check(&mut sniffer)?;
    for stats in sniffer.stats() {
        context.emit(ListenEvent::Received { interface: &stats.interface, frames: stats.received, lost: stats.dropped });
    }
    let mut report = watch.neighbourhood.report(recogniser);
    report.rejected.extend(sniffer.stats().flat_map(left_out));
    Ok(report)
}

/// What was found so far, and what was told of it.
struct Watch<'a> {
    context: &'a Context,
    follow: bool,
    neighbourhood: Neighbourhood,
    /// The counts when they were last told, in the order of the interfaces.
    told: Vec<InterfaceStats>,
}

impl Watch<'_> {
    fn check(&mut self, sniffer: &mut Sniffer) -> Result<(), Error> {
        self.neighbourhood.expire(Instant::now());
        if !self.follow {
            self.neighbourhood.forget_changes();
        }
        for (interface, event) in sniffer.link_events().map_err(discover::Error::from)? {
            self.context.emit(ListenEvent::Link { interface: &interface, up: event == LinkEvent::Up });
        }
        for (now, told) in sniffer.stats().zip(&mut self.told) {
            if now.dropped > told.dropped {
                self.context.emit(ListenEvent::Lost { interface: &now.interface, frames: now.dropped - told.dropped });
            }
            if now.own > 0 && told.own == 0 {
                self.context.emit(ListenEvent::OwnFrames { interface: &now.interface });
            }
            *told = now.clone();
        }
        Ok(())
    }

    fn has_news(&self) -> bool {
        self.follow && self.neighbourhood.has_changes()
    }

    fn tell(&mut self, recogniser: &Recogniser) {
        if let Some((change, neighbour)) = self.neighbourhood.change(recogniser) {
            self.context.emit(ListenEvent::Neighbour { change, neighbour: &neighbour });
        }
    }
}

fn left_out(stats: &InterfaceStats) -> Vec<Rejected> {
    let mut left_out = Vec::new();
    if stats.dropped > 0 {
        let message = format!("interface {}: {} frames lost: this machine was too slow", stats.interface, stats.dropped);
        left_out.push(Rejected::whole(Reason::FramesLost, message));
    }
    if stats.own > 0 {
        let message = format!("interface {}: {OWN_FRAMES} ({} times)", stats.interface, stats.own);
        left_out.push(Rejected::whole(Reason::OwnFrames, message));
    }
    left_out
}
