//! The acceptance report as JUnit XML: one test case per phone and stage, so that green is visible too. Pure.

use std::fmt::Write;

use super::html::escape;
use model::report::{PhoneReport, SiteReport, StageReport, StageState};

/// The whole file.
#[must_use]
pub fn document(report: &SiteReport) -> String {
    let stages = || report.phones.iter().flat_map(|phone| &phone.stages);
    let failures = stages().filter(|stage| is_failure(stage)).count();
    let skipped = stages().filter(|stage| stage.state == StageState::NotChecked).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\" timestamp=\"{}\">",
        escape(&report.site),
        stages().count(),
        report.made_at
    );
    for phone in &report.phones {
        for stage in &phone.stages {
            case(&mut xml, phone, stage);
        }
    }
    xml.push_str("</testsuite></testsuites>\n");
    xml
}

fn case(xml: &mut String, phone: &PhoneReport, stage: &StageReport) {
    let detail = escape(stage.detail.as_deref().unwrap_or_default());
    let _ = write!(xml, "<testcase classname=\"{}\" name=\"{}\"", phone.mac, stage.stage.name());
    let _ = match stage.state {
        StageState::Passed => writeln!(xml, "/>"),
        StageState::NotChecked => writeln!(xml, "><skipped message=\"{detail}\"/></testcase>"),
        StageState::Waiting => writeln!(xml, "><failure message=\"not reached: {detail}\"/></testcase>"),
        StageState::Failed => writeln!(xml, "><failure message=\"{detail}\"/></testcase>"),
    };
}

fn is_failure(stage: &StageReport) -> bool {
    matches!(stage.state, StageState::Waiting | StageState::Failed)
}
