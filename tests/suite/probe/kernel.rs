//! The probe between two network namespaces of a kernel of its own, over a virtual cable that delays, drops and re-marks.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use model::ids::Dscp;
use voiceport::probe::report::{CheckName, Clock, MarkOutcome, MarkSeen, ProbeReport, Verdict};
use voiceport::probe::{self, Reflector, Settings};

use crate::support::{Running, in_guest, sh};

/// Set in the environment of the process that plays the far end: the address to reflect on.
const FAR_END: &str = "VOICEPORT_TEST_FAR_END";
const REFLECTING: &str = "the far end reflects\n";

/// A cable `near`–`far`; the far end lies in its own namespace. Nothing but the probe talks on it.
const CABLE: &str = "
    quiet='echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
    ip netns add far
    sh -c \"$quiet\"; ip netns exec far sh -c \"$quiet\"
    ip link add near address 02:00:00:00:00:01 type veth peer name far address 02:00:00:00:00:02 netns far
    ip addr add 10.7.0.1/24 dev near; ip -n far addr add 10.7.0.2/24 dev far
    ip link set near up; ip -n far link set far up
    ip neigh add 10.7.0.2 lladdr 02:00:00:00:00:02 dev near nud permanent
    ip -n far neigh add 10.7.0.1 lladdr 02:00:00:00:00:01 dev far nud permanent
";

/// Loads the kernel's packet editor, which writes marks.
const EDITOR: &str = "
    modules=/usr/lib/uml/modules/$(uname -r)
    [ -d $modules ] || modules=/lib/modules/$(uname -r)
    for module in act_pedit act_csum; do
        [ ! -f $modules/kernel/net/sched/$module.ko ] || busybox insmod $modules/kernel/net/sched/$module.ko
    done
";

/// The one process plays both ends: this, when it was started as the far end, never returns.
fn be_the_far_end_if_asked() {
    let Ok(address) = std::env::var(FAR_END) else { return };
    runtime().block_on(async {
        let reflector = Reflector::bind(address.parse().unwrap()).unwrap();
        std::io::stdout().write_all(REFLECTING.as_bytes()).unwrap();
        reflector.run().await.unwrap();
    });
}

fn start_far_end(test: &str) -> (Running, SocketAddr) {
    let address: SocketAddr = "10.7.0.2:862".parse().unwrap();
    let mut far = Running::start(
        Command::new("ip")
            .args(["netns", "exec", "far", "env", &format!("{FAR_END}={address}")])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test, "--include-ignored", "--nocapture", "--test-threads=1"])
            .stdout(Stdio::piped()),
    );
    let mut lines = BufReader::new(far.0.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains(REFLECTING.trim_end())), "the far end ended before it reflected");
    (far, address)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// 200 packets, 10 ms apart.
fn settings(target: SocketAddr) -> Settings {
    Settings { duration: Duration::from_secs(2), interval: Duration::from_millis(10), ..Settings::new(target) }
}

fn probe(settings: &Settings) -> ProbeReport {
    runtime().block_on(probe::run(settings, &mut |_| {})).unwrap()
}

