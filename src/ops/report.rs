//! `report`: the acceptance document that `up` made, kept beside the journal. I/O through the context.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::conclusion::Conclusion;
use super::context::Context;
use super::document::{SCHEMA, SiteReport};
use super::error::Error;
use super::files::{place_of, write};

/// The report of a run; `None` for the last.
pub fn load(run: Option<i64>, context: &Context) -> Result<SiteReport, Error> {
    let file = file(context.state_folder()?, run);
    let text = std::fs::read_to_string(&file).map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::NoReport { run },
        _ => Error::reading(&file, source),
    })?;
    serde_json::from_str(&text).map_err(|cause| Error::DamagedReport { file, cause: place_of(&cause) })
}

/// How the site of a report was found.
#[must_use]
pub fn conclusion(report: &SiteReport) -> Conclusion {
    if report.accepted { Conclusion::Done } else { Conclusion::Differences }
}

#[derive(Serialize)]
struct Kept<'a> {
    schema: &'static str,
    #[serde(flatten)]
    report: &'a SiteReport,
}

/// Keeps a report as that of its run, and as the last.
pub(super) fn keep(report: &SiteReport, context: &Context) -> Result<(), Error> {
    let folder = context.state_folder()?;
    let kept = Kept { schema: SCHEMA, report };
    let text = serde_json::to_string_pretty(&kept)
        .map_err(|cause| Error::Unserialisable { schema: SCHEMA, cause: cause.to_string() })?
        + "\n";
    std::fs::create_dir_all(folder).map_err(|source| Error::making(folder, source))?;
    if let Some(run) = report.apply.as_ref().and_then(|apply| apply.run) {
        write(&file(folder, Some(run)), &text)?;
    }
    write(&file(folder, None), &text)
}

fn file(folder: &Path, run: Option<i64>) -> PathBuf {
    folder.join(run.map_or_else(|| "report-last.json".to_owned(), |run| format!("report-{run}.json")))
}
