//! The completion script in a shell that really runs it.

use std::process::Command;

use super::user::{Said, User, finish};

/// What bash offers for the last word of a line.
fn offered(user: &User, words: &[&str]) -> Vec<String> {
    // bash calls the function that is registered, with the words that it has made of the line
    const COMPLETE: &str = r#"
source <(voiceport completions bash)
function=$(complete -p voiceport | sed -n 's/.*-F \([^ ]*\).*/\1/p')
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
compopt() { :; }
"$function" voiceport "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;
    let mut bash = Command::new("bash");
    user.settle(&mut bash);
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_voiceport")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    bash.args(["--norc", "-c", COMPLETE, "bash"]).args(words).env("PATH", path);
    let Said { stdout, .. } = finish(&mut bash).exits(0);
    stdout.lines().map(str::to_owned).collect()
}

fn user() -> User {
    let user = User::new();
    std::fs::create_dir(user.folder().join("inventory")).unwrap();
    user.write(
        "inventory/site.yaml",
        "site: {name: hq}\nvlans: {voice: {id: 20, role: voice}}\n\
         credentials: {c: {snmp: v2c, community: {insecure_literal: true, value: community}}}\n\
         switches:\n  closet: {address: 192.0.2.1, read: c}\n  closet-2: {address: 192.0.2.2, read: c}\n  \
         \"$(touch fell)\": {address: 192.0.2.3, read: c}\n\
         pbx: {address: 192.0.2.9}\nphones:\n  \
         - {mac: \"00:15:65:00:00:01\", model: yealink/t46s, lines: [{extension: \"101\", name: A, secret: {env: S}}]}\n",
    );
    user
}

#[test]
fn bash_offers_the_names_of_the_inventory() {
    let user = user();
    assert_eq!(offered(&user, &["voiceport", "verify", "--switch", "clo"]), ["closet", "closet-2"]);
    assert_eq!(offered(&user, &["voiceport", "plan", "--switch", "="]).len(), 3);
    assert_eq!(offered(&user, &["voiceport", "verify", "--phone", ""]), ["101", "001565000001"]);
    assert_eq!(offered(&user, &["voiceport", "render", "--phone", "00"]), ["001565000001"]);
    assert_eq!(offered(&user, &["voiceport", "-i", "none.yaml", "verify", "--switch", ""]), [""]);
    // what is no name is completed as before
    assert_eq!(offered(&user, &["voiceport", "verif"]), ["verify"]);
    assert_eq!(offered(&user, &["voiceport", "plan", "--chec"]), ["--check"]);
    assert!(!offered(&user, &["voiceport", "compl"]).contains(&"complete".to_owned()), "it is for scripts");
}

#[test]
fn a_name_that_is_a_command_is_offered_in_quotes_and_not_run() {
    let user = user();
    assert_eq!(offered(&user, &["voiceport", "verify", "--switch", "$"]), [r"\$\(touch\ fell\)"]);
    assert!(!user.folder().join("fell").exists());
}

#[test]
fn bash_offers_the_numbers_of_runs() {
    let user = User::new();
    assert_eq!(offered(&user, &["voiceport", "rollback", ""]), [""], "there is no journal, and none is made");
    assert!(!user.state().exists());
    let lab = user.run(["up", "--lab", "--state-dir", "state", "--lab-fault", "refuse-set", "--report", "r.html"]);
    assert_eq!(lab.code, Some(6), "{lab}");
    for words in [&["rollback", ""][..], &["history", "show", ""], &["report", ""]] {
        let words = [&["voiceport", "--state-dir", "state"], words].concat();
        assert_eq!(offered(&user, &words), ["1"], "{words:?}");
    }
}

#[test]
fn every_shells_script_asks_for_names() {
    let user = User::new();
    for (shell, asks) in [
        ("bash", "complete -F _voiceport_names "),
        ("zsh", "compdef _voiceport_names voiceport"),
        ("fish", "complete -c voiceport -l switch -x -a '(__fish_voiceport_names)'"),
    ] {
        let script = user.run(["completions", shell]).exits(0).stdout;
        assert!(script.contains(asks), "{shell}");
    }
    assert!(user.run(["completions", "zsh"]).stdout.starts_with("#compdef voiceport\n"));
}
