//! What becomes of readings.

use super::*;

const VOICE_VLAN: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 5, 1, 1, 1];

/// The readings are as without the fault: the plan is the same, and so is what comes of it.
async fn makes_no_difference(switch: &'static str, faults: &[Fault]) {
    let (plain, odd) = (Odd::with(switch, &[]).await, Odd::with(switch, faults).await);
    let planned = async |odd: &Odd| {
        let mut document = odd.run(&["plan", "--format", "json"]).await.exits(0).json();
        (document["steps"].take(), document["power"].take())
    };
    assert_eq!(planned(&plain).await, planned(&odd).await);
    odd.run(&["apply", "--yes"]).await.exits(0).says("changes done and read back.");
    plain.run(&["apply", "--yes"]).await.exits(0);
    let (plain, odd) = (plain.state().config, odd.state().config);
    assert_eq!((plain.vlans, plain.ports), (odd.vlans, odd.ports));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_would_be_too_big_are_asked_for_in_parts() {
    makes_no_difference(CLOSET, &[Fault::LargestAnswer(484)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_for_long_encrypted_answers_is_got_around() {
    makes_no_difference(FLOOR_2, &[Fault::LargestEncrypted(600)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_left_out_of_large_answers_are_not_missed() {
    makes_no_difference(CLOSET, &[Fault::SkipsAbove55]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn power_classes_that_are_one_too_high_are_put_right_and_said() {
    makes_no_difference(CLOSET, &[Fault::ClassOffByOne]).await;
    let classes = async |faults: &[Fault]| {
        let odd = Odd::with(CLOSET, faults).await;
        let said = odd.run_on_all(&["discover", "--switch", CLOSET, "--format", "json"]).await.exits(0).json();
        let rows = said["rows"].as_array().unwrap().clone();
        let classes: Vec<_> = rows.iter().filter_map(|row| row["poe"]["class"].as_u64()).collect();
        (classes, said["notes"].to_string())
    };
    let ((plain, quiet), (odd, told)) = (classes(&[]).await, classes(&[Fault::ClassOffByOne]).await);
    assert_eq!((&plain, plain.is_empty()), (&odd, false));
    assert!(!quiet.contains("classes"));
    assert!(told.contains("power classes are reported one too high (ports without a device show class 1)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_speaks_snmpv1_alone_is_read_and_written() {
    let odd = Odd::with(CLOSET, &[]).await;
    odd.user.write("lab.yaml", odd.lab.inventory_text().replace("snmp: v2c", "snmp: v1"));
    let before = odd.state();
    odd.run(&["apply", "--yes"]).await.exits(0).says("Run 1: 10 changes done and read back.");
    check_applied(&odd);
    odd.rollback().await.exits(0).says(ALL_BACK);
    check_back(&odd, &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_mibs_that_is_missing_costs_only_what_it_is_for() {
    let odd = Odd::with(FLOOR_2, &[Fault::Lacks(VOICE_VLAN)]).await;
    let said = odd.run(&["apply", "--yes", "--no-persist"]).await.exits(5);
    said.says("floor-2 Gi1/0/3 (phone 80:5e:c0:10:00:05): the switch does not tell its voice VLAN, so it is not changed")
        .says("Run 1: 4 changes done and read back, ")
        .says(" refused.");
    assert_eq!((odd.voice(3), odd.power(3)), (VoiceVlan::None, PoeMode::Auto));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_slower_than_the_time_out_costs_only_what_it_is_for() {
    let odd = Odd::with(FLOOR_2, &[Fault::Slow(VOICE_VLAN, Duration::from_secs(5))]).await;
    let said = odd.run(&["apply", "--yes", "--no-persist"]).await.exits(5);
    said.says("the switch does not tell its voice VLAN, so it is not changed")
        .says("Run 1: 4 changes done and read back, ")
        .says(" refused.");
    assert_eq!((odd.voice(3), odd.power(3)), (VoiceVlan::None, PoeMode::Auto));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_cannot_be_followed_is_told() {
    let odd = Odd::with(FLOOR_2, &[Fault::LosesClock]).await;
    let before = odd.state().config;
    let said = odd.run(&["apply", "--yes"]).await.exits(4);
    said.says("switch floor-2: its SNMPv3 clock and ours do not agree, even after asking again");
    assert_eq!(odd.state().config, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pse_row_that_two_ports_could_have_is_never_written() {
    let odd = Odd::with(FLOOR_2, &[Fault::AmbiguousPse]).await;
    let said = odd.run(&["apply", "--yes"]).await.exits(5);
    said.says(
        "floor-2 Gi1/0/3 (phone 80:5e:c0:10:00:05): no rule proves which PSE row is this port's: switch its power on by hand",
    )
    .says("Run 1: 7 changes done and read back, ")
    .says(" refused.");
    assert_eq!((odd.power(3), odd.power(4), odd.power(7)), (PoeMode::Disable, PoeMode::Auto, PoeMode::Auto));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_community_for_writing_is_told_from_a_switch_that_is_gone() {
    let odd = Odd::with(CLOSET, &[]).await;
    odd.user.write("lab.yaml", odd.lab.inventory_text().replace("value: closet-write", "value: mistyped"));
    let before = odd.state().config;
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("set dot1qVlanStaticRowStatus.20 = 4: no answer after 3 tries, though it answers what is read");
    assert_eq!(odd.state().config, before);
}
