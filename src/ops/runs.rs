//! Which runs of the journal are of a site, what is open of them, and how their switches are reached. I/O: reads the journal.

use std::collections::BTreeSet;

use super::connect::Connected;
use super::context::Context;
use super::error::Error;
use super::loaded_site::LoadedSite;
use crate::change::history::RunRecord;
use crate::change::journal::Journal;
use crate::change::open::Unfinished;
use crate::change::plan::{Plan, Refusal, RefusalReason, comes_back};
use crate::change::record::{Record, Saving, lock_of};
use crate::change::report::Outcome;
use crate::change::{self, finish_or_put_back};
use model::ids::SwitchName;
use model::site::Site;

/// Whether a run is of a site: made under its name, and on switches that are reached as its inventory says. Where none of them is in the
/// inventory any more, the name decides.
pub(super) fn is_of(run: &RunRecord, site: &Site) -> bool {
    let has = |name: &SwitchName| site.switches.contains_key(name);
    let by_switches =
        |record: &Record| record.shares_a_switch_with(site) || !record.switches.iter().any(|switch| has(&switch.name));
    run.plan.site == site.name && run.record.as_ref().is_none_or(by_switches)
}

/// The run that is meant: that of this number, or the last of the site that is not put back; where all are, the last.
pub(super) fn choose(journal: &Journal, site: &Site, wanted: Option<i64>) -> Result<RunRecord, Error> {
    if let Some(id) = wanted {
        let run = journal.find(id)?;
        if run.plan.site != site.name {
            return Err(change::Error::ForeignRun { run: id, of: run.plan.site, site: site.name.clone() }.into());
        }
        return Ok(run);
    }
    let all = journal.runs()?;
    if all.is_empty() {
        return Err(change::Error::NoRuns.into());
    }
    // a power cycle that ended leaves nothing to put back
    let leaves = |run: &RunRecord| run.outcome != Some(Outcome::Applied) || !comes_back(&run.plan.steps);
    let own: Vec<RunRecord> = journal.readable()?.into_iter().filter(|run| is_of(run, site) && leaves(run)).collect();
    let open = own.iter().find(|run| run.outcome != Some(Outcome::RolledBack));
    let chosen = open.or(own.first()).cloned();
    chosen.ok_or_else(|| change::Error::NoRunsOf { site: site.name.clone() }.into())
}

/// The runs that left something open on switches of a site, among those asked for; the process where one goes on.
pub(super) fn unfinished(site: &Site, names: &[String], context: &Context) -> Result<Vec<(Unfinished, Option<String>)>, Error> {
    let Some(journal) = Journal::open_existing(context.state_folder.as_deref())? else { return Ok(Vec::new()) };
    let all = journal.unfinished()?.into_iter().filter(|run| run.concerns_site(site, names));
    Ok(all.map(|run| (run.clone(), journal.under_way(&run.run, ""))).collect())
}

/// Refuses to change switches that an interrupted run has left open, or that another process is changing.
pub(super) fn refuse_unfinished(site: &Site, names: &[String], context: &Context) -> Result<(), Error> {
    match unfinished(site, names, context)?.into_iter().next() {
        None => Ok(()),
        Some((unfinished, Some(holder))) => Err(change::Error::UnderWay { run: unfinished.run.id, holder }.into()),
        Some((unfinished, None)) => Err(change::Error::Interrupted(unfinished.run.id).into()),
    }
}

/// The plan, with each unfinished run as what must be settled first.
pub(super) fn with_unfinished(mut plan: Plan, site: &Site, names: &[String], context: &Context) -> Result<Plan, Error> {
    for (unfinished, holder) in unfinished(site, names, context)? {
        let run = unfinished.run.id;
        let detail = match holder {
            Some(holder) => format!("run {run} goes on in another process ({holder}): wait for it to end"),
            None => format!("run {run} was interrupted: {}", finish_or_put_back(run)),
        };
        plan.refusals.insert(0, Refusal { reason: RefusalReason::UnfinishedRun, switch: None, port: None, mac: None, detail });
    }
    Ok(plan.sealed())
}

/// The record of a run about to begin: its switches, and who they say they are.
pub(super) async fn record(site: &LoadedSite, plan: &Plan, saving: Saving, connected: &change::apply::Switches) -> Record {
    let touched: BTreeSet<&SwitchName> = plan.steps.iter().map(|step| &step.switch).collect();
    let mut identities = Vec::new();
    for name in touched {
        // what does not say who it is will be told by its kind, or by its address
        let identity = match connected.get(name) {
            Some(switch) => switch.identify().await.ok(),
            None => None,
        };
        identities.push((name.clone(), identity));
    }
    Record::of(&site.site, saving, identities)
}

/// The site with those switches of a run that its inventory does not have any more.
pub(super) fn with_switches_of(site: &LoadedSite, run: &RunRecord, names: &[String]) -> Result<LoadedSite, Error> {
    let mut site = site.clone();
    for name in names.iter().map(|name| SwitchName::from(name.as_str())) {
        if site.site.switches.contains_key(&name) {
            continue;
        }
        let kept = run.record.as_ref().and_then(|record| record.switch(&name));
        let kept = kept.ok_or_else(|| {
            let why = format!("switch {name}: not in the inventory any more, and run {} does not say how it is reached", run.id);
            change::Error::NotKept(why)
        })?;
        kept.add_to(&mut site.site).map_err(change::Error::NotKept)?;
    }
    Ok(site)
}

/// Refuses when a switch that answers is known to be another than the run changed.
pub(super) async fn same_switches(run: &RunRecord, connected: &Connected) -> Result<(), Error> {
    let Some(record) = &run.record else { return Ok(()) };
    for (name, switch) in &connected.switches {
        let Some(then) = record.switch(name).and_then(|kept| kept.identity.as_ref()) else { continue };
        let now = switch.identify().await?;
        if let Some(why) = then.other_than(&now) {
            return Err(change::Error::OtherSwitch { run: run.id, switch: name.clone(), why }.into());
        }
    }
    Ok(())
}

/// The switches that a run changes, each once.
pub(super) fn switches_of(plan: &Plan) -> Vec<String> {
    let names: BTreeSet<String> = plan.steps.iter().map(|step| step.switch.to_string()).collect();
    names.into_iter().collect()
}

/// The locks of a run: that of the site as it is now, and that under which the run was made.
pub(super) fn locks(journal: &Journal, run: &RunRecord, site: &Site) -> Result<Vec<change::SiteLock>, Error> {
    let mut names = BTreeSet::from([lock_of(site)]);
    names.extend(run.record.as_ref().map(|record| record.lock.clone()));
    Ok(names.iter().map(|name| journal.lock(name)).collect::<Result<_, _>>()?)
}
