//! The progress of an operation as people and programs see it go by. I/O through the terminal.

use super::printable;
use super::terminal::{Format, Terminal};
use super::views::words::length;
use super::views::{journal, wait};
use crate::discover::Change;
use crate::ops::Event;
use crate::ops::event::{CaptureEvent, ChangeEvent, EventSink, ListenEvent, PowerEvent, ProbeEvent, SiteEvent, SwitchEvent};
use crate::ops::listen::OWN_FRAMES;
use crate::site::report::{CheckReport, PhoneReport};
use crate::switch::RequestStats;
use model::neighbour::Neighbour;
use model::serve::{FetchEvent, FetchProtocol};

/// What an answered request is to the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requests {
    /// What it is for: always shown.
    Answers,
    /// A detail of it; in JSON it is shown all the same.
    Details,
}

/// Shows events on a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    terminal: Terminal,
    requests: Requests,
}

impl Progress {
    #[must_use]
    pub const fn new(terminal: Terminal, requests: Requests) -> Self {
        Self { terminal, requests }
    }

    fn switch(self, event: SwitchEvent<'_>) {
        let terminal = self.terminal;
        match event {
            SwitchEvent::Reading { count } => terminal.progress(&format!("reading {count} switches")),
            SwitchEvent::Read { switch, requests: RequestStats { requests, varbinds, row_by_row }, took } => {
                let took = took.as_millis();
                terminal.detail(&format!("switch {switch}: {requests} requests, {varbinds} varbinds, {took} ms"));
                if row_by_row {
                    terminal.detail(&format!("switch {switch}: it answers no GETBULK, so its tables are read row by row"));
                }
            }
            SwitchEvent::SettingOwnValue { switch, object, value } => {
                terminal.progress(&format!("switch {switch}: setting {object} to the value it has, {value}"));
            }
            SwitchEvent::Failed(error) => terminal.error(&error.to_string(), error.hint().as_deref()),
        }
    }

    fn change(self, event: ChangeEvent<'_>) {
        let terminal = self.terminal;
        match event {
            ChangeEvent::Planned(plan) => terminal.stream(plan),
            ChangeEvent::Journalled { plan, entry } => {
                if let Some(line) = journal::line(plan, entry) {
                    terminal.progress(&line);
                }
            }
            ChangeEvent::Stopping => terminal.warn("stopping; a second Ctrl-C leaves the switches half changed"),
            ChangeEvent::AsBefore => terminal.progress("all switches read again: they are as before"),
        }
    }

    fn power(self, event: PowerEvent<'_>) {
        let terminal = self.terminal;
        match event {
            PowerEvent::Awaiting { port, at_most } => {
                terminal.progress(&format!("{port}: power is on; waiting until the device draws it, at most {}", length(at_most)));
            }
            PowerEvent::Drawn { port, after } => {
                terminal.progress(&format!("{port}: the device draws power again, {} after it was switched on", length(after)));
            }
            PowerEvent::NotDrawn { port, waited } => terminal.warn(&format!(
                "{port}: power is on, but nothing draws it after {}: look at the cable and at the device",
                length(waited)
            )),
            PowerEvent::Gone { port } => terminal.progress(&format!("{port}: the device has lost its power")),
            PowerEvent::NeverGone { port } => terminal
                .warn(&format!("{port}: the switch showed the device with power all the time: it was perhaps not switched off")),
        }
    }

    fn site(self, event: SiteEvent<'_>) {
        let terminal = self.terminal;
        match event {
            SiteEvent::Warnings(warnings) => terminal.warning_snippets(&warnings.render_warnings(terminal.color_on_stderr())),
            SiteEvent::Serving { protocol, address } => {
                let protocol = match protocol {
                    FetchProtocol::Tftp => "tftp",
                    FetchProtocol::Http => "http",
                };
                terminal.progress(&format!("serving on {protocol}://{address}"));
            }
            SiteEvent::Answered(request) => self.request(request),
            SiteEvent::NotRecorded(error) => terminal.warn(&format!("{error}: verify will not know that the phone has its file")),
            SiteEvent::CheckPassed { phone, check } => terminal.progress(&passed(phone, check)),
            SiteEvent::Waiting(waiting) => wait::lines(&waiting).iter().for_each(|line| terminal.progress(line)),
            SiteEvent::TimeIsUp => terminal.warn("time is up; these phones are not in service yet"),
            SiteEvent::AcceptedBefore { made_at, run, kept } => {
                let see = run.map_or_else(|| kept.display().to_string(), |run| format!("voiceport report {run}"));
                terminal
                    .warn(&format!("the site was accepted at {}, and is not now; that report stays: {see}", made_at.to_second()));
            }
            SiteEvent::WaitStopped => terminal.warn("the wait was stopped; what is left of the work is done"),
        }
    }

    fn request(self, request: &FetchEvent) {
        if self.requests == Requests::Answers || self.terminal.format == Format::Json {
            self.terminal.stream(request);
        } else {
            self.terminal.detail(&format!("{} asks for {}: {:?}", request.peer, printable::name(&request.name), request.result));
        }
    }

