//! What leaves for each change on each profile of the first rank, compared byte by byte. Pure.

use std::collections::BTreeMap;

use crate::switch::snmp::profile::catalogue::by_name;
use crate::switch::snmp::write::request::{Action, Request, WriteContext};
use crate::switch::snmp::write::sequence;
use crate::switch::snmp::write::tests::{maps_of, two_ports};
use model::change::{Change, Delta, Membership};
use model::ids::{PortName, VlanId};
use model::switch::{PoeAllocation, PoePriority, PortMode, VoiceVlan};
use model::units::Milliwatts;
use snmp::manager::{Datum, Tables};
use snmp::message::{Community, Version};
use snmp::{Kind, Oid, Pdu};

const EXPECTED: &str = include_str!("../cases/written_bytes.txt");

/// The requests below each heading, in hexadecimal digits.
fn expected() -> BTreeMap<&'static str, Vec<String>> {
    let mut cases: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for case in EXPECTED.split("\n[").skip(1) {
        let (heading, requests) = case.split_once("]\n").unwrap();
        let requests = requests.split("then\n").map(|lines| lines.split_whitespace().collect()).collect();
        assert!(cases.insert(heading, requests).is_none(), "twice: {heading}");
    }
    cases
}

/// The two ports of [`two_ports`]. VLAN 20 has port 1 untagged; VLAN 30 has port 1 untagged and port 2 tagged.
fn switch() -> Tables {
    let mut tables = two_ports();
    for index in [101, 102] {
        // cpeExtPsePortEnable, and the port's ifIndex in CISCO-STACK-MIB
        tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1, 1, 1, index]), Datum::Number(1));
        tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 9, 5, 1, 4, 1, 1, 11, 1, index]), Datum::Number(i64::from(index)));
    }
    let list = |column, vlan| Oid::from([1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, column, vlan]);
    for (oid, byte) in [(list(2, 20), 0x80), (list(4, 20), 0x80), (list(2, 30), 0xc0), (list(4, 30), 0x80)] {
        tables.insert(oid, Datum::Octets(vec![byte, 0]));
    }
    // hh3cVoiceVlanPortEnableList: port 1
    tables.insert(Oid::from([1, 3, 6, 1, 4, 1, 25506, 2, 9, 3, 0]), Datum::Octets(vec![0x01, 0]));
    tables
}

/// The port is a trunk with one VLAN, as each of the profiles with modes tells it.
fn trunk(vlan: u32) -> Vec<(Oid, Datum)> {
    let bit = |reversed: bool| {
        let place = vlan - 1;
        let mut list = vec![0_u8; 4];
        let mask = if reversed { 1 << (place % 8) } else { 0x80 >> (place % 8) };
        *list.get_mut(usize::try_from(place / 8).unwrap()).unwrap() = mask;
        Datum::Octets(list)
    };
    vec![
        (Oid::from([1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 6, 1, 1, 14, 102]), Datum::Number(1)),
        (Oid::from([1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 22, 1, 1, 102]), Datum::Number(12)),
        (Oid::from([1, 3, 6, 1, 4, 1, 9, 6, 1, 101, 48, 61, 1, 2, 102]), bit(false)),
        (Oid::from([1, 3, 6, 1, 4, 1, 25506, 8, 35, 1, 1, 1, 5, 102]), Datum::Number(1)),
        (Oid::from([1, 3, 6, 1, 4, 1, 25506, 8, 35, 5, 1, 3, 1, 6, 102]), bit(true)),
    ]
}

