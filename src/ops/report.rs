//! `report`: the acceptance document that `up` made, kept beside the journal. I/O through the context.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::conclusion::Conclusion;
use super::context::Context;
use super::document::{PutBack, SCHEMA, SiteReport};
use super::error::Error;
use super::event::SiteEvent;
use super::files::{place_of, write};
use super::{inventory, runs};
use crate::change;
use crate::change::journal::Journal;
use crate::change::report::Outcome;
use crate::site::report::{Finding, FindingCode, Verdict};
use model::hex::bare_hex;
use model::time_zone::local_time;

/// The report of a run; `None` for the last of the site. Says when the run was put back since: then what it accepts is no more.
///
/// Of another site it is refused; where there is no inventory, no site is meant.
pub fn load(run: Option<i64>, inventory: &Path, context: &Context) -> Result<SiteReport, Error> {
    let folder = context.state_folder()?;
    let site = match inventory::load(inventory) {
        Ok(loaded) => Some(loaded.site),
        Err(Error::Inventory(crate::inventory::Error::Missing { .. })) => None,
        Err(error) => return Err(error),
    };
    let file = match (run, &site) {
        (Some(run), _) => of_run(folder, run),
        (None, Some(site)) => last_of(folder, &site.name),
        (None, None) => last(folder),
    };
    let text = std::fs::read_to_string(&file).map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::NoReport { run },
        _ => Error::reading(&file, source),
    })?;
    let mut report: SiteReport =
        serde_json::from_str(&text).map_err(|cause| Error::DamagedReport { file: file.clone(), cause: place_of(&cause) })?;
    let applied = report.apply.as_ref().and_then(|apply| Some((apply.run?, apply.outcome)));
    let journal = Journal::open_existing(Some(folder))?;
    if let Some(site) = site {
        let record = applied.zip(journal.as_ref()).and_then(|((run, _), journal)| journal.find(run).ok());
        if report.site != site.name || record.is_some_and(|record| !runs::is_of(&record, &site)) {
            return Err(Error::ForeignReport { file, of: report.site, site: site.name });
        }
    }
    if let Some((run, outcome)) = applied
        && let Some(journal) = journal
        && let Some(put_back) = put_back(&journal, run, outcome)?
    {
        say(&mut report, put_back);
    }
    Ok(report)
}

/// What became of a run that stood when its report was made, and does not any more.
fn put_back(journal: &Journal, run: i64, then: Outcome) -> Result<Option<PutBack>, Error> {
    // a run that cannot be read any more says nothing about its report
    let now = match journal.find(run) {
        Err(change::Error::UnreadableRun { .. } | change::Error::NoSuchRun(_)) => return Ok(None),
        found => found?,
    };
    let since = was_put_back(then, now.outcome);
    Ok(since.then(|| PutBack { run, at: now.finished_at, complete: now.outcome == Some(Outcome::RolledBack) }))
}

/// Whether a run that left its changes standing has another outcome now, or none while it is put back. One that never stood was not put
/// back since.
fn was_put_back(then: Outcome, now: Option<Outcome>) -> bool {
    matches!(then, Outcome::Applied | Outcome::NotSaved) && now != Some(then)
}

fn say(report: &mut SiteReport, put_back: PutBack) {
    let PutBack { run, at, complete } = put_back;
    let when = at.map_or_else(String::new, |at| format!(" at {}", local_time(at, report.time_zone.as_deref())));
    let message = match (at, complete) {
        (None, _) => format!("run {run} is being put back, or that was interrupted"),
        (Some(_), true) => format!("run {run} was put back{when}: what this report tells is no more"),
        (Some(_), false) => format!("run {run} was put back{when}, but not wholly: what this report tells is no more"),
    };
    let hint = Some("voiceport verify tells how the site stands now".to_owned());
    let finding = Finding { hint, ..Finding::new(FindingCode::PutBack, message) };
    report.findings.insert(0, finding);
    report.verdict = Verdict::NotAccepted;
    report.put_back = Some(put_back);
}

/// How the site of a report was found.
#[must_use]
pub fn conclusion(report: &SiteReport) -> Conclusion {
    if report.verdict.is_accepted() { Conclusion::Done } else { Conclusion::Differences }
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
    if !report.verdict.is_accepted() {
        keep_accepted(folder, &report.site, context)?;
    }
    let kept = Kept { schema: SCHEMA, report };
    let text = serde_json::to_string_pretty(&kept)
        .map_err(|cause| Error::Unserialisable { schema: SCHEMA, cause: cause.to_string() })?
        + "\n";
    std::fs::create_dir_all(folder).map_err(|source| Error::making(folder, source))?;
    if let Some(run) = report.apply.as_ref().and_then(|apply| apply.run) {
        write(&of_run(folder, run), &text)?;
    }
    write(&last_of(folder, &report.site), &text)?;
    write(&last(folder), &text)
}

/// The last report, where it accepts the site and is about to be followed by one that does not: it stays, and where is told.
fn keep_accepted(folder: &Path, site: &str, context: &Context) -> Result<(), Error> {
    let Ok(text) = std::fs::read_to_string(last_of(folder, site)) else { return Ok(()) };
    let Ok(report) = serde_json::from_str::<SiteReport>(&text) else { return Ok(()) };
    if report.verdict.is_accepted() {
        let run = report.apply.as_ref().and_then(|apply| apply.run);
        let kept = run.map_or_else(|| folder.join(format!("report-{}-accepted.json", key(site))), |run| of_run(folder, run));
        if run.is_none() {
            write(&kept, &text)?;
        }
        let made_at = local_time(report.made_at, report.time_zone.as_deref());
        context.emit(SiteEvent::AcceptedBefore { made_at: &made_at, run, kept: &kept });
    }
    Ok(())
}

fn of_run(folder: &Path, run: i64) -> PathBuf {
    folder.join(format!("report-{run}.json"))
}

/// The last of any site.
fn last(folder: &Path) -> PathBuf {
    folder.join("report-last.json")
}

fn last_of(folder: &Path, site: &str) -> PathBuf {
    folder.join(format!("report-{}-last.json", key(site)))
}

/// A site's name as a part of a file's name.
fn key(site: &str) -> String {
    bare_hex(Sha256::digest(site).get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_that_stood_can_be_put_back_since() {
        use Outcome::{Applied, Checked, NotSaved, NothingToDo, Refused, RollbackIncomplete, RolledBack};
        let since = [Some(RolledBack), Some(RollbackIncomplete), None];
        for then in [Applied, NotSaved] {
            assert!(!was_put_back(then, Some(then)), "{then:?}");
            assert!(since.iter().all(|now| was_put_back(then, *now)), "{then:?}");
        }
        for then in [Refused, RolledBack, RollbackIncomplete, Checked, NothingToDo] {
            assert!(since.iter().all(|now| !was_put_back(then, *now)), "{then:?}");
        }
    }
}
