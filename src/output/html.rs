//! The acceptance report as one HTML file without outside parts, to be printed and signed. Pure.

use std::fmt::Write;

use crate::ops::document::SiteReport;
use model::report::{PhoneReport, Stage, StageReport, StageState};

/// Layout and colours; state is told by a sign and a word as well, never by colour alone.
const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\
.verdict{display:inline-block;margin:1rem 0;padding:.4rem .9rem;border-radius:.4rem;font-weight:600}\
.yes{background:#dff3e3;color:#14532d}.no{background:#fde3e1;color:#7f1d1d}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9dee4;vertical-align:top}\
th{font-size:.8rem;text-transform:uppercase;letter-spacing:.04em;color:#57606a}\
td.passed{color:#14532d}td.failed,td.waiting{color:#7f1d1d}td.not_checked{color:#57606a}small{color:#57606a;display:block}\
.sign{display:flex;gap:3rem;margin-top:3rem}.sign div{flex:1;border-top:1px solid #1b1f24;padding-top:.3rem;color:#57606a}\
@media print{body{margin:0;max-width:none}}";

/// The whole file.
#[must_use]
pub fn document(report: &SiteReport) -> String {
    let mut page = String::new();
    let site = escape(&report.site);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Voice network acceptance: {site}</title><style>{STYLE}</style></head><body>\n\
         <h1>Voice network acceptance: {site}</h1><p>{} · {}</p>\n",
        report.made_at,
        escape(&report.made_by)
    );
    verdict(&mut page, report);
    phones(&mut page, &report.phones);
    changes(&mut page, report);
    power(&mut page, report);
    path(&mut page, report);
    switches(&mut page, report);
    page.push_str("<div class=\"sign\"><div>Installed by, date</div><div>Accepted by, date</div></div>\n</body></html>\n");
    page
}

/// Text made safe for HTML and XML, content and attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
        safe
    })
}

fn verdict(page: &mut String, report: &SiteReport) {
    let (class, words) = if report.accepted { ("yes", "✓ Accepted") } else { ("no", "✗ Not accepted") };
    let _ = writeln!(page, "<p class=\"verdict {class}\">{words}</p>");
    if report.findings.is_empty() {
        return;
    }
    page.push_str("<ul>");
    for finding in &report.findings {
        let _ = write!(page, "<li>{}</li>", escape(finding));
    }
    page.push_str("</ul>\n");
}

fn phones(page: &mut String, phones: &[PhoneReport]) {
    page.push_str("<h2>Phones</h2>\n<table><tr><th>Phone</th><th>Port</th>");
    for stage in Stage::ALL {
        let _ = write!(page, "<th>{}</th>", stage.name());
    }
    page.push_str("</tr>\n");
    for phone in phones {
        let at = phone.at.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        let extension = phone.extension.as_deref().unwrap_or_default();
        let _ = write!(
            page,
            "<tr><td>{}<small>{} {}</small></td><td>{}</td>",
            escape(extension),
            phone.mac,
            escape(&phone.model.to_string()),
            escape(&at)
        );
        phone.stages.iter().for_each(|stage| stage_cell(page, stage));
        page.push_str("</tr>\n");
    }
    page.push_str("</table>\n");
}

fn stage_cell(page: &mut String, stage: &StageReport) {
    let (class, sign) = match stage.state {
        StageState::Passed => ("passed", "✓"),
        StageState::Failed => ("failed", "✗ failed"),
        StageState::Waiting => ("waiting", "✗ not reached"),
        StageState::NotChecked => ("not_checked", "not checked"),
    };
    let _ = write!(page, "<td class=\"{class}\">{sign}<small>{}</small></td>", escape(stage.detail.as_deref().unwrap_or_default()));
}

fn changes(page: &mut String, report: &SiteReport) {
    let Some(apply) = &report.apply else { return };
    let _ = writeln!(page, "<h2>Changes</h2>\n<p>{}</p>", apply.outcome.words());
    for switch in &apply.saving {
        let _ = writeln!(page, "<p>{}: {}</p>", escape(switch.switch.as_str()), switch.status.words());
    }
    table(
        page,
        &["Switch", "Port", "Change", "State"],
        apply.steps.iter().map(|step| {
            let port = step.port.as_ref().map_or_else(String::new, ToString::to_string);
            vec![step.switch.to_string(), port, step.change.to_string(), step.status.words().to_owned()]
        }),
    );
}

fn power(page: &mut String, report: &SiteReport) {
    if report.power.is_empty() {
        return;
    }
    page.push_str("<h2>Power</h2>\n");
    table(
        page,
        &["Switch", "PSE group", "Budget", "Reserved", "Added", "Worst case"],
        report.power.iter().map(|account| {
            let budget = account.budget.map_or_else(|| "unknown".to_owned(), |budget| budget.to_string());
            vec![
                account.switch.to_string(),
                account.group.to_string(),
                budget,
                account.reserved.to_string(),
                account.added.to_string(),
                account.worst_case.to_string(),
            ]
        }),
    );
}

fn path(page: &mut String, report: &SiteReport) {
    let Some(probe) = &report.probe else { return };
    page.push_str("<h2>Voice path</h2>\n<pre>");
    page.push_str(&escape_lines(&super::terminal::text(&super::document::Document::view(probe))));
    page.push_str("</pre>\n");
}

fn switches(page: &mut String, report: &SiteReport) {
    page.push_str("<h2>Switches</h2>\n");
    table(
        page,
        &["Switch", "What it says it is", "Profile", "Notes"],
        report.switches.iter().map(|switch| {
            vec![
                switch.name.to_string(),
                switch.description.clone().unwrap_or_default(),
                switch.profile.clone(),
                switch.notes.join("; "),
            ]
        }),
    );
}

fn table(page: &mut String, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    page.push_str("<table><tr>");
    for title in titles {
        let _ = write!(page, "<th>{title}</th>");
    }
    page.push_str("</tr>\n");
    for row in rows {
        page.push_str("<tr>");
        for cell in row {
            let _ = write!(page, "<td>{}</td>", escape(&cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table>\n");
}

fn escape_lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}
