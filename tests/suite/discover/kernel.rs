//! Listening in a kernel of its own: a real lldpd on the other end of a cable.

use std::process::Command;
use std::time::Duration;

use lldp::{cdp, ethernet};
use model::hex::bare_hex;
use model::neighbour::{Neighbour, Protocol};
use voiceport::discover::announce::Endpoint;
use voiceport::discover::{self, Advertiser, Error, ListenPorts, received_neighbour};
use voiceport::host::{self, Interface, LinkEvent, ReceivedFrame, Sniffer};

use super::recogniser;
use crate::support::{DEADLINE, Running, in_guest, sh};

/// Two cables from here to a phone's network namespace, the second one tagged for VLAN 20.
const CABLES: &str = "
    ip netns add phone
    for cable in 1 2; do
        ip link add port$cable type veth peer name eth$cable netns phone
        ip -n phone link set eth$cable address 00:00:5e:00:53:0$cable up
        ip link set port$cable up
    done";

const PHONE: &str = "
    configure system hostname SEP00005E005301
    configure inventory manufacturer Acme
    configure inventory model T46
    configure system capabilities enabled bridge,telephone
    configure med fast-start enable
    configure lldp tx-interval 1
";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Listens on these interfaces.
fn listen(names: &[&str]) -> Result<Sniffer, Error> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    discover::listen(&ListenPorts::of(&names)?.interfaces)
}

