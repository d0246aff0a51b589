//! The forwarding tables of VLANs on switches that keep one BRIDGE-MIB for each, in contexts of their own. I/O.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::ids::VlanId;
use crate::switch::snmp::Target;
use crate::switch::snmp::keys;
use crate::switch::snmp::mib;
use crate::switch::snmp::profile::BridgeContexts;
use crate::switch::snmp::profile::Profile;
use crate::switch::snmp::session::Engine;
use crate::switch::snmp::session::Session;
use crate::switch::snmp::tables::Tables;
use crate::switch::snmp::vlans;
use crate::switch::snmp::walker::Walker;

/// How long a context may take for its first answer. A switch that does not allow it is silent, and there are many VLANs.
const FIRST_ANSWER: Duration = Duration::from_secs(2);
const NOT_READABLE: &str = "the forwarding tables of its VLANs do not answer: only addresses of the default VLAN are known";

/// The contexts of one switch.
pub struct Contexts {
    engine: Engine,
    target: Target,
    /// Set when a context did not answer; asking all of them again each time would cost too much.
    silent: AtomicBool,
}

impl Contexts {
    /// Nothing is sent yet.
    pub fn new(engine: &Engine, target: &Target) -> Self {
        let target = Target { write: None, ..target.clone() };
        Self { engine: engine.clone(), target, silent: AtomicBool::new(false) }
    }

    /// The forwarding table of each VLAN that a port of the switch has; a note in words where there are some that cannot be read.
    pub async fn forwarding(&self, profile: &Profile, tables: &Tables) -> (BTreeMap<VlanId, Tables>, Option<String>) {
        let mut found = BTreeMap::new();
        let Some(contexts) = &profile.bridge_contexts else { return (found, None) };
        for vlan in vlans::of_ports(profile, tables) {
            let answer = if self.silent.load(Ordering::Relaxed) { None } else { self.read(contexts, vlan).await };
            let Some(answer) = answer else {
                self.silent.store(true, Ordering::Relaxed);
                return (found, Some(NOT_READABLE.to_owned()));
            };
            found.insert(vlan, answer);
        }
        (found, None)
    }

    /// `None` when the context does not answer, or not completely.
    async fn read(&self, contexts: &BridgeContexts, vlan: VlanId) -> Option<Tables> {
        let read = self.target.read.as_ref().map(|credential| keys::in_vlan(credential, contexts, vlan));
        let session = Session::open(&self.engine, &Target { read, ..self.target.clone() }).await.ok()?;
        let walker = Walker::default();
        let mut tables = Tables::default();
        let ports = tokio::time::timeout(FIRST_ANSWER, walker.walk(&session, mib::BASE_PORT_IF_INDEX)).await;
        tables.extend(ports.ok()?.ok()?.values);
        for column in [mib::FDB_PORT, mib::FDB_STATUS] {
            tables.extend(walker.walk(&session, column).await.ok()?.values);
        }
        Some(tables)
    }
}
