//! The simulated site before anybody has touched it: what is configured, what is plugged in, and which phone is where. Pure.
//!
//! It agrees with `inventory/lab/site.yaml`; a test says so.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use model::ids::{BridgePort, MacAddress, VlanId};
use model::switch::{PoePriority, VoiceVlan};
use model::units::Milliwatts;

use super::forwarding::SwitchPort;
use super::options::LabOptions;
use super::phone::model::{D735, D785, GXP2135, GXP2170, Model, Phone, T46S, T54W};
use super::switch::config::{Config, PoeMode, PortConfig};
use super::switch::family::Family;
use super::switch::layout::{CLOSET, FLOOR_2, Layout};
use super::switch::lldp_content::{Cdp, Chassis, LldpContent};
use super::switch::state::{Plug, Switch};
use super::switch::switchport::Switchport;
use super::switch::vlan::Vlan;
use super::switch::voice::VoiceMode;

/// The VLAN in which phones get an address.
pub const VOICE_VLAN: VlanId = vlan(20);

/// agentSwitchVoiceVLANAdminMode disable.
const VOICE_OFF: u32 = 2;
const DEFAULT_VLAN: VlanId = vlan(1);
/// The VLAN of PCs.
pub(crate) const DATA_VLAN: VlanId = vlan(10);
const GUEST_VLAN: VlanId = vlan(30);
/// The switch that joins the others; it has no agent.
pub(crate) const CORE: &str = "core-1";
pub(crate) const CORE_MAC: MacAddress = MacAddress([0x02, 0x00, 0x5e, 0x10, 0x00, 0xc0]);
/// The core's own port, behind which its management is.
pub(crate) const CORE_ITSELF: BridgePort = BridgePort(0);
/// The core's ports to the two switches.
pub(crate) const CORE_TRUNKS: [BridgePort; 2] = [BridgePort(1), BridgePort(2)];
/// Gateway, DHCP server and telephone system in one.
pub(crate) const SERVER_MAC: MacAddress = MacAddress([0x02, 0x00, 0x5e, 0x10, 0x00, 0xfe]);

/// Where the server is plugged in.
pub(crate) fn server() -> SwitchPort {
    SwitchPort::new(CORE, BridgePort(3))
}

/// The port of the core that a switch is plugged into.
pub(crate) fn core_port(switch: &str) -> Option<BridgePort> {
    [CLOSET, FLOOR_2].iter().zip(CORE_TRUNKS).find(|(name, _)| **name == switch).map(|(_, port)| port)
}

/// The PC that is plugged into a phone.
pub(crate) const fn pc_behind(phone: MacAddress) -> MacAddress {
    let [first, rest @ ..] = phone.0;
    let [second, third, fourth, fifth, sixth] = rest;
    MacAddress([first | 0x02, second, third, fourth, fifth | 0x80, sixth])
}

#[must_use]
pub fn phones() -> Vec<Phone> {
    let phone = |switch, port, model: Model, oui: [u8; 3], number: u8, user| Phone {
        mac: MacAddress([oui[0], oui[1], oui[2], 0x10, 0x00, number]),
        model,
        switch,
        port: BridgePort(port),
        address: Ipv4Addr::new(127, 0, 2, 10 + number),
        user,
    };
    let (yealink, yealink_w) = ([0x00, 0x15, 0x65], [0x80, 0x5e, 0xc0]);
    let (snom, grandstream) = ([0x00, 0x04, 0x13], [0x00, 0x0b, 0x82]);
    vec![
        phone(CLOSET, 1, T46S, yealink, 1, "101"),
        phone(CLOSET, 2, T46S, yealink, 2, "102"),
        phone(CLOSET, 5, D785, snom, 3, "103"),
        phone(CLOSET, 9, GXP2170, grandstream, 4, "104"),
        phone(FLOOR_2, 3, T54W, yealink_w, 5, "201"),
        phone(FLOOR_2, 4, T54W, yealink_w, 6, "202"),
        phone(FLOOR_2, 7, D735, snom, 7, "203"),
        phone(FLOOR_2, 12, GXP2135, grandstream, 8, "204"),
    ]
}

/// The two switches, with the phones plugged in.
///
/// Of the phones' ports two on the first switch and one on the second give power. None is in the voice VLAN: the first switch
/// does not have it, and the powered port of the second is in another one.
#[must_use]
pub fn switches(options: LabOptions) -> Vec<Switch> {
    let mut switches = vec![closet(options.closet), floor_2()];
    for switch in &mut switches {
        if let Some(fault) = options.scenario.and_then(|scenario| scenario.fault_of(switch.layout.name)) {
            switch.faults.push(fault);
        }
        switch.startup = switch.config.clone();
        for phone in phones().iter().filter(|phone| phone.switch == switch.layout.name) {
            let power = Some((phone.model.class, phone.model.draw));
            switch.plugs.insert(phone.port, Plug { mac: phone.mac, power, lldp: None });
        }
    }
    switches
}

fn closet(family: Family) -> Switch {
    let mut switch = bare(Layout::closet(family));
    set_port(&mut switch, 2, |port| port.pvid = DEFAULT_VLAN);
    set_port(&mut switch, 5, |port| port.poe = PoeMode::Auto);
    set_port(&mut switch, 9, |port| port.poe = PoeMode::Auto);
    match family {
        Family::Fastpath | Family::EdgeSwitch | Family::DellN => switch.config.voice.function = VOICE_OFF,
        Family::SmallBusiness => switch.config.voice.vlan = Some(DEFAULT_VLAN),
        _ => {}
    }
    match family {
        Family::Catalyst => {} // its access ports are in their VLANs alone
        _ if family.has_modes() => give_modes(&mut switch),
        _ => give_members(&mut switch),
    }
    switch
}

