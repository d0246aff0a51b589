//! The socket that a sender and a reflector share the form of, and what is said of this machine's clock in their packets. I/O.

use std::io;
use std::net::SocketAddr;

use stamp::time::ErrorEstimate;

use crate::host::clock;
use crate::host::udp::{Options, UdpSocket};

/// The longest datagram taken in; more than any test packet.
pub const DATAGRAM_BYTES: usize = 9216;

/// A socket of one address family. Needs a tokio runtime.
pub fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    UdpSocket::bind(address, Options { v6_only: true, ..Options::default() })
}

/// How finely the clock can be read, as a STAMP error estimate. Always of an unsynchronised clock: whether an outside source
/// synchronises it is not asked.
#[must_use]
pub fn error_estimate() -> ErrorEstimate {
    ErrorEstimate::unsynchronised(clock::resolution())
}
