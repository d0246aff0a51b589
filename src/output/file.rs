//! Reports as files. I/O.

use std::path::Path;

use super::document::Document;
use super::{html, junit};
use crate::ops::Error;
use crate::ops::document::SiteReport;
use crate::ops::files::write;

/// Writes a document as JSON.
pub fn write_json(file: &Path, document: &impl Document) -> Result<(), Error> {
    write(file, &format!("{:#}\n", document.json()?))
}

/// Writes an acceptance report as one HTML file.
pub fn write_html(file: &Path, report: &SiteReport) -> Result<(), Error> {
    let page = html::document(report).map_err(|cause| Error::io(format!("making {}", file.display()), &cause))?;
    write(file, &page)
}

/// Writes an acceptance report as JUnit XML.
pub fn write_junit(file: &Path, report: &SiteReport) -> Result<(), Error> {
    write(file, &junit::document(report))
}
