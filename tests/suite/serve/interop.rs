//! Clients that others wrote, against our server on loopback.

use std::process::Output;

use model::serve::{Evidence, FetchProtocol, FetchResult};
use tokio::process::Command;

use super::{DEVICE_FILE, Running, start};
use crate::support::TempDir;

const FILES: [(&str, usize); 4] = [("empty.bin", 0), ("block.bin", 512), ("blocks.bin", 3072), ("firmware.rom", 3_000_000)];

/// What curl exits with after a TFTP error 1.
const CURL_TFTP_NOT_FOUND: i32 = 68;

async fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output().await;
    output.unwrap_or_else(|cause| panic!("{program}: {cause}"))
}

async fn expect_event(running: &mut Running, name: &str, bytes: usize) {
    let event = running.event().await;
    assert_eq!((event.name.as_str(), event.result, event.bytes), (name, FetchResult::Served, bytes as u64), "{event:?}");
}

#[tokio::test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
async fn curl_fetches_over_tftp_with_and_without_options() {
    let mut running = start();
    for (name, length) in FILES {
        for options in [&["--tftp-no-options"][..], &[], &["--tftp-blksize", "1428"], &["--tftp-blksize", "8192"]] {
            let url = format!("tftp://{}/{name}", running.tftp());
            let arguments = [&["-sS", "--max-time", "20"], options, &[&url]].concat();
            let output = run("curl", &arguments).await;
            assert!(output.status.success(), "{name} {options:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.stdout.len(), length, "{name} {options:?}");
            expect_event(&mut running, name, length).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
async fn the_hpa_client_fetches_in_both_modes() {
    let mut running = start();
    let folder = TempDir::new();
    let port = running.tftp().port().to_string();
    for (name, length) in FILES {
        let local = folder.path().join(name);
        let local = local.to_str().unwrap();
        let output = run("tftp", &["-m", "octet", "127.0.0.1", &port, "-c", "get", name, local]).await;
        assert!(output.status.success(), "{output:?}");
        assert_eq!(std::fs::metadata(local).unwrap().len(), length as u64, "{name}");
        expect_event(&mut running, name, length).await;
    }
    let local = folder.path().join("text");
    let output = run("tftp", &["-m", "netascii", "127.0.0.1", &port, "-c", "get", DEVICE_FILE, local.to_str().unwrap()]).await;
    assert!(output.status.success(), "{output:?}");
    assert!(std::fs::read_to_string(local).unwrap().starts_with("#!version:1.0.0.1\naccount.1.enable = 1\n"));
}

#[tokio::test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
async fn busybox_fetches_with_block_sizes_and_two_at_once() {
    let mut running = start();
    let folder = TempDir::new();
    let server = format!("{} {}", running.tftp().ip(), running.tftp().port());
    for (name, length) in FILES {
        for block in ["512", "1024", "1428", "4096"] {
            let local = folder.path().join(name);
            let line = format!("busybox tftp -b {block} -g -r {name} -l {} {server}", local.display());
            let output = run("sh", &["-c", &line]).await;
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(std::fs::metadata(&local).unwrap().len(), length as u64, "{line}");
            expect_event(&mut running, name, length).await;
        }
    }
    let line = |local: &str| format!("busybox tftp -g -r firmware.rom -l {} {server}", folder.path().join(local).display());
    let (first, second) = (line("first"), line("second"));
    let (first_arguments, second_arguments) = (["-c", first.as_str()], ["-c", second.as_str()]);
    let (first, second) = tokio::join!(run("sh", &first_arguments), run("sh", &second_arguments));
    assert!(first.status.success() && second.status.success(), "{first:?} {second:?}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("first") == read("second") && read("first").len() == 3_000_000);
}

#[tokio::test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
async fn curl_fetches_over_http_old_and_new() {
    let mut running = start();
    let address = running.http();
    let url = |name: &str| format!("http://{address}/{name}");
    for version in ["--http1.0", "--http1.1"] {
        let output = run("curl", &["-sSi", version, &url("Prov/001565123456.CFG")]).await;
        let text = String::from_utf8(output.stdout).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let head = head.to_lowercase();
        assert!(head.contains(" 200 ok") && head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert!(!head.contains("transfer-encoding") && !head.contains("content-encoding"), "{head}");
        assert!(body.contains("account.1.password = s3cr&t<1>\n"));
        let event = running.event().await;
        assert_eq!((event.protocol, event.result), (FetchProtocol::Http, FetchResult::Served));
        assert_eq!((event.evidence, event.bytes), (Some(Evidence::InventoryAddress), body.len() as u64));
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        let condition = format!("If-None-Match: {tag}");
        let again = run("curl", &["-sS", "-w", "%{http_code}", "-H", &condition, &url(DEVICE_FILE)]).await;
        assert_eq!(String::from_utf8(again.stdout).unwrap(), "304");
        assert_eq!(running.event().await.bytes, 0);
    }
    let head = run("curl", &["-sSI", &url("firmware.rom")]).await;
    assert!(String::from_utf8(head.stdout).unwrap().contains("content-length: 3000000"));
    let refused = run("curl", &["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-d", "x", &url("a.log")]).await;
    assert_eq!(String::from_utf8(refused.stdout).unwrap(), "405");
}

#[tokio::test]
#[ignore = "needs curl, tftp-hpa and busybox: tests/run runs it"]
async fn a_stranger_gets_the_common_file_and_never_a_phones_own() {
    let mut running = start();
    for (scheme, address) in [("http", running.http()), ("tftp", running.tftp())] {
        let mut texts = Vec::new();
        for (name, result) in
            [(DEVICE_FILE, FetchResult::Denied), ("no.cfg", FetchResult::NotFound), ("y000000000066.cfg", FetchResult::Served)]
        {
            let url = format!("{scheme}://{address}/{name}");
            let output = run("curl", &["-sSi", "--max-time", "20", "--interface", "127.0.0.9", &url]).await;
            assert_eq!(running.event().await.result, result, "{url}");
            let told_not_found = if scheme == "tftp" {
                output.status.code() == Some(CURL_TFTP_NOT_FOUND)
            } else {
                output.stdout.starts_with(b"HTTP/1.1 404 ")
            };
            assert_eq!(told_not_found, result != FetchResult::Served, "{output:?}");
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            texts.push(text.lines().filter(|line| !line.starts_with("date:")).collect::<Vec<_>>().join("\n"));
        }
        assert_eq!(texts[0], texts[1]);
        assert!(!texts[0].contains("account"), "{}", texts[0]);
        assert!(texts[2].contains("#!version:1.0.0.1"), "{}", texts[2]);
    }
}
