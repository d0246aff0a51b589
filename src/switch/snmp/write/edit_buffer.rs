//! Creating and removing VLANs in a buffer that one manager at a time has, and that is then applied (CISCO-VTP-MIB). Pure.

use crate::switch::snmp::profile::EditBuffer;
use crate::switch::snmp::write::not_possible::NotPossible;
use crate::switch::snmp::write::request::{Action, CREATE_AND_GO, DESTROY, Lock, ONLY_DOMAIN, WriteSequence, number, text};
use model::ids::VlanId;
use snmp::Oid;
use snmp::oid::Dotted;

/// A VLAN's number in 802.10, which must differ from every other's, is by custom its own number and this.
const FIRST_SAID: u32 = 100_000;

/// Takes the buffer, creates or removes the VLAN in it, applies it, and gives it back.
pub fn changed(edit: &EditBuffer, owner: &str, vlan: VlanId, name: &[u8], exists: bool) -> Result<WriteSequence, NotPossible> {
    let domain = [ONLY_DOMAIN];
    let operation = |value| number(&edit.operation, &domain, value);
    let row = [ONLY_DOMAIN, u32::from(vlan.get())];
    let changed = if exists {
        let said = (FIRST_SAID + u32::from(vlan.get())).to_be_bytes();
        let mut create = vec![number(&edit.row_status, &row, CREATE_AND_GO)?, number(&edit.kind, &row, edit.ethernet)?];
        if !name.is_empty() {
            create.push(text(&edit.name, &row, name));
        }
        let mut said = text(&edit.said, &row, &said);
        said.words = (FIRST_SAID + u32::from(vlan.get())).to_string();
        create.push(said);
        create
    } else {
        vec![number(&edit.row_status, &row, DESTROY)?]
    };
    let actions = vec![
        Action::Set(vec![text(&edit.owner, &domain, owner.as_bytes())]),
        Action::Set(changed),
        Action::Set(vec![operation(edit.apply)?]),
        Action::Await {
            object: format!("{}.{}", edit.status.name, Dotted(&domain)),
            oid: Oid::joined(&edit.status.oid, &domain),
            busy: edit.in_progress,
            good: edit.succeeded,
            names: edit.states.clone(),
        },
    ];
    Ok(WriteSequence { lock: Some(lock(edit)?), actions })
}

/// The buffer as what one manager at a time has.
pub fn lock(edit: &EditBuffer) -> Result<Lock, NotPossible> {
    let domain = [ONLY_DOMAIN];
    let operation = |value| number(&edit.operation, &domain, value);
    let owner = Oid::joined(&edit.owner.oid, &domain);
    Ok(Lock { acquire: vec![operation(edit.copy)?], release: vec![operation(edit.release)?], owner })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::profile::VlanTable;
    use crate::switch::snmp::profile::catalogue::by_name;
    use crate::switch::snmp::write::request::Request;

    #[test]
    fn a_vlan_is_applied_and_the_buffer_given_back() {
        let Some(VlanTable::StateTable { edit: Some(edit), .. }) = &by_name("cisco-ios").unwrap().vlans else {
            panic!("the profile has no edit buffer")
        };
        let show = |request: &Request| {
            request.iter().map(|write| format!("{} = {}", write.object, write.words)).collect::<Vec<_>>().join(", ")
        };
        let show_action = |action: &Action| match action {
            Action::Set(request) => show(request),
            Action::Await { object, busy, good, .. } => format!("{object}: {busy} until {good}"),
        };
        let shown = |exists| {
            let writing = changed(edit, "voiceport run 7", VlanId::new(20).unwrap(), b"voice", exists).unwrap();
            let lock = writing.lock.unwrap();
            (show(&lock.acquire), writing.actions.iter().map(show_action).collect::<Vec<_>>(), show(&lock.release))
        };
        let (take, acts, give_back) = shown(true);
        assert_eq!((take.as_str(), give_back.as_str()), ("vtpVlanEditOperation.1 = 2", "vtpVlanEditOperation.1 = 4"));
        assert_eq!(
            acts,
            [
                "vtpVlanEditBufferOwner.1 = voiceport run 7",
                "vtpVlanEditRowStatus.1.20 = 4, vtpVlanEditType.1.20 = 1, vtpVlanEditName.1.20 = voice, vtpVlanEditDot10Said.1.20 = 100020",
                "vtpVlanEditOperation.1 = 3",
                "vtpVlanApplyStatus.1: 1 until 2",
            ]
        );
        assert_eq!(shown(false).1.get(1).unwrap(), "vtpVlanEditRowStatus.1.20 = 6");
    }
}
