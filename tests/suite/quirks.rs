//! What switches do wrong in the field: each is a fault of a simulated agent, and each is met by a whole run of the program, which must
//! leave the switch in the right state and say the right words.

use std::time::Duration;

use lab::layout::{CLOSET, FLOOR_2};
use lab::switch::fault::Fault;
use lab::switch::{config::PoeMode, state::Switch};
use lab::{Family, Lab, LabOptions};
use model::ids::{BridgePort, VlanId};
use model::switch::VoiceVlan;

use crate::cli::user::{Said, User};

mod answers;
mod edit_buffer;
mod families;
mod guards;
mod writes;

const ALL_BACK: &str = "Run 1: everything was put back and read back.";

/// A simulated site, one switch of which misbehaves, and somebody who works on that switch.
struct Odd {
    lab: Lab,
    user: User,
    switch: &'static str,
}

impl Odd {
    async fn with(switch: &'static str, faults: &[Fault]) -> Self {
        let faults = faults.to_vec();
        let prepare = move |state: &mut Switch| {
            for fault in &faults {
                state.faults.push(fault.clone());
            }
        };
        Self::prepared(switch, prepare).await
    }

    /// With a switch that was prepared.
    async fn prepared(switch: &'static str, prepare: impl Fn(&mut Switch) + Send + 'static) -> Self {
        Self::built(LabOptions { closet: Family::Standard, ..LabOptions::default() }, switch, prepare).await
    }

    /// With a closet whose switch is of this family, and was prepared.
    async fn of(family: Family, prepare: impl Fn(&mut Switch) + Send + 'static) -> Self {
        Self::built(LabOptions { closet: family, ..LabOptions::default() }, CLOSET, prepare).await
    }

    async fn built(options: LabOptions, switch: &'static str, prepare: impl Fn(&mut Switch) + Send + 'static) -> Self {
        let prepare_one = move |state: &mut Switch| {
            if state.layout.name == switch {
                prepare(state);
            }
        };
        let lab = Lab::start_with(options, prepare_one).await.unwrap();
        let user = User::new();
        user.write("lab.yaml", lab.inventory_text());
        Self { lab, user, switch }
    }

    /// Runs a command on the switch.
    async fn run(&self, arguments: &[&str]) -> Said {
        self.run_on_all(&[arguments, &["--switch", self.switch]].concat()).await
    }

    async fn rollback(&self) -> Said {
        self.run_on_all(&["rollback", "--yes"]).await
    }

    /// Runs a command on the site.
    async fn run_on_all(&self, arguments: &[&str]) -> Said {
        let mut command = self.user.command(["--inventory", "lab.yaml"]);
        command.args(arguments);
        tokio::task::spawn_blocking(move || crate::cli::user::finish(&mut command)).await.unwrap()
    }

    /// What the switch is like, whatever it says.
    fn state(&self) -> Switch {
        self.lab.switch(self.switch).unwrap()
    }

    fn power(&self, port: u32) -> PoeMode {
        self.state().config.ports[&BridgePort(port)].poe
    }

    fn voice(&self, port: u32) -> VoiceVlan {
        self.state().config.ports[&BridgePort(port)].voice
    }

    /// Whether the port is a tagged and an untagged member of a VLAN.
    fn member(&self, port: u32, vlan: u16) -> (bool, bool) {
        let state = self.state();
        let Some(vlan) = state.config.vlans.get(&vlan_id(vlan)) else { return (false, false) };
        let port = BridgePort(port);
        (vlan.egress.contains(&port) && !vlan.untagged.contains(&port), vlan.untagged.contains(&port))
    }
}

/// The closet as it is to be: the phones' ports tagged members of the voice VLAN, in the data VLAN, and powered.
#[track_caller]
fn check_applied(odd: &Odd) {
    assert_eq!([1, 2, 5, 9].map(|port| odd.member(port, 20)), [(true, false); 4]);
    check_data_and_power(odd);
}

#[track_caller]
fn check_data_and_power(odd: &Odd) {
    assert_eq!((odd.member(2, 10), odd.member(2, 1)), ((false, true), (false, false)));
    assert_eq!((odd.state().config.ports[&BridgePort(2)].pvid, odd.power(1)), (vlan_id(10), PoeMode::Auto));
}

#[track_caller]
fn check_back(odd: &Odd, before: &Switch) {
    let after = odd.state().config;
    assert_eq!((&after.vlans, &after.ports), (&before.config.vlans, &before.config.ports));
}

fn vlan_id(number: u16) -> VlanId {
    VlanId::new(number).unwrap()
}
