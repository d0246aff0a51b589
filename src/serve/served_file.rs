//! The contents of one file with their SHA-256, by which it is known again. Pure.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use model::hex::bare_hex;

#[derive(Clone, PartialEq, Eq)]
pub struct ServedFile {
    pub bytes: Arc<[u8]>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: Arc<str>,
}

impl ServedFile {
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let sha256 = bare_hex(&Sha256::digest(&bytes)).into();
        Self { bytes, sha256 }
    }
}

impl std::fmt::Debug for ServedFile {
    /// Never the contents: they hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ServedFile({} bytes)", self.bytes.len())
    }
}
