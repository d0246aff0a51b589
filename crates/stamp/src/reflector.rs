//! A STAMP session-reflector (RFC 8762 §4.3) without its socket: stateful, unauthenticated. It never answers with more bytes than it was
//! asked with, never a broadcast or multicast, and never another reflector. Pure.
//!
//! The caller receives a datagram, hands it to [`Reflector::answer`] with what the kernel told about it, sends the answer with its mark
//! from the address that was asked, and reports that with [`Reflector::sent`].

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::reflection::{Circumstances, is_reply, reflect, reply_dscp};
use crate::time::{ErrorEstimate, RawTime};
use crate::{Dscp, Request};

/// A session that was silent for so long begins anew (REFWAIT of RFC 5357 §4.2).
const SESSION_IDLE: Duration = Duration::from_secs(900);
/// Sessions remembered; beyond, the half that was silent longest is forgotten.
const SESSIONS_MAX: usize = 10_000;

/// What came with a datagram.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Address and port that the request came from.
    pub peer: SocketAddr,
    /// The address of ours that was asked.
    pub asked: IpAddr,
    /// Whether that address is one of ours alone: neither broadcast nor multicast.
    pub unicast: bool,
    /// Time of arrival, by the reflector's clock.
    pub at: RawTime,
    /// DS byte with which it arrived; `None` when the kernel did not tell.
    pub ds_byte: Option<u8>,
    /// TTL or hop limit with which it arrived; `None` when the kernel did not tell.
    pub ttl: Option<u8>,
}

/// The reflector's clocks at the moment of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// A steady clock, from whatever beginning.
    pub steady: Duration,
    /// The time of day, as it goes into the answer.
    pub time_of_day: RawTime,
    /// How good the clock of the time of day is.
    pub error_estimate: ErrorEstimate,
}

/// Who measures with whom: peer, address asked, SSID (RFC 8972 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    peer: SocketAddr,
    asked: IpAddr,
    ssid: u16,
}

/// The answer to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What to send to the peer.
    pub datagram: Vec<u8>,
    /// The mark to send it with.
    pub dscp: Dscp,
    /// The session it belongs to, for [`Reflector::sent`].
    pub session: SessionKey,
    /// Whether the request began a session.
    pub begins_session: bool,
}

#[derive(Debug)]
struct Session {
    received: u32,
    sent: u32,
    last: Duration,
}

/// The sessions of a reflector.
#[derive(Debug, Default)]
pub struct Reflector {
    sessions: HashMap<SessionKey, Session>,
}

impl Reflector {
    /// A reflector that has met nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to a datagram; `None` when it deserves none.
    pub fn answer(&mut self, datagram: &[u8], received: &Received, now: &Now) -> Option<Answer> {
        // Two reflectors that answer each other would never stop: a forged source address must not start that.
        if received.peer.port() == 0 || !received.unicast || is_reply(datagram) {
            return None;
        }
        let request = Request::decode(datagram).ok()?;
        let key = SessionKey { peer: received.peer, asked: received.asked, ssid: request.ssid };
        let session = self.enter(key, now.steady);
        let circumstances = Circumstances {
            sequence: session.sent,
            received_in_session: session.received,
            received_at: received.at,
            sent_at: now.time_of_day,
            error_estimate: now.error_estimate,
            ds_byte: received.ds_byte,
            ttl: received.ttl,
        };
        let begins_session = session.received == 1;
        let dscp = reply_dscp(&request, received.ds_byte);
        let datagram = reflect(request, &circumstances).encode();
        Some(Answer { datagram, dscp, session: key, begins_session })
    }

    /// Counts an answer that has left.
    pub fn sent(&mut self, session: SessionKey) {
        if let Some(session) = self.sessions.get_mut(&session) {
            session.sent = session.sent.wrapping_add(1);
        }
    }

    fn enter(&mut self, key: SessionKey, now: Duration) -> &mut Session {
        if self.sessions.len() >= SESSIONS_MAX && !self.sessions.contains_key(&key) {
            self.forget_half();
        }
        let fresh = Session { received: 0, sent: 0, last: now };
        let session = self.sessions.entry(key).or_insert(Session { ..fresh });
        if now.saturating_sub(session.last) > SESSION_IDLE {
            *session = fresh;
        }
        session.received = session.received.wrapping_add(1);
        session.last = now;
        session
    }

