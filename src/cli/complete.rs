//! `voiceport complete`: names for the word that is being typed, for the completion scripts. I/O.

use std::path::PathBuf;

use clap::{Arg, Command};

use super::exit::Exit;
use super::global::Global;
use crate::ops::names::{Kind, names};

/// Print the names that the word may become; exit with 1 where it is no name of the inventory or of a run
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Args {
    /// Which of the words is being typed
    index: usize,
    /// The words, the program's name first
    #[arg(last = true)]
    words: Vec<String>,
}

/// What the words so far say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Typed {
    /// What the next word names.
    kind: Option<Kind>,
    /// Its beginning.
    begins: String,
    inventory: Option<PathBuf>,
    state_dir: Option<PathBuf>,
}

impl Args {
    pub fn run(self, command: Command, global: &Global) -> Exit {
        let typed = read(command, &self.words, self.index);
        let Some(kind) = typed.kind else { return Exit::Failed };
        let global = global.clone().with_paths(typed.inventory, typed.state_dir);
        let mut lines = String::new();
        for name in names(kind, &global.inventory, &global.context()) {
            if name.starts_with(&typed.begins) && !name.contains(char::is_control) {
                lines.push_str(&name);
                lines.push('\n');
            }
        }
        global.terminal().raw(&lines);
        Exit::Done
    }
}

/// Goes through the words as the parser would, as far as they are typed.
fn read(mut command: Command, words: &[String], index: usize) -> Typed {
    command.build();
    let (mut typed, mut command) = (Typed::default(), &command);
    let (mut positionals, mut option): (usize, Option<&Arg>) = (0, None);
    // some shells make a word of the `=` between an option and its value
    for word in words.iter().take(index).skip(1).filter(|word| *word != "=") {
        if let Some(option) = option.take() {
            typed.note(option, word);
        } else if let Some((name, value)) = option_of(word) {
            let known = command.get_arguments().find(|argument| is_called(argument, name) && argument.get_action().takes_values());
            match (known, value) {
                (Some(known), Some(value)) => typed.note(known, value),
                (known, _) => option = known,
            }
        } else if let Some(inner) = command.find_subcommand(word) {
            (command, positionals) = (inner, 0);
        } else {
            positionals += 1;
        }
    }
    let word = words.get(index).map_or("", String::as_str).trim_start_matches('=');
    let whole = option_of(word).and_then(|(name, value)| Some((name, value?)));
    if let (None, Some((name, value))) = (option, whole) {
        value.clone_into(&mut typed.begins);
        typed.kind = command.get_arguments().find(|argument| is_called(argument, name)).and_then(kind);
    } else {
        word.clone_into(&mut typed.begins);
        typed.kind = option.or_else(|| command.get_positionals().nth(positionals)).and_then(kind);
    }
    typed
}

impl Typed {
    fn note(&mut self, option: &Arg, value: &str) {
        match option.get_id().as_str() {
            "inventory" => self.inventory = Some(value.into()),
            "state_dir" => self.state_dir = Some(value.into()),
            _ => {}
        }
    }
}

/// Name and value of an option; the value where it is in the same word.
fn option_of(word: &str) -> Option<(&str, Option<&str>)> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).filter(|name| !name.is_empty())?;
    Some(name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value))))
}

fn is_called(argument: &Arg, name: &str) -> bool {
    argument.get_long() == Some(name) || argument.get_short().is_some_and(|short| name.chars().eq([short]))
}

/// What an argument names, by the name of its value.
fn kind(argument: &Arg) -> Option<Kind> {
    let value = argument.get_value_names().and_then(|names| names.first())?;
    match (argument.get_id().as_str(), value.as_str()) {
        ("switch", _) => Some(Kind::Switches),
        ("phone", "MAC") => Some(Kind::Phones),
        ("phone", _) => Some(Kind::PhonesAndExtensions),
        (_, "RUN") => Some(Kind::Runs),
        _ => None,
    }
}

/// What the scripts of the shells call, around what clap makes of the command line.
pub const BASH: &str = r#"
_voiceport_names() {
    local name names
    if names=$("${COMP_WORDS[0]}" complete "$COMP_CWORD" -- "${COMP_WORDS[@]}" 2>/dev/null); then
        COMPREPLY=()
        while IFS= read -r name; do
            # in quotes where the shell would take it for more than a name
            [[ -n $name ]] && COMPREPLY+=("$(printf '%q' "$name")")
        done <<< "$names"
        return 0
    fi
    _voiceport "$@"
}
"#;

pub const ZSH: &str = r#"
_voiceport_names() {
    local names
    if names=$("${words[1]}" complete $((CURRENT - 1)) -- "${words[@]}" 2>/dev/null); then
        compadd -- "${(@f)names}"
        return
    fi
    _voiceport "$@"
}
"#;

pub const FISH: &str = r"
function __fish_voiceport_names
    set -l typed (commandline -opc)
    $typed[1] complete (count $typed) -- $typed (commandline -ct) 2>/dev/null
end
complete -c voiceport -f -a '(__fish_voiceport_names)'
complete -c voiceport -l switch -x -a '(__fish_voiceport_names)'
complete -c voiceport -l phone -x -a '(__fish_voiceport_names)'
";

/// A name of the last two shells' scripts that the wrapper takes the place of.
pub const WRAPPED: [(&str, &str); 2] =
    [("complete -F _voiceport ", "complete -F _voiceport_names "), ("compdef _voiceport ", "compdef _voiceport_names ")];

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn typed(line: &str) -> Typed {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        read(Cli::command(), &words, words.len() - 1)
    }

    #[test]
    fn the_word_is_known_by_those_before_it() {
        for (line, kind, begins) in [
            ("voiceport verify --switch ", Some(Kind::Switches), ""),
            ("voiceport plan --check --switch clo", Some(Kind::Switches), "clo"),
            ("voiceport plan --switch=clo", Some(Kind::Switches), "clo"),
            ("voiceport plan --switch = clo", Some(Kind::Switches), "clo"),
            ("voiceport verify --phone 1", Some(Kind::PhonesAndExtensions), "1"),
            ("voiceport render --phone ", Some(Kind::Phones), ""),
            ("voiceport --format json rollback ", Some(Kind::Runs), ""),
            ("voiceport history show 1", Some(Kind::Runs), "1"),
            ("voiceport rollback 1 ", None, ""),
            ("voiceport plan --out ", None, ""),
            ("voiceport plan --swi", None, "--swi"),
            ("voiceport ver", None, "ver"),
            ("voiceport", None, "voiceport"),
        ] {
            let typed = typed(line);
            assert_eq!((typed.kind, typed.begins.as_str()), (kind, begins), "{line}");
        }
    }

    #[test]
    fn the_inventory_that_is_named_is_the_one_looked_into() {
        for line in ["voiceport -i a.yaml plan --switch ", "voiceport plan --inventory=a.yaml --state-dir s --switch c"] {
            let typed = typed(line);
            assert_eq!((typed.kind, typed.inventory), (Some(Kind::Switches), Some("a.yaml".into())), "{line}");
        }
        assert_eq!(typed("voiceport --state-dir s rollback ").state_dir, Some("s".into()));
    }
}
