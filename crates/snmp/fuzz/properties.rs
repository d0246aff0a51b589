//! What holds for any datagram that anyone may send: the property of the fuzz target, which the tests check on its corpus.

use std::sync::LazyLock;
use std::time::Instant;

use snmp::message::{Level, Secured};
use snmp::usm::{Authority, Cipher, Hash, Master, Peer, Refused, User};
use snmp::{Bindings, Message, Pdu, VarBind};

/// The engine that messages of version 3 are for, in the property and in its seeds.
pub const ENGINE_ID: [u8; 5] = [0x80, 0, 0, 0, 1];

/// A user whose password is as short as it may be: stretching it takes longer than all else.
pub static USER: LazyLock<User> = LazyLock::new(|| {
    let master = Master::new(Hash::Sha1, "password").unwrap();
    User { name: b"u".to_vec(), authentication: Some(master.clone()), privacy: Some((Cipher::Aes128, master)) }
});

/// A datagram that can be read is written as one that is read as the same, and so are its bindings; neither side of the security model
/// stumbles over it.
pub fn snmp(bytes: &[u8]) {
    let Ok(message) = Message::decode(bytes) else { return };
    let sent = match &message {
        Message::Community(message) => {
            bindings(&message.pdu);
            message.encode()
        }
        Message::Secured(message) => {
            secured(bytes, message);
            message.encode()
        }
    };
    assert_eq!(placeless(Message::decode(&sent).unwrap()), placeless(message));
}

/// Without the place of the digest, which is another when lengths are written shorter.
fn placeless(mut message: Message<'_>) -> Message<'_> {
    if let Message::Secured(message) = &mut message {
        message.security.digest_at = 0;
    }
    message
}

fn bindings(pdu: &Pdu<'_>) {
    let Ok(read) = pdu.bindings.iter().collect::<Result<Vec<VarBind<'_>>, _>>() else { return };
    let written: Bindings<'_> = read.iter().collect();
    assert_eq!(written.iter().collect::<Result<Vec<_>, _>>().unwrap(), read);
}

fn secured(bytes: &[u8], message: &Secured<'_>) {
    let now = Instant::now();
    let mut authority = Authority::new(ENGINE_ID.to_vec(), 1, [USER.clone()], 0);
    match authority.receive(bytes, message.clone(), message.security.time) {
        Ok(asked) => {
            let pdu = asked.scoped().unwrap().pdu;
            bindings(&pdu);
            let answer = authority.answer(&asked, Pdu::response(pdu.request_id, pdu.bindings.clone()), message.security.time);
            assert_eq!(Message::decode(&answer).unwrap().id(), message.id);
        }
        Err(Refused { fault, report }) => {
            assert_eq!((authority.count(fault), report.is_some()), (1, message.reportable));
            let Some(report) = report else { return };
            let Ok(Message::Secured(reported)) = Message::decode(&report) else { panic!("{report:02x?}") };
            let mut peer = Peer::learn(&USER, &reported, now).unwrap();
            assert_eq!(peer.open(Level::Privacy, &report, &reported, now).unwrap().fault(), Some(fault));
        }
    }
    if let Some(mut peer) = Peer::learn(&USER, message, now) {
        let _ = peer.open(Level::Privacy, bytes, message, now).is_ok_and(|opened| opened.fault().is_some());
    }
}
