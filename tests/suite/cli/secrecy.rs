//! Secrets of the simulated site must not be where somebody reads.

use std::path::Path;

use super::user::{Said, project};

/// Every secret written in `inventory/lab/site.yaml`.
pub fn secrets() -> Vec<String> {
    let text = std::fs::read_to_string(project("inventory/lab/site.yaml")).unwrap();
    let after = |part: &str| part.split('}').next().unwrap().trim().to_owned();
    let secrets: Vec<String> = text.split("insecure_literal: true, value:").skip(1).map(after).collect();
    assert_eq!(secrets.len(), 14, "two communities, four passwords for SNMPv3, eight phones");
    secrets
}

/// None of them is in what a command said.
#[track_caller]
pub fn check_said(said: &Said) {
    for secret in secrets() {
        assert!(!said.stdout.contains(&secret) && !said.stderr.contains(&secret), "{secret} is in\n{said}");
    }
}

/// None of them is in any file below a folder, but for those named.
#[track_caller]
pub fn check_files(folder: &Path, but: &[&str]) {
    let mut waiting = vec![folder.to_owned()];
    let mut read = 0;
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if !but.iter().any(|name| path.ends_with(name)) {
                check_bytes(&path, &std::fs::read(&path).unwrap());
                read += 1;
            }
        }
    }
    assert!(read > 0, "there was no file to look into");
}

#[track_caller]
fn check_bytes(path: &Path, bytes: &[u8]) {
    for secret in secrets() {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {}", path.display());
    }
}
