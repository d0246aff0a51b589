//! Capture files as they come: every link type that carries Ethernet, gzip, more frames than one processor takes at once.

use std::io::Write;
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use model::neighbour::Neighbour;
use proptest::prelude::*;
use voiceport::discover::Rejected;
use voiceport::discover::capture::{self, Collect};
use voiceport::output::row_json;

use super::{catalogue, read, recogniser};

const PHONE: &[u8] = include_bytes!("../../fixtures/discover/lldpd-phone.pcap");
const SWITCH: &[u8] = include_bytes!("../../fixtures/discover/lldpd-switch.pcap");

/// A little-endian pcap file of frames.
fn file(link_type: u8, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [[0xd4, 0xc3, 0xb2, 0xa1], [2, 0, 4, 0], [0; 4], [0; 4], [0xff, 0xff, 0, 0], [link_type, 0, 0, 0]].concat();
    for frame in frames {
        let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
        file.extend([[0; 4], [0; 4], length, length].concat());
        file.extend(frame);
    }
    file
}

/// The first frame of a capture: LLDP.
fn lldp(capture: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(capture[32..36].try_into().unwrap()) as usize;
    capture[40..40 + length].to_vec()
}

fn rows(capture: &[u8]) -> Vec<Neighbour<'static>> {
    read(capture, &catalogue()).into_iter().map(Result::unwrap).collect()
}

#[test]
fn every_link_type_that_carries_ethernet_leads_to_the_same_row() {
    let frame = lldp(PHONE);
    let (addresses, rest) = frame.split_at(12);
    let expected = rows(&file(1, std::slice::from_ref(&frame)));
    let wrapped: [(u16, Vec<u8>); 11] = [
        (192, [&[0, 0, 8, 0, 1, 0, 0, 0], &frame[..]].concat()),
        (192, [&[0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 9, 9], &frame[..]].concat()),
        (197, [&[0; 8][..], &[2, 4, 0, 0, 0, 0, 0, 0], &[0, 0], &frame[..]].concat()),
        (197, [&[0; 8][..], &[0x82, 4, 0, 0, 0, 0, 0, 0], &[3, 0, 0, 0, 0, 0, 0, 0], &[0, 0], &frame[..]].concat()),
        (240, [&[0; 4], &frame[..]].concat()),
        (241, [&[0; 4], &[0x55; 7][..], &[0xd5], &frame[..]].concat()),
        (274, [&[0x55; 7], &[0xd5][..], &frame[..]].concat()),
        (281, [addresses, &[1, 2, 3, 4], rest].concat()),
        (282, [&[1, 2, 3, 4], &frame[..]].concat()),
        (284, [addresses, &[0xc0, 1, 0, 0], rest].concat()),
        (285, [addresses, &[0xda, 0xda, 0, 0, 0xc0, 1, 0, 0], rest].concat()),
    ];
    for (link_type, bytes) in wrapped {
        let mut file = file(0, &[bytes]);
        file[20..22].copy_from_slice(&link_type.to_le_bytes());
        assert_eq!(rows(&file), expected, "link type {link_type}");
    }
}

#[test]
fn an_erf_record_of_something_else_is_passed_over() {
    let frame = [&[0; 8][..], &[1, 4, 0, 0, 0, 0, 0, 0], &[0, 0], &lldp(PHONE)[..]].concat();
    assert_eq!(read(&file(197, &[frame]), &catalogue()), []);
}

#[test]
fn gzip_is_read_as_what_is_in_it() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(PHONE).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(rows(&packed), rows(PHONE));
    // two files of gzip one behind the other are one
    let (start, end) = PHONE.split_at(100);
    let halves: Vec<u8> = [start, end]
        .into_iter()
        .flat_map(|half| {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(half).unwrap();
            packed.finish().unwrap()
        })
        .collect();
    assert_eq!(rows(&halves), rows(PHONE));
}

#[test]
fn damaged_gzip_says_so_and_never_ends_the_reader() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(PHONE).unwrap();
    let packed = packed.finish().unwrap();
    let recogniser = recogniser();
    for length in 0..packed.len() {
        let mut found = 0;
        let error = voiceport::discover::read_capture(&packed[..length], &recogniser, &mut |_| found += 1).unwrap_err();
        assert!(found <= 2 && error.to_string().starts_with("capture: "), "{error}");
    }
}

/// Rows and rejections of one batch.
#[derive(Default)]
struct Batch(Vec<Result<Neighbour<'static>, Rejected>>);

impl Collect for Batch {
    fn take(&mut self, row: Result<&Neighbour<'_>, Rejected>) {
        self.0.push(row.cloned().map(Neighbour::into_owned));
    }
}

/// Many different frames, every seventh of them broken.
fn many() -> Vec<u8> {
    let frames: Vec<Vec<u8>> = (0..9000_u32)
        .map(|number| {
            let mut frame = lldp(if number % 2 == 0 { PHONE } else { SWITCH });
            frame[8..12].copy_from_slice(&number.to_be_bytes());
            frame.truncate(if number % 7 == 0 { 20 } else { frame.len() });
            frame
        })
        .collect();
    file(1, &frames)
}

#[test]
fn many_processors_give_the_rows_that_one_gives_and_in_its_order() {
    let capture = many();
    let mut together = Vec::new();
    let mut batches = 0;
    capture::collect(&capture[..], &recogniser(), &Batch::default, &mut |batch| {
        batches += 1;
        together.extend(batch.0);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(batches > 5, "{batches} batches");
    assert_eq!(together, read(&capture, &catalogue()));
}

#[test]
fn reading_stops_when_nobody_wants_more() {
    let mut batches = 0;
    capture::collect(&many()[..], &recogniser(), &Batch::default, &mut |_| {
        batches += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(batches, 1);
}

fn same_json(row: &impl serde::Serialize) {
    let mut fast = Vec::new();
    row_json::append(&mut fast, row).unwrap();
    assert_eq!(String::from_utf8(fast).unwrap(), serde_json::to_string(row).unwrap());
}

#[test]
fn the_fast_serializer_writes_rows_as_the_general_one_does() {
    for capture in [PHONE, SWITCH] {
        rows(capture).iter().for_each(same_json);
    }
    for rejected in read(&many(), &catalogue()).into_iter().filter_map(Result::err) {
        same_json(&rejected);
    }
}

proptest! {
    #[test]
    fn the_fast_serializer_writes_any_text_as_the_general_one_does(texts: Vec<String>, number: f64) {
        same_json(&texts);
        same_json(&(number, texts.len(), -1_i64, Some(u64::MAX), None::<u8>, true));
    }

    #[test]
    fn the_fast_serializer_writes_any_row_as_the_general_one_does(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let head = [&[1, 0x80, 0xc2, 0, 0, 0x0e, 2, 0, 0, 0, 0, 1], &[0x88, 0xcc, 2, 2, 7, 65, 4, 2, 7, 66, 6, 2, 0, 120][..]].concat();
        // an organisation's TLV of every kind, with whatever is in it
        let kinds = [[0x00, 0x12, 0xbb], [0x00, 0x12, 0x0f], [0x00, 0x80, 0xc2], [0x00, 0x0e, 0xcf]];
        for (oui, subtype) in kinds.iter().flat_map(|oui| (1..12_u8).map(move |subtype| (oui, subtype))) {
            let length = u8::try_from(bytes.len().min(200) + 4).unwrap();
            let frame = [&head[..], &[0xfe, length], oui, &[subtype], &bytes[..usize::from(length) - 4], &[0, 0]].concat();
            rows(&file(1, &[frame])).iter().for_each(same_json);
        }
    }
}
