//! What becomes of writes.

use super::*;

const ALL_DONE: &str = "Run 1: 10 changes done and read back.";
async fn there_and_back(faults: &[Fault]) -> Odd {
    let odd = Odd::with(CLOSET, faults).await;
    let before = odd.state();
    odd.run(&["apply", "--yes"]).await.exits(0).says(ALL_DONE);
    check_applied(&odd);
    odd.rollback().await.exits(0).says(ALL_BACK);
    check_back(&odd, &before);
    odd
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_applies_the_first_binding_only() {
    there_and_back(&[Fault::AppliesFirstOnly]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_though_it_was_applied_is_judged_by_what_is_read_back() {
    let odd = Odd::with(FLOOR_2, &[Fault::ErrorThoughApplied]).await;
    let said = odd.run(&["apply", "--yes"]).await.exits(0);
    let said = said.says(
        "done, though the switch said otherwise: switch floor-2 (port Gi1/0/3): set vmVoiceVlanId.10103 = 20: refused (genErr)",
    );
    said.says("Run 1: 8 changes done and read back.");
    assert_eq!(odd.state().startup.ports, odd.state().config.ports);
    assert_eq!((odd.voice(3), odd.voice(4), odd.power(3)), (voice(20), voice(20), PoeMode::Auto));
    odd.rollback().await.exits(0).says(ALL_BACK);
    assert_eq!((odd.voice(3), odd.voice(4), odd.power(3)), (VoiceVlan::None, voice(30), PoeMode::Disable));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_vlan_is_told_with_object_value_and_status() {
    let odd = Odd::with(FLOOR_2, &[Fault::RefusesVlan(vlan_id(20))]).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("set vmVoiceVlanId.10103 = 20: refused (commitFailed)").says("failed, everything was put back and read back");
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_late_is_awaited() {
    there_and_back(&[Fault::ShowsLate(20)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_object_that_acknowledges_is_found_out() {
    const VOICE_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 5, 1, 1, 1];
    let odd = Odd::with(FLOOR_2, &[Fault::KeepsValue(VOICE_VLAN)]).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("the switch accepted the write, but the value did not change").says("failed, everything was put back and read back");
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pvid_that_leaves_the_old_vlan_tagged_is_cleaned_up() {
    there_and_back(&[Fault::PvidLeavesTagged]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_untagged_vlan_that_is_refused_leaves_everything_as_it_was() {
    let odd = Odd::with(CLOSET, &[Fault::OneUntagged]).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("failed, everything was put back and read back (step 3 failed: closet 1/2: member of VLAN 10: no → untagged: read back tagged instead of what was written (switch closet (port 1/2): ");
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_for_the_largest_stack_keep_their_length() {
    there_and_back(&[Fault::PaddedLists(32)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_in_text_are_written_in_text_also_where_they_were_empty() {
    there_and_back(&[Fault::DecimalLists]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_with_reversed_bits_are_found_out_and_not_written() {
    let odd = Odd::with(CLOSET, &[Fault::ReversedLists]).await;
    let before = odd.state();
    let said = odd.run(&["plan"]).await.exits(5);
    said.says("its port lists have their bits the other way round than the profile says: they are not written");
    odd.run(&["apply", "--yes"]).await.exits(5).says("VLAN membership is read-only on this switch");
    let pvids = |switch: &Switch| switch.config.ports.values().map(|port| port.pvid).collect::<Vec<_>>();
    assert_eq!((&odd.state().config.vlans, pvids(&odd.state())), (&before.config.vlans, pvids(&before)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_saves_by_itself_is_told_of_as_it_is() {
    let odd = there_and_back(&[Fault::SavesImplicitly]).await;
    let state = odd.state();
    assert_eq!(usize::try_from(state.saves).unwrap(), state.faults.sets);
    assert_eq!((&state.startup.vlans, &state.startup.ports), (&state.config.vlans, &state.config.ports));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_fails_is_told_with_its_cause() {
    let odd = Odd::with(FLOOR_2, &[Fault::FailsToSave]).await;
    let said = odd.run(&["apply", "--yes"]).await.exits(4);
    said.says("refused (failed: noConfig)").says("Run 1: 8 changes done, but not saved: a restart of the switch undoes them.");
    assert_eq!((odd.voice(3), odd.state().saves), (voice(20), 0));
    odd.rollback().await.exits(0).says(ALL_BACK);
    assert_eq!(odd.voice(3), VoiceVlan::None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_stops_the_run() {
    let odd = Odd::with(FLOOR_2, &[Fault::RestartsAt(2), Fault::Renumbers]).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("switch floor-2 restarted meanwhile: what it had not saved is gone").says("everything was put back and read back");
    check_back(&odd, &before);
    // its interfaces have other numbers now, which a new run learns
    odd.run(&["apply", "--yes"]).await.exits(0).says("Run 2: 8 changes done and read back.");
    assert_eq!((odd.voice(3), odd.voice(4), odd.power(3)), (voice(20), voice(20), PoeMode::Auto));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restart_took_with_it_counts_as_put_back() {
    let odd = Odd::with(CLOSET, &[Fault::RestartsAt(3)]).await;
    let before = odd.state();
    odd.run(&["apply", "--yes"]).await.exits(6).says("switch closet restarted meanwhile: what it had not saved is gone");
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_never_begins_is_given_up() {
    let odd = Odd::with(FLOOR_2, &[Fault::AppliesFirstOnly]).await;
    let said = odd.run(&["apply", "--yes"]).await.exits(4);
    said.says("the switch did not begin to save").says("done, but not saved: a restart of the switch undoes them.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_of_a_voice_vlan_come_back_as_they_were() {
    let values = [VoiceVlan::PriorityTagged, VoiceVlan::Untagged, VoiceVlan::None, voice(30)];
    let ports = [3, 4, 7, 12];
    let odd = Odd::prepared(FLOOR_2, move |state| {
        for (port, value) in ports.into_iter().zip(values) {
            for config in [&mut state.config.ports, &mut state.startup.ports] {
                config.get_mut(&BridgePort(port)).unwrap().voice = value;
            }
        }
    })
    .await;
    let before = odd.state();
    let plan = odd.run(&["plan"]).await.exits(0);
    let shown = ["priority-tagged → 20", "untagged → 20", "none → 20", "30 → 20"];
    for (port, shown) in ports.into_iter().zip(shown) {
        let row = plan.stdout.lines().find(|line| line.contains(&format!("Gi1/0/{port} ")) && line.contains("voice VLAN: "));
        assert!(row.is_some_and(|row| row.contains(&format!("voice VLAN: {shown}"))), "{port}: {plan}");
    }
    odd.run(&["apply", "--yes"]).await.exits(0).says("changes done and read back");
    assert_eq!(ports.map(|port| odd.voice(port)), [voice(20); 4]);
    assert_eq!(odd.state().startup.ports, odd.state().config.ports);
    odd.rollback().await.exits(0).says(ALL_BACK);
    assert_eq!(ports.map(|port| odd.voice(port)), values);
    check_back(&odd, &before);
    assert_eq!(odd.state().startup.ports, before.startup.ports);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supply_that_tells_milliwatts_for_watts_is_understood() {
    let of = async |faults: &[Fault]| {
        let odd = Odd::with(CLOSET, faults).await;
        let groups = odd.run_on_all(&["power", "--format", "json"]).await.exits(0).json()["groups"].clone();
        groups.as_array().unwrap().iter().find(|group| group["switch"] == CLOSET).unwrap().clone()
    };
    assert_eq!(of(&[Fault::MilliwattsForWatts]).await["budget_mw"], of(&[]).await["budget_mw"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn power_that_comes_slowly_is_no_failure() {
    let odd = Odd::with(FLOOR_2, &[Fault::PowersSlowly(1_000_000)]).await;
    odd.run(&["apply", "--yes", "--no-persist"]).await.exits(0).says("Run 1: 8 changes done and read back.");
    assert_eq!((odd.power(3), odd.state().delivers(BridgePort(3))), (PoeMode::Auto, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_switch_takes_back_is_found_by_verify() {
    let odd = Odd::with(FLOOR_2, &[Fault::Reverts(150)]).await;
    let before = odd.state();
    odd.run(&["apply", "--yes", "--no-persist"]).await.exits(0).says("Run 1: 8 changes done and read back.");
    odd.lab.wait_until(FLOOR_2, |switch| switch.config.ports[&BridgePort(3)].voice == VoiceVlan::None).await;
    check_back(&odd, &before);
    odd.run_on_all(&["verify"]).await.exits(5);
}

fn voice(number: u16) -> VoiceVlan {
    VoiceVlan::Vlan(vlan_id(number))
}
