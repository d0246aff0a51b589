//! Which switches a profile fits: prefixes of sysObjectID, and patterns of sysDescr where the number alone does not say it. Pure.
//!
//! A maker's arc holds routers, telephones and web-managed switches beside the line that a profile is for. A rule without patterns
//! therefore names an arc, or a model's number, of which nothing else is known to come.

use serde::{Deserialize, Deserializer};

use super::object::oids;
use snmp::Oid;

/// One way to fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Prefixes of sysObjectID; the longest of all profiles wins.
    #[serde(deserialize_with = "oids")]
    pub sys_object_id: Vec<Oid>,
    /// Patterns, one of which sysDescr must fit; none when the number alone says it.
    #[serde(default)]
    pub description: Vec<Pattern>,
}

/// A pattern of a whole text: `*` is any text, `?` any character, `#` any digit, everything else itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<char>);

/// How well a profile fits, to be compared: whether sysDescr says so, and how many numbers of sysObjectID are covered.
pub type Fit = (bool, usize);

impl Match {
    /// How well it fits; `None` when it does not.
    #[must_use]
    pub fn fit(&self, object_id: &[u32], description: &str) -> Option<Fit> {
        let by_words = !self.description.is_empty();
        if by_words && !self.description.iter().any(|pattern| pattern.fits(description)) {
            return None;
        }
        let covered = self.sys_object_id.iter().filter(|prefix| object_id.starts_with(prefix)).map(|prefix| prefix.len()).max()?;
        Some((by_words, covered))
    }
}

impl Pattern {
    /// Whether the whole text is so.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut position) = (0, 0);
        // Where to go on when what follows the last `*` does not fit: there, one character later.
        let mut again: Option<(usize, usize)> = None;
        while position < text.len() {
            match self.0.get(at) {
                Some('*') => {
                    again = Some((at + 1, position));
                    at += 1;
                }
                Some(pattern) if one(*pattern, text[position]) => {
                    at += 1;
                    position += 1;
                }
                _ => {
                    let Some((star, from)) = again else { return false };
                    again = Some((star, from + 1));
                    (at, position) = (star, from + 1);
                }
            }
        }
        self.0[at..].iter().all(|rest| *rest == '*')
    }
}

fn one(pattern: char, character: char) -> bool {
    match pattern {
        '?' => true,
        '#' => character.is_ascii_digit(),
        _ => pattern == character,
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.chars().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern(pattern.chars().collect()).fits(text)
    }

    #[test]
    fn a_pattern_is_of_the_whole_text() {
        assert!(fits("*(C2960*", "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2"));
        assert!(!fits("(C2960*", "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2"));
        assert!(fits("M4###*", "M4100-D12G ProSafe\r\nline two"));
        assert!(!fits("M4###*", "M4-100"));
        assert!(fits("a*b?c*", "aabbxbyc"), "goes back to the last star");
        assert!(fits("", "") && fits("*", "") && !fits("?", "") && !fits("", "x"));
    }
}
