//! Builds Ethernet frames, with an 802.1Q tag where wanted: ARP requests, and UDP over IPv4 and IPv6 with checksums. Pure.
//!
//! For what a socket cannot send: from another MAC address, in another VLAN, with a priority of its own. The headers are pnet's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use lldp::ethernet::Tag;
use model::ids::MacAddress;
use pnet_packet::arp::{Arp, ArpHardwareTypes, ArpOperations, MutableArpPacket};
use pnet_packet::ethernet::{EtherType, EtherTypes, Ethernet, MutableEthernetPacket};
use pnet_packet::ip::{IpNextHeaderProtocol, IpNextHeaderProtocols};
use pnet_packet::ipv4::{self, Ipv4, Ipv4Flags, MutableIpv4Packet};
use pnet_packet::ipv6::{Ipv6, MutableIpv6Packet};
use pnet_packet::udp::{self, MutableUdpPacket, Udp};
use pnet_packet::vlan::{ClassOfService, MutableVlanPacket, Vlan};

/// Shortest frame without its check sequence; not every driver fills up.
const FRAME_MIN: usize = 60;
const ETHERNET_LEN: usize = MutableEthernetPacket::minimum_packet_size();
const TAG_LEN: usize = MutableVlanPacket::minimum_packet_size();
const IPV4_LEN: usize = MutableIpv4Packet::minimum_packet_size();
const IPV6_LEN: usize = MutableIpv6Packet::minimum_packet_size();
const UDP_LEN: usize = MutableUdpPacket::minimum_packet_size();
/// Header length of IPv4 without options, in words of 32 bits.
const IPV4_WORDS: u8 = 5;
/// Bytes of a MAC and of an IPv4 address.
const MAC_LEN: u8 = 6;
const IPV4_ADDRESS_LEN: u8 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub source: MacAddress,
    pub destination: MacAddress,
    /// 802.1Q: VLAN and priority.
    pub tag: Option<Tag>,
}

/// What is sent by UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram<'a> {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    /// DSCP and ECN.
    pub ds_byte: u8,
    /// TTL or hop limit.
    pub ttl: u8,
    pub payload: &'a [u8],
}

/// Why there is no such frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbuildable {
    /// More than a length field can say.
    #[error("the datagram is longer than IP can carry")]
    TooLong,
    /// One address is IPv4, the other IPv6.
    #[error("source and destination are of two address families")]
    MixedFamilies,
}

/// Asks who has the IPv4 address `target`, in the name of `sender`. To be sent to the broadcast address, or to one station.
#[must_use]
pub fn arp_request(header: &Header, sender: Ipv4Addr, target: Ipv4Addr) -> Vec<u8> {
    let request = Arp {
        hardware_type: ArpHardwareTypes::Ethernet,
        protocol_type: EtherTypes::Ipv4,
        hw_addr_len: MAC_LEN,
        proto_addr_len: IPV4_ADDRESS_LEN,
        operation: ArpOperations::Request,
        sender_hw_addr: header.source.0.into(),
        sender_proto_addr: sender,
        target_hw_addr: [0; 6].into(),
        target_proto_addr: target,
        payload: Vec::new(),
    };
    let mut bytes = vec![0; MutableArpPacket::minimum_packet_size()];
    if let Some(mut packet) = MutableArpPacket::new(&mut bytes) {
        packet.populate(&request);
    }
    ethernet(header, EtherTypes::Arp, bytes)
}

/// A UDP datagram in one packet, which is not to be fragmented.
pub fn udp(header: &Header, datagram: &Datagram<'_>) -> Result<Vec<u8>, Unbuildable> {
    match (datagram.source.ip(), datagram.destination.ip()) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let segment = segment(datagram, |packet| udp::ipv4_checksum(packet, &source, &destination))?;
            Ok(ethernet(header, EtherTypes::Ipv4, ipv4_packet(source, destination, datagram, segment)?))
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let segment = segment(datagram, |packet| udp::ipv6_checksum(packet, &source, &destination))?;
            Ok(ethernet(header, EtherTypes::Ipv6, ipv6_packet(source, destination, datagram, segment)?))
        }
        _ => Err(Unbuildable::MixedFamilies),
    }
}

/// The UDP header and the payload.
fn segment(datagram: &Datagram<'_>, checksum: impl FnOnce(&udp::UdpPacket<'_>) -> u16) -> Result<Vec<u8>, Unbuildable> {
    let length = UDP_LEN + datagram.payload.len();
    let fields = Udp {
        source: datagram.source.port(),
        destination: datagram.destination.port(),
        length: u16::try_from(length).map_err(|_| Unbuildable::TooLong)?,
        checksum: 0,
        payload: datagram.payload.to_vec(),
    };
    let mut bytes = vec![0; length];
    if let Some(mut packet) = MutableUdpPacket::new(&mut bytes) {
        packet.populate(&fields);
        // 0 says that there is none; a sum of 0 is sent as its other form (RFC 768)
        packet.set_checksum(match checksum(&packet.to_immutable()) {
            0 => u16::MAX,
            sum => sum,
        });
    }
    Ok(bytes)
}

fn ipv4_packet(source: Ipv4Addr, destination: Ipv4Addr, datagram: &Datagram<'_>, segment: Vec<u8>) -> Result<Vec<u8>, Unbuildable> {
    let length = IPV4_LEN + segment.len();
    let fields = Ipv4 {
        version: 4,
        header_length: IPV4_WORDS,
        dscp: datagram.ds_byte >> 2,
        ecn: datagram.ds_byte & 3,
        total_length: u16::try_from(length).map_err(|_| Unbuildable::TooLong)?,
        // of a packet that cannot be fragmented it means nothing (RFC 6864 §4.1)
        identification: 0,
        flags: Ipv4Flags::DontFragment,
        fragment_offset: 0,
        ttl: datagram.ttl,
        next_level_protocol: UDP,
        checksum: 0,
        source,
        destination,
        options: Vec::new(),
        payload: segment,
    };
    let mut bytes = vec![0; length];
    if let Some(mut packet) = MutableIpv4Packet::new(&mut bytes) {
        packet.populate(&fields);
        packet.set_checksum(ipv4::checksum(&packet.to_immutable()));
    }
    Ok(bytes)
}

