//! From a datagram to its answer: version, access, and the agent's own handling of the PDU between (RFC 3411 §4.1). Pure.

use std::net::SocketAddr;
use std::sync::PoisonError;

use super::access::{Access, Principal};
use crate::message::{Community, LARGEST, Level, Message, Secured, Version};
use crate::{ErrorStatus, Pdu};

/// What is around the bindings of an answer at most, in bytes.
const OVERHEAD: usize = 300;

/// Who asks, and how.
#[derive(Debug, Clone, Copy)]
pub struct Requester<'a> {
    /// Address that the request came from.
    pub from: SocketAddr,
    /// Whether by SNMPv1, which has fewer error statuses and no exceptions.
    pub version_1: bool,
    /// Who, and what they may do.
    pub principal: &'a Principal,
    /// The context asked for; empty for the default one.
    pub context: &'a [u8],
    /// Whether the answer is encrypted.
    pub encrypted: bool,
    /// Bytes that the bindings of an answer may have.
    pub room: usize,
}

/// snmpEngineBoots and snmpEngineTime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineClock {
    /// How often the engine has started; `None` leaves it to the keys' [`Authority`](crate::usm::Authority).
    pub boots: Option<u32>,
    /// Seconds since it last did.
    pub seconds: u32,
}

/// What an agent does with a request that was let in.
pub trait Handler {
    /// The answer; `None` for silence.
    fn respond(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>>;

    /// The engine's clock; only SNMPv3 asks for it, once for every message.
    fn engine_clock(&mut self) -> EngineClock;
}

/// An agent behind its access rules.
#[derive(Debug)]
pub struct Dispatcher<H> {
    access: Access,
    handler: H,
}

impl<H: Handler> Dispatcher<H> {
    /// Lets those of `access` ask `handler`.
    pub const fn new(access: Access, handler: H) -> Self {
        Self { access, handler }
    }

    /// The agent behind the dispatcher, to change what it answers.
    pub const fn handler_mut(&mut self) -> &mut H {
        &mut self.handler
    }

    /// The datagram that answers this one; `None` for silence.
    pub fn answer(&mut self, from: SocketAddr, datagram: &[u8]) -> Option<Vec<u8>> {
        match Message::decode(datagram).ok()? {
            Message::Community(message) => self.community(from, message),
            Message::Secured(message) => self.secured(from, datagram, message),
        }
    }

    fn community(&mut self, from: SocketAddr, message: Community<'_>) -> Option<Vec<u8>> {
        let Community { version, community, pdu } = message;
        let (principal, context) = self.access.community(community)?;
        let room = room(usize::try_from(LARGEST).unwrap_or(0));
        let requester = Requester { from, version_1: version == Version::V1, principal, context, encrypted: false, room };
        let pdu = self.handler.respond(&requester, &pdu)?;
        Some(Community { version, community, pdu }.encode())
    }

