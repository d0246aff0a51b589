//! Creating and removing VLANs in a buffer that one manager at a time has, and that is then applied (CISCO-VTP-MIB). Pure.

use crate::switch::snmp::profile::{EditBuffer, dotted};
use crate::switch::snmp::tables::joined;
use crate::switch::snmp::writes::{Act, CREATE_AND_GO, DESTROY, Hold, NotPossible, ONLY_DOMAIN, Writing, number, octets};
use model::ids::VlanId;

/// A VLAN's number in 802.10, which must differ from every other's, is by custom its own number and this.
const FIRST_SAID: u32 = 100_000;

/// Takes the buffer, creates or removes the VLAN in it, applies it, and gives it back.
pub fn changed(edit: &EditBuffer, vlan: VlanId, name: &[u8], exists: bool) -> Result<Writing, NotPossible> {
    let domain = [ONLY_DOMAIN];
    let operation = |value| number(&edit.operation, &domain, value);
    let row = [ONLY_DOMAIN, u32::from(vlan.get())];
    let changed = if exists {
        let said = (FIRST_SAID + u32::from(vlan.get())).to_be_bytes();
        let mut create = vec![number(&edit.row_status, &row, CREATE_AND_GO)?, number(&edit.kind, &row, edit.ethernet)?];
        if !name.is_empty() {
            create.push(octets(&edit.name, &row, name));
        }
        let mut said = octets(&edit.said, &row, &said);
        said.words = (FIRST_SAID + u32::from(vlan.get())).to_string();
        create.push(said);
        create
    } else {
        vec![number(&edit.row_status, &row, DESTROY)?]
    };
    let acts = vec![
        Act::Set(vec![octets(&edit.owner, &domain, b"voiceport")]),
        Act::Set(changed),
        Act::Set(vec![operation(edit.apply)?]),
        Act::Await {
            object: format!("{}.{}", edit.status.name, dotted(&domain)),
            oid: joined(&edit.status.oid, &domain),
            busy: edit.in_progress,
            good: edit.succeeded,
            names: edit.states.clone(),
        },
    ];
    let owner = joined(&edit.owner.oid, &domain);
    let hold = Hold { take: vec![operation(edit.copy)?], give_back: vec![operation(edit.release)?], owner };
    Ok(Writing { hold: Some(hold), acts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::catalogue::by_name;
    use crate::switch::snmp::profile::VlanTable;
    use crate::switch::snmp::writes::Request;

    #[test]
    fn a_vlan_is_applied_and_the_buffer_given_back() {
        let Some(VlanTable::StateTable { edit: Some(edit), .. }) = &by_name("cisco-ios").unwrap().vlans else {
            panic!("the profile has no edit buffer")
        };
        let show = |request: &Request| {
            request.iter().map(|write| format!("{} = {}", write.object, write.words)).collect::<Vec<_>>().join(", ")
        };
        let act = |act: &Act| match act {
            Act::Set(request) => show(request),
            Act::Await { object, busy, good, .. } => format!("{object}: {busy} until {good}"),
        };
        let shown = |exists| {
            let writing = changed(edit, VlanId::new(20).unwrap(), b"voice", exists).unwrap();
            let hold = writing.hold.unwrap();
            (show(&hold.take), writing.acts.iter().map(act).collect::<Vec<_>>(), show(&hold.give_back))
        };
        let (take, acts, give_back) = shown(true);
        assert_eq!((take.as_str(), give_back.as_str()), ("vtpVlanEditOperation.1 = 2", "vtpVlanEditOperation.1 = 4"));
        assert_eq!(
            acts,
            [
                "vtpVlanEditBufferOwner.1 = voiceport",
                "vtpVlanEditRowStatus.1.20 = 4, vtpVlanEditType.1.20 = 1, vtpVlanEditName.1.20 = voice, vtpVlanEditDot10Said.1.20 = 100020",
                "vtpVlanEditOperation.1 = 3",
                "vtpVlanApplyStatus.1: 1 until 2",
            ]
        );
        assert_eq!(shown(false).1.get(1).unwrap(), "vtpVlanEditRowStatus.1.20 = 6");
    }
}