fn floor_2() -> Switch {
    let mut switch = bare(Layout::floor_2());
    let named = |name: &str| Vlan { name: name.to_owned(), ..Vlan::default() };
    switch.config.vlans.insert(VOICE_VLAN, named("voice"));
    switch.config.vlans.insert(GUEST_VLAN, named("guest"));
    set_port(&mut switch, 4, |port| {
        port.poe = PoeMode::Auto;
        port.voice = VoiceVlan::Vlan(GUEST_VLAN);
    });
    set_port(&mut switch, 7, |port| port.pvid = DEFAULT_VLAN);
    switch
}

/// A switch with every copper port in the data VLAN, without power, and the core switch behind its uplink.
fn bare(layout: Layout) -> Switch {
    let port_config = |port| PortConfig {
        up: true,
        alias: String::new(),
        pvid: if layout.powered(port) { DATA_VLAN } else { DEFAULT_VLAN },
        switchport: None,
        voice: VoiceVlan::None,
        voice_mode: VoiceMode::Disable,
        poe: PoeMode::Disable,
        allocated_by: 1,
        priority: PoePriority::Low,
        limit: Milliwatts(30_000),
    };
    let ports = layout.ports().map(|port| (port, port_config(port))).collect();
    let named = |name: &str| Vlan { name: name.to_owned(), ..Vlan::default() };
    let vlans = BTreeMap::from([(DEFAULT_VLAN, named("default")), (DATA_VLAN, named("data"))]);
    let plugs = BTreeMap::from([(layout.uplink, core(layout.name))]);
    let config = Config { vlans, ports, ..Config::default() };
    Switch::new(layout, config, plugs)
}

fn core(switch: &str) -> Plug {
    let port = if switch == CLOSET { "Te1/0/1" } else { "Te1/0/2" };
    let content = LldpContent {
        chassis: Chassis::Mac(CORE_MAC),
        port_id: (5, port.as_bytes().to_vec()),
        port_description: port.replace("Te", "TenGigabitEthernet"),
        system_name: CORE.to_owned(),
        system_description: "Simulated core switch, software 9.1".to_owned(),
        capabilities: 0x28,
        address: Some(Ipv4Addr::new(127, 0, 2, 1)),
        med: None,
        cdp: Some(Cdp {
            device_id: CORE.to_owned(),
            port: port.replace("Te", "TenGigabitEthernet"),
            platform: "simulated core".to_owned(),
            capabilities: 0x09,
        }),
    };
    Plug { mac: CORE_MAC, power: None, lldp: Some(content) }
}

/// Makes each port an untagged member of its PVID, and the uplink a tagged one of the data VLAN.
fn give_members(switch: &mut Switch) {
    let Config { vlans, ports, .. } = &mut switch.config;
    for (port, config) in ports.iter() {
        if let Some(vlan) = vlans.get_mut(&config.pvid) {
            vlan.egress.insert(*port);
            vlan.untagged.insert(*port);
        }
    }
    if let Some(data) = vlans.get_mut(&DATA_VLAN) {
        data.egress.insert(switch.layout.uplink);
    }
}

/// The same, where ports say it: each in access mode, but the uplink.
fn give_modes(switch: &mut Switch) {
    let (uplink, family) = (switch.layout.uplink, switch.layout.family);
    for (port, config) in &mut switch.config.ports {
        let trunk = || Switchport::trunk(DEFAULT_VLAN, [DEFAULT_VLAN, DATA_VLAN].into());
        let mut own = if *port == uplink { trunk() } else { Switchport::access(config.pvid) };
        if family == Family::SmallBusiness {
            own.allowed = (1..=4094).filter_map(VlanId::new).collect();
        }
        config.switchport = Some(own);
    }
    switch.config.follow_switchports();
}

fn set_port(switch: &mut Switch, port: u32, change: impl FnOnce(&mut PortConfig)) {
    if let Some(port) = switch.config.ports.get_mut(&BridgePort(port)) {
        change(port);
    }
}

/// A VLAN named in this file; out of range it does not compile.
const fn vlan(number: u16) -> VlanId {
    match VlanId::new(number) {
        Some(vlan) => vlan,
        None => panic!("not a VLAN"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::fault::Fault;

    #[test]
    fn power_goes_by_priority_and_port_until_the_budget_is_spent() {
        let mut closet = closet(Family::Standard);
        for phone in phones().iter().filter(|phone| phone.switch == CLOSET) {
            let power = Some((phone.model.class, phone.model.draw));
            closet.plugs.insert(phone.port, Plug { mac: phone.mac, power, lldp: None });
        }
        assert!(closet.delivers(BridgePort(5)) && closet.delivers(BridgePort(9)) && !closet.delivers(BridgePort(1)));
        set_port(&mut closet, 1, |port| port.poe = PoeMode::Auto);
        closet.faults.push(Fault::Budget(Milliwatts(23_000)));
        assert!(closet.delivers(BridgePort(1)) && closet.delivers(BridgePort(5)) && !closet.delivers(BridgePort(9)));
        set_port(&mut closet, 9, |port| port.priority = PoePriority::Critical);
        assert!(closet.delivers(BridgePort(9)) && !closet.delivers(BridgePort(5)));
    }

    #[test]
    fn a_tagged_member_is_told_its_voice_vlan() {
        let mut closet = closet(Family::Standard);
        assert_eq!(closet.advertised_voice_vlan(BridgePort(5)), None);
        closet.config.vlans.insert(vlan(20), Vlan { egress: [BridgePort(5)].into(), ..Vlan::default() });
        assert_eq!(closet.advertised_voice_vlan(BridgePort(5)), VlanId::new(20));
        assert_eq!(floor_2().advertised_voice_vlan(BridgePort(4)), VlanId::new(30));
    }
}
