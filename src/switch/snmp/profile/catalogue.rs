//! The built-in profiles: all of them, by name, by sysObjectID. Pure.

use std::sync::OnceLock;

use super::capabilities::capabilities;
use super::definition::{Profile, Support};
use model::switch::SwitchCapabilities;

/// The built-in profiles: name and text.
const BUILT_IN: [(&str, &str); 28] = [
    ("standard", include_str!("built_in/standard.yaml")),
    ("cisco-ios", include_str!("built_in/cisco-ios.yaml")),
    ("cisco-small-business", include_str!("built_in/cisco-small-business.yaml")),
    ("aruba-os-switch", include_str!("built_in/aruba-os-switch.yaml")),
    ("netgear-fastpath", include_str!("built_in/netgear-fastpath.yaml")),
    ("ubiquiti-edgeswitch", include_str!("built_in/ubiquiti-edgeswitch.yaml")),
    ("dell-n", include_str!("built_in/dell-n.yaml")),
    ("hpe-comware", include_str!("built_in/hpe-comware.yaml")),
    ("aruba-cx", include_str!("built_in/aruba-cx.yaml")),
    ("tplink-jetstream", include_str!("built_in/tplink-jetstream.yaml")),
    ("dlink", include_str!("built_in/dlink.yaml")),
    ("dlink-dlinksw", include_str!("built_in/dlink-dlinksw.yaml")),
    ("extreme-exos", include_str!("built_in/extreme-exos.yaml")),
    ("huawei", include_str!("built_in/huawei.yaml")),
    ("ruckus-icx", include_str!("built_in/ruckus-icx.yaml")),
    ("zyxel", include_str!("built_in/zyxel.yaml")),
    ("alcatel-omniswitch", include_str!("built_in/alcatel-omniswitch.yaml")),
    ("allied-telesis", include_str!("built_in/allied-telesis.yaml")),
    ("juniper-ex", include_str!("built_in/juniper-ex.yaml")),
    ("ubiquiti-unifi", include_str!("built_in/ubiquiti-unifi.yaml")),
    ("mikrotik-routeros", include_str!("built_in/mikrotik-routeros.yaml")),
    ("cisco-catos", include_str!("built_in/cisco-catos.yaml")),
    ("zyxel-gs1900", include_str!("built_in/zyxel-gs1900.yaml")),
    ("linksys-smart", include_str!("built_in/linksys-smart.yaml")),
    ("mikrotik-swos", include_str!("built_in/mikrotik-swos.yaml")),
    ("extreme-ers", include_str!("built_in/extreme-ers.yaml")),
    ("fortiswitch", include_str!("built_in/fortiswitch.yaml")),
    ("eltex-mes", include_str!("built_in/eltex-mes.yaml")),
];

/// A built-in profile as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Its name in the inventory.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// sysObjectID prefixes it fits, in dotted form.
    pub object_ids: Vec<String>,
    /// How far it is to be trusted: `full`, `experimental` or `read_only`.
    pub support: Support,
    /// What it cannot do and why, in one sentence.
    pub limits: Option<String>,
    /// Whether writing needs `allow_generic_write`.
    pub generic: bool,
    /// What can be done with it, given a write credential.
    pub capabilities: SwitchCapabilities,
}

/// The built-in profiles with their capabilities.
#[must_use]
pub fn profiles() -> Vec<ProfileSummary> {
    built_in().iter().map(summary).collect()
}

/// The built-in profiles; a test proves that all of them load.
pub fn built_in() -> &'static [Profile] {
    static LOADED: OnceLock<Vec<Profile>> = OnceLock::new();
    LOADED.get_or_init(|| BUILT_IN.iter().filter_map(|(name, text)| Profile::parse(name, text).ok()).collect())
}

/// Whether a profile is the one for all switches that no other fits.
#[must_use]
pub fn is_generic(name: &str) -> bool {
    by_name(name).is_some_and(|profile| profile.generic)
}

