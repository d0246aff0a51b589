//! The progress of an operation as people and programs see it go by. I/O through the terminal.

use std::sync::atomic::{AtomicUsize as Counter, Ordering::Relaxed};

use super::printable;
use super::terminal::{Format, Terminal};
use super::views::words::length;
use super::views::{self, journal, wait, words};
use crate::change::next::Entry;
use crate::change::plan::Plan;
use crate::change::report::SavingEvent;
use crate::change::summary;
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
#[derive(Debug)]
pub struct EventPrinter {
    terminal: Terminal,
    requests: Requests,
    /// Steps that came to a status.
    steps: Counter,
}

impl EventPrinter {
    #[must_use]
    pub const fn new(terminal: Terminal, requests: Requests) -> Self {
        Self { terminal, requests, steps: Counter::new(0) }
    }

    fn switch(&self, event: SwitchEvent<'_>) {
        let terminal = self.terminal;
        match event {
            SwitchEvent::Connecting { count } => {
                terminal.status(|| format!("reading {}", words::count(count, "switch")));
            }
            SwitchEvent::Reading { count } => terminal.progress(&format!("reading {}", words::count(count, "switch"))),
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

    fn change(&self, event: ChangeEvent<'_>) {
        let terminal = self.terminal;
        match event {
            ChangeEvent::Planned(plan) => terminal.stream(plan),
            ChangeEvent::Journalled { plan, entry } => {
                // of a command that prints one line for each event, and not one document at its end
                if self.requests == Requests::Details && terminal.format == Format::Json {
                    if let Some(step) = summary::step_event(plan, entry) {
                        terminal.stream(&step);
                    }
                    if let Some(saving) = summary::saving(entry) {
                        terminal.stream(&SavingEvent(saving));
                    }
                }
                self.step(plan, entry);
            }
            ChangeEvent::Stopping => {
                terminal.warn("stopping: what was done is put back; a second Ctrl-C leaves the switches half changed");
            }
            ChangeEvent::StoppingRollback => {
                terminal.warn("what was begun is put back to its end; a second Ctrl-C leaves the switches half changed");
            }
            ChangeEvent::TooLateToStop => terminal
                .warn("too late to stop: every change is done and is being saved; a second Ctrl-C leaves it open what is saved"),
            ChangeEvent::AsBefore => terminal.progress("all switches read again: they are as before"),
        }
    }

    /// A step as it goes: in its place on a terminal, where only what is strange stays; else a line.
    fn step(&self, plan: &Plan, entry: &Entry) {
        let terminal = self.terminal;
        if matches!(entry, Entry::Reverting { .. }) {
            self.steps.store(0, Relaxed);
        }
        if summary::step_event(plan, entry).is_some() {
            self.steps.fetch_add(1, Relaxed);
        }
        let (under_way, text) = (journal::under_way(plan, entry), journal::line(plan, entry));
        if under_way.is_none() && text.is_none() {
            return;
        }
        let (done, all) = (self.steps.load(Relaxed), plan.steps.len());
        let live = terminal.status(|| match under_way {
            Some(step) => format!("{}/{all} {step}", (done + 1).min(all)),
            None => format!("{done}/{all} done"),
        });
        if done >= all || matches!(entry, Entry::Saved { .. }) {
            terminal.idle();
        }
        if let Some(line) = text.filter(|_| !live || journal::is_remarkable(entry)) {
            terminal.progress(&line);
        }
    }

    fn power(&self, event: PowerEvent<'_>) {
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

    fn site(&self, event: SiteEvent<'_>) {
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
            SiteEvent::Answered { request, time_zone } => self.request(request, time_zone),
            SiteEvent::Served { summary, time_zone } => terminal.stream_as(summary, || views::served(summary, time_zone)),
            SiteEvent::NotRecorded(error) => terminal.warn(&format!("{error}: verify will not know that the phone has its file")),
            SiteEvent::CheckPassed { phone, check } => terminal.progress(&passed(phone, check)),
            SiteEvent::Waiting(waiting) => wait::lines(&waiting).iter().for_each(|line| terminal.progress(line)),
            SiteEvent::TimeIsUp => terminal.warn("time is up; these phones are not in service yet"),
            SiteEvent::AcceptedBefore { made_at, run, kept } => {
                let see = run.map_or_else(|| kept.display().to_string(), |run| format!("voiceport report {run}"));
                terminal.warn(&format!("the site was accepted at {made_at}, and is not now; that report stays: {see}"));
            }
            SiteEvent::WaitStopped => terminal.warn("the wait was stopped; what is left of the work is done"),
        }
    }

    fn request(&self, request: &FetchEvent, time_zone: Option<&str>) {
        if self.requests == Requests::Answers || self.terminal.format == Format::Json {
            self.terminal.stream_as(request, || views::request(request, time_zone));
        } else {
            self.terminal.detail(&format!("{} asks for {}: {:?}", request.peer, printable::name(&request.name), request.result));
        }
    }

    fn listen(&self, event: ListenEvent<'_>) {
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

    fn capture(&self, event: CaptureEvent) {
        match event {
            CaptureEvent::Read { frames } => self.terminal.progress(&format!("{frames} LLDP and CDP frames read")),
            CaptureEvent::NotKept { count } => {
                self.terminal.warn(&format!("{count} more neighbours or rejections are not shown: --format json writes them all"));
            }
        }
    }

    fn probe(&self, event: ProbeEvent<'_>) {
        let terminal = self.terminal;
        match event {
            ProbeEvent::Probing { target, duration } => terminal.progress(&format!("probing {target} for {duration:?}")),
            ProbeEvent::Progress(so_far) => {
                terminal.status(|| format!("probing: {} sent, {} answered", so_far.sent, so_far.received));
                terminal.detail(&format!("  {} sent, {} answered", so_far.sent, so_far.received));
            }
            ProbeEvent::Measured(report) => terminal.stream(report),
            ProbeEvent::NotMeasured(error) => terminal.error(&error.to_string(), error.hint().as_deref()),
            ProbeEvent::Reflecting(event) if terminal.format == Format::Json => terminal.stream(event),
            ProbeEvent::Reflecting(event) => terminal.progress(&views::reflected(event)),
        }
    }
}

impl EventSink for EventPrinter {
    fn emit(&self, event: Event<'_>) {
        match event {
            Event::Switch(event) => self.switch(event),
            Event::Change(event) => self.change(event),
            Event::Power(event) => self.power(event),
            Event::Site(event) => self.site(event),
            Event::Listen(event) => self.listen(event),
            Event::Capture(event) => self.capture(event),
            Event::Probe(event) => self.probe(event),
            Event::Existing { file, existing } => self.terminal.existing(file, existing),
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
