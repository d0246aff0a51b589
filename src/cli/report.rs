//! `voiceport report`: the acceptance document of a run, as HTML for people and JSON or JUnit for machines. I/O.

use std::path::Path;
use std::path::PathBuf;

use super::error::Error;
use super::exit::Exit;
use super::global::Global;
use crate::output::Document;
use crate::output::html;
use crate::output::junit;
use model::report::SiteReport;

const EXAMPLES: &str = "Examples:
  voiceport report                                      the last report
  voiceport report 3 --html site.html --junit site.xml  the report of run 3, as files";

/// Show the acceptance report that `voiceport up` made, or write it as HTML or JUnit
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The run's number [default: the last]
    #[arg(value_name = "RUN")]
    run: Option<i64>,
    /// Write it as one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write it as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<Exit, Error> {
        let report = load(&global.state_dir()?, self.run)?;
        if let Some(file) = &self.html {
            let page = html::document(&report).map_err(|cause| Error::io(format!("making {}", file.display()), &cause))?;
            write(file, &page)?;
        }
        if let Some(file) = &self.junit {
            write(file, &junit::document(&report))?;
        }
        global.terminal().print(&report);
        Ok(if report.accepted { Exit::Done } else { Exit::Differences })
    }
}

/// Keeps a report beside the journal.
pub fn keep(state_dir: &Path, report: &SiteReport) -> Result<(), Error> {
    let run = report.apply.as_ref().and_then(|apply| apply.run);
    let text = format!("{:#}\n", report.json());
    std::fs::create_dir_all(state_dir).map_err(|cause| Error::io(format!("making {}", state_dir.display()), &cause))?;
    if let Some(run) = run {
        write(&file(state_dir, Some(run)), &text)?;
    }
    write(&file(state_dir, None), &text)
}

/// Writes a file through a neighbour, so that a half-written one is never seen.
pub fn write(file: &Path, text: &str) -> Result<(), Error> {
    let failed = |cause: std::io::Error| Error::io(format!("writing {}", file.display()), &cause);
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, file)).map_err(failed)
}

fn load(state_dir: &Path, run: Option<i64>) -> Result<SiteReport, Error> {
    let file = file(state_dir, run);
    let text = std::fs::read_to_string(&file).map_err(|_| {
        let which = run.map_or_else(|| "no report yet".to_owned(), |run| format!("no report of run {run}"));
        Error::usage(which, "voiceport up makes one; `voiceport history` lists the runs")
    })?;
    serde_json::from_str(&text).map_err(|cause| Error::io(format!("reading {}", file.display()), &cause))
}

fn file(state_dir: &Path, run: Option<i64>) -> PathBuf {
    state_dir.join(run.map_or_else(|| "report-last.json".to_owned(), |run| format!("report-{run}.json")))
}

/// Writes a file that only its owner may read: it holds passwords.
pub fn write_private(file: &Path, text: &str) -> Result<(), Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |cause: std::io::Error| Error::io(format!("writing {}", file.display()), &cause);
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let opened = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&part);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).and_then(|()| std::fs::rename(&part, file)).map_err(failed)
}
