//! What a phone would get in one jack, from what is heard while one is announced there. Pure.
//!
//! LLDP-MED is taken before CDP, as most phones do; where the two differ, it is said.

use std::time::{Duration, Instant};

use super::jack_report::{JackEnd, JackOutcome, JackPower, JackReport, JackSwitch, JackVoice, Told, ToldBy, VoiceTagging};
use super::join::host;
use model::capabilities::Capability;
use model::code_points::{MedApplication, MedDeviceClass, PowerEnd};
use model::ids::{MacAddress, VlanId};
use model::neighbour::{MedPolicy, Neighbour, Protocol};

/// How long CDP is waited for after LLDP-MED told the voice VLAN: it could contradict.
const SETTLE: Duration = Duration::from_secs(3);
/// The VLAN number that means none (TIA-1057 §10.2.3.5); CDP uses it for voice without a tag.
const VLAN_NONE: u16 = 4095;
/// A CDP power level that means no limit.
const NO_LIMIT: u32 = u32::MAX;

/// What was heard so far.
#[derive(Debug, Clone, Default)]
pub struct Jack {
    /// The last frame of each neighbour that is no endpoint, in the order of first appearance.
    switches: Vec<Neighbour<'static>>,
    /// Endpoints heard: phones and computers behind a hub or switch.
    endpoints: usize,
    /// Why a frame could not be read, of the last one.
    unreadable: Option<String>,
    /// When LLDP-MED told the voice policy first.
    told_at: Option<Instant>,
}

/// The test itself, when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub interface: String,
    /// Whether it had a link partner at the end.
    pub running: bool,
    /// The address that was announced.
    pub announced: MacAddress,
    pub ended: JackEnd,
    /// How long it took.
    pub took: Duration,
    /// Whether the withdrawal was sent.
    pub withdrawn: bool,
}

impl Jack {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what a neighbour says. True when it is a new one that speaks LLDP-MED: announcing starts fast again.
    pub fn receive(&mut self, row: Neighbour<'static>, now: Instant) -> bool {
        if is_endpoint(&row) {
            self.endpoints += 1;
            return false;
        }
        let known = self.switches.iter().position(|other| same(other, &row));
        if row.ttl_s == Some(0) {
            known.map(|at| self.switches.remove(at));
            return false;
        }
        if self.told_at.is_none() && voice_policy(&row).is_some() {
            self.told_at = Some(now);
        }
        let speaks_med = row.med.is_some();
        let Some(other) = known.and_then(|at| self.switches.get_mut(at)) else {
            self.switches.push(row);
            return speaks_med;
        };
        let began = speaks_med && other.med.is_none();
        *other = row;
        began
    }

    /// Takes in that a frame could not be read.
    pub fn reject(&mut self, reason: String) {
        self.unreadable = Some(reason);
    }

    /// From when on nothing more needs to be waited for; `None` while something is missing.
    #[must_use]
    pub fn complete_at(&self) -> Option<Instant> {
        let told_at = self.told_at?;
        let cdp_told = self.cdp().and_then(voice_by_cdp).is_some();
        if cdp_told { Some(told_at) } else { told_at.checked_add(SETTLE) }
    }

    /// What it came to.
    #[must_use]
    pub fn report(&self, test: Test) -> JackReport {
        let (lldp, cdp) = (self.lldp(), self.cdp());
        let by_med = lldp.and_then(voice_by_med);
        let by_cdp = cdp.and_then(voice_by_cdp);
        let voice = by_med.or(by_cdp);
        let policies = lldp.into_iter().filter_map(policy_contradictions);
        let contradictions: Vec<String> = policies.chain(contradictions(by_med, by_cdp)).collect();
        let outcome = match voice {
            _ if !contradictions.is_empty() => JackOutcome::Contradiction,
            _ if self.switches.is_empty() => JackOutcome::NoAnswer,
            Some(voice) if voice.vlan.is_some() => JackOutcome::VoiceVlan,
            Some(_) | None => JackOutcome::NoVoiceVlan,
        };
        let disagreements = contradictions.into_iter().chain(oddities(lldp, cdp)).chain(self.crowd()).collect();
        JackReport {
            outcome,
            switch: (!self.switches.is_empty()).then(|| switch(lldp, cdp)),
            voice,
            access_vlan: port_vlan(lldp).or_else(|| native_vlan(cdp)),
            power_enabled: power_enabled(lldp),
            power: lldp.into_iter().flat_map(power_by_lldp).chain(cdp.and_then(power_by_cdp)).collect(),
            disagreements,
            advice: self.advice(outcome, voice, &test),
            announced: test.announced,
            ended: test.ended,
            took_ms: u64::try_from(test.took.as_millis()).unwrap_or(u64::MAX),
            withdrawn: test.withdrawn,
            interface: test.interface,
        }
    }

