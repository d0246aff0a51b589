//! What holds for any octets that anyone may send or store: the properties of the fuzz targets, which the suite checks on their corpus.

use std::io::Read;
use std::sync::LazyLock;
use std::time::Instant;

use flate2::Compression;
use flate2::read::GzEncoder;
use voiceport::discover::Recogniser;
use voiceport::discover::cdp;
use voiceport::discover::cursor::Anomaly;
use voiceport::discover::cursor::Cursor;
use voiceport::discover::decode;
use voiceport::discover::ethernet;
use voiceport::discover::ethernet::Frame;
use voiceport::discover::ethernet::Tag;
use voiceport::discover::link_type::LinkType;
use voiceport::discover::lldp;
use voiceport::model::catalogue::Catalogue;
use voiceport::model::neighbour::Neighbour;
use voiceport::model::neighbour::Rejected;
use voiceport::model::neighbour::Source;
use voiceport::output::row_json;
use voiceport::snmp::Bindings;
use voiceport::snmp::Message;
use voiceport::snmp::Pdu;
use voiceport::snmp::VarBind;
use voiceport::snmp::message::Secured;
use voiceport::snmp::usm::Authority;
use voiceport::snmp::usm::Cipher;
use voiceport::snmp::usm::Hash;
use voiceport::snmp::usm::Master;
use voiceport::snmp::usm::Peer;
use voiceport::snmp::usm::Refused;
use voiceport::snmp::usm::User;

/// How a compressed file begins (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The source address of made-up frames.
const SOURCE: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// An LLDPDU that can be read becomes a row, and what was read can be sent: it is read as the same.
pub fn lldp(octets: &[u8]) {
    let frame = ethernet::lldp_frame(SOURCE, octets);
    let row = row(&ethernet::decode(&frame, None).unwrap());
    let decoded = lldp::decode(Cursor::new("lldp", octets));
    assert_eq!(row.is_some(), decoded.is_ok());
    let Ok(decoded) = decoded else { return };
    let row = row.unwrap();
    assert_eq!((row.ttl_s, row.anomalies.len()), (Some(decoded.ttl_s), decoded.anomalies.len()));

    let sent = decoded.encode().unwrap();
    let mut received = lldp::decode(Cursor::new("lldp", &sent)).unwrap();
    received.anomalies.clone_from(&decoded.anomalies);
    assert_eq!(received, decoded);
}

/// The same for a CDP message; what is sent has a right checksum.
pub fn cdp(octets: &[u8]) {
    let decoded = cdp::decode(Cursor::new("cdp", octets));
    if let Some(frame) = ethernet::cdp_frame(SOURCE, octets) {
        let row = row(&ethernet::decode(&frame, None).unwrap());
        assert_eq!(row.is_some(), decoded.is_ok());
    }
    let Ok(decoded) = decoded else { return };
    let sent = decoded.encode().unwrap();
    let mut received = cdp::decode(Cursor::new("cdp", &sent)).unwrap();
    assert!(!received.anomalies.iter().any(|anomaly| matches!(anomaly, Anomaly::Checksum { .. })), "{received:?}");
    received.anomalies.clone_from(&decoded.anomalies);
    assert_eq!(received, decoded);
}

/// A frame of any link type ends no decoder; the first octet chooses the link type, or a tag that the receiver took off.
pub fn ethernet(octets: &[u8]) {
    const LINK_TYPES: [i32; 11] = [1, 113, 276, 192, 197, 240, 241, 274, 281, 282, 285];
    let Some((kind, octets)) = octets.split_first() else { return };
    let frame = match LINK_TYPES.get(usize::from(*kind)) {
        Some(number) => LinkType::of(*number).unwrap().frame(octets),
        None => Some(ethernet::decode(octets, Some(Tag(u16::from_be_bytes([*kind, 20]))))),
    };
    if let Some(Ok(frame)) = frame {
        row(&frame);
    }
}

/// A capture file gives the same rows and the same error, whole, in pieces and compressed. How much of a damaged deflate stream comes out
/// before the damage is the decompressor's affair.
pub fn pcap(octets: &[u8]) {
    let whole = read(octets);
    if octets.starts_with(&GZIP) {
        return;
    }
    assert_eq!(whole, read(Pieces { rest: octets, length: 0 }));
    // every eighth: compressing takes longer than all else
    if octets.len().is_multiple_of(8) {
        let mut compressed = Vec::new();
        GzEncoder::new(octets, Compression::fast()).read_to_end(&mut compressed).unwrap();
        assert_eq!(whole, read(&compressed[..]));
    }
}

