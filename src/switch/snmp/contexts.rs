//! The forwarding tables of VLANs on switches that keep one BRIDGE-MIB for each, in contexts of their own. I/O.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::switch::snmp::profile::{BridgeContexts, Profile};
use crate::switch::snmp::session::Session;
use crate::switch::snmp::tables::{Tables, joined};
use crate::switch::snmp::walker::Walker;
use crate::switch::snmp::{Target, keys, mib, vlans};
use model::credential::Credential;
use model::ids::VlanId;

/// How long a context may take for its first answer. A switch that does not allow it is silent, and there are many VLANs.
const FIRST_ANSWER: Duration = Duration::from_secs(2);
const NOT_READABLE: &str = "the forwarding tables of its VLANs do not answer: only addresses of the default VLAN are known";

/// The contexts of one switch.
pub struct Contexts {
    credential: Option<Credential>,
    /// Set when a context did not answer; asking all of them again each time would cost too much.
    silent: AtomicBool,
}

impl Contexts {
    /// Nothing is sent yet.
    pub fn new(target: &Target) -> Self {
        Self { credential: target.read.clone(), silent: AtomicBool::new(false) }
    }

    /// The forwarding table of each VLAN that a port of the switch has; a note in words where there are some that cannot be read.
    pub async fn forwarding(
        &self,
        session: &Session,
        profile: &Profile,
        tables: &Tables,
    ) -> (BTreeMap<VlanId, Tables>, Option<String>) {
        let mut found = BTreeMap::new();
        let Some(contexts) = &profile.bridge_contexts else { return (found, None) };
        for vlan in vlans::of_ports(profile, tables) {
            let answer = if self.silent.load(Ordering::Relaxed) { None } else { self.read(session, contexts, vlan).await };
            let Some(answer) = answer else {
                self.silent.store(true, Ordering::Relaxed);
                return (found, Some(NOT_READABLE.to_owned()));
            };
            found.insert(vlan, answer);
        }
        (found, None)
    }

    /// `None` when the context does not answer, or not completely.
    async fn read(&self, session: &Session, contexts: &BridgeContexts, vlan: VlanId) -> Option<Tables> {
        let session = session.with(&keys::in_vlan(self.credential.as_ref()?, contexts, vlan)).ok()?;
        let walker = Walker::default();
        let columns = [mib::BASE_PORT_IF_INDEX, mib::FDB_PORT, mib::FDB_STATUS].map(<[u32]>::to_vec);
        tokio::time::timeout(FIRST_ANSWER, session.get(&[joined(mib::SYS_UP_TIME, &[0])])).await.ok()?.ok()?;
        let found = walker.read(&session, &columns, &[]).await.ok()?;
        found.notes.is_empty().then_some(found.tables)
    }
}