    /// The switch as LLDP shows it: the first that tells a voice policy, else the first.
    fn lldp(&self) -> Option<&Neighbour<'_>> {
        let mut of_lldp = self.switches.iter().filter(|row| row.protocol == Protocol::Lldp);
        of_lldp.clone().find(|row| voice_policy(row).is_some()).or_else(|| of_lldp.next())
    }

    /// The switch as CDP shows it, by the same rule.
    fn cdp(&self) -> Option<&Neighbour<'_>> {
        let mut of_cdp = self.switches.iter().filter(|row| row.protocol == Protocol::Cdp);
        of_cdp.clone().find(|row| voice_by_cdp(row).is_some()).or_else(|| of_cdp.next())
    }

    /// More than one switch speaks the same protocol here.
    fn crowd(&self) -> Option<String> {
        let of = |protocol| self.switches.iter().filter(|row| row.protocol == protocol).count();
        let (lldp, cdp) = (of(Protocol::Lldp), of(Protocol::Cdp));
        (lldp > 1 || cdp > 1).then(|| {
            let count = lldp.max(cdp);
            format!(
                "{count} switches are heard in this jack: something between passes their frames on, so not all of this is true here"
            )
        })
    }

    fn advice(&self, outcome: JackOutcome, voice: Option<JackVoice>, test: &Test) -> Vec<String> {
        let mut advice = match outcome {
            JackOutcome::VoiceVlan => Vec::new(),
            JackOutcome::Contradiction => vec![
                "a phone takes one or the other: set one voice VLAN on the switch's port, the same for LLDP-MED and CDP".to_owned(),
            ],
            JackOutcome::NoVoiceVlan => vec![self.why_no_vlan(voice)],
            JackOutcome::NoAnswer => self.why_no_answer(test),
        };
        advice.extend(self.unreadable.iter().map(|reason| format!("a frame could not be read: {reason}")));
        advice
    }

    fn why_no_vlan(&self, voice: Option<JackVoice>) -> String {
        let speaks_med = self.switches.iter().any(|row| row.med.is_some());
        match voice {
            Some(_) => "the switch tells phones to stay in the access VLAN: give the port a voice VLAN if that is not meant",
            None if speaks_med => {
                "the switch speaks LLDP-MED but offers no voice VLAN: give the port a voice VLAN or a network policy"
            }
            None => {
                "the switch says who it is but offers phones nothing: give the port a voice VLAN, and switch LLDP-MED on for it; \
                 a phone would stay in the access VLAN"
            }
        }
        .to_owned()
    }

    fn why_no_answer(&self, test: &Test) -> Vec<String> {
        if !test.running {
            return vec![format!("{} has no link: plug the cable in, and look whether the switch's port is on", test.interface)];
        }
        let mut advice = vec![
            format!(
                "no switch sent LLDP or CDP in {} s: both are off on this port, or the switch is unmanaged; \
                 a phone would stay in the access VLAN",
                test.took.as_secs()
            ),
            "switch LLDP on for the port, or try longer, some switches speak every 30 s only: --duration 40s".to_owned(),
        ];
        if self.endpoints > 0 {
            advice.push(
                "other phones or computers are heard here: there is a small switch between, which may not pass LLDP on".to_owned(),
            );
        }
        advice
    }
}

/// Whether a neighbour is a phone or a computer, whose policies say what it has and not what the jack gives.
fn is_endpoint(row: &Neighbour<'_>) -> bool {
    if voice_by_cdp(row).is_some() {
        return false;
    }
    match row.med.as_ref().and_then(|med| med.device_class) {
        Some(MedDeviceClass::NetworkConnectivity) => false,
        Some(MedDeviceClass::Endpoint1 | MedDeviceClass::Endpoint2 | MedDeviceClass::Endpoint3) => true,
        _ => row.is_phone() || (says(row, Capability::StationOnly) || says(row, Capability::Host)) && !row.forwards(),
    }
}

