//! Listening in a kernel of its own: a real lldpd on the other end of a cable.

use std::process::Command;
use std::time::Duration;

use voiceport::discover::{Error, Identifier, Sniffer};
use voiceport::model::neighbour::{Neighbour, Protocol};

use super::catalogue;
use crate::support::{Running, in_guest, sh};

/// Long enough for a slow machine; every wait ends with the frame it waits for.
const DEADLINE: Duration = Duration::from_secs(30);

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

async fn heard(sniffer: &mut Sniffer, wanted: impl Fn(&Neighbour<'_>) -> bool) -> Neighbour<'static> {
    let wait = async {
        loop {
            let heard = sniffer.next().await.unwrap();
            let row = heard.neighbour.unwrap();
            assert_eq!((row.interface.as_deref(), row.seen_at), (Some(heard.interface.as_str()), Some(heard.seen_at)));
            if wanted(&row) {
                return row;
            }
        }
    };
    tokio::time::timeout(DEADLINE, wait).await.expect("nothing heard in time")
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
        let mut sniffer = Sniffer::open(&["port1".to_owned(), "port2".to_owned()]).unwrap();
        // a deadline that passes while waiting must not lose a frame
        assert!(tokio::time::timeout(Duration::from_millis(50), sniffer.next()).await.is_err());
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
                    assert_eq!(Identifier::new(&catalogue()).identify(&row).unwrap().model.as_deref(), Some("T46"));
                }
            }
        }
        assert_eq!(sniffer.dropped(), 0);
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
        let mut sniffer = Sniffer::open(&["port1".to_owned()]).unwrap();
        send("", "tagged", 1);
        send("ip netns exec phone ", "voice", 2);
        let row = heard(&mut sniffer, |_| true).await;
        assert_eq!((row.vlan, &*row.chassis_id.unwrap().value.to_string()), (Some(20), "2"));
    });
}

/// Sends the smallest LLDPDU through `interface`, with `number` as chassis ID.
fn send(prefix: &str, interface: &str, number: u8) {
    let script = format!(
        "import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(('{interface}', 0)); \
         s.send(bytes.fromhex('0180c200000e00005e00530288cc0202073{number}04020741060200780000').ljust(60, b'\\0'))"
    );
    sh(&format!("{prefix}python3 -c \"{script}\""));
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
        let open = |name: &str| Sniffer::open(&[name.to_owned()]).unwrap_err();
        let absent = open("port9");
        assert_eq!(absent.to_string(), "interface port9: listen: there is no such interface");
        assert!(absent.help().unwrap().contains("port1"), "{:?}", absent.help());
        let down = open("port2");
        assert!(matches!(down, Error::InterfaceDown { .. }), "{down}");
        assert_eq!(down.help().as_deref(), Some("ip link set port2 up"));
        nix::unistd::setuid(nix::unistd::Uid::from_raw(65534)).unwrap();
        let refused = open("port1");
        assert_eq!(refused.to_string(), "interface port1: listen: not permitted to open a packet socket");
        assert!(refused.help().unwrap().starts_with("sudo setcap cap_net_raw+ep /"), "{:?}", refused.help());
    });
}
