//! The documents say what the program does: README, docs, ARCHITECTURE, manual pages, schemas, the example inventory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use voiceport::cli::Cli;
use voiceport::output::schema;
use voiceport::{inventory, phones};

use crate::support::voiceport;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Compares a folder with what it should hold; with `VOICEPORT_BLESS=1` it is written anew.
fn folder_holds(folder: &str, wanted: &BTreeMap<String, String>) {
    let place = root().join(folder);
    let there: BTreeSet<String> = fs::read_dir(&place)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    if std::env::var_os("VOICEPORT_BLESS").is_some() {
        fs::create_dir_all(&place).unwrap();
        for stale in there.iter().filter(|name| !wanted.contains_key(*name)) {
            fs::remove_file(place.join(stale)).unwrap();
        }
        for (name, text) in wanted {
            fs::write(place.join(name), text).unwrap();
        }
        return;
    }
    let mut wrong: Vec<String> =
        there.iter().filter(|name| !wanted.contains_key(*name)).map(|name| format!("{folder}/{name}: stale")).collect();
    for (name, text) in wanted {
        if fs::read_to_string(place.join(name)).ok().as_ref() != Some(text) {
            wrong.push(format!("{folder}/{name}: not what the program makes"));
        }
    }
    assert!(wrong.is_empty(), "{}\nwrite them anew: VOICEPORT_BLESS=1 tests/run docs::", wrong.join("\n"));
}

#[test]
fn man_pages_are_the_cli() {
    let pages: BTreeMap<String, String> = voiceport::cli::pages().into_iter().collect();
    // Every reader of manual pages takes these without a word about the character set.
    let foreign: Vec<&str> = pages.values().flat_map(|text| text.lines()).filter(|line| !line.is_ascii()).collect();
    assert!(foreign.is_empty(), "not ASCII: {foreign:?}");
    folder_holds("man", &pages);
}

#[test]
fn schemas_are_the_types() {
    let all = schema::all();
    let files: BTreeMap<String, String> =
        all.iter().map(|(name, schema)| (schema::file_name(name), format!("{schema:#}\n"))).collect();
    assert_eq!(files.len(), all.len(), "two schemas have one name");
    folder_holds("schemas", &files);
}

/// Every command with the words that call it, `["history", "show"]`, but the program itself.
fn commands() -> Vec<(Vec<String>, Command)> {
    let mut cli = Cli::command();
    cli.build();
    let mut all = Vec::new();
    collect(&cli, &[], &mut all);
    all
}

fn collect(command: &Command, words: &[String], all: &mut Vec<(Vec<String>, Command)>) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let words: Vec<String> = words.iter().cloned().chain([sub.get_name().to_owned()]).collect();
        all.push((words.clone(), sub.clone()));
        collect(sub, &words, all);
    }
}

/// The long flags in a text.
fn flags(text: &str) -> BTreeSet<String> {
    let mut flags = BTreeSet::new();
    for (at, _) in text.match_indices("--") {
        let name: String = text[at + 2..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        if !name.is_empty() {
            flags.insert(name);
        }
    }
    flags
}

#[test]
fn help_and_manual_name_the_same_flags() {
    let pages: BTreeMap<String, String> = voiceport::cli::pages().into_iter().collect();
    for (words, _) in commands() {
        let help = voiceport().args(&words).arg("--help").output().unwrap();
        assert!(help.status.success(), "{words:?}");
        let page = &pages[&format!("voiceport-{}.1", words.join("-"))];
        assert_eq!(flags(&String::from_utf8(help.stdout).unwrap()), flags(&page.replace("\\-", "-")), "{words:?}");
    }
}

#[test]
fn every_command_shows_an_example() {
    for (words, command) in commands() {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let call = format!("voiceport {}", words.join(" "));
        assert!(after.starts_with("Examples:\n"), "{call}: no examples");
        for line in after.lines().skip(1) {
            assert!(line.starts_with("  ") && line.contains("voiceport "), "{call}: {line}");
            assert!(line.chars().count() <= 100, "{call}: a long line: {line}");
        }
    }
}

/// The rows of a document's table under a heading, by columns, without the title and the rule.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let section = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}")).1;
    let rows = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    // A bar inside a cell is written `\|`.
    let cells = |row: &str| {
        let row = row.replace("\\|", "\0");
        row.trim_matches('|').split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_commands_are_listed() {
    let listed: Vec<(String, String)> = table(&read("docs/commands.md"), "Commands")
        .into_iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].clone()))
        .collect();
    let real: Vec<(String, String)> = commands()
        .into_iter()
        .filter(|(words, _)| words.len() == 1)
        .map(|(words, command)| (words[0].clone(), command.get_about().unwrap().to_string()))
        .collect();
    let shown = real.iter().map(|(name, about)| format!("| `{name}` | {} |", about.replace('|', "\\|"))).collect::<Vec<_>>();
    assert_eq!(listed, real, "the table should be:\n{}", shown.join("\n"));
}

