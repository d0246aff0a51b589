//! How a simulated switch behaves in the course of time: it saves, restarts, shows late what was written, or takes it back. Pure.

use std::collections::BTreeMap;

use model::ids::BridgePort;

use super::config::{Config, PoeMode};
use super::family::Family;
use super::fault::Fault;
use super::faults::Faults;
use super::layout::Layout;
use super::state::{Plug, Switch};
use super::write::Write;

/// What a restart with [`Fault::Renumbers`] adds to every ifIndex.
const RENUMBERED: u32 = 1000;

impl Switch {
    /// A switch with the faults of its family, this configuration saved.
    #[must_use]
    pub fn new(layout: Layout, config: Config, plugs: BTreeMap<BridgePort, Plug>) -> Self {
        let startup = config.clone();
        let (faults, powering) = (Faults::from(layout.family.faults()), BTreeMap::new());
        let (cut, traffic, refresh, fdb) = Default::default();
        let (shown, reverting) = (None, None);
        let set_serial = matches!(layout.family, Family::Standard | Family::EdgeSwitch).then_some(1);
        Self {
            layout,
            config,
            plugs,
            faults,
            startup,
            saves: 0,
            shown,
            reverting,
            powering,
            unpowered: false,
            cut,
            traffic,
            refresh,
            fdb,
            set_serial,
        }
    }

    /// Comes up with what was saved.
    pub fn restart(&mut self) {
        self.config = self.startup.started();
        (self.shown, self.reverting) = (None, None);
        self.powering.clear();
        if self.faults.has(&Fault::Renumbers) {
            self.layout.renumbered += RENUMBERED;
        }
    }

    /// Starts what a request that was carried out entails.
    pub fn wrote(&mut self, before: &Config, writes: &[Write], now_cs: u32) {
        for fault in self.faults.clone().iter() {
            match fault {
                Fault::ShowsLate(delay) => {
                    let shown = self.shown.take().map_or_else(|| before.clone(), |(shown, _)| shown);
                    self.shown = Some((shown, now_cs.saturating_add(*delay)));
                }
                Fault::Reverts(delay) if self.reverting.is_none() => {
                    self.reverting = Some((before.clone(), now_cs.saturating_add(*delay)));
                }
                Fault::SavesImplicitly if !self.config.saving.paused => self.save(),
                Fault::PowersSlowly(delay) => {
                    for port in writes.iter().filter_map(switched_on) {
                        self.powering.insert(port, now_cs.saturating_add(*delay));
                    }
                }
                _ => {}
            }
        }
    }

    /// Finishes what takes time; whether anything changed.
    pub fn tick(&mut self, now_cs: u32) -> bool {
        self.finish_delays(now_cs) | self.finish_apply(now_cs) | self.finish_copies(now_cs)
    }

    fn finish_apply(&mut self, now_cs: u32) -> bool {
        let fails = self.faults.has(&Fault::FailsToApply);
        let Some(succeeded) = self.config.edit.finish(fails, now_cs) else { return false };
        if succeeded {
            self.config.take_vlans();
            self.config.changed_cs = now_cs;
        }
        true
    }

    fn finish_copies(&mut self, now_cs: u32) -> bool {
        let fails = self.faults.has(&Fault::FailsToSave);
        let finished = self.config.saving.finish(fails, now_cs);
        for _ in 0..if fails { 0 } else { finished } {
            self.config.saved_cs = now_cs;
            self.save();
        }
        finished > 0
    }

    fn finish_delays(&mut self, now_cs: u32) -> bool {
        let waiting = self.powering.len();
        self.powering.retain(|_, due| *due > now_cs);
        let shown = self.shown.take_if(|(_, due)| *due <= now_cs).is_some();
        let reverted = self.reverting.take_if(|(_, due)| *due <= now_cs).map(|(config, _)| self.take_back(config)).is_some();
        waiting != self.powering.len() || shown || reverted
    }

    /// When the next thing ends by itself, in hundredths of a second.
    pub(crate) fn due_cs(&self) -> Option<u32> {
        let shown = self.shown.iter().map(|(_, due)| *due);
        let reverting = self.reverting.iter().map(|(_, due)| *due);
        shown
            .chain(reverting)
            .chain(self.config.saving.due_cs())
            .chain(self.powering.values().copied())
            .chain(self.config.edit.applied_cs)
            .min()
    }

    /// Goes back to an earlier configuration, but for the saves under way.
    fn take_back(&mut self, config: Config) {
        let copies = std::mem::take(&mut self.config.saving.copies);
        self.config = config;
        self.config.saving.copies = copies;
    }
}

const fn switched_on(write: &Write) -> Option<BridgePort> {
    match write {
        Write::PoeEnable(port, true) | Write::PoeMode(port, PoeMode::Auto | PoeMode::Static) => Some(*port),
        _ => None,
    }
}
