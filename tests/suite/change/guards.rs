//! Guards asked again, about the steps of a plan or of an earlier run.

use std::collections::BTreeSet;

use model::capabilities::Capabilities;
use model::change::{Change, Delta, Membership, Observed};
use model::fdb::FdbEntry;
use model::ids::MacAddress;
use model::neighbour::{Neighbour, Protocol, Source};
use model::switch::{PortMode, VlanAuthority};
use model::unread::{GuardTable, Unread};
use voiceport::change::guard::still_allowed;
use voiceport::change::plan::{RefusalReason, Step};

use crate::acceptance::stored::{DATA, StoredSite, VOICE, phones, vlan};

const MACHINE: MacAddress = MacAddress([2, 0, 0, 0, 0, 9]);

fn step(number: u32, port: Option<&str>, change: Change) -> Step {
    let switch = "lower".into();
    Step { number, switch, port: port.map(Into::into), change, reason: String::new(), pause_s: 0 }
}

/// What a run does to a port: into the voice VLAN, and power.
fn steps() -> Vec<Step> {
    let member = Change::Membership { vlan: vlan(VOICE), delta: Delta { before: Membership::None, after: Membership::Tagged } };
    let exists = Change::VlanExists { vlan: vlan(VOICE), name: "voice".to_owned(), delta: Delta { before: false, after: true } };
    let power = Change::PoeEnabled { delta: Delta { before: false, after: true }, allocation: None };
    vec![step(1, None, exists), step(2, Some("1/1"), member), step(3, Some("1/1"), power.clone()), step(4, Some("1/2"), power)]
}

/// The steps that guards forbid, with why, once the site is changed so.
fn refused(spoil: impl FnOnce(&mut StoredSite)) -> Vec<(u32, RefusalReason)> {
    let mut stored = StoredSite::new();
    spoil(&mut stored);
    let observed = Observed { machine: BTreeSet::from([MACHINE]), ..stored.observed() };
    let refused = still_allowed(&stored.site(), &observed, &steps());
    refused.into_iter().map(|step| (step.step, step.refusal.reason)).collect()
}

/// Port 1/1 of the switch whose ports are members.
fn first(site: &mut StoredSite) -> &mut model::switch::PortState {
    let phone = phones().into_iter().find(|phone| phone.switch == 1 && phone.port == 1).unwrap();
    site.port(phone)
}

const LOCKED: [(u32, RefusalReason); 2] = [(2, RefusalReason::LockOut), (3, RefusalReason::LockOut)];
const UNGUARDED: [(u32, RefusalReason); 3] =
    [(2, RefusalReason::Unguarded), (3, RefusalReason::Unguarded), (4, RefusalReason::Unguarded)];

#[test]
fn a_port_of_a_phone_is_still_allowed() {
    assert_eq!(refused(|_| ()), []);
}

#[test]
fn what_shows_since_forbids_the_steps_of_that_port() {
    let bridge = |site: &mut StoredSite| {
        let mut neighbour = Neighbour::new(Source::Switch, Protocol::Lldp);
        neighbour.capabilities_enabled = Some(Capabilities::Lldp(0x04));
        first(site).neighbours.push(neighbour);
    };
    assert_eq!(refused(bridge), LOCKED);
    assert_eq!(refused(|site| first(site).uplink_evidence.push("is the spanning tree root port".to_owned())), LOCKED);
    assert_eq!(refused(|site| first(site).vlan_assigned_by = Some(VlanAuthority::Dot1x)), LOCKED);
    let learned = |mac| FdbEntry { mac, vlan: None, address: None };
    assert_eq!(refused(|site| first(site).learned.push(learned(MACHINE))), LOCKED);
    let other = MacAddress([2, 0, 0, 0, 0, 8]);
    let of_switch = |site: &mut StoredSite| {
        site.states[0].own_addresses.insert(other);
        first(site).learned.push(learned(other));
    };
    assert_eq!(refused(of_switch), LOCKED);
    let by_address = |site: &mut StoredSite| {
        first(site).learned.push(FdbEntry { address: Some("192.0.2.1".parse().unwrap()), ..learned(other) });
    };
    assert_eq!(refused(by_address), LOCKED);
}

#[test]
fn protect_that_was_written_since_is_heeded() {
    let protect = |names: &'static str| {
        move |site: &mut StoredSite| {
            site.inventory = site.inventory.replace("lower: {", &format!("lower: {{protect: [\"{names}\"], "));
        }
    };
    assert_eq!(refused(protect("1/1")), LOCKED);
    // A name that fits no port: what it was to protect is not known, so nothing on the switch is changed.
    assert_eq!(refused(protect("9/9")), [1, 2, 3, 4].map(|number| (number, RefusalReason::LockOut)));
}

#[test]
fn what_cannot_be_seen_forbids_every_port_of_the_switch() {
    for table in [GuardTable::Lldp, GuardTable::SpanningTree, GuardTable::Management] {
        let unread = Unread { table, cause: "no answer".to_owned() };
        assert_eq!(refused(|site| site.states[1].unread.push(unread)), UNGUARDED);
    }
    let astray = |site: &mut StoredSite| {
        let mut neighbour = Neighbour::new(Source::Switch, Protocol::Lldp);
        neighbour.capabilities_enabled = Some(Capabilities::Lldp(0x04));
        site.states[1].unplaced_neighbours.push(neighbour);
        for port in site.states[1].ports.values_mut() {
            port.neighbours.clear();
        }
    };
    assert_eq!(refused(astray), UNGUARDED);
    let trunk = |site: &mut StoredSite| {
        first(site).mode = Some(PortMode::Trunk);
        first(site).tagged = None;
    };
    assert_eq!(refused(trunk), UNGUARDED[..2]);
}

#[test]
fn a_trunk_is_tagged_in_several_vlans_that_the_steps_are_not_about() {
    let tag =
        |vlans: &'static [u16]| move |site: &mut StoredSite| first(site).tagged = Some(vlans.iter().map(|id| vlan(*id)).collect());
    assert_eq!(refused(tag(&[30, 40])), LOCKED);
    assert_eq!(refused(tag(&[VOICE, 30, 40])), LOCKED);
    // One other VLAN, and the one that this run tags.
    assert_eq!(refused(tag(&[30])), []);
    assert_eq!(refused(tag(&[VOICE, 30])), []);
    let hybrid = |site: &mut StoredSite| {
        first(site).mode = Some(PortMode::Hybrid);
        first(site).tagged = Some([vlan(VOICE)].into());
        first(site).untagged = Some([vlan(DATA)].into());
    };
    assert_eq!(refused(hybrid), []);
}

#[test]
fn a_switch_that_was_not_read_and_a_port_that_is_gone_forbid() {
    let unread = refused(|site| site.states.truncate(1));
    assert_eq!(unread, [1, 2, 3, 4].map(|number| (number, RefusalReason::Unread)));
    let gone = refused(|site| drop(site.states[1].ports.remove(&"1/2".into())));
    assert_eq!(gone, [(4, RefusalReason::Unplaced)]);
    // One that left the inventory can still be put back.
    let left = |site: &mut StoredSite| {
        let lines: Vec<&str> = site.inventory.lines().filter(|line| !line.contains("lower")).collect();
        site.inventory = lines.join("\n");
    };
    assert_eq!(refused(left), []);
}
