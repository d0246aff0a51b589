//! The 802.3 extensions in lldpd's words, power via MDI first of all. Pure.

use model::code_points::{BtPairs, PoeType, PowerEnd, PowerPairs, PowerSource};
use model::neighbour::{Dot3, Dot3Power, Dot3PowerBt, LinkAggregation};

use super::json0::Element;
use super::med;

/// The 802.3 section, when there is one.
pub(super) fn dot3(port: Element<'_>, mau: Option<u16>, link_aggregation: Option<LinkAggregation>) -> Option<Dot3> {
    let found = Dot3 {
        power: power(port.first("power")),
        mau,
        autonegotiation: None,
        link_aggregation,
        max_frame_size: port.number("mfs"),
    };
    (found != Dot3::default()).then_some(found)
}

fn power(power: Element<'_>) -> Option<Dot3Power> {
    let end = match power.text("device-type")? {
        "PSE" => PowerEnd::Pse,
        "PD" => PowerEnd::Pd,
        _ => return None,
    };
    Some(Dot3Power {
        port_class: Some(end),
        supported: power.flag("supported"),
        enabled: power.flag("enabled"),
        pairs_controllable: power.flag("paircontrol"),
        pairs: known(power.text("pairs"), &[("signal", PowerPairs::Signal), ("spare", PowerPairs::Spare)]),
        class: class(power.text("class")),
        kind: power.number::<u8>("power-type").map(|number| PoeType { number, end }),
        source: source(power.text("source"), end),
        priority: power.text("priority").and_then(med::priority),
        requested_mw: power.number("requested"),
        allocated_mw: power.number("allocated"),
        bt: power.first("power-class-ext").exists().then(|| bt(power)),
    })
}

/// lldpd 1.0.16 takes a PSE's word from a PD's list and the other way round: the word tells the number, the device what it means.
fn source(word: Option<&str>, end: PowerEnd) -> Option<PowerSource> {
    let number = match word? {
        "Primary power source" | "PSE" => 1,
        "Backup source" | "Local" => 2,
        "PSE + Local" => 3,
        _ => return None,
    };
    Some(if end == PowerEnd::Pd { PowerSource::of_pd(number) } else { PowerSource::of_pse(number) })
}

/// `class 2` or `Class 2`.
fn class(words: Option<&str>) -> Option<u8> {
    let (word, number) = words?.split_once(' ')?;
    word.eq_ignore_ascii_case("class").then(|| number.parse().ok()).flatten()
}

fn known<T: Copy>(word: Option<&str>, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(known, _)| Some(*known) == word).map(|(_, meaning)| *meaning)
}

/// Type and status are left out: lldpd 1.0.16 reads the type one bit too far left, and its words for who powers and is powered how are
/// not those of 802.3bt table 79-6c. It does not read Autoclass and power down: those are `false` and `None`.
fn bt(power: Element<'_>) -> Dot3PowerBt {
    let number = |name| power.number(name).unwrap_or(0);
    Dot3PowerBt {
        requested_mw: [number("requested-a"), number("requested-b")],
        allocated_mw: [number("allocated-a"), number("allocated-b")],
        pairs: known(
            power.text("power-pairs-ext"),
            &[
                ("Alternative A", BtPairs::AlternativeA),
                ("Alternative B", BtPairs::AlternativeB),
                ("Both alternatives", BtPairs::Both),
            ],
        ),
        class: class(power.text("power-class-ext")),
        dual_classes: [class(power.text("power-class-ext-a")), class(power.text("power-class-ext-b"))],
        max_available_mw: number("max-power"),
        ..Dot3PowerBt::default()
    }
}
