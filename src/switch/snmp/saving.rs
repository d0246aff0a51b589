//! Saving the running configuration, and whether a switch does it after every write by itself. I/O.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::switch::snmp::driver::SnmpSwitch;
use crate::switch::snmp::profile::{CopyRow, CopyText, Preset, Progress, RowNumber, Save, SetScalars, name_of};
use crate::switch::snmp::tables::joined;
use crate::switch::snmp::writes;
use crate::switch::{Error, Persistence};

/// How often the state of a save is asked for.
const SAVE_POLL: Duration = Duration::from_millis(500);
/// How long the state of a save may take to appear.
const APPEARS: Duration = Duration::from_secs(5);
/// What is refused, in words.
const WHAT: &str = "copy running to startup configuration";

impl SnmpSwitch {
    /// Saves as the profile says.
    pub(super) async fn save(&self) -> Result<Persistence, Error> {
        match &self.profile().save {
            Save::NotSupported => return Ok(Persistence::NotPossible),
            Save::Automatic => return Ok(Persistence::SavesItself),
            Save::CopyRow(copy) => self.copy_row(copy).await?,
            Save::Scalars(scalars) => self.set_scalars(scalars).await?,
            Save::CopyText(text) => self.copy_text(text).await?,
        }
        Ok(Persistence::Saved)
    }

    async fn copy_row(&self, copy: &CopyRow) -> Result<(), Error> {
        let row = match &copy.row {
            RowNumber::Random => unused_row(),
            RowNumber::After(column) => {
                let used = self.column(&column.oid).await?;
                used.column(&column.oid).filter_map(|(instance, _)| instance.first().copied()).max().unwrap_or(0) + 1
            }
        };
        self.send(None, &copy.start.iter().map(|preset| writes::preset_at(preset, &[row])).collect()).await?;
        let ended = match &copy.by {
            None => self.watch(&copy.progress, || async { Ok(Some(row)) }).await,
            Some(by) => {
                let result = || async {
                    let rows = self.column(&by.oid).await?;
                    let named = rows.numbers(&by.oid).filter(|(_, copied)| *copied == i64::from(row));
                    Ok(named.filter_map(|(instance, _)| instance.first().copied()).max())
                };
                self.watch(&copy.progress, result).await
            }
        };
        // The row goes whatever came of it; an agent also removes it by itself after some minutes.
        let released = match &copy.release {
            Some(release) => self.send(None, &vec![writes::preset_at(release, &[row])]).await,
            None => Ok(()),
        };
        ended.and(released)
    }

    async fn set_scalars(&self, scalars: &SetScalars) -> Result<(), Error> {
        self.send(None, &scalars.start.iter().map(scalar).collect()).await?;
        match &scalars.progress {
            Some(progress) => self.watch(progress, || async { Ok(Some(0)) }).await,
            None => Ok(()),
        }
    }

    async fn copy_text(&self, text: &CopyText) -> Result<(), Error> {
        let from = joined(&text.from.oid, &[0]);
        let tables = self.get(std::slice::from_ref(&from)).await?;
        let Some(name) = tables.octets(&text.from.oid, &[0]).filter(|name| !name.is_empty()) else {
            return Err(self.refused(&text.from.name, "it is empty: the switch has no startup configuration to save to".to_owned()));
        };
        self.send(None, &vec![writes::octets(&text.to, &[0], name)]).await?;
        self.watch(&text.progress, || async { Ok(Some(0)) }).await
    }

    /// Waits for the end of saving; `row` tells where its state is, when it is there.
    async fn watch<F: Future<Output = Result<Option<u32>, Error>>>(
        &self,
        progress: &Progress,
        row: impl Fn() -> F,
    ) -> Result<(), Error> {
        let started = Instant::now();
        let deadline = Duration::from_secs(progress.deadline_s);
        loop {
            if let Some(row) = row().await? {
                let tables = self.get(&[joined(&progress.state.oid, &[row])]).await?;
                match tables.number(&progress.state.oid, &[row]) {
                    Some(value) if progress.done.contains(&value) => return Ok(()),
                    Some(value) if progress.failed.contains(&value) => {
                        let cause = self.failure_cause(progress, row).await.unwrap_or_else(|| format!("state {value}"));
                        return Err(self.refused(&progress.state.name, format!("failed: {cause}")));
                    }
                    None if started.elapsed() >= APPEARS => {
                        return Err(
                            self.refused(&progress.state.name, "it does not appear: the switch did not begin to save".to_owned())
                        );
                    }
                    _ => {}
                }
            }
            if started.elapsed() >= deadline {
                return Err(self.refused(&progress.state.name, format!("not done after {} s", progress.deadline_s)));
            }
            tokio::time::sleep(SAVE_POLL).await;
        }
    }

    async fn failure_cause(&self, progress: &Progress, row: u32) -> Option<String> {
        let cause = progress.cause.as_ref()?;
        let tables = self.get(&[joined(&cause.oid, &[row])]).await.ok()?;
        if let Some(text) = tables.text(&cause.oid, &[row]) {
            return Some(text);
        }
        let number = tables.number(&cause.oid, &[row])?;
        Some(name_of(number, &progress.causes).map_or_else(|| format!("{} {number}", cause.name), str::to_owned))
    }

    fn refused(&self, object: &str, status: String) -> Error {
        let (switch, object) = (self.switch_name().clone(), object.to_owned());
        Error::Refused { switch, port: None, object, value: WHAT.to_owned(), status }
    }

    /// Whether it saves every write by itself.
    pub(super) async fn implicit_save(&self) -> Result<bool, Error> {
        let Some(implicit) = &self.profile().implicit_save else { return Ok(false) };
        let tables = self.get(&[joined(&implicit.object.oid, &[0])]).await?;
        Ok(tables.number(&implicit.object.oid, &[0]).and_then(|value| implicit.meaning(value)) == Some(true))
    }

    /// Tells it whether to do so.
    pub(super) async fn set_implicit_save(&self, on: bool) -> Result<(), Error> {
        let Some(implicit) = &self.profile().implicit_save else { return Ok(()) };
        let write = writes::number(&implicit.object, &[0], implicit.value(on)).map_err(|what| self.not_possible(what))?;
        self.send(None, &vec![write]).await
    }
}

/// A preset whose OID is written with its instance.
fn scalar(preset: &Preset) -> writes::Assignment {
    writes::preset_at(preset, &[])
}

/// A row number nobody else is likely to use at this moment.
fn unused_row() -> u32 {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    nanos.wrapping_add(std::process::id()) % 0x7fff_fffe + 1
}
