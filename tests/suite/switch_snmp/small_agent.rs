//! An SNMPv2c agent with a handful of objects, on a loopback port of this process. I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use snmp::{
    Agent, BoxFuture, GetNextResult, GetResult, HandlerResult, MibHandler, Oid, RequestContext, SecurityLevel, SecurityModel,
    Value, VarBind,
};

/// The objects, by community.
#[derive(Default)]
pub struct SmallAgent {
    objects: BTreeMap<String, BTreeMap<Vec<u32>, Value>>,
    asked_from: Arc<Mutex<BTreeSet<SocketAddr>>>,
}

/// A running agent; it stops when this is dropped.
pub struct Listening {
    /// UDP port on 127.0.0.1.
    pub port: u16,
    agent: Agent,
    asked_from: Arc<Mutex<BTreeSet<SocketAddr>>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.agent.cancel();
    }
}

impl Listening {
    /// Who has asked so far.
    pub fn asked_from(&self) -> BTreeSet<SocketAddr> {
        self.asked_from.lock().unwrap().clone()
    }
}

impl SmallAgent {
    /// Adds an object for the community `public`.
    pub fn put(&mut self, oid: &str, value: Value) {
        self.put_for("public", oid, value);
    }

    /// Adds an object for a community, which exists from then on.
    pub fn put_for(&mut self, community: &str, oid: &str, value: Value) {
        let oid = oid.split('.').map(|arc| arc.parse().unwrap()).collect();
        self.objects.entry(community.to_owned()).or_default().insert(oid, value);
    }

    /// Adds a text.
    pub fn text(&mut self, oid: &str, text: &str) {
        self.put(oid, Value::OctetString(text.as_bytes().to_vec().into()));
    }

    /// Answers from now on.
    pub async fn start(self) -> Listening {
        let communities: Vec<String> = self.objects.keys().cloned().collect();
        let asked_from = Arc::clone(&self.asked_from);
        let builder = communities.iter().fold(Agent::builder().bind("127.0.0.1:0"), |agent, name| agent.community(name.as_str()));
        let builder = builder.vacm(|vacm| {
            let (model, level) = (SecurityModel::V2c, SecurityLevel::NoAuthNoPriv);
            let vacm = communities.iter().fold(vacm, |vacm, name| vacm.group(name.clone().into_bytes(), model, "readers"));
            vacm.access("readers", model, level, |access| access.read_view("all"))
                .view("all", |view| view.include(Oid::from_slice(&[1])))
        });
        let agent = builder.handler(Oid::from_slice(&[1]), Arc::new(self)).build().await.unwrap();
        let serving = agent.clone();
        tokio::spawn(async move { serving.run().await });
        Listening { port: agent.local_addr().port(), agent, asked_from }
    }

    fn of(&self, ctx: &RequestContext) -> &BTreeMap<Vec<u32>, Value> {
        self.asked_from.lock().unwrap().insert(ctx.source());
        &self.objects[std::str::from_utf8(ctx.security_name().as_bytes()).unwrap()]
    }
}

impl MibHandler for SmallAgent {
    fn get<'a>(&'a self, ctx: &'a RequestContext, oid: &'a Oid) -> BoxFuture<'a, HandlerResult<GetResult>> {
        let found = self.of(ctx).get(oid.arcs()).map_or(GetResult::NoSuchObject, |value| GetResult::Value(value.clone()));
        Box::pin(async move { Ok(found) })
    }

    fn get_next<'a>(&'a self, ctx: &'a RequestContext, oid: &'a Oid) -> BoxFuture<'a, HandlerResult<GetNextResult>> {
        let after = (Bound::Excluded(oid.arcs()), Bound::Unbounded);
        let found = self.of(ctx).range::<[u32], _>(after).next().map_or(GetNextResult::EndOfMibView, |(oid, value)| {
            GetNextResult::Value(VarBind::new(Oid::from_slice(oid), value.clone()))
        });
        Box::pin(async move { Ok(found) })
    }
}
