//! The user-based security model for both sides: who may ask, unaltered, in time and unread (RFC 3414, RFC 3826, RFC 7860). Pure.
//!
//! A [`User`] holds what a password was stretched to, once for all switches; [`Keys`] are that for one engine. [`Peer`] is the side that
//! asks, [`Authority`] the one that answers. The only door to the crates of digests and ciphers.

mod authority;
mod cache;
mod cipher;
mod fault;
mod hash;
mod keys;
mod peer;

pub use authority::{Asked, Authority, Refused};
pub use cache::MasterCache;
pub use cipher::Cipher;
pub use fault::{Fault, ShortPassword, TIME_WINDOW};
pub use hash::Hash;
pub use keys::{Keys, Master, User};
pub use peer::{Opened, Peer};
