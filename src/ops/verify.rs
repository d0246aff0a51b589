//! `verify`: the acceptance of a site, or of a part of it, as it is now. I/O through the context.

use super::acceptance::{self, Known};
use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::context::Context;
use super::document::{RequiredBy, VerifyReport};
use super::error::Error;
use super::inventory::LoadedSite;
use super::{plan, selection};

pub use super::selection::Request;
pub use model::check::Check;

/// The acceptance, and the switches it was made without.
#[derive(Debug)]
pub struct Verified {
    pub report: VerifyReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

/// Reads the switches, measures the path where it is required, and makes every check.
pub async fn run(mut site: LoadedSite, request: &Request, context: &Context) -> Result<Verified, Error> {
    let selection = selection::select(&site.site, request)?;
    if let Some(required) = selection::required(&site.site, &selection, request) {
        site.site.accept.require = Some(required);
    }
    let names = selection::to_read(&site.site, &selection);
    let mut connected = connect::connect(&site, &names, context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    let mut known = Known { selection, ..Known::gather(&site, &connected.failures, context)? };
    let probe = known.measure(&site.site, context).await;
    let plan = plan::make(&site, &observed).limited_to(&names);
    known.causes.extend(acceptance::refused(&plan));
    let acceptance = known.judge(&site, &observed, &acceptance::pending(&plan));
    let mut report = acceptance::report(&site, &observed, acceptance, context);
    if !request.require.is_empty() {
        report.required_by = RequiredBy::CommandLine;
    }
    report.probe = probe;
    report.errors = connect::error_rows(&connected.failures);
    Ok(Verified { report: VerifyReport(report), failures: connected.failures })
}

impl Verified {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let own = if self.report.0.verdict.is_accepted() { Conclusion::Done } else { Conclusion::Differences };
        own.worst(connect::conclusion(&self.failures))
    }
}
