//! What holds for any datagram that anyone may send: the property of the fuzz target, which the tests check on its corpus.

use stamp::reflection::{Circumstances, is_reply, reflect, reply_dscp};
use stamp::time::{ErrorEstimate, RawTime, TimeFormat};
use stamp::{BASE_BYTES, Reply, Request};

/// A datagram that is long enough is read as a request and as a reply, and written as one that is read as the same; the answer to it is as
/// long as it is, and is never taken for a request.
pub fn stamp(datagram: &[u8]) {
    let (Ok(request), Ok(reply)) = (Request::decode(datagram), Reply::decode(datagram)) else {
        assert!(datagram.len() < BASE_BYTES);
        return;
    };
    let (sent, answered) = (request.encode(), reply.encode());
    assert_eq!((sent.len(), answered.len()), (datagram.len(), datagram.len()));
    assert_eq!(Request::decode(&sent).as_ref(), Ok(&request));
    assert_eq!(Reply::decode(&answered).as_ref(), Ok(&reply));
    for format in [TimeFormat::Ntp, TimeFormat::Ptp] {
        assert!(request.timestamp.unix_nanos(format) < 1 << 63, "{:?}", request.timestamp);
    }
    assert!(request.error_estimate.seconds() >= 0.0);

    let received_at = RawTime::ntp(1_700_000_000_000_000_000);
    let circumstances = Circumstances {
        sequence: request.sequence,
        received_in_session: 1,
        received_at,
        sent_at: RawTime(received_at.0 + 1),
        error_estimate: ErrorEstimate(0x0d86),
        ds_byte: datagram.last().copied(),
        ttl: Some(64),
    };
    assert!(reply_dscp(&request, circumstances.ds_byte).get() < 48);
    let reflected = reflect(request, &circumstances).encode();
    assert_eq!(reflected.len(), datagram.len());
    assert!(is_reply(&reflected));
}
