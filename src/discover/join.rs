//! What LLDP, CDP and the forwarding table say of one device at one place, as one row. Pure.

use std::collections::{BTreeSet, HashMap};

use crate::phones::conflicts;
use model::identifier::Identifier;
use model::ids::{MacAddress, PortName};
use model::neighbour::{Neighbour, PoeSeen, Protocol, Source};
use model::switch::{PortState, SwitchState};

/// Joins the rows of one device at one place: LLDP says most, CDP fills in what it left out. Where they contradict each other, the row says so.
///
/// Two rows are of one device when they name the same MAC address, or when CDP names none and its device ID is the LLDP system name. Two
/// rows of one protocol are two devices: a phone, and the PC plugged into it. The order is that of the first row of each device.
#[must_use]
pub fn join(rows: Vec<Neighbour<'static>>) -> Vec<Neighbour<'static>> {
    let mut devices: Vec<Vec<Neighbour<'static>>> = Vec::with_capacity(rows.len());
    let mut known: HashMap<(SeenAt, Mark), usize> = HashMap::new();
    for row in rows {
        let keys: Vec<_> = marks(&row).into_iter().map(|mark| (SeenAt::of(&row), mark)).collect();
        let same = keys.iter().filter_map(|key| known.get(key).copied()).find(|device| {
            let said = devices.get(*device);
            said.is_some_and(|said| said.iter().all(|other| other.protocol != row.protocol && may_be_same(other, &row)))
        });
        let device = same.unwrap_or(devices.len());
        known.extend(keys.into_iter().map(|key| (key, device)));
        match devices.get_mut(device) {
            Some(device) => device.push(row),
            None => devices.push(vec![row]),
        }
    }
    devices.into_iter().filter_map(one_row).collect()
}

/// Where a device is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SeenAt {
    switch: Option<String>,
    port: Option<String>,
    interface: Option<String>,
}

/// What two rows of one device have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mark {
    Mac(MacAddress),
    Name(String),
}

impl SeenAt {
    fn of(row: &Neighbour<'_>) -> Self {
        Self {
            switch: row.switch.as_ref().map(ToString::to_string),
            port: row.port.as_ref().map(ToString::to_string),
            interface: row.interface.as_deref().map(str::to_owned),
        }
    }
}

/// A row whose place is not known has no mark: nothing may be joined to it. A capture that names no interface was made at one place.
fn marks(row: &Neighbour<'_>) -> Vec<Mark> {
    if row.port.is_none() && row.interface.is_none() && row.source != Source::Pcap {
        return Vec::new();
    }
    let device_id = row.cdp.as_ref().and_then(|cdp| cdp.device_id.as_deref());
    let name = row.system_name.as_deref().or(device_id).map(|name| Mark::Name(host(name).to_lowercase()));
    row.mac.map(Mark::Mac).into_iter().chain(name).collect()
}

/// A name without its domain and without the serial number that some devices append in brackets.
pub(super) fn host(name: &str) -> &str {
    name.split(['.', '(']).next().unwrap_or(name)
}

/// Two different addresses are two devices, whatever their names.
fn may_be_same(a: &Neighbour<'_>, b: &Neighbour<'_>) -> bool {
    a.mac.is_none() || b.mac.is_none() || a.mac == b.mac
}

fn one_row(mut said: Vec<Neighbour<'static>>) -> Option<Neighbour<'static>> {
    said.sort_by_key(|row| row.protocol);
    let contradictions = conflicts(&said.iter().collect::<Vec<_>>());
    let mut said = said.into_iter();
    let mut row = said.next()?;
    said.for_each(|other| fill_in(&mut row, other));
    row.anomalies.extend(contradictions);
    Some(row)
}

/// Takes over what the better row does not say.
fn fill_in(row: &mut Neighbour<'static>, other: Neighbour<'static>) {
    if let Some(phone) = other.phone
        && row.phone.as_ref().is_none_or(|known| phone.confidence < known.confidence)
    {
        row.phone = Some(phone);
    }
    macro_rules! fill {
        ($($field:ident),*) => { $(row.$field = row.$field.take().or(other.$field);)* };
    }
    fill!(
        chassis_id,
        port_id,
        port_description,
        system_name,
        system_description,
        capabilities,
        capabilities_enabled,
        mac,
        med,
        dot1,
        dot3,
        cdp,
        poe,
        vlan
    );
    row.seen_at = row.seen_at.max(other.seen_at);
    for address in other.management_addresses {
        if !row.management_addresses.contains(&address) {
            row.management_addresses.push(address);
        }
    }
    row.other_tlvs.extend(other.other_tlvs);
    row.anomalies.extend(other.anomalies);
}

/// The rows of one switch: its neighbours, joined, and the devices that announce nothing but whose address has its place at a port, and is
/// wanted there.
#[must_use]
pub fn of_switch(state: &SwitchState, is_wanted: &dyn Fn(MacAddress, &PortName) -> bool) -> Vec<Neighbour<'static>> {
    let mut rows = join(state.neighbours().cloned().collect());
    for (name, port) in &state.ports {
        for mac in port.addresses().into_iter().filter(|mac| is_wanted(*mac, name) && !announces(port, *mac)) {
            let mut row = of_learned(mac, port);
            row.switch = Some(state.identity.name.clone());
            row.port = Some(name.clone());
            row.seen_at = Some(state.read_at);
            rows.push(row);
        }
    }
    rows
}

