//! `verify`: the acceptance of a site as it is now. I/O through the context.

use super::acceptance::{self, Known};
use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::context::Context;
use super::document::VerifyReport;
use super::error::Error;
use super::inventory::LoadedSite;
use super::plan;

/// The acceptance, and the switches it was made without.
#[derive(Debug)]
pub struct Verified {
    pub report: VerifyReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

/// Reads every switch, measures the path where it is required, and makes every check.
pub async fn run(site: &LoadedSite, context: &Context) -> Result<Verified, Error> {
    let mut connected = connect::connect(site, &[], context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    let mut known = Known::gather(site, &connected.failures, context)?;
    let probe = known.measure(&site.site, context).await;
    let plan = plan::make(site, &observed);
    known.causes.extend(acceptance::refused(&plan));
    let acceptance = known.judge(site, &observed, &acceptance::pending(&plan));
    let mut report = acceptance::report(site, &observed, acceptance, context);
    report.probe = probe;
    Ok(Verified { report: VerifyReport(report), failures: connected.failures })
}

impl Verified {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match () {
            () if !self.failures.is_empty() => Conclusion::DeviceFailed,
            () if self.report.0.verdict.is_accepted() => Conclusion::Done,
            () => Conclusion::Differences,
        }
    }
}
