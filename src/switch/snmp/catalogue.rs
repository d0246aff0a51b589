//! The built-in profiles: all of them, by name, by sysObjectID. Pure.

use std::sync::OnceLock;

use crate::model::switch::Capabilities;
use crate::switch::snmp::profile::Match;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::profile::dotted;

/// The built-in profiles: name and text.
const BUILT_IN: [(&str, &str); 3] = [
    ("standard", include_str!("../profiles/standard.yaml")),
    ("cisco-ios", include_str!("../profiles/cisco-ios.yaml")),
    ("mikrotik-routeros", include_str!("../profiles/mikrotik-routeros.yaml")),
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
    /// Whether writing needs `allow_generic_write`.
    pub generic: bool,
    /// What can be done with it, given a write credential.
    pub capabilities: Capabilities,
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

/// The profile of that name.
pub fn by_name(name: &str) -> Option<&'static Profile> {
    built_in().iter().find(|profile| profile.name == name)
}

/// The profile whose prefix of sysObjectID is the longest, else the generic one.
pub fn by_object_id(object_id: &[u32]) -> Option<&'static Profile> {
    built_in()
        .iter()
        .filter_map(|profile| Some((fitting_length(&profile.matches, object_id)?, profile)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, profile)| profile)
        .or_else(|| built_in().iter().find(|profile| profile.generic))
}

/// How many numbers of `object_id` a prefix covers; `None` when none fits.
fn fitting_length(matches: &Match, object_id: &[u32]) -> Option<usize> {
    if matches.except.iter().any(|prefix| object_id.starts_with(prefix)) {
        return None;
    }
    matches.sys_object_id.iter().filter(|prefix| object_id.starts_with(prefix)).map(Vec::len).max()
}

fn summary(profile: &Profile) -> ProfileSummary {
    ProfileSummary {
        name: profile.name.clone(),
        title: profile.title.clone(),
        object_ids: profile.matches.sys_object_id.iter().map(|prefix| dotted(prefix)).collect(),
        generic: profile.generic,
        capabilities: profile.capabilities(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for (wrong, says) in [
            (text.replace("generic:", "generics:"), "generics"),
            (text.replace("105.1.1.1.3", "105.1.x"), "not an object identifier"),
            (text.replace("[lldp_local_power, if_index]", "[entity_alias]"), "pse.entity is missing"),
        ] {
            let error = Profile::parse("standard", &wrong).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn the_longest_prefix_wins_and_exceptions_do_not_fit() {
        let name = |id: &[u32]| by_object_id(id).map(|profile| profile.name.as_str());
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 1, 1208]), Some("cisco-ios"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 9, 6, 1, 101]), Some("standard"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 8072]), Some("standard"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 14988, 1]), Some("mikrotik-routeros"));
        assert_eq!(name(&[1, 3, 6, 1, 4, 1, 14988, 2]), Some("standard"));
    }
}
