//! Metrics against the check values of the standards, and of streams with a known history.

use model::ids::Dscp;
use proptest::prelude::*;
use voiceport::probe::metrics::loss::{Split, split};
use voiceport::probe::metrics::order::{Reordered, burst_ratio, count_reordered, loss_runs, reordered};
use voiceport::probe::metrics::variation::{Transit, above_floor, interarrival_jitter, interarrival_jitter_units, ipdv, summary};
use voiceport::probe::metrics::{Reply, Stream, ToldMark, measure};
use voiceport::probe::report::LossRun;

const MS: u64 = 1_000_000;

#[test]
fn interarrival_jitter_is_that_of_rfc_3550() {
    let known = [0.3125, 0.6055, 1.0676, 1.5009, 1.4071];
    let computed = interarrival_jitter([30.0, 35.0, 30.0, 38.0, 30.0, 30.0]);
    assert_eq!(computed.len(), known.len());
    for (value, known) in computed.into_iter().zip(known) {
        assert!((value - known).abs() < 5e-5, "{value} is not {known}");
    }
    // A steady alternation of ±x settles at 2x; in the integers of appendix A.8 one below, by rounding down.
    let last = interarrival_jitter((0..2000).map(|packet| if packet % 2 == 0 { 10.0 } else { -10.0 })).pop().unwrap();
    assert!((last - 20.0).abs() < 1e-9);
    let units: Vec<i32> = (0..2000).map(|packet| if packet % 2 == 0 { 80 } else { -80 }).collect();
    assert!((159..=160).contains(&interarrival_jitter_units(&units)));
    assert_eq!(interarrival_jitter_units(&[]), 0);
}

#[test]
fn delay_variation_is_against_the_predecessor_and_against_the_floor() {
    assert_eq!(ipdv(&[30, 35, 30, 38]).collect::<Vec<_>>(), [5, 5, 8]);
    let transits = [(0, 30), (20, 55), (40, 70)].map(|(sent_ns, received_ns)| Transit { sent_ns, received_ns });
    assert_eq!(above_floor(&transits), [0, 5, 0]);
}

#[test]
fn drift_is_taken_out_and_queueing_is_left() {
    // 60 s, the far clock 50 ppm fast and a day ahead; every tenth packet queues for 4 ms.
    let transits: Vec<Transit> = (0..3000_i64)
        .map(|packet| {
            let sent_ns = packet * 20_000_000;
            let queued = if packet % 10 == 9 { 4_000_000 } else { 0 };
            Transit { sent_ns, received_ns: 86_400_000_000_000 + sent_ns + sent_ns / 20_000 + 1_000_000 + queued }
        })
        .collect();
    for (packet, delay) in above_floor(&transits).into_iter().enumerate() {
        let expected = if packet % 10 == 9 { 4 * MS } else { 0 };
        assert!(delay.abs_diff(expected) < 10_000, "packet {packet}: {delay}");
    }
}

#[test]
fn quantiles_are_of_all_values() {
    let delays = summary((1..=1000).map(|value| value * 1000)).unwrap();
    assert_eq!((delays.min_us, delays.mean_us, delays.max_us), (1, 501, 1000));
    assert!(delays.p50_us.abs_diff(500) <= 1 && delays.p99_us.abs_diff(990) <= 1 && delays.p999_us.abs_diff(999) <= 1);
    assert_eq!(summary([]), None);
}

#[test]
fn reordering_is_that_of_rfc_4737() {
    let arrivals = [1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11];
    let known = [(4, 4, 4), (5, 5, 0), (6, 6, 0)];
    let known = known.map(|(sequence, extent, n_reordering)| Reordered { sequence, extent, n_reordering });
    assert_eq!(reordered(&arrivals), known);
    assert_eq!(count_reordered(arrivals), 3);
}

#[test]
fn burst_ratio_is_that_of_g_107() {
    let lost = (0..1000).map(|packet| packet % 100 < 2);
    let runs = loss_runs(lost);
    assert_eq!(runs, [LossRun { length_packets: 2, count: 10 }]);
    assert!((burst_ratio(&runs, 1000) - 1.96).abs() < 1e-9);
    let scattered = loss_runs((0..1000).map(|packet| packet % 50 == 0));
    assert!((burst_ratio(&scattered, 1000) - 1.0).abs() < f64::EPSILON);
    assert!((burst_ratio(&[], 1000) - 1.0).abs() < f64::EPSILON);
}

/// A reply of a stateful reflector on an even path: 10 ms there, 1 ms residence, 5 ms back.
fn reply(sequence: u32, reflector_sequence: u32) -> Reply {
    let sent_ns = 10_000_000 * MS + u64::from(sequence) * 20 * MS;
    Reply {
        sequence,
        reflector_sequence,
        reflector_sent: Some(reflector_sequence + 1),
        sent_ns,
        reflector_received_ns: sent_ns + 10 * MS,
        reflector_sent_ns: sent_ns + 11 * MS,
        received_ns: sent_ns + 16 * MS,
        told: Some(ToldMark { seen: Dscp::EF, refused: false }),
        arrived_with: Some(Dscp::EF),
    }
}

fn replies(pairs: &[(u32, u32)]) -> Vec<Reply> {
    pairs.iter().map(|(sequence, reflector_sequence)| reply(*sequence, *reflector_sequence)).collect()
}

