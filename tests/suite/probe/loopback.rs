//! The probe against the project's own reflector over real sockets, directly and over a path that misbehaves on purpose.
//!
//! Counts are exact here; times are only compared where the path makes them differ by far more than a busy machine does.

use std::net::SocketAddr;
use std::time::Duration;

use model::ids::Dscp;
use tokio::net::UdpSocket;
use voiceport::probe::report::{CheckName, Clock, Codec, LossRun, MarkOutcome, MarkSeen, ProbeReport, Verdict};
use voiceport::probe::{self, Counters, Error, ProbeProgress, Reflector, Settings};

use super::relay::{Fate, Path, start};

const PACKETS: u64 = 100;

fn reflector(address: &str) -> (SocketAddr, Counters) {
    let reflector = Reflector::bind(address.parse().unwrap()).unwrap();
    let (address, counters) = (reflector.local_addr(), reflector.counters());
    tokio::spawn(reflector.run());
    (address, counters)
}

/// 100 packets per stream, 5 ms apart.
fn short(target: SocketAddr) -> Settings {
    Settings { duration: Duration::from_millis(500), interval: Duration::from_millis(5), ..Settings::new(target) }
}

async fn probe(settings: &Settings) -> ProbeReport {
    probe::run(settings, &mut |_| {}).await.unwrap()
}

async fn probe_over(path: Path) -> ProbeReport {
    let (address, _) = reflector("127.0.0.1:0");
    probe(&short(start(address, path).await)).await
}

fn all(dscp: Dscp) -> Vec<MarkSeen> {
    vec![MarkSeen { dscp, packets: PACKETS }]
}

#[tokio::test]
async fn a_clean_path_loses_nothing_and_keeps_the_mark() {
    let (address, counters) = reflector("127.0.0.1:0");
    let mut seen: Vec<ProbeProgress> = Vec::new();
    let settings = Settings { compare: Some(Dscp::BEST_EFFORT), streams: 2, ..short(address) };
    let report = probe::run(&settings, &mut |progress| seen.push(progress)).await.unwrap();
    assert_eq!((report.clock, report.codec), (Clock::SameHost, Codec::G711));
    assert_eq!((report.packet.udp_payload_bytes, report.packet.interval_us), (172, 5000));
    for (class, dscp) in [(&report.voice, Dscp::EF), (report.compare.as_ref().unwrap(), Dscp::BEST_EFFORT)] {
        assert_eq!((class.dscp, class.round_trip.sent_packets, class.round_trip.received_packets), (dscp, 200, 200));
        assert!(class.round_trip.loss_runs.is_empty());
        for direction in [&class.forward, &class.back] {
            assert_eq!((direction.sent_packets, direction.lost_packets), (Some(200), Some(0)));
            assert_eq!((direction.reordered_packets, direction.duplicate_packets), (0, 0));
            assert_eq!(direction.mark.outcome, MarkOutcome::Preserved);
            assert_eq!(direction.mark.seen, [MarkSeen { dscp, packets: 200 }]);
            assert!(direction.one_way_delay.is_some() && direction.jitter_us.is_some());
            assert!(direction.quality.mos.is_some_and(|mos| (1.0..=4.5).contains(&mos)));
        }
    }
    assert!(seen.iter().is_sorted_by_key(|progress| progress.sent) && !seen.is_empty());
    let counts = counters.read();
    // Four streams of 100 packets and three closing packets each.
    assert_eq!((counts.sessions, counts.received, counts.reflected, counts.refused), (4, 412, 412, 0));
}

#[tokio::test]
async fn the_document_is_valid_by_its_own_schema() {
    let (address, _) = reflector("127.0.0.1:0");
    let report = probe(&short(address)).await;
    let document = serde_json::to_value(&report).unwrap();
    let schema = serde_json::to_value(schemars::schema_for!(ProbeReport)).unwrap();
    jsonschema::validate(&schema, &document).unwrap();
    assert_eq!(document["voice"]["return"]["mark"]["outcome"], "preserved");
    assert_eq!(serde_json::from_value::<ProbeReport>(document).unwrap(), report);
}

#[tokio::test]
async fn ipv6_is_marked_and_measured_alike() {
    let (address, _) = reflector("[::1]:0");
    let report = probe(&short(address)).await;
    assert_eq!(report.voice.round_trip.received_packets, PACKETS);
    assert_eq!((report.voice.forward.mark.seen.clone(), report.voice.back.mark.seen.clone()), (all(Dscp::EF), all(Dscp::EF)));
}

