//! Files and names stay short. The length of functions is checked by clippy (`too_many_lines`).

use std::path::Path;

use super::source;

const LINES_AT_MOST: usize = 500;
const MEDIAN_AT_MOST: usize = 140;
const NAME_AT_MOST: usize = 70;

#[test]
fn no_file_is_long() {
    let mut lengths: Vec<(usize, &str)> = source::all().iter().map(|source| (source.lines_of_code, source.path.as_str())).collect();
    lengths.sort_unstable();
    let long: Vec<_> = lengths.iter().filter(|(lines, _)| *lines > LINES_AT_MOST).collect();
    assert!(long.is_empty(), "more than {LINES_AT_MOST} lines of code: {long:#?}");
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median < MEDIAN_AT_MOST, "half of the files have {median} lines of code or more");
    let main = lengths.iter().find(|(_, path)| *path == "src/main.rs").unwrap();
    assert!(main.0 < 30, "{main:?}");
}

#[test]
fn names_of_tests_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut long = Vec::new();
    let mut count = 0;
    for folder in ["src", "crates", "tests"] {
        for file in source::rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for name in text.split("#[test]").chain(text.split("#[tokio::test")).filter_map(test_name) {
                count += 1;
                if name.len() >= NAME_AT_MOST {
                    long.push(format!("{}: {name}: {} characters", file.display(), name.len()));
                }
            }
        }
    }
    assert!(count > 600, "only {count} tests were found");
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// The name of the function that follows a test's attribute.
fn test_name(after: &str) -> Option<&str> {
    let (before, name) = after.split_once("fn ")?;
    // Other attributes may stand between, but no code.
    (!before.contains('{')).then(|| name.split('(').next().unwrap())
}
