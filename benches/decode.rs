//! How many frames a second are decoded, made rows of, identified and written as JSON, on one core.
//!
//! The frames are LLDP-MED frames of a phone as lldpd sends them (tests/fixtures/discover), each from another MAC address.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a benchmark may stop at once")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lldp::{ethernet, lldpdu};
use model::neighbour::Source;
use voiceport::discover::decode;
use voiceport::output::row_json;

const PHONE: &[u8] = include_bytes!("../tests/fixtures/discover/lldpd-phone.pcap");
const FRAMES: u32 = 1000;

/// Frames of many phones.
fn frames() -> Vec<Vec<u8>> {
    let length = u32::from_le_bytes(PHONE[32..36].try_into().unwrap()) as usize;
    let frame = &PHONE[40..40 + length];
    (0..FRAMES)
        .map(|number| {
            let mut frame = frame.to_vec();
            frame[8..12].copy_from_slice(&number.to_be_bytes());
            frame
        })
        .collect()
}

/// Counts what it is told.
#[derive(Default)]
struct Count(usize);

impl<'a> lldpdu::Sink<'a> for Count {
    fn head(&mut self, chassis_id: lldpdu::Id<'a>, _: lldpdu::Id<'a>, _: u16) {
        self.0 += chassis_id.bytes.len();
    }
    fn tlv(&mut self, tlv: lldpdu::Tlv<'a>) {
        self.0 += usize::from(black_box(tlv).kind());
    }
    fn anomaly(&mut self, _: lldp::cursor::Anomaly) {}
}

fn decoding(criterion: &mut Criterion) {
    let frames = frames();
    let mut group = criterion.benchmark_group("frames");
    group.throughput(Throughput::Elements(u64::from(FRAMES)));
    group.bench_function("decoded", |bencher| {
        bencher.iter(|| {
            let mut count = Count::default();
            for frame in &frames {
                let Ok(ethernet::Frame { payload: ethernet::Payload::Lldp(cursor), .. }) = ethernet::decode(frame, None) else {
                    panic!()
                };
                lldpdu::read(cursor, &mut count).unwrap();
            }
            count.0
        });
    });
    group.bench_function("rows", |bencher| {
        bencher.iter(|| {
            for frame in &frames {
                let frame = ethernet::decode(frame, None).unwrap();
                let _ = black_box(decode::neighbour(&frame, Source::Pcap));
            }
        });
    });
    let mut out = Vec::with_capacity(1 << 22);
    group.bench_function("json", |bencher| {
        bencher.iter(|| {
            out.clear();
            for frame in &frames {
                let frame = ethernet::decode(frame, None).unwrap();
                let row = decode::neighbour(&frame, Source::Pcap).unwrap().unwrap();
                row_json::append(&mut out, &row).unwrap();
            }
            out.len()
        });
    });
    group.finish();
}

criterion_group!(benches, decoding);
criterion_main!(benches);
