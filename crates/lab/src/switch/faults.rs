//! The faults of one simulated switch, with the memory they need, and what they make of a write. Pure.

use std::collections::BTreeSet;

use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;

use super::config::PoeMode;
use super::fault::Fault;
use super::voice::VoiceWrite;
use super::write::Write;

/// How one switch misbehaves, with the memory that needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    list: Vec<Fault>,
    enabled_ports: Vec<BridgePort>,
    replies_lost: BTreeSet<usize>,
    enables_seen: usize,
    reply_lost: bool,
    voice_port: Option<BridgePort>,
    /// SET requests so far.
    pub sets: usize,
}

/// What becomes of a write that is otherwise in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It is done and answered.
    Obey,
    /// It is answered with commitFailed.
    Refuse,
    /// It is done, and never answered.
    LoseReply,
    /// This is done in its place, and answered as if it had been obeyed.
    Instead(Write),
}

impl From<Vec<Fault>> for Faults {
    fn from(list: Vec<Fault>) -> Self {
        Self { list, ..Self::default() }
    }
}

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    pub fn remove(&mut self, fault: &Fault) {
        self.list.retain(|other| other != fault);
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn has(&self, fault: &Fault) -> bool {
        self.list.contains(fault)
    }

    /// What the first fault of some kind is set to.
    pub fn find<T>(&self, wanted: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.list.iter().find_map(wanted)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter()
    }

    /// Decides about one write that is about to be committed.
    pub fn effect_on(&mut self, write: &Write) -> Effect {
        let refused = self.find(|fault| match fault {
            Fault::RefusesVlan(vlan) => Some(*vlan),
            _ => None,
        });
        match write {
            Write::Pvid(_, vlan) | Write::Voice(VoiceWrite::Port(_, VoiceVlan::Vlan(vlan))) if refused == Some(*vlan) => {
                Effect::Refuse
            }
            Write::PoeEnable(port, true) | Write::PoeMode(port, PoeMode::Auto | PoeMode::Static) => self.effect_on_enable(*port),
            Write::Voice(VoiceWrite::Port(port, VoiceVlan::Vlan(wanted))) => self.effect_on_voice(*port, *wanted),
            _ => Effect::Obey,
        }
    }

    /// Whether the answer to a write of this object is lost.
    pub fn loses_reply(&mut self, object: &[u32]) -> bool {
        let loses = self.list.iter().any(|fault| matches!(fault, Fault::LosesReply(lost) if object.starts_with(lost)));
        loses && !std::mem::replace(&mut self.reply_lost, true)
    }

    fn effect_on_enable(&mut self, port: BridgePort) -> Effect {
        if !self.enabled_ports.contains(&port) {
            self.enabled_ports.push(port);
        }
        let refused = self.find(|fault| match fault {
            Fault::RefusesEnable(nth) => Some(*nth),
            _ => None,
        });
        if refused.is_some_and(|nth| self.enabled_ports.get(nth.saturating_sub(1)) == Some(&port)) {
            return Effect::Refuse;
        }
        self.enables_seen += 1;
        let lost = self.find(|fault| match fault {
            Fault::LosesEnableReply(nth) => Some(*nth),
            _ => None,
        });
        match lost {
            Some(nth) if nth == self.enables_seen && self.replies_lost.insert(nth) => Effect::LoseReply,
            _ => Effect::Obey,
        }
    }

    fn effect_on_voice(&mut self, port: BridgePort, wanted: VlanId) -> Effect {
        let stored = self.find(|fault| match fault {
            Fault::StoresVoiceVlan(vlan) => Some(*vlan),
            _ => None,
        });
        match stored {
            Some(stored) if stored != wanted && *self.voice_port.get_or_insert(port) == port => {
                Effect::Instead(Write::Voice(VoiceWrite::Port(port, VoiceVlan::Vlan(stored))))
            }
            _ => Effect::Obey,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stays_with_its_port() {
        let mut faults = Faults::from(vec![Fault::RefusesEnable(2)]);
        let mut enable = |port| faults.effect_on(&Write::PoeEnable(BridgePort(port), true));
        assert_eq!([enable(3), enable(7), enable(9), enable(7)], [Effect::Obey, Effect::Refuse, Effect::Obey, Effect::Refuse]);
    }

    #[test]
    fn only_the_first_port_gets_the_wrong_voice_vlan() {
        let vlan = |number| VoiceVlan::Vlan(VlanId::new(number).unwrap());
        let mut faults = Faults::from(vec![Fault::StoresVoiceVlan(VlanId::new(30).unwrap())]);
        let voice = |port, vlan| Write::Voice(VoiceWrite::Port(BridgePort(port), vlan));
        assert_eq!(faults.effect_on(&voice(3, vlan(20))), Effect::Instead(voice(3, vlan(30))));
        assert_eq!(faults.effect_on(&voice(4, vlan(20))), Effect::Obey);
        assert_eq!(faults.effect_on(&voice(3, VoiceVlan::None)), Effect::Obey);
    }
}