    fn secured(&mut self, from: SocketAddr, datagram: &[u8], message: Secured<'_>) -> Option<Vec<u8>> {
        let users = self.access.users.as_ref()?;
        let EngineClock { boots, seconds } = self.handler.engine_clock();
        let mut authority = users.authority.lock().unwrap_or_else(PoisonError::into_inner);
        authority.boots = boots.unwrap_or(authority.boots);
        let asked = match authority.receive(datagram, message, seconds) {
            Ok(asked) => asked,
            Err(refused) => return refused.report,
        };
        let scoped = asked.scoped().ok()?;
        let (context, pdu) = (scoped.context, scoped.pdu);
        let Some(principal) = users.user(asked.user()).filter(|_| asked.level() >= users.level) else {
            let refused = pdu.refusal(ErrorStatus::AUTHORIZATION_ERROR, 0);
            return Some(authority.answer(&asked, refused, seconds));
        };
        let encrypted = asked.level() == Level::Privacy;
        let requester = Requester { from, version_1: false, principal, context, encrypted, room: room(asked.max_size()) };
        let pdu = self.handler.respond(&requester, &pdu)?;
        Some(authority.answer(&asked, pdu, seconds))
    }
}

const fn room(message: usize) -> usize {
    message.saturating_sub(OVERHEAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::access::View;
    use crate::agent::mib::Objects;
    use crate::agent::respond;
    use crate::{Kind, Oid, Value, VarBind};

    struct Agent(Objects);

    impl Handler for Agent {
        fn respond(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
            let asked = respond::rows(pdu)?;
            if pdu.kind != Kind::Set {
                return respond::read(&self.0, requester, pdu);
            }
            if let Some(at) = respond::not_writable(requester, &asked) {
                return Some(respond::refusal(requester, pdu, &asked, ErrorStatus::NO_ACCESS, at));
            }
            for (name, value) in &asked {
                self.0.insert(name, value.clone());
            }
            Some(respond::response(pdu, &asked))
        }

        fn engine_clock(&mut self) -> EngineClock {
            EngineClock { boots: None, seconds: 10 }
        }
    }

    fn agent() -> Dispatcher<Agent> {
        let mut objects = Objects::default();
        for (name, value) in [([1, 3, 1, 0], 7), ([1, 3, 2, 0], 8), ([1, 3, 3, 0], 9)] {
            objects.insert(&name, Value::Integer(value));
        }
        let half = Principal { read: View::of([Oid::new(&[1, 3, 1]), Oid::new(&[1, 3, 3])]), ..Principal::reader("half") };
        let access = Access {
            communities: vec![Principal::reader("see"), Principal::writer("do"), half],
            community_context: Some(b'@'),
            users: None,
        };
        Dispatcher::new(access, Agent(objects))
    }

    #[test]
    fn a_context_may_follow_a_community() {
        let mut agent = agent();
        let bulk = || Pdu::bulk(1, 1, [[1_u32, 3]]);
        assert_eq!(ask(&mut agent, Version::V2c, "see@20", bulk()), Some((ErrorStatus::NO_ERROR, vec![7])));
        assert_eq!(ask(&mut agent, Version::V2c, "stranger@20", bulk()), None);
        assert_eq!(agent.access.community(b"see@20").map(|(_, context)| context), Some(&b"20"[..]));
        agent.access.community_context = None;
        assert_eq!(ask(&mut agent, Version::V2c, "see@20", bulk()), None);
    }

    fn ask(agent: &mut Dispatcher<Agent>, version: Version, community: &str, pdu: Pdu<'_>) -> Option<(ErrorStatus, Vec<i64>)> {
        let question = Community { version, community: community.as_bytes(), pdu }.encode();
        let answer = agent.answer(([127, 0, 0, 1], 9).into(), &question)?;
        let Message::Community(message) = Message::decode(&answer).unwrap() else { panic!("another version") };
        let number = |row: VarBind<'_>| if let Value::Integer(number) = row.value { number } else { -1 };
        Some((message.pdu.status, message.pdu.bindings.iter().map(|row| number(row.unwrap())).collect()))
    }

    fn set(value: i64) -> Pdu<'static> {
        let mut pdu = Pdu::request(Kind::Set, 1, [[0_u32; 0]; 0]);
        pdu.bindings.push(&[1, 3, 2, 0], &Value::Integer(value));
        pdu
    }

    #[test]
    fn a_view_bounds_reading_and_writing() {
        let (mut agent, bulk) = (agent(), || Pdu::bulk(1, 2, [[1_u32, 3]]));
        assert_eq!(ask(&mut agent, Version::V2c, "see", bulk()), Some((ErrorStatus::NO_ERROR, vec![7, 8])));
        assert_eq!(ask(&mut agent, Version::V2c, "half", bulk()), Some((ErrorStatus::NO_ERROR, vec![7, 9])));
        assert_eq!(ask(&mut agent, Version::V2c, "stranger", bulk()), None);
        assert_eq!(ask(&mut agent, Version::V2c, "see", set(5)).unwrap().0, ErrorStatus::NO_ACCESS);
        assert_eq!(ask(&mut agent, Version::V2c, "do", set(5)), Some((ErrorStatus::NO_ERROR, vec![5])));
        assert_eq!(ask(&mut agent, Version::V2c, "see", bulk()).unwrap().1, [7, 5]);
    }

    #[test]
    fn version_1_knows_fewer_words() {
        let mut agent = agent();
        let missing = || Pdu::request(Kind::Get, 1, [[1_u32, 3, 1, 0], [1, 3, 9, 0]]);
        assert_eq!(ask(&mut agent, Version::V1, "see", missing()).unwrap().0, ErrorStatus::NO_SUCH_NAME);
        assert_eq!(ask(&mut agent, Version::V2c, "see", missing()), Some((ErrorStatus::NO_ERROR, vec![7, -1])));
        assert_eq!(ask(&mut agent, Version::V1, "see", set(5)).unwrap().0, ErrorStatus::NO_SUCH_NAME);
        assert_eq!(ask(&mut agent, Version::V1, "see", Pdu::bulk(1, 2, [[1_u32, 3]])), None);
    }
}
