//! What a request for objects is answered with: GET, GETNEXT and GETBULK (RFC 3416 §4.2; RFC 3584 §4 for SNMPv1). Pure.

use super::dispatcher::Requester;
use super::mib::{Mib, Object, Viewed};
use crate::{Bindings, ErrorStatus, Kind, Oid, Pdu, Value};

/// Bytes of an end of the MIB view besides its name, at most.
const END_SIZE: usize = 12;

/// A name and its value.
pub type Row = (Oid, Value<'static>);

/// The bindings of a request; `None` when they cannot be read.
#[must_use]
pub fn rows(pdu: &Pdu<'_>) -> Option<Vec<Row>> {
    let row = |binding: Result<crate::VarBind<'_>, _>| {
        let binding = binding.ok()?;
        Some((binding.name, binding.value.into_owned()))
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
    let mut answer = Answer { bindings: Bindings::default(), pushed: 0, missing: None };
    match pdu.kind {
        Kind::Get => asked.iter().for_each(|(name, _)| answer.look_up(mib, name)),
        Kind::GetNext => asked.iter().for_each(|(name, _)| answer.push_next(name, mib.next(name))),
        Kind::GetBulk if !requester.version_1 => bulk(mib, pdu, asked, requester.room, &mut answer),
        Kind::GetBulk | Kind::Set | Kind::Response | Kind::Report => return None,
    }
    if let (true, Some(at)) = (requester.version_1, answer.missing) {
        return Some(refusal(requester, pdu, asked, ErrorStatus::NO_SUCH_NAME, at));
    }
    if answer.bindings.size() > requester.room {
        return Some(refusal(requester, pdu, asked, ErrorStatus::TOO_BIG, 0));
    }
    Some(Pdu::response(pdu.request_id, answer.bindings))
}

/// An answer in the making.
struct Answer {
    bindings: Bindings<'static>,
    pushed: i32,
    /// The first binding that is an exception, from 1.
    missing: Option<i32>,
}

impl Answer {
    fn push(&mut self, binding: &Bindings<'_>) {
        self.bindings.append(binding);
        self.pushed += 1;
    }

    fn push_exception(&mut self, name: &[u32], exception: &Value<'_>) {
        self.bindings.push(name, exception);
        self.pushed += 1;
        self.missing.get_or_insert(self.pushed);
    }

    fn look_up(&mut self, mib: &impl Mib, name: &[u32]) {
        match mib.get(name) {
            Some(object) => self.push(object.binding()),
            None if name.split_last().is_some_and(|(_, column)| mib.has_below(column)) => {
                self.push_exception(name, &Value::NoSuchInstance);
            }
            None => self.push_exception(name, &Value::NoSuchObject),
        }
    }

    fn push_next(&mut self, name: &[u32], next: Option<(&[u32], &Object)>) {
        match next {
            Some((_, object)) => self.push(object.binding()),
            None => self.push_exception(name, &Value::EndOfMibView),
        }
    }
}

/// As many rows as there is room for (RFC 3416 §4.2.3).
fn bulk(mib: &impl Mib, pdu: &Pdu<'_>, asked: &[Row], room: usize, answer: &mut Answer) {
    let (once, repeated) = asked.split_at_checked(pdu.non_repeaters()).unwrap_or((asked, &[]));
    for (name, _) in once {
        answer.push_next(name, mib.next(name));
    }
    let mut columns: Vec<_> = repeated.iter().map(|(name, _)| (&**name, mib.behind(name))).collect();
    for _ in 0..pdu.max_repetitions() {
        let mut ended = true;
        for (at, column) in &mut columns {
            let size = answer.bindings.size();
            match column.next() {
                Some((name, object)) => {
                    if size + object.binding().size() > room {
                        return;
                    }
                    (ended, *at) = (false, name);
                    answer.push(object.binding());
                }
                None if size + END_SIZE + at.len() * 5 > room => return,
                None => answer.push_exception(at, &Value::EndOfMibView),
            }
        }
        if ended {
            return;
        }
    }
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
