//! What holds for any bytes that anyone may send: the properties of the fuzz targets, which the tests check on their corpus.

use lldp::cursor::{Anomaly, Cursor};
use lldp::ethernet::{self, Payload, Tag};
use lldp::link_type::LinkType;
use lldp::{cdp, lldpdu};

/// An LLDPDU that can be read can be sent, and is read as the same.
pub fn lldp(bytes: &[u8]) {
    let Ok(decoded) = lldpdu::decode(Cursor::new("lldp", bytes)) else { return };
    let sent = decoded.encode().unwrap();
    let mut received = lldpdu::decode(Cursor::new("lldp", &sent)).unwrap();
    received.anomalies.clone_from(&decoded.anomalies);
    assert_eq!(received, decoded);
}

/// The same for a CDP message; what is sent has a right checksum.
pub fn cdp(bytes: &[u8]) {
    let Ok(decoded) = cdp::decode(Cursor::new("cdp", bytes)) else { return };
    let sent = decoded.encode().unwrap();
    let mut received = cdp::decode(Cursor::new("cdp", &sent)).unwrap();
    assert!(!received.anomalies.iter().any(|anomaly| matches!(anomaly, Anomaly::Checksum { .. })), "{received:?}");
    received.anomalies.clone_from(&decoded.anomalies);
    assert_eq!(received, decoded);
}

/// Numbers of the link types that [`ethernet`] chooses from.
pub const LINK_TYPES: [i32; 11] = [1, 113, 276, 192, 197, 240, 241, 274, 281, 282, 285];

/// A frame of any link type leads to a payload that lies in it; the first byte chooses the link type, or a tag that the receiver took off.
pub fn ethernet(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let frame = match LINK_TYPES.get(usize::from(*kind)) {
        Some(number) => LinkType::of(*number).unwrap().frame(bytes),
        None => Some(ethernet::decode(bytes, Some(Tag(u16::from_be_bytes([*kind, 20]))))),
    };
    let Some(Ok(frame)) = frame else { return };
    match frame.payload {
        Payload::Lldp(cursor) | Payload::Cdp(cursor) if !cursor.is_empty() => {
            assert!(bytes.as_ptr_range().contains(&cursor.peek().as_ptr()) && cursor.len() < bytes.len());
            lldp(cursor.peek());
            cdp(cursor.peek());
        }
        Payload::Lldp(_) | Payload::Cdp(_) | Payload::Other => {}
    }
}
