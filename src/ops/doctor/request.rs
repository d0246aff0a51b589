//! What `doctor` is asked for. Pure.

/// What may be tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request {
    /// Whether the credentials for writing are tried, by setting one object of each switch to the value it has.
    pub try_write: bool,
}
