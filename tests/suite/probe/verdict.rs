//! Verdicts on streams with a known history.

use model::ids::Dscp;
use voiceport::probe::class_report::{Setting, class_report};
use voiceport::probe::metrics::{Reply, Stream, ToldMark, measure};
use voiceport::probe::report::{CheckName, ClassReport, Clock, Codec, Health, Limits, MarkOutcome, QualityScale, Verdict};
use voiceport::probe::verdict::{Evidence, checks, findings, overall};

const MS: u64 = 1_000_000;
const HEALTHY: Health = Health { receive_drops: 0, send_failures: 0, send_late_max_us: 0, clock_step_us: 0, strays: 0 };

/// One packet in one direction and back, in milliseconds.
struct Way {
    there: u64,
    back: u64,
}

/// A stream of `sent` packets of which those with `lost` never reach the reflector.
fn stream(sent: u32, way: impl Fn(u32) -> Way, lost: impl Fn(u32) -> bool) -> Stream {
    let arrived = (0..sent + 3).filter(|sequence| !lost(*sequence));
    let replies = arrived.zip(0_u32..).map(|(sequence, reflected)| {
        let sent_ns = 10_000_000 * MS + u64::from(sequence) * 20 * MS;
        let (way, t2) = (way(sequence), sent_ns + way(sequence).there * MS);
        Reply {
            sequence,
            reflector_sequence: reflected,
            reflector_sent: Some(reflected + 1),
            sent_ns,
            reflector_received_ns: t2,
            reflector_sent_ns: t2,
            received_ns: t2 + way.back * MS,
            told: Some(ToldMark { seen: Dscp::EF, refused: false }),
            arrived_with: Some(Dscp::EF),
        }
    });
    Stream { sent, replies: replies.collect() }
}

fn even(_: u32) -> Way {
    Way { there: 10, back: 10 }
}

fn report(stream: Stream, codec: Codec, clock: Clock) -> ClassReport {
    class_report(Dscp::EF, &measure(&[stream]), Setting { codec, clock })
}

fn g711(stream: Stream) -> ClassReport {
    report(stream, Codec::G711, Clock::OffsetUnknown)
}

fn verdicts(limits: &Limits, voice: &ClassReport, name: CheckName) -> Vec<Verdict> {
    let evidence = Evidence { voice, compare: None, health: &HEALTHY };
    checks(limits, evidence).into_iter().filter(|check| check.name == name).map(|check| check.verdict).collect()
}

#[test]
fn a_minute_of_one_stream_is_just_enough_for_one_in_a_thousand() {
    let limits = Limits { max_loss_ratio: Some(0.001), ..Limits::default() };
    let of = |packets| verdicts(&limits, &g711(stream(packets, even, |_| false)), CheckName::Loss);
    assert_eq!(of(2994), [Verdict::NotEnoughData; 2]);
    assert_eq!(of(2995), [Verdict::Pass; 2]);
    let voice = g711(stream(1500, even, |_| false));
    let checks = checks(&limits, Evidence { voice: &voice, compare: None, health: &HEALTHY });
    assert_eq!(overall(&checks), Verdict::NotEnoughData);
    assert!(findings(&checks)[0].contains("2995 packets without loss"), "{:?}", findings(&checks));
}

#[test]
fn loss_fails_only_when_chance_is_excluded() {
    let limits = Limits::default();
    let of = |one_in: u32| verdicts(&limits, &g711(stream(1000, even, |sequence| sequence % one_in == 1)), CheckName::Loss);
    assert_eq!(of(20), [Verdict::Fail, Verdict::Pass], "5 % lost on the way there");
    assert_eq!(of(100)[0], Verdict::NotEnoughData, "1 % measured against a limit of 1 %");
    assert_eq!(of(500)[0], Verdict::Pass, "0.2 %");
}

#[test]
fn heavy_loss_fails_even_when_its_direction_is_unknown() {
    let mut lossy = stream(1000, even, |sequence| sequence % 5 == 1);
    for reply in &mut lossy.replies {
        (reply.reflector_sequence, reply.reflector_sent) = (reply.sequence, None);
    }
    let voice = g711(lossy);
    assert_eq!((voice.forward.lost_packets, voice.back.loss_ratio, voice.round_trip.lost_undetermined_packets), (None, None, 200));
    assert!(voice.forward.quality.mos.is_none() && voice.forward.quality.not_rated.is_some());
    assert_eq!(verdicts(&Limits::default(), &voice, CheckName::Loss), [Verdict::Fail; 2]);
}

