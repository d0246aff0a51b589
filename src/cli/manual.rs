//! The manual pages, made from the command line's own definitions. Pure.

use clap::{Arg, ArgAction, Command, CommandFactory};
use clap_mangen::Man;

use super::command::Cli;
use super::global::VARIABLES;
use super::roff::{escape, roff};

/// File name and content of every page: `voiceport.1`, one per command, and one per subcommand of a command.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, None, &mut pages);
    pages.push(("voiceport-inventory.5".to_owned(), inventory_page()));
    pages
}

fn collect(command: &Command, parent: Option<&Command>, pages: &mut Vec<(String, String)>) {
    pages.push((format!("{}.1", page_name(command)), page(command, parent)));
    for sub in shown(command) {
        collect(sub, Some(command), pages);
    }
}

fn page(command: &Command, parent: Option<&Command>) -> String {
    // What every command takes is described once, on the program's own page.
    let own = if parent.is_some() { command.clone().mut_args(without_global) } else { command.clone() };
    // Without a date: the page is checked in and compared.
    let man = Man::new(own)
        .title(title(&page_name(command).to_uppercase()))
        .source(concat!("voiceport ", env!("CARGO_PKG_VERSION")))
        .manual("voiceport manual");
    let mut head = Vec::new();
    let mut body = Vec::new();
    let mut rendered = man.render_title(&mut head).and_then(|()| man.render_name_section(&mut head));
    rendered =
        rendered.and_then(|()| man.render_description_section(&mut body)).and_then(|()| man.render_options_section(&mut body));
    if shown(command).next().is_some() {
        rendered = rendered.and_then(|()| man.render_subcommands_section(&mut body));
    }
    debug_assert!(rendered.is_ok(), "writing to memory does not fail");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ends = notes(command);
    let codes = if ends.contains(".SH \"EXIT CODES\"\n") { String::new() } else { exit_codes() };
    let globals = if parent.is_some() { global_options(command) } else { String::new() };
    let parts = [
        text(&head),
        synopsis(command),
        text(&body),
        globals,
        environment(command),
        ends,
        codes,
        files(),
        see_also(command, parent),
    ];
    parts.concat()
}

/// A page's name as its head shows it: three times on a line of 78 columns, so a long one gives up its middle.
fn title(name: &str) -> String {
    if name.len() <= 26 { name.to_owned() } else { name.replacen("VOICEPORT-", "", 1) }
}

fn is_global(argument: &Arg) -> bool {
    argument.get_help_heading().is_some()
}

fn without_global(argument: Arg) -> Arg {
    if is_global(&argument) { argument.hide(true) } else { argument }
}

/// The options that every command takes, by name.
fn global_options(command: &Command) -> String {
    let name = |argument: &Arg| {
        let long = argument.get_long()?;
        let short = argument.get_short().map_or_else(String::new, |short| format!("\\fB\\-{short}\\fR, "));
        Some(format!("{short}\\fB\\-\\-{}\\fR", escape(long)))
    };
    let names: Vec<String> = command.get_arguments().filter(|argument| is_global(argument)).filter_map(name).collect();
    format!(".SH \"GLOBAL OPTIONS\"\n{}: see \\fBvoiceport\\fR(1).\n", names.join("; "))
}

fn exit_codes() -> String {
    let rows = [
        "0\tdone, nothing wrong",
        "1\tfailed",
        "2\twrong usage",
        "3\tinventory or template invalid",
        "4\tdevice unreachable or refused",
        "5\tdifferences found, or a limit not met",
        "6\tfailed, everything put back",
        "7\tswitches left changed against the plan\'s promise",
    ];
    let rows = rows.iter().filter_map(|row| row.split_once('\t'));
    let rows: Vec<String> = rows.map(|(code, means)| format!(".TP 4\n{code}\n{means}")).collect();
    format!(
        ".SH \"EXIT CODES\"\n{}\n.PP\nWhen several hold, the worst for the network counts: 7, 6, 4, 3, 5, 1.\n",
        rows.join("\n")
    )
}

fn files() -> String {
    let rows = [
        ("inventory/", "The inventory, when none is named: see \\fBvoiceport\\-inventory\\fR(5)."),
        ("$XDG_STATE_HOME/voiceport/, else ~/.local/state/voiceport/", "The state folder."),
        ("journal.sqlite", "There: each run, each step before it is written and after it was read back."),
        ("report\\-RUN.json, report\\-last.json", "There: the acceptance report of each run, and the last one."),
    ];
    rows.iter().fold(".SH FILES\n".to_owned(), |text, (name, what)| format!("{text}.TP\n\\fI{name}\\fR\n{what}\n"))
}

