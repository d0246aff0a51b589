//! How each document looks to people. Pure.

mod apply;
mod discover;
mod doctor;
mod error;
mod inventory;
mod jack;
pub mod journal;
mod plan;
mod power;
mod probe;
mod save;
mod serve;
mod site;
mod template;

pub use inventory::no_problems;
pub use save::saved;

/// The value, or a dash where nothing is known.
fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// `1 phone`, `2 phones`.
fn count(number: usize, singular: &str) -> String {
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}
