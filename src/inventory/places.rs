//! Where things of a site stand in its files, for checks that need more than the inventory: secrets, templates, switch profiles. Pure.

use std::collections::BTreeMap;

use crate::inventory::locate::{Finding, Hint, Sources};
use crate::inventory::node::SourceSpan;
use crate::inventory::problem::{Problem, ProblemCode, Problems};
use model::ids::{MacAddress, SwitchName};

/// Something an inventory says, to be pointed at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The inventory as a whole.
    Inventory,
    /// `site.time_zone`.
    TimeZone,
    /// `site.country`.
    Country,
    /// One of `defaults`, by name.
    Default(String),
    /// A secret of one of `credentials`, by the credential's name.
    Credential(String, CredentialSecret),
    /// One of `switches`.
    Switch(SwitchName),
    /// The `profile` of a switch.
    Profile(SwitchName),
    /// The `mac` of a phone.
    Phone(MacAddress),
    /// The secret of a phone's line, from 1.
    LineSecret(MacAddress, usize),
    /// One of a phone's `settings`, by name.
    Setting(MacAddress, String),
}

/// Which secret of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialSecret {
    /// `community` of SNMPv1 and v2c.
    Community,
    /// `auth` of SNMPv3.
    Auth,
    /// `privacy` of SNMPv3.
    Privacy,
}

impl CredentialSecret {
    /// Its key in the inventory.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Auth => "auth",
            Self::Privacy => "privacy",
        }
    }
}

/// Something to be said of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub place: Place,
    pub code: ProblemCode,
    pub message: String,
    /// What to write instead, when there is more to say than the message does.
    pub hint: Option<String>,
}

/// The places of one inventory.
#[derive(Debug, Clone, Default)]
pub struct Places {
    sources: Sources,
    spans: BTreeMap<Place, SourceSpan>,
}

impl Places {
    pub(super) const fn new(sources: Sources, spans: BTreeMap<Place, SourceSpan>) -> Self {
        Self { sources, spans }
    }

    /// The remarks with file, line and column, each once.
    #[must_use]
    pub fn locate(&self, remarks: Vec<Remark>) -> Problems {
        let located: Vec<Problem> = self.sources.locate(remarks.into_iter().map(|remark| self.finding(remark)));
        Problems::new(located)
    }

    fn finding(&self, remark: Remark) -> Finding {
        let nearest = |mac: &MacAddress| self.spans.get(&Place::Phone(*mac));
        let span = self.spans.get(&remark.place).or_else(|| match &remark.place {
            Place::LineSecret(mac, _) | Place::Setting(mac, _) => nearest(mac),
            Place::Profile(switch) => self.spans.get(&Place::Switch(switch.clone())),
            _ => None,
        });
        let hint = remark.hint.map_or(Hint::None, Hint::Text);
        Finding { code: remark.code, span: span.copied().unwrap_or(SourceSpan::top(0)), message: remark.message, hint }
    }
}
