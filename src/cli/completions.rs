//! `voiceport completions`: the shell's own completion script. I/O.

use clap::ValueHint;

use super::complete;
use super::exit::Exit;
use super::global::Global;

const EXAMPLES: &str = "Examples:
  voiceport completions bash > ~/.local/share/bash-completion/completions/voiceport
  voiceport completions fish > ~/.config/fish/completions/voiceport.fish";

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// What each option takes, by the name of its value: files and folders, or nothing that a shell could know.
fn hinted(command: clap::Command) -> clap::Command {
    let hint = |argument: clap::Arg| {
        let name = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        let hint = match name.as_deref() {
            Some("FILE" | "PLAN.JSON" | "SOCKET") => ValueHint::FilePath,
            Some("DIR") => ValueHint::DirPath,
            Some("PATH") => ValueHint::AnyPath,
            _ => ValueHint::Other,
        };
        if argument.get_action().takes_values() { argument.value_hint(hint) } else { argument }
    };
    command.mut_args(hint).mut_subcommands(hinted)
}

/// The same without the commands that are for scripts alone, which the generator would offer.
fn without_hidden(command: &clap::Command) -> clap::Command {
    let shown = command.get_subcommands().filter(|inner| !inner.is_hide_set()).cloned();
    let version = command.get_version().unwrap_or_default().to_owned();
    let same = clap::Command::new(command.get_name().to_owned()).version(version).propagate_version(true);
    same.args(command.get_arguments().cloned()).subcommands(shown)
}

/// The script, with names of the inventory and numbers of runs where they belong.
fn with_names(shell: Shell, script: &str) -> String {
    // only the lines at the end, which tell the shell whom to ask, name the function at their beginning
    let mut script = script.to_owned();
    for (asks, asks_for_names) in complete::WRAPPED {
        script = script.replace(asks, asks_for_names);
    }
    match shell {
        Shell::Bash => complete::BASH.to_owned() + &script,
        Shell::Zsh => {
            // the first line says what the file is for
            let (first, rest) = script.split_once('\n').unwrap_or((&script, ""));
            format!("{first}\n{}{rest}", complete::ZSH)
        }
        Shell::Fish => script + complete::FISH,
    }
}

impl Args {
    /// Prints the script of this whole command line.
    pub fn run(self, command: &clap::Command, global: &Global) -> Exit {
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Zsh => clap_complete::Shell::Zsh,
            Shell::Fish => clap_complete::Shell::Fish,
        };
        let mut script = Vec::new();
        let mut shown = hinted(without_hidden(command));
        clap_complete::generate(shell, &mut shown, "voiceport", &mut script);
        global.terminal().text(with_names(self.shell, &String::from_utf8_lossy(&script)));
        Exit::Done
    }
}
