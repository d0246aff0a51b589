//! What the inventory says of switches that no switch need be asked for: their profile, and whether they may be written. Pure.

use super::remarks::{Remarks, remark};
use crate::inventory::{Place, ProblemCode};
use crate::switch::snmp;
use model::ids::SwitchName;
use model::site::{Site, SwitchTransport};
use model::suggest;

/// How many profiles a message offers.
const OFFERED: usize = 4;

/// Profiles that do not exist.
pub fn profiles(site: &Site, problems: &mut Remarks) {
    let known = snmp::profiles();
    let names = || known.iter().map(|profile| profile.name.as_str());
    for (switch, spec) in &site.switches {
        let Some(profile) = spec.profile.as_ref().filter(|profile| names().all(|name| name != *profile)) else { continue };
        let near = match suggest::nearest(profile, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("near it: {}.", suggest::near(profile, names(), OFFERED).join(", ")),
        };
        let hint = format!("{near} `auto`, or no `profile`, asks the switch what it is");
        let message = format!("switch {switch}: profile: no profile `{profile}`");
        problems.add(remark(Place::Profile(switch.clone()), ProblemCode::UnknownName, message, Some(hint)));
    }
}

/// Switches with phones that may not be written, each once.
pub fn warnings(site: &Site, warnings: &mut Remarks) {
    let unplaced = site.phones.iter().any(|phone| phone.at.is_none());
    let has_phones =
        |name: &SwitchName| unplaced || site.phones.iter().any(|phone| phone.at.as_ref().is_some_and(|at| at.switch == *name));
    let generic = snmp::profiles().into_iter().find(|profile| profile.generic).map(|profile| profile.name);
    for (switch, spec) in site.switches.iter().filter(|(name, _)| has_phones(name)) {
        let (message, key) = if spec.write.is_none() {
            let credential = if matches!(spec.transport, SwitchTransport::Linux { .. }) { "local" } else { "CREDENTIAL" };
            ("it has no `write` credential".to_owned(), format!("write: {credential}"))
        } else if spec.profile.is_some() && spec.profile == generic && !spec.allow_generic_write {
            (
                format!("profile `{}` writes only where it is allowed", generic.as_deref().unwrap_or_default()),
                "allow_generic_write: true".to_owned(),
            )
        } else {
            continue;
        };
        let message = format!("switch {switch}: nothing is written: {message}");
        let hint = format!("add `{key}` to switches.{switch}, unless it is to be read only");
        warnings.add(remark(Place::Switch(switch.clone()), ProblemCode::ReadOnly, message, Some(hint)));
    }
}