#[tokio::test]
async fn losses_are_told_by_direction_and_run() {
    let path = Path {
        forward: |sequence| if matches!(sequence, 10 | 11 | 50) { Fate::Drop } else { Fate::Pass },
        // The reflector numbers its own replies: with three packets lost before, these answer packets 73 and 99.
        back: |sequence| if matches!(sequence, 70 | 96) { Fate::Drop } else { Fate::Pass },
        ..Path::clean()
    };
    let report = probe_over(path).await;
    let voice = &report.voice;
    assert_eq!((voice.round_trip.lost_packets, voice.round_trip.lost_undetermined_packets), (5, 0));
    assert_eq!((voice.forward.sent_packets, voice.forward.lost_packets), (Some(100), Some(3)));
    assert_eq!((voice.back.sent_packets, voice.back.lost_packets), (Some(97), Some(2)));
    let run = |length_packets, count| LossRun { length_packets, count };
    assert_eq!(voice.round_trip.loss_runs, [run(1, 3), run(2, 1)]);
    assert_eq!((voice.forward.reordered_packets, voice.back.reordered_packets), (0, 0));
}

#[tokio::test]
async fn copies_and_overtaking_are_told_by_direction() {
    let path = Path {
        forward: |sequence| match sequence {
            20 => Fate::Copy,
            30 | 40 => Fate::BehindNext,
            _ => Fate::Pass,
        },
        back: |sequence| match sequence {
            60..=62 => Fate::Copy,
            80 => Fate::BehindNext,
            _ => Fate::Pass,
        },
        ..Path::clean()
    };
    let report = probe_over(path).await;
    let voice = &report.voice;
    assert_eq!(voice.round_trip.lost_packets, 0);
    assert_eq!((voice.forward.duplicate_packets, voice.back.duplicate_packets), (1, 3));
    assert_eq!((voice.forward.reordered_packets, voice.back.reordered_packets), (2, 1));
}

#[tokio::test]
async fn a_bleached_mark_is_found_in_its_direction_only() {
    let there = probe_over(Path { forward_ds_byte: 0, ..Path::clean() }).await.voice;
    assert_eq!((there.forward.mark.outcome, there.back.mark.outcome), (MarkOutcome::Changed, MarkOutcome::Preserved));
    assert_eq!((there.forward.mark.seen, there.back.mark.seen), (all(Dscp::BEST_EFFORT), all(Dscp::EF)));
    let report = probe_over(Path { return_ds_byte: 0x68, ..Path::clean() }).await;
    let back = &report.voice;
    assert_eq!((back.forward.mark.outcome, back.back.mark.outcome), (MarkOutcome::Preserved, MarkOutcome::Changed));
    assert_eq!(back.back.mark.seen, all(Dscp::new(26).unwrap()));
    assert_eq!(report.verdict, Verdict::Fail);
    assert!(report.findings[0].contains("DSCP 46 was changed on the way: 100 packets arrived with 26"), "{:?}", report.findings);
}

#[tokio::test]
async fn a_refused_mark_is_no_fault_of_the_network() {
    let (address, _) = reflector("127.0.0.1:0");
    let report = probe(&Settings { dscp: Dscp::new(48).unwrap(), ..short(address) }).await;
    assert_eq!(report.voice.forward.mark.outcome, MarkOutcome::Preserved);
    assert_eq!(report.voice.back.mark.outcome, MarkOutcome::Refused);
    assert_ne!(report.verdict, Verdict::Pass);
}

#[tokio::test]
async fn queueing_shows_in_its_direction_only() {
    let slow = |sequence: u32| if sequence.is_multiple_of(4) { Fate::Delay(Duration::from_millis(200)) } else { Fate::Pass };
    let report = probe_over(Path { back: slow, ..Path::clean() }).await;
    let p95 = |direction: &voiceport::probe::report::DirectionReport| direction.delay_variation.unwrap().p95_us;
    assert!(p95(&report.voice.back) >= 190_000, "{:?}", report.voice.back);
    assert!(p95(&report.voice.forward) < 100_000, "{:?}", report.voice.forward);
    let jitter = report.checks.iter().filter(|check| check.name == CheckName::Jitter).map(|check| check.verdict);
    assert_eq!(jitter.collect::<Vec<_>>(), [Verdict::Pass, Verdict::Fail]);
}

