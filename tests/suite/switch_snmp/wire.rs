//! What the driver puts on the wire when nothing answers.

use std::time::Instant;

use tokio::net::UdpSocket;
use voiceport::model::credential::CredentialOf;
use voiceport::model::secret::Secret;
use voiceport::switch::Error;
use voiceport::switch::snmp::{Engine, SnmpSwitch, Target, profiles};

#[tokio::test]
async fn a_silent_switch_is_asked_three_times_and_never_with_the_write_credential() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let community = |text: &str| Some(CredentialOf::V2c { community: Secret::new(text) });
    let target = Target {
        name: "desk-1".into(),
        address: "127.0.0.1".to_owned(),
        port: socket.local_addr().unwrap().port(),
        read: community("for-reading"),
        write: community("for-writing"),
        profile: None,
        allow_generic_write: false,
        power_budget: None,
    };
    let started = Instant::now();
    let error = SnmpSwitch::connect(&Engine::open().await.unwrap(), target).await.err().unwrap();
    assert!(matches!(error, Error::NoAnswer { tries: 3, .. }), "{error:?}");
    assert!(started.elapsed().as_secs() < 8);
    let mut octets = [0_u8; 2000];
    let mut datagrams = 0;
    while let Ok(length) = socket.try_recv(&mut octets) {
        let text = String::from_utf8_lossy(&octets[..length]).into_owned();
        assert!(text.contains("for-reading") && !text.contains("for-writing"));
        datagrams += 1;
    }
    assert_eq!(datagrams, 3);
}

#[test]
fn the_built_in_profiles_are_listed_with_what_they_can_do() {
    let listed: Vec<_> = profiles().into_iter().map(|profile| profile.name).collect();
    assert_eq!(listed, ["standard", "cisco-ios", "mikrotik-routeros"]);
}
