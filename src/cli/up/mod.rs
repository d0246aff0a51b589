//! `voiceport up`: discover → plan → apply → serve → probe → report for one site, live. I/O.

mod stand;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use self::stand::Stand;
use self::watch::Ended;
use self::watch::Watch;
use super::apply::Consent;
use super::apply::Order;
use super::apply::carry_out;
use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::gather::Connected;
use super::gather::Wanted;
use super::global::Global;
use super::probe;
use super::report;
use super::serve;
use super::span;
use super::stop;
use super::verify;
use crate::change::acceptance::Acceptance;
use crate::change::acceptance::port_addresses;
use crate::change::apply::Saving;
use crate::change::plan::plan;
use crate::change::verify::differences;
use crate::lab::Family;
use crate::lab::Fault;
use crate::lab::LabOptions;
use crate::output::Format;
use crate::output::Terminal;
use crate::output::html;
use crate::probe::Settings;
use crate::serve::Options;
use crate::serve::Server;
use model::plan::Observed;
use model::plan::Plan;
use model::probe::ProbeReport;
use model::probe::Verdict;
use model::report::ApplyReport;
use model::report::Outcome;
use model::report::SiteReport;
use model::report::Stage;

/// Switches changed at the same time.
const PARALLEL: usize = 8;
/// Events that may wait for a slow terminal before requests wait for it.
const EVENTS_AHEAD: usize = 1024;

const EXAMPLES: &str = "Examples:
  voiceport up --lab                         the whole way on the simulated site; needs no rights
  voiceport up --lab --lab-fault refuse-set  with a switch that refuses: all is put back
  voiceport up --lab --lab-closet dell-n     with another kind of switch in the closet
  voiceport up --report site.html            the real site; asks before changing switches";

/// Bring the whole site into service: find, plan, change, serve, measure, report; `--lab` does it on a simulated site
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Use the simulated site on this machine: two switches, eight phones, a reflector; nothing outside is touched
    #[arg(long)]
    lab: bool,
    /// Let something go wrong in the simulated site: refuse-set, lose-reply, over-budget or wrong-vlan
    #[arg(long, value_name = "NAME", requires = "lab")]
    lab_fault: Option<Fault>,
    /// Which kind of switch the simulated site has in its closet: a profile that is full in `inventory show --capabilities`
    #[arg(long, value_name = "PROFILE", default_value = "standard", requires = "lab")]
    lab_closet: Family,
    /// Where to write the acceptance report
    #[arg(long, value_name = "FILE", default_value = "voiceport-report.html")]
    report: PathBuf,
    /// How long to wait for the phones: `all` waits until every phone is in service
    #[arg(long, value_name = "all|TIME", default_value = "15m", value_parser = until)]
    until: Until,
    /// Do not ask before changing switches (the simulated site never asks)
    #[arg(long)]
    yes: bool,
    /// TFTP address to serve on [default: 0.0.0.0:69; the simulated site takes a free port]
    #[arg(long, value_name = "ADDR")]
    tftp: Option<SocketAddr>,
    /// HTTP address to serve on [default: 0.0.0.0:80; the simulated site takes a free port]
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
}

#[derive(Debug, Clone, Copy)]
enum Until {
    All,
    Time(Duration),
}

