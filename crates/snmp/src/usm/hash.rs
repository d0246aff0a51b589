//! Digests of SNMPv3: passwords to keys (RFC 3414 A.2), and what a message is signed with (RFC 3414 §6–7, RFC 7860). Pure.

use hmac::{Hmac, KeyInit};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// How much of a repeated password is digested.
const STRETCHED: usize = 1 << 20;

/// A key, wiped when it goes.
pub(super) type KeyBytes = Zeroizing<Vec<u8>>;

/// Authentication protocols by the digest they are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Calls a generic function with the digest that `$hash` names.
macro_rules! with_digest {
    ($hash:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Md5 => $function::<Md5>($($argument),*),
            Hash::Sha1 => $function::<Sha1>($($argument),*),
            Hash::Sha224 => $function::<Sha224>($($argument),*),
            Hash::Sha256 => $function::<Sha256>($($argument),*),
            Hash::Sha384 => $function::<Sha384>($($argument),*),
            Hash::Sha512 => $function::<Sha512>($($argument),*),
        }
    };
}

impl Hash {
    /// Bytes of a signature in a message.
    pub(super) const fn signature(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 => 12,
            Self::Sha224 => 16,
            Self::Sha256 => 24,
            Self::Sha384 => 32,
            Self::Sha512 => 48,
        }
    }

    /// A password as a key of every engine: takes a millisecond (RFC 3414 A.2).
    pub(super) fn stretch(self, password: &[u8]) -> KeyBytes {
        with_digest!(self, stretch(password))
    }

    /// The key for one engine (RFC 3414 §2.6).
    pub(super) fn localize(self, key: &[u8], engine_id: &[u8]) -> KeyBytes {
        with_digest!(self, of(&[key, engine_id, key]))
    }

    /// The digest of bytes.
    pub(super) fn of(self, bytes: &[u8]) -> KeyBytes {
        with_digest!(self, of(&[bytes]))
    }
}

fn of<D: Digest>(parts: &[&[u8]]) -> KeyBytes {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    Zeroizing::new(digest.finalize().to_vec())
}

fn stretch<D: Digest>(password: &[u8]) -> KeyBytes {
    // Whole passwords, so that the next piece begins with one again.
    let piece: KeyBytes = Zeroizing::new(password.repeat(4096 / password.len().max(1) + 1));
    let mut digest = D::new();
    let mut left = if piece.is_empty() { 0 } else { STRETCHED };
    while left > 0 {
        let taken = &piece[..left.min(piece.len())];
        digest.update(taken);
        left -= taken.len();
    }
    Zeroizing::new(digest.finalize().to_vec())
}