/// The row of a frame, which can be kept, and is printed as any other serializer would.
fn row<'a>(frame: &Frame<'a>) -> Option<Neighbour<'a>> {
    let row = decode::neighbour(frame, Source::Pcap)?.ok()?;
    let mut printed = Vec::new();
    row_json::append(&mut printed, &row).unwrap();
    assert_eq!(String::from_utf8(printed).unwrap(), serde_json::to_string(&row).unwrap());
    assert_eq!(row.clone().into_owned(), row);
    Some(row)
}

/// The engine that messages of version 3 are for, in the property and in its seeds.
pub const ENGINE_ID: [u8; 5] = [0x80, 0, 0, 0, 1];

/// A user whose password is as short as it may be: stretching it takes longer than all else.
pub static USER: LazyLock<User> = LazyLock::new(|| {
    let master = Master::new(Hash::Sha1, "password").unwrap();
    User { name: b"u".to_vec(), authentication: Some(master.clone()), privacy: Some((Cipher::Aes128, master)) }
});

/// A datagram that can be read is written as one that is read as the same, and so are its bindings; neither side of the security model
/// stumbles over it.
pub fn snmp(octets: &[u8]) {
    let Ok(message) = Message::decode(octets) else { return };
    let sent = match &message {
        Message::Community(message) => {
            bindings(&message.pdu);
            message.encode()
        }
        Message::Secured(message) => {
            secured(octets, message);
            message.encode()
        }
    };
    assert_eq!(placeless(Message::decode(&sent).unwrap()), placeless(message));
}

/// Without the place of the digest, which is another when lengths are written shorter.
fn placeless(mut message: Message<'_>) -> Message<'_> {
    if let Message::Secured(message) = &mut message {
        message.security.digest_at = 0;
    }
    message
}

fn bindings(pdu: &Pdu<'_>) {
    let Ok(read) = pdu.bindings.iter().collect::<Result<Vec<VarBind<'_>>, _>>() else { return };
    let written: Bindings<'_> = read.iter().collect();
    assert_eq!(written.iter().collect::<Result<Vec<_>, _>>().unwrap(), read);
}

fn secured(octets: &[u8], message: &Secured<'_>) {
    let now = Instant::now();
    let mut authority = Authority::new(ENGINE_ID.to_vec(), 1, [USER.clone()], 0);
    match authority.receive(octets, message.clone(), message.security.time) {
        Ok(asked) => {
            let pdu = asked.scoped().unwrap().pdu;
            bindings(&pdu);
            let answer = authority.answer(&asked, Pdu::response(pdu.request_id, pdu.bindings.clone()), message.security.time);
            assert_eq!(Message::decode(&answer).unwrap().id(), message.id);
        }
        Err(Refused { fault, report }) => {
            assert_eq!((authority.count(fault), report.is_some()), (1, message.reportable));
            let Some(report) = report else { return };
            let Ok(Message::Secured(reported)) = Message::decode(&report) else { panic!("{report:02x?}") };
            let peer = Peer::learn(&USER, &reported, now).unwrap();
            assert_eq!(peer.open(&report, &reported, now).unwrap().fault(), Some(fault));
        }
    }
    if let Some(peer) = Peer::learn(&USER, message, now) {
        let _ = peer.open(octets, message, now).is_ok_and(|opened| opened.fault().is_some());
    }
}

type Rows = Vec<Result<Neighbour<'static>, Rejected>>;

fn read(input: impl Read + Send) -> (Rows, Result<(), String>) {
    let mut rows = Vec::new();
    let mut keep = |row: Result<Neighbour<'_>, Rejected>| rows.push(row.map(Neighbour::into_owned));
    let end = voiceport::discover::read_capture(input, &Recogniser::new(&Catalogue::default()), &mut keep);
    (rows, end.map_err(|error| error.to_string()))
}

/// An input that gives 1, 2, 3 … 61 octets at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    length: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.length = self.length % 61 + 1;
        let length = self.length.min(out.len());
        let length = self.rest.get(..length.min(self.rest.len())).unwrap_or_default().read(out)?;
        self.rest = self.rest.get(length..).unwrap_or_default();
        Ok(length)
    }
}
