//! Every fault does what its name says, and nothing else.

use lab::Scenario;

use super::*;

async fn faulty(scenario: Scenario) -> Lab {
    Lab::start(LabOptions { scenario: Some(scenario), closet: lab::Family::Standard }).await.unwrap()
}

#[tokio::test]
async fn refuse_set_answers_commit_failed_at_the_second_port() {
    let lab = faulty(Scenario::RefuseSet).await;
    let manager = Manager::writer(&lab, FLOOR_2).await;
    let enable = |port: u32| format!("{PETH_ENABLE}.1.{port}");
    manager.set(&enable(3), Value::Integer(1)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(manager.set(&enable(7), Value::Integer(1)).await, Err(Some(ErrorStatus::COMMIT_FAILED)));
    }
    assert_eq!(manager.number(&enable(7)).await, 2);
    manager.set(&enable(12), Value::Integer(1)).await.unwrap();
}

#[tokio::test]
async fn lose_reply_applies_and_stays_silent_once() {
    let lab = faulty(Scenario::LoseReply).await;
    let manager = Manager::writer(&lab, CLOSET).await;
    let enable = |port: u32| format!("{PETH_ENABLE}.1.{port}");
    assert_eq!(manager.set(&enable(101), Value::Integer(1)).await, Err(None));
    assert_eq!(manager.number(&enable(101)).await, 1);
    manager.set(&enable(101), Value::Integer(2)).await.unwrap();
    manager.set(&enable(102), Value::Integer(1)).await.unwrap();
    assert_eq!((manager.number(&enable(101)).await, manager.number(&enable(102)).await), (2, 1));
}

#[tokio::test]
async fn over_budget_starves_the_last_phones() {
    let lab = faulty(Scenario::OverBudget).await;
    let manager = Manager::writer(&lab, CLOSET).await;
    assert_eq!(manager.number("1.3.6.1.2.1.105.1.3.1.1.2.1").await, 32);
    for port in [101, 102] {
        manager.set(&format!("{PETH_ENABLE}.1.{port}"), Value::Integer(1)).await.unwrap();
    }
    let detection = manager.column(PETH_DETECTION).await;
    let of = |port| number(&detection[&vec![1, port]]);
    assert_eq!([of(101), of(102), of(105), of(109)], [3, 3, 3, 2]);
    assert_eq!(manager.number("1.3.6.1.2.1.105.1.1.1.12.1.109").await, 1);
}

#[tokio::test]
async fn wrong_vlan_stores_another_voice_vlan_on_one_port() {
    let lab = faulty(Scenario::WrongVlan).await;
    let manager = Manager::writer(&lab, FLOOR_2).await;
    let voice = |port: u32| format!("{VOICE_VLAN}.{}", 10_100 + port);
    for port in [3, 4] {
        manager.set(&voice(port), Value::Integer(20)).await.unwrap();
    }
    assert_eq!((manager.number(&voice(3)).await, manager.number(&voice(4)).await), (30, 20));
    manager.set(&voice(3), Value::Integer(4096)).await.unwrap();
    assert_eq!(manager.number(&voice(3)).await, 4096);
}