/// A key ready for signing: its first blocks are digested already.
#[derive(Clone)]
pub(super) enum Signer {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha224(Hmac<Sha224>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl Signer {
    /// `None` never happens: HMAC takes keys of any length.
    pub(super) fn new(hash: Hash, key: &[u8]) -> Option<Self> {
        Some(match hash {
            Hash::Md5 => Self::Md5(Hmac::new_from_slice(key).ok()?),
            Hash::Sha1 => Self::Sha1(Hmac::new_from_slice(key).ok()?),
            Hash::Sha224 => Self::Sha224(Hmac::new_from_slice(key).ok()?),
            Hash::Sha256 => Self::Sha256(Hmac::new_from_slice(key).ok()?),
            Hash::Sha384 => Self::Sha384(Hmac::new_from_slice(key).ok()?),
            Hash::Sha512 => Self::Sha512(Hmac::new_from_slice(key).ok()?),
        })
    }

    /// Bytes of a signature.
    pub(super) const fn length(&self) -> usize {
        match self {
            Self::Md5(_) => Hash::Md5.signature(),
            Self::Sha1(_) => Hash::Sha1.signature(),
            Self::Sha224(_) => Hash::Sha224.signature(),
            Self::Sha256(_) => Hash::Sha256.signature(),
            Self::Sha384(_) => Hash::Sha384.signature(),
            Self::Sha512(_) => Hash::Sha512.signature(),
        }
    }

    /// Writes the signature of these parts, one after another, into `out`, which is of the right length.
    pub(super) fn sign(&self, parts: &[&[u8]], out: &mut [u8]) {
        match self {
            Self::Md5(mac) => sign(mac.clone(), parts, out),
            Self::Sha1(mac) => sign(mac.clone(), parts, out),
            Self::Sha224(mac) => sign(mac.clone(), parts, out),
            Self::Sha256(mac) => sign(mac.clone(), parts, out),
            Self::Sha384(mac) => sign(mac.clone(), parts, out),
            Self::Sha512(mac) => sign(mac.clone(), parts, out),
        }
    }

    /// Whether this is the signature of these parts, in a time that says nothing about it.
    pub(super) fn verify(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        if signature.len() != self.length() {
            return false;
        }
        match self {
            Self::Md5(mac) => verify(mac.clone(), parts, signature),
            Self::Sha1(mac) => verify(mac.clone(), parts, signature),
            Self::Sha224(mac) => verify(mac.clone(), parts, signature),
            Self::Sha256(mac) => verify(mac.clone(), parts, signature),
            Self::Sha384(mac) => verify(mac.clone(), parts, signature),
            Self::Sha512(mac) => verify(mac.clone(), parts, signature),
        }
    }
}

fn sign(mut mac: impl hmac::Mac, parts: &[&[u8]], out: &mut [u8]) {
    for part in parts {
        mac.update(part);
    }
    let whole = mac.finalize().into_bytes();
    out.iter_mut().zip(whole).for_each(|(out, byte)| *out = byte);
}

fn verify(mut mac: impl hmac::Mac, parts: &[&[u8]], signature: &[u8]) -> bool {
    for part in parts {
        mac.update(part);
    }
    mac.verify_truncated_left(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// RFC 3414 A.3.1 and A.3.2: the password "maplesyrup" for the engine 00…02.
    #[test]
    fn passwords_become_the_keys_of_the_standard() {
        let engine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
        let key = Hash::Md5.stretch(b"maplesyrup");
        assert_eq!(hex(&key), "9faf3283884e92834ebc9847d8edd963");
        assert_eq!(hex(&Hash::Md5.localize(&key, &engine)), "526f5eed9fcce26f8964c2930787d82b");
        let key = Hash::Sha1.stretch(b"maplesyrup");
        assert_eq!(hex(&key), "9fb5cc0381497b3793528939ff788d5d79145211");
        assert_eq!(hex(&Hash::Sha1.localize(&key, &engine)), "6695febc9288e36282235fc7151f128497b38f3f");
    }

    /// RFC 2202 §2–3, RFC 4231 §4.3: key "Jefe".
    #[test]
    fn signatures_are_truncated_hmacs() {
        let signature = |hash: Hash| {
            let mut out = vec![0; hash.signature()];
            let signer = Signer::new(hash, b"Jefe").unwrap();
            signer.sign(&[b"what do ya want ", b"for nothing?"], &mut out);
            assert!(signer.verify(&[b"what do ya want for nothing?"], &out));
            assert!(!signer.verify(&[b"what do ya want for nothing!"], &out));
            assert!(!signer.verify(&[b"what do ya want for nothing?"], &out[1..]));
            hex(&out)
        };
        assert_eq!(signature(Hash::Md5), "750c783e6ab0b503eaa86e31");
        assert_eq!(signature(Hash::Sha1), "effcdf6ae5eb2fa2d27416d5");
        assert_eq!(signature(Hash::Sha224), "a30e01098bc6dbbf45690f3a7e9e6d0f");
        assert_eq!(signature(Hash::Sha256), "5bdcc146bf60754e6a042426089575c75a003f089d273983");
        assert_eq!(signature(Hash::Sha384), "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e");
        assert_eq!(
            signature(Hash::Sha512),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
        );
    }
}
