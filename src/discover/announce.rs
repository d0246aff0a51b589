//! What a telephone announces: LLDP-MED of endpoint class III (ANSI/TIA-1057) and CDP with a VoIP VLAN query, and how both are withdrawn. Pure.
//!
//! Switches tell their voice VLAN only to what looks like a phone.

use std::net::Ipv4Addr;
use std::time::Duration;

use lldp::cdp_lists::{Address, Addresses};
use lldp::dot3::Dot3Tlv;
use lldp::lldpdu::{self, Id, Lldpdu, ManagementAddress};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use lldp::{cdp, ethernet};
use model::ids::MacAddress;

/// Seconds what is announced may be kept: short, so that it is forgotten soon even where a withdrawal is lost.
pub const TTL_S: u8 = 20;
/// Announcements of a fast start (TIA-1057 §11.2.1; medFastStartRepeatCount allows 1 to 10).
const FAST_STARTS: u32 = 4;
/// Between the announcements of a fast start (TIA-1057 §11.2.1).
const FAST_INTERVAL: Duration = Duration::from_secs(1);
/// Between all others.
const INTERVAL: Duration = Duration::from_secs(5);
/// Power asked for, in milliwatts: that of a class 2 desk phone.
const POWER_MW: u16 = 6_300;
/// Shortest Ethernet frame without its check sequence; not every driver fills up.
const FRAME_MIN: usize = 60;

const MANUFACTURER: &str = "voiceport";
const MODEL: &str = "jack test";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const SOFTWARE: &str = concat!("voiceport ", env!("CARGO_PKG_VERSION"));

/// Chassis ID subtype (§8.5.2.2), port ID subtype (§8.5.3.2) and management address family of what is announced.
const CHASSIS_MAC: u8 = 4;
const PORT_MAC: u8 = 3;
const FAMILY_IPV4: u8 = 1;
/// Interface numbering unknown (802.1AB §8.5.9.5).
const NUMBERING_UNKNOWN: u8 = 1;
/// The telephone bit of the LLDP system capabilities (802.1AB table 8-4).
const TELEPHONE: u16 = 0x0020;
/// LLDP-MED capabilities, network policy, extended power of a PD, inventory (TIA-1057 §10.2.2.1).
const MED_CAPABILITIES: u16 = 0x0033;
/// Endpoint class III (TIA-1057 §10.2.2.2): communication devices.
const CLASS_III: u8 = 3;
/// Network policy of application voice: unknown, tagged: the endpoint asks for one (TIA-1057 §10.2.3).
const POLICY: NetworkPolicy = NetworkPolicy { application: 1, bits: 0x00c0_0000 };
/// PD, source unknown, priority low (TIA-1057 §10.2.5).
const PD_LOW: u8 = 0x43;
/// Autonegotiation supported and enabled (802.3 79.3.1.1); what it advertises is other or unknown.
const AUTONEGOTIATION: u8 = 0x03;
const ADVERTISED_UNKNOWN: u16 = 0x8000;
/// CDP capabilities host and phone.
const CDP_HOST_PHONE: u32 = 0x90;
/// How CDP names the protocol of an IPv4 address: by NLPID, 0xCC.
const CDP_NLPID: u8 = 1;
const CDP_IPV4: [u8; 1] = [0xcc];
/// VoIP VLAN query of a phone that has no VLAN yet, in the bytes that desk phones send: they say 512.
const VOIP_VLAN_QUERY: [u8; 4] = [0x20, 0x02, 0x00, 0x01];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The interface's own address.
    pub mac: MacAddress,
    /// Its IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
    /// Its speed in Mbit/s.
    pub speed: Option<u32>,
    /// Whether it is full duplex.
    pub full_duplex: bool,
}

/// The frames of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// LLDP and CDP that say: a telephone is here.
    pub advertisement: [Vec<u8>; 2],
    /// LLDP shutdown frame, and CDP with TTL 1 and TTL 0, that say: it is gone. Some receivers take a CDP message with TTL 0 for a damaged
    /// one; they forget it after a second.
    pub shutdown: [Vec<u8>; 3],
}