fn announces(port: &PortState, mac: MacAddress) -> bool {
    port.neighbours.iter().any(|neighbour| neighbour.mac == Some(mac))
}

/// An address is one device, in however many VLANs it was learned; its VLAN is told where it is one.
fn of_learned(mac: MacAddress, port: &PortState) -> Neighbour<'static> {
    let entries = || port.learned.iter().filter(|entry| entry.mac == mac);
    let vlans: BTreeSet<u16> = entries().filter_map(|entry| entry.vlan).collect();
    let address = entries().find_map(|entry| entry.address);
    Neighbour {
        mac: Some(mac),
        vlan: vlans.first().copied().filter(|_| vlans.len() == 1),
        management_addresses: address.into_iter().map(Identifier::Ip).collect(),
        poe: port.poe.as_ref().map(|poe| PoeSeen {
            class: poe.class,
            allocated_mw: poe.allocated.map(|power| power.0),
            measured_mw: poe.measured.map(|power| power.0),
        }),
        ..Neighbour::new(Source::Switch, Protocol::Fdb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::capabilities::Capabilities;
    use model::neighbour::{Cdp, Confidence, PhoneIdentity};

    const PHONE: MacAddress = MacAddress([0, 4, 0xf2, 0, 0, 1]);
    const PC: MacAddress = MacAddress([2, 0, 0, 0, 0, 9]);

    fn row(protocol: Protocol, port: &str, mac: Option<MacAddress>) -> Neighbour<'static> {
        Neighbour { port: Some(port.into()), mac, ..Neighbour::new(Source::Switch, protocol) }
    }

    fn cdp(port: &str, mac: Option<MacAddress>, device_id: &'static str) -> Neighbour<'static> {
        let facts = Cdp { device_id: Some(device_id.into()), voice_vlan: Some(20), ..Cdp::default() };
        Neighbour { cdp: Some(facts), capabilities: Some(Capabilities::Cdp(0x90)), ..row(Protocol::Cdp, port, mac) }
    }

    #[test]
    fn one_phone_that_speaks_both_is_one_row() {
        let lldp = Neighbour { capabilities: Some(Capabilities::Lldp(0x24)), ..row(Protocol::Lldp, "1", Some(PHONE)) };
        let both = join(vec![cdp("1", Some(PHONE), "SEP0004F2000001"), row(Protocol::Lldp, "1", Some(PC)), lldp]);
        let [phone, pc] = &both[..] else { panic!("{both:?}") };
        assert_eq!((phone.protocol, phone.capabilities), (Protocol::Lldp, Some(Capabilities::Lldp(0x24))));
        assert_eq!((phone.cdp.as_ref().unwrap().voice_vlan, pc.mac), (Some(20), Some(PC)));
    }

    #[test]
    fn a_name_joins_only_where_cdp_gives_no_address() {
        let lldp = Neighbour { system_name: Some("ap-3.example.net".into()), ..row(Protocol::Lldp, "1", Some(PC)) };
        assert_eq!(join(vec![lldp.clone(), cdp("1", None, "AP-3")]).len(), 1);
        assert_eq!(join(vec![cdp("1", None, "AP-3(FOC1234)"), lldp.clone()]).len(), 1);
        assert_eq!(join(vec![lldp.clone(), cdp("1", Some(PHONE), "AP-3")]).len(), 2);
        assert_eq!(join(vec![lldp.clone(), cdp("2", None, "AP-3")]).len(), 2);
        let nowhere = |mut row: Neighbour<'static>| {
            row.port = None;
            row
        };
        assert_eq!(join(vec![nowhere(lldp), nowhere(cdp("1", None, "AP-3"))]).len(), 2);
    }

    #[test]
    fn contradictions_are_told_and_the_better_evidence_counts() {
        let says = |model: &'static str, confidence| PhoneIdentity {
            vendor: "acme".into(),
            model: Some(model.into()),
            firmware: None,
            confidence,
            evidence: model.into(),
        };
        let lldp = Neighbour { phone: Some(says("T2", Confidence::SystemDescription)), ..row(Protocol::Lldp, "1", Some(PHONE)) };
        let cdp = Neighbour { phone: Some(says("T1", Confidence::CdpPlatform)), ..cdp("1", Some(PHONE), "SEP0004F2000001") };
        let both = join(vec![lldp, cdp]);
        assert_eq!(both[0].phone.as_ref().unwrap().model.as_deref(), Some("T1"));
        assert_eq!(both[0].anomalies.len(), 1);
    }
}
