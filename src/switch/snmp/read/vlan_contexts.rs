//! The forwarding tables of VLANs on switches that keep one BRIDGE-MIB for each, in contexts of their own. I/O.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::switch::snmp::agent::Agent;
use crate::switch::snmp::profile::{BridgeContexts, Profile};
use crate::switch::snmp::read::vlans;
use crate::switch::snmp::target::Target;
use crate::switch::snmp::{credential, mib};
use model::credential::Credential;
use model::ids::VlanId;
use model::unread::{GuardTable, Unread};
use snmp::Oid;
use snmp::manager::{Tables, Walker};

/// How long a context may take for its first answer. A switch that does not allow it is silent, and there are many VLANs.
const FIRST_ANSWER: Duration = Duration::from_secs(2);
pub const NOT_READABLE: &str = "the forwarding tables of its VLANs do not answer: only addresses of the default VLAN are known";

/// That some of them cannot be read.
fn not_readable() -> Unread {
    let cause = format!("{NOT_READABLE}; let the credential for reading see the contexts of VLANs");
    Unread { table: GuardTable::Forwarding, cause }
}

/// The contexts of one switch.
pub struct VlanContexts {
    credential: Option<Credential>,
    /// Set when a context did not answer; asking all of them again each time would cost too much.
    silent: AtomicBool,
}

impl VlanContexts {
    /// Nothing is sent yet.
    pub fn new(target: &Target) -> Self {
        Self { credential: target.read.clone(), silent: AtomicBool::new(false) }
    }

    /// The forwarding table of each VLAN that a port of the switch has; what is missing where there are some that cannot be read.
    pub async fn forwarding(
        &self,
        agent: &Agent,
        profile: &Profile,
        tables: &Tables,
    ) -> (BTreeMap<VlanId, Tables>, Option<Unread>) {
        let mut found = BTreeMap::new();
        let Some(contexts) = &profile.bridge_contexts else { return (found, None) };
        for vlan in vlans::of_ports(profile, tables) {
            let answer = if self.silent.load(Ordering::Relaxed) { None } else { self.read(agent, contexts, vlan).await };
            let Some(answer) = answer else {
                self.silent.store(true, Ordering::Relaxed);
                return (found, Some(not_readable()));
            };
            found.insert(vlan, answer);
        }
        (found, None)
    }

    /// `None` when the context does not answer, or not completely.
    async fn read(&self, agent: &Agent, contexts: &BridgeContexts, vlan: VlanId) -> Option<Tables> {
        let session = agent.session_with(&credential::in_vlan(self.credential.as_ref()?, contexts, vlan))?;
        let walker = Walker::default();
        let columns = [mib::BASE_PORT_IF_INDEX, mib::FDB_PORT, mib::FDB_STATUS].map(Oid::from);
        tokio::time::timeout(FIRST_ANSWER, session.get(&[Oid::joined(mib::SYS_UP_TIME, &[0])])).await.ok()?.ok()?;
        let found = walker.read(&session, &columns, &[]).await.ok()?;
        found.cut.is_empty().then_some(found.tables)
    }
}
