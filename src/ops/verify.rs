//! `verify`: the acceptance of a site as it is now. I/O through the context.

use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::context::Context;
use super::document::{SiteReport, VerifyReport};
use super::error::Error;
use super::inventory::LoadedSite;
use crate::site::acceptance::Acceptance;
use crate::site::report::{Stage, switch_rows};
use model::change::Observed;

/// Why registration is never checked.
pub(super) const NO_REGISTRATION: &str = "this version does not ask the telephone system";

/// The acceptance, and the switches it was made without.
#[derive(Debug)]
pub struct Verified {
    pub report: VerifyReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

/// Reads every switch and checks each phone.
pub async fn run(site: &LoadedSite, context: &Context) -> Result<Verified, Error> {
    let mut connected = connect::connect(site, &[], context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    let mut acceptance = Acceptance::new(&site.site);
    acceptance.observe(&site.site, &observed);
    acceptance.not_checked(Stage::Fetched, "only `up` and `serve` see requests");
    acceptance.not_checked(Stage::Registered, NO_REGISTRATION);
    acceptance.not_checked(Stage::Qos, "measure it with `voiceport probe`");
    let errors = connect::error_rows(&connected.failures);
    let report = VerifyReport(SiteReport { errors, ..report(site, &observed, &acceptance, context) });
    Ok(Verified { report, failures: connected.failures })
}

impl Verified {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let own = if self.report.0.accepted { Conclusion::Done } else { Conclusion::Differences };
        own.worst(connect::conclusion(&self.failures))
    }
}

/// The report of what was seen; plan, run and probe are added by who has them.
pub(super) fn report(site: &LoadedSite, observed: &Observed, acceptance: &Acceptance, context: &Context) -> SiteReport {
    let findings = acceptance.findings();
    SiteReport {
        site: site.site.name.clone(),
        made_at: context.clock.now(),
        made_by: concat!("voiceport ", env!("CARGO_PKG_VERSION")).to_owned(),
        accepted: findings.is_empty(),
        findings,
        phones: acceptance.phones().to_vec(),
        switches: switch_rows(observed),
        power: Vec::new(),
        plan: None,
        apply: None,
        probe: None,
        errors: Vec::new(),
    }
}