#[tokio::test]
async fn the_last_packets_losses_find_their_direction_too() {
    let path = Path { forward: |sequence| if matches!(sequence, 98 | 99) { Fate::Drop } else { Fate::Pass }, ..Path::clean() };
    let voice = probe_over(path).await.voice;
    assert_eq!((voice.forward.lost_packets, voice.back.lost_packets), (Some(2), Some(0)));
}

#[tokio::test]
async fn no_reflector_is_said_and_what_to_start() {
    let nobody = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let error = probe::run(&short(nobody.local_addr().unwrap()), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::NoAnswer { sent: 103, refused: false, .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("voiceport reflect"));
    let closed = nobody.local_addr().unwrap();
    drop(nobody);
    let error = probe::run(&short(closed), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::NoAnswer { refused: true, .. }), "{error:?}");
    assert!(error.to_string().contains("nothing listens on this port"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_with_a_cure() {
    let target = "127.0.0.1:862".parse().unwrap();
    let refused = [
        Settings { load_bps: Some(1_000_000), ..Settings::new(target) },
        Settings { streams: 0, ..Settings::new(target) },
        Settings { compare: Some(Dscp::EF), ..Settings::new(target) },
        Settings { duration: Duration::from_secs(1_000_000), streams: 500, ..Settings::new(target) },
    ];
    for settings in refused {
        let error = probe::run(&settings, &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, Error::NotPossible { .. }) && error.hint().is_some(), "{error:?}");
    }
}

#[tokio::test]
async fn a_taken_port_is_said() {
    let taken = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let error = Reflector::bind(taken.local_addr().unwrap()).unwrap_err();
    assert!(error.hint().unwrap().contains("another port"), "{error}");
}

#[tokio::test]
async fn the_reflector_answers_in_equal_length_and_no_short_packet() {
    let (address, counters) = reflector("0.0.0.0:0");
    let asked: SocketAddr = (std::net::Ipv4Addr::new(127, 0, 0, 2), address.port()).into();
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut buffer = [0; 4096];
    for length in [20, 43, 44, 47, 172, 1472] {
        client.send_to(&vec![0; length], asked).await.unwrap();
        if length >= 44 {
            let (answered, from) = client.recv_from(&mut buffer).await.unwrap();
            assert_eq!((answered, from), (length, asked), "the answer comes from the address that was asked");
        }
    }
    let counts = counters.read();
    assert_eq!((counts.received, counts.reflected, counts.refused, counts.sessions), (6, 4, 2, 1));
}

#[tokio::test]
async fn two_reflectors_do_not_answer_each_other() {
    let ((first, _), (second, counters)) = (reflector("127.0.0.1:0"), reflector("127.0.0.1:0"));
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut buffer = [0; 64];
    client.send_to(&[0; 44], first).await.unwrap();
    client.recv_from(&mut buffer).await.unwrap();
    // The first one's reply reaches the second as if it were a request; then comes a true one.
    client.send_to(&buffer[..44], second).await.unwrap();
    client.send_to(&[0; 44], second).await.unwrap();
    client.recv_from(&mut buffer).await.unwrap();
    assert_eq!((counters.read().received, counters.read().refused), (2, 1));
}

#[test]
fn a_forbidden_port_comes_with_its_cure() {
    let cause = std::io::ErrorKind::PermissionDenied.into();
    let error = Error::Bind { address: "0.0.0.0:862".parse().unwrap(), cause };
    assert_eq!(error.to_string(), "reflector 0.0.0.0:862: cannot listen: this user may not");
    let help = error.hint().unwrap();
    let rights = "sudo setcap cap_net_admin,cap_net_bind_service,cap_net_raw+ep ";
    assert!(help.contains(rights) && help.contains("0.0.0.0:8620"), "{help}");
}

#[tokio::test]
async fn a_stopped_reflector_tells_what_it_did() {
    let reflector = Reflector::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = reflector.local_addr();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(reflector.run_until(async { drop(stopped.await) }));
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.send_to(&[0; 44], address).await.unwrap();
    client.recv_from(&mut [0; 64]).await.unwrap();
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap().unwrap().reflected, 1);
}