fn says(row: &Neighbour<'_>, capability: Capability) -> bool {
    let all = [row.capabilities_enabled, row.capabilities];
    all.into_iter().flatten().any(|said| said.has(capability))
}

fn same(one: &Neighbour<'_>, other: &Neighbour<'_>) -> bool {
    (one.protocol, one.mac, &one.chassis_id, &one.port_id, device_id(one))
        == (other.protocol, other.mac, &other.chassis_id, &other.port_id, device_id(other))
}

fn device_id<'a>(row: &'a Neighbour<'_>) -> Option<&'a str> {
    row.cdp.as_ref()?.device_id.as_deref()
}

fn voice_policies<'a>(row: &'a Neighbour<'_>) -> impl Iterator<Item = &'a MedPolicy> {
    let all = row.med.as_ref().map(|med| med.policies.as_slice()).unwrap_or_default();
    all.iter().filter(|policy| policy.application == MedApplication::Voice && !policy.unknown)
}

fn voice_policy<'a>(row: &'a Neighbour<'_>) -> Option<&'a MedPolicy> {
    voice_policies(row).next()
}

fn voice_by_med(row: &Neighbour<'_>) -> Option<JackVoice> {
    voice_of_policy(voice_policy(row)?)
}

/// Without a tag neither VLAN nor priority count (TIA-1057 §10.2.3.3).
fn voice_of_policy(policy: &MedPolicy) -> Option<JackVoice> {
    let vlan = VlanId::new(policy.vlan).filter(|_| policy.tagged);
    let tagging = match (policy.tagged, vlan) {
        (false, _) => VoiceTagging::Untagged,
        (true, Some(_)) => VoiceTagging::Tagged,
        (true, None) if policy.vlan == VLAN_NONE => return None,
        (true, None) => VoiceTagging::PriorityTagged,
    };
    let priority = policy.tagged.then_some(policy.priority);
    Some(JackVoice { vlan, tagging, priority, dscp: Some(policy.dscp), by: ToldBy::LldpMed })
}

fn voice_by_cdp(row: &Neighbour<'_>) -> Option<JackVoice> {
    let number = row.cdp.as_ref()?.voice_vlan?;
    let vlan = VlanId::new(number);
    let tagging = match number {
        0 => VoiceTagging::PriorityTagged,
        _ if vlan.is_some() => VoiceTagging::Tagged,
        _ => VoiceTagging::Untagged,
    };
    Some(JackVoice { vlan, tagging, priority: None, dscp: None, by: ToldBy::Cdp })
}

/// Voice policies of one frame that differ: each phone takes another of them.
fn policy_contradictions(row: &Neighbour<'_>) -> Option<String> {
    let mut told: Vec<JackVoice> = Vec::new();
    for voice in voice_policies(row).filter_map(voice_of_policy) {
        if told.iter().all(|known| (known.vlan, known.tagging) != (voice.vlan, voice.tagging)) {
            told.push(voice);
        }
    }
    let all: Vec<String> = told.into_iter().map(in_words).collect();
    (all.len() > 1).then(|| format!("voice: LLDP-MED says {}", all.join(" and ")))
}

fn contradictions(by_med: Option<JackVoice>, by_cdp: Option<JackVoice>) -> Vec<String> {
    let (Some(med), Some(cdp)) = (by_med, by_cdp) else { return Vec::new() };
    if (med.vlan, med.tagging) == (cdp.vlan, cdp.tagging) {
        return Vec::new();
    }
    vec![format!("voice: LLDP-MED says {}, CDP says {}", in_words(med), in_words(cdp))]
}

fn in_words(voice: JackVoice) -> String {
    match (voice.tagging, voice.vlan) {
        (VoiceTagging::Tagged, Some(vlan)) => format!("VLAN {vlan} tagged"),
        (VoiceTagging::Tagged | VoiceTagging::Untagged, _) => "untagged".to_owned(),
        (VoiceTagging::PriorityTagged, _) => "priority tagged in the access VLAN".to_owned(),
    }
}