    fn forget_half(&mut self) {
        let mut ages: Vec<(Reverse<Duration>, SessionKey)> =
            self.sessions.iter().map(|(key, session)| (Reverse(session.last), *key)).collect();
        ages.sort_unstable();
        for (_, key) in ages.into_iter().skip(SESSIONS_MAX / 2) {
            self.sessions.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::Tlvs;
    use crate::{BASE_BYTES, Reply};

    fn now(seconds: u64) -> Now {
        let estimate = ErrorEstimate::unsynchronised(Duration::from_micros(1));
        Now { steady: Duration::from_secs(seconds), time_of_day: RawTime::ntp(seconds * 1_000_000_000), error_estimate: estimate }
    }

    fn from(port: u16) -> Received {
        let peer = SocketAddr::from(([192, 0, 2, 1], port));
        Received { peer, asked: [192, 0, 2, 9].into(), unicast: true, at: RawTime(7 << 32), ds_byte: Some(46 << 2), ttl: Some(61) }
    }

    fn request(sequence: u32) -> Vec<u8> {
        let estimate = ErrorEstimate::unsynchronised(Duration::from_micros(1));
        let tlvs = Tlvs::decode(&[]);
        Request { sequence, timestamp: RawTime(5 << 32), error_estimate: estimate, ssid: 9, tlvs }.encode()
    }

    #[test]
    fn a_session_counts_what_has_left() {
        let mut reflector = Reflector::new();
        let first = reflector.answer(&request(40), &from(5000), &now(1)).unwrap();
        assert!(first.begins_session);
        assert_eq!((first.datagram.len(), first.dscp.get()), (BASE_BYTES, 46));
        let unsent = reflector.answer(&request(41), &from(5000), &now(1)).unwrap();
        assert_eq!(Reply::decode(&unsent.datagram).unwrap().sequence, 0, "the first answer never left");
        reflector.sent(unsent.session);
        let third = reflector.answer(&request(42), &from(5000), &now(1)).unwrap();
        let reply = Reply::decode(&third.datagram).unwrap();
        assert_eq!((reply.sequence, reply.sender_sequence, reply.sender_ttl, third.begins_session), (1, 42, 61, false));
    }

    #[test]
    fn a_session_begins_anew_after_a_long_silence() {
        let mut reflector = Reflector::new();
        assert!(reflector.answer(&request(1), &from(5000), &now(0)).unwrap().begins_session);
        assert!(!reflector.answer(&request(2), &from(5000), &now(900)).unwrap().begins_session);
        assert!(reflector.answer(&request(3), &from(5000), &now(1801)).unwrap().begins_session);
    }

    #[test]
    fn what_deserves_no_answer_gets_none() {
        let mut reflector = Reflector::new();
        let mut refused = |datagram: &[u8], received: Received| reflector.answer(datagram, &received, &now(1)).is_none();
        assert!(refused(&request(1), from(0)), "nobody can be answered at port 0");
        assert!(refused(&request(1), Received { unicast: false, ..from(5000) }));
        assert!(refused(&request(1)[..43], from(5000)));
        assert!(!refused(&request(1), from(5000)));
        let received = Received { at: RawTime::ntp(900_000_000), ..from(5000) };
        let answer = Reflector::new().answer(&request(1), &received, &now(1)).unwrap();
        assert_eq!(reflector.answer(&answer.datagram, &from(862), &now(1)), None, "another reflector's answer");
    }

    #[test]
    fn the_sessions_that_were_silent_longest_are_forgotten() {
        let mut reflector = Reflector::new();
        for number in 0..=10_000_u64 {
            let port = u16::try_from(number + 1).unwrap();
            reflector.answer(&request(1), &from(port), &now(number / 100)).unwrap();
        }
        assert_eq!(reflector.sessions.len(), 5001);
        assert!(!reflector.answer(&request(2), &from(10_001), &now(101)).unwrap().begins_session);
        assert!(reflector.answer(&request(2), &from(1), &now(101)).unwrap().begins_session);
    }
}
