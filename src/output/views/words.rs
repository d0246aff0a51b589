//! Words that several views share. Pure.

/// The value, or a dash where nothing is known.
pub fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// `1 phone`, `2 phones`, `2 switches`.
pub fn count(number: usize, singular: &str) -> String {
    match singular {
        _ if number == 1 => format!("1 {singular}"),
        _ if singular.ends_with("ch") => format!("{number} {singular}es"),
        _ => format!("{number} {singular}s"),
    }
}
