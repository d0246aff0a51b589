//! Every object that a profile writes, compared with a table that was made by hand from the MIBs. Pure.

use std::collections::BTreeSet;

use crate::switch::snmp::profile::catalogue::built_in;
use crate::switch::snmp::profile::{
    BerType, Index, MembershipTable, MembershipWrite, Object, Preset, Profile, Pse, Save, Support, VlanTable, Voice, VoicePort,
};
use snmp::oid::Dotted;

const TABLE: &str = include_str!("../cases/written_objects.txt");

/// Lines of the table, each with its profile before it and single spaces.
fn expected() -> BTreeSet<String> {
    let mut profile = "";
    let mut lines = BTreeSet::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            profile = name;
            continue;
        }
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(lines.insert(format!("{profile} {line}")), "twice: {profile} {line}");
    }
    lines
}

fn line(object: &Object) -> String {
    let tag = match object.ber {
        BerType::Integer => "02",
        BerType::Gauge32 => "42",
        BerType::OctetString => "04",
    };
    format!("{} {} {tag} {}", object.name, Dotted(&object.oid), index(object.index))
}

fn index(index: Index) -> &'static str {
    match index {
        Index::Interface => "if_index",
        Index::BridgePort => "bridge_port",
        Index::Pse => "pse",
        Index::Vlan => "vlan",
        Index::ComponentVlan => "component_vlan",
        Index::ComponentPort => "component_port",
        Index::Domain => "domain",
        Index::DomainVlan => "domain_vlan",
        Index::Scalar => "scalar",
    }
}

/// A preset is always written as an INTEGER.
fn preset(preset: &Preset, instance: &str) -> String {
    format!("{} {} 02 {instance} {}", preset.name, Dotted(&preset.oid), preset.value)
}

fn of_profile(profile: &Profile) -> Vec<String> {
    if profile.support == Support::ReadOnly {
        return Vec::new();
    }
    let modes = profile.port_mode.as_ref().filter(|modes| !modes.read_only).map(|modes| &modes.object);
    let untagged = profile.access_vlan.iter().filter(|access| !access.read_only);
    let switched = profile.voice_function.iter().chain(&profile.implicit_save).map(|on_off| &on_off.object);
    let objects = of_vlans(profile)
        .into_iter()
        .chain(of_membership(profile))
        .chain(of_voice(profile))
        .chain(modes)
        .chain(untagged.flat_map(|access| {
            let firmware = access.firmware.iter().map(|column| &column.object);
            std::iter::once(&access.object).chain(&access.trunk).chain(firmware)
        }))
        .chain(switched);
    let mut lines: Vec<String> = objects.map(line).collect();
    lines.extend(profile.pse.iter().flat_map(of_pse));
    lines.extend(of_save(profile));
    lines
}

fn of_pse(pse: &Pse) -> Vec<String> {
    let limit = pse.limit.as_ref().filter(|limit| !limit.read_only).map(|limit| &limit.object);
    let priority = pse.priority.as_ref().map(|priority| &priority.object);
    // The way of counting is an INTEGER of the row that has `enabled`.
    let counted = pse
        .allocation
        .as_ref()
        .map(|column| format!("{} {} 02 {}", column.name, Dotted(&column.oid), index(pse.enabled.object.index)));
    std::iter::once(&pse.enabled.object).chain(limit).chain(priority).map(line).chain(counted).collect()
}

fn of_vlans(profile: &Profile) -> Vec<&Object> {
    match &profile.vlans {
        Some(VlanTable::RowStatus { row_status, name, create: true }) => std::iter::once(row_status).chain(name).collect(),
        Some(VlanTable::StateTable { edit: Some(edit), .. }) => {
            vec![&edit.operation, &edit.owner, &edit.row_status, &edit.kind, &edit.name, &edit.said]
        }
        Some(VlanTable::RowStatus { create: false, .. } | VlanTable::StateTable { edit: None, .. }) | None => Vec::new(),
    }
}

fn of_membership(profile: &Profile) -> Vec<&Object> {
    match &profile.membership {
        Some(MembershipTable::PortLists { egress, untagged, write, .. }) if *write != MembershipWrite::None => {
            vec![egress, untagged]
        }
        Some(MembershipTable::VlanBitmaps { blocks, read_only: false, .. }) => blocks.iter().map(|block| &block.object).collect(),
        Some(MembershipTable::Commands { tagged, untagged, remove, .. }) => vec![tagged, untagged, remove],
        Some(
            MembershipTable::PortLists { .. }
            | MembershipTable::VlanBitmaps { .. }
            | MembershipTable::MemberRows { .. }
            | MembershipTable::MembersAndTagging { .. },
        )
        | None => Vec::new(),
    }
}

fn of_voice(profile: &Profile) -> Vec<&Object> {
    match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => vec![object],
        Some(Voice::PortMode { mode, vlan, .. }) => vec![mode, vlan],
        Some(Voice::PortRow { vlan, row_status }) => vec![vlan, row_status],
        Some(Voice::VlanAttribute { attribute }) => vec![&attribute.object],
        Some(Voice::SwitchObject { object, port, .. }) => match port {
            VoicePort::TaggedMember => vec![object],
            VoicePort::Object(on_off) => vec![object, &on_off.object],
            VoicePort::List { object: list, .. } => vec![object, list],
        },
        Some(Voice::TaggedMember) | None => Vec::new(),
    }
}

fn of_save(profile: &Profile) -> Vec<String> {
    match &profile.save {
        Save::NotSupported | Save::Automatic => Vec::new(),
        Save::CopyRow(copy) => copy.start.iter().chain(&copy.release).map(|written| preset(written, "row")).collect(),
        Save::Scalars(scalars) => scalars.start.iter().map(|written| preset(written, "-")).collect(),
        Save::CopyText(text) => vec![line(&text.to)],
    }
}

#[test]
fn what_the_profiles_write_is_what_the_mibs_define() {
    let lines = |profile: &'static Profile| of_profile(profile).into_iter().map(move |line| format!("{} {line}", profile.name));
    let written: BTreeSet<String> = built_in().iter().flat_map(lines).collect();
    let expected = expected();
    let only_in =
        |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(only_in(&written, &expected), "", "only in profiles");
    assert_eq!(only_in(&expected, &written), "", "only in the table");
    assert!(written.len() > 150, "{} objects", written.len());
}
