//! What commands need of the inventory and of its switches. I/O through the context.

use std::path::Path;
use std::sync::Arc;

use super::port_names;
use super::request::Request;
use super::row::{failed, not_checked, passed};
use crate::host::rights::{self, Right};
use crate::inventory::Problems;
use crate::ops::connect;
use crate::ops::context::Context;
use crate::ops::document::{DoctorCheck, DoctorRow};
use crate::ops::error::Error;
use crate::ops::event::SwitchEvent;
use crate::ops::inventory::{self, LoadedSite};
use crate::ops::preflight::{self, Secrets};
use crate::switch::{Switch, snmp};
use model::ids::SwitchName;
use model::site::{SwitchSpec, SwitchTransport};

/// How many problems of an inventory are told one by one.
const TOLD: usize = 20;

pub async fn checks(path: &Path, request: Request, context: &Context) -> Vec<DoctorRow> {
    let what = format!("read the inventory {}", path.display());
    let site = match inventory::load(path) {
        Ok(site) => site,
        Err(error) => {
            return match error.problems() {
                Some(problems) => rows_of(&what, problems),
                None => vec![failed(DoctorCheck::Inventory, what, error.to_string(), error.hint())],
            };
        }
    };
    let mut rows = vec![passed(DoctorCheck::Inventory, what)];
    let found = preflight::run(&site, Secrets::Fetch, context);
    let what = "find the secrets, and make every phone's files";
    if found.problems.is_empty() {
        rows.push(passed(DoctorCheck::Inventory, what));
    } else {
        rows.extend(rows_of(what, &found.problems));
    }
    rows.extend(bridges(&site));
    rows.extend(switches(&site, request, context).await);
    rows
}

fn rows_of(what: &str, problems: &Problems) -> Vec<DoctorRow> {
    let mut rows: Vec<_> = problems
        .list
        .iter()
        .take(TOLD)
        .map(|problem| {
            let why = format!("{}:{}: {}", problem.file, problem.line, problem.message);
            failed(DoctorCheck::Inventory, what, why, problem.hint.clone())
        })
        .collect();
    let more = problems.list.len().saturating_sub(TOLD) + problems.more;
    if more > 0 {
        let hint = Some("voiceport inventory check".to_owned());
        rows.push(failed(DoctorCheck::Inventory, what, format!("{more} more problems"), hint));
    }
    rows
}

/// The right to change bridges of this machine, where the inventory has one.
fn bridges(site: &LoadedSite) -> Option<DoctorRow> {
    let is_bridge = |spec: &SwitchSpec| matches!(spec.transport, SwitchTransport::Linux { .. });
    if !site.site.switches.values().any(is_bridge) {
        return None;
    }
    let what = "change bridges of this machine";
    Some(match Right::NetAdmin.is_held() {
        Some(true) => passed(DoctorCheck::Bridge, what),
        Some(false) => failed(DoctorCheck::Bridge, what, "this user may not configure the network", Some(rights::cure())),
        None => not_checked(DoctorCheck::Bridge, what, "the kernel does not tell the rights of this process", None),
    })
}

async fn switches(site: &LoadedSite, request: Request, context: &Context) -> Vec<DoctorRow> {
    let mut rows = Vec::new();
    let has_secrets = |spec: &&SwitchSpec| preflight::credentials_of(site, std::iter::once(*spec), context).is_empty();
    let (ready, waiting): (Vec<_>, Vec<_>) = site.site.switches.iter().partition(|(_, spec)| has_secrets(spec));
    for (name, _) in waiting {
        let why = "a secret of its credentials is missing: see above";
        rows.push(not_checked(DoctorCheck::Reach, format!("reach switch {name}"), why, None));
    }
    let names: Vec<String> = ready.iter().map(|(name, _)| name.to_string()).collect();
    if names.is_empty() {
        return rows;
    }
    match connect::connect(site, &names, context).await {
        Err(error) => rows.push(failed(DoctorCheck::Reach, "reach the switches", error.to_string(), error.hint())),
        Ok(mut connected) => {
            let observed = connect::observe(&mut connected, &site.catalogue, context).await;
            for (name, error) in connected.failures {
                rows.push(failed(DoctorCheck::Reach, format!("reach switch {name}"), error.to_string(), error.hint()));
            }
            for (name, switch) in connected.switches {
                rows.push(passed(DoctorCheck::Reach, format!("reach switch {name}")));
                if let Some(spec) = site.site.switches.get(&name) {
                    rows.extend(write(&name, spec, &switch, request, context).await);
                }
                if let Some(state) = observed.switches.get(&name) {
                    rows.extend(port_names::checks(&site.site, &name, state));
                }
            }
        }
    }
    rows
}

/// Whether the switch takes the credential for writing.
async fn write(
    name: &SwitchName,
    spec: &SwitchSpec,
    switch: &Arc<dyn Switch>,
    request: Request,
    context: &Context,
) -> Option<DoctorRow> {
    if matches!(spec.transport, SwitchTransport::Linux { .. }) {
        return None;
    }
    let what = format!("write to switch {name}");
    if spec.write.is_none() {
        let hint = format!("add `write: CREDENTIAL` to switches.{name}, unless it is to be read only");
        return Some(not_checked(DoctorCheck::Write, what, "it has no `write` credential: nothing is written", Some(hint)));
    }
    if !request.try_write {
        let hint = "doctor --try-write sets one object of it to the value it has".to_owned();
        return Some(not_checked(DoctorCheck::Write, what, "the write credential was not tried", Some(hint)));
    }
    let tell = |object: &str, value: &str| context.emit(SwitchEvent::SettingOwnValue { switch: name, object, value });
    if let Err(error) = switch.try_write(&tell).await {
        let error = Error::from(error);
        return Some(failed(DoctorCheck::Write, what, error.to_string(), error.hint()));
    }
    let profile = switch.identify().await.map(|identity| identity.profile).unwrap_or_default();
    if snmp::is_generic(&profile) && !spec.allow_generic_write {
        let why = format!("the credential is right, but profile {profile} writes only where it is allowed");
        let hint = format!("add `allow_generic_write: true` to switches.{name} when you have tried it on this kind of switch");
        return Some(failed(DoctorCheck::Write, what, why, Some(hint)));
    }
    Some(passed(DoctorCheck::Write, what))
}
