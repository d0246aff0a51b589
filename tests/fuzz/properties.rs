//! What holds for any octets that anyone may send or store: the properties of the fuzz targets, which the suite checks on their corpus.

use std::io::Read;

use flate2::Compression;
use flate2::read::GzEncoder;
use lldp::cdp;
use lldp::cursor::Anomaly;
use lldp::cursor::Cursor;
use lldp::ethernet;
use lldp::ethernet::Frame;
use lldp::ethernet::Tag;
use lldp::link_type::LinkType;
use lldp::lldpdu;
use model::neighbour::Neighbour;
use model::neighbour::Rejected;
use model::neighbour::Source;
use voiceport::discover::decode;
use voiceport::output::row_json;
use voiceport::phones::Recogniser;
use voiceport::phones::catalogue::Catalogue;

/// How a compressed file begins (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The source address of made-up frames.
const SOURCE: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// An LLDPDU that can be read becomes a row, and what was read can be sent: it is read as the same.
pub fn lldp(octets: &[u8]) {
    let frame = ethernet::lldp_frame(SOURCE, octets);
    let row = row(&ethernet::decode(&frame, None).unwrap());
    let decoded = lldpdu::decode(Cursor::new("lldp", octets));
    assert_eq!(row.is_some(), decoded.is_ok());
    let Ok(decoded) = decoded else { return };
    let row = row.unwrap();
    assert_eq!((row.ttl_s, row.anomalies.len()), (Some(decoded.ttl_s), decoded.anomalies.len()));

    let sent = decoded.encode().unwrap();
    let mut received = lldpdu::decode(Cursor::new("lldp", &sent)).unwrap();
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
