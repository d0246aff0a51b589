//! The JSON Schemas of every document, generated from the types. Pure.

use serde_json::Value;

use super::document::Document;
use super::text::TextReport;
use crate::change::plan::Plan;
use crate::change::report::{ApplyReport, HistoryReport, RollbackReport, SavingEvent, StepEvent};
use crate::discover::DiscoverReport;
use crate::discover::jack_report::JackReport;
use crate::inventory::report::InventoryReport;
use crate::ops::document::{DoctorReport, ErrorReport, SiteReport, VerifyReport};
use crate::ops::init::InitReport;
use crate::power::report::PowerReport;
use crate::probe::report::{ProbeReport, ReflectEvent};
use crate::render::report::{RenderReport, TemplateReport};
use crate::switch::capabilities::CapabilitiesReport;
use model::serve::{FetchEvent, ServeSummary};

/// Every schema by its name, like `voiceport.plan/1`.
#[must_use]
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        of::<DiscoverReport>(),
        of::<JackReport>(),
        of::<Plan>(),
        of::<ApplyReport>(),
        of::<RollbackReport>(),
        of::<HistoryReport>(),
        of::<PowerReport>(),
        of::<FetchEvent>(),
        of::<ServeSummary>(),
        of::<ProbeReport>(),
        of::<ReflectEvent>(),
        of::<VerifyReport>(),
        of::<SiteReport>(),
        of::<DoctorReport>(),
        of::<InitReport>(),
        of::<InventoryReport>(),
        of::<CapabilitiesReport>(),
        of::<RenderReport>(),
        of::<TemplateReport>(),
        of::<TextReport>(),
        of::<StepEvent>(),
        of::<SavingEvent>(),
        of::<ErrorReport>(),
    ]
}

/// The file a schema is kept in: `voiceport.plan.1.json`.
#[must_use]
pub fn file_name(schema: &str) -> String {
    format!("{}.json", schema.replace('/', "."))
}

fn of<D: Document>() -> (&'static str, Value) {
    let mut schema = schemars::schema_for!(D).to_value();
    schema["$id"] = Value::from(D::SCHEMA);
    schema["properties"]["schema"] = serde_json::json!({"const": D::SCHEMA});
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.insert(0, Value::from("schema"));
    }
    (D::SCHEMA, schema)
}
