//! The state of a simulated switch as JSON: running and startup configuration in one form, so that they can be compared. Pure.

use std::collections::BTreeMap;

use model::ids::{BridgePort, VlanId};
use model::switch::{PoePriority, PortMode, VoiceVlan};
use serde_json::{Map, Value, json};

use crate::switch::config::{Config, PoeMode, PortConfig};
use crate::switch::layout::Layout;
use crate::switch::state::Switch;
use crate::switch::switchport::Switchport;

/// The answer to `state`.
pub(crate) fn state(switch: &Switch) -> Value {
    let (allocations, layout) = (switch.allocations(), &switch.layout);
    let ports: Map<String, Value> = layout
        .ports()
        .map(|port| {
            let counted = switch.traffic.get(&port).copied().unwrap_or_default();
            let shown = json!({
                "link": switch.link_up(port, &allocations),
                "power": allocations.contains_key(&port),
                "cut": switch.cut.contains(&port),
                "told_voice_vlan": switch.advertised_voice_vlan(port),
                "activity": format!("{:?}", counted.activity).to_lowercase(),
            });
            (layout.if_name(port), shown)
        })
        .collect();
    let fdb = switch.fdb.iter().map(|((vlan, mac), port)| json!({"vlan": vlan, "mac": mac, "port": layout.if_name(*port)}));
    json!({
        "switch": layout.name,
        "family": layout.family.profile(),
        "running": configuration(layout, &switch.config),
        "startup": configuration(layout, &switch.startup),
        "saves": switch.saves,
        "ports": ports,
        "fdb": fdb.collect::<Vec<_>>(),
    })
}

/// What a switch is told, without what is under way.
pub(crate) fn configuration(layout: &Layout, config: &Config) -> Value {
    let names = |ports: &mut dyn Iterator<Item = &BridgePort>| ports.map(|port| layout.if_name(*port)).collect::<Vec<_>>();
    let vlans: Map<String, Value> = config
        .vlans
        .iter()
        .map(|(id, vlan)| {
            let tagged = names(&mut vlan.egress.difference(&vlan.untagged));
            let untagged = names(&mut vlan.untagged.iter());
            (id.to_string(), json!({"name": vlan.name, "tagged": tagged, "untagged": untagged, "voice": vlan.voice}))
        })
        .collect();
    let ports: BTreeMap<String, Value> = config.ports.iter().map(|(id, config)| (layout.if_name(*id), port(config))).collect();
    json!({
        "vlans": vlans,
        "ports": ports,
        "voice": {"function": config.voice.function, "vlan": config.voice.vlan, "ports": names(&mut config.voice.ports.iter())},
    })
}

fn port(config: &PortConfig) -> Value {
    json!({
        "up": config.up,
        "alias": config.alias,
        "pvid": config.pvid,
        "switchport": config.switchport.as_ref().map(switchport),
        "voice_vlan": voice(config.voice),
        "voice_mode": config.voice_mode as u32,
        "poe": poe(config.poe),
        "allocated_by": config.allocated_by,
        "priority": priority(config.priority),
        "limit_mw": config.limit.0,
    })
}

fn switchport(own: &Switchport) -> Value {
    let mode = match own.mode {
        PortMode::Access => "access",
        PortMode::Trunk => "trunk",
        PortMode::Hybrid => "hybrid",
    };
    json!({"mode": mode, "access": own.access, "native": own.native, "allowed": ranges(own.allowed.iter().copied())})
}

/// Numbers in order as ranges, for a trunk may allow all of them.
fn ranges(vlans: impl Iterator<Item = VlanId>) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for number in vlans.map(VlanId::get) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let shown = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.iter().map(shown).collect::<Vec<_>>().join(",")
}

fn voice(voice: VoiceVlan) -> Value {
    match voice {
        VoiceVlan::None => Value::Null,
        VoiceVlan::Vlan(vlan) => json!(vlan),
        VoiceVlan::PriorityTagged => json!("priority_tagged"),
        VoiceVlan::Untagged => json!("untagged"),
    }
}

const fn poe(mode: PoeMode) -> &'static str {
    match mode {
        PoeMode::Auto => "auto",
        PoeMode::Static => "static",
        PoeMode::Disable => "off",
    }
}

const fn priority(priority: PoePriority) -> &'static str {
    match priority {
        PoePriority::Critical => "critical",
        PoePriority::High => "high",
        PoePriority::Low => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vlans_in_a_row_are_a_range() {
        let vlans = [1, 2, 3, 10, 20, 21].into_iter().filter_map(VlanId::new);
        assert_eq!(ranges(vlans), "1-3,10,20-21");
    }
}
