//! The VLANs of one bridge port (struct bridge_vlan_info) and how one fact of them is changed. Pure.

use std::collections::{BTreeMap, BTreeSet};

use model::change::Membership;
use model::ids::VlanId;

/// The VLAN of untagged frames received (BRIDGE_VLAN_INFO_PVID).
pub(super) const PVID: u16 = 0x02;
/// Sent untagged (BRIDGE_VLAN_INFO_UNTAGGED).
pub(super) const UNTAGGED: u16 = 0x04;
/// First of a range; the next entry is its last (BRIDGE_VLAN_INFO_RANGE_BEGIN).
pub(super) const RANGE_BEGIN: u16 = 0x08;
/// Last of a range (BRIDGE_VLAN_INFO_RANGE_END).
pub(super) const RANGE_END: u16 = 0x10;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PortVlans {
    /// The VLAN of untagged frames received; `None` when the port drops them.
    pub pvid: Option<VlanId>,
    /// VLANs the port is a member of, and how it sends them.
    members: BTreeMap<VlanId, Egress>,
}

/// How a member sends frames of a VLAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Egress {
    Tagged,
    Untagged,
}

/// One write to a port's VLANs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// Adds the VLAN, or replaces its flags.
    Set {
        vlan: VlanId,
        /// [`PVID`] and [`UNTAGGED`].
        flags: u16,
    },
    /// Ends the membership, and with it a PVID.
    Delete { vlan: VlanId },
}

impl PortVlans {
    /// From the entries of a dump, in order: VLAN number and flags. A number that is no VLAN is left out.
    pub fn from_entries(entries: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut vlans = Self::default();
        let mut first = None;
        for (number, flags) in entries {
            if flags & RANGE_BEGIN != 0 {
                first = Some(number);
                continue;
            }
            let first = if flags & RANGE_END == 0 { None } else { first.take() };
            for vlan in (first.unwrap_or(number)..=number).filter_map(VlanId::new) {
                vlans.add(vlan, flags);
            }
        }
        vlans
    }

    fn add(&mut self, vlan: VlanId, flags: u16) {
        if flags & PVID != 0 {
            self.pvid = Some(vlan);
        }
        self.members.insert(vlan, if flags & UNTAGGED == 0 { Egress::Tagged } else { Egress::Untagged });
    }

    pub fn tagged(&self) -> BTreeSet<VlanId> {
        self.sent(Egress::Tagged)
    }

    pub fn untagged(&self) -> BTreeSet<VlanId> {
        self.sent(Egress::Untagged)
    }

    fn sent(&self, wanted: Egress) -> BTreeSet<VlanId> {
        self.members.iter().filter(|(_, egress)| **egress == wanted).map(|(vlan, _)| *vlan).collect()
    }

    /// What makes the port a member of `vlan` as `wanted`, leaving the PVID as it is; `None` when it is so already.
    ///
    /// A write replaces both flags of a VLAN, so the PVID flag is written again where it is set. Ending the membership in the
    /// PVID ends the PVID too: a Linux port cannot have one in a VLAN it is not a member of.
    pub fn membership(&self, vlan: VlanId, wanted: Membership) -> Option<Write> {
        let pvid = if self.pvid == Some(vlan) { PVID } else { 0 };
        match (self.members.get(&vlan), wanted) {
            (None, Membership::None)
            | (Some(Egress::Tagged), Membership::Tagged)
            | (Some(Egress::Untagged), Membership::Untagged) => None,
            (Some(_), Membership::None) => Some(Write::Delete { vlan }),
            (_, Membership::Tagged) => Some(Write::Set { vlan, flags: pvid }),
            (_, Membership::Untagged) => Some(Write::Set { vlan, flags: pvid | UNTAGGED }),
        }
    }

    /// What makes `vlan` the PVID, leaving how it is sent as it is; `None` when it is so already.
    ///
    /// A port that is no member of `vlan` becomes one and sends it untagged. The former PVID stays a member: a plan that wants
    /// it gone has a step for that.
    pub fn pvid(&self, vlan: VlanId) -> Option<Write> {
        let untagged = if self.members.get(&vlan) == Some(&Egress::Tagged) { 0 } else { UNTAGGED };
        (self.pvid != Some(vlan)).then_some(Write::Set { vlan, flags: PVID | untagged })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vlan(number: u16) -> VlanId {
        VlanId::new(number).unwrap()
    }

    fn set(numbers: &[u16]) -> BTreeSet<VlanId> {
        numbers.iter().copied().map(vlan).collect()
    }

    #[test]
    fn a_compressed_dump_is_read_as_ranges() {
        let vlans = PortVlans::from_entries([
            (1, PVID | UNTAGGED),
            (20, 0),
            (30, RANGE_BEGIN),
            (32, RANGE_END),
            (40, RANGE_BEGIN | UNTAGGED),
            (41, RANGE_END | UNTAGGED),
        ]);
        assert_eq!(vlans.pvid, Some(vlan(1)));
        assert_eq!(vlans.tagged(), set(&[20, 30, 31, 32]));
        assert_eq!(vlans.untagged(), set(&[1, 40, 41]));
    }

    #[test]
    fn broken_ranges_and_numbers_do_no_harm() {
        let vlans =
            PortVlans::from_entries([(0, 0), (4095, 0), (9, RANGE_BEGIN), (5, RANGE_END), (7, RANGE_END), (8, RANGE_BEGIN)]);
        assert_eq!(vlans.tagged(), set(&[7]));
    }

    #[test]
    fn membership_and_pvid_are_written_apart() {
        let vlans = PortVlans::from_entries([(1, PVID | UNTAGGED), (20, 0)]);
        assert_eq!(vlans.membership(vlan(20), Membership::Tagged), None);
        assert_eq!(vlans.membership(vlan(20), Membership::Untagged), Some(Write::Set { vlan: vlan(20), flags: UNTAGGED }));
        assert_eq!(vlans.membership(vlan(20), Membership::None), Some(Write::Delete { vlan: vlan(20) }));
        assert_eq!(vlans.membership(vlan(30), Membership::None), None);
        assert_eq!(vlans.membership(vlan(1), Membership::Tagged), Some(Write::Set { vlan: vlan(1), flags: PVID }));
        assert_eq!(vlans.pvid(vlan(1)), None);
        assert_eq!(vlans.pvid(vlan(20)), Some(Write::Set { vlan: vlan(20), flags: PVID }));
        assert_eq!(vlans.pvid(vlan(10)), Some(Write::Set { vlan: vlan(10), flags: PVID | UNTAGGED }));
    }
}
