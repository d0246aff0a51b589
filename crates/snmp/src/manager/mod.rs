//! The asking side: many agents on one UDP socket, each with its own credentials, time-outs and window.
//!
//! [`Socket`] is the socket and who waits for which answer, [`Session`] one agent on it, [`Walker`] reads whole tables into [`Tables`].
//! [`Walk`] alone decides what to ask for next, without a socket and without a clock.

mod batch;
mod column;
mod credential;
mod error;
mod limits;
mod response;
mod session;
mod socket;
mod table;
mod timeouts;
mod walk;
mod walker;
mod window;

pub use column::Cut;
pub use credential::Credential;
pub use error::{BadAnswer, CredentialFault, Error, OsError};
pub use limits::Limits;
pub use session::{RequestStats, Session, next_rows};
pub use socket::Socket;
pub use table::{Datum, Tables};
pub use walk::{Rows, Walk};
pub use walker::{Walked, Walker};
pub use window::{NoRows, Window};
