//! The acceptance report as JUnit XML: one test case per phone and stage, so that green is visible too. Pure.

use crate::ops::document::SiteReport;
use crate::site::report::{PhoneReport, StageReport, StageState};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

#[must_use]
pub fn document(report: &SiteReport) -> String {
    let mut suite = TestSuite::new(report.site.as_str());
    suite.timestamp = report.made_at.to_string().parse().ok();
    suite.add_test_cases(report.phones.iter().flat_map(|phone| phone.stages.iter().map(|stage| case(phone, stage))));
    // readers look for `skipped`; the crate counts under `disabled`
    suite.extra.insert("skipped".into(), suite.disabled.to_string().into());
    let mut file = Report::new("voiceport");
    file.add_test_suite(suite);
    // writing to memory cannot fail
    file.to_string().unwrap_or_default()
}

fn case(phone: &PhoneReport, stage: &StageReport) -> TestCase {
    let detail = stage.detail.as_deref().unwrap_or_default();
    let failed = |message: String| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(message);
        status
    };
    let status = match stage.state {
        StageState::Passed => TestCaseStatus::success(),
        StageState::Failed => failed(detail.to_owned()),
        StageState::Waiting => failed(format!("not reached: {detail}")),
        StageState::NotChecked => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(detail);
            status
        }
    };
    let mut case = TestCase::new(stage.stage.name(), status);
    case.set_classname(phone.mac.to_string());
    case
}
