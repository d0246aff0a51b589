//! Text of devices and clients made safe to show: what could move the cursor, turn the writing round or begin a line is escaped. Pure.
//!
//! A neighbour chooses its own name, a client the name of the file that it asks for. JSON carries both as they are; here is what people see.

use std::borrow::Cow;
use std::fmt::Write;

/// Characters of a table's cell at most. The longest text of LLDP has 255.
pub const CELL_MAX: usize = 255;
/// Characters of a line at most.
pub const LINE_MAX: usize = 2000;
/// Characters at most of a name that stands in a table or a line beside other facts.
pub const NAME_MAX: usize = 64;

/// The text on one line: control characters, bidirectional marks, line ends and invisible characters as `\n` or `\u{202e}`; what is
/// longer than `max` characters ends in `…`.
#[must_use]
pub fn printable(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().min(max));
    let mut width = 0;
    for character in text.chars() {
        let piece = escaped(character);
        let more = piece.as_ref().map_or(1, String::len);
        if width + more > max {
            // room for the mark: the last piece gives way
            while shown.chars().count() + 1 > max && shown.pop().is_some() {}
            shown.push('…');
            break;
        }
        width += more;
        match piece {
            Some(piece) => shown.push_str(&piece),
            None => shown.push(character),
        }
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// A name among other facts.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    printable(text, NAME_MAX)
}

/// Several lines of our own, into which names were put: line ends stay.
#[must_use]
pub fn lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(|line| printable(line, LINE_MAX)).collect();
    lines.join("\n")
}

fn escaped(character: char) -> Option<String> {
    match character {
        '\n' | '\r' | '\t' => Some(character.escape_default().to_string()),
        _ if character.is_control() || is_invisible(character) => {
            let mut text = String::new();
            // writing to memory cannot fail
            let _ = write!(text, "{}", character.escape_unicode());
            Some(text)
        }
        _ => None,
    }
}

/// Bidirectional marks, line and paragraph separators, and what takes no room: all that makes a text look like another.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_the_writing_is_escaped() {
        let table = [
            ("desk 12", "desk 12"),
            ("Empfang Süd", "Empfang Süd"),
            ("受付", "受付"),
            ("up\nok", r"up\nok"),
            ("a\r\u{1b}[2Kb", r"a\r\u{1b}[2Kb"),
            ("tab\there", r"tab\there"),
            ("\u{202e}gnp.exe", r"\u{202e}gnp.exe"),
            ("a\u{2066}b\u{2069}", r"a\u{2066}b\u{2069}"),
            ("nul\0del\u{7f}c1\u{9b}", r"nul\u{0}del\u{7f}c1\u{9b}"),
            ("line\u{2028}paragraph\u{2029}", r"line\u{2028}paragraph\u{2029}"),
            ("zero\u{200b}width\u{feff}", r"zero\u{200b}width\u{feff}"),
            (r"DOMAIN\pc", r"DOMAIN\pc"),
        ];
        for (text, shown) in table {
            assert_eq!(printable(text, 100), shown);
        }
    }

    #[test]
    fn what_is_too_long_ends_in_a_mark() {
        assert_eq!(printable("abcdef", 6), "abcdef");
        assert_eq!(printable("abcdefg", 6), "abcde…");
        assert_eq!(printable("äöüßäö", 6), "äöüßäö");
        assert_eq!(printable("äöüßäöü", 6), "äöüßä…");
        assert_eq!(name(&"x".repeat(255)).chars().count(), NAME_MAX);
    }

    #[test]
    fn line_ends_of_our_own_stay() {
        assert_eq!(lines("first\nsecond\u{7}"), "first\nsecond\\u{7}");
    }

    proptest! {
        #[test]
        fn whatever_is_shown_is_one_visible_line(text: String, max in 1_usize..80) {
            let shown = printable(&text, max);
            prop_assert!(shown.chars().count() <= max);
            let unsafe_character = shown.chars().any(|character| character.is_control() || is_invisible(character));
            prop_assert!(!unsafe_character, "{shown:?}");
        }
    }
}
