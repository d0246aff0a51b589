//! What a simulated switch does wrong on purpose, as data, and when it does it. Pure.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use model::ids::{BridgePort, Invalid, VlanId, by_name};
use model::switch::VoiceVlan;
use model::units::Milliwatts;

use super::layout;
use super::quirk::Quirk;
use super::state::{PoeMode, Write};
use super::voice::VoiceWrite;

/// One thing that goes wrong at the simulated site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A switch answers commitFailed when power is to be switched on at its second port.
    RefuseSet,
    /// A switch applies a write, but the answer is lost, and so are the answers to its retransmissions.
    LoseReply,
    /// The supplies are far too small for the phones.
    OverBudget,
    /// A switch acknowledges the voice VLAN of one port and stores another.
    WrongVlan,
}

impl Fault {
    /// Every fault, in the order of their names' table.
    pub const ALL: [Self; 4] = [Self::RefuseSet, Self::LoseReply, Self::OverBudget, Self::WrongVlan];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefuseSet => "refuse-set",
            Self::LoseReply => "lose-reply",
            Self::OverBudget => "over-budget",
            Self::WrongVlan => "wrong-vlan",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        by_name(text, "a fault of the lab", &Self::ALL, Self::name)
    }
}

/// How one switch misbehaves, with the memory that needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quirks {
    list: Vec<Quirk>,
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
pub enum Treatment {
    /// It is done and answered.
    Obey,
    /// It is answered with commitFailed.
    Refuse,
    /// It is done, and never answered.
    LoseReply,
    /// This is done in its place, and answered as if it had been obeyed.
    Instead(Write),
}

impl From<Vec<Quirk>> for Quirks {
    fn from(list: Vec<Quirk>) -> Self {
        Self { list, ..Self::default() }
    }
}

impl Quirks {
    /// Adds those of the switch `name` under `fault`.
    pub fn under(&mut self, fault: Option<Fault>, name: &str) {
        self.list.extend(match (fault, name) {
            (Some(Fault::RefuseSet), layout::FLOOR_2) => Some(Quirk::RefusesEnable(2)),
            (Some(Fault::LoseReply), layout::CLOSET) => Some(Quirk::LosesEnableReply(1)),
            (Some(Fault::WrongVlan), layout::FLOOR_2) => VlanId::new(30).map(Quirk::StoresVoiceVlan),
            (Some(Fault::OverBudget), layout::CLOSET) => Some(Quirk::Budget(Milliwatts::from_watts(32))),
            (Some(Fault::OverBudget), layout::FLOOR_2) => Some(Quirk::Budget(Milliwatts::from_watts(10))),
            _ => None,
        });
    }

    /// Adds one.
    pub fn push(&mut self, quirk: Quirk) {
        self.list.push(quirk);
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn has(&self, quirk: &Quirk) -> bool {
        self.list.contains(quirk)
    }

    /// What the first quirk of some kind is set to.
    pub fn find<T>(&self, wanted: impl Fn(&Quirk) -> Option<T>) -> Option<T> {
        self.list.iter().find_map(wanted)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Quirk> {
        self.list.iter()
    }

    /// Decides about one write that is about to be committed.
    pub fn treat(&mut self, write: &Write) -> Treatment {
        let refused = self.find(|quirk| match quirk {
            Quirk::RefusesVlan(vlan) => Some(*vlan),
            _ => None,
        });
        match write {
            Write::Pvid(_, vlan) | Write::Voice(VoiceWrite::Port(_, VoiceVlan::Vlan(vlan))) if refused == Some(*vlan) => {
                Treatment::Refuse
            }
            Write::PoeEnable(port, true) | Write::PoeMode(port, PoeMode::Auto | PoeMode::Static) => self.treat_enable(*port),
            Write::Voice(VoiceWrite::Port(port, VoiceVlan::Vlan(wanted))) => self.treat_voice(*port, *wanted),
            _ => Treatment::Obey,
        }
    }

    /// Whether the answer to a write of this object is lost.
    pub fn loses_reply(&mut self, object: &[u32]) -> bool {
        let loses = self.list.iter().any(|quirk| matches!(quirk, Quirk::LosesReply(lost) if object.starts_with(lost)));
        loses && !std::mem::replace(&mut self.reply_lost, true)
    }

    fn treat_enable(&mut self, port: BridgePort) -> Treatment {
        if !self.enabled_ports.contains(&port) {
            self.enabled_ports.push(port);
        }
        let refused = self.find(|quirk| match quirk {
            Quirk::RefusesEnable(nth) => Some(*nth),
            _ => None,
        });
        if refused.is_some_and(|nth| self.enabled_ports.get(nth.saturating_sub(1)) == Some(&port)) {
            return Treatment::Refuse;
        }
        self.enables_seen += 1;
        let lost = self.find(|quirk| match quirk {
            Quirk::LosesEnableReply(nth) => Some(*nth),
            _ => None,
        });
        match lost {
            Some(nth) if nth == self.enables_seen && self.replies_lost.insert(nth) => Treatment::LoseReply,
            _ => Treatment::Obey,
        }
    }

    fn treat_voice(&mut self, port: BridgePort, wanted: VlanId) -> Treatment {
        let stored = self.find(|quirk| match quirk {
            Quirk::StoresVoiceVlan(vlan) => Some(*vlan),
            _ => None,
        });
        match stored {
            Some(stored) if stored != wanted && *self.voice_port.get_or_insert(port) == port => {
                Treatment::Instead(Write::Voice(VoiceWrite::Port(port, VoiceVlan::Vlan(stored))))
            }
            _ => Treatment::Obey,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_by_its_name() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse::<Fault>(), Ok(fault));
        }
        assert!("fire".parse::<Fault>().unwrap_err().to_string().contains("refuse-set, lose-reply"));
    }

    #[test]
    fn a_refusal_stays_with_its_port() {
        let mut quirks = Quirks::from(vec![Quirk::RefusesEnable(2)]);
        let mut enable = |port| quirks.treat(&Write::PoeEnable(BridgePort(port), true));
        assert_eq!(
            [enable(3), enable(7), enable(9), enable(7)],
            [Treatment::Obey, Treatment::Refuse, Treatment::Obey, Treatment::Refuse]
        );
    }

    #[test]
    fn only_the_first_port_gets_the_wrong_voice_vlan() {
        let vlan = |number| VoiceVlan::Vlan(VlanId::new(number).unwrap());
        let mut quirks = Quirks::from(vec![Quirk::StoresVoiceVlan(VlanId::new(30).unwrap())]);
        let voice = |port, vlan| Write::Voice(VoiceWrite::Port(BridgePort(port), vlan));
        assert_eq!(quirks.treat(&voice(3, vlan(20))), Treatment::Instead(voice(3, vlan(30))));
        assert_eq!(quirks.treat(&voice(4, vlan(20))), Treatment::Obey);
        assert_eq!(quirks.treat(&voice(3, VoiceVlan::None)), Treatment::Obey);
    }
}