/// What differs without leading a phone astray.
fn oddities(lldp: Option<&Neighbour<'_>>, cdp: Option<&Neighbour<'_>>) -> Vec<String> {
    let mut found = Vec::new();
    if let (Some(port), Some(native)) = (port_vlan(lldp), native_vlan(cdp))
        && port.value != native.value
    {
        found.push(format!("access VLAN: LLDP says {}, CDP says {}", port.value, native.value));
    }
    let by_lldp = lldp.and_then(|row| row.system_name.as_deref());
    let by_cdp = cdp.and_then(device_id);
    if let (Some(by_lldp), Some(by_cdp)) = (by_lldp, by_cdp)
        && !host(by_cdp).eq_ignore_ascii_case(host(by_lldp))
    {
        found.push(format!("switch: LLDP comes from {by_lldp}, CDP from {by_cdp}: CDP may come from another one farther away"));
    }
    found
}

fn port_vlan(lldp: Option<&Neighbour<'_>>) -> Option<Told<VlanId>> {
    let vlan = lldp?.dot1.as_ref()?.port_vlan?;
    VlanId::new(vlan).map(|value| Told { value, by: ToldBy::LldpDot1 })
}

fn native_vlan(cdp: Option<&Neighbour<'_>>) -> Option<Told<VlanId>> {
    let vlan = cdp?.cdp.as_ref()?.native_vlan?;
    VlanId::new(vlan).map(|value| Told { value, by: ToldBy::Cdp })
}

fn switch(lldp: Option<&Neighbour<'_>>, cdp: Option<&Neighbour<'_>>) -> JackSwitch {
    let facts = cdp.and_then(|row| row.cdp.as_ref());
    let inventory = lldp.and_then(|row| row.med.as_ref()?.inventory.as_ref());
    let by = |by, value: Option<String>| value.map(|value| Told { value, by });
    let address = |row: Option<&Neighbour<'_>>| row.and_then(|row| row.management_addresses.first().map(ToString::to_string));
    let chassis = lldp.and_then(|row| row.chassis_id.as_ref().map(|id| id.value.to_string()));
    let port = |row: Option<&Neighbour<'_>>| row.and_then(|row| row.port_id.as_ref().map(|id| id.value.to_string()));
    let of_lldp = |value| by(ToldBy::Lldp, value);
    let of_cdp = |value| by(ToldBy::Cdp, value);
    let device = || facts.and_then(|cdp| owned(cdp.device_id.as_ref()));
    JackSwitch {
        name: of_lldp(lldp.and_then(|row| owned(row.system_name.as_ref()))).or_else(|| of_cdp(device())),
        model: by(ToldBy::LldpMed, inventory.and_then(|inventory| owned(inventory.model.as_ref())))
            .or_else(|| of_cdp(facts.and_then(|cdp| owned(cdp.platform.as_ref())))),
        description: of_lldp(lldp.and_then(|row| owned(row.system_description.as_ref())))
            .or_else(|| of_cdp(facts.and_then(|cdp| owned(cdp.software.as_ref())))),
        management_address: of_lldp(address(lldp)).or_else(|| of_cdp(address(cdp))),
        chassis_id: of_lldp(chassis).or_else(|| of_cdp(device())),
        port: of_lldp(port(lldp)).or_else(|| of_cdp(port(cdp))),
        port_description: of_lldp(lldp.and_then(|row| owned(row.port_description.as_ref()))),
    }
}

fn owned(text: Option<&impl ToString>) -> Option<String> {
    text.map(ToString::to_string)
}

fn power_enabled(lldp: Option<&Neighbour<'_>>) -> Option<Told<bool>> {
    let power = lldp?.dot3.as_ref()?.power.as_ref().filter(|power| power.port_class == Some(PowerEnd::Pse))?;
    power.enabled.map(|value| Told { value, by: ToldBy::LldpDot3 })
}

fn power_by_lldp(row: &Neighbour<'_>) -> Vec<JackPower> {
    let med =
        row.med.as_ref().and_then(|med| med.power.as_ref()).filter(|power| power.kind == PowerEnd::Pse).map(|power| power.value_mw);
    let dot3 = row.dot3.as_ref().and_then(|dot3| dot3.power.as_ref()?.allocated_mw);
    let told = [(med, ToldBy::LldpMed), (dot3, ToldBy::LldpDot3)];
    told.into_iter().filter_map(|(power_mw, by)| Some(JackPower { power_mw: power_mw.filter(|mw| *mw > 0)?, by })).collect()
}

fn power_by_cdp(row: &Neighbour<'_>) -> Option<JackPower> {
    let available = row.cdp.as_ref()?.power_available_mw.iter().find(|mw| **mw > 0 && **mw != NO_LIMIT)?;
    Some(JackPower { power_mw: *available, by: ToldBy::Cdp })
}
