//! The VLANs of a port in trunk mode. Pure.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{Invalid, VlanId, json_as_text, json_from_text};

/// What a trunk carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trunk {
    /// The VLAN of untagged frames.
    pub native: VlanId,
    /// The VLANs that may pass; the native one only when it is among them.
    pub allowed: VlanRanges,
}

impl fmt::Display for Trunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "native {}, VLANs {}", self.native, self.allowed)
    }
}

/// VLANs, written as on a switch's console: `1-9,20`; `none` when there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VlanRanges(pub BTreeSet<VlanId>);

impl fmt::Display for VlanRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for vlan in self.0.iter().map(|vlan| vlan.get()) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == vlan => *last = vlan,
                _ => ranges.push((vlan, vlan)),
            }
        }
        let text = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        let texts: Vec<String> = ranges.iter().map(text).collect();
        f.write_str(&texts.join(","))
    }
}

impl FromStr for VlanRanges {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "none" {
            return Ok(Self::default());
        }
        let vlan = |number: &str| number.parse().ok().and_then(VlanId::new);
        let mut vlans = BTreeSet::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let range = vlan(first).zip(vlan(last)).filter(|(first, last)| first <= last);
            let (first, last) = range.ok_or_else(|| Invalid(format!("`{part}` is no VLAN and no range of VLANs like 1-9")))?;
            vlans.extend((first.get()..=last.get()).filter_map(VlanId::new));
        }
        Ok(Self(vlans))
    }
}

json_as_text!(VlanRanges, "VlanRanges", "^(none|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vlans_are_written_as_ranges() {
        for text in ["none", "1", "1-4094", "1-9,20,30-31"] {
            assert_eq!(text.parse::<VlanRanges>().unwrap().to_string(), text);
        }
        for text in ["", "0", "9-1", "1-4095", "a", "1,,2"] {
            assert!(text.parse::<VlanRanges>().unwrap_err().to_string().contains("is no VLAN"), "{text}");
        }
    }
}
