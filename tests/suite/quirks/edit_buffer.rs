//! VLANs of a Catalyst, which are created in a buffer that one manager at a time has.

use lab::switch::edit_buffer::{ApplyStatus, EditBuffer};

use super::*;

/// A Catalyst without the voice VLAN.
async fn without_vlan(prepare: impl Fn(&mut Switch) + Send + 'static) -> Odd {
    let odd = Odd::prepared(FLOOR_2, move |state| {
        state.config.vlans.remove(&vlan_id(20));
        state.startup = state.config.clone();
        prepare(state);
    });
    odd.await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_voice_vlan_is_created_applied_and_removed_again() {
    let odd = without_vlan(|_| {}).await;
    let before = odd.state();
    odd.run(&["plan"]).await.exits(0).says("VLAN 20 (voice): absent → present");
    odd.run(&["apply", "--yes"]).await.exits(0).says("Run 1: 9 changes done and read back.");
    let after = odd.state();
    assert_eq!((odd.voice(3), after.config.vlans[&vlan_id(20)].name.as_str()), (VoiceVlan::Vlan(vlan_id(20)), "voice"));
    assert_eq!(after.config.edit, EditBuffer::default(), "the buffer is given back");
    assert_eq!((&after.startup.vlans, &after.startup.ports), (&after.config.vlans, &after.config.ports));
    odd.rollback().await.exits(0).says("Run 1: everything was put back and read back.");
    check_back(&odd, &before);
    assert_eq!(odd.state().config.edit, EditBuffer::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buffer_that_another_manager_has_is_left_to_it() {
    let theirs = EditBuffer { rows: Some([].into()), owner: "core-admin".to_owned(), ..EditBuffer::default() };
    let given = theirs.clone();
    let odd = without_vlan(move |state| state.config.edit = given.clone()).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("set vtpVlanEditOperation.1 = 2: refused (inconsistentValue: core-admin is using it)");
    check_back(&odd, &before);
    assert_eq!(odd.state().config.edit, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buffer_that_was_taken_without_an_answer_is_given_back() {
    const OPERATION: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 4, 1, 1, 1];
    let odd = without_vlan(|state| state.faults.push(Fault::LosesReply(OPERATION))).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("set vtpVlanEditOperation.1 = 2: no answer after 3 tries");
    check_back(&odd, &before);
    assert_eq!(odd.state().config.edit, EditBuffer::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buffer_that_cannot_be_applied_is_given_back() {
    let odd = without_vlan(|state| state.faults.push(Fault::FailsToApply)).await;
    let before = odd.state();
    let said = odd.run(&["apply", "--yes"]).await.exits(6);
    said.says("set vtpVlanApplyStatus.1 = 2: refused (localNVStoreFail)");
    check_back(&odd, &before);
    assert_eq!(odd.state().config.edit, EditBuffer { status: ApplyStatus::LocalNvStoreFail, ..EditBuffer::default() });
}
