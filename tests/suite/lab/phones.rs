//! Phones boot when they get power, and fetch when they are in their VLAN.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lab::{PhoneEvent, Stage};
use model::ids::MacAddress;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::*;
use crate::support::DEADLINE;

async fn until(events: &mut UnboundedReceiver<PhoneEvent>, mac: MacAddress, stage: Stage) -> PhoneEvent {
    let wanted = async {
        loop {
            let event = events.recv().await.unwrap();
            if event.mac == mac && event.stage == stage {
                return event;
            }
        }
    };
    timeout(DEADLINE, wanted).await.unwrap_or_else(|_| panic!("{mac} never came to {stage:?}"))
}

fn mac(text: &str) -> MacAddress {
    text.parse().unwrap()
}

/// SIP users by the last digit of the phone's MAC.
const USERS: [&str; 9] = ["", "101", "102", "103", "104", "201", "202", "203", "204"];

/// The phones' own files, as short as they may be.
fn file(name: &str) -> Option<Vec<u8>> {
    let (stem, extension) = name.rsplit_once('.')?;
    let user = USERS[usize::try_from(stem.chars().next_back()?.to_digit(10)?).ok()?];
    let text = match extension {
        "cfg" if !stem.starts_with('y') => {
            format!("#!version:1.0.0.1\naccount.1.user_name = {user}\naccount.1.password = secret\n")
        }
        "htm" if stem.contains('-') => format!("<user_pname idx=\"1\">{user}</user_pname><user_pass idx=\"1\">secret</user_pass>"),
        "xml" => format!("<P35>{user}</P35><P34>secret</P34>"),
        _ => return None,
    };
    Some(text.into_bytes())
}

#[tokio::test]
async fn a_phone_without_power_is_not_there() {
    let lab = healthy().await;
    let mut events = lab.events();
    until(&mut events, mac("00:04:13:10:00:03"), Stage::Waiting).await;
    let manager = Manager::reader(&lab, CLOSET).await;
    let chassis = manager.column(&format!("{LLDP_REMOTE}.5")).await;
    assert!(chassis.contains_key(&vec![8626, 5, 1]) && !chassis.contains_key(&vec![8626, 1, 1]), "{chassis:?}");
    // It has no address yet: its chassis id is 0.0.0.0 and its port id says who it is.
    assert_eq!(bytes(&chassis[&vec![8626, 5, 1]]), [1, 0, 0, 0, 0]);
    assert_eq!(manager.bytes(&format!("{LLDP_REMOTE}.7.8626.5.1")).await, [0x00, 0x04, 0x13, 0x10, 0x00, 0x03]);
    assert_eq!(manager.bytes("1.0.8802.1.1.2.1.5.4795.1.3.3.1.6.8626.5.1").await, b"snomD785");
    assert!(manager.column("1.0.8802.1.1.2.1.4.2.1.3").await.keys().all(|row| row[1] != 5));
}

#[tokio::test]
async fn a_phone_fetches_only_with_power_and_in_its_vlan() {
    let lab = healthy().await;
    let (servers, log) = server::start(file).await;
    lab.provisioning(servers);
    let mut events = lab.events();
    let phone = mac("00:15:65:10:00:01");
    let manager = Manager::writer(&lab, CLOSET).await;
    manager.set(&format!("{PETH_ENABLE}.1.101"), Value::Integer(1)).await.unwrap();
    until(&mut events, phone, Stage::Waiting).await;
    assert!(log.lock().unwrap().is_empty());
    manager.set(&format!("{STATIC_ROW_STATUS}.20"), Value::Integer(4)).await.unwrap();
    manager.set(&format!("{STATIC_EGRESS}.20"), text(&[0x80, 0, 0])).await.unwrap();
    assert_eq!(until(&mut events, phone, Stage::Configured).await.detail, "001565100001.cfg");
    let asked: Vec<_> = log.lock().unwrap().iter().map(|asked| (asked.from.to_string(), asked.name.clone())).collect();
    let names = ["001565100001.boot", "y000000000000.boot", "y000000000066.cfg", "001565100001.cfg"];
    assert_eq!(asked, names.map(|name| ("127.0.2.11".to_owned(), name.to_owned())));
    // Now it has an address, and says so.
    assert_eq!(manager.bytes(&format!("{LLDP_REMOTE}.5.8626.1.1")).await, [1, 127, 0, 2, 11]);
    assert_eq!(manager.number("1.0.8802.1.1.2.1.4.2.1.3.8626.1.1.1.4.127.0.2.11").await, 2);
    assert_eq!(manager.number("1.0.8802.1.1.2.1.5.4795.1.3.2.1.2.8626.1.1.1.64").await, 20);
    manager.set(&format!("{PETH_ENABLE}.1.101"), Value::Integer(2)).await.unwrap();
    until(&mut events, phone, Stage::Off).await;
    assert!(matches!(manager.get(&format!("{LLDP_REMOTE}.5.8626.1.1")).await, Value::NoSuchInstance | Value::NoSuchObject));
}