/// The profile of that name.
pub fn by_name(name: &str) -> Option<&'static Profile> {
    built_in().iter().find(|profile| profile.name == name)
}

/// The profile that fits best: one that asks for words of sysDescr before one that does not, then the longest prefix of sysObjectID, else
/// the generic one.
pub fn fitting(object_id: &[u32], description: &str) -> Option<&'static Profile> {
    let fit = |profile: &Profile| profile.matches.iter().filter_map(|rule| rule.fit(object_id, description)).max();
    built_in()
        .iter()
        .filter_map(|profile| Some((fit(profile)?, profile)))
        .max_by_key(|(fit, _)| *fit)
        .map(|(_, profile)| profile)
        .or_else(|| built_in().iter().find(|profile| profile.generic))
}

fn summary(profile: &Profile) -> ProfileSummary {
    ProfileSummary {
        name: profile.name.clone(),
        title: profile.title.clone(),
        object_ids: profile.matches.iter().flat_map(|rule| &rule.sys_object_id).map(ToString::to_string).collect(),
        support: profile.support,
        limits: profile.limits.clone(),
        generic: profile.generic,
        capabilities: capabilities(profile),
    }
}

#[cfg(test)]
#[path = "../../../../tests/unit/sys_object_ids.rs"]
mod sys_object_ids;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use snmp::Oid;

    #[test]
    fn every_built_in_profile_loads_under_its_own_name() {
        for (name, text) in BUILT_IN {
            assert_eq!(Profile::parse(name, text).map(|profile| profile.name).as_deref(), Ok(name));
        }
        assert_eq!(profiles().iter().filter(|profile| profile.generic).count(), 1, "one profile is for all others");
    }

    #[test]
    fn unknown_keys_and_malformed_oids_are_errors() {
        let text = BUILT_IN[0].1;
        let catos = BUILT_IN.iter().find(|(name, _)| *name == "cisco-catos").unwrap().1;
        for (wrong, says) in [
            (text.replace("generic:", "generics:"), "generics"),
            (catos.replace("402.1.2.1.9", "402.1.x"), "not an object identifier"),
            (text.replace("[lldp_local_power, if_index]", "[entity_alias]"), "pse.entity is missing"),
            (catos.replace("limits:", "# limits:"), "does not say why"),
        ] {
            let error = Profile::parse("standard", &wrong).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn words_come_before_numbers_and_the_longest_prefix_wins() {
        let name = |id: &[u32], words: &str| fitting(id, words).map(|profile| profile.name.as_str());
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 8072], ""), Some("standard"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 35265, 1, 81], "MES2324P"), Some("eltex-mes"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 14988, 1], ""), Some("mikrotik-routeros"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 14988, 2], ""), Some("mikrotik-swos"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 4413], "EdgeSwitch 24-Port 250W, 1.8.0"), Some("ubiquiti-edgeswitch"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 4413], ""), Some("standard"));
        let catalyst = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E0a, RELEASE SOFTWARE (fc1)";
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 1, 1208], catalyst), Some("cisco-ios"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 1, 1208], ""), Some("standard"), "routers have such numbers too");
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 1, 2683], ""), Some("cisco-ios"), "this number is one model's");
    }

    #[test]
    fn no_two_profiles_fit_equally_well() {
        let arcs = |profile: &Profile| -> BTreeSet<Oid> {
            let rules = profile.matches.iter().filter(|rule| rule.description.is_empty());
            rules.flat_map(|rule| rule.sys_object_id.clone()).collect()
        };
        for (one, other) in
            built_in().iter().enumerate().flat_map(|(at, one)| built_in()[..at].iter().map(move |other| (one, other)))
        {
            let both: Vec<_> = arcs(one).intersection(&arcs(other)).map(ToString::to_string).collect();
            assert!(both.is_empty(), "{} and {} both name {both:?}", one.name, other.name);
        }
    }
}