#[test]
fn losses_find_their_direction_by_the_reflectors_numbers() {
    let directions = |sent, pairs: &[(u32, u32)]| split(sent, &replies(pairs));
    // 1 lost there (no gap in the reflector's numbers), 3 lost on the way back (gap); 5 and on are closing packets.
    assert_eq!(directions(5, &[(0, 0), (2, 1), (4, 3), (5, 4)]), Split { forward: 1, back: 1, undetermined: 0 });
    // The last measured packet is decided by a closing packet.
    assert_eq!(directions(3, &[(0, 0), (1, 1), (4, 2)]), Split { forward: 1, back: 0, undetermined: 0 });
    // Only replies lost: the direct measurement proves that the reflector counts.
    assert_eq!(directions(4, &[(0, 0), (3, 3)]), Split { forward: 0, back: 2, undetermined: 0 });
    // Nothing after the loss.
    assert_eq!(directions(4, &[(0, 0), (1, 1)]), Split { forward: 0, back: 0, undetermined: 2 });
    // 1 overtaken by 2 on the way there, and its answer lost.
    assert_eq!(directions(4, &[(0, 0), (2, 1), (3, 3)]), Split { forward: 0, back: 1, undetermined: 0 });
    assert_eq!(directions(2, &[]), Split { forward: 0, back: 0, undetermined: 2 });
}

#[test]
fn a_stateless_reflector_leaves_the_direction_open() {
    let mut stateless = replies(&[(0, 0), (2, 2), (3, 3)]);
    for reply in &mut stateless {
        reply.reflector_sent = None;
    }
    assert_eq!(split(4, &stateless), Split { forward: 0, back: 0, undetermined: 1 });
}

#[test]
fn a_stream_is_measured_per_direction() {
    let mut arrivals = replies(&[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (6, 7)]);
    // 1 queued for 30 ms on the way there and overtaken by none; 3's reply arrived twice; 5 was answered twice.
    arrivals[1].reflector_received_ns += 8 * MS;
    arrivals[1].reflector_sent_ns += 8 * MS;
    arrivals[1].received_ns += 8 * MS;
    arrivals.insert(4, arrivals[3]);
    arrivals.insert(6, reply(5, 5));
    let metrics = measure(&[Stream { sent: 7, replies: arrivals }]);
    assert_eq!((metrics.sent, metrics.received, metrics.late), (7, 7, 0));
    assert_eq!(metrics.split, Split::default());
    assert_eq!((metrics.forward.duplicates, metrics.back.duplicates), (1, 1));
    assert_eq!((metrics.forward.reordered, metrics.back.reordered), (0, 0));
    assert_eq!(metrics.forward.above_floor.unwrap().max_us, 8000);
    assert_eq!(metrics.back.above_floor.unwrap().max_us, 0);
    let trip = metrics.round_trip.unwrap();
    assert_eq!((trip.min_us, trip.max_us), (15_000, 23_000));
    assert_eq!((metrics.forward.one_way.unwrap().min_us, metrics.back.one_way.unwrap().min_us), (10_000, 5_000));
    assert_eq!(metrics.forward.jitter_max_us, Some(969), "8 ms up and down again: 500, then 500 + (8000 - 500) / 16");
}

#[test]
fn a_late_answer_is_a_loss_of_no_direction() {
    let mut arrivals = replies(&[(0, 0), (1, 1), (2, 2)]);
    arrivals[1].received_ns += 1001 * MS;
    let metrics = measure(&[Stream { sent: 3, replies: arrivals }]);
    assert_eq!((metrics.received, metrics.late, metrics.split), (2, 1, Split::default()));
    assert_eq!(metrics.loss_runs, [LossRun { length_packets: 1, count: 1 }]);
}

#[test]
fn a_clock_behind_ours_gives_no_nonsense() {
    let mut arrivals = replies(&[(0, 0), (1, 1), (2, 2)]);
    for reply in &mut arrivals {
        reply.reflector_received_ns -= 3600 * 1000 * MS;
        reply.reflector_sent_ns -= 3600 * 1000 * MS;
    }
    let metrics = measure(&[Stream { sent: 3, replies: arrivals }]);
    assert!(metrics.forward.raw_min_ns.unwrap() < 0);
    assert_eq!(metrics.forward.above_floor.unwrap().max_us, 0);
    assert_eq!(metrics.round_trip.unwrap().max_us, 15_000);
}

proptest! {
    /// A reflector may tell any times and numbers.
    #[test]
    fn no_reflector_makes_the_measurement_fall_over(
        told in proptest::collection::vec((0_u32..60, any::<u32>(), 0..8_000_000_000_000_000_000_u64, 0..8_000_000_000_000_000_000_u64, 0..3000_u64), 0..60)
    ) {
        let replies = told.into_iter().map(|(sequence, reflector_sequence, reflector_received_ns, reflector_sent_ns, trip_ms)| {
            let honest = reply(sequence, reflector_sequence);
            Reply { reflector_received_ns, reflector_sent_ns, received_ns: honest.sent_ns + trip_ms * MS, ..honest }
        });
        let metrics = measure(&[Stream { sent: 50, replies: replies.collect() }]);
        let split = metrics.split;
        prop_assert_eq!(metrics.received + metrics.late + split.forward + split.back + split.undetermined, 50);
        let runs: u32 = metrics.loss_runs.iter().map(|run| run.length_packets * run.count).sum();
        prop_assert_eq!(u64::from(runs), 50 - metrics.received);
    }
}
