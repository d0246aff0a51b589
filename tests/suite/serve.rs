//! Tests of serve.

mod interop;
mod kernel;
mod transfer;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use model::serve::{Evidence, FetchEvent, FetchResult};
use proptest::prelude::*;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use voiceport::render::{Renderer, ServingContext};
use voiceport::serve::tftp::packet::{Malformed, Mode, Packet, Request, decode, encode};
use voiceport::serve::{FileStore, Options, Server};

use crate::provisioning::{literal_secret, phone, site};
use crate::support::DEADLINE;

/// A server on loopback for one phone at 127.0.0.1, and some plain files.
struct Running {
    server: Server,
    files: Arc<FileStore>,
    events: mpsc::Receiver<FetchEvent>,
}

const DEVICE_FILE: &str = "001565123456.cfg";

fn file_store(address: Option<&str>) -> FileStore {
    let mut phone = phone("001565123456", "yealink/t46s");
    phone.address = address.map(|address| address.parse().unwrap());
    let context = ServingContext { url: "http://127.0.0.1/".into() };
    FileStore::new(Arc::new(Renderer::builtin().unwrap()), site(vec![phone]), Box::new(literal_secret), context)
        .unwrap()
        .with_plain_file("empty.bin", Vec::new())
        .with_plain_file("block.bin", vec![7; 512])
        .with_plain_file("blocks.bin", vec![8; 1024 * 3])
        .with_plain_file("firmware.rom", (0..3_000_000_u32).flat_map(u32::to_le_bytes).take(3_000_000).collect::<Vec<u8>>())
}

fn start() -> Running {
    let files = Arc::new(file_store(Some("127.0.0.1")));
    let (sender, events) = mpsc::channel(64);
    let loopback = Some("127.0.0.1:0".parse().unwrap());
    // Any address, so that a stranger's 127.0.0.9 reaches it as well.
    let tftp = Some("0.0.0.0:0".parse().unwrap());
    let server = Server::start(&Options { tftp, http: loopback }, Arc::clone(&files), sender).unwrap();
    Running { server, files, events }
}

impl Running {
    async fn event(&mut self) -> FetchEvent {
        tokio::time::timeout(DEADLINE, self.events.recv()).await.unwrap().unwrap()
    }

    fn tftp(&self) -> SocketAddr {
        SocketAddr::new(IpAddr::from([127, 0, 0, 1]), self.server.tftp_address().unwrap().port())
    }

    fn http(&self) -> SocketAddr {
        self.server.http_address().unwrap()
    }
}

fn request(name: &str, options: &[(&str, &str)]) -> Request {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { name: name.into(), mode: Mode::Octet, options }
}

async fn ask(socket: &UdpSocket, to: SocketAddr, packet: &Packet) -> (Packet, SocketAddr) {
    socket.send_to(&encode(packet), to).await.unwrap();
    let mut bytes = [0; 2000];
    let received = tokio::time::timeout(DEADLINE, socket.recv_from(&mut bytes)).await;
    let (length, from) = received.unwrap().unwrap();
    (decode(&bytes[..length]).unwrap(), from)
}

#[test]
fn packets_have_the_bytes_of_the_standards() {
    let rrq = request("a.cfg", &[("blksize", "1428"), ("tsize", "0")]);
    let table: Vec<(Packet, &[u8])> = vec![
        (Packet::Read(rrq.clone()), b"\0\x01a.cfg\0octet\0blksize\x001428\0tsize\x000\0"),
        (Packet::Write(Request { mode: Mode::Netascii, options: vec![], ..rrq }), b"\0\x02a.cfg\0netascii\0"),
        (Packet::Data { block: 0x1234, data: b"xy".to_vec() }, b"\0\x03\x12\x34xy"),
        (Packet::Ack { block: 0xffff }, b"\0\x04\xff\xff"),
        (Packet::Error { code: 1, message: "file not found".into() }, b"\0\x05\0\x01file not found\0"),
        (Packet::OptionAck(vec![("blksize".into(), "1428".into())]), b"\0\x06blksize\x001428\0"),
    ];
    for (packet, bytes) in table {
        assert_eq!(encode(&packet), bytes);
        assert_eq!(decode(bytes).unwrap(), packet);
    }
}

#[test]
fn damaged_packets_say_what_is_missing() {
    assert_eq!(decode(b""), Err(Malformed::Missing { field: "opcode" }));
    assert_eq!(decode(b"\0\x01a.cfg"), Err(Malformed::Missing { field: "filename" }));
    assert_eq!(decode(b"\0\x01a.cfg\0mail\0"), Err(Malformed::Mode));
    assert_eq!(decode(b"\0\x09"), Err(Malformed::Opcode(9)));
}

