//! What goes wrong at the simulated site as a whole, by the name of `--fault`, and which faults that gives each switch. Pure.

use std::fmt;
use std::str::FromStr;

use model::ids::{Invalid, VlanId, by_name};
use model::units::Milliwatts;

use super::fault::Fault;
use super::layout;

/// One thing that goes wrong at the simulated site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// A switch answers commitFailed when power is to be switched on at its second port.
    RefuseSet,
    /// A switch applies a write, but the answer is lost, and so are the answers to its retransmissions.
    LoseReply,
    /// The supplies are far too small for the phones.
    OverBudget,
    /// A switch acknowledges the voice VLAN of one port and stores another.
    WrongVlan,
}

impl Scenario {
    /// All of them, in the order in which they are listed.
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

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scenario {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        by_name(text, "a fault of the lab", &Self::ALL, Self::name)
    }
}

impl Scenario {
    /// The fault that the switch `name` has in it.
    #[must_use]
    pub fn fault_of(self, name: &str) -> Option<Fault> {
        match (self, name) {
            (Self::RefuseSet, layout::FLOOR_2) => Some(Fault::RefusesEnable(2)),
            (Self::LoseReply, layout::CLOSET) => Some(Fault::LosesEnableReply(1)),
            (Self::WrongVlan, layout::FLOOR_2) => VlanId::new(30).map(Fault::StoresVoiceVlan),
            (Self::OverBudget, layout::CLOSET) => Some(Fault::Budget(Milliwatts::from_watts(32))),
            (Self::OverBudget, layout::FLOOR_2) => Some(Fault::Budget(Milliwatts::from_watts(10))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_read_by_its_name() {
        for scenario in Scenario::ALL {
            assert_eq!(scenario.name().parse::<Scenario>(), Ok(scenario));
        }
        assert!("fire".parse::<Scenario>().unwrap_err().to_string().contains("refuse-set, lose-reply"));
    }
}
