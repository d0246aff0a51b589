//! Vendors' words and models' names, found in a text in one pass and without allocating. Pure.
//!
//! A trie over bytes, letters without case, blank, `_` and `-` alike. A name stands between delimiters, or is written on to its
//! vendor's word, as in `snomD785`.

use std::ops::ControlFlow;

use model::neighbour::Text;

/// Bytes of a text that are looked at: names stand at the front, and a CDP text may be long.
const LOOKED_AT: usize = 512;
/// The trie's root; no byte leads back to it, so it also says that an byte leads nowhere.
const ROOT: usize = 0;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    /// Number of the vendor.
    pub(super) vendor: u16,
    /// Number of the model among the vendor's; `None` for a word that names the vendor.
    pub(super) model: Option<u16>,
    /// Whether it says so even where the vendor is not named: `300` does not.
    pub(super) distinctive: bool,
}

/// A name found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hit {
    pub(super) meaning: Meaning,
    start: u16,
    end: u16,
}

impl Hit {
    /// Byte it starts at.
    pub(super) fn start(&self) -> usize {
        usize::from(self.start)
    }

    /// Byte after its end.
    pub(super) fn end(&self) -> usize {
        usize::from(self.end)
    }
}

#[derive(Debug)]
pub(super) struct Names {
    /// The class of every byte; 0 for those in no name.
    classes: [u8; 256],
    /// How many classes there are: the length of a node's row.
    width: usize,
    /// The rows of the nodes, those nearest to the root first, where most walks end: for every class the start of the row it leads to,
    /// and in the unused class 0 what the name that ends here stands for, as an index.
    rows: Vec<u32>,
    /// What names stand for; the first is that of nodes where no name ends.
    meanings: Vec<Vec<Meaning>>,
}

impl Names {
    /// A trie of names and what each stands for; several may stand for different things.
    pub(super) fn new(names: &[(&str, Meaning)]) -> Self {
        let mut classes = [0; 256];
        let mut width: u8 = 1;
        for byte in names.iter().flat_map(|(name, _)| name.bytes()) {
            let class = &mut classes[usize::from(fold(byte))];
            if *class == 0 {
                *class = width;
                width += 1;
            }
        }
        for byte in 0..=u8::MAX {
            classes[usize::from(byte)] = classes[usize::from(fold(byte))];
        }
        let width = usize::from(width);
        let mut all = Self { classes, width, rows: vec![0; width], meanings: vec![Vec::new()] };
        let longest = names.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for length in 1..=longest {
            for (name, meaning) in names {
                let Some(begun) = name.as_bytes().get(..length) else { continue };
                let node = all.node(begun);
                if begun.len() == name.len() {
                    all.mean(node, *meaning);
                }
            }
        }
        all
    }

    /// The node of a name's beginning.
    fn node(&mut self, begun: &[u8]) -> usize {
        let mut node = ROOT;
        for byte in begun {
            let place = node + usize::from(self.classes[usize::from(*byte)]);
            if self.rows[place] == 0 {
                self.rows[place] = u32::try_from(self.rows.len()).unwrap_or(0);
                self.rows.extend(std::iter::repeat_n(0, self.width));
            }
            node = self.rows[place] as usize;
        }
        node
    }

    fn mean(&mut self, node: usize, meaning: Meaning) {
        if self.rows[node] == 0 {
            self.rows[node] = u32::try_from(self.meanings.len()).unwrap_or(0);
            self.meanings.push(Vec::new());
        }
        let known = &mut self.meanings[self.rows[node] as usize];
        if !known.contains(&meaning) {
            known.push(meaning);
        }
    }

    /// Tells `each` of the names in the text, until it has heard enough; a word of which a model's name follows comes before it.
    pub(super) fn find(&self, text: &str, mut each: impl FnMut(Hit) -> ControlFlow<()>) {
        let bytes = text.as_bytes();
        let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
        let mut begins = true;
        for (start, byte) in bytes.iter().enumerate() {
            let inside = is_letter_or_digit(*byte);
            if inside && begins && self.find_at(bytes, start, &mut each).is_break() {
                return;
            }
            begins = !inside;
        }
    }

