//! The acceptance report as one HTML file without outside parts, to be printed and signed. Pure.
//!
//! The page is `templates/report/`; here are its facts. Every fact is escaped by the engine, so that no name a device gives itself can
//! become markup; what would not be seen of it is shown escaped, as in tables.

use std::borrow::Cow;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, context, escape_formatter};

use super::document::Document;
use super::printable::{LINE_MAX, printable};
use super::table;
use super::views::{about, words_of};
use crate::change::report::ApplyReport;
use crate::ops::document::{RequiredBy, SiteReport};
use crate::power::report::PowerRow;
use crate::site::report::{CheckReport, Finding, PathReport, PhoneReport, SwitchRow, Verdict};
use model::check::Check;
use model::time_zone::local_time;
use model::units::Milliwatts;

/// The page and its parts.
const TEMPLATES: [(&str, &str); 3] = [
    ("page.j2", include_str!("../../templates/report/page.j2")),
    ("table.j2", include_str!("../../templates/report/table.j2")),
    ("style.css", include_str!("../../templates/report/style.css")),
];

/// A template that does not fit the facts.
#[derive(Debug, thiserror::Error)]
#[error("the report's template: {0:#}")]
pub struct Error(minijinja::Error);

pub fn document(report: &SiteReport) -> Result<String, Error> {
    let environment = environment().map_err(Error)?;
    let page = environment.get_template("page.j2").map_err(Error)?;
    page.render(facts(report)).map_err(Error)
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(visible);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

fn visible(output: &mut Output, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str().filter(|_| !value.is_safe()).map(|text| printable(text, LINE_MAX)) {
        Some(Cow::Owned(shown)) => escape_formatter(output, state, &Value::from(shown)),
        _ => escape_formatter(output, state, value),
    }
}

fn facts(report: &SiteReport) -> Value {
    context! {
        site => about(report),
        made_at => local_time(report.made_at, report.time_zone.as_deref()),
        made_by => report.made_by.as_str(),
        verdict => verdict_class(report.verdict),
        verdict_words => report.verdict.words(),
        findings => report.findings.iter().map(finding).collect::<Vec<_>>(),
        checks => Check::OF_PHONE.iter().map(|check| check.name()).collect::<Vec<_>>(),
        required => words_of(&report.required),
        required_by => match report.required_by {
            RequiredBy::Inventory => "",
            RequiredBy::CommandLine => " by --require, instead of the inventory",
        },
        phones => report.phones.iter().map(phone).collect::<Vec<_>>(),
        paths => report.paths.iter().map(path).collect::<Vec<_>>(),
        changes => report.apply.as_ref().map(changes),
        power => report.power.iter().map(power).collect::<Vec<_>>(),
        probe => report.probe.as_ref().map(|probe| table::text(&probe.view()).lines().map(str::to_owned).collect::<Vec<_>>()),
        switches => report.switches.iter().map(switch).collect::<Vec<_>>(),
    }
}

/// The name of a verdict in the style sheet.
const fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "yes",
        Verdict::AcceptedWithReservations => "reserved",
        Verdict::NotAccepted => "no",
        Verdict::Incomplete => "incomplete",
    }
}

fn finding(finding: &Finding) -> Value {
    context! { text => finding.to_string(), hint => finding.hint.clone().unwrap_or_default() }
}

fn phone(phone: &PhoneReport) -> Value {
    context! {
        extension => phone.extension.clone().unwrap_or_default(),
        name => phone.name.clone().unwrap_or_default(),
        mac => phone.mac.to_string(),
        model => phone.model.to_string(),
        port => phone.at.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string),
        checks => phone.checks.iter().map(check).collect::<Vec<_>>(),
    }
}

fn check(check: &CheckReport) -> Value {
    let after = check.after.map(|after| format!("{after} failed"));
    let detail = after.or_else(|| check.detail.clone()).unwrap_or_default();
    context! { result => check.result.name(), detail, reservation => check.reservation.clone().unwrap_or_default() }
}

fn path(row: &PathReport) -> Value {
    context! {
        target => row.target.clone().unwrap_or_else(|| "none named".to_owned()),
        checks => row.checks.iter().map(check).collect::<Vec<_>>(),
    }
}

fn changes(apply: &ApplyReport) -> Value {
    let saving = apply.saving.iter().map(|switch| format!("{}: {}", switch.switch, switch.status.words()));
    let steps = apply.steps.iter().map(|step| {
        let port = step.port.as_ref().map_or_else(String::new, ToString::to_string);
        vec![step.switch.to_string(), port, step.change.to_string(), step.status.words().to_owned()]
    });
    context! {
        outcome => apply.outcome.words(),
        saving => saving.collect::<Vec<_>>(),
        steps => steps.collect::<Vec<_>>(),
    }
}

