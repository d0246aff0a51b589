//! Switches whose columns have different rows, or none: whatever the agent makes of large requests, no row is lost.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use snmp::{ErrorStatus, Value};

use super::small_agent::{Fault, SmallAgent};

const IF_TYPE: &str = "1.3.6.1.2.1.2.2.1.3";
const IF_NAME: &str = "1.3.6.1.2.1.31.1.1.1.1";
const IF_OPER_STATUS: &str = "1.3.6.1.2.1.2.2.1.8";
const IF_IN_ERRORS: &str = "1.3.6.1.2.1.2.2.1.14";
const IF_HIGH_SPEED: &str = "1.3.6.1.2.1.31.1.1.1.15";
const IF_NUMBER: &str = "1.3.6.1.2.1.2.1.0";

/// The ports that have a row in each column.
#[derive(Debug)]
struct Uneven {
    named: BTreeSet<u32>,
    up: BTreeSet<u32>,
    counted: BTreeSet<u32>,
    fast: BTreeSet<u32>,
    announced: i64,
    fault: usize,
}

static FAULTS: [Option<Fault>; 6] = [
    None,
    Some(Fault::HoldsAtMost(7)),
    Some(Fault::HoldsAtMost(41)),
    Some(Fault::RefusesAbove(9, ErrorStatus::TOO_BIG)),
    Some(Fault::RefusesAbove(30, ErrorStatus::GEN_ERR)),
    Some(Fault::SkipsAbove55),
];

fn uneven() -> impl Strategy<Value = Uneven> {
    let rows = || prop_oneof![Just(BTreeSet::new()), (1_u32..90).prop_map(|last| (1..=last).collect()), sparse()];
    (sparse(), rows(), rows(), rows(), 0_i64..200, 0..FAULTS.len())
        .prop_map(|(named, up, counted, fast, announced, fault)| Uneven { named, up, counted, fast, announced, fault })
}

fn sparse() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(1_u32..700, 1..90)
}

async fn read(switch: &Uneven) -> Result<(), TestCaseError> {
    let mut agent = SmallAgent::default();
    agent.text("1.3.6.1.2.1.1.1.0", "an uneven switch");
    agent.put(IF_NUMBER, Value::Integer(switch.announced));
    let all: BTreeSet<u32> = [&switch.named, &switch.up, &switch.counted, &switch.fast].into_iter().flatten().copied().collect();
    for port in &all {
        let mut put = |column: &str, has: bool, value: Value<'static>| {
            if has {
                agent.put(&format!("{column}.{port}"), value);
            }
        };
        put(IF_TYPE, true, Value::Integer(6));
        put(IF_NAME, switch.named.contains(port), Value::octets(format!("ge{port}").into_bytes()));
        put(IF_OPER_STATUS, switch.up.contains(port), Value::Integer(1));
        put(IF_IN_ERRORS, switch.counted.contains(port), Value::Counter32(*port));
        put(IF_HIGH_SPEED, switch.fast.contains(port), Value::Gauge32(1000 + port));
    }
    if let Some(fault) = &FAULTS[switch.fault] {
        agent.fault(fault.clone());
    }
    let agent = agent.start().await;
    let state = agent.read().await;
    let ports: BTreeSet<u32> = state.ports.values().map(|port| port.if_index.unwrap().0).collect();
    prop_assert_eq!(ports, all);
    for (name, port) in &state.ports {
        let index = port.if_index.unwrap().0;
        prop_assert_eq!(name.as_str() == format!("ge{index}"), switch.named.contains(&index));
        prop_assert_eq!(port.link_up, switch.up.contains(&index).then_some(true));
        prop_assert_eq!(port.input_errors, switch.counted.contains(&index).then_some(u64::from(index)));
        prop_assert_eq!(port.speed_mbps, switch.fast.contains(&index).then_some(1000 + index));
    }
    Ok(())
}

#[test]
fn no_row_of_any_column_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    runner.run(&uneven(), |switch| runtime.block_on(read(&switch))).unwrap();
}