fn ipv6_packet(source: Ipv6Addr, destination: Ipv6Addr, datagram: &Datagram<'_>, segment: Vec<u8>) -> Result<Vec<u8>, Unbuildable> {
    let length = IPV6_LEN + segment.len();
    let fields = Ipv6 {
        version: 6,
        traffic_class: datagram.ds_byte,
        flow_label: 0,
        payload_length: u16::try_from(segment.len()).map_err(|_| Unbuildable::TooLong)?,
        next_header: UDP,
        hop_limit: datagram.ttl,
        source,
        destination,
        payload: segment,
    };
    let mut bytes = vec![0; length];
    if let Some(mut packet) = MutableIpv6Packet::new(&mut bytes) {
        packet.populate(&fields);
    }
    Ok(bytes)
}

const UDP: IpNextHeaderProtocol = IpNextHeaderProtocols::Udp;

fn ethernet(header: &Header, kind: EtherType, payload: Vec<u8>) -> Vec<u8> {
    let (kind, payload) = match header.tag {
        None => (kind, payload),
        Some(tag) => (EtherTypes::Vlan, tagged(tag, kind, payload)),
    };
    let fields = Ethernet { destination: header.destination.0.into(), source: header.source.0.into(), ethertype: kind, payload };
    let mut bytes = vec![0; (ETHERNET_LEN + fields.payload.len()).max(FRAME_MIN)];
    if let Some(mut packet) = MutableEthernetPacket::new(&mut bytes) {
        packet.populate(&fields);
    }
    bytes
}

fn tagged(tag: Tag, kind: EtherType, payload: Vec<u8>) -> Vec<u8> {
    let mut bytes = vec![0; TAG_LEN + payload.len()];
    let fields = Vlan {
        priority_code_point: ClassOfService((tag.0 >> 13) as u8),
        drop_eligible_indicator: (tag.0 >> 12 & 1) as u8,
        vlan_identifier: tag.vid(),
        ethertype: kind,
        payload,
    };
    if let Some(mut packet) = MutableVlanPacket::new(&mut bytes) {
        packet.populate(&fields);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header {
        source: MacAddress([0, 0x15, 0x65, 0, 0, 1]),
        destination: MacAddress([0x02, 0, 0, 0, 0, 2]),
        tag: Some(Tag(0xb014)),
    };

    fn datagram<'a>(source: &str, destination: &str, payload: &'a [u8]) -> Datagram<'a> {
        let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
        Datagram { source, destination, ds_byte: 0xb8, ttl: 64, payload }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    #[test]
    fn frames_are_these_bytes() {
        let arp = |header: &Header| arp_request(header, [192, 0, 2, 7].into(), [192, 0, 2, 1].into());
        let v4 = udp(&HEADER, &datagram("192.0.2.7:5060", "192.0.2.1:862", b"voice")).unwrap();
        let v6 = udp(&HEADER, &datagram("[2001:db8::7]:5060", "[2001:db8::1]:862", b"voice")).unwrap();
        let tagged = "0200000000020015650000018100b014";
        let asks = "08060001080006040001001565000001c0000207000000000000c0000201";
        let padding = |bytes: usize| "00".repeat(bytes);
        assert_eq!(hex(&arp(&HEADER)), format!("{tagged}{asks}{}", padding(14)));
        assert_eq!(hex(&arp(&Header { tag: None, ..HEADER })), format!("020000000002001565000001{asks}{}", padding(18)));
        let (ip, rest) = ("080045b80021000040004011b60bc0000207c0000201", "13c4035e000d1fd6766f696365");
        assert_eq!(hex(&v4), format!("{tagged}{ip}{rest}{}", padding(9)));
        let (ip, rest) =
            ("86dd6b800000000d114020010db800000000000000000000000720010db8000000000000000000000001", "13c4035e000d4865766f696365");
        assert_eq!(hex(&v6), format!("{tagged}{ip}{rest}"));
    }

    #[test]
    fn a_checksum_of_zero_is_sent_in_its_other_form() {
        // the payload that makes the sum zero
        let frame = udp(&HEADER, &datagram("[2001:db8::7]:5060", "[2001:db8::1]:862", b"\0\0")).unwrap();
        let sum: [u8; 2] = frame[64..66].try_into().unwrap();
        let frame = udp(&HEADER, &datagram("[2001:db8::7]:5060", "[2001:db8::1]:862", &sum)).unwrap();
        assert_eq!(frame[64..66], [0xff, 0xff]);
    }

    #[test]
    fn what_ip_cannot_carry_is_no_frame() {
        let longest = vec![0; 65_535 - 28];
        assert_eq!(udp(&HEADER, &datagram("192.0.2.7:1", "192.0.2.1:2", &longest)).unwrap().len(), 18 + 65_535);
        let too_long = vec![0; 65_535 - 27];
        assert_eq!(udp(&HEADER, &datagram("192.0.2.7:1", "192.0.2.1:2", &too_long)), Err(Unbuildable::TooLong));
        assert_eq!(udp(&HEADER, &datagram("192.0.2.7:1", "[::1]:2", b"")), Err(Unbuildable::MixedFamilies));
    }
}