#[test]
fn one_way_delay_is_judged_by_what_the_clocks_allow() {
    let of = |limit_ms: u64, clock| {
        let limits = Limits { max_delay_us: Some(limit_ms * 1000), ..Limits::default() };
        let uneven = |_| Way { there: 30, back: 10 };
        verdicts(&limits, &report(stream(500, uneven, |_| false), Codec::G711, clock), CheckName::Delay)
    };
    assert_eq!(of(20, Clock::SameHost), [Verdict::Fail, Verdict::Pass]);
    assert_eq!(of(20, Clock::OffsetUnknown), [Verdict::NotEnoughData; 2]);
    assert_eq!(of(40, Clock::OffsetUnknown), [Verdict::Pass; 2]);
    // 60 ms of queueing on half of the packets is a mean of 30 ms, whatever the clocks say.
    let limits = Limits { max_delay_us: Some(25_000), ..Limits::default() };
    let queued = |sequence: u32| Way { there: if sequence.is_multiple_of(2) { 10 } else { 70 }, back: 10 };
    assert_eq!(verdicts(&limits, &g711(stream(500, queued, |_| false)), CheckName::Delay)[0], Verdict::Fail);
}

#[test]
fn quality_counts_end_points_and_what_the_buffer_discards() {
    let voice = g711(stream(1000, |sequence| Way { there: if sequence % 50 == 1 { 90 } else { 10 }, back: 10 }, |_| false));
    let quality = &voice.forward.quality;
    assert_eq!((quality.end_points_us, quality.effective_loss_ratio), (Some(80_000), Some(0.02)));
    assert_eq!(quality.scale, Some(QualityScale::Narrowband));
    assert!(quality.mos.unwrap() < voice.back.quality.mos.unwrap());
    assert_eq!(
        verdicts(&Limits { min_mos: Some(4.3), ..Limits::default() }, &voice, CheckName::Mos),
        [Verdict::Fail, Verdict::Pass]
    );
}

#[test]
fn a_codec_without_published_values_gets_no_score() {
    let voice = report(stream(500, even, |_| false), Codec::Opus, Clock::SameHost);
    assert!(voice.forward.quality.mos.is_none());
    let limits = Limits { min_mos: Some(3.6), ..Limits::default() };
    assert_eq!(verdicts(&limits, &voice, CheckName::Mos), [Verdict::NotEnoughData; 2]);
    let wide = |lost: fn(u32) -> bool| report(stream(500, even, lost), Codec::G722, Clock::SameHost).forward.quality;
    assert_eq!(wide(|_| false).scale, Some(QualityScale::Wideband));
    assert!(wide(|sequence| sequence == 7).not_rated.unwrap().contains("not grounded"));
}

#[test]
fn marks_nobody_told_are_not_called_preserved() {
    let mut silent = stream(500, even, |_| false);
    silent.replies.iter_mut().for_each(|reply| reply.told = None);
    let voice = g711(silent);
    assert_eq!((voice.forward.mark.outcome, voice.back.mark.outcome), (MarkOutcome::NotMeasured, MarkOutcome::NotMeasured));
    assert_eq!(verdicts(&Limits::default(), &voice, CheckName::MarkPreserved), [Verdict::NotEnoughData; 2]);
}

#[test]
fn voice_that_waits_longer_than_data_fails() {
    let queued = |sequence: u32| Way { there: 10 + u64::from(sequence % 10) * 5, back: 10 };
    let (slow, fast) = (g711(stream(500, queued, |_| false)), g711(stream(500, even, |_| false)));
    let judged = |voice: &ClassReport, compare: &ClassReport| {
        let evidence = Evidence { voice, compare: Some(compare), health: &HEALTHY };
        let checks = checks(&Limits::default(), evidence);
        checks.into_iter().find(|check| check.name == CheckName::NotWorseThanCompare).unwrap()
    };
    assert_eq!(judged(&slow, &fast).verdict, Verdict::Fail);
    assert_eq!(judged(&fast, &slow).verdict, Verdict::Pass);
    assert!(judged(&fast, &fast).detail.contains("priority was not put to the test"));
    let lossy = g711(stream(500, even, |sequence| sequence % 10 == 1));
    assert_eq!(judged(&lossy, &fast).verdict, Verdict::Fail);
}

#[test]
fn a_probe_that_did_not_keep_up_accuses_nobody() {
    let lossy = g711(stream(1000, even, |sequence| sequence % 5 == 1));
    let judged = |health: Health, voice: &ClassReport| {
        let checks = checks(&Limits::default(), Evidence { voice, compare: None, health: &health });
        overall(&checks)
    };
    assert_eq!(judged(HEALTHY, &lossy), Verdict::Fail);
    assert_eq!(judged(Health { receive_drops: 3, ..HEALTHY }, &lossy), Verdict::NotEnoughData);
    assert_eq!(judged(Health { clock_step_us: 1_000_000, ..HEALTHY }, &g711(stream(500, even, |_| false))), Verdict::NotEnoughData);
    assert_eq!(judged(HEALTHY, &g711(stream(500, even, |_| false))), Verdict::Pass);
}
