//! "Did you mean": the nearest of the words that would have been right. Pure.

/// The nearest candidate, when one is near enough to be a slip of the fingers.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    near(word, candidates, 1).into_iter().next().filter(|best| distance(&word.to_lowercase(), &best.to_lowercase()) <= allowed)
}

/// The `count` nearest candidates, nearest first, then by name.
pub(super) fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let mut ranked: Vec<_> =
        candidates.into_iter().map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

/// Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&above, column) + usize::from(letter != *other)).min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column.checked_sub(1).and_then(|index| right.get(index));
            if last == Some(*other) && swapped == Some(&letter) {
                best = best.min(at(&before, column.saturating_sub(1)) + 1);
            }
            current.push(best);
        }
        last = Some(letter);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits_and_swaps() {
        let cases =
            [("adress", "address", 1), ("prot", "port", 1), ("", "abc", 3), ("voice", "voice", 0), ("kitten", "sitting", 3)];
        for (left, right, expected) in cases {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_near_words_are_offered() {
        assert_eq!(nearest("adress", ["address", "port"]), Some("address"));
        assert_eq!(nearest("colour", ["address", "port"]), None);
    }
}