/// A part that does not fit its length field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    #[error(transparent)]
    Lldp(#[from] lldpdu::TooLong),
    /// Of the CDP message.
    #[error(transparent)]
    Cdp(#[from] cdp::TooLong),
    /// The CDP message as a whole.
    #[error("cdp: the message is longer than a frame")]
    Frame,
}

impl Endpoint {
    pub fn announcement(&self) -> Result<Announcement, Unsendable> {
        Ok(Announcement {
            advertisement: [self.lldp(TTL_S)?, self.cdp(TTL_S)?],
            shutdown: [self.lldp(0)?, self.cdp(1)?, self.cdp(0)?],
        })
    }

    fn name(&self) -> String {
        self.mac.0.iter().fold("voiceport-".to_owned(), |name, byte| format!("{name}{byte:02x}"))
    }

    fn lldp(&self, ttl_s: u8) -> Result<Vec<u8>, Unsendable> {
        let (name, address) = (self.name(), self.ipv4.map(|address| address.octets()));
        let mac = &self.mac.0;
        // a shutdown frame has the mandatory TLVs and nothing else (802.1AB §9.1.2.2)
        let tlvs = if ttl_s == 0 { Vec::new() } else { self.lldp_tlvs(&name, address.as_ref()) };
        let (chassis_id, port_id) = (Id { subtype: CHASSIS_MAC, bytes: mac }, Id { subtype: PORT_MAC, bytes: mac });
        let lldpdu = Lldpdu { chassis_id, port_id, ttl_s: u16::from(ttl_s), tlvs, anomalies: Vec::new() };
        Ok(filled_up(ethernet::lldp_frame(self.mac.0, &lldpdu.encode()?)))
    }

    fn lldp_tlvs<'a>(&self, name: &'a str, address: Option<&'a [u8; 4]>) -> Vec<lldpdu::Tlv<'a>> {
        let med = |tlv| lldpdu::Tlv::Organisational(Organisational::Med(tlv));
        let inventory = |subtype, text: &'static str| med(MedTlv::Inventory { subtype, value: text.as_bytes() });
        let mac_phy = Dot3Tlv::MacPhy {
            autonegotiation: AUTONEGOTIATION,
            advertised: ADVERTISED_UNKNOWN,
            mau: mau(self.speed, self.full_duplex),
        };
        let address = address.map(|address| {
            lldpdu::Tlv::ManagementAddress(ManagementAddress {
                family: FAMILY_IPV4,
                address,
                interface_subtype: NUMBERING_UNKNOWN,
                interface_number: 0,
                object_id: &[],
            })
        });
        let basic = [
            lldpdu::Tlv::PortDescription(b"LAN"),
            lldpdu::Tlv::SystemName(name.as_bytes()),
            lldpdu::Tlv::SystemDescription(concat!("voiceport ", env!("CARGO_PKG_VERSION"), " jack test").as_bytes()),
            lldpdu::Tlv::SystemCapabilities { supported: TELEPHONE, enabled: TELEPHONE },
        ];
        let organisational = [
            lldpdu::Tlv::Organisational(Organisational::Dot3(mac_phy)),
            // the first TLV of LLDP-MED has to be this one (TIA-1057 §10.2.2)
            med(MedTlv::Capabilities { supported: MED_CAPABILITIES, class: CLASS_III }),
            med(MedTlv::NetworkPolicy(POLICY)),
            med(MedTlv::ExtendedPower(ExtendedPower { type_source_priority: PD_LOW, value: POWER_MW / 100 })),
            inventory(6, VERSION),
            inventory(7, SOFTWARE),
            inventory(9, MANUFACTURER),
            inventory(10, MODEL),
        ];
        basic.into_iter().chain(address).chain(organisational).collect()
    }

    fn cdp(&self, ttl_s: u8) -> Result<Vec<u8>, Unsendable> {
        let (name, address) = (self.name(), self.ipv4.map(|address| address.octets()));
        let addresses = address.as_ref().map(|bytes| {
            let address = Address { protocol_type: CDP_NLPID, protocol: &CDP_IPV4, bytes };
            cdp::Tlv::Addresses(Addresses { list: vec![address], rest: &[] })
        });
        let who = [cdp::Tlv::DeviceId(name.as_bytes()), cdp::Tlv::PortId(b"Port 1")];
        let what = [
            cdp::Tlv::Capabilities(CDP_HOST_PHONE),
            cdp::Tlv::Software(SOFTWARE.as_bytes()),
            cdp::Tlv::Platform(b"voiceport jack test"),
            cdp::Tlv::VoipVlanQuery(&VOIP_VLAN_QUERY),
            cdp::Tlv::Duplex(u8::from(self.full_duplex)),
            cdp::Tlv::PowerConsumption(POWER_MW),
        ];
        let tlvs = who.into_iter().chain(addresses).chain(what).collect();
        let message = cdp::Message { version: 2, ttl_s, tlvs, anomalies: Vec::new() };
        Ok(filled_up(ethernet::cdp_frame(self.mac.0, &message.encode()?).ok_or(Unsendable::Frame)?))
    }
}

fn filled_up(mut frame: Vec<u8>) -> Vec<u8> {
    frame.resize(frame.len().max(FRAME_MIN), 0);
    frame
}

/// Operational MAU type of twisted pair (IANA-MAU-MIB dot3MauType); 0 when unknown.
const fn mau(speed: Option<u32>, full_duplex: bool) -> u16 {
    match (speed, full_duplex) {
        (Some(10), false) => 10,
        (Some(10), true) => 11,
        (Some(100), false) => 15,
        (Some(100), true) => 16,
        (Some(1_000), false) => 29,
        (Some(1_000), true) => 30,
        (Some(10_000), true) => 54,
        _ => 0,
    }
}

/// When to announce: a fast start first, and again when a new LLDP-MED neighbour appears (TIA-1057 §11.2.1), then more slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    fast: u32,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { fast: FAST_STARTS }
    }
}