/// `voiceport-inventory(5)`: the document about the inventory, as a page.
fn inventory_page() -> String {
    let head = format!(
        ".TH VOICEPORT\\-INVENTORY 5 \"\" \"voiceport {}\" \"voiceport manual\"\n.SH NAME\nvoiceport\\-inventory \\- what a site should be\n",
        env!("CARGO_PKG_VERSION")
    );
    let body = roff(include_str!("../../docs/inventory.md"));
    format!("{head}.SH DESCRIPTION\n{body}.SH \"SEE ALSO\"\n\\fBvoiceport\\fR(1), \\fBvoiceport\\-inventory\\-check\\fR(1)\n")
}

/// The command's own options with their values; those that every command takes are named together.
fn synopsis(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut parts = vec![format!("\\fB{}\\fR [\\fIGLOBAL OPTIONS\\fR]", escape(name))];
    let own = command.get_arguments().filter(|argument| !argument.is_hide_set() && argument.get_help_heading().is_none());
    for argument in
        own.filter(|argument| !matches!(argument.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::Version))
    {
        let (open, close) = if argument.is_required_set() { ("", "") } else { ("[", "]") };
        let option = argument.get_long().map(|long| format!("\\fB\\-\\-{}\\fR", escape(long)));
        let takes = argument.get_action().takes_values().then(|| value(argument));
        let words: Vec<String> = option.into_iter().chain(takes).collect();
        let more = if matches!(argument.get_action(), ArgAction::Append) { "..." } else { "" };
        parts.push(format!("{open}{}{close}{more}", words.join(" ")));
    }
    if shown(command).next().is_some() {
        let (open, close) = if command.is_subcommand_required_set() { ("", "") } else { ("[", "]") };
        parts.push(format!("{open}\\fISUBCOMMAND\\fR{close}"));
    }
    format!(".SH SYNOPSIS\n{}\n", parts.join(" "))
}

fn value(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<String> = names.iter().map(|name| format!("\\fI{}\\fR", escape(name))).collect();
    names.join(" ")
}

/// The variables that stand for options.
fn environment(command: &Command) -> String {
    let known = |long: &str| command.get_arguments().any(|argument| argument.get_long() == Some(long));
    let variables = VARIABLES.iter().filter(|(_, long)| known(long)).map(|(variable, long)| {
        format!(".TP\n\\fB{}\\fR\nStands for \\fB\\-\\-{}\\fR where that is not given.\n", escape(variable), escape(long))
    });
    let variables: String = variables.collect();
    if variables.is_empty() { String::new() } else { format!(".SH ENVIRONMENT\n{variables}") }
}

/// The text after the options: a line without indent that ends in a colon is a heading, indented lines stay as they are.
fn notes(command: &Command) -> String {
    let after = command.get_after_long_help().or_else(|| command.get_after_help());
    let after = after.map(ToString::to_string).unwrap_or_default();
    let mut lines = Vec::new();
    let mut verbatim = false;
    for line in after.lines() {
        let indented = line.starts_with(' ');
        if indented != verbatim {
            lines.push(if indented { ".nf" } else { ".fi" }.to_owned());
            verbatim = indented;
        }
        if line.is_empty() {
            continue;
        }
        match line.strip_suffix(':').filter(|_| !indented) {
            Some(heading) => lines.push(format!(".SH \"{}\"", escape(&heading.to_uppercase()))),
            None => lines.push(escape(line)),
        }
    }
    if verbatim {
        lines.push(".fi".to_owned());
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn see_also(command: &Command, parent: Option<&Command>) -> String {
    let mut names: Vec<&str> = parent.into_iter().map(page_name).collect();
    if parent.is_some_and(|parent| page_name(parent) != "voiceport") {
        names.push("voiceport");
    }
    names.extend(shown(command).map(page_name));
    let pages = names.iter().map(|name| format!("\\fB{}\\fR(1)", escape(name)));
    let pages: Vec<String> = pages.chain(std::iter::once("\\fBvoiceport\\-inventory\\fR(5)".to_owned())).collect();
    format!(".SH \"SEE ALSO\"\n{}\n", pages.join(", "))
}

/// `voiceport-history-show`.
fn page_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
}