    fn listen(self, event: ListenEvent<'_>) {
        let terminal = self.terminal;
        match event {
            ListenEvent::PortsOf { bridge, ports } => terminal
                .progress(&format!("{bridge} is a bridge, which LLDP does not pass: listening on its ports {}", ports.join(", "))),
            ListenEvent::Listening { interfaces, duration } => {
                terminal.progress(&format!("listening on {} for {duration:?}; Ctrl-C ends it early", interfaces.join(", ")));
            }
            ListenEvent::Neighbour { change, neighbour } => {
                let line = news(change, neighbour);
                if neighbour.is_phone() { terminal.progress(&line) } else { terminal.detail(&line) }
            }
            ListenEvent::Link { interface, up: true } => terminal.warn(&format!("{interface} is up again")),
            ListenEvent::Link { interface, up: false } => {
                terminal.warn(&format!("{interface} went down: listening goes on when it is up again"));
            }
            ListenEvent::Lost { interface, frames } => {
                terminal.warn(&format!("{interface}: {frames} frames lost: this machine was too slow"));
            }
            ListenEvent::OwnFrames { interface } => terminal.warn(&format!("{interface}: {OWN_FRAMES}")),
            ListenEvent::Received { interface, frames, lost } => {
                terminal.detail(&format!("{interface}: {frames} frames heard, {lost} lost"));
            }
            ListenEvent::Announcing { interface, at_most } => {
                terminal.progress(&format!("announcing a phone on {interface} for at most {at_most:?}; Ctrl-C withdraws it"));
            }
            ListenEvent::NotSent(error) => terminal.warn(&error.to_string()),
        }
    }

    fn capture(self, event: CaptureEvent) {
        match event {
            CaptureEvent::Read { frames } => self.terminal.progress(&format!("{frames} LLDP and CDP frames read")),
            CaptureEvent::NotKept { count } => {
                self.terminal.warn(&format!("{count} more neighbours or rejections are not shown: --format json writes them all"));
            }
        }
    }

    fn probe(self, event: ProbeEvent<'_>) {
        let terminal = self.terminal;
        match event {
            ProbeEvent::Probing { target, duration } => terminal.progress(&format!("probing {target} for {duration:?}")),
            ProbeEvent::Progress(so_far) => {
                terminal.detail(&format!("  {} sent, {} answered", so_far.sent, so_far.received));
            }
            ProbeEvent::Measured(report) => terminal.stream(report),
            ProbeEvent::NotMeasured(error) => terminal.error(&error.to_string(), error.hint().as_deref()),
            ProbeEvent::Reflecting { address } => {
                terminal.progress(&format!("reflecting on {address}; stop with Ctrl-C"));
            }
            ProbeEvent::Reflected(counts) => terminal.progress(&format!(
                "{} received, {} reflected, {} refused, {} sessions",
                counts.received, counts.reflected, counts.refused, counts.sessions
            )),
        }
    }
}

impl EventSink for Progress {
    fn emit(&self, event: Event<'_>) {
        match event {
            Event::Switch(event) => self.switch(event),
            Event::Change(event) => self.change(event),
            Event::Power(event) => self.power(event),
            Event::Site(event) => self.site(event),
            Event::Listen(event) => self.listen(event),
            Event::Capture(event) => self.capture(event),
            Event::Probe(event) => self.probe(event),
            Event::LabRunning(inventory) => {
                self.terminal.progress(&format!("the simulated site runs; try: voiceport -i {} plan", inventory.display()));
                self.terminal.progress("stop with Ctrl-C");
            }
        }
    }
}

fn passed(phone: &PhoneReport, check: &CheckReport) -> String {
    let detail = check.detail.as_deref().unwrap_or_default();
    let extension = phone.extension.as_deref().unwrap_or("–");
    format!("  {} {extension:<5} {:<8} {detail}", phone.mac, check.check)
}

fn news(change: Change, neighbour: &Neighbour<'_>) -> String {
    let place = neighbour.interface.as_deref().unwrap_or_default();
    let who = match &neighbour.phone {
        Some(phone) => format!("{} {}", phone.vendor, phone.model.as_deref().unwrap_or("phone")),
        None if neighbour.is_phone() => "a phone".to_owned(),
        None => "a neighbour".to_owned(),
    };
    let named = neighbour.system_name.as_deref().or_else(|| neighbour.cdp.as_ref()?.device_id.as_deref());
    let name = named.map(|name| format!(" {}", printable::name(name))).unwrap_or_default();
    let mac = neighbour.mac.map(|mac| format!(" {mac}")).unwrap_or_default();
    let what = match change {
        Change::Found => "found",
        Change::Withdrawn => "gone: it withdrew itself",
        Change::Expired => "gone: it was not heard again before its time to live ran out",
    };
    format!("{place}: {who}{name}{mac} {what}")
}
