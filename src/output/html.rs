//! The acceptance report as one HTML file without outside parts, to be printed and signed. Pure.
//!
//! The page is `templates/report/`; here are its facts. Every fact is escaped by the engine, so that no name a device gives itself can
//! become markup; what would not be seen of it is shown escaped, as in tables.

use std::borrow::Cow;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, context, escape_formatter};

use super::document::Document;
use super::printable::{LINE_MAX, printable};
use super::terminal;
use crate::change::report::ApplyReport;
use crate::ops::document::SiteReport;
use crate::power::report::PowerAccount;
use crate::site::report::{PhoneReport, Stage, StageReport, StageState, SwitchRow};
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
        site => report.site.as_str(),
        made_at => report.made_at.to_string(),
        made_by => report.made_by.as_str(),
        accepted => report.accepted,
        findings => report.findings.clone(),
        stages => Stage::ALL.iter().map(|stage| stage.name()).collect::<Vec<_>>(),
        phones => report.phones.iter().map(phone).collect::<Vec<_>>(),
        changes => report.apply.as_ref().map(changes),
        power => report.power.iter().map(power).collect::<Vec<_>>(),
        path => report.probe.as_ref().map(|probe| terminal::text(&probe.view()).lines().map(str::to_owned).collect::<Vec<_>>()),
        switches => switches(report),
    }
}

fn phone(phone: &PhoneReport) -> Value {
    let stage = |stage: &StageReport| context! { state => class(stage.state), detail => stage.detail.clone().unwrap_or_default() };
    context! {
        extension => phone.extension.clone().unwrap_or_default(),
        mac => phone.mac.to_string(),
        model => phone.model.to_string(),
        port => phone.at.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string),
        stages => phone.stages.iter().map(stage).collect::<Vec<_>>(),
    }
}

/// The name of a state in the style sheet and in the page's table of signs.
const fn class(state: StageState) -> &'static str {
    match state {
        StageState::Passed => "passed",
        StageState::Failed => "failed",
        StageState::Waiting => "waiting",
        StageState::NotChecked => "not_checked",
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

fn or_unknown(power: Option<Milliwatts>) -> String {
    power.map_or_else(|| "unknown".to_owned(), |power| power.to_string())
}

fn power(account: &PowerAccount) -> Vec<String> {
    vec![
        account.switch.to_string(),
        account.group.to_string(),
        or_unknown(account.budget),
        or_unknown(account.reserved),
        account.added.to_string(),
        or_unknown(account.worst_case),
    ]
}

fn switches(report: &SiteReport) -> Vec<Vec<String>> {
    let row = |switch: &SwitchRow| {
        vec![
            switch.name.to_string(),
            switch.description.clone().unwrap_or_default(),
            switch.profile.clone(),
            switch.notes.join("; "),
        ]
    };
    report.switches.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::report::{Outcome, SaveReport, SaveStatus, StepReport, StepStatus};
    use model::change::{Change, Delta};
    use model::ids::{MacAddress, ModelId, PortRef, VlanId};
    use model::timestamp::Timestamp;

    /// A name that a device could give itself, or a person write.
    const HOSTILE: &str = "<script>alert('x')</script>\"&\u{1b}[31m";

    fn hostile_report() -> SiteReport {
        let text = || HOSTILE.to_owned();
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
        let apply = ApplyReport {
            run: Some(1),
            site: text(),
            changed: true,
            outcome: Outcome::Applied,
            failure: Some(text()),
            steps: vec![step],
            saving: vec![SaveReport { switch: HOSTILE.into(), status: SaveStatus::Failed, detail: Some(text()) }],
            refusals: Vec::new(),
        };
        let stage = |state| StageReport { stage: Stage::ALL[0], state, detail: Some(text()) };
        SiteReport {
            site: text(),
            made_at: Timestamp::from_unix_nanos(0),
            made_by: text(),
            accepted: false,
            findings: vec![text()],
            phones: vec![PhoneReport {
                mac: MacAddress([0, 0x15, 0x65, 0, 0, 1]),
                model: ModelId { vendor: text(), model: text() },
                extension: Some(text()),
                at: Some(PortRef { switch: HOSTILE.into(), port: HOSTILE.into() }),
                stages: vec![stage(StageState::Failed), stage(StageState::NotChecked)],
            }],
            switches: vec![SwitchRow {
                name: HOSTILE.into(),
                description: Some(text()),
                profile: text(),
                unsaved_changes: None,
                notes: vec![text(), text()],
            }],
            power: Vec::new(),
            plan: None,
            apply: Some(apply),
            probe: None,
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
        report.accepted = true;
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
