//! What the command line and the operations may know.

use super::source::{self, Source};

fn under(folder: &str) -> Vec<&'static Source> {
    let found: Vec<&Source> = source::all().iter().filter(|source| source.path.starts_with(folder)).collect();
    assert!(found.len() > 20, "only {} files under {folder}", found.len());
    found
}

#[test]
fn operations_know_neither_command_line_nor_screen() {
    let foreign =
        ["clap", "clap_mangen", "clap_complete", "anstream", "terminal_size", "IsTerminal", "Terminal", "stdout", "stderr"];
    let mut wrong = Vec::new();
    for source in under("src/ops/") {
        for path in source.paths.iter().chain(&source.uses) {
            if let Some(word) = path.iter().find(|segment| foreign.contains(&segment.as_str())) {
                wrong.push(format!("{}: {word}", source.path));
            }
            if path.first().is_some_and(|first| first == "crate")
                && path.get(1).is_some_and(|folder| folder == "output" || folder == "cli")
            {
                wrong.push(format!("{}: {}", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_command_line_knows_operations_output_and_ids() {
    let folders = ["ops", "output", "cli"];
    let crates = ["clap", "clap_mangen", "clap_complete", "anstream", "tokio", "async_trait", "std", "core"];
    let mut wrong = Vec::new();
    for source in under("src/cli/") {
        for path in &source.uses {
            let [first, rest @ ..] = path.as_slice() else { continue };
            let second = rest.first().map_or("", String::as_str);
            let allowed = match first.as_str() {
                "crate" => folders.contains(&second),
                "model" => second == "ids",
                "self" | "super" => true,
                name => crates.contains(&name) || is_own(source, name),
            };
            if !allowed {
                wrong.push(format!("{}: {}", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a `use` begins with a module of the same folder.
fn is_own(source: &Source, name: &str) -> bool {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&source.path);
    folder.parent().is_some_and(|folder| folder.join(format!("{name}.rs")).exists())
}
