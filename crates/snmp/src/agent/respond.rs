//! What a request for objects is answered with: GET, GETNEXT and GETBULK (RFC 3416 §4.2; RFC 3584 §4 for SNMPv1). Pure.

use super::dispatcher::Requester;
use super::mib::{Mib, Viewed};
use crate::{Bindings, ErrorStatus, Kind, Pdu, Value};

/// A name and its value.
pub type Row = (Vec<u32>, Value<'static>);

/// The bindings of a request; `None` when they cannot be read.
#[must_use]
pub fn rows(pdu: &Pdu<'_>) -> Option<Vec<Row>> {
    let row = |binding: Result<crate::VarBind<'_>, _>| {
        let binding = binding.ok()?;
        Some((binding.name.arcs().collect(), binding.value.into_owned()))
    };
    pdu.bindings.iter().map(row).collect()
}

/// The answer to a request that reads; `None` for a PDU that is none, and for bindings that cannot be read.
#[must_use]
pub fn read(mib: &impl Mib, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
    let asked = rows(pdu)?;
    if requester.principal.read.is_all() {
        read_rows(mib, requester, pdu, &asked)
    } else {
        read_rows(&Viewed::new(mib, &requester.principal.read), requester, pdu, &asked)
    }
}

fn read_rows(mib: &impl Mib, requester: &Requester<'_>, pdu: &Pdu<'_>, asked: &[Row]) -> Option<Pdu<'static>> {
    let version_1 = requester.version_1;
    let rows = match pdu.kind {
        Kind::Get => asked.iter().map(|(name, _)| (name.clone(), look_up(mib, name))).collect(),
        Kind::GetNext => next(mib, asked),
        Kind::GetBulk if !version_1 => bulk(mib, pdu, asked, requester.room),
        Kind::GetBulk | Kind::Set | Kind::Response | Kind::Report => return None,
    };
    let missing = (1..).zip(&rows).find_map(|(at, (_, value))| value.is_exception().then_some(at));
    if let (true, Some(at)) = (version_1, missing) {
        return Some(refusal(requester, pdu, asked, ErrorStatus::NO_SUCH_NAME, at));
    }
    let answered = response(pdu, &rows);
    if answered.bindings.size() > requester.room {
        return Some(refusal(requester, pdu, asked, ErrorStatus::TOO_BIG, 0));
    }
    Some(answered)
}

fn look_up(mib: &impl Mib, name: &[u32]) -> Value<'static> {
    match mib.get(name) {
        Some(value) => value.clone(),
        None if name.split_last().is_some_and(|(_, column)| mib.has_below(column)) => Value::NoSuchInstance,
        None => Value::NoSuchObject,
    }
}

fn next(mib: &impl Mib, behind: &[Row]) -> Vec<Row> {
    let one = |(name, _): &Row| match mib.next(name) {
        Some((name, value)) => (name.to_vec(), value.clone()),
        None => (name.clone(), Value::EndOfMibView),
    };
    behind.iter().map(one).collect()
}

/// As many rows as there is room for (RFC 3416 §4.2.3).
fn bulk(mib: &impl Mib, pdu: &Pdu<'_>, asked: &[Row], room: usize) -> Vec<Row> {
    let (once, more) = asked.split_at_checked(pdu.non_repeaters()).unwrap_or((asked, &[]));
    let mut rows = next(mib, once);
    let mut at = more.to_vec();
    let mut bindings = response(pdu, &rows).bindings;
    for _ in 0..pdu.max_repetitions() {
        at = next(mib, &at);
        for (name, value) in &at {
            bindings.push(name, value);
            if bindings.size() > room {
                return rows;
            }
            rows.push((name.clone(), value.clone()));
        }
        if at.iter().all(|(_, value)| *value == Value::EndOfMibView) {
            break;
        }
    }
    rows
}

/// The answer with these bindings.
#[must_use]
pub fn response(pdu: &Pdu<'_>, rows: &[Row]) -> Pdu<'static> {
    let mut bindings = Bindings::default();
    for (name, value) in rows {
        bindings.push(name, value);
    }
    Pdu::response(pdu.request_id, bindings)
}

/// The answer with an error status and the place of its binding from 1, as the requester's version has it. It repeats the request;
/// tooBig has nothing in it (RFC 3416 §4.2.1).
#[must_use]
pub fn refusal(requester: &Requester<'_>, pdu: &Pdu<'_>, asked: &[Row], status: ErrorStatus, index: i32) -> Pdu<'static> {
    let rows = if status == ErrorStatus::TOO_BIG { &[] } else { asked };
    let status = if requester.version_1 { version_1(status) } else { status };
    Pdu { status, index, ..response(pdu, rows) }
}

/// The first binding of a SET that its requester may not write, from 1.
#[must_use]
pub fn not_writable(requester: &Requester<'_>, asked: &[Row]) -> Option<i32> {
    (1..).zip(asked).find_map(|(at, (name, _))| (!requester.principal.write.includes(name)).then_some(at))
}

/// The status as SNMPv1 has it (RFC 3584 §4.4).
const fn version_1(status: ErrorStatus) -> ErrorStatus {
    match status {
        ErrorStatus::WRONG_TYPE | ErrorStatus::WRONG_LENGTH | ErrorStatus::WRONG_VALUE | ErrorStatus::INCONSISTENT_VALUE => {
            ErrorStatus::BAD_VALUE
        }
        ErrorStatus::NO_ACCESS | ErrorStatus::NOT_WRITABLE | ErrorStatus::NO_CREATION | ErrorStatus::INCONSISTENT_NAME => {
            ErrorStatus::NO_SUCH_NAME
        }
        ErrorStatus::COMMIT_FAILED => ErrorStatus::GEN_ERR,
        other => other,
    }
}
