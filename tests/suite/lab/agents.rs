//! Reading and writing the two switches.

use super::*;

#[tokio::test]
async fn a_walk_is_in_order_and_ends() {
    let lab = healthy().await;
    for (switch, least) in [(CLOSET, 400), (FLOOR_2, 500)] {
        let manager = Manager::reader(&lab, switch).await;
        let walk = manager.walk().await;
        assert!(walk.windows(2).all(|pair| pair[0].name < pair[1].name), "{switch}: out of order");
        assert!(walk.len() > least, "{switch}: {} objects", walk.len());
        for row in walk.iter().step_by(7).filter(|row| !row.name.to_string().starts_with("1.3.6.1.6")) {
            let again = manager.get(&row.name.to_string()).await;
            assert!(again == row.value || matches!(again, Value::TimeTicks(_)), "{switch}: {}", row.name);
        }
    }
}

#[tokio::test]
async fn getnext_agrees_with_getbulk() {
    let lab = healthy().await;
    let manager = Manager::reader(&lab, CLOSET).await;
    let bulk: Vec<Oid> = manager.walk().await.into_iter().map(|row| row.name).take(120).collect();
    let mut from = parse("1.0");
    for expected in bulk {
        let next = manager.next(&from).await.name;
        assert_eq!(next, expected);
        from = next.arcs().collect();
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let lab = healthy().await;
    let manager = Manager::reader(&lab, CLOSET).await;
    assert!(matches!(manager.get("1.3.6.1.2.1.17.7.1.4.5.1.1.99").await, Value::NoSuchInstance));
    assert!(matches!(manager.get("1.3.6.1.4.1.9.9.68.1.5.1.1.1.10101").await, Value::NoSuchObject));
}

#[tokio::test]
async fn a_key_for_reading_does_not_write() {
    let lab = healthy().await;
    let closet = Manager::reader(&lab, CLOSET).await;
    assert_eq!(closet.set(&format!("{PETH_ENABLE}.1.101"), Value::Integer(1)).await, Err(Some(ErrorStatus::NO_ACCESS)));
    assert_eq!(closet.number(&format!("{PETH_ENABLE}.1.101")).await, 2);
    let floor_2 = Manager::reader(&lab, FLOOR_2).await;
    assert_eq!(floor_2.set(&format!("{PETH_ENABLE}.1.3"), Value::Integer(1)).await, Err(Some(ErrorStatus::NO_ACCESS)));
    assert_eq!(floor_2.number(&format!("{PETH_ENABLE}.1.3")).await, 2);
}

#[tokio::test]
async fn a_wrong_community_is_silence() {
    let lab = healthy().await;
    let manager = Manager::with_community(lab.agent(CLOSET).unwrap(), "public").await;
    assert_eq!(manager.try_get("1.3.6.1.2.1.1.3.0").await, None);
}

#[tokio::test]
async fn the_standard_switch_is_strict() {
    let lab = healthy().await;
    let manager = Manager::writer(&lab, CLOSET).await;
    let refused = async |oid: &str, value| manager.set(oid, value).await.unwrap_err().unwrap();
    assert_eq!(refused(&format!("{PVID}.1"), Value::Integer(10)).await, ErrorStatus::WRONG_TYPE);
    assert_eq!(refused(&format!("{PVID}.1"), Value::Gauge32(20)).await, ErrorStatus::INCONSISTENT_VALUE);
    assert_eq!(refused(&format!("{PVID}.1"), Value::Gauge32(4095)).await, ErrorStatus::WRONG_VALUE);
    assert_eq!(refused(&format!("{PVID}.99"), Value::Gauge32(10)).await, ErrorStatus::NO_CREATION);
    assert_eq!(refused(&format!("{PETH_ENABLE}.1.101"), Value::Gauge32(1)).await, ErrorStatus::WRONG_TYPE);
    assert_eq!(refused(&format!("{PETH_ENABLE}.1.101"), Value::Integer(7)).await, ErrorStatus::WRONG_VALUE);
    assert_eq!(refused(&format!("{PETH_ENABLE}.1.1"), Value::Integer(1)).await, ErrorStatus::NO_CREATION);
    assert_eq!(refused(&format!("{PETH_DETECTION}.1.101"), Value::Integer(3)).await, ErrorStatus::NOT_WRITABLE);
    assert_eq!(refused(&format!("{STATIC_EGRESS}.10"), text(&[0xff, 0xff])).await, ErrorStatus::WRONG_LENGTH);
    assert_eq!(refused(&format!("{STATIC_EGRESS}.10"), text(&[0, 0, 0x01])).await, ErrorStatus::WRONG_VALUE);
    assert_eq!(refused(&format!("{STATIC_EGRESS}.20"), text(&[0, 0, 0])).await, ErrorStatus::INCONSISTENT_NAME);
    assert_eq!(refused(&format!("{STATIC_ROW_STATUS}.10"), Value::Integer(4)).await, ErrorStatus::INCONSISTENT_VALUE);
    assert_eq!(refused(&format!("{STATIC_ROW_STATUS}.10"), Value::Integer(6)).await, ErrorStatus::INCONSISTENT_VALUE);
}

#[tokio::test]
async fn a_vlan_is_made_filled_and_destroyed() {
    let lab = healthy().await;
    let manager = Manager::writer(&lab, CLOSET).await;
    let made = [
        (&*format!("{STATIC_ROW_STATUS}.20"), Value::Integer(4)),
        (&*format!("{STATIC_NAME}.20"), text(b"voice")),
        (&*format!("{STATIC_EGRESS}.20"), text(&[0x88, 0, 0])),
    ];
    manager.set_all(&made).await.unwrap();
    assert_eq!(manager.number(&format!("{STATIC_ROW_STATUS}.20")).await, 1);
    assert_eq!(manager.bytes(&format!("{STATIC_EGRESS}.20")).await, [0x88, 0, 0]);
    manager.set(&format!("{STATIC_UNTAGGED}.20"), text(&[0x08, 0, 0])).await.unwrap();
    manager.set(&format!("{PVID}.5"), Value::Gauge32(20)).await.unwrap();
    assert_eq!(
        manager.set(&format!("{STATIC_ROW_STATUS}.20"), Value::Integer(6)).await,
        Err(Some(ErrorStatus::INCONSISTENT_VALUE))
    );
    manager.set(&format!("{PVID}.5"), Value::Gauge32(10)).await.unwrap();
    manager.set(&format!("{STATIC_ROW_STATUS}.20"), Value::Integer(6)).await.unwrap();
    assert!(matches!(manager.get(&format!("{STATIC_NAME}.20")).await, Value::NoSuchInstance));
}

#[tokio::test]
async fn a_request_is_done_whole_or_not_at_all() {
    let lab = healthy().await;
    let manager = Manager::writer(&lab, CLOSET).await;
    let mixed = [(&*format!("{PETH_ENABLE}.1.101"), Value::Integer(1)), (&*format!("{PVID}.1"), Value::Gauge32(999))];
    assert_eq!(manager.set_all(&mixed).await, Err(Some(ErrorStatus::INCONSISTENT_VALUE)));
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.101")).await, 2);
}

#[tokio::test]
async fn a_commit_that_fails_is_undone() {
    let lab = Lab::start(LabOptions { scenario: Some(lab::Scenario::RefuseSet), closet: lab::Family::Standard }).await.unwrap();
    let manager = Manager::writer(&lab, FLOOR_2).await;
    let both = [(&*format!("{PETH_ENABLE}.1.3"), Value::Integer(1)), (&*format!("{PETH_ENABLE}.1.7"), Value::Integer(1))];
    assert_eq!(manager.set_all(&both).await, Err(Some(ErrorStatus::COMMIT_FAILED)));
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.3")).await, 2);
}

#[tokio::test]
async fn the_numbers_of_a_port_differ_between_mibs() {
    let lab = healthy().await;
    let closet = Manager::reader(&lab, CLOSET).await;
    assert_eq!(closet.number("1.3.6.1.2.1.17.1.4.1.2.5").await, 105);
    assert_eq!(closet.bytes("1.3.6.1.2.1.31.1.1.1.1.105").await, b"1/5");
    assert_eq!(closet.bytes("1.0.8802.1.1.2.1.3.7.1.3.5").await, b"1/5");
    let floor_2 = Manager::reader(&lab, FLOOR_2).await;
    assert_eq!(floor_2.bytes("1.3.6.1.2.1.31.1.1.1.1.10103").await, b"Gi1/0/3");
    assert_eq!(floor_2.number("1.3.6.1.4.1.9.9.402.1.2.1.11.1.3").await, 1003);
    let alias = floor_2.get("1.3.6.1.2.1.47.1.3.2.1.2.1003.0").await;
    assert_eq!(alias, Value::Oid(Oid::new(&parse("1.3.6.1.2.1.2.2.1.1.10103"))));
}

#[tokio::test]
async fn power_is_told_in_each_mibs_unit() {
    let lab = healthy().await;
    let closet = Manager::reader(&lab, CLOSET).await;
    assert_eq!(closet.get("1.3.6.1.2.1.105.1.3.1.1.2.1").await, Value::Gauge32(124));
    assert_eq!(closet.number(&format!("{PETH_DETECTION}.1.105")).await, 3);
    assert_eq!(closet.number("1.3.6.1.2.1.105.1.1.1.10.1.105").await, 4); // class 3
    assert_eq!(closet.number("1.3.6.1.2.1.105.1.1.1.10.1.101").await, 1); // no device
    let floor_2 = Manager::reader(&lab, FLOOR_2).await;
    assert_eq!(floor_2.get("1.3.6.1.4.1.9.9.402.1.2.1.7.1.4").await, Value::Gauge32(7000));
    assert_eq!(floor_2.get("1.3.6.1.4.1.9.9.402.1.2.1.9.1.4").await, Value::Gauge32(3600));
    assert_eq!(floor_2.get("1.3.6.1.4.1.9.9.402.1.3.1.4.1").await, Value::Gauge32(7000));
}

#[tokio::test]
async fn the_catalyst_keeps_its_own_rules() {
    let lab = healthy().await;
    let manager = Manager::writer(&lab, FLOOR_2).await;
    let voice = format!("{VOICE_VLAN}.10103");
    assert_eq!(manager.number(&voice).await, 4096);
    assert_eq!(manager.set(&voice, Value::Gauge32(20)).await, Err(Some(ErrorStatus::WRONG_TYPE)));
    assert_eq!(manager.set(&voice, Value::Integer(77)).await, Err(Some(ErrorStatus::INCONSISTENT_VALUE)));
    assert_eq!(manager.set(&format!("{VOICE_VLAN}.10125"), Value::Integer(20)).await, Err(Some(ErrorStatus::NO_CREATION)));
    manager.set(&voice, Value::Integer(20)).await.unwrap();
    manager.set(&format!("{ACCESS_VLAN}.10107"), Value::Integer(10)).await.unwrap();
    assert_eq!((manager.number(&voice).await, manager.number(&format!("{ACCESS_VLAN}.10107")).await), (20, 10));
    manager.set("1.3.6.1.4.1.9.9.402.1.2.1.1.1.3", Value::Integer(2)).await.unwrap();
    assert_eq!(manager.number(&format!("{PETH_ENABLE}.1.3")).await, 1);
    manager.set(&format!("{PETH_ENABLE}.1.3"), Value::Integer(2)).await.unwrap();
    assert_eq!(manager.number("1.3.6.1.4.1.9.9.402.1.2.1.1.1.3").await, 4);
    assert!(matches!(manager.get("1.3.6.1.2.1.17.7.1.4.3.1.2.10").await, Value::NoSuchObject));
}

#[tokio::test]
async fn the_catalyst_saves_its_configuration() {
    let lab = healthy().await;
    let manager = Manager::writer(&lab, FLOOR_2).await;
    let copy = |column: u32| format!("1.3.6.1.4.1.9.9.96.1.1.1.1.{column}.77");
    let (changed, saved) = ("1.3.6.1.4.1.9.9.43.1.1.1.0", "1.3.6.1.4.1.9.9.43.1.1.2.0");
    manager.set(&format!("{VOICE_VLAN}.10103"), Value::Integer(20)).await.unwrap();
    assert!(manager.number(changed).await > manager.number(saved).await);
    assert_eq!(manager.set(&copy(14), Value::Integer(4)).await, Err(Some(ErrorStatus::INCONSISTENT_VALUE)));
    let start = [(&*copy(3), Value::Integer(4)), (&*copy(4), Value::Integer(3)), (&*copy(14), Value::Integer(4))];
    manager.set_all(&start).await.unwrap();
    assert_eq!(manager.number(&copy(10)).await, 2);
    while manager.number(&copy(10)).await == 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(manager.number(&copy(10)).await, 3);
    manager.set(&copy(14), Value::Integer(6)).await.unwrap();
    assert!(manager.number(changed).await <= manager.number(saved).await);
}

#[tokio::test]
async fn the_uplink_shows_the_core_switch() {
    let lab = healthy().await;
    for (switch, row) in [(CLOSET, "8626.18.1"), (FLOOR_2, "0.17.1")] {
        let manager = Manager::reader(&lab, switch).await;
        assert_eq!(manager.bytes(&format!("{LLDP_REMOTE}.9.{row}")).await, b"core-1");
        assert_eq!(manager.bytes(&format!("{LLDP_REMOTE}.12.{row}")).await[0] & 0x28, 0x28);
    }
}

#[tokio::test]
async fn the_inventory_has_the_agents_ports() {
    let lab = healthy().await;
    let text = lab.inventory_text();
    for switch in [CLOSET, FLOOR_2] {
        assert!(text.contains(&format!("port: {}\n", lab.agent(switch).unwrap().port())), "{text}");
    }
    for phone in lab.phones() {
        assert!(text.contains(&format!("- mac: {}\n", phone.mac)) && text.contains(&format!("user: \"{}\"", phone.user)));
    }
    assert!(!text.contains("1610"));
}

#[tokio::test]
async fn a_dropped_lab_is_gone() {
    let lab = healthy().await;
    let manager = Manager::reader(&lab, CLOSET).await;
    manager.get("1.3.6.1.2.1.1.3.0").await;
    let address = lab.agent(CLOSET).unwrap();
    drop(lab);
    assert_eq!(manager.try_get("1.3.6.1.2.1.1.3.0").await, None);
    std::net::UdpSocket::bind(address).unwrap();
}
