//! The section `accept`: which checks must pass, and what a person accepts all the same. Pure.

use std::collections::BTreeSet;

use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::references::References;
use model::check::{Check, Subject};
use model::site::{AcceptSpec, PhoneSpec, ProbeSpec, Reservation, ReservedFor, SwitchSpec};

/// What reservations may be about.
pub(super) struct Subjects<'a> {
    pub phones: &'a [(SourceSpan, PhoneSpec)],
    pub switches: &'a References<'a, SwitchSpec>,
    pub probe: Option<&'a ProbeSpec>,
}

pub(super) fn read(sections: &Sections<'_>, subjects: &Subjects<'_>, findings: &mut Findings) -> AcceptSpec {
    let Some(mut fields) = sections.fields("accept", findings) else { return AcceptSpec::default() };
    let require = fields.node("require").map(|node| require(node, &fields.name("require"), findings));
    let mut reservations: Vec<Reservation> = Vec::new();
    for node in fields.list("reservations", findings) {
        let Some(one) = reservation(node, subjects, findings) else { continue };
        if reservations.iter().any(|other| (other.check, &other.of) == (one.check, &one.of)) {
            let hint = "keep one of the two";
            findings.report_hint(Code::Duplicate, node.span, "reservation: there is one for this already".to_owned(), hint);
        } else {
            reservations.push(one);
        }
    }
    fields.close(findings);
    AcceptSpec { require, reservations }
}

fn require(node: &Node, what: &str, findings: &mut Findings) -> BTreeSet<Check> {
    let items = fields::list(node, what, findings).unwrap_or_default();
    if items.is_empty() {
        let hint = "name checks, or remove the line: powered, vlan, found, fetched, saved and qos are required then";
        findings.report_hint(Code::Missing, node.span, format!("{what}: a site is not accepted by no check at all"), hint);
    }
    items.iter().filter_map(|item| fields::parsed(item, what, findings)).collect()
}

/// `{check: saved, switch: closet, reason: …}`.
fn reservation(node: &Node, subjects: &Subjects<'_>, findings: &mut Findings) -> Option<Reservation> {
    let mut fields = Fields::open(node, "reservation", findings)?;
    fields.required("check", "saved", findings);
    let check = fields.parsed::<Check>("check", findings);
    let phone = fields.parsed("phone", findings).map(ReservedFor::Phone);
    let what = fields.name("switch");
    let switch = fields.node("switch").and_then(|node| subjects.switches.read(node, &what, findings));
    let switch = switch.map(|name| ReservedFor::Switch(name.into()));
    let path = fields.text("path", findings).map(|target| ReservedFor::Path(target.to_owned()));
    fields.required("reason", "saved by hand", findings);
    let reason = fields.text("reason", findings).map(str::to_owned);
    let span = fields.span();
    fields.close(findings);
    let (check, reason) = (check?, reason?);
    let (wanted, of) = match check.subject() {
        Subject::Phone => ("phone", phone),
        Subject::Switch => ("switch", switch),
        Subject::Path => ("path", path),
    };
    let Some(of) = of else {
        let hint = format!("add `{wanted}:`: a reservation is for one {wanted} alone");
        findings.report_hint(
            Code::Missing,
            span,
            format!("reservation: `{check}` is a check of a {wanted}, and none is named"),
            hint,
        );
        return None;
    };
    let is_known = match &of {
        ReservedFor::Phone(mac) => subjects.phones.iter().any(|(_, phone)| phone.mac == *mac),
        ReservedFor::Switch(_) => true, // its reference was read
        ReservedFor::Path(target) => subjects.probe.is_some_and(|probe| probe.target == *target),
    };
    if !is_known {
        let hint = "correct it, or remove the reservation";
        findings.report_hint(Code::UnknownName, span, format!("reservation: the inventory has no such {wanted}"), hint);
        return None;
    }
    Some(Reservation { check, of, reason })
}
