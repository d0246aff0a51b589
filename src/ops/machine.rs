//! This machine as an operation's surroundings: its network, its files and programs for secrets, its clock. I/O.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::context::{Clock, Connector, Credentials, Secrets};
use crate::inventory::secrets;
use crate::switch::linux::LinuxSwitch;
use crate::switch::snmp::{SnmpSwitch, Socket, Target, open_socket};
use crate::switch::{Error as SwitchError, Switch};
use model::credential::{Credential, CredentialSpec, SecretRef};
use model::ids::SwitchName;
use model::secret::Secret;
use model::site::{SwitchSpec, SwitchTransport};
use model::timestamp::Timestamp;

/// Reaches switches over SNMP, and this machine's own bridges over netlink.
#[derive(Default)]
pub struct Network {
    /// All SNMP switches share it; opened when the first is asked for.
    socket: OnceCell<Socket>,
}

#[async_trait]
impl Connector for Network {
    async fn open(&self, name: &SwitchName, spec: &SwitchSpec, credentials: Credentials) -> Result<Arc<dyn Switch>, SwitchError> {
        match &spec.transport {
            SwitchTransport::Linux { bridge } => {
                Ok(Arc::new(LinuxSwitch::open(name.clone(), bridge, credentials.write.is_some(), spec.power_budget)?))
            }
            SwitchTransport::Snmp { address, port } => {
                let socket = self.socket.get_or_try_init(open_socket).await?;
                let target = Target {
                    name: name.clone(),
                    address: address.clone(),
                    port: *port,
                    read: credentials.read,
                    write: credentials.write,
                    profile: spec.profile.clone(),
                    allow_generic_write: spec.allow_generic_write,
                    power_budget: spec.power_budget,
                };
                Ok(Arc::new(SnmpSwitch::connect(socket, target).await?))
            }
        }
    }
}

/// Secrets from environment variables, files and programs of this machine.
pub struct LocalSecrets;

impl Secrets for LocalSecrets {
    fn secret(&self, reference: &SecretRef, folder: &Path) -> Result<Secret, secrets::Error> {
        secrets::resolve(reference, folder)
    }

    fn credential(&self, credential: &CredentialSpec, folder: &Path) -> Result<Credential, secrets::Error> {
        secrets::resolve_credential(credential, folder)
    }
}

/// This machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_system(SystemTime::now())
    }
}