/// The change of a heading, and what is seen of the port before, besides [`switch`].
fn change(heading: &str) -> (Change, Vec<(Oid, Datum)>) {
    let vlan = |number| VlanId::new(number).unwrap();
    let exists =
        |after: bool| Change::VlanExists { vlan: vlan(200), name: "voice".to_owned(), delta: Delta { before: !after, after } };
    let member = |number, before, after| Change::Membership { vlan: vlan(number), delta: Delta { before, after } };
    let pvid = |before, after| Change::Pvid { delta: Delta { before: vlan(before), after: vlan(after) } };
    let (none, voice) = (VoiceVlan::None, VoiceVlan::Vlan(vlan(200)));
    let counted = |after| Change::PoeAllocation { delta: Delta { before: PoeAllocation::Usage, after } };
    let change = match heading {
        "VLAN made" => exists(true),
        "VLAN removed" => exists(false),
        "untagged member" => member(20, Membership::None, Membership::Untagged),
        "no member" => member(30, Membership::Tagged, Membership::None),
        "untagged VLAN" => pvid(1, 200),
        "voice VLAN" => Change::VoiceVlan { delta: Delta { before: none, after: voice }, none: None },
        "no voice VLAN" => Change::VoiceVlan { delta: Delta { before: voice, after: none }, none: None },
        "voice VLAN of the switch" => Change::SwitchVoiceVlan { delta: Delta { before: none, after: voice } },
        "no voice VLAN of the switch" => Change::SwitchVoiceVlan { delta: Delta { before: voice, after: none } },
        "voice attribute" => Change::VoiceAttribute { vlan: vlan(200), delta: Delta { before: false, after: true } },
        "voice function" => Change::VoiceFunction { delta: Delta { before: false, after: true } },
        "power off" => Change::PoeEnabled { delta: Delta { before: true, after: false }, allocation: None },
        "priority critical" => {
            Change::PoePriority { delta: Delta { before: PoePriority::Low, after: PoePriority::Critical }, number: None }
        }
        "power limit" => Change::PoeLimit { delta: Delta { before: Milliwatts(15_400), after: Milliwatts(33_000) } },
        "power counted by a fixed figure" => counted(PoeAllocation::Fixed),
        "power counted by a limit" => counted(PoeAllocation::Limit),
        "untagged VLAN of a trunk" => return (pvid(20, 30), trunk(20)),
        "tagged member of a trunk" => return (member(20, Membership::None, Membership::Tagged), trunk(30)),
        "trunk" => {
            let delta = Delta { before: PortMode::Access, after: PortMode::Trunk };
            return (Change::PortMode { pvid: vlan(30), delta }, trunk(20));
        }
        other => panic!("{other}: which change is that?"),
    };
    (change, Vec::new())
}

/// The variable bindings of a request in hexadecimal digits: the end of its message.
fn sent(request: &Request) -> String {
    let mut pdu = Pdu::request(Kind::Set, 1, [[0_u32; 0]; 0]);
    for write in request {
        pdu.bindings.push(&write.oid, &write.value);
    }
    let size = pdu.bindings.size();
    let message = Community { version: Version::V2c, community: b"private", pdu }.encode();
    let bindings = message.get(message.len() - size..).unwrap();
    bindings.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[test]
fn what_leaves_is_what_the_mibs_define_byte_by_byte() {
    for (heading, expected) in expected() {
        let (name, what) = heading.split_once(": ").unwrap();
        let (change, before) = change(what);
        let profile = by_name(name).unwrap();
        let mut tables = switch();
        tables.extend(before);
        let (maps, port) = (maps_of(profile, &tables), PortName::from("ge2"));
        let sequence = sequence(WriteContext { profile, maps: &maps, port: Some(&port), owner: "voiceport" }, &change, &tables);
        let sequence = sequence.unwrap_or_else(|why| panic!("{heading}: {why}"));
        let (take, give_back) = sequence.lock.as_ref().map(|lock| (&lock.acquire, &lock.release)).unzip();
        let actions = sequence.actions.iter().filter_map(|action| match action {
            Action::Set(request) => Some(request),
            Action::Await { .. } => None,
        });
        assert_eq!(take.into_iter().chain(actions).chain(give_back).map(sent).collect::<Vec<_>>(), expected, "{heading}");
    }
}
