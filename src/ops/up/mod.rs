//! `up`: discover → plan → apply → serve → probe → report for one site, live. I/O through the context.

mod environment;
mod progress;
mod watch;

pub use environment::Environment;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::apply::{Disruption, Order, Saving, carry_out};
use super::conclusion::Conclusion;
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::event::{ChangeEvent, SiteEvent, SwitchEvent};
use super::report::keep;
use super::{connect, plan, preflight, runs, serve};
use crate::change::report::Outcome;
use crate::host::Interface;
use crate::ops::document::SiteReport;
use crate::serve::{Options, Server};
use crate::site::proof::port_addresses;
use progress::SiteProgress;
use watch::{Ended, Watch};

/// Switches changed at the same time.
const PARALLEL: usize = 8;

/// How to bring a site into service.
pub struct Request {
    /// How long to wait for the phones; `None` waits until every phone is in service.
    pub wait: Option<Duration>,
    /// Whether phones that may be in use may lose power or VLAN.
    pub disruption: Disruption,
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
    runs::refuse_unfinished(&site.site, &[], context)?;
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
        site,
        lock: None,
        switches: connected.switches.clone(),
        saving: Saving::Startup,
        parallel: PARALLEL,
        disruption: Some(request.disruption),
        consent: request.consent,
    };
    let applied = carry_out(order, context).await?;
    let mut site = SiteProgress::new(site, context, (connected, observed), (plan, applied))?;
    if matches!(site.applied.outcome, Outcome::Refused | Outcome::RolledBack | Outcome::RollbackIncomplete) {
        let report = site.not_applied().await;
        let conclusion = conclusion(&report);
        return close(report, conclusion, context);
    }

    let deadline = request.wait.map(|wait| tokio::time::Instant::now() + wait);
    let mut watch = Watch::new(&mut site, &files, events, served_at(&server));
    match watch.until_in_service(deadline).await {
        Ended::NothingToWaitFor => {}
        Ended::TimeIsUp => {
            context.emit(SiteEvent::TimeIsUp);
            watch.tell_waiting();
        }
        Ended::Stopped => {
            context.emit(SiteEvent::WaitStopped);
            watch.tell_waiting();
        }
    }
    let measured = site.measure().await;
    let report = site.report(measured);
    let conclusion = conclusion(&report).worst(connect::conclusion(&site.connected.failures));
    close(report, conclusion, context)
}

/// Where phones reach the server: the address it was given, else each of this machine's.
fn served_at(server: &Server) -> Vec<IpAddr> {
    let bound: BTreeSet<IpAddr> = [server.tftp_address(), server.http_address()].into_iter().flatten().map(|at| at.ip()).collect();
    if !bound.iter().all(IpAddr::is_unspecified) {
        return bound.into_iter().filter(|address| !address.is_unspecified()).collect();
    }
    let own = Interface::all().unwrap_or_default().into_iter().filter_map(|interface| interface.ipv4);
    own.filter(|address| !address.is_loopback()).map(IpAddr::V4).collect()
}

fn close(report: SiteReport, conclusion: Conclusion, context: &Context) -> Result<InService, Error> {
    keep(&report, context)?;
    Ok(InService { report, conclusion })
}

/// What the run did to the switches outweighs how the phones came into service.
fn conclusion(report: &SiteReport) -> Conclusion {
    match report.apply.as_ref().map(|apply| apply.outcome) {
        Some(Outcome::RollbackIncomplete) => Conclusion::RollbackIncomplete,
        Some(Outcome::RolledBack) => Conclusion::RolledBack,
        Some(Outcome::NotSaved) => Conclusion::DeviceFailed,
        _ if report.verdict.is_accepted() => Conclusion::Done,
        _ => Conclusion::Differences,
    }
}
