//! Whole runs on a switch of each family, each with what its kind is known for.

use std::collections::BTreeSet;

use lab::switch::saving::Progress;
use lab::switch::voice::{SwitchVoice, VoiceMode};
use model::switch::{PoePriority, PortMode};
use model::units::Milliwatts;

use super::*;

/// Everything is applied and saved, phones are told the voice VLAN, and everything is put back and saved.
async fn there_and_back(family: Family, done: &str, look: impl Fn(&Odd)) -> Odd {
    let odd = Odd::of(family, |_| {}).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(0);
    said.says(done).says("closet: saved");
    check_data_and_power(&odd);
    let after = odd.state();
    assert_eq!([1, 2, 5, 9].map(|port| after.advertised_voice_vlan(BridgePort(port))), [Some(vlan_id(20)); 4]);
    check_saved(&after);
    look(&odd);
    odd.run(&["plan"]).await.exits(0).says("Plan: nothing to change.");
    odd.rollback().await.exits(0).says(ALL_BACK);
    check_back(&odd, &before);
    let back = odd.state();
    assert_eq!(back.config.voice, before.config.voice);
    check_saved(&back);
    odd
}

/// What is in force comes up after a restart too.
#[track_caller]
fn check_saved(switch: &Switch) {
    let (running, startup) = (&switch.config, &switch.startup);
    assert_eq!((&running.vlans, &running.ports, &running.voice), (&startup.vlans, &startup.ports, &startup.voice));
}

