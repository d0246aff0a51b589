//! How much the kernel may hold for a socket until it is fetched. I/O.

use std::os::fd::AsFd;

use nix::sys::socket::{setsockopt, sockopt};

/// Asks for so many bytes, which the kernel doubles for its own use. Root (CAP_NET_ADMIN) gets them; everybody else what
/// `net.core.rmem_max` allows, without an error.
pub(super) fn enlarge(socket: &impl AsFd, bytes: usize) -> nix::Result<()> {
    setsockopt(socket, sockopt::RcvBufForce, &bytes).or_else(|_| setsockopt(socket, sockopt::RcvBuf, &bytes))
}
