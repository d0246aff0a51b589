//! The lab's agent with a handful of objects, as a switch that is read: object identifiers as text, and who reads it.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use lab::agent::object_agent::{self, ObjectAgent};
use model::credential::Credential;
use model::switch::SwitchState;
use snmp::usm::Authority;
use snmp::{Oid, Value};
use voiceport::switch::snmp::{SnmpSwitch, Target, open_socket};
use voiceport::switch::{Scope, Switch};

use super::snmpd::v2c;

pub use lab::agent::object_agent::Request;
pub use lab::switch::fault::Fault;

/// The agent before it starts.
#[derive(Default)]
pub struct SmallAgent(ObjectAgent);

/// The agent while it runs.
pub struct Listening(object_agent::Listening);

impl Deref for Listening {
    type Target = object_agent::Listening;

    fn deref(&self) -> &object_agent::Listening {
        &self.0
    }
}

/// A switch at a port of this machine for somebody who only reads.
pub fn target_at(port: u16, read: Credential) -> Target {
    Target {
        name: "desk-1".into(),
        address: "127.0.0.1".to_owned(),
        port,
        read: Some(read),
        write: None,
        profile: None,
        allow_generic_write: false,
        power_budget: None,
    }
}

impl Listening {
    /// The switch of this agent for somebody who only reads.
    pub fn target(&self, read: Credential) -> Target {
        target_at(self.port, read)
    }

    /// Everything, read with the community `public`.
    pub async fn read(&self) -> SwitchState {
        let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), self.target(v2c("public"))).await.unwrap();
        switch.read(Scope::Everything).await.unwrap()
    }
}

impl SmallAgent {
    /// Adds an object for the community `public`.
    pub fn put(&mut self, oid: &str, value: Value<'static>) {
        self.0.put(&oid.parse::<Oid>().unwrap(), value);
    }

    /// Adds an object for a community, which exists from then on.
    pub fn put_for(&mut self, community: &str, oid: &str, value: Value<'static>) {
        self.0.put_for(community, &oid.parse::<Oid>().unwrap(), value);
    }

    pub fn text(&mut self, oid: &str, text: &str) {
        self.put(oid, Value::octets(text.as_bytes().to_vec()));
    }

    /// Misbehaves so too.
    pub fn fault(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Answers this user of version 3 too, with the objects of `public`.
    pub fn user(&mut self, authority: &Arc<Mutex<Authority>>, name: &str) {
        self.0.user(authority, name);
    }

    /// Answers from now on.
    pub async fn start(self) -> Listening {
        Listening(self.0.start().await.unwrap())
    }
}