impl Schedule {
    /// How long to wait after an announcement until the next one.
    pub const fn after(&mut self) -> Duration {
        self.fast = self.fast.saturating_sub(1);
        if self.fast > 0 { FAST_INTERVAL } else { INTERVAL }
    }

    /// A new LLDP-MED neighbour has appeared: starts fast again. Whether that hastens the next announcement.
    pub const fn restart(&mut self) -> bool {
        let was_slow = self.fast == 0;
        self.fast = FAST_STARTS;
        was_slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::decode;
    use model::neighbour::{Neighbour, Source};

    const MAC: MacAddress = MacAddress([2, 0, 0, 0, 0, 0x17]);

    fn decoded(frame: &[u8]) -> Neighbour<'_> {
        let frame = ethernet::decode(frame, None).unwrap();
        decode::neighbour(&frame, Source::Interface).unwrap().unwrap()
    }

    #[test]
    fn the_withdrawn_telephone_is_the_announced_one() {
        for (ipv4, full_duplex) in [(None, true), (Some(Ipv4Addr::new(192, 0, 2, 7)), false)] {
            let endpoint = Endpoint { mac: MAC, ipv4, speed: Some(100), full_duplex };
            let announcement = endpoint.announcement().unwrap();
            let [lldp, cdp] = &announcement.advertisement;
            for (here, gone, ttl_s) in [(lldp, 0, 0), (cdp, 1, 1), (cdp, 2, 0)] {
                let (here, gone) = (decoded(here), decoded(&announcement.shutdown[gone]));
                assert!(here.is_phone(), "{here:?}");
                assert!(here.anomalies.is_empty() && gone.anomalies.is_empty(), "{here:?} {gone:?}");
                assert_eq!((here.ttl_s, gone.ttl_s), (Some(u16::from(TTL_S)), Some(ttl_s)));
                assert_eq!((&here.chassis_id, &here.port_id, here.mac), (&gone.chassis_id, &gone.port_id, gone.mac));
                assert_eq!(here.management_addresses.len(), usize::from(ipv4.is_some()));
                let device = |row: &Neighbour<'_>| row.cdp.as_ref().and_then(|cdp| cdp.device_id.as_deref().map(str::to_owned));
                assert_eq!(device(&here), device(&gone));
            }
        }
    }

    #[test]
    fn a_fast_start_is_followed_by_a_slow_pace_and_may_come_again() {
        let mut schedule = Schedule::default();
        let mut pace = || schedule.after().as_secs();
        assert_eq!([pace(), pace(), pace(), pace(), pace()], [1, 1, 1, 5, 5]);
        assert!(schedule.restart());
        assert!(!schedule.restart());
        assert_eq!(schedule.after().as_secs(), 1);
    }
}
