//! `voiceport verify`: acceptance checks of the site as it stands now. I/O.

use std::time::SystemTime;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use crate::change::acceptance::Acceptance;
use crate::change::acceptance::switch_rows;
use model::plan::Observed;
use model::report::SiteReport;
use model::report::Stage;
use model::report::VerifyReport;
use model::site::Site;
use model::timestamp::Timestamp;

const EXAMPLES: &str = "Examples:
  voiceport verify                is every phone wired, powered, in its VLAN and found?
  voiceport verify --format json  the same, for machines";

/// Check the site as it stands now; exit with 5 when a phone is not wired, powered, in its VLAN and seen there
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &[]).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        gather::show_failures(terminal, &connected.failures);
        let mut acceptance = Acceptance::new(&wanted.site);
        acceptance.observe(&wanted.site, &observed);
        acceptance.not_checked(Stage::Fetched, "only `up` and `serve` see requests");
        acceptance.not_checked(Stage::Registered, "this version does not ask the telephone system");
        acceptance.not_checked(Stage::Qos, "measure it with `voiceport probe`");
        let report = report(&wanted.site, &observed, &acceptance);
        let accepted = report.accepted;
        terminal.print(&VerifyReport(report));
        Ok(match () {
            () if !connected.failures.is_empty() => Exit::Device,
            () if accepted => Exit::Done,
            () => Exit::Differences,
        })
    }
}

/// The report of what was seen; plan, run and probe are added by who has them.
#[must_use]
pub fn report(site: &Site, observed: &Observed, acceptance: &Acceptance) -> SiteReport {
    let findings = acceptance.findings();
    SiteReport {
        site: site.name.clone(),
        made_at: Timestamp::from_system(SystemTime::now()),
        made_by: concat!("voiceport ", env!("CARGO_PKG_VERSION")).to_owned(),
        accepted: findings.is_empty(),
        findings,
        phones: acceptance.phones().to_vec(),
        switches: switch_rows(observed),
        power: Vec::new(),
        plan: None,
        apply: None,
        probe: None,
    }
}