fn until(text: &str) -> Result<Until, String> {
    if text == "all" { Ok(Until::All) } else { span::parse(text).map(Until::Time) }
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let stand = if self.lab {
            Stand::simulated(global, LabOptions { fault: self.lab_fault, closet: self.lab_closet }).await?
        } else {
            Stand::real(global)
        };
        let wanted = gather::wanted(&stand.global)?;
        let mut connected = gather::connect(&stand.global, &wanted.site, &[]).await?;
        terminal.progress(&format!("reading {} switches", connected.switches.len()));
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        gather::show_failures(terminal, &connected.failures);

        let plan = plan(&wanted.site, &observed, &wanted.catalogue);
        terminal.stream(&plan);

        let cabinet = serve::cabinet(&stand.global, &wanted)?;
        cabinet.set_switch_evidence(port_addresses(&wanted.site, &observed));
        let (sender, events) = mpsc::channel(EVENTS_AHEAD);
        let server = Server::start(&self.addresses(&stand), Arc::clone(&cabinet), sender)?;
        serve::say_where(terminal, &server);
        stand.tell_phones(&server);

        let order = Order {
            plan: plan.clone(),
            switches: connected.switches.clone(),
            saving: Saving::Startup,
            parallel: PARALLEL,
            consent: if self.yes || self.lab { Consent::Given } else { Consent::Ask },
        };
        let applied = carry_out(&stand.global, terminal, order).await?;
        let mut site = Site { wanted, connected, observed, plan, applied };
        if matches!(site.applied.outcome, Outcome::Refused | Outcome::RolledBack | Outcome::RollbackIncomplete) {
            let report = site.turned_back(terminal).await;
            return self.close(&stand, terminal, &report, exit(&report));
        }

        let mut watch = Watch::new(terminal, &mut site, &cabinet, events);
        let ended = watch.until_in_service(self.deadline()).await;
        let mut acceptance = watch.into_acceptance();
        if ended == Ended::TimeIsUp {
            terminal.warn("time is up; these phones are not in service yet");
        }
        let measured = site.measure(terminal, &mut acceptance).await;
        let report = site.report(&acceptance, measured);
        let exit = if site.connected.failures.is_empty() { exit(&report) } else { Exit::Device };
        self.close(&stand, terminal, &report, exit)
    }

    fn addresses(&self, stand: &Stand) -> Options {
        let standard = stand.addresses();
        Options { tftp: self.tftp.or(standard.tftp), http: self.http.or(standard.http) }
    }

    fn deadline(&self) -> Option<tokio::time::Instant> {
        match self.until {
            Until::All => None,
            Until::Time(length) => Some(tokio::time::Instant::now() + length),
        }
    }

    /// Writes and prints the report.
    fn close(&self, stand: &Stand, terminal: Terminal, report: &SiteReport, exit: Exit) -> Result<Exit, Error> {
        let page = html::document(report).map_err(|cause| Error::io(format!("making {}", self.report.display()), &cause))?;
        report::write(&self.report, &page)?;
        report::keep(&stand.global.state_dir()?, report)?;
        if terminal.format == Format::Table {
            terminal.raw("\n");
        }
        terminal.stream(report);
        terminal.progress(&format!("report: {}", self.report.display()));
        Ok(exit)
    }
}

fn exit(report: &SiteReport) -> Exit {
    let applied = report.apply.as_ref().map_or(Exit::Done, super::apply::exit);
    match applied {
        Exit::Done if report.accepted => Exit::Done,
        Exit::Done => Exit::Differences,
        other => other,
    }
}

/// The site on its way: wanted, seen, planned and done.
struct Site {
    wanted: Wanted,
    connected: Connected,
    observed: Observed,
    plan: Plan,
    applied: ApplyReport,
}

impl Site {
    /// After a refusal or a rollback: the switches are read once more, and compared with what they were.
    async fn turned_back(&mut self, terminal: Terminal) -> SiteReport {
        let now = gather::observe(&mut self.connected, &self.wanted.catalogue).await;
        let mut left = Vec::new();
        for (name, before) in &self.observed.switches {
            match now.switches.get(name) {
                Some(after) => left.extend(differences(before, after)),
                None => left.push(format!("{name}: cannot be read any more")),
            }
        }
        if left.is_empty() {
            terminal.progress("all switches read again: they are as before");
        } else {
            self.applied.outcome = Outcome::RollbackIncomplete;
        }
        let mut acceptance = Acceptance::new(&self.wanted.site);
        acceptance.observe(&self.wanted.site, &now);
        let mut report = self.report(&acceptance, None);
        report.accepted = false;
        report.findings.splice(0..0, std::iter::once(self.applied.sentence()).chain(left));
        report
    }

    /// Measures the path, when the inventory names a reflector.
    async fn measure(&self, terminal: Terminal, acceptance: &mut Acceptance) -> Option<ProbeReport> {
        acceptance.not_checked(Stage::Registered, "this version does not ask the telephone system");
        let Some(spec) = &self.wanted.site.probe else {
            acceptance.not_checked(Stage::Qos, "the inventory names no reflector under `probe`");
            return None;
        };
        let measured = async {
            let standard = Settings::new(probe::resolve(&spec.target).await?);
            let settings = Settings {
                streams: spec.streams.unwrap_or(standard.streams),
                duration: spec.duration.unwrap_or(standard.duration),
                ..standard
            };
            probe::run(terminal, &settings).await
        };
        match measured.await {
            Ok(report) => {
                acceptance.probed(report.verdict == Verdict::Pass, &report.summary());
                terminal.stream(&report);
                Some(report)
            }
            Err(error) => {
                error.show(Terminal { format: Format::Table, ..terminal });
                acceptance.probed(false, &error.to_string());
                None
            }
        }
    }

    fn report(&self, acceptance: &Acceptance, probe: Option<ProbeReport>) -> SiteReport {
        let mut report = verify::report(&self.wanted.site, &self.observed, acceptance);
        report.findings.extend(self.plan.refusals.iter().map(ToString::to_string));
        report.findings.extend(self.connected.failures.iter().map(|(_, error)| error.to_string()));
        report.accepted = report.findings.is_empty();
        report.power.clone_from(&self.plan.power);
        report.plan = Some(self.plan.clone());
        report.apply = Some(self.applied.clone());
        report.probe = probe;
        report
    }
}
