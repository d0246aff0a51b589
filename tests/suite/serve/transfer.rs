//! The transfer state machine against a simulated client, without sockets and clocks.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use voiceport::serve::tftp::packet::{Mode, Packet, Request, decode};
use voiceport::serve::tftp::transfer::{ClientKind, End, Step, Transfer};

use super::request;

fn start(contents: Vec<u8>, request: &Request, asker: ClientKind) -> (Transfer, Step) {
    Transfer::start(contents.into(), request, asker, Instant::now())
}

fn packets(step: &Step) -> Vec<Packet> {
    step.send.iter().map(|bytes| decode(bytes).unwrap()).collect()
}

/// A client that keeps what comes in order and loses datagrams by a pattern, though never four rounds in a row, after which the
/// server gives up; returns what it got.
fn fetch(contents: &[u8], request: &Request, lose: &[bool]) -> Vec<u8> {
    let mut losses = lose.iter().copied().chain(std::iter::repeat(false));
    let (mut transfer, mut step) = start(contents.to_vec(), request, ClientKind::Known);
    let (mut got, mut expected, mut now) = (Vec::new(), 1_u16, Instant::now());
    let mut rounds_lost = 0;
    for _ in 0..1_000_000 {
        if let Some(end) = &step.end {
            assert_eq!(*end, End::Done);
            return got;
        }
        let mut answer = None;
        for packet in packets(&step) {
            if losses.next().unwrap() && rounds_lost < 3 {
                continue;
            }
            match packet {
                Packet::OptionAck(_) => answer = Some(0),
                Packet::Data { block, data } => {
                    if block == expected {
                        got.extend(data);
                        expected = expected.wrapping_add(1);
                    }
                    answer = Some(expected.wrapping_sub(1));
                }
                other => panic!("{other:?}"),
            }
        }
        now += Duration::from_millis(1);
        step = match answer.filter(|_| !losses.next().unwrap() || rounds_lost >= 3) {
            Some(block) => transfer.on_packet(&Packet::Ack { block }, now),
            None => Step { send: vec![], end: None },
        };
        rounds_lost = if step.send.is_empty() { rounds_lost + 1 } else { 0 };
        if step.send.is_empty() && step.end.is_none() {
            now = transfer.deadline();
            step = transfer.on_deadline(now);
        }
    }
    panic!("the transfer does not end");
}

#[test]
fn multiples_of_the_block_end_with_an_empty_block() {
    for (length, blocks) in [(0, 1), (511, 1), (512, 2), (513, 2), (1024, 3)] {
        let (mut transfer, mut step) = start(vec![1; length], &request("f", &[]), ClientKind::Known);
        let mut seen = 0;
        while step.end.is_none() {
            seen += step.send.len();
            step = transfer.on_packet(&Packet::Ack { block: u16::try_from(seen).unwrap() }, Instant::now());
        }
        assert_eq!((seen, step.end), (blocks, Some(End::Done)), "{length}");
        assert_eq!(transfer.acknowledged_bytes(), length as u64);
    }
}

#[test]
fn options_are_granted_lowered_or_left_out() {
    let asked = [
        ("blksize", "8192"),
        ("grandstream_MODEL", "x"),
        ("tsize", "0"),
        ("timeout", "0"),
        ("windowsize", "4"),
        ("blksize", "512"),
    ];
    let (_, step) = start(vec![0; 10_000], &request("f", &asked), ClientKind::Known);
    let granted = [("blksize", "1468"), ("tsize", "10000"), ("windowsize", "4")];
    let granted = granted.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    assert_eq!(packets(&step), [Packet::OptionAck(granted)]);
}

#[test]
fn a_second_acknowledgement_sends_nothing() {
    let (mut transfer, _) = start(vec![0; 5000], &request("f", &[]), ClientKind::Known);
    let now = Instant::now();
    assert_eq!(transfer.on_packet(&Packet::Ack { block: 1 }, now).send.len(), 1);
    for block in [1, 0, 9] {
        assert!(transfer.on_packet(&Packet::Ack { block }, now).send.is_empty(), "ack {block}");
    }
    assert_eq!(transfer.on_packet(&Packet::Ack { block: 2 }, now).send.len(), 1);
}

#[test]
fn silence_is_met_with_three_repeats_and_growing_waits() {
    let (mut transfer, _) = start(vec![0; 100], &request("f", &[]), ClientKind::Known);
    let (mut waits, mut sent) = (Vec::new(), 0);
    let mut now = transfer.deadline();
    loop {
        let step = transfer.on_deadline(now);
        sent += step.send.len();
        if let Some(end) = step.end {
            assert_eq!((end, sent, waits), (End::Silent, 3, vec![2, 4, 8]));
            return;
        }
        waits.push((transfer.deadline() - now).as_secs());
        now = transfer.deadline();
    }
}

#[test]
fn an_unknown_asker_is_sent_nothing_again_before_its_first_answer() {
    let (mut transfer, first) = start(vec![0; 2000], &request("f", &[]), ClientKind::Unknown);
    assert_eq!(first.send.len(), 1);
    assert!(transfer.on_deadline(transfer.deadline()).send.is_empty());
    assert_eq!(transfer.on_request_again(Instant::now()).send, first.send);
    assert_eq!(transfer.on_packet(&Packet::Ack { block: 1 }, Instant::now()).send.len(), 1);
    assert_eq!(transfer.on_deadline(transfer.deadline()).send.len(), 1);
}

#[test]
fn netascii_writes_line_ends_of_its_own() {
    let asked = Request { mode: Mode::Netascii, ..request("f", &[("tsize", "0")]) };
    assert_eq!(fetch(b"a\nb\rc", &asked, &[]), b"a\r\nb\r\0c");
}

#[test]
fn block_numbers_wrap_to_zero() {
    let contents: Vec<u8> = (0..70_000_u32).flat_map(|n| n.to_be_bytes().repeat(2)).collect();
    assert!(fetch(&contents, &request("f", &[("blksize", "8")]), &[]) == contents);
    assert!(fetch(&contents, &request("f", &[("blksize", "8"), ("windowsize", "64")]), &[]) == contents);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_file_arrives_whole_however_packets_are_lost(
        length in 0_usize..6000,
        block in 8_u16..1468,
        window in 1_u16..20,
        lose in proptest::collection::vec(proptest::bool::weighted(0.3), 0..200),
    ) {
        // Never four losses in a row: those may rightly end in silence.
        let lose: Vec<bool> = lose.iter().enumerate().map(|(at, lost)| *lost && at % 3 == 0).collect();
        let contents: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (block, window) = (block.to_string(), window.to_string());
        let asked = request("f", &[("blksize", &block), ("windowsize", &window)]);
        prop_assert!(fetch(&contents, &asked, &lose) == contents);
    }
}