/// The dependencies of a manifest, without the project's own crates.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let section = manifest.split_once("\n[dependencies]\n").map_or("", |(_, rest)| rest).split("\n[").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .filter(|(name, value)| !name.ends_with(".workspace") && !value.contains("workspace = true"))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn the_architecture_lists_the_dependencies() {
    let mut manifests = vec![root().join("Cargo.toml")];
    manifests.extend(fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path().join("Cargo.toml")));
    let real: BTreeSet<String> = manifests.iter().flat_map(|file| dependencies(&fs::read_to_string(file).unwrap())).collect();
    let rows = table(&read("ARCHITECTURE.md"), "Dependencies");
    let names: Vec<String> = rows.iter().flat_map(|row| row[0].split(", ").map(|name| name.trim_matches('`').to_owned())).collect();
    let listed: BTreeSet<String> = names.iter().cloned().collect();
    assert_eq!(listed.len(), names.len(), "one is listed twice");
    assert_eq!(listed, real);
}

#[test]
fn the_switch_profiles_are_listed() {
    let said = voiceport().args(["inventory", "show", "--capabilities"]).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let cells = |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let shown: Vec<Vec<String>> = said.lines().take_while(|line| !line.is_empty()).skip(1).map(cells).collect();
    assert!(shown.len() > 20, "{said}");
    let mut listed = table(&read("docs/switches.md"), "Profiles");
    for row in &mut listed {
        let limits = row.pop().unwrap();
        let name = row[0].trim_matches('`').to_owned();
        assert!(limits.is_empty() || said.contains(&format!("{name}: {limits}.\n")), "{name}: {limits}");
        assert_eq!(limits.is_empty(), !said.contains(&format!("\n{name}: ")), "{name}: what it cannot do");
        row[0] = name;
    }
    let rows = shown.iter().map(|row| format!("| `{}` | {} | |", row[0], row[1..].join(" | "))).collect::<Vec<_>>();
    assert_eq!(listed, shown, "the table should be:\n{}", rows.join("\n"));
}

#[test]
fn all_that_is_not_done_yet_is_named() {
    let text = read("docs/commands.md");
    let marked = "not in this version";
    for (words, command) in commands() {
        let call = words.join(" ");
        let whole = command.get_about().is_some_and(|about| about.to_string().contains(marked));
        assert!(!whole || text.contains(&format!("`{call}`")), "docs/commands.md: `{call}` is {marked}");
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let flag = format!("`{call} --{}`", argument.get_long().unwrap_or_default());
            assert!(!help.contains(marked) || text.contains(&flag), "docs/commands.md: {flag} is {marked}");
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut files: Vec<String> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "inventory/README.md", "benches/README.md"]
            .map(str::to_owned)
            .into();
    files.extend(["tests/README.md", "tests/fixtures/discover/README.md"].map(str::to_owned));
    for folder in ["docs", "crates"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap());
            files.push(if folder == "crates" { format!("{name}/README.md") } else { name });
        }
    }
    for file in files.iter().filter(|file| root().join(file).exists()) {
        let folder = root().join(file).parent().map(PathBuf::from).unwrap();
        for rest in read(file).split("](").skip(1) {
            let link = rest.split([')', '#']).next().unwrap();
            let outside = link.is_empty() || link.starts_with("https://") || link.starts_with("mailto:");
            if !outside && !folder.join(link).exists() {
                wrong.push(format!("{file}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fenced blocks of a language.
fn snippets(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readmes_inventories_load() {
    let catalogue = phones::builtin().unwrap();
    let snippets = snippets(&read("README.md"), "yaml");
    assert!(!snippets.is_empty());
    for text in snippets {
        let source = inventory::Source { name: "README.md".to_owned(), text: text.clone() };
        inventory::parse(&[source], &catalogue).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    }
}

#[test]
fn the_example_loads_and_its_secrets_are_named() {
    let catalogue = phones::builtin().unwrap();
    inventory::load(&root().join("inventory/example"), &catalogue).unwrap();
    let text = read("docs/inventory.md");
    for file in ["10-site.yaml", "20-switches.yaml", "30-phones.yaml"] {
        for rest in read(&format!("inventory/example/{file}")).split("{env: ").skip(1) {
            let name = rest.split('}').next().unwrap();
            assert!(text.contains(name), "docs/inventory.md: {name} of {file} is not named");
        }
    }
}

#[test]
fn the_readme_is_short_and_says_what_was_not_tried() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 150, "{} lines, 150 at most", readme.lines().count());
    for words in ["has not met real hardware yet", "Linux only"] {
        assert!(readme.contains(words), "README: {words}");
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let newest = read("CHANGELOG.md").lines().find_map(|line| line.strip_prefix("## ").map(str::to_owned)).unwrap();
    assert!(newest.starts_with(env!("CARGO_PKG_VERSION")), "{newest}");
}
