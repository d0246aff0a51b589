//! The acceptance report as JUnit XML: a test case per check of each phone, switch and path, so that green is visible too. Pure.

use super::views::{about, words_of};
use crate::ops::document::SiteReport;
use crate::site::report::CheckReport;
use model::check::CheckResult;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

#[must_use]
pub fn document(report: &SiteReport) -> String {
    let mut suite = TestSuite::new(about(report));
    suite.add_property(("required", &*words_of(&report.required)));
    suite.timestamp = report.made_at.to_string().parse().ok();
    let phones = report.phones.iter().map(|phone| (phone.mac.to_string(), &phone.checks));
    let switches = report.switches.iter().map(|row| (row.name.to_string(), &row.checks));
    let paths = report.paths.iter().map(|row| (row.target.clone().unwrap_or_else(|| "path".to_owned()), &row.checks));
    for (subject, checks) in phones.chain(switches).chain(paths) {
        suite.add_test_cases(checks.iter().map(|check| case(&subject, check)));
    }
    // readers look for `skipped`; the crate counts under `disabled`
    suite.extra.insert("skipped".into(), suite.disabled.to_string().into());
    let mut file = Report::new("voiceport");
    file.add_test_suite(suite);
    // writing to memory cannot fail
    file.to_string().unwrap_or_default()
}

fn case(subject: &str, check: &CheckReport) -> TestCase {
    let status = match check.result {
        CheckResult::Passed | CheckResult::PassedNarrowly => TestCaseStatus::success(),
        // a person has accepted it
        _ if check.reservation.is_some() => {
            skipped(format!("accepted all the same: {}", check.reservation.as_deref().unwrap_or_default()))
        }
        CheckResult::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(detail(check));
            status
        }
        CheckResult::NotReached | CheckResult::NotChecked => skipped(detail(check)),
    };
    let mut case = TestCase::new(check.check.name(), status);
    case.set_classname(subject);
    case
}

fn skipped(message: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

/// Why it did not pass: what was read, or the earlier check that failed.
fn detail(check: &CheckReport) -> String {
    match (check.after, check.detail.as_deref()) {
        (Some(after), _) => format!("not reached: {after} failed"),
        (None, Some(detail)) => detail.to_owned(),
        (None, None) => check.result.words().to_owned(),
    }
}
