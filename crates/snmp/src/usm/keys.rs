//! A user's keys: stretched once, localized for each engine, and messages signed and encrypted with them. Pure.

use std::fmt;

use zeroize::Zeroizing;

use super::cipher::Cipher;
use super::fault::{Fault, ShortPassword};
use super::hash::{Hash, KeyBytes, Signer};
use crate::message::{Data, Level, Message, Scoped, Secured};

/// Shortest password (RFC 3414 §11.2).
const SHORTEST: usize = 8;

/// A password as a key of every engine. Making one takes a millisecond: keep it for all switches of a credential.
#[derive(Clone)]
pub struct Master {
    hash: Hash,
    key: KeyBytes,
}

impl Master {
    /// Stretches a password into a key (RFC 3414 A.2).
    pub fn new(hash: Hash, password: &str) -> Result<Self, ShortPassword> {
        if password.len() < SHORTEST {
            return Err(ShortPassword);
        }
        Ok(Self { hash, key: hash.stretch(password.as_bytes()) })
    }
}

/// A user of the user-based security model. Both keys are made with the digest of authentication.
#[derive(Clone)]
pub struct User {
    /// msgUserName.
    pub name: Vec<u8>,
    /// Key for authentication; without it, messages are not signed.
    pub authentication: Option<Master>,
    /// For privacy; only with authentication.
    pub privacy: Option<(Cipher, Master)>,
}

impl User {
    /// The highest level this user can have.
    #[must_use]
    pub const fn level(&self) -> Level {
        match (&self.authentication, &self.privacy) {
            (None, _) => Level::Nothing,
            (Some(_), None) => Level::Authentication,
            (Some(_), Some(_)) => Level::Privacy,
        }
    }

    /// The keys for one engine.
    #[must_use]
    pub fn localize(&self, engine_id: &[u8]) -> Keys {
        let localized = |master: &Master| master.hash.localize(&master.key, engine_id);
        let signer = self.authentication.as_ref().and_then(|master| Signer::new(master.hash, &localized(master)));
        let cipher =
            self.privacy.as_ref().map(|(cipher, master)| (*cipher, cipher.key(master.hash, &localized(master), engine_id)));
        Keys { signer, cipher }
    }
}

/// A user's keys for one engine.
#[derive(Clone)]
pub struct Keys {
    signer: Option<Signer>,
    cipher: Option<(Cipher, KeyBytes)>,
}

impl Keys {
    /// The datagram of a message whose scoped PDU is readable: encrypted and signed as its level says. `counter` is a number that was
    /// not used before with these keys.
    #[must_use]
    pub fn seal(&self, message: &Secured<'_>, scoped: &Scoped<'_>, counter: u64) -> Vec<u8> {
        let zeros = [0; 48];
        let mut message = message.clone();
        if message.level >= Level::Authentication {
            message.security.digest = &zeros[..self.signer.as_ref().map_or(0, Signer::length)];
        }
        let mut bytes: KeyBytes;
        let salt: [u8; 8];
        message.data = match &self.cipher {
            Some((cipher, key)) if message.level == Level::Privacy => {
                bytes = Zeroizing::new(Vec::with_capacity(scoped.pdu.bindings.size() + 128));
                scoped.write(&mut bytes);
                salt = cipher.salt(message.security.boots, counter);
                cipher.encrypt(key, message.security.boots, message.security.time, salt, &mut bytes);
                message.security.salt = &salt;
                Data::Encrypted(&bytes)
            }
            _ => Data::Plain(scoped.clone()),
        };
        let mut datagram = message.encode();
        self.sign(&mut datagram, message.level);
        datagram
    }

    fn sign(&self, datagram: &mut [u8], level: Level) {
        let (Some(signer), true) = (&self.signer, level >= Level::Authentication) else { return };
        let Ok(Message::Secured(written)) = Message::decode(datagram) else { return };
        let at = written.security.digest_at;
        let mut signature = [0; 48];
        let signature = &mut signature[..signer.length()];
        signer.sign(&[datagram], signature);
        if let Some(place) = datagram.get_mut(at..at + signature.len()) {
            place.copy_from_slice(signature);
        }
    }

    /// Whether the message that was decoded from this datagram is signed with these keys.
    pub fn verify(&self, datagram: &[u8], message: &Secured<'_>) -> Result<(), Fault> {
        let signer = self.signer.as_ref().ok_or(Fault::UnsupportedLevel)?;
        let (digest, at) = (message.security.digest, message.security.digest_at);
        let (before, after) = datagram.split_at_checked(at).ok_or(Fault::WrongDigest)?;
        let after = after.get(digest.len()..).ok_or(Fault::WrongDigest)?;
        let zeros = [0; 48];
        let zeros = zeros.get(..digest.len()).ok_or(Fault::WrongDigest)?;
        if signer.verify(&[before, zeros, after], digest) { Ok(()) } else { Err(Fault::WrongDigest) }
    }

    /// The bytes of an encrypted scoped PDU.
    pub(super) fn reveal(&self, message: &Secured<'_>, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        let (cipher, key) = self.cipher.as_ref().ok_or(Fault::UnsupportedLevel)?;
        let security = &message.security;
        cipher.decrypt(key, security.boots, security.time, security.salt, bytes).ok_or(Fault::Decryption)
    }
}

/// A scoped PDU that may have been encrypted.
#[derive(Debug, Clone)]
pub(super) enum Revealed<'a> {
    Plain(Scoped<'a>),
    Decrypted(Vec<u8>),
}

impl<'a> Revealed<'a> {
    pub(super) fn of(keys: &Keys, message: &Secured<'a>) -> Result<Self, Fault> {
        match &message.data {
            Data::Plain(scoped) if message.level < Level::Privacy => Ok(Self::Plain(scoped.clone())),
            Data::Encrypted(bytes) if message.level == Level::Privacy => {
                let bytes = keys.reveal(message, bytes)?;
                // A wrong key makes noise of the bytes.
                Scoped::decode(&bytes).map_err(|_| Fault::Decryption)?;
                Ok(Self::Decrypted(bytes))
            }
            Data::Plain(_) | Data::Encrypted(_) => Err(Fault::Decryption),
        }
    }

    pub(super) fn scoped(&self) -> Result<Scoped<'_>, Fault> {
        match self {
            Self::Plain(scoped) => Ok(scoped.clone()),
            Self::Decrypted(bytes) => Scoped::decode(bytes).map_err(|_| Fault::Decryption),
        }
    }
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Master({:?}, …)", self.hash)
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({}, {:?}, …)", String::from_utf8_lossy(&self.name), self.level())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}
