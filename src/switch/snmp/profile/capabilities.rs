//! What can be done with a switch, by its profile. Pure.

use super::definition::{Profile, Support};
use super::save::Save;
use super::vlan::{MembershipTable, MembershipWrite, VlanTable, Voice};
use model::switch::{Access, SwitchCapabilities, VoiceVlanModel};

/// What can be done when writing is possible at all.
#[must_use]
pub fn capabilities(profile: &Profile) -> SwitchCapabilities {
    let access = |known: bool, read_only: bool| match (known, read_only) {
        (false, _) => Access::None,
        (true, true) => Access::Read,
        (true, false) => Access::Write,
    };
    let pse = profile.pse.as_ref();
    let limit = pse.and_then(|pse| pse.limit.as_ref());
    let capabilities = SwitchCapabilities {
        poe: access(pse.is_some(), false),
        poe_priority: access(pse.is_some_and(|pse| pse.priority.is_some()), false),
        poe_limit: access(limit.is_some(), limit.is_some_and(|limit| limit.read_only)),
        poe_limit_step: limit.map(|limit| limit.unit.step()).filter(|step| step.0 > 1),
        poe_limit_needs: limit.and_then(|limit| limit.needs),
        access_vlan: access(profile.access_vlan.is_some(), profile.access_vlan.as_ref().is_some_and(|access| access.read_only)),
        untagged_move: profile.access_vlan.as_ref().map(|access| access.order).unwrap_or_default(),
        membership: match &profile.membership {
            None => Access::None,
            Some(MembershipTable::PortLists { write, .. }) => access(true, *write == MembershipWrite::None),
            Some(MembershipTable::VlanBitmaps { read_only, .. }) => access(true, *read_only),
            Some(MembershipTable::MemberRows { .. } | MembershipTable::MembersAndTagging { .. }) => Access::Read,
            Some(MembershipTable::Commands { .. }) => Access::Write,
        },
        port_mode: access(profile.port_mode.is_some(), profile.port_mode.as_ref().is_some_and(|modes| modes.read_only)),
        voice_vlan: match &profile.voice_vlan {
            None => VoiceVlanModel::None,
            Some(Voice::TaggedMember) => VoiceVlanModel::TaggedMember,
            Some(Voice::PortObject { .. } | Voice::PortMode { .. } | Voice::PortRow { .. }) => VoiceVlanModel::PortObject,
            Some(Voice::VlanAttribute { .. }) => VoiceVlanModel::VlanAttribute,
            Some(Voice::SwitchObject { .. }) => VoiceVlanModel::SwitchObject,
        },
        vlan_create: match &profile.vlans {
            None => Access::None,
            Some(VlanTable::RowStatus { create, .. }) => access(true, !create),
            Some(VlanTable::StateTable { edit, .. }) => access(true, edit.is_none()),
        },
        persist: access(!matches!(profile.save, Save::NotSupported), false),
    };
    if profile.support == Support::ReadOnly {
        return SwitchCapabilities { voice_vlan: VoiceVlanModel::None, ..read_only(capabilities) };
    }
    capabilities
}

/// What can be done when nothing may be written.
#[must_use]
pub fn read_only(mut capabilities: SwitchCapabilities) -> SwitchCapabilities {
    for access in [
        &mut capabilities.poe,
        &mut capabilities.poe_priority,
        &mut capabilities.poe_limit,
        &mut capabilities.membership,
        &mut capabilities.port_mode,
        &mut capabilities.access_vlan,
        &mut capabilities.vlan_create,
        &mut capabilities.persist,
    ] {
        *access = (*access).min(Access::Read);
    }
    capabilities
}