/// Waits for a neighbour; what others say until then is given up.
async fn heard(sniffer: &mut Sniffer, wanted: impl Fn(&Neighbour<'_>) -> bool) -> Neighbour<'static> {
    let wait = async {
        loop {
            let mut found = None;
            let each = |frame: &ReceivedFrame<'_>| {
                let row = received_neighbour(frame).expect("the filter lets through nothing else").unwrap();
                assert_eq!((row.interface.as_deref(), row.seen_at), (Some(frame.interface), Some(frame.received_at)));
                if found.is_none() && wanted(&row) {
                    found = Some(row.into_owned());
                }
            };
            sniffer.recv(each).await.unwrap();
            if let Some(found) = found {
                return found;
            }
        }
    };
    tokio::time::timeout(DEADLINE, wait).await.expect("nothing heard in time")
}

/// Whether no neighbour is heard within a moment, which must be long enough for what was sent before.
async fn silent(sniffer: &mut Sniffer) -> bool {
    let any = async {
        let mut neighbours = 0;
        while neighbours == 0 {
            // before the filter was attached, the socket heard everything
            sniffer.recv(|frame| neighbours += usize::from(received_neighbour(frame).is_some())).await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_millis(200), any).await.is_err()
}

#[test]
#[ignore = "needs user-mode-linux and lldpd: tests/run runs it"]
fn a_phone_is_heard_on_each_of_two_cables() {
    if !in_guest("discover::kernel::a_phone_is_heard_on_each_of_two_cables") {
        return;
    }
    sh(CABLES);
    sh(&format!("mkdir -p /run/lldpd; chmod 755 /run /run/lldpd; cat > /run/phone.conf <<'END'{PHONE}END"));
    runtime().block_on(async {
        let mut sniffer = listen(&["port1", "port2"]).unwrap();
        // a deadline that passes while waiting must not lose a frame
        assert!(silent(&mut sniffer).await);
        let lldpd = ["netns", "exec", "phone", "lldpd", "-d", "-M", "3", "-ccccc", "-l", "-I", "eth1,eth2"];
        let files = ["-u", "/run/lldpd/phone.socket", "-O", "/run/phone.conf"];
        let _lldpd = Running::start(Command::new("ip").args(lldpd).args(files));
        for (interface, mac) in [("port1", "00:00:5e:00:53:01"), ("port2", "00:00:5e:00:53:02")] {
            for protocol in [Protocol::Lldp, Protocol::Cdp] {
                let row = heard(&mut sniffer, |row| {
                    (row.protocol, row.interface.as_deref()) == (protocol, Some(interface))
                        && (protocol == Protocol::Cdp || row.med.as_ref().is_some_and(|med| med.inventory.is_some()))
                })
                .await;
                assert!(row.anomalies.is_empty(), "{row:?}");
                if protocol == Protocol::Lldp {
                    assert_eq!(row.port_id.as_ref().unwrap().value.to_string(), mac);
                    assert_eq!(recogniser().identify(&row).unwrap().model.as_deref(), Some("T46"));
                }
            }
        }
        assert!(sniffer.stats().all(|stats| (stats.dropped, stats.own) == (0, 0)));
    });
}

#[test]
#[ignore = "needs user-mode-linux and python3: tests/run runs it"]
fn the_tag_the_kernel_takes_off_is_reported_and_own_frames_are_not_heard() {
    if !in_guest("discover::kernel::the_tag_the_kernel_takes_off_is_reported_and_own_frames_are_not_heard") {
        return;
    }
    sh(CABLES);
    sh("ip link add link port1 name tagged type vlan id 30; ip link set tagged up
        ip -n phone link add link eth1 name voice type vlan id 20; ip -n phone link set voice up");
    runtime().block_on(async {
        let mut sniffer = listen(&["port1"]).unwrap();
        send("", "tagged", 1);
        send(IN_PHONE, "voice", 2);
        let row = heard(&mut sniffer, |_| true).await;
        assert_eq!((row.vlan, &*row.chassis_id.unwrap().value.to_string()), (Some(20), "2"));
    });
}

/// The smallest LLDPDU with `number` as chassis ID, from this address.
fn smallest(sender: [u8; 6], number: u8) -> Vec<u8> {
    ethernet::lldp_frame(sender, &[2, 2, 7, b'0' + number, 4, 2, 7, 0x41, 6, 2, 0, 120, 0, 0])
}

/// Sends a frame through `interface`, with `prefix` before the command.
fn send_frame(prefix: &str, interface: &str, frame: &[u8]) {
    let hex = bare_hex(frame);
    let script = format!(
        "import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(('{interface}', 0)); \
         s.send(bytes.fromhex('{hex}').ljust(60, b'\\0'))"
    );
    sh(&format!("{prefix}python3 -c \"{script}\""));
}

const PHONE_ADDRESS: [u8; 6] = [0, 0, 0x5e, 0, 0x53, 2];
const IN_PHONE: &str = "ip netns exec phone ";

/// The smallest LLDPDU with `number` as chassis ID.
fn send(prefix: &str, interface: &str, number: u8) {
    send_frame(prefix, interface, &smallest(PHONE_ADDRESS, number));
}

fn chassis(row: &Neighbour<'_>) -> Option<String> {
    row.chassis_id.as_ref().map(|id| id.value.to_string())
}

#[test]
#[ignore = "needs user-mode-linux and python3: tests/run runs it"]
fn a_frame_with_the_interfaces_own_address_is_only_counted() {
    if !in_guest("discover::kernel::a_frame_with_the_interfaces_own_address_is_only_counted") {
        return;
    }
    sh(CABLES);
    sh("ip link set port1 address 02:00:00:00:00:77");
    runtime().block_on(async {
        let mut sniffer = listen(&["port1"]).unwrap();
        send_frame(IN_PHONE, "eth1", &smallest([2, 0, 0, 0, 0, 0x77], 1));
        send(IN_PHONE, "eth1", 2);
        assert_eq!(chassis(&heard(&mut sniffer, |_| true).await).as_deref(), Some("2"));
        assert_eq!(sniffer.stats().map(|stats| stats.own).collect::<Vec<_>>(), [1]);
    });
}

#[test]
#[ignore = "needs user-mode-linux and python3: tests/run runs it"]
fn an_interface_that_goes_down_or_away_is_listened_on_when_it_is_back() {
    if !in_guest("discover::kernel::an_interface_that_goes_down_or_away_is_listened_on_when_it_is_back") {
        return;
    }
    sh(CABLES);
    runtime().block_on(async {
        let mut sniffer = listen(&["port1", "port2"]).unwrap();
        let turn = |turn| ("port1".to_owned(), turn);
        assert_eq!(sniffer.link_events().unwrap(), []);
        sh("ip link set port1 down");
        assert_eq!(sniffer.link_events().unwrap(), [turn(LinkEvent::Down)]);
        assert_eq!(sniffer.link_events().unwrap(), []);
        send(IN_PHONE, "eth2", 1);
        assert_eq!(chassis(&heard(&mut sniffer, |_| true).await).as_deref(), Some("1"), "the others go on");
        sh("ip link set port1 up");
        assert_eq!(sniffer.link_events().unwrap(), [turn(LinkEvent::Up)]);
        send(IN_PHONE, "eth1", 2);
        assert_eq!(chassis(&heard(&mut sniffer, |_| true).await).as_deref(), Some("2"));
        // quicker than anybody looks
        sh("ip link set port1 down; ip link set port1 up");
        assert_eq!(sniffer.link_events().unwrap(), [turn(LinkEvent::Down), turn(LinkEvent::Up)]);
        sh("ip link del port1");
        assert_eq!(sniffer.link_events().unwrap(), [turn(LinkEvent::Down)]);
        sh("ip link add port1 type veth peer name eth1 netns phone; ip link set port1 up; ip -n phone link set eth1 up");
        assert_eq!(sniffer.link_events().unwrap(), [turn(LinkEvent::Up)]);
        send(IN_PHONE, "eth1", 3);
        assert_eq!(chassis(&heard(&mut sniffer, |_| true).await).as_deref(), Some("3"), "made anew under its name");
    });
}

#[test]
#[ignore = "needs user-mode-linux and python3: tests/run runs it"]
fn a_bridge_is_captured_at_its_ports_and_cdp_where_it_came_in() {
    if !in_guest("discover::kernel::a_bridge_is_captured_at_its_ports_and_cdp_where_it_came_in") {
        return;
    }
    sh(CABLES);
    sh("ip link add br0 type bridge; ip link set br0 up; ip link add br1 type bridge
        ip link set port1 master br0; ip link set port2 master br0");
    let places = ListenPorts::of(&["br0".to_owned(), "port2".to_owned()]).unwrap();
    assert_eq!(places.bridges, [("br0".to_owned(), vec!["port1".to_owned(), "port2".to_owned()])]);
    assert_eq!(places.interfaces.iter().map(|interface| interface.name.as_str()).collect::<Vec<_>>(), ["port1", "port2"]);
    assert_eq!(
        ListenPorts::of(&["br1".to_owned()]).unwrap_err().to_string(),
        "interface br1: listen: it is a bridge without ports"
    );
    runtime().block_on(async {
        let mut sniffer = discover::listen(&places.interfaces).unwrap();
        let tlvs = vec![cdp::Tlv::DeviceId(b"phone"), cdp::Tlv::PortId(b"Port 1")];
        let message = cdp::Message { version: 2, ttl_s: 180, tlvs, anomalies: Vec::new() };
        let flooded = ethernet::cdp_frame(PHONE_ADDRESS, &message.encode().unwrap()).unwrap();
        // the bridge does flood it: the other end of the other port hears it
        let listener = "timeout 120 tcpdump -i eth2 -c 1 -Q in -e ether host 00:00:5e:00:53:02 2>/run/tcpdump";
        let mut other = Running::start(Command::new("sh").args(["-c", &format!("{IN_PHONE}{listener}")]));
        sh("until grep -q listening /run/tcpdump; do sleep 0.05; done");
        send_frame(IN_PHONE, "eth1", &flooded);
        let row = heard(&mut sniffer, |_| true).await;
        assert_eq!((row.protocol, row.interface.as_deref()), (Protocol::Cdp, Some("port1")));
        assert!(other.0.wait().unwrap().success(), "the bridge did not flood");
        assert!(silent(&mut sniffer).await, "heard again where it was flooded to");
    });
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn who_announces_a_phone_and_fails_withdraws_it() {
    if !in_guest("discover::kernel::who_announces_a_phone_and_fails_withdraws_it") {
        return;
    }
    sh("ip link add here type veth peer name there; ip link set here up; ip link set there up");
    runtime().block_on(async {
        let mut sniffer = listen(&["there"]).unwrap();
        let link = Interface::named("here").unwrap();
        let endpoint = Endpoint { mac: link.mac, ipv4: None, speed: None, full_duplex: true };
        let failing = std::panic::catch_unwind(|| {
            let mut advertiser = Advertiser::open(&link, endpoint.announcement().unwrap()).unwrap();
            advertiser.advertise().unwrap();
            panic!("something else goes wrong");
        });
        assert!(failing.is_err());
        let mut times = Vec::new();
        while times.len() < 5 {
            let each = |frame: &ReceivedFrame<'_>| {
                let row = received_neighbour(frame).expect("the filter lets through nothing else").unwrap();
                times.push((row.protocol, row.ttl_s.unwrap()));
            };
            tokio::time::timeout(DEADLINE, sniffer.recv(each)).await.expect("not withdrawn").unwrap();
        }
        let (lldp, cdp) = (Protocol::Lldp, Protocol::Cdp);
        assert_eq!(times, [(lldp, 20), (cdp, 20), (lldp, 0), (cdp, 1), (cdp, 0)]);
        // who announced nothing has nothing to withdraw
        drop(Advertiser::open(&link, endpoint.announcement().unwrap()).unwrap());
        assert!(silent(&mut sniffer).await);
    });
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn what_cannot_be_listened_on_says_why_and_what_to_do() {
    if !in_guest("discover::kernel::what_cannot_be_listened_on_says_why_and_what_to_do") {
        return;
    }
    sh(CABLES);
    sh("ip link set port2 down");
    runtime().block_on(async {
        let open = |name: &str| listen(&[name]).unwrap_err();
        let absent = open("port9");
        assert_eq!(absent.to_string(), "interface port9: listen: there is no such interface");
        assert!(absent.hint().unwrap().contains("port1"), "{:?}", absent.hint());
        let down = open("port2");
        assert!(matches!(down, Error::Interface(host::Error::InterfaceDown { .. })), "{down}");
        assert_eq!(down.hint().as_deref(), Some("ip link set port2 up"));
        nix::unistd::setuid(nix::unistd::Uid::from_raw(65534)).unwrap();
        let refused = open("port1");
        let cure = "sudo setcap cap_net_admin,cap_net_bind_service,cap_net_raw+ep /";
        assert_eq!(refused.to_string(), "interface port1: listen: not permitted to open a packet socket");
        assert!(refused.hint().unwrap().starts_with(cure), "{:?}", refused.hint());
    });
}