    fn find_at(&self, bytes: &[u8], start: usize, each: &mut impl FnMut(Hit) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut enough = false;
        let mut tell = |hit| enough |= each(hit).is_break();
        self.walk(bytes, start, |hit, rest| {
            if hit.meaning.model.is_some() {
                if ends_name(rest) {
                    tell(hit);
                }
                return;
            }
            let next = rest.first().copied().unwrap_or(b' ');
            let mut told = !is_letter_or_digit(next) || next.is_ascii_digit();
            if told {
                tell(hit);
            }
            if is_letter_or_digit(next) {
                self.walk(bytes, hit.end(), |model, rest| {
                    if model.meaning.model.is_some() && model.meaning.vendor == hit.meaning.vendor && ends_name(rest) {
                        if !std::mem::replace(&mut told, true) {
                            tell(hit);
                        }
                        tell(model);
                    }
                });
            }
        });
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Tells `each` of every name that starts exactly here, and of what follows it.
    fn walk(&self, bytes: &[u8], start: usize, mut each: impl FnMut(Hit, &[u8])) {
        let mut node = ROOT;
        for (end, byte) in (start + 1..).zip(bytes.get(start..).unwrap_or_default()) {
            let class = usize::from(self.classes[usize::from(*byte)]);
            if class == 0 {
                return;
            }
            node = self.rows[node + class] as usize;
            if node == ROOT {
                return;
            }
            let meaning = self.rows[node];
            if meaning != 0 {
                for meaning in &self.meanings[meaning as usize] {
                    each(hit(*meaning, start, end), bytes.get(end..).unwrap_or_default());
                }
            }
        }
    }
}

fn hit(meaning: Meaning, start: usize, end: usize) -> Hit {
    let number = |byte| u16::try_from(byte).unwrap_or(u16::MAX);
    Hit { meaning, start: number(start), end: number(end) }
}

/// The byte that stands for all that count as the same.
const fn fold(byte: u8) -> u8 {
    match byte {
        b' ' | b'_' => b'-',
        other => other.to_ascii_lowercase(),
    }
}

/// Letters beyond ASCII count by each of their bytes.
const fn is_letter_or_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Whether a model's name can end before these bytes, and they do not make it the name of another generation.
fn ends_name(rest: &[u8]) -> bool {
    let Some((delimiter, mark)) = rest.split_first() else { return true };
    match delimiter {
        b'+' => false,
        b'_' | b'-' | b' ' => !is_generation(mark),
        other => !is_letter_or_digit(*other),
    }
}

/// Whether this is the mark of another generation: `e2`, `v2`, `g2`, `pro`; a firmware's `v1.1` is none.
fn is_generation(mark: &[u8]) -> bool {
    let length = mark.iter().position(|byte| !is_letter_or_digit(*byte) && *byte != b'.').unwrap_or(mark.len());
    match mark.get(..length).unwrap_or_default() {
        [letter, digit] => matches!(letter.to_ascii_lowercase(), b'e' | b'v' | b'g') && digit.is_ascii_digit(),
        word => word.eq_ignore_ascii_case(b"pro"),
    }
}

/// Part of a text, borrowed where the text is; cut back to whole characters.
pub(super) fn part<'a>(text: &Text<'a>, start: usize, end: usize) -> Text<'a> {
    let end = (start..=end.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(start);
    match text {
        Text::Borrowed(text) => Text::Borrowed(text.get(start..end).unwrap_or_default()),
        Text::Owned(text) => Text::Owned(text.get(start..end).unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let word = |vendor| Meaning { vendor, model: None, distinctive: false };
        let model = |vendor, model| Meaning { vendor, model: Some(model), distinctive: true };
        Names::new(&[
            ("snom", word(0)),
            ("D785", model(0, 0)),
            ("sip-t", word(1)),
            ("T19P", model(1, 0)),
            ("T19P_E2", model(1, 1)),
            ("VVX 411", model(2, 0)),
        ])
    }

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        names().find(text, |hit| {
            found.push(&text[hit.start()..hit.end()]);
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn names_stand_between_delimiters() {
        assert_eq!(found("a D785, d785;(D785) xD785 D785x"), ["D785", "d785", "D785"]);
        assert_eq!(found("Polycom;VVX-VVX_411;3111"), ["VVX_411"]);
        assert_eq!(found("vvx 411"), ["vvx 411"]);
        assert_eq!(found("ÄD785 D785ä"), [""; 0]);
    }

    #[test]
    fn a_name_may_be_written_on_to_its_vendors_word() {
        assert_eq!(found("snomD785-SIP 10.1"), ["snom", "D785"]);
        assert_eq!(found("snomT19P snomwhere"), [""; 0]);
        assert_eq!(found("SIP-T19P"), ["SIP-T", "T19P"]);
        assert_eq!(found("snom: D785"), ["snom", "D785"]);
    }

    #[test]
    fn another_generation_is_another_model() {
        assert_eq!(found("T19P_E2 1.2"), ["T19P_E2"]);
        for text in ["T19P Pro", "T19P-V2 2.12", "T19P+", "T19P G2"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        for text in ["T19P, V1", "T19P 1.0.4", "T19P V1.1A", "T19P_00:0b", "T19P-SIP", "T19P provided"] {
            assert_eq!(found(text), ["T19P"], "{text}");
        }
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(found(""), [""; 0]);
        Names::new(&[]).find("D785", |_| panic!("there are no names"));
    }
}