#[tokio::test(flavor = "multi_thread")]
async fn aruba_os_marks_its_vlan_for_voice_and_saves_once() {
    let look = |odd: &Odd| {
        check_applied(odd);
        let state = odd.state();
        assert!(state.config.vlans[&vlan_id(20)].voice);
        // paused during the run: one for the run, and one when every write is saved by itself again
        assert_eq!((state.saves, state.config.saving.paused), (2, false));
        assert!(state.faults.sets > 10, "{} requests", state.faults.sets);
    };
    there_and_back(Family::ArubaOs, "Run 1: 11 changes done and read back.", look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aruba_os_saves_by_itself_again_also_after_a_run_that_failed() {
    let odd = Odd::of(Family::ArubaOs, |state| state.faults.push(Fault::RefusesEnable(1))).await;
    let before = odd.state();
    odd.run(&["apply", "--yes"]).await.exits(6).says("failed, everything was put back and read back");
    check_back(&odd, &before);
    check_saved(&odd.state());
    assert!(!odd.state().config.saving.paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn aruba_os_saves_by_itself_again_also_after_the_program_was_killed() {
    let odd = Odd::of(Family::ArubaOs, |_| {}).await;
    let before = odd.state();
    let mut running = odd.user.command(["--inventory", "lab.yaml", "apply", "--yes", "--switch", CLOSET]).spawn().unwrap();
    odd.lab.wait_until(CLOSET, |switch| switch.config.saving.paused).await;
    running.kill().unwrap();
    running.wait().unwrap();
    odd.rollback().await.exits(0).says(ALL_BACK);
    check_back(&odd, &before);
    assert!(!odd.state().config.saving.paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn aruba_os_that_was_told_not_to_save_by_itself_is_left_so() {
    let odd = Odd::of(Family::ArubaOs, |state| state.config.saving.paused = true).await;
    odd.run(&["apply", "--yes"]).await.exits(0).says("closet: saved");
    assert_eq!((odd.state().saves, odd.state().config.saving.paused), (1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn fastpath_gives_ports_their_voice_vlan_and_turns_its_function_on() {
    let voice = |odd: &Odd| {
        let ports = odd.state().config.ports;
        let voice = |port| (ports[&BridgePort(port)].voice_mode, ports[&BridgePort(port)].voice);
        assert_eq!([1, 2, 5, 9].map(voice), [(VoiceMode::VlanId, VoiceVlan::Vlan(vlan_id(20))); 4]);
        assert_eq!(odd.state().config.voice.function, 1);
        assert_eq!(odd.state().config.saving.copies[&0].progress(), Progress::Done);
    };
    there_and_back(Family::Fastpath, "Run 1: 11 changes done and read back.", voice).await;
    there_and_back(Family::EdgeSwitch, "Run 1: 11 changes done and read back.", voice).await;
    there_and_back(Family::DellN, "Run 1: 9 changes done and read back.", voice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fastpath_save_that_fails_is_told() {
    let odd = Odd::of(Family::Fastpath, |state| state.faults.push(Fault::FailsToSave)).await;
    let said = odd.run(&["apply", "--yes"]).await.exits(4);
    said.says("agentSaveConfigStatus").says("but not saved: a restart of the switch undoes them.");
}

#[tokio::test(flavor = "multi_thread")]
async fn comware_keeps_the_untagged_vlan_that_its_mode_resets() {
    let look = |odd: &Odd| {
        check_applied(odd);
        let state = odd.state();
        let wanted = SwitchVoice { vlan: Some(vlan_id(20)), ports: [1, 2, 5, 9].map(BridgePort).into(), ..SwitchVoice::default() };
        assert_eq!(state.config.voice, wanted);
        for port in [1, 2, 5, 9] {
            let own = state.config.ports[&BridgePort(port)].switchport.clone().unwrap();
            assert_eq!((own.mode, own.native), (PortMode::Trunk, vlan_id(10)));
            assert_eq!(own.allowed, BTreeSet::from([vlan_id(10), vlan_id(20)]), "VLAN 1 does not pass");
        }
        assert!(state.config.saving.copies.is_empty(), "the row is given back");
    };
    there_and_back(Family::Comware, "Run 1: 17 changes done and read back.", look).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comware_with_another_voice_vlan_in_use_is_not_taken_over() {
    let theirs = |state: &mut Switch| {
        let voice = &mut state.config.voice;
        (voice.vlan, voice.ports) = (Some(vlan_id(10)), [12].map(BridgePort).into());
    };
    let odd = Odd::of(Family::Comware, theirs).await;
    let before = odd.state();
    odd.run(&["apply", "--yes", "--no-persist"]).await.exits(5).says("voice VLAN");
    assert_eq!(odd.state().config.voice, before.config.voice);
}

#[tokio::test(flavor = "multi_thread")]
async fn small_business_makes_trunks_that_carry_nothing_else() {
    let look = |odd: &Odd| {
        check_applied(odd);
        let state = odd.state();
        assert_eq!((state.config.voice.vlan, state.config.voice.function), (Some(vlan_id(20)), 1));
        for port in [1, 2, 5, 9] {
            let own = state.config.ports[&BridgePort(port)].switchport.clone().unwrap();
            assert_eq!((own.mode, own.native, own.access), (PortMode::Trunk, vlan_id(10), vlan_id(10)));
            assert_eq!(own.allowed, BTreeSet::from([vlan_id(10), vlan_id(20)]));
        }
    };
    let odd = there_and_back(Family::SmallBusiness, "Run 1: 18 changes done and read back.", look).await;
    let all: BTreeSet<VlanId> = (1..=4094).filter_map(VlanId::new).collect();
    assert_eq!(odd.state().config.ports[&BridgePort(1)].switchport.as_ref().unwrap().allowed, all, "as the factory made it");
}

#[tokio::test(flavor = "multi_thread")]
async fn priority_and_limit_are_set_with_what_they_need_and_put_back() {
    // how the port is counted afterwards, in the number of the family's object
    let families = [
        (Family::Catalyst, 1),
        (Family::ArubaOs, 3),
        (Family::Fastpath, 2),
        (Family::DellN, 2),
        (Family::Comware, 1),
        (Family::SmallBusiness, 1),
    ];
    for (family, counted) in families {
        let odd = Odd::of(family, |_| {}).await;
        let phone = "  - mac: 00:15:65:10:00:01\n";
        let text = odd.lab.inventory_text().replace(phone, &format!("{phone}    poe_priority: high\n    poe_limit_w: 15\n"));
        odd.user.write("lab.yaml", text);
        let before = odd.state();
        odd.run(&["apply", "--yes"]).await.exits(0).says("closet: saved");
        let port = odd.state().config.ports[&BridgePort(1)].clone();
        let set = (port.priority, port.limit, port.allocated_by, port.poe);
        assert_eq!(set, (PoePriority::High, Milliwatts::from_watts(15), counted, PoeMode::Auto), "{family:?}");
        odd.rollback().await.exits(0).says(ALL_BACK);
        check_back(&odd, &before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_the_end_puts_everything_back_on_every_family() {
    for family in Family::ALL {
        let odd = Odd::of(family, |state| state.faults.push(Fault::RefusesEnable(2))).await;
        let before = odd.state();
        odd.run(&["apply", "--yes"]).await.exits(6).says("failed, everything was put back and read back");
        check_back(&odd, &before);
        assert_eq!(odd.state().config.voice, before.config.voice, "{family:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_late_is_awaited_on_every_family() {
    for family in Family::ALL {
        let odd = Odd::of(family, |state| state.faults.push(Fault::ShowsLate(5))).await;
        let before = odd.state();
        odd.run(&["apply", "--yes", "--no-persist"]).await.exits(0).says("changes done and read back.");
        let after = odd.state();
        assert_eq!([1, 2, 5, 9].map(|port| after.advertised_voice_vlan(BridgePort(port))), [Some(vlan_id(20)); 4], "{family:?}");
        assert_eq!((after.config.ports[&BridgePort(2)].pvid, odd.power(1)), (vlan_id(10), PoeMode::Auto), "{family:?}");
        odd.rollback().await.exits(0).says(ALL_BACK);
        check_back(&odd, &before);
    }
}

/// none(1) and disable(5) are both no voice VLAN.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_for_no_voice_vlan_comes_back_as_it_was() {
    let prepare = |state: &mut Switch| {
        for port in [1, 5] {
            state.config.ports.get_mut(&BridgePort(port)).unwrap().voice_mode = VoiceMode::None;
            state.startup.ports.get_mut(&BridgePort(port)).unwrap().voice_mode = VoiceMode::None;
        }
    };
    for family in [Family::Fastpath, Family::DellN, Family::EdgeSwitch] {
        let odd = Odd::of(family, prepare).await;
        let before = odd.state();
        odd.run(&["apply", "--yes"]).await.exits(0);
        assert_eq!(odd.state().config.ports[&BridgePort(1)].voice_mode, VoiceMode::VlanId);
        odd.rollback().await.exits(0).says(ALL_BACK);
        let modes = |switch: &Switch| switch.config.ports.values().map(|port| port.voice_mode).collect::<Vec<_>>();
        assert_eq!(modes(&odd.state()), modes(&before), "{family:?}");
        check_saved(&odd.state());
    }
}
