//! Passwords stretched once, however many agents they are for.

use std::hash::{BuildHasher, RandomState};

use super::fault::ShortPassword;
use super::hash::{Hash, KeyBytes};
use super::keys::Master;

/// Keys of passwords, found by a keyed digest: the passwords themselves are not kept.
#[derive(Debug)]
pub struct MasterCache {
    key: [u8; 16],
    masters: Vec<(Hash, KeyBytes, Master)>,
}

impl Default for MasterCache {
    fn default() -> Self {
        let random = [0_u8, 1].map(|half| RandomState::new().hash_one(half));
        Self { key: ((u128::from(random[0]) << 64) | u128::from(random[1])).to_be_bytes(), masters: Vec::new() }
    }
}

impl MasterCache {
    /// The key of a password, stretched when it is asked for first.
    pub fn master(&mut self, hash: Hash, password: &str) -> Result<Master, ShortPassword> {
        let digest = Hash::Sha256.localize(password.as_bytes(), &self.key);
        if let Some((.., master)) = self.masters.iter().find(|(of, known, _)| (of, known) == (&hash, &digest)) {
            return Ok(master.clone());
        }
        let master = Master::new(hash, password)?;
        self.masters.push((hash, digest, master.clone()));
        Ok(master)
    }
}
