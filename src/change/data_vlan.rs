//! The access VLAN (PVID) of a phone's port: the data VLAN of the PC behind the phone. Pure.

use super::plan::RefusalReason;
use super::planner::{PhonePort, Planner};
use crate::site::port::membership;
use model::change::{Change, Delta, Membership};
use model::switch::{Access, UntaggedMove};

impl Planner<'_> {
    /// The new VLAN's membership, the PVID and the old VLAN's membership, in the order that the switch bears.
    pub(super) fn data_vlan(&mut self, target: &PhonePort<'_>) {
        let Some(wanted) = self.site.data_vlan(target.spec) else { return };
        let Some(before) = target.port.pvid else {
            self.unknown(target, "its access VLAN (PVID)");
            return;
        };
        if before == wanted.id {
            return;
        }
        if target.state.capabilities.access_vlan != Access::Write {
            self.refuse(
                target,
                RefusalReason::NotPossible,
                format!("the access VLAN (PVID) is {before} and read-only on this switch"),
            );
            return;
        }
        if !self.vlan_exists(target, wanted) {
            return;
        }
        let member = |vlan, from, to| Change::Membership { vlan, delta: Delta { before: from, after: to } };
        let was = membership(target.port, wanted.id);
        let enter = was.filter(|was| *was != Membership::Untagged).map(|was| member(wanted.id, was, Membership::Untagged));
        let leave = (membership(target.port, before) == Some(Membership::Untagged))
            .then(|| member(before, Membership::Untagged, Membership::None));
        let pvid = Some(Change::Pvid { delta: Delta { before, after: wanted.id } });
        let order = target.state.capabilities.untagged_move;
        if was.is_some() && order != UntaggedMove::PvidAlone && target.state.capabilities.membership != Access::Write {
            let why = format!("the access VLAN (PVID) is {before}, and VLAN membership is read-only on this switch");
            self.refuse(target, RefusalReason::NotPossible, why);
            return;
        }
        let changes = match order {
            UntaggedMove::NewFirst => [enter, pvid, leave],
            UntaggedMove::OldFirst => [leave, enter, pvid],
            // tagged before, so that putting the PVID back leaves it tagged, and this step then takes it out
            UntaggedMove::PvidFirst => {
                let tagged = (was == Some(Membership::None)).then(|| member(wanted.id, Membership::None, Membership::Tagged));
                [tagged, pvid, leave]
            }
            UntaggedMove::PvidAlone => [pvid, None, None],
        };
        for change in changes.into_iter().flatten() {
            self.change(target, change, format!("data VLAN behind {}", target.phone.called()));
        }
    }
}
