//! What another manager writes, in the way of each family: the same writes as behind its MIBs. Pure.

use model::ids::{BridgePort, VlanId};
use model::switch::{PortMode, VoiceVlan};

use super::request::{Change, Code, Membership, Refused};
use crate::switch::family::Family;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::switchport::SwitchportWrite;
use crate::switch::voice::{VoiceMode, VoiceWrite};
use crate::switch::write::Write;

/// Carries a change out, all of it or nothing.
pub(crate) fn write(switch: &mut Switch, port: BridgePort, change: &Change, now_cs: u32) -> Result<(), Refused> {
    let writes = writes(switch, port, change)?;
    let before = switch.config.clone();
    for write in &writes {
        if let Err(refusal) = switch.apply(write, now_cs) {
            switch.config = before;
            return Err(refused(refusal));
        }
    }
    switch.wrote(&before, &writes, now_cs);
    // it does as managers should that write rows that all ports share (RFC 3418 snmpSetSerialNo)
    if let Some(serial) = &mut switch.set_serial {
        *serial = serial.checked_add(1).unwrap_or(0);
    }
    Ok(())
}

fn writes(switch: &Switch, port: BridgePort, change: &Change) -> Result<Vec<Write>, Refused> {
    let modes = switch.layout.family.has_modes();
    match change {
        Change::Poe(on) => Ok(vec![Write::PoeEnable(port, *on)]),
        Change::Pvid(vlan) if modes => Ok(vec![Write::Switchport(port, pvid(switch, port, *vlan))]),
        Change::Pvid(vlan) => Ok(vec![Write::Pvid(port, *vlan)]),
        Change::Membership { vlan, is } if modes => Ok(by_mode(switch, port, *vlan, *is)),
        Change::Membership { vlan, is } => by_list(switch, port, *vlan, *is),
        Change::VoiceVlan(vlan) => voice(switch, port, *vlan),
    }
}

fn pvid(switch: &Switch, port: BridgePort, vlan: VlanId) -> SwitchportWrite {
    if is_trunk(switch, port) { SwitchportWrite::Native(vlan) } else { SwitchportWrite::Access(vlan) }
}

fn is_trunk(switch: &Switch, port: BridgePort) -> bool {
    let own = switch.config.ports.get(&port).and_then(|config| config.switchport.as_ref());
    own.is_some_and(|own| own.mode == PortMode::Trunk)
}

fn by_mode(switch: &Switch, port: BridgePort, vlan: VlanId, is: Membership) -> Vec<Write> {
    let allowed = |carried: bool| SwitchportWrite::Allowed {
        first: vlan.get(),
        bits: 1,
        vlans: Some(vlan).filter(|_| carried).into_iter().collect(),
    };
    let writes = match is {
        Membership::Untagged => vec![pvid(switch, port, vlan)],
        Membership::Tagged => vec![SwitchportWrite::Mode(PortMode::Trunk), allowed(true)],
        Membership::None => vec![allowed(false)],
    };
    writes.into_iter().map(|write| Write::Switchport(port, write)).collect()
}

fn by_list(switch: &Switch, port: BridgePort, vlan: VlanId, is: Membership) -> Result<Vec<Write>, Refused> {
    if switch.layout.family == Family::Catalyst {
        let message = "the ports of this switch have no lists of VLANs";
        return Err(Refused::new(Code::NotPossible, message, "write `pvid` or `voice_vlan`"));
    }
    let Some(before) = switch.config.vlans.get(&vlan) else {
        return Err(Refused::new(Code::WriteRefused, format!("VLAN {vlan} does not exist"), "choose one that `state` shows"));
    };
    let (mut egress, mut untagged) = (before.egress.clone(), before.untagged.clone());
    egress.remove(&port);
    untagged.remove(&port);
    if is != Membership::None {
        egress.insert(port);
    }
    if is == Membership::Untagged {
        untagged.insert(port);
    }
    Ok(vec![Write::Egress(vlan, egress), Write::Untagged(vlan, untagged)])
}

fn voice(switch: &Switch, port: BridgePort, vlan: Option<VlanId>) -> Result<Vec<Write>, Refused> {
    let object = vlan.map_or(VoiceVlan::None, VoiceVlan::Vlan);
    let writes = match (switch.layout.family, vlan) {
        (Family::Catalyst, _) => vec![VoiceWrite::Port(port, object)],
        (Family::Fastpath | Family::EdgeSwitch | Family::DellN, Some(vlan)) => {
            vec![VoiceWrite::Mode(port, VoiceMode::VlanId), VoiceWrite::Vlan(port, vlan)]
        }
        (Family::Fastpath | Family::EdgeSwitch | Family::DellN, None) => vec![VoiceWrite::Mode(port, VoiceMode::Disable)],
        (Family::Comware, vlan) => {
            let mut ports = switch.config.voice.ports.clone();
            let member = if vlan.is_some() { ports.insert(port) } else { ports.remove(&port) };
            let of_switch = vlan.map(|vlan| VoiceWrite::Switch(Some(vlan)));
            of_switch.into_iter().chain(member.then_some(VoiceWrite::Ports(ports))).collect()
        }
        (Family::SmallBusiness, Some(vlan)) => vec![VoiceWrite::Switch(Some(vlan))],
        (Family::ArubaOs, Some(vlan)) => vec![VoiceWrite::Attribute(vlan, true)],
        (Family::Standard | Family::SmallBusiness | Family::ArubaOs, _) => {
            let message = "the ports of this switch have no voice VLAN of their own";
            return Err(Refused::new(Code::NotPossible, message, "write `membership`: a tagged member is told its VLAN"));
        }
    };
    Ok(writes.into_iter().map(Write::Voice).collect())
}

fn refused(refusal: Refusal) -> Refused {
    let message = format!("the switch answers {}", refusal.name());
    Refused::new(Code::WriteRefused, message, "the VLAN must exist, and the port must have such an object")
}
