//! `plan`: site × observed = the exact changes. I/O through the context.

use super::conclusion::Conclusion;
use super::connect::{self, Connected, Failures};
use super::context::Context;
use super::error::Error;
use super::inventory::LoadedSite;
use super::{preflight, runs};
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

/// Switches as they were read, and the plan for them.
pub(super) struct Seen {
    pub plan: Plan,
    pub observed: Observed,
    pub connected: Connected,
}

/// Reads the switches and plans what has to change; nothing is written.
pub async fn run(site: &LoadedSite, request: &Request, context: &Context) -> Result<Planned, Error> {
    let seen = observe_and_plan(site, &request.switches, context).await?;
    let plan = runs::with_unfinished(seen.plan, &site.site, &request.switches, context)?;
    Ok(Planned { plan, failures: seen.connected.failures })
}

/// Looks for what cannot work, then connects and reads the switches named, or all, and plans for them.
pub(super) async fn observe_and_plan(site: &LoadedSite, names: &[String], context: &Context) -> Result<Seen, Error> {
    preflight::require(site, names, context)?;
    let mut connected = connect::connect(site, names, context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    let errors = connect::error_rows(&connected.failures);
    let plan = Plan { errors, ..make(site, &observed).limited_to(names) };
    Ok(Seen { plan, observed, connected })
}

/// The plan for what was observed.
pub(super) fn make(site: &LoadedSite, observed: &Observed) -> Plan {
    plan(&site.site, observed, &site.catalogue)
}

impl Planned {
    /// How it ended: a refusal is a difference, and with `check` a change is one too.
    #[must_use]
    pub fn conclusion(&self, check: bool) -> Conclusion {
        let differs = !self.plan.refusals.is_empty() || (check && !self.plan.steps.is_empty());
        let own = if differs { Conclusion::Differences } else { Conclusion::Done };
        own.worst(connect::conclusion(&self.failures))
    }
}
