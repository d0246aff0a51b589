//! Rows of a table that copies configurations, for the families that save so. Pure.

use snmp::Value;

use super::table::{Table, integer};
use super::write;
use super::write::Instance;
use crate::switch::refusal::Refusal;
use crate::switch::saving::{Copy, Progress, SaveWrite};
use crate::switch::write::Write;

/// A write of what a row copies.
pub(crate) fn column(at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
    Ok(Write::Save(SaveWrite::Column(at.row()?, at.column, write::plain(value)?)))
}

/// A write of a row's status: it begins, or it goes.
pub(crate) fn status(at: &Instance<'_>, value: &Value<'_>) -> Result<Write, Refusal> {
    write::row_status(value, at.row()?, |row| Write::Save(SaveWrite::Start(row)), |row| Write::Save(SaveWrite::Destroy(row)))
}

/// What was written to a row, and that it is active once it has begun.
pub(crate) fn show(table: &mut Table, entry: &[u32], status: u32, number: u32, copy: &Copy) {
    for (column, value) in &copy.columns {
        table.cell(entry, *column, &[number], Value::Integer(i64::from(*value)));
    }
    if copy.started_cs.is_some() {
        table.cell(entry, status, &[number], integer(1)); // active
    }
}

/// The value of an object that tells how far a copy is: running, done or failed.
pub(crate) fn state(progress: Progress, [running, done, failed]: [u32; 3]) -> Value<'static> {
    integer(match progress {
        Progress::Running => running,
        Progress::Done => done,
        Progress::Failed => failed,
    })
}
