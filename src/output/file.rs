//! Reports as files. I/O.

use std::path::Path;

use serde_json::Value;

use super::document::Document;
use super::{html, junit};
use crate::ops::Error;
use crate::ops::document::SiteReport;
use crate::ops::files::{Existing, write_beside};

/// Writes a document as JSON. An older document of the same kind is replaced.
pub fn write_json<D: Document>(file: &Path, document: &D) -> Result<Existing, Error> {
    let is_ours =
        |old: &str| serde_json::from_str::<Value>(old).is_ok_and(|old| old.get("schema").is_some_and(|name| name == D::SCHEMA));
    write_beside(file, &format!("{:#}\n", document.json()?), is_ours)
}

/// Writes an acceptance report as one HTML file. What is there already is kept: it may be the report that was accepted.
pub fn write_html(file: &Path, report: &SiteReport) -> Result<Existing, Error> {
    let page = html::document(report).map_err(|cause| Error::io(format!("making {}", file.display()), &cause))?;
    write_beside(file, &page, |_| false)
}

/// Writes an acceptance report as JUnit XML. An older one is replaced.
pub fn write_junit(file: &Path, report: &SiteReport) -> Result<Existing, Error> {
    write_beside(file, &junit::document(report), |old| old.contains("<testsuites name=\"voiceport\""))
}
