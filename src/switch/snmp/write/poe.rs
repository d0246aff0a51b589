//! Power over Ethernet of a port: on and off, priority, limit, how it is counted. Pure.

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Object, Pse};
use crate::switch::snmp::read::instance::pse_instance;
use crate::switch::snmp::write::not_possible::{Lack, NotPossible};
use crate::switch::snmp::write::request::{Assignment, Request, WriteContext, number};
use model::change::Delta;
use model::ids::PseIndex;
use model::switch::{PoeAllocation, PoePriority};
use model::units::Milliwatts;
use snmp::oid::Dotted;
use snmp::{Oid, Value};

fn pse(of: WriteContext<'_>) -> Result<&Pse, NotPossible> {
    of.profile.pse.as_ref().ok_or(Lack::Poe.into())
}

/// The port's PSE row.
fn row(of: WriteContext<'_>) -> Result<PseIndex, NotPossible> {
    let port = of.port()?;
    of.maps.pse.row(port.index).ok_or_else(|| NotPossible::UnprovedPseRow(port.interface.name.clone()))
}

/// The instances that any change of the port's power is about.
pub fn instances(of: WriteContext<'_>) -> Result<Vec<Oid>, NotPossible> {
    let pse = pse(of)?;
    let instance = pse_instance(&pse.enabled.object, row(of)?);
    let mut columns = vec![pse.enabled.object.oid.clone()];
    let detection = pse.detection.as_ref().map(|column| &column.oid).or(pse.detection_words.as_ref().map(|words| &words.oid));
    columns.push(detection.cloned().unwrap_or_else(|| mib::PSE_DETECTION.into()));
    columns.push(pse.class.as_ref().map_or_else(|| mib::PSE_CLASS.into(), |column| column.oid.clone()));
    columns.extend(pse.priority.iter().map(|priority| priority.object.oid.clone()));
    columns.extend(pse.limit.iter().map(|limit| limit.object.oid.clone()));
    columns.extend(pse.allocation.iter().map(|column| column.oid.clone()));
    columns.sort();
    columns.dedup();
    Ok(columns.iter().map(|column| Oid::joined(column, &instance)).collect())
}

pub fn priority(of: WriteContext<'_>, after: PoePriority) -> Result<Request, NotPossible> {
    let priority = pse(of)?.priority.as_ref().ok_or(Lack::PoePriority)?;
    Ok(vec![at_row(of, &priority.object, priority.value(after))?])
}

pub fn limit(of: WriteContext<'_>, after: Milliwatts) -> Result<Request, NotPossible> {
    let limit = pse(of)?.limit.as_ref().filter(|limit| !limit.read_only).ok_or(Lack::PoeLimit)?;
    Ok(vec![at_row(of, &limit.object, i64::from(limit.unit.value(after)))?])
}

/// How the port's power is counted.
pub fn allocation(of: WriteContext<'_>, after: PoeAllocation) -> Result<Request, NotPossible> {
    let pse = pse(of)?;
    let column = pse.allocation.as_ref().ok_or(Lack::PoeAllocation)?;
    let value = column.value(after).ok_or(NotPossible::NotCountedBy(after))?;
    let instance = pse_instance(&pse.enabled.object, row(of)?);
    let object = format!("{}.{}", column.name, Dotted(&instance));
    let oid = Oid::joined(&column.oid, &instance);
    Ok(vec![Assignment { object, oid, value: Value::Integer(value), words: after.to_string(), is_shared: false }])
}

/// Whether the port powers anything; `before` is how it was counted, where one object says both.
pub fn enabled(of: WriteContext<'_>, delta: Delta<bool>, before: Option<PoeAllocation>) -> Result<Request, NotPossible> {
    let pse = pse(of)?;
    let counted = before.zip(pse.allocation.as_ref()).filter(|(_, column)| column.oid == pse.enabled.object.oid);
    let as_before = counted.and_then(|(allocation, column)| column.value(allocation));
    let value = if delta.after { as_before.unwrap_or(pse.enabled.on) } else { pse.enabled.off };
    Ok(vec![at_row(of, &pse.enabled.object, value)?])
}

fn at_row(of: WriteContext<'_>, object: &Object, value: i64) -> Result<Assignment, NotPossible> {
    number(object, &pse_instance(object, row(of)?), value)
}
