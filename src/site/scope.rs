//! The part of a site that a verdict is about. Pure.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::PhoneReport;
use model::ids::{MacAddress, SwitchName};
use model::site::PhoneSpec;

/// The part of a site that was asked for: these switches with the phones on them, and these phones with the switches they are on. Where
/// nothing is named it is the whole site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pub switches: BTreeSet<SwitchName>,
    pub phones: BTreeSet<MacAddress>,
}

impl Selection {
    #[must_use]
    pub fn is_whole_site(&self) -> bool {
        self.switches.is_empty() && self.phones.is_empty()
    }

    /// Whether a phone of the inventory is part of it, wherever it was found.
    #[must_use]
    pub fn has(&self, spec: &PhoneSpec, report: &PhoneReport) -> bool {
        let mut places = [spec.at.as_ref(), report.at.as_ref()].into_iter().flatten();
        self.is_whole_site() || self.phones.contains(&spec.mac) || places.any(|at| self.switches.contains(&at.switch))
    }
}

/// What a verdict is about, where that is a part of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictScope {
    /// The switches asked for.
    pub switches: Vec<SwitchName>,
    /// The phones asked for.
    pub phones: Vec<MacAddress>,
    /// Phones that are not part of it because neither the inventory nor a switch that was read knows where they are.
    pub phones_without_place: usize,
}
