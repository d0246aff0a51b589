//! Carrying out a SET on a simulated switch: all of it or nothing (RFC 3416 §4.2.5), and as its faults have it. Pure.
//!
//! Varbinds are tried one after another on a copy, so a request may create a row and fill it, in that order. Not supported: columns of
//! a new VLAN before its RowStatus.

use snmp::ErrorStatus;
use snmp::agent::respond::Row;

use super::families;
use crate::switch::fault::Fault;
use crate::switch::faults::Effect;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;
use crate::switch::write::Write;

/// What becomes of the answer to a SET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// noError.
    Done,
    /// An error status, and the position of its varbind from 1.
    Refused(ErrorStatus, i32),
    /// None comes.
    Lost,
    /// None comes, because the switch restarts.
    Restarts,
}

/// Carries out a request at a time in hundredths of a second since the start.
pub(crate) fn carry_out(switch: &mut Switch, bindings: &[Row], now_cs: u32) -> Answer {
    switch.faults.sets += 1;
    if switch.faults.has(&Fault::RestartsAt(switch.faults.sets)) {
        return Answer::Restarts;
    }
    let first_only = switch.faults.has(&Fault::AppliesFirstOnly);
    let heard = if first_only { bindings.get(..1).unwrap_or_default() } else { bindings };
    let (writes, answer) = match test(switch, heard, now_cs) {
        Ok(writes) => writes,
        Err((refusal, at)) => return Answer::Refused(status(refusal), at),
    };
    let before = switch.config.clone();
    let answer = commit(switch, &writes, now_cs).unwrap_or(answer);
    match answer {
        Answer::Refused(ErrorStatus::COMMIT_FAILED, _) => switch.config = before,
        _ => switch.wrote(&before, &writes.into_iter().map(|(_, write)| write).collect::<Vec<_>>(), now_cs),
    }
    let lost = bindings.first().is_some_and(|(object, _)| switch.faults.loses_reply(object));
    if lost { Answer::Lost } else { answer }
}

type Numbered = Vec<(i32, Write)>;

fn test(switch: &Switch, bindings: &[Row], now_cs: u32) -> Result<(Numbered, Answer), (Refusal, i32)> {
    let mut trial = switch.clone();
    let mut writes = Vec::new();
    for (at, (name, value)) in (1..).zip(bindings) {
        if switch.faults.iter().any(|fault| matches!(fault, Fault::KeepsValue(object) if name.starts_with(object))) {
            continue;
        }
        let write = families::decode(&trial, name, value).map_err(|refusal| (refusal, at))?;
        trial.apply(&write, now_cs).map_err(|refusal| (refusal, at))?;
        writes.push((at, write));
    }
    let failed = switch.faults.has(&Fault::ErrorThoughApplied);
    Ok((writes, if failed { Answer::Refused(ErrorStatus::GEN_ERR, 1) } else { Answer::Done }))
}

/// Performs the writes; what the faults make of the answer, if anything.
fn commit(switch: &mut Switch, writes: &Numbered, now_cs: u32) -> Option<Answer> {
    let mut answer = None;
    for (at, write) in writes {
        let done = match switch.faults.effect_on(write) {
            Effect::Refuse => Err(Refusal::CommitFailed),
            Effect::Obey => switch.apply(write, now_cs),
            Effect::LoseReply => {
                answer = Some(Answer::Lost);
                switch.apply(write, now_cs)
            }
            Effect::Instead(other) => switch.apply(&other, now_cs),
        };
        if done.is_err() {
            return Some(Answer::Refused(ErrorStatus::COMMIT_FAILED, *at));
        }
    }
    answer
}

const fn status(refusal: Refusal) -> ErrorStatus {
    match refusal {
        Refusal::NotWritable => ErrorStatus::NOT_WRITABLE,
        Refusal::WrongType => ErrorStatus::WRONG_TYPE,
        Refusal::WrongLength => ErrorStatus::WRONG_LENGTH,
        Refusal::WrongValue => ErrorStatus::WRONG_VALUE,
        Refusal::NoCreation => ErrorStatus::NO_CREATION,
        Refusal::InconsistentName => ErrorStatus::INCONSISTENT_NAME,
        Refusal::InconsistentValue => ErrorStatus::INCONSISTENT_VALUE,
        Refusal::ResourceUnavailable => ErrorStatus::RESOURCE_UNAVAILABLE,
        Refusal::CommitFailed => ErrorStatus::COMMIT_FAILED,
        Refusal::GenErr => ErrorStatus::GEN_ERR,
    }
}
