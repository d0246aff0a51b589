//! What a phone would get in a jack, for every way a switch can answer.

use std::time::{Duration, Instant};

use lldp::cdp_lists::Levels;
use lldp::dot1::Dot1Tlv;
use lldp::dot3::{Dot3Tlv, Power, PowerAt};
use lldp::lldpdu::{Id, Lldpdu, Tlv};
use lldp::med::{ExtendedPower, MedTlv, NetworkPolicy};
use lldp::org::Organisational;
use lldp::{cdp, ethernet};
use model::ids::{MacAddress, VlanId};
use model::neighbour::{Neighbour, Source};
use voiceport::discover::decode;
use voiceport::discover::jack::{Jack, Test};
use voiceport::discover::jack_report::{JackEnd, JackOutcome, JackReport, ToldBy, VoiceTagging};

const SWITCH: [u8; 6] = [2, 0, 0, 0, 0, 1];
const NETWORK_CONNECTIVITY: u8 = 4;
const BRIDGE: u16 = 0x04;

fn row(frame: &[u8]) -> Neighbour<'static> {
    decode::neighbour(&ethernet::decode(frame, None).unwrap(), Source::Interface).unwrap().unwrap().into_owned()
}

fn lldp_of(name: &str, capabilities: u16, tlvs: &[Organisational<'_>]) -> Neighbour<'static> {
    let basic = [Tlv::SystemName(name.as_bytes()), Tlv::SystemCapabilities { supported: capabilities, enabled: capabilities }];
    let tlvs = basic.into_iter().chain(tlvs.iter().copied().map(Tlv::Organisational)).collect();
    let (chassis_id, port_id) = (Id { subtype: 4, bytes: &SWITCH }, Id { subtype: 5, bytes: b"Gi1/0/7" });
    let lldpdu = Lldpdu { chassis_id, port_id, ttl_s: 120, tlvs, anomalies: Vec::new() };
    row(&ethernet::lldp_frame(SWITCH, &lldpdu.encode().unwrap()))
}

fn class(class: u8) -> Organisational<'static> {
    Organisational::Med(MedTlv::Capabilities { supported: 0x2f, class })
}

/// A voice policy with its flags: unknown, tagged.
fn policy(flags: (bool, bool), vlan: u32, priority: u32, dscp: u32) -> Organisational<'static> {
    let bits = u32::from(flags.0) << 23 | u32::from(flags.1) << 22 | vlan << 9 | priority << 6 | dscp;
    Organisational::Med(MedTlv::NetworkPolicy(NetworkPolicy { application: 1, bits }))
}

const TAGGED: (bool, bool) = (false, true);
const UNTAGGED: (bool, bool) = (false, false);
const UNKNOWN: (bool, bool) = (true, true);

