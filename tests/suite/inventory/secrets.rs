//! Secrets fetched from environment, files and commands, and never shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use model::credential::{AuthProtocol, Credential, CredentialSpec, SecretRef, UsmUserOf};
use model::secret::Secret;
use voiceport::inventory::secrets::{Error, resolve, resolve_credential};

/// A folder that others may enter, as most are.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("voiceport-secrets-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_gives_its_first_line_when_others_cannot_read_it() {
    let folder = folder("file");
    let reference = SecretRef::File("key".into());
    for (mode, allowed) in [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o660, false), (0o602, false)] {
        write(&folder.join("key"), "hunter2\n", mode);
        match resolve(&reference, &folder) {
            Ok(secret) => assert!(allowed && secret.expose() == "hunter2", "{mode:o}"),
            Err(error) => {
                assert!(!allowed && matches!(error, Error::Exposed { .. }), "{mode:o}: {error}");
                assert!(error.hint().unwrap().starts_with("chmod "), "{mode:o}");
            }
        }
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(resolve(&reference, &folder).is_ok(), "a folder that keeps others out shelters its files");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_not_there_is_named() {
    let folder = folder("missing");
    let variable = SecretRef::Env("VOICEPORT_TEST_NOT_SET".to_owned());
    assert_eq!(resolve(&variable, &folder).unwrap_err().to_string(), "secret env VOICEPORT_TEST_NOT_SET: not set");
    let file = resolve(&SecretRef::File("nothing".into()), &folder).unwrap_err();
    assert!(matches!(file, Error::File { .. }) && file.to_string().ends_with("nothing: there is none of this name"), "{file}");
    let program = SecretRef::Command(vec!["voiceport-no-such-program".to_owned()]);
    let program = resolve(&program, &folder).unwrap_err();
    assert!(program.to_string().starts_with("secret command voiceport-no-such-program: there is none"), "{program}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_variable_is_read() {
    let path = resolve(&SecretRef::Env("PATH".to_owned()), Path::new(".")).unwrap();
    assert_eq!(path.expose(), std::env::var("PATH").unwrap());
}

#[test]
fn a_command_gives_its_first_line_and_runs_in_the_inventory() {
    let folder = folder("command");
    write(&folder.join("tell"), "#!/bin/sh\ncat value\n", 0o700);
    write(&folder.join("value"), "hunter2\nrest\n", 0o600);
    let tell = SecretRef::Command(vec!["./tell".to_owned()]);
    assert_eq!(resolve(&tell, &folder).unwrap().expose(), "hunter2");
    let shell = |script: &str| SecretRef::Command(["sh", "-c", script].map(str::to_owned).to_vec());
    let failed = resolve(&shell("echo hunter2; exit 3"), &folder).unwrap_err();
    assert_eq!(failed.to_string(), "secret command sh: exit status: 3");
    let silent = resolve(&shell(":"), &folder).unwrap_err();
    assert_eq!(silent.to_string(), "secret command sh: the first line is empty");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_credential_is_resolved_whole() {
    let literal = |text: &str| SecretRef::Literal(Secret::new(text));
    let user = |password: &str| {
        CredentialSpec::V3(UsmUserOf {
            user: "op".to_owned(),
            auth: Some((AuthProtocol::Sha256, literal(password))),
            privacy: None,
            context: String::new(),
        })
    };
    let resolved = resolve_credential(&user("longenough"), Path::new(".")).unwrap();
    assert!(!format!("{resolved:?}").contains("longenough"));
    assert!(matches!(resolved, Credential::V3(UsmUserOf { auth: Some((AuthProtocol::Sha256, _)), .. })));
    let error = resolve_credential(&user("tiny"), Path::new(".")).unwrap_err();
    assert!(error.to_string().contains("shorter than the 8 characters") && !error.to_string().contains("tiny"), "{error}");
    assert_eq!(resolve_credential(&CredentialSpec::Local, Path::new(".")).unwrap(), Credential::Local);
}
