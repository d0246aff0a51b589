//! Who asks over IPv6 is known by the neighbour table of a kernel of its own.

use std::sync::Arc;
use std::time::Duration;

use model::serve::{Evidence, FetchEvent, FetchResult};
use tokio::process::Command;
use tokio::sync::mpsc;
use voiceport::serve::{Options, Server};

use super::{DEVICE_FILE, file_store};
use crate::support::{in_guest, sh};

/// Cables from here to the phone's network namespace and to a stranger's.
const CABLES: &str = "
    address=00:15:65:12:34:56 network=2001:db8:1
    for end in phone stranger; do
        ip netns add $end
        ip link add $end type veth peer name eth0 netns $end
        ip link set $end up
        ip -n $end link set eth0 address $address up
        ip addr add $network::1/64 dev $end nodad; ip -n $end addr add $network::7/64 dev eth0 nodad
        ip addr add fe80::1/64 dev $end nodad; ip -n $end addr add fe80::7/64 dev eth0 nodad
        address=00:15:65:99:99:99 network=2001:db8:2
    done";

#[test]
#[ignore = "needs user-mode-linux and curl: tests/run runs it"]
fn a_phone_that_asks_over_ipv6_is_known() {
    if !in_guest("serve::kernel::a_phone_that_asks_over_ipv6_is_known") {
        return;
    }
    sh(CABLES);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (sender, mut events) = mpsc::channel(8);
        let options = Options { tftp: Some("[::]:0".parse().unwrap()), http: None };
        let server = Server::start(&options, Arc::new(file_store(None)), sender).unwrap();
        let port = server.tftp_address().unwrap().port();
        for (end, address) in [("phone", "2001:db8:1::1"), ("phone", "fe80::1%25eth0"), ("stranger", "2001:db8:2::1")] {
            let url = format!("tftp://[{address}]:{port}/{DEVICE_FILE}");
            let curl = ["netns", "exec", end, "curl", "-g", "-sS", "--max-time", "30", &url];
            let output = Command::new("ip").args(curl).output().await.unwrap();
            let event: FetchEvent = tokio::time::timeout(Duration::from_secs(30), events.recv()).await.unwrap().unwrap();
            if end == "phone" {
                assert_eq!((event.result, event.evidence), (FetchResult::Served, Some(Evidence::NeighbourTable)), "{event:?}");
                assert!(output.status.success() && output.stdout.len() as u64 == event.bytes, "{address}: {output:?}");
            } else {
                assert_eq!((event.result, event.evidence), (FetchResult::Denied, None), "{event:?}");
                assert!(!output.status.success(), "{output:?}");
            }
        }
    });
}
