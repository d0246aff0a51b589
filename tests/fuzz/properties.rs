//! What holds for any bytes that anyone may send or store: the properties of the program's own fuzz targets, which the suite checks on
//! their corpus. Those of the codecs are in their crates.

use std::io::Read;

use flate2::Compression;
use flate2::read::GzEncoder;
use lldp::cursor::Cursor;
use lldp::ethernet::{self, Frame, Payload, Tag};
use lldp::link_type::LinkType;
use lldp::{cdp, lldpdu};
use model::neighbour::{Neighbour, Source};
use voiceport::discover::{Rejected, decode};
use voiceport::output::row_json;
use voiceport::phones::Recogniser;
use voiceport::phones::catalogue::Catalogue;

/// How a compressed file begins (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A frame of any link type gives a row where its message can be read, and the row is printed as the general serializer prints it; the
/// first byte chooses the link type, or a tag that the receiver took off.
pub fn rows(bytes: &[u8]) {
    const LINK_TYPES: [i32; 11] = [1, 113, 276, 192, 197, 240, 241, 274, 281, 282, 285];
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let frame = match LINK_TYPES.get(usize::from(*kind)) {
        Some(number) => LinkType::of(*number).unwrap().frame(bytes),
        None => Some(ethernet::decode(bytes, Some(Tag(u16::from_be_bytes([*kind, 20]))))),
    };
    if let Some(Ok(frame)) = frame {
        check(&frame);
    }
}

/// The row of an LLDPDU.
pub fn lldp_row(bytes: &[u8]) {
    let frame = ethernet::lldp_frame([2, 0, 0, 0, 0, 1], bytes);
    check(&ethernet::decode(&frame, None).unwrap());
}

/// The row of a CDP message.
pub fn cdp_row(bytes: &[u8]) {
    if let Some(frame) = ethernet::cdp_frame([2, 0, 0, 0, 0, 1], bytes) {
        check(&ethernet::decode(&frame, None).unwrap());
    }
}

fn check(frame: &Frame<'_>) {
    let row = row(frame);
    match frame.payload {
        Payload::Lldp(cursor) => match lldpdu::decode(Cursor::new("lldp", cursor.peek())) {
            Ok(decoded) => {
                let row = row.unwrap();
                let noted = decoded.anomalies.len() + usize::from(frame.anomaly.is_some());
                assert_eq!((row.ttl_s, row.anomalies.len()), (Some(decoded.ttl_s), noted));
            }
            Err(_) => assert_eq!(row, None),
        },
        Payload::Cdp(cursor) => assert_eq!(row.is_some(), cdp::decode(cursor).is_ok()),
        Payload::Other => assert_eq!(row, None),
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

/// A capture file gives the same rows and the same error, whole, in pieces and compressed. How much of a damaged deflate stream comes out
/// before the damage is the decompressor's affair.
pub fn pcap(bytes: &[u8]) {
    let whole = read(bytes);
    if bytes.starts_with(&GZIP) {
        return;
    }
    assert_eq!(whole, read(Pieces { rest: bytes, length: 0 }));
    // every eighth: compressing takes longer than all else
    if bytes.len().is_multiple_of(8) {
        let mut compressed = Vec::new();
        GzEncoder::new(bytes, Compression::fast()).read_to_end(&mut compressed).unwrap();
        assert_eq!(whole, read(&compressed[..]));
    }
}

type Rows = Vec<Result<Neighbour<'static>, Rejected>>;

fn read(input: impl Read + Send) -> (Rows, Result<(), String>) {
    let mut rows = Vec::new();
    let mut keep = |row: Result<Neighbour<'_>, Rejected>| rows.push(row.map(Neighbour::into_owned));
    let end = voiceport::discover::read_capture(input, &Recogniser::new(&Catalogue::default()), &mut keep);
    (rows, end.map_err(|error| error.to_string()))
}

/// An input that gives 1, 2, 3 … 61 bytes at a time.
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
