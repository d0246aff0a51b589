//! Frames that are built, as others read them.

use std::net::IpAddr;

use lldp::ethernet::Tag;
use model::ids::MacAddress;
use voiceport::host::frame::{Datagram, Header, arp_request, udp};

const PHONE: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 1]);
const HERE: MacAddress = MacAddress([0, 0, 0x5e, 0, 0x53, 9]);
const EVERYBODY: MacAddress = MacAddress([0xff; 6]);
/// VLAN 20, priority 5.
const VOICE: Tag = Tag(0xa014);

/// An ARP request and UDP, IPv4 and IPv6, from a phone to here.
fn frames(tag: Option<Tag>) -> [Vec<u8>; 3] {
    let to_here = Header { source: PHONE, destination: HERE, tag };
    let to_all = Header { destination: EVERYBODY, ..to_here };
    let datagram = |source: &str, destination: &str| {
        let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
        udp(&to_here, &Datagram { source, destination, ds_byte: 0xb9, ttl: 63, payload: b"is odd" }).unwrap()
    };
    [
        arp_request(&to_all, [192, 0, 2, 7].into(), [192, 0, 2, 1].into()),
        datagram("192.0.2.7:5060", "192.0.2.1:7000"),
        datagram("[2001:db8::7]:5060", "[2001:db8::1]:7000"),
    ]
}

mod interop {
    use std::process::Command;

    use super::{VOICE, frames};
    use crate::support::{TempDir, both, capture};

    #[test]
    #[ignore = "needs tshark: tests/run runs it"]
    fn tshark_reads_every_frame_and_finds_its_checksums_good() {
        let folder = TempDir::new();
        let file = folder.write("built.pcap", capture(&[frames(None), frames(Some(VOICE))].concat()));
        let fields = "vlan.id vlan.priority arp.opcode arp.src.hw_mac arp.src.proto_ipv4 arp.dst.proto_ipv4 ip.checksum.status \
                      udp.checksum.status ip.dsfield ipv6.tclass ip.ttl ipv6.hlim udp.srcport udp.dstport data.data _ws.malformed";
        let output = Command::new("tshark")
            .arg("-r")
            .arg(file)
            .args(["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=,"])
            .args(fields.split_whitespace().flat_map(|field| ["-e", field]))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", both(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        let expected = [
            "1,00:00:5e:00:53:01,192.0.2.7,192.0.2.1,,,,,,,,,,",
            ",,,,1,1,0xb9,,63,,5060,7000,6973206f6464,",
            ",,,,,1,,0x000000b9,,63,5060,7000,6973206f6464,",
        ];
        let untagged = expected.map(|line| format!(",,{line}"));
        let tagged = expected.map(|line| format!("20,5,{line}"));
        assert_eq!(text.lines().collect::<Vec<_>>(), [untagged, tagged].concat(), "1 is good");
    }
}

mod kernel {
    use std::net::SocketAddr;
    use std::time::Duration;

    use voiceport::host::udp::{Options, UdpSocket};
    use voiceport::host::{Interface, NeighbourTable, Transmitter};

    use super::{IpAddr, PHONE, VOICE, frames};
    use crate::support::{in_guest, sh};

    /// A cable whose ends are both here. What is sent into `phone` arrives at `here`, and in VLAN 20 at `here.20`.
    const CABLE: &str = "
        ip link add here address 00:00:5e:00:53:09 type veth peer name phone
        ip link add link here name here.20 type vlan id 20
        for interface in here phone here.20; do ip link set $interface up; done";

    #[test]
    #[ignore = "needs user-mode-linux: tests/run runs it"]
    fn the_kernel_takes_what_is_built_and_tells_its_marks() {
        if !in_guest("host::frame::kernel::the_kernel_takes_what_is_built_and_tells_its_marks") {
            return;
        }
        sh(CABLE);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for (interface, tag) in [("here", None), ("here.20", Some(VOICE))] {
                sh(&format!("ip addr add 192.0.2.1/24 dev {interface}; ip addr add 2001:db8::1/64 dev {interface} nodad"));
                let [arp, ipv4, ipv6] = frames(tag);
                let mut transmitter = Transmitter::open(&Interface::named("phone").unwrap()).unwrap();
                let table = NeighbourTable::open().unwrap();
                let phone: IpAddr = "192.0.2.7".parse().unwrap();
                assert!(table.macs(phone).is_empty());
                transmitter.send(&arp).unwrap();
                assert_eq!(table.macs(phone), [PHONE], "{interface}: who asks is known");
                for (frame, ours, theirs) in
                    [(ipv4, "192.0.2.1:7000", "192.0.2.7:5060"), (ipv6, "[2001:db8::1]:7000", "[2001:db8::7]:5060")]
                {
                    let socket = UdpSocket::bind(ours.parse().unwrap(), Options::default()).unwrap();
                    transmitter.send(&frame).unwrap();
                    let mut buffer = [0; 100];
                    let received = tokio::time::timeout(Duration::from_secs(30), socket.recv(&mut buffer)).await;
                    let received = received.expect("the kernel does not take it").unwrap();
                    assert_eq!(&buffer[..received.length], b"is odd", "{interface}");
                    assert_eq!(received.peer, Some(theirs.parse::<SocketAddr>().unwrap()), "{interface}");
                    assert_eq!((received.ds_byte, received.ttl), (Some(0xb9), Some(63)), "{interface} {ours}");
                    let destination = received.destination.unwrap();
                    assert!(destination.is_unicast() && destination.address() == ours.parse::<SocketAddr>().unwrap().ip());
                }
                sh(&format!("ip addr flush dev {interface}; ip neigh flush dev {interface}"));
            }
        });
    }
}
