//! Whether the inventory's names of a switch's ports are one port's each. Pure.

use super::row::{failed, passed};
use crate::change::guard;
use crate::ops::document::{DoctorCheck, DoctorRow};
use model::ids::SwitchName;
use model::site::Site;
use model::switch::SwitchState;

/// The names under `protect` and of phones' places; none where the inventory names no port of the switch.
pub fn checks(site: &Site, name: &SwitchName, state: &SwitchState) -> Vec<DoctorRow> {
    let what = format!("find the ports of switch {name} that the inventory names");
    let Some(spec) = site.switches.get(name) else { return Vec::new() };
    let places = site.phones.iter().filter_map(|phone| Some((phone.mac, phone.at.as_ref().filter(|at| at.switch == *name)?)));
    let places: Vec<_> = places.collect();
    if spec.protect.is_empty() && places.is_empty() {
        return Vec::new();
    }
    let protected = guard::unfitting(spec, state).into_iter().map(|error| {
        let hint = format!("correct switches.{name}.protect: until then nothing on the switch is changed");
        failed(DoctorCheck::PortNames, &what, format!("protect: {error}"), Some(hint))
    });
    let misplaced = places.iter().filter_map(|(mac, at)| {
        let error = state.find_port(&at.port).err()?;
        let hint = format!("correct `at` of phone {mac}");
        Some(failed(DoctorCheck::PortNames, &what, format!("phone {mac}: {error}"), Some(hint)))
    });
    let mut rows: Vec<_> = protected.chain(misplaced).collect();
    if rows.is_empty() {
        rows.push(passed(DoctorCheck::PortNames, what));
    }
    rows
}
