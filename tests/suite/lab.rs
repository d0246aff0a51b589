//! The simulated site seen from outside: its agents through sockets, its phones by what they fetch.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use snmp::Auth;
use snmp::AuthProtocol;
use snmp::Client;
use snmp::ErrorStatus;
use snmp::Oid;
use snmp::PrivProtocol;
use snmp::Retry;
use snmp::UdpHandle;
use snmp::UsmConfig;
use snmp::Value;
use snmp::VarBind;
use voiceport::lab::Lab;
use voiceport::lab::LabOptions;
use voiceport::lab::layout::CLOSET;
use voiceport::lab::layout::FLOOR_2;

mod agents;
mod faults;
mod interop;
mod phones;
mod server;

const PETH_ENABLE: &str = "1.3.6.1.2.1.105.1.1.1.3";
const PETH_DETECTION: &str = "1.3.6.1.2.1.105.1.1.1.6";
const STATIC_NAME: &str = "1.3.6.1.2.1.17.7.1.4.3.1.1";
const STATIC_EGRESS: &str = "1.3.6.1.2.1.17.7.1.4.3.1.2";
const STATIC_UNTAGGED: &str = "1.3.6.1.2.1.17.7.1.4.3.1.4";
const STATIC_ROW_STATUS: &str = "1.3.6.1.2.1.17.7.1.4.3.1.5";
const PVID: &str = "1.3.6.1.2.1.17.7.1.4.5.1.1";
const VOICE_VLAN: &str = "1.3.6.1.4.1.9.9.68.1.5.1.1.1";
const ACCESS_VLAN: &str = "1.3.6.1.4.1.9.9.68.1.2.2.1.2";
const LLDP_REMOTE: &str = "1.0.8802.1.1.2.1.4.1.1";

/// A manager of one of the lab's switches.
struct Manager(Client<UdpHandle>);

impl Manager {
    async fn reader(lab: &Lab, switch: &str) -> Self {
        let auth = if switch == CLOSET { Auth::v2c("closet-read") } else { user("viewer", "viewer-auth-pass", "viewer-priv-pass") };
        Self::connect(lab.agent(switch).unwrap(), auth).await
    }

    async fn writer(lab: &Lab, switch: &str) -> Self {
        let auth =
            if switch == CLOSET { Auth::v2c("closet-write") } else { user("operator", "operator-auth-pass", "operator-priv-pass") };
        Self::connect(lab.agent(switch).unwrap(), auth).await
    }

    async fn connect(agent: SocketAddr, auth: Auth) -> Self {
        let retry = Retry::fixed(1, Duration::ZERO).unwrap();
        let client = Client::builder((agent.ip().to_string(), agent.port()), auth);
        Self(client.request_timeout(Duration::from_millis(400)).retry(retry).connect().await.unwrap())
    }

    async fn get(&self, oid: &str) -> Value {
        self.0.get(&parse(oid)).await.unwrap().varbinds.remove(0).value
    }

    /// The number of an object, of whatever type.
    async fn number(&self, oid: &str) -> i64 {
        number(&self.get(oid).await)
    }

    async fn octets(&self, oid: &str) -> Vec<u8> {
        self.get(oid).await.as_bytes().unwrap().to_vec()
    }

    async fn set(&self, oid: &str, value: Value) -> Result<(), Option<ErrorStatus>> {
        self.set_all(&[(oid, value)]).await
    }

    /// One request; the error is the status answered, `None` when no answer came.
    async fn set_all(&self, varbinds: &[(&str, Value)]) -> Result<(), Option<ErrorStatus>> {
        let varbinds: Vec<_> = varbinds.iter().map(|(oid, value)| (parse(oid), value.clone())).collect();
        match self.0.set_many(&varbinds).await {
            Ok(_) => Ok(()),
            Err(error) => match *error {
                snmp::Error::Snmp { status, .. } => Err(Some(status)),
                snmp::Error::Timeout { .. } => Err(None),
                other => panic!("{other}"),
            },
        }
    }

    /// Everything, by GETBULK.
    async fn walk(&self) -> Vec<VarBind> {
        let mut seen = Vec::new();
        let mut from = parse("1.0");
        loop {
            let rows = self.0.get_bulk(std::slice::from_ref(&from), 0, 25).await.unwrap();
            let more: Vec<_> = rows.into_iter().take_while(|row| !matches!(row.value, Value::EndOfMibView)).collect();
            let Some(last) = more.last() else { return seen };
            from = last.oid.clone();
            seen.extend(more);
        }
    }

    /// One column: instance → value.
    async fn column(&self, column: &str) -> BTreeMap<Vec<u32>, Value> {
        let prefix = parse(column);
        let rows = self.walk().await.into_iter().filter(|row| row.oid.starts_with(&prefix));
        rows.map(|row| (row.oid.arcs()[prefix.len()..].to_vec(), row.value)).collect()
    }
}

fn user(name: &'static str, auth: &'static str, privacy: &'static str) -> Auth {
    UsmConfig::new(name).auth_priv(AuthProtocol::Sha256, auth, PrivProtocol::Aes256Blumenthal, privacy).unwrap().into()
}

fn parse(oid: &str) -> Oid {
    Oid::parse(oid).unwrap()
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => i64::from(*number),
        Value::Gauge32(number) | Value::Counter32(number) | Value::TimeTicks(number) => i64::from(*number),
        other => panic!("{other:?} is no number"),
    }
}

fn text(octets: &'static [u8]) -> Value {
    Value::OctetString(octets.to_vec().into())
}

async fn healthy() -> Lab {
    Lab::start(LabOptions::default()).await.unwrap()
}
