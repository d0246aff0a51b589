//! `report`: the acceptance document that `up` made, kept beside the journal. I/O through the context.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::conclusion::Conclusion;
use super::context::Context;
use super::document::{PutBack, SCHEMA, SiteReport};
use super::error::Error;
use super::event::SiteEvent;
use super::files::{place_of, write};
use crate::change::journal::Journal;
use crate::change::report::Outcome;
use crate::site::report::{Finding, FindingCode, Verdict};
use model::time_zone::local_time;

/// The report of a run; `None` for the last. Says when the run was put back since: then what it accepts is no more.
pub fn load(run: Option<i64>, context: &Context) -> Result<SiteReport, Error> {
    let folder = context.state_folder()?;
    let file = file(folder, run);
    let text = std::fs::read_to_string(&file).map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::NoReport { run },
        _ => Error::reading(&file, source),
    })?;
    let mut report: SiteReport =
        serde_json::from_str(&text).map_err(|cause| Error::DamagedReport { file, cause: place_of(&cause) })?;
    let of_run = report.apply.as_ref().and_then(|apply| Some((apply.run?, apply.outcome)));
    if let Some((run, outcome)) = of_run
        && let Some(journal) = Journal::open_existing(Some(folder))?
        && let Some(put_back) = put_back(&journal, run, outcome)?
    {
        say(&mut report, put_back);
    }
    Ok(report)
}

/// What became of a run that stood when its report was made, and does not any more.
fn put_back(journal: &Journal, run: i64, then: Outcome) -> Result<Option<PutBack>, Error> {
    let now = journal.find(Some(run))?;
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
        keep_accepted(folder, context)?;
    }
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

/// The last report, where it accepts the site and is about to be followed by one that does not: it stays, and where is told.
fn keep_accepted(folder: &Path, context: &Context) -> Result<(), Error> {
    let last = file(folder, None);
    let Ok(text) = std::fs::read_to_string(&last) else { return Ok(()) };
    let Ok(report) = serde_json::from_str::<SiteReport>(&text) else { return Ok(()) };
    if report.verdict.is_accepted() {
        let run = report.apply.as_ref().and_then(|apply| apply.run);
        let kept = run.map_or_else(|| folder.join("report-accepted.json"), |run| file(folder, Some(run)));
        if run.is_none() {
            write(&kept, &text)?;
        }
        let made_at = local_time(report.made_at, report.time_zone.as_deref());
        context.emit(SiteEvent::AcceptedBefore { made_at: &made_at, run, kept: &kept });
    }
    Ok(())
}

fn file(folder: &Path, run: Option<i64>) -> PathBuf {
    folder.join(run.map_or_else(|| "report-last.json".to_owned(), |run| format!("report-{run}.json")))
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
