//! "Did you mean": the nearest of the words that would have been right. Pure.

/// The nearest candidate, when one is near enough to be a slip of the fingers.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    ranked(word, candidates).into_iter().next().filter(|(distance, _)| *distance <= allowed).map(|(_, best)| best)
}

/// The `count` nearest candidates, nearest first, then by name.
pub fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    ranked(word, candidates).into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

fn ranked<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let word = word.to_lowercase();
    let distance = |candidate: &str| strsim::osa_distance(&word, &candidate.to_lowercase());
    let mut ranked: Vec<_> = candidates.into_iter().map(|candidate| (distance(candidate), candidate)).collect();
    ranked.sort_unstable();
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_swapped_are_one_slip() {
        assert_eq!(nearest("prot", ["pair", "port"]), Some("port"));
        assert_eq!(nearest("adress", ["address", "port"]), Some("address"));
    }

    #[test]
    fn only_near_words_are_offered() {
        assert_eq!(nearest("colour", ["address", "port"]), None);
        assert_eq!(near("voce", ["data", "voice", "Voce"], 2), ["Voce", "voice"]);
    }
}