/// A switch's LLDP with these organisational TLVs behind its device class.
fn lldp(tlvs: &[Organisational<'_>]) -> Neighbour<'static> {
    lldp_of("switch-1", BRIDGE, &[&[class(NETWORK_CONNECTIVITY)], tlvs].concat())
}

fn cdp_of(device: &str, capabilities: u32, tlvs: Vec<cdp::Tlv<'_>>) -> Neighbour<'static> {
    let basic =
        [cdp::Tlv::DeviceId(device.as_bytes()), cdp::Tlv::PortId(b"GigabitEthernet1/0/7"), cdp::Tlv::Capabilities(capabilities)];
    let tlvs = basic.into_iter().chain(tlvs).collect();
    let message = cdp::Message { version: 2, ttl_s: 180, tlvs, anomalies: Vec::new() };
    row(&ethernet::cdp_frame(SWITCH, &message.encode().unwrap()).unwrap())
}

fn cdp(voice_vlan: u16) -> Neighbour<'static> {
    let tlvs = vec![
        cdp::Tlv::VoipVlanReply { appliance: 1, vlan: voice_vlan },
        cdp::Tlv::NativeVlan(10),
        cdp::Tlv::PowerAvailable(Levels { request: 1, management: 0, milliwatts: vec![u32::MAX, 15_400], rest: &[] }),
    ];
    cdp_of("switch-1.example.net", 0x28, tlvs)
}

fn report(rows: impl IntoIterator<Item = Neighbour<'static>>) -> JackReport {
    report_with(rows, true)
}

fn report_with(rows: impl IntoIterator<Item = Neighbour<'static>>, running: bool) -> JackReport {
    let mut jack = Jack::new();
    for row in rows {
        jack.receive(row, Instant::now());
    }
    finished(&jack, running)
}

fn finished(jack: &Jack, running: bool) -> JackReport {
    jack.report(Test {
        interface: "eth0".to_owned(),
        running,
        announced: MacAddress([2, 0, 0, 0, 0, 9]),
        ended: JackEnd::Time,
        took: Duration::from_secs(12),
        withdrawn: true,
    })
}

#[test]
fn everything_a_switch_tells_is_shown_with_who_told_it() {
    let power = Organisational::Dot3(Dot3Tlv::Power(Power {
        support: 0x07,
        pairs: 1,
        class: 4,
        at: Some(PowerAt { type_source_priority: 0x11, requested: 65, allocated: 130 }),
        bt: None,
    }));
    let extended = Organisational::Med(MedTlv::ExtendedPower(ExtendedPower { type_source_priority: 0x11, value: 154 }));
    let told = [policy(TAGGED, 30, 5, 46), Organisational::Dot1(Dot1Tlv::PortVlanId(10)), power, extended];
    let report = report([lldp(&told), cdp(30)]);
    assert_eq!((report.outcome, report.disagreements.as_slice(), report.advice.len()), (JackOutcome::VoiceVlan, &[][..], 0));
    let voice = report.voice.unwrap();
    assert_eq!((voice.vlan.unwrap().get(), voice.tagging, voice.by), (30, VoiceTagging::Tagged, ToldBy::LldpMed));
    assert_eq!((voice.priority.unwrap().get(), voice.dscp.unwrap().get()), (5, 46));
    let switch = report.switch.unwrap();
    assert_eq!(switch.name.unwrap().value, "switch-1");
    assert_eq!(switch.port.unwrap().value, "Gi1/0/7");
    let untagged = report.access_vlan.unwrap();
    assert_eq!((untagged.value.get(), untagged.by), (10, ToldBy::LldpDot1));
    assert!(report.power_enabled.unwrap().value);
    let power: Vec<_> = report.power.iter().map(|power| (power.power_mw, power.by)).collect();
    assert_eq!(power, [(15_400, ToldBy::LldpMed), (13_000, ToldBy::LldpDot3), (15_400, ToldBy::Cdp)]);
}

#[test]
fn a_policy_is_what_its_flags_say() {
    let voice = |flags, vlan| report([lldp(&[policy(flags, vlan, 5, 46)])]);
    let shape = |report: &JackReport| {
        (report.outcome, report.voice.map(|voice| (voice.tagging, voice.vlan.map(VlanId::get), voice.priority.is_some())))
    };
    assert_eq!(shape(&voice(TAGGED, 30)), (JackOutcome::VoiceVlan, Some((VoiceTagging::Tagged, Some(30), true))));
    assert_eq!(shape(&voice(TAGGED, 0)), (JackOutcome::NoVoiceVlan, Some((VoiceTagging::PriorityTagged, None, true))));
    // without a tag the VLAN and the priority in the policy mean nothing
    assert_eq!(shape(&voice(UNTAGGED, 30)), (JackOutcome::NoVoiceVlan, Some((VoiceTagging::Untagged, None, false))));
    assert_eq!(shape(&voice(TAGGED, 4095)), (JackOutcome::NoVoiceVlan, None));
    assert_eq!(shape(&voice(UNKNOWN, 30)), (JackOutcome::NoVoiceVlan, None));
    assert!(voice(UNTAGGED, 30).advice[0].contains("stay in the access VLAN"));
    assert!(voice(UNKNOWN, 0).advice[0].contains("offers no voice VLAN"));
}

#[test]
fn cdp_alone_tells_a_voice_vlan_and_neither_priority_nor_dscp() {
    let told = report([cdp(30)]);
    let voice = told.voice.unwrap();
    assert_eq!((told.outcome, voice.vlan.unwrap().get(), voice.by), (JackOutcome::VoiceVlan, 30, ToldBy::Cdp));
    assert_eq!((voice.priority, voice.dscp), (None, None));
    assert_eq!(told.access_vlan.unwrap().value.get(), 10);
    assert_eq!(told.switch.unwrap().name.unwrap().value, "switch-1.example.net");
    assert_eq!(report([cdp(4095)]).voice.unwrap().tagging, VoiceTagging::Untagged);
    assert_eq!(report([cdp(0)]).voice.unwrap().tagging, VoiceTagging::PriorityTagged);
}

#[test]
fn lldp_med_and_cdp_that_contradict_each_other_are_both_named() {
    let told = report([lldp(&[policy(TAGGED, 30, 5, 46), Organisational::Dot1(Dot1Tlv::PortVlanId(11))]), cdp(31)]);
    assert_eq!(told.outcome, JackOutcome::Contradiction);
    assert_eq!(
        told.disagreements,
        ["voice: LLDP-MED says VLAN 30 tagged, CDP says VLAN 31 tagged", "access VLAN: LLDP says 11, CDP says 10"]
    );
    assert!(told.advice[0].contains("set one voice VLAN on the switch's port"), "{told:?}");
    let far = report([lldp(&[policy(TAGGED, 30, 5, 46)]), cdp_of("core-9", 0x28, Vec::new())]);
    assert_eq!(far.outcome, JackOutcome::VoiceVlan);
    assert!(far.disagreements[0].starts_with("switch: LLDP comes from switch-1, CDP from core-9"), "{far:?}");
}

#[test]
fn two_voice_policies_of_one_switch_contradict_each_other() {
    let told = report([lldp(&[policy(TAGGED, 30, 5, 46), policy(TAGGED, 20, 5, 46)])]);
    assert_eq!(told.outcome, JackOutcome::Contradiction);
    assert_eq!(told.disagreements, ["voice: LLDP-MED says VLAN 30 tagged and VLAN 20 tagged"]);
    assert_eq!(voiceport::ops::jack::conclusion(&told), voiceport::ops::Conclusion::Differences);
    // the same twice, or one that is unknown, is none
    assert_eq!(report([lldp(&[policy(TAGGED, 30, 5, 46), policy(TAGGED, 30, 5, 46)])]).outcome, JackOutcome::VoiceVlan);
    assert_eq!(report([lldp(&[policy(TAGGED, 30, 5, 46), policy(UNKNOWN, 20, 0, 0)])]).outcome, JackOutcome::VoiceVlan);
    assert_eq!(report([lldp(&[policy(TAGGED, 30, 5, 46), policy(UNTAGGED, 30, 0, 0)])]).outcome, JackOutcome::Contradiction);
}

#[test]
#[ignore = "needs the fault samples: tests/run looks for them"]
fn sample_d05_and_d09_in_a_jack() {
    let rows = |name: &str| {
        let file = std::fs::read(crate::support::samples("faults").join(name)).unwrap();
        super::read(&file, &super::catalogue()).into_iter().map(Result::unwrap).collect::<Vec<_>>()
    };
    let told: Vec<_> = rows("D05.pcap")
        .into_iter()
        .filter(|row| row.system_name.as_deref() == Some("sw-a"))
        .map(|row| report([row]))
        .map(|report| (voiceport::ops::jack::conclusion(&report), report.voice.map(|voice| voice.tagging)))
        .collect();
    let none = voiceport::ops::Conclusion::Differences;
    assert_eq!(told, [(none, Some(VoiceTagging::Untagged)), (none, Some(VoiceTagging::PriorityTagged)), (none, None)]);
    assert_eq!(report(rows("D09.pcap")).outcome, JackOutcome::Contradiction);
}

#[test]
fn phones_and_computers_in_the_same_segment_are_no_switch() {
    let phone = lldp_of("phone", 0x24, &[class(3), policy(TAGGED, 99, 5, 46)]);
    let computer = lldp_of("pc", 0x80, &[class(1)]);
    let heard = report([phone, computer, cdp_of("SEP001122334455", 0x490, Vec::new())]);
    assert_eq!((heard.outcome, &heard.switch, heard.voice), (JackOutcome::NoAnswer, &None, None));
    assert!(heard.advice.iter().any(|line| line.contains("a small switch between")), "{heard:?}");
    let two = report([lldp(&[policy(TAGGED, 30, 5, 46)]), {
        let mut other = lldp(&[]);
        other.mac = Some(MacAddress([2, 0, 0, 0, 0, 2]));
        other
    }]);
    assert!(two.disagreements[0].starts_with("2 switches are heard in this jack"), "{two:?}");
}

#[test]
fn silence_says_what_it_means() {
    let silent = report([]);
    assert_eq!((silent.outcome, &silent.switch), (JackOutcome::NoAnswer, &None));
    assert!(silent.advice[0].starts_with("no switch sent LLDP or CDP in 12 s: both are off on this port"), "{silent:?}");
    assert!(report_with([], false).advice[0].starts_with("eth0 has no link"));
    let bare = report([lldp_of("switch-1", BRIDGE, &[])]);
    assert_eq!(bare.outcome, JackOutcome::NoVoiceVlan);
    assert!(bare.advice[0].starts_with("the switch says who it is but offers phones nothing"), "{bare:?}");
}

#[test]
fn an_answer_that_cannot_be_read_is_no_silence() {
    let mut jack = Jack::new();
    jack.reject("interface eth0: lldp: chassis id at offset 16 needs 7 bytes, 1 left".to_owned());
    assert!(
        finished(&jack, true)
            .advice
            .iter()
            .any(|line| line.starts_with("a frame could not be read: interface eth0: lldp: chassis"))
    );
}

#[test]
fn the_test_ends_when_nothing_more_can_come() {
    let begin = Instant::now();
    let mut jack = Jack::new();
    assert!(jack.receive(lldp(&[]), begin), "a new LLDP-MED neighbour starts the fast start again");
    assert!(!jack.receive(lldp(&[]), begin));
    assert_eq!(jack.complete_at(), None);
    jack.receive(lldp(&[policy(TAGGED, 30, 5, 46)]), begin);
    assert!(jack.complete_at().unwrap() > begin, "CDP could still contradict");
    jack.receive(cdp(30), begin);
    assert_eq!(jack.complete_at(), Some(begin));
}
