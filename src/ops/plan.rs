//! `plan`: site × observed = the exact changes. I/O through the context.

use std::path::Path;

use super::conclusion::Conclusion;
use super::connect::{self, Connected, Failures};
use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use super::preflight;
use crate::change::plan::Plan;
use crate::change::planner::plan;
use model::change::Observed;

/// Which switches a plan is made for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Their names; none means all.
    pub switches: Vec<String>,
}

/// A plan, and the switches it could not be made for.
#[derive(Debug)]
pub struct Planned {
    pub plan: Plan,
    /// Switches that do not answer.
    pub failures: Failures,
}

/// Reads the switches and plans what has to change; nothing is written.
pub async fn run(site: &LoadedSite, request: &Request, context: &Context) -> Result<Planned, Error> {
    let (plan, connected) = observe_and_plan(site, &request.switches, context).await?;
    Ok(Planned { plan, failures: connected.failures })
}

/// Looks for what cannot work, then connects and reads the switches named, or all, and plans for them.
pub(super) async fn observe_and_plan(site: &LoadedSite, names: &[String], context: &Context) -> Result<(Plan, Connected), Error> {
    preflight::require(site, names, context)?;
    let mut connected = connect::connect(site, names, context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    Ok((make(site, &observed).limited_to(names), connected))
}

/// The plan for what was observed.
pub(super) fn make(site: &LoadedSite, observed: &Observed) -> Plan {
    plan(&site.site, observed, &site.catalogue)
}

/// Refuses a saved plan that would be made otherwise now.
pub(super) fn refuse_stale(file: &Path, now: &Plan) -> Result<(), Error> {
    let reading = |cause: &dyn std::fmt::Display| Error::io(format!("reading {}", file.display()), cause);
    let text = std::fs::read_to_string(file).map_err(|cause| reading(&cause))?;
    let saved: Plan = serde_json::from_str(&text).map_err(|cause| reading(&cause))?;
    if saved.fingerprint == now.fingerprint {
        return Ok(());
    }
    let why = if now.steps.is_empty() {
        "nothing is left to change".to_owned()
    } else {
        format!("a plan made now has {} changes, this one has {}, or they rest on other facts", now.steps.len(), saved.steps.len())
    };
    Err(Error::Stale { file: file.to_owned(), why })
}

impl Planned {
    /// How it ended; with `check` a plan that changes something, or refuses to, is a difference.
    #[must_use]
    pub fn conclusion(&self, check: bool) -> Conclusion {
        match () {
            () if !self.failures.is_empty() => Conclusion::DeviceFailed,
            () if !self.plan.is_safe() => Conclusion::Differences,
            () if check && !(self.plan.steps.is_empty() && self.plan.refusals.is_empty()) => Conclusion::Differences,
            () => Conclusion::Done,
        }
    }
}