proptest! {
    #[test]
    fn any_bytes_decode_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(packet) = decode(&bytes) {
            let _ = encode(&packet);
        }
    }

    #[test]
    fn requests_survive_the_wire(name in "[^\0]{0,60}", options in proptest::collection::vec(("[a-z_]{1,12}", "[^\0]{0,12}"), 0..5)) {
        let packet = Packet::Read(Request { name, mode: Mode::Octet, options });
        prop_assert_eq!(decode(&encode(&packet)), Ok(packet));
    }
}

#[tokio::test]
async fn a_denied_file_and_an_unknown_one_look_the_same() {
    let mut running = start();
    let stranger = UdpSocket::bind("127.0.0.9:0").await.unwrap();
    let (denied, _) = ask(&stranger, running.tftp(), &Packet::Read(request(DEVICE_FILE, &[]))).await;
    let first = running.event().await;
    let (unknown, _) = ask(&stranger, running.tftp(), &Packet::Read(request("no.cfg", &[]))).await;
    let second = running.event().await;
    assert_eq!(denied, unknown);
    assert_eq!((first.result, second.result), (FetchResult::Denied, FetchResult::NotFound));
    assert_eq!(first.detail.as_deref(), Some("nothing shows that 127.0.0.9 is 00:15:65:12:34:56"));
    assert_eq!(first.mac, Some("001565123456".parse().unwrap()));
}

#[tokio::test]
async fn a_transfer_has_a_new_port_and_ends_with_an_event() {
    let mut running = start();
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (packet, from) =
        ask(&phone, running.tftp(), &Packet::Read(request("/PROV/001565123456.CFG", &[("blksize", "1468")]))).await;
    assert_eq!(packet, Packet::OptionAck(vec![("blksize".into(), "1468".into())]));
    assert_ne!(from.port(), running.tftp().port());
    let (packet, _) = ask(&phone, from, &Packet::Ack { block: 0 }).await;
    let Packet::Data { block: 1, data } = packet else { panic!("{packet:?}") };
    assert!(String::from_utf8(data.clone()).unwrap().contains("account.1.password = s3cr&t<1>\n"));
    phone.send_to(&encode(&Packet::Ack { block: 1 }), from).await.unwrap();
    let event = running.event().await;
    assert_eq!(
        (event.result, event.bytes, event.evidence),
        (FetchResult::Served, data.len() as u64, Some(Evidence::InventoryAddress))
    );
}

#[tokio::test]
async fn the_answer_comes_from_the_address_asked() {
    let running = start();
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let asked = SocketAddr::new(IpAddr::from([127, 0, 0, 5]), running.tftp().port());
    let (_, from) = ask(&phone, asked, &Packet::Read(request("block.bin", &[]))).await;
    assert_eq!(from.ip(), asked.ip());
}

#[tokio::test]
async fn a_write_is_refused_politely() {
    let mut running = start();
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (packet, _) = ask(&phone, running.tftp(), &Packet::Write(request("001565123456.log", &[]))).await;
    assert_eq!(packet, Packet::Error { code: 2, message: "writing is not supported".into() });
    assert_eq!(running.event().await.result, FetchResult::Refused);
}

#[tokio::test]
async fn a_stranger_is_sent_one_packet_and_one_more_when_it_asks_again() {
    let running = start();
    let stranger = UdpSocket::bind("127.0.0.9:0").await.unwrap();
    let asking = Packet::Read(request("blocks.bin", &[]));
    let (first, from) = ask(&stranger, running.tftp(), &asking).await;
    let silence = tokio::time::timeout(Duration::from_millis(1500), stranger.recv(&mut [0; 600])).await;
    assert!(silence.is_err(), "nothing is sent again by itself");
    let (again, same) = ask(&stranger, running.tftp(), &asking).await;
    assert_eq!((first, from), (again, same));
}

#[test]
fn the_switches_evidence_opens_the_file_and_closes_it_again() {
    let files = file_store(None);
    let at: IpAddr = "203.0.113.7".parse().unwrap();
    assert!(files.ask(at, DEVICE_FILE).evidence.is_none());
    files.set_switch_evidence(vec![(at, "001565123456".parse().unwrap())]);
    assert_eq!(files.ask(at, DEVICE_FILE).evidence, Some(Evidence::SwitchPort));
    files.set_switch_evidence(Vec::new());
    assert!(files.ask(at, DEVICE_FILE).evidence.is_none());
}

#[tokio::test]
async fn a_taken_port_is_told_with_a_cure() {
    let running = start();
    let options = Options { tftp: None, http: Some(running.http()) };
    let error = Server::start(&options, Arc::clone(&running.files), mpsc::channel(1).0).unwrap_err();
    assert_eq!(error.to_string(), format!("http on {}: cannot listen: another program listens there", running.http()));
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn dropping_the_server_frees_its_port() {
    let running = start();
    let address = running.http();
    drop(running.server);
    let freed = async {
        while std::net::TcpListener::bind(address).is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, freed).await.unwrap();
}