#[tokio::test]
async fn a_phone_leaves_a_wrong_vlan_when_it_is_told() {
    let lab = healthy().await;
    let (servers, log) = server::start(file).await;
    lab.provisioning(servers);
    let mut events = lab.events();
    let phone = mac("80:5e:c0:10:00:06");
    assert_eq!(until(&mut events, phone, Stage::Waiting).await.detail, "VLAN 30");
    let manager = Manager::writer(&lab, FLOOR_2).await;
    assert_eq!(manager.number("1.3.6.1.4.1.9.9.23.1.2.1.1.14.10104.1").await, 30);
    assert!(log.lock().unwrap().is_empty());
    manager.set(&format!("{VOICE_VLAN}.10104"), Value::Integer(20)).await.unwrap();
    until(&mut events, phone, Stage::Configured).await;
    assert_eq!(manager.bytes("1.3.6.1.4.1.9.9.23.1.2.1.1.4.10104.1").await, [127, 0, 2, 16]);
}

#[tokio::test]
async fn a_phone_refuses_a_foreign_file_and_asks_again() {
    let lab = healthy().await;
    let tries = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&tries);
    let (servers, log) = server::start(move |name| {
        let own = name == "snomD785-000413100003.htm";
        (own && seen.fetch_add(1, Ordering::Relaxed) == 0).then(|| b"<user_pname>999</user_pname>".to_vec()).or_else(|| file(name))
    })
    .await;
    lab.provisioning(servers);
    let mut events = lab.events();
    let phone = mac("00:04:13:10:00:03");
    let manager = Manager::writer(&lab, CLOSET).await;
    manager.set(&format!("{STATIC_ROW_STATUS}.20"), Value::Integer(4)).await.unwrap();
    manager.set(&format!("{STATIC_EGRESS}.20"), text(&[0x08, 0, 0])).await.unwrap();
    let foreign = async {
        loop {
            let missed = until(&mut events, phone, Stage::Missed).await.detail;
            if missed.contains("user 999") {
                return;
            }
        }
    };
    timeout(DEADLINE, foreign).await.unwrap();
    until(&mut events, phone, Stage::Configured).await;
    assert_eq!(tries.load(Ordering::Relaxed), 2);
    let agents: Vec<_> = log.lock().unwrap().iter().filter_map(|asked| asked.user_agent.clone()).collect();
    assert!(agents.iter().all(|agent| agent.contains("snomD785-SIP") && agent.contains("000413100003")), "{agents:?}");
}

#[tokio::test]
async fn the_whole_site_comes_up() {
    let lab = healthy().await;
    let (servers, _log) = server::start(file).await;
    lab.provisioning(servers);
    let closet = Manager::writer(&lab, CLOSET).await;
    let members =
        [(&*format!("{STATIC_ROW_STATUS}.20"), Value::Integer(4)), (&*format!("{STATIC_EGRESS}.20"), text(&[0xc8, 0x80, 0]))];
    closet.set_all(&members).await.unwrap();
    for port in [101, 102] {
        closet.set(&format!("{PETH_ENABLE}.1.{port}"), Value::Integer(1)).await.unwrap();
    }
    let floor_2 = Manager::writer(&lab, FLOOR_2).await;
    for port in [3, 4, 7, 12] {
        floor_2.set(&format!("{VOICE_VLAN}.{}", 10_100 + port), Value::Integer(20)).await.unwrap();
        floor_2.set(&format!("{PETH_ENABLE}.1.{port}"), Value::Integer(1)).await.unwrap();
    }
    for phone in lab.phones() {
        until(&mut lab.events(), phone.mac, Stage::Configured).await;
    }
}
