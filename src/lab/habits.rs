//! What a simulated switch does in the course of time: it saves, restarts, shows late what was written, or takes it back. Pure.

use std::collections::BTreeMap;

use super::fault::Quirks;
use super::layout::Layout;
use super::quirk::Quirk;
use super::saves::Copy;
use super::state::{Config, Plug, PoeMode, Switch, Write};
use model::ids::{BridgePort, VlanId};

/// What a restart with [`Quirk::Renumbers`] adds to every ifIndex.
const RENUMBERED: u32 = 1000;

impl Switch {
    /// A switch with the habits of its family, this configuration saved.
    #[must_use]
    pub fn new(layout: Layout, config: Config, plugs: BTreeMap<BridgePort, Plug>) -> Self {
        let startup = config.clone();
        let (quirks, powering) = (Quirks::from(layout.family.habits()), BTreeMap::new());
        Self { layout, config, plugs, quirks, startup, saves: 0, shown: None, reverting: None, powering }
    }

    /// Comes up with what was saved.
    pub fn restart(&mut self) {
        self.config = self.startup.started();
        (self.shown, self.reverting) = (None, None);
        self.powering.clear();
        if self.quirks.has(&Quirk::Renumbers) {
            self.layout.renumbered += RENUMBERED;
        }
    }

    /// Starts what a request that was carried out entails.
    pub fn wrote(&mut self, before: &Config, writes: &[Write], now_cs: u32) {
        for quirk in self.quirks.clone().iter() {
            match quirk {
                Quirk::ShowsLate(delay) => {
                    let shown = self.shown.take().map_or_else(|| before.clone(), |(shown, _)| shown);
                    self.shown = Some((shown, now_cs.saturating_add(*delay)));
                }
                Quirk::Reverts(delay) if self.reverting.is_none() => {
                    self.reverting = Some((before.clone(), now_cs.saturating_add(*delay)));
                }
                Quirk::SavesImplicitly if !self.config.saves_paused => self.save(),
                Quirk::PowersSlowly(delay) => {
                    for port in writes.iter().filter_map(switched_on) {
                        self.powering.insert(port, now_cs.saturating_add(*delay));
                    }
                }
                _ => {}
            }
        }
    }

    /// Ends what is due; whether anything changed.
    pub(super) fn settle(&mut self, now_cs: u32) -> bool {
        let waiting = self.powering.len();
        self.powering.retain(|_, due| *due > now_cs);
        let shown = self.shown.take_if(|(_, due)| *due <= now_cs).is_some();
        let reverted = self.reverting.take_if(|(_, due)| *due <= now_cs).map(|(config, _)| self.take_back(config)).is_some();
        waiting != self.powering.len() || shown || reverted
    }

    /// When the next thing ends by itself, in hundredths of a second.
    pub(super) fn due_cs(&self) -> Option<u32> {
        let shown = self.shown.iter().map(|(_, due)| *due);
        let reverting = self.reverting.iter().map(|(_, due)| *due);
        let copies = self.config.copies.values().filter_map(Copy::due_cs);
        shown.chain(reverting).chain(copies).chain(self.powering.values().copied()).chain(self.config.edit.applied_cs).min()
    }

    /// Goes back to an earlier configuration, but for the saves under way.
    fn take_back(&mut self, config: Config) {
        let copies = std::mem::take(&mut self.config.copies);
        self.config = Config { copies, ..config };
    }
}

impl Config {
    /// Moves a port's untagged membership and leaves it in the old VLAN, tagged.
    pub(super) fn move_untagged(&mut self, port: BridgePort, old: VlanId, new: VlanId) {
        if let Some(vlan) = self.vlans.get_mut(&old) {
            vlan.untagged.remove(&port);
        }
        if let Some(vlan) = self.vlans.get_mut(&new) {
            vlan.egress.insert(port);
            vlan.untagged.insert(port);
        }
    }

    /// Whether a write would make a port an untagged member of a second VLAN.
    pub(super) fn has_second_untagged(&self, write: &Write) -> bool {
        let Write::Untagged(vlan, ports) = write else { return false };
        let others = self.vlans.iter().filter(|(other, _)| *other != vlan);
        others.into_iter().any(|(_, other)| !other.untagged.is_disjoint(ports))
    }
}

const fn switched_on(write: &Write) -> Option<BridgePort> {
    match write {
        Write::PoeEnable(port, true) | Write::PoeMode(port, PoeMode::Auto | PoeMode::Static) => Some(*port),
        _ => None,
    }
}