/// Watts as they were read, never a number for what was not.
fn power(row: &PowerRow) -> Vec<String> {
    let watts = |value: Option<Milliwatts>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    vec![
        row.switch.to_string(),
        row.group.to_string(),
        watts(row.budget),
        watts(row.reserved),
        watts(row.measured),
        watts(row.headroom),
    ]
}

fn switch(row: &SwitchRow) -> Value {
    context! {
        name => row.name.to_string(),
        description => row.description.clone().unwrap_or_else(|| "not read".to_owned()),
        profile => row.profile.clone().unwrap_or_default(),
        checks => row.checks.iter().map(check).collect::<Vec<_>>(),
        notes => row.notes.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::report::{Outcome, SaveReport, SaveStatus, StepReport, StepStatus};
    use crate::site::report::FindingCode;
    use model::change::{Change, Delta};
    use model::check::CheckResult;
    use model::ids::{MacAddress, ModelId, PortRef, VlanId};
    use model::timestamp::Timestamp;

    /// A name that a device could give itself, or a person write.
    const HOSTILE: &str = "<script>alert('x')</script>\"&\u{1b}[31m";

    fn text() -> String {
        HOSTILE.to_owned()
    }

    fn hostile_run() -> ApplyReport {
        let step = StepReport {
            number: 1,
            switch: HOSTILE.into(),
            port: Some(HOSTILE.into()),
            change: Change::VlanExists {
                vlan: VlanId::new(20).unwrap(),
                name: text(),
                delta: Delta { before: false, after: true },
            },
            status: StepStatus::Done,
            detail: Some(text()),
        };
        ApplyReport {
            run: Some(1),
            site: text(),
            changed: true,
            outcome: Outcome::Applied,
            failure: Some(text()),
            steps: vec![step],
            saving: vec![SaveReport { switch: HOSTILE.into(), status: SaveStatus::Failed, detail: Some(text()) }],
            left_out: Vec::new(),
            refusals: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn hostile_check(result: CheckResult) -> CheckReport {
        CheckReport {
            check: Check::Wired,
            result,
            required: true,
            reason: None,
            detail: Some(text()),
            after: None,
            reservation: Some(text()),
        }
    }

    fn hostile_report() -> SiteReport {
        let finding = Finding {
            code: FindingCode::CheckFailed,
            message: text(),
            hint: Some(text()),
            check: None,
            switch: None,
            port: None,
            phones: Vec::new(),
        };
        SiteReport {
            site: text(),
            made_at: Timestamp::from_unix_nanos(0),
            time_zone: None,
            made_by: text(),
            verdict: Verdict::NotAccepted,
            scope: None,
            put_back: None,
            findings: vec![finding],
            required: vec![Check::Powered],
            required_by: RequiredBy::Inventory,
            phones: vec![PhoneReport {
                mac: MacAddress([0, 0x15, 0x65, 0, 0, 1]),
                model: ModelId { vendor: text(), model: text() },
                name: Some(text()),
                extension: Some(text()),
                at: Some(PortRef { switch: HOSTILE.into(), port: HOSTILE.into() }),
                checks: vec![hostile_check(CheckResult::Failed), hostile_check(CheckResult::NotChecked)],
            }],
            switches: vec![SwitchRow {
                name: HOSTILE.into(),
                description: Some(text()),
                profile: Some(text()),
                unsaved_changes: None,
                checks: vec![hostile_check(CheckResult::Failed)],
                notes: vec![text(), text()],
            }],
            paths: vec![PathReport { target: Some(text()), checks: vec![hostile_check(CheckResult::NotChecked)] }],
            power: Vec::new(),
            plan: None,
            apply: Some(hostile_run()),
            probe: None,
            errors: Vec::new(),
        }
    }

    #[test]
    fn no_name_becomes_markup() {
        let page = document(&hostile_report()).unwrap();
        assert!(!page.contains("<script") && !page.contains("</script") && !page.contains('\u{1b}'), "{page}");
        // site twice, maker, finding, extension, model twice, port twice, two stages, saving, step's switch and port, four of the switch
        assert!(page.matches("&lt;script&gt;").count() >= 18, "{page}");
    }

    #[test]
    fn the_facts_are_in_their_places() {
        let mut report = hostile_report();
        report.site = "hq".to_owned();
        report.verdict = Verdict::Accepted;
        report.findings.clear();
        report.apply = None;
        let page = document(&report).unwrap();
        assert!(page.starts_with("<!doctype html>\n"), "{page}");
        assert!(page.contains("<h1>Voice network acceptance: hq</h1>\n<p>1970-01-01T00:00:00"), "{page}");
        assert!(page.contains("<p class=\"verdict yes\">✓ Accepted</p>"), "{page}");
        assert!(
            page.contains("<td class=\"failed\">✗ failed<small>") && page.contains("<td class=\"not_checked\">not checked<small>")
        );
        assert!(!page.contains("<h2>Changes</h2>") && !page.contains("<h2>Power</h2>") && !page.contains("<h2>Voice path</h2>"));
    }
}
