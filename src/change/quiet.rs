//! Looks at the switches' counters until it is known which phones are in a call. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::apply::Switches;
use super::in_use::{PortUse, Watch};
use crate::switch::Switch;
use model::ids::{PortName, PortRef, SwitchName};

/// Between two readings.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest that is waited for counters to move twice.
const LONGEST: Duration = Duration::from_secs(60);

/// What goes on at these ports. All switches are looked at at the same time.
pub async fn uses(switches: &Switches, ports: &BTreeSet<PortRef>) -> BTreeMap<PortRef, PortUse> {
    let mut of_switch: BTreeMap<&SwitchName, Vec<PortName>> = BTreeMap::new();
    for at in ports {
        of_switch.entry(&at.switch).or_default().push(at.port.clone());
    }
    let mut tasks = JoinSet::new();
    for (name, ports) in of_switch {
        let (name, switch) = (name.clone(), switches.get(name).cloned());
        tasks.spawn(async move {
            let watch = match switch {
                Some(switch) => watch(switch).await,
                None => Watch::default(),
            };
            let told = ports.into_iter().map(|port| (watch.of(&port), PortRef { switch: name.clone(), port }));
            told.map(|(port_use, at)| (at, port_use)).collect::<Vec<_>>()
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Reads until enough is known. A switch that does not answer, or counts nothing, tells nothing.
async fn watch(switch: Arc<dyn Switch>) -> Watch {
    let (mut watch, begun) = (Watch::default(), Instant::now());
    while begun.elapsed() < LONGEST {
        match switch.traffic().await {
            Ok(sample) => {
                let counts = !sample.ports.is_empty();
                if watch.take(sample) || !counts {
                    break;
                }
            }
            Err(_) => return Watch::default(),
        }
        sleep(PAUSE).await;
    }
    watch
}
