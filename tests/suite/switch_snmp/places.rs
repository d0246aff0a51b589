//! Where the addresses of a forwarding table have their place, for `discover` as for `plan`.

use std::collections::BTreeSet;

use model::change::Observed;
use model::ids::{MacAddress, PortName, SwitchName};
use snmp::Value;
use voiceport::discover::join;
use voiceport::site::place;

use super::small_agent::SmallAgent;

const PHONE: MacAddress = MacAddress([0, 21, 101, 0, 2, 1]);

/// Three ports: 20 addresses behind the first, a phone in two VLANs with a PC behind it on the second, nothing on the third.
fn switch() -> SmallAgent {
    let mut agent = SmallAgent::default();
    agent.put("1.3.6.1.2.1.1.3.0", Value::TimeTicks(4711));
    for port in 1..=3 {
        agent.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{port}"), &format!("ge{port}"));
        agent.put(&format!("1.3.6.1.2.1.2.2.1.3.{port}"), Value::Integer(6));
        agent.put(&format!("1.3.6.1.2.1.17.1.4.1.2.{port}"), Value::Integer(port));
    }
    let mut learn = |vlan: u32, mac: MacAddress, port: i64| {
        let mac = mac.0.map(|byte| byte.to_string()).join(".");
        agent.put(&format!("1.3.6.1.2.1.17.7.1.2.2.1.2.{vlan}.{mac}"), Value::Integer(port));
    };
    for last in 1..=20 {
        learn(1, MacAddress([0, 21, 101, 0, 1, last]), 1);
    }
    for vlan in [1, 20] {
        learn(vlan, PHONE, 2);
    }
    learn(1, MacAddress([2, 0, 0, 0, 0, 9]), 2);
    for vlan in [1, 20] {
        agent.put(&format!("1.3.6.1.2.1.17.7.1.4.2.1.3.0.{vlan}"), Value::Gauge32(vlan));
    }
    agent
}

#[tokio::test]
async fn a_crowded_port_is_nobodys_place_and_an_address_is_one_device() {
    let state = switch().start().await.read().await;
    let observed = Observed { switches: [(SwitchName::from("sw"), state.clone())].into(), ..Observed::default() };
    let places = place::seen_at(&observed);
    let ports: BTreeSet<&str> = places.values().flatten().map(|place| place.port.as_str()).collect();
    assert_eq!(ports, ["ge2"].into(), "what leads on to other switches has its address nowhere");
    let port = &state.ports[&PortName::from("ge2")];
    assert_eq!((port.learned.len(), port.addresses().len()), (3, 2));
    let at_its_place = |mac: MacAddress, port: &PortName| places.get(&mac).is_some_and(|all| all.iter().any(|at| at.port == *port));
    let rows = join::of_switch(&state, &at_its_place);
    let phones: Vec<_> = rows.iter().filter(|row| row.mac == Some(PHONE)).collect();
    assert_eq!((rows.len(), phones.len(), phones[0].vlan), (2, 1, None), "its VLAN is not one");
}