fn number_after(text: &str, word: &str) -> u64 {
    let rest = text.split_once(word).unwrap().1.trim_start();
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn delay_and_loss_are_told_by_direction() {
    let test = "probe::kernel::delay_and_loss_are_told_by_direction";
    be_the_far_end_if_asked();
    if !in_guest(test) {
        return;
    }
    sh(CABLE);
    let (_far, address) = start_far_end(test);
    // Longer than a busy machine holds up the guest, and well under the second after which an answer counts as lost.
    sh("tc qdisc add dev near root netem delay 350ms 250ms; tc -n far qdisc add dev far root netem loss 20%");
    let report = probe(&settings(address));
    let voice = &report.voice;
    assert_eq!(report.clock, Clock::OffsetUnknown);
    assert!(voice.forward.one_way_delay.is_none() && voice.back.one_way_delay.is_none());
    assert!(voice.round_trip.delay.unwrap().min_us >= 100_000, "{voice:#?}");
    let (there, back) = (voice.forward.delay_variation.unwrap(), voice.back.delay_variation.unwrap());
    assert!(there.p95_us > 350_000 && back.p95_us < there.p95_us / 2, "{voice:#?}");
    assert!(voice.forward.reordered_packets > 0, "packets 10 ms apart overtake each other by up to 500 ms");
    assert_eq!((voice.forward.sent_packets, voice.forward.lost_packets), (Some(200), Some(0)));
    let lost = voice.back.lost_packets.unwrap();
    let dropped = number_after(&sh("tc -n far -s qdisc show dev far"), "dropped");
    // Of the three closing packets' answers some may be dropped too.
    assert!(lost > 0 && (lost..=lost + 3).contains(&dropped), "{lost} lost, {dropped} dropped");
    assert_eq!(report.verdict, Verdict::Fail);
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn a_mark_rewritten_by_the_network_is_found() {
    let test = "probe::kernel::a_mark_rewritten_by_the_network_is_found";
    be_the_far_end_if_asked();
    if !in_guest(test) {
        return;
    }
    sh(CABLE);
    sh(EDITOR);
    let (_far, address) = start_far_end(test);
    let short = Settings { duration: Duration::from_millis(500), ..settings(address) };
    let outcomes = |report: &ProbeReport| (report.voice.forward.mark.outcome, report.voice.back.mark.outcome);
    assert_eq!(outcomes(&probe(&short)), (MarkOutcome::Preserved, MarkOutcome::Preserved));
    let rewrite = "protocol ip prio 1 u32 match ip tos 0xb8 0xfc action pedit ex munge ip tos set 0 pipe action csum ip4h";
    sh(&format!("tc -n far qdisc add dev far clsact; tc -n far filter add dev far ingress {rewrite}"));
    let there = probe(&short);
    assert_eq!(outcomes(&there), (MarkOutcome::Changed, MarkOutcome::Preserved));
    assert_eq!(there.voice.forward.mark.seen, [MarkSeen { dscp: Dscp::BEST_EFFORT, packets: 50 }]);
    sh(&format!("tc -n far qdisc del dev far clsact; tc qdisc add dev near clsact; tc filter add dev near ingress {rewrite}"));
    assert_eq!(outcomes(&probe(&short)), (MarkOutcome::Preserved, MarkOutcome::Changed));
}

#[test]
#[ignore = "needs user-mode-linux: tests/run runs it"]
fn priority_of_voice_over_data_is_seen_and_so_is_its_lack() {
    let test = "probe::kernel::priority_of_voice_over_data_is_seen_and_so_is_its_lack";
    be_the_far_end_if_asked();
    if !in_guest(test) {
        return;
    }
    sh(CABLE);
    let (_far, address) = start_far_end(test);
    // Band 1 is quick, band 2 queues; everything unmarked goes to band 2.
    sh("tc qdisc add dev near root handle 1: prio bands 2 priomap 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
        tc qdisc add dev near parent 1:2 netem delay 350ms 250ms
        tc filter add dev near parent 1: protocol ip prio 1 u32 match ip tos 0xb8 0xfc flowid 1:1");
    let judged = |dscp, compare| {
        let report = probe(&Settings { dscp, compare: Some(compare), ..settings(address) });
        let check = report.checks.into_iter().find(|check| check.name == CheckName::NotWorseThanCompare).unwrap();
        (check.verdict, check.detail)
    };
    let (verdict, reason) = judged(Dscp::EF, Dscp::BEST_EFFORT);
    assert_eq!(verdict, Verdict::Pass, "{reason}");
    assert!(!reason.contains("not put to the test"), "{reason}");
    let (verdict, reason) = judged(Dscp::BEST_EFFORT, Dscp::EF);
    assert_eq!(verdict, Verdict::Fail, "{reason}");
}
