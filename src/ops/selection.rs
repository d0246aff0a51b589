//! The part of a site that a command names: names and numbers → switches and phones that the inventory has. Pure.

use std::collections::BTreeSet;

use super::error::Error;
use crate::site::scope::Selection;
use model::check::{Check, Subject};
use model::ids::{MacAddress, SwitchName};
use model::site::{PhoneSpec, Site};
use model::suggest;

/// What an acceptance is to be about, as it was written.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Names of switches.
    pub switches: Vec<String>,
    /// MAC addresses or extensions of phones.
    pub phones: Vec<String>,
    /// The checks that must pass, instead of those of the inventory.
    pub require: Vec<Check>,
}

/// The switches and phones that a request names.
pub(super) fn select(site: &Site, request: &Request) -> Result<Selection, Error> {
    let switches = request.switches.iter().map(|name| switch(site, name)).collect::<Result<_, _>>()?;
    let phones = request.phones.iter().map(|text| phone(site, text).map(|phone| phone.mac)).collect::<Result<_, _>>()?;
    Ok(Selection { switches, phones })
}

/// The switch of this name.
pub(super) fn switch(site: &Site, name: &str) -> Result<SwitchName, Error> {
    let name = SwitchName::from(name);
    if site.switches.contains_key(&name) { Ok(name) } else { Err(unknown_switch(site, name)) }
}

/// That the inventory has no switch of this name.
pub(super) fn unknown_switch(site: &Site, name: SwitchName) -> Error {
    let nearest = suggest::nearest(name.as_str(), site.switches.keys().map(SwitchName::as_str)).map(SwitchName::from);
    Error::UnknownSwitch { nearest, known: site.switches.keys().cloned().collect(), name }
}

/// The one phone with this MAC address or extension.
fn phone<'a>(site: &'a Site, text: &str) -> Result<&'a PhoneSpec, Error> {
    let mac = text.parse::<MacAddress>().ok();
    let has_extension = |phone: &PhoneSpec| phone.lines.iter().any(|line| line.extension == text);
    let mut fitting = site.phones.iter().filter(|phone| Some(phone.mac) == mac || has_extension(phone));
    match (fitting.next(), fitting.next()) {
        (Some(phone), None) => Ok(phone),
        (Some(first), Some(second)) => {
            let phones = [first, second].into_iter().chain(fitting).map(|phone| phone.mac).collect();
            Err(Error::AmbiguousPhone { wanted: text.to_owned(), phones })
        }
        (None, _) => Err(unknown_phone(site, text)),
    }
}

/// That the inventory has no phone of this MAC address or extension.
pub(super) fn unknown_phone(site: &Site, wanted: &str) -> Error {
    // an address is compared, and told, in the spelling that is printed
    let wanted = wanted.parse::<MacAddress>().map_or_else(|_| wanted.to_owned(), |mac| mac.to_string());
    let macs: Vec<String> = site.phones.iter().map(|phone| phone.mac.to_string()).collect();
    let extensions = site.phones.iter().flat_map(|phone| &phone.lines).map(|line| line.extension.as_str());
    let nearest = suggest::nearest(&wanted, extensions.chain(macs.iter().map(String::as_str))).map(str::to_owned);
    Error::UnknownPhone { wanted, nearest }
}

/// The switches that must be read to judge a selection; none means all: a phone whose place nothing tells may be on any.
pub(super) fn to_read(site: &Site, selection: &Selection) -> Vec<String> {
    let phones = || selection.phones.iter().filter_map(|mac| site.phone(*mac));
    if phones().any(|phone| phone.at.is_none()) {
        return Vec::new();
    }
    let places = phones().filter_map(|phone| phone.at.as_ref()).map(|at| &at.switch);
    let switches: BTreeSet<&SwitchName> = selection.switches.iter().chain(places).collect();
    switches.into_iter().map(ToString::to_string).collect()
}

/// The checks that a request makes required; `None` leaves them to the inventory. A path is the site's, and no part's.
pub(super) fn required(site: &Site, selection: &Selection, request: &Request) -> Option<BTreeSet<Check>> {
    if !request.require.is_empty() {
        return Some(request.require.iter().copied().collect());
    }
    let of_part = |check: &Check| check.subject() != Subject::Path;
    (!selection.is_whole_site()).then(|| site.required_checks().into_iter().filter(of_part).collect())
}
