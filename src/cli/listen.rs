//! `voiceport discover --interface`: LLDP and CDP neighbours heard on local interfaces. I/O.

use std::time::Duration;
use std::time::Instant;

use tokio::time::MissedTickBehavior;

use super::error::Error;
use super::stop;
use crate::discover;
use crate::discover::Change;
use crate::discover::ListenPorts;
use crate::discover::Neighbourhood;
use crate::discover::listen;
use crate::host::Interface;
use crate::host::InterfaceStats;
use crate::host::LinkEvent;
use crate::host::Sniffer;
use crate::output::Format;
use crate::output::Terminal;
use crate::phones::Recogniser;
use model::neighbour::DiscoverReport;
use model::neighbour::Neighbour;
use model::neighbour::Rejected;

/// How often interfaces, losses and times to live are looked at.
const CHECK: Duration = Duration::from_secs(1);

/// Listens for a while, or until somebody asks to stop.
pub async fn run(
    names: &[String],
    duration: Duration,
    terminal: Terminal,
    recogniser: &Recogniser,
) -> Result<DiscoverReport, Error> {
    let ports = ListenPorts::of(names)?;
    let mut sniffer = listen(&ports.interfaces)?;
    for (bridge, members) in &ports.bridges {
        terminal
            .progress(&format!("{bridge} is a bridge, which LLDP does not pass: listening on its ports {}", members.join(", ")));
    }
    terminal.progress(&format!("listening on {} for {duration:?}; Ctrl-C ends it early", list(&ports.interfaces)));
    let mut watch =
        Watch { terminal, neighbourhood: Neighbourhood::new(), warned: vec![InterfaceStats::default(); ports.interfaces.len()] };
    let deadline = tokio::time::Instant::now() + duration;
    let mut check = tokio::time::interval(CHECK);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = stop::asked();
    tokio::pin!(stop);
    loop {
        // in this order: telling who was found waits until no frame waits
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = tokio::time::sleep_until(deadline) => break,
            _ = check.tick() => watch.check(&mut sniffer)?,
            received = sniffer.recv(|frame| watch.neighbourhood.receive(frame, Instant::now())) => received.map_err(discover::Error::from)?,
            () = tokio::task::yield_now(), if watch.has_news() => watch.tell(recogniser),
        }
    }
    sniffer.drain(|frame| watch.neighbourhood.receive(frame, Instant::now()));
    watch.check(&mut sniffer)?;
    for stats in sniffer.stats() {
        terminal.detail(&format!("{}: {} frames heard, {} lost", stats.interface, stats.received, stats.dropped));
    }
    let mut report = watch.neighbourhood.report(recogniser);
    report.rejected.extend(sniffer.stats().flat_map(left_out));
    Ok(report)
}

fn list(interfaces: &[Interface]) -> String {
    let names: Vec<&str> = interfaces.iter().map(|interface| interface.name.as_str()).collect();
    names.join(", ")
}

/// What was found so far, and what was said about it.
struct Watch {
    terminal: Terminal,
    neighbourhood: Neighbourhood,
    /// What had been lost when it was last warned of, in the order of the interfaces.
    warned: Vec<InterfaceStats>,
}

impl Watch {
    fn check(&mut self, sniffer: &mut Sniffer) -> Result<(), Error> {
        self.neighbourhood.expire(Instant::now());
        if self.terminal.format == Format::Json {
            // a document is read when it is whole
            self.neighbourhood.forget_changes();
        }
        for (interface, event) in sniffer.link_events().map_err(discover::Error::from)? {
            self.terminal.warn(&link_event(&interface, event));
        }
        for (now, warned) in sniffer.stats().zip(&mut self.warned) {
            if now.dropped > warned.dropped {
                let more = now.dropped - warned.dropped;
                self.terminal.warn(&format!("{}: {more} frames lost: this machine was too slow", now.interface));
            }
            if now.own > 0 && warned.own == 0 {
                self.terminal.warn(&format!("{}: {OWN}", now.interface));
            }
            *warned = now.clone();
        }
        Ok(())
    }

    /// People are told at once.
    fn has_news(&self) -> bool {
        self.terminal.format == Format::Table && self.neighbourhood.has_changes()
    }

    fn tell(&mut self, recogniser: &Recogniser) {
        let Some((change, neighbour)) = self.neighbourhood.change(recogniser) else { return };
        let line = news(change, &neighbour);
        if neighbour.is_phone() {
            self.terminal.progress(&line);
        } else {
            self.terminal.detail(&line);
        }
    }
}

/// What a frame from outside with the interface's own address means.
const OWN: &str = "frames with its own address come in: a loop in the network, or a mirror port; they are left out";

fn link_event(interface: &str, event: LinkEvent) -> String {
    match event {
        LinkEvent::Down => format!("{interface} went down: listening goes on when it is up again"),
        LinkEvent::Up => format!("{interface} is up again"),
    }
}

fn news(change: Change, neighbour: &Neighbour<'_>) -> String {
    let place = neighbour.interface.as_deref().unwrap_or_default();
    let who = match &neighbour.phone {
        Some(phone) => format!("{} {}", phone.vendor, phone.model.as_deref().unwrap_or("phone")),
        None if neighbour.is_phone() => "a phone".to_owned(),
        None => "a neighbour".to_owned(),
    };
    let named = neighbour.system_name.as_deref().or_else(|| neighbour.cdp.as_ref()?.device_id.as_deref());
    let name = named.map(|name| format!(" {name}")).unwrap_or_default();
    let mac = neighbour.mac.map(|mac| format!(" {mac}")).unwrap_or_default();
    let what = match change {
        Change::Found => "found",
        Change::Withdrawn => "gone: it withdrew itself",
        Change::Expired => "gone: it was not heard again before its time to live ran out",
    };
    format!("{place}: {who}{name}{mac} {what}")
}

fn left_out(stats: &InterfaceStats) -> Vec<Rejected> {
    let reason = |reason: String| Rejected { frame: None, switch: None, reason };
    let mut reasons = Vec::new();
    if stats.dropped > 0 {
        reasons.push(reason(format!("interface {}: {} frames lost: this machine was too slow", stats.interface, stats.dropped)));
    }
    if stats.own > 0 {
        reasons.push(reason(format!("interface {}: {OWN} ({} times)", stats.interface, stats.own)));
    }
    reasons
}
