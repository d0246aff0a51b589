//! What a port does with the marks of frames received. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{Dscp, Pcp};

/// The priorities (802.1p) that each DSCP has on a port.
pub type PrioritiesByDscp = BTreeMap<Dscp, Priorities>;

/// The priorities of one DSCP. Several are possible; the highest counts (802.1Qaz clause D.2.12.7).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Priorities(pub BTreeSet<Pcp>);

impl fmt::Display for Priorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(" and "))
    }
}
