//! Saving the running configuration, and whether a switch does it after every write by itself. I/O.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::switch::driver::Persistence;
use crate::switch::error::{Error, Refusal, SaveFailure};
use crate::switch::snmp::agent::Agent;
use crate::switch::snmp::profile::{CopyRow, CopyText, OnOff, Preset, RowNumber, Save, SaveProgress, SetScalars, name_of};
use crate::switch::snmp::read::text;
use crate::switch::snmp::write::request::{self, Assignment};
use snmp::Oid;

/// How often the state of a save is asked for.
const SAVE_POLL: Duration = Duration::from_millis(500);
/// How long the state of a save may take to appear.
const APPEARS: Duration = Duration::from_secs(5);
/// What is refused, in words.
const WHAT: &str = "copy running to startup configuration";

/// Saves as the profile says.
pub async fn save(agent: &Agent, save: &Save) -> Result<Persistence, Error> {
    match save {
        Save::NotSupported => return Ok(Persistence::NotPossible),
        Save::Automatic => return Ok(Persistence::SavesItself),
        Save::CopyRow(copy) => copy_row(agent, copy).await?,
        Save::Scalars(scalars) => set_scalars(agent, scalars).await?,
        Save::CopyText(text) => copy_text(agent, text).await?,
    }
    Ok(Persistence::Saved)
}

async fn copy_row(agent: &Agent, copy: &CopyRow) -> Result<(), Error> {
    let row = match &copy.row {
        RowNumber::Random => unused_row(),
        RowNumber::After(column) => {
            let used = agent.column(&column.oid).await?;
            used.column(&column.oid).filter_map(|(instance, _)| instance.first().copied()).max().unwrap_or(0) + 1
        }
    };
    if let Err(error) = agent.set(None, &copy.start.iter().map(|preset| request::preset_at(preset, &[row])).collect()).await {
        // Whether it began is decided by its row, not by the answer.
        let state = Oid::joined(&copy.progress.state.oid, &[row]);
        let begun = copy.by.is_none() && agent.get_one(&state).await.is_ok_and(|tables| tables.number(&state, &[]).is_some());
        if !begun {
            return Err(error);
        }
    }
    let ended = match &copy.by {
        None => watch(agent, &copy.progress, || async { Ok(Some(row)) }).await,
        Some(by) => {
            let result = || async {
                let rows = agent.column(&by.oid).await?;
                let named = rows.numbers(&by.oid).filter(|(_, copied)| *copied == i64::from(row));
                Ok(named.filter_map(|(instance, _)| instance.first().copied()).max())
            };
            watch(agent, &copy.progress, result).await
        }
    };
    // The row goes whatever came of it; an agent also removes it by itself after some minutes.
    let released = match &copy.release {
        Some(release) => agent.set(None, &vec![request::preset_at(release, &[row])]).await,
        None => Ok(()),
    };
    ended.and(released)
}

async fn set_scalars(agent: &Agent, scalars: &SetScalars) -> Result<(), Error> {
    agent.set(None, &scalars.start.iter().map(scalar).collect()).await?;
    match &scalars.progress {
        Some(progress) => watch(agent, progress, || async { Ok(Some(0)) }).await,
        None => Ok(()),
    }
}

async fn copy_text(agent: &Agent, text: &CopyText) -> Result<(), Error> {
    let from = Oid::joined(&text.from.oid, &[0]);
    let tables = agent.get_one(&from).await?;
    let Some(name) = tables.bytes(&text.from.oid, &[0]).filter(|name| !name.is_empty()) else {
        return Err(refused(agent, &text.from.name, Refusal::Save(SaveFailure::NoStartupConfiguration)));
    };
    agent.set(None, &vec![request::text(&text.to, &[0], name)]).await?;
    watch(agent, &text.progress, || async { Ok(Some(0)) }).await
}

/// Waits for the end of saving; `row` tells where its state is, when it is there.
async fn watch<F: Future<Output = Result<Option<u32>, Error>>>(
    agent: &Agent,
    progress: &SaveProgress,
    row: impl Fn() -> F,
) -> Result<(), Error> {
    let started = Instant::now();
    let deadline = Duration::from_secs(progress.deadline_s);
    loop {
        if let Some(row) = row().await? {
            let tables = agent.get(&[Oid::joined(&progress.state.oid, &[row])]).await?;
            match tables.number(&progress.state.oid, &[row]) {
                Some(value) if progress.done.contains(&value) => return Ok(()),
                Some(value) if progress.failed.contains(&value) => {
                    let why = failure_cause(agent, progress, row).await.unwrap_or(SaveFailure::State(value));
                    return Err(refused(agent, &progress.state.name, Refusal::Save(why)));
                }
                None if started.elapsed() >= APPEARS => {
                    return Err(refused(agent, &progress.state.name, Refusal::Save(SaveFailure::NotBegun)));
                }
                _ => {}
            }
        }
        if started.elapsed() >= deadline {
            return Err(refused(agent, &progress.state.name, Refusal::NotDone(deadline)));
        }
        tokio::time::sleep(SAVE_POLL).await;
    }
}

async fn failure_cause(agent: &Agent, progress: &SaveProgress, row: u32) -> Option<SaveFailure> {
    let cause = progress.cause.as_ref()?;
    let tables = agent.get(&[Oid::joined(&cause.oid, &[row])]).await.ok()?;
    if let Some(text) = text::text_at(&tables, &cause.oid, &[row]) {
        return Some(SaveFailure::Cause(text));
    }
    let number = tables.number(&cause.oid, &[row])?;
    Some(match name_of(number, &progress.causes) {
        Some(name) => SaveFailure::Cause(name.to_owned()),
        None => SaveFailure::CauseNumber { object: cause.name.clone(), number },
    })
}

fn refused(agent: &Agent, object: &str, refusal: Refusal) -> Error {
    let (switch, object) = (agent.switch().clone(), object.to_owned());
    Error::Refused { switch, port: None, object, value: WHAT.to_owned(), refusal: Box::new(refusal) }
}

/// Whether the switch saves every write by itself.
pub async fn auto_save(agent: &Agent, object: Option<&OnOff>) -> Result<bool, Error> {
    let Some(implicit) = object else { return Ok(false) };
    let tables = agent.get_one(&request::scalar(&implicit.object)).await?;
    Ok(tables.number(&implicit.object.oid, &[0]).and_then(|value| implicit.meaning(value)) == Some(true))
}

/// Tells it whether to do so.
pub async fn set_auto_save(agent: &Agent, object: Option<&OnOff>, on: bool) -> Result<(), Error> {
    let Some(implicit) = object else { return Ok(()) };
    let write = request::number(&implicit.object, &[0], implicit.value(on)).map_err(|what| agent.not_possible(&what))?;
    agent.set(None, &vec![write]).await
}

/// A preset whose OID is written with its instance.
fn scalar(preset: &Preset) -> Assignment {
    request::preset_at(preset, &[])
}

/// A row number nobody else is likely to use at this moment.
fn unused_row() -> u32 {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    nanos.wrapping_add(std::process::id()) % 0x7fff_fffe + 1
}
