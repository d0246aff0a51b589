//! A simulated switch's SNMP agent on a UDP socket of 127.0.0.1: v2c with communities, or v3 with users. I/O.
//!
//! Not supported: SNMPv1 access; notifications.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use snmp::Agent;
use snmp::AuthProtocol;
use snmp::AuthoritativeEngine;
use snmp::Oid;
use snmp::PrivProtocol;
use snmp::SecurityLevel;
use snmp::SecurityModel;
use snmp::agent::VacmBuilder;

use super::plant::Plant;
use handler::Handler;

mod cisco;
mod handler;
mod neighbours;
mod oids;
mod standard;
mod table;
mod write;

/// Who may read, and who may write too.
#[derive(Debug, Clone, Copy)]
pub(super) enum Keys {
    /// SNMPv2c: communities.
    Communities {
        /// May read.
        read: &'static str,
        /// May read and write.
        write: &'static str,
    },
    /// SNMPv3 with SHA-256 and AES-256.
    Users {
        /// May read.
        read: User,
        /// May read and write.
        write: User,
    },
}

/// A user of the user-based security model.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) auth: &'static str,
    pub(super) privacy: &'static str,
}

/// A running agent; it stops when this is dropped.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    agent: Agent,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.agent.cancel();
    }
}

/// Starts the agent of a switch on an ephemeral port.
pub(super) async fn start(plant: Arc<Plant>, keys: Keys) -> Result<Running, String> {
    let name = plant.read(|switch| switch.layout.name);
    let handler = Arc::new(Handler::new(plant));
    let builder = Agent::builder().bind("127.0.0.1:0").handler(Oid::from_slice(&[1]), handler);
    let builder = match keys {
        Keys::Communities { read, write } => builder
            .community(read)
            .community(write)
            .vacm(|vacm| access(vacm, SecurityModel::V2c, SecurityLevel::NoAuthNoPriv, read, write)),
        Keys::Users { read, write } => {
            let engine =
                AuthoritativeEngine::install(engine_id(name), |_| Ok::<(), Infallible>(())).map_err(|error| error.to_string())?;
            let mut builder = builder.authoritative_engine(engine);
            for user in [read, write] {
                let protocols = (AuthProtocol::Sha256, PrivProtocol::Aes256Blumenthal);
                builder = builder
                    .usm_user(user.name, |usm| usm.auth_priv(protocols.0, user.auth, protocols.1, user.privacy))
                    .map_err(|error| error.to_string())?;
            }
            builder.vacm(|vacm| access(vacm, SecurityModel::Usm, SecurityLevel::AuthPriv, read.name, write.name))
        }
    };
    let agent = builder.build().await.map_err(|error| error.to_string())?;
    let address = agent.local_addr();
    let serving = agent.clone();
    tokio::spawn(async move { serving.run().await });
    Ok(Running { address, agent })
}

fn access(vacm: VacmBuilder, model: SecurityModel, level: SecurityLevel, read: &'static str, write: &'static str) -> VacmBuilder {
    vacm.group(read, model, "readers")
        .group(write, model, "writers")
        .access("readers", model, level, |access| access.read_view("all").write_view("none"))
        .access("writers", model, level, |access| access.read_view("all").write_view("all"))
        .view("all", |view| view.include(Oid::from_slice(&[1])))
        .view("none", |view| view) // a view that holds nothing makes a write noAccess, as on most switches
}

/// snmpEngineID by enterprise number and text (RFC 3411 §5).
fn engine_id(name: &str) -> Vec<u8> {
    let mut id = vec![0x80, 0x01, 0x86, 0x9f, 0x04]; // enterprise 99999, text follows
    id.extend_from_slice(name.as_bytes());
    id
}
