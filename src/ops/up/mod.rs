//! `up`: discover → plan → apply → serve → probe → report for one site, live. I/O through the context.

mod environment;
mod progress;
mod watch;

pub use environment::Environment;

use std::net::SocketAddr;
use std::time::Duration;

use super::apply::{self, Order, Saving, carry_out};
use super::conclusion::Conclusion;
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::event::{ChangeEvent, SiteEvent, SwitchEvent};
use super::report::keep;
use super::{connect, plan, preflight, serve};
use crate::change::report::Outcome;
use crate::ops::document::SiteReport;
use crate::serve::Options;
use crate::site::proof::port_addresses;
use progress::SiteProgress;
use watch::{Ended, Watch};

/// Switches changed at the same time.
const PARALLEL: usize = 8;

/// How to bring a site into service.
pub struct Request {
    /// How long to wait for the phones; `None` waits until every phone is in service.
    pub wait: Option<Duration>,
    /// Whether switches may be changed.
    pub consent: Consent,
    /// The TFTP address; `None` for the usual one.
    pub tftp: Option<SocketAddr>,
    /// The HTTP address; `None` for the usual one.
    pub http: Option<SocketAddr>,
}

/// The report of a site, and how it ended.
#[derive(Debug)]
pub struct InService {
    pub report: SiteReport,
    pub conclusion: Conclusion,
}

/// Brings a site into service, and keeps the report.
pub async fn run(environment: &Environment, request: Request) -> Result<InService, Error> {
    let Environment { site, context, .. } = environment;
    preflight::require(site, &[], context)?;
    let mut connected = connect::connect(site, &[], context).await?;
    context.emit(SwitchEvent::Reading { count: connected.switches.len() });
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);

    let plan = plan::make(site, &observed);
    context.emit(ChangeEvent::Planned(&plan));

    let files = serve::files(site, context)?;
    files.set_switch_evidence(port_addresses(&site.site, &observed));
    let usual = environment.addresses();
    let options = Options { tftp: request.tftp.or(usual.tftp), http: request.http.or(usual.http) };
    let (server, events) = serve::start(&options, &files, context)?;
    environment.tell_phones(&server);

    let order = Order {
        plan: plan.clone(),
        switches: connected.switches.clone(),
        saving: Saving::Startup,
        parallel: PARALLEL,
        consent: request.consent,
    };
    let applied = carry_out(order, context).await?;
    let mut site = SiteProgress { site, context, connected, observed, plan, applied };
    if matches!(site.applied.outcome, Outcome::Refused | Outcome::RolledBack | Outcome::RollbackIncomplete) {
        let report = site.not_applied().await;
        let conclusion = conclusion(&report);
        return close(report, conclusion, context);
    }

    let deadline = request.wait.map(|wait| tokio::time::Instant::now() + wait);
    let mut watch = Watch::new(&mut site, &files, events);
    let ended = watch.until_in_service(deadline).await;
    let mut acceptance = watch.into_acceptance();
    if ended == Ended::TimeIsUp {
        context.emit(SiteEvent::TimeIsUp);
    }
    let measured = site.measure(&mut acceptance).await;
    let report = site.report(&acceptance, measured);
    let conclusion = if site.connected.failures.is_empty() { conclusion(&report) } else { Conclusion::DeviceFailed };
    close(report, conclusion, context)
}

fn close(report: SiteReport, conclusion: Conclusion, context: &Context) -> Result<InService, Error> {
    keep(&report, context)?;
    Ok(InService { report, conclusion })
}

fn conclusion(report: &SiteReport) -> Conclusion {
    match report.apply.as_ref().map_or(Conclusion::Done, apply::conclusion) {
        Conclusion::Done if report.accepted => Conclusion::Done,
        Conclusion::Done => Conclusion::Differences,
        other => other,
    }
}
