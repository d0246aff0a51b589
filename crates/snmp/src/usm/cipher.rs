//! Ciphers of SNMPv3: CBC-DES (RFC 3414 §8), CFB128-AES-128 (RFC 3826), AES-192 and AES-256 with the two ways of making a long key. Pure.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use des::Des;
use zeroize::Zeroizing;

use super::hash::{Hash, KeyBytes};

/// Privacy protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum Cipher {
    Des,
    Aes128,
    /// The key lengthened as draft-blumenthal-aes-usm-04 says; net-snmp does.
    Aes192,
    /// The key lengthened as for [`Self::Aes192`].
    Aes256,
    /// The key lengthened as draft-reeder-snmpv3-usm-3desede-00 says; Cisco does.
    Aes192Reeder,
    /// The key lengthened as for [`Self::Aes192Reeder`].
    Aes256Reeder,
}

/// Bytes of a salt in a message.
pub(super) const SALT: usize = 8;
const BLOCK_OF_DES: usize = 8;

impl Cipher {
    const fn key_length(self) -> usize {
        match self {
            // 8 bytes of key and 8 of which the initialisation vector is made
            Self::Des | Self::Aes128 => 16,
            Self::Aes192 | Self::Aes192Reeder => 24,
            Self::Aes256 | Self::Aes256Reeder => 32,
        }
    }

    /// The key for one engine, as long as this cipher wants it, from the localized one.
    pub(super) fn key(self, hash: Hash, localized: &[u8], engine_id: &[u8]) -> KeyBytes {
        let mut key = Zeroizing::new(localized.to_vec());
        while key.len() < self.key_length() {
            let more = match self {
                Self::Aes192Reeder | Self::Aes256Reeder => hash.localize(&hash.stretch(&key), engine_id),
                Self::Des | Self::Aes128 | Self::Aes192 | Self::Aes256 => hash.of(&key),
            };
            key.extend_from_slice(&more);
        }
        key.truncate(self.key_length());
        key
    }

    /// The salt of message number `counter`: a number that never repeats under one key.
    pub(super) fn salt(self, boots: u32, counter: u64) -> [u8; SALT] {
        match self {
            Self::Des => (u64::from(boots) << 32 | counter & u64::from(u32::MAX)).to_be_bytes(),
            _ => counter.to_be_bytes(),
        }
    }

    /// Encrypts in place; DES pads.
    pub(super) fn encrypt(self, key: &[u8], boots: u32, time: u32, salt: [u8; SALT], bytes: &mut Vec<u8>) {
        if self == Self::Des {
            bytes.resize(bytes.len().next_multiple_of(BLOCK_OF_DES), 0);
        }
        // The lengths of keys and vectors are this file's own.
        let _ = self.try_encrypt(key, boots, time, salt, bytes);
    }

    fn try_encrypt(self, key: &[u8], boots: u32, time: u32, salt: [u8; SALT], bytes: &mut [u8]) -> Option<()> {
        let vector = vector(boots, time, salt);
        match self {
            Self::Des => {
                let (key, vector) = des_key(key, salt)?;
                let length = bytes.len();
                let cipher = cbc::Encryptor::<Des>::new_from_slices(key, &vector).ok()?;
                cipher.encrypt_padded::<NoPadding>(bytes, length).ok()?;
            }
            Self::Aes128 => cfb_mode::Encryptor::<Aes128>::new_from_slices(key, &vector).ok()?.encrypt(bytes),
            Self::Aes192 | Self::Aes192Reeder => {
                cfb_mode::Encryptor::<Aes192>::new_from_slices(key, &vector).ok()?.encrypt(bytes);
            }
            Self::Aes256 | Self::Aes256Reeder => {
                cfb_mode::Encryptor::<Aes256>::new_from_slices(key, &vector).ok()?.encrypt(bytes);
            }
        }
        Some(())
    }

    /// Decrypts; `None` when the lengths of salt or bytes are impossible.
    pub(super) fn decrypt(self, key: &[u8], boots: u32, time: u32, salt: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        let salt = salt.try_into().ok()?;
        let vector = vector(boots, time, salt);
        let mut bytes = bytes.to_vec();
        match self {
            Self::Des => {
                let (key, vector) = des_key(key, salt)?;
                let cipher = cbc::Decryptor::<Des>::new_from_slices(key, &vector).ok()?;
                cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
            }
            Self::Aes128 => cfb_mode::Decryptor::<Aes128>::new_from_slices(key, &vector).ok()?.decrypt(&mut bytes),
            Self::Aes192 | Self::Aes192Reeder => {
                cfb_mode::Decryptor::<Aes192>::new_from_slices(key, &vector).ok()?.decrypt(&mut bytes);
            }
            Self::Aes256 | Self::Aes256Reeder => {
                cfb_mode::Decryptor::<Aes256>::new_from_slices(key, &vector).ok()?.decrypt(&mut bytes);
            }
        }
        Some(bytes)
    }
}

/// The initialisation vector of AES (RFC 3826 §3.1.2.1).
fn vector(boots: u32, time: u32, salt: [u8; SALT]) -> [u8; 16] {
    let mut vector = [0; 16];
    vector[..4].copy_from_slice(&boots.to_be_bytes());
    vector[4..8].copy_from_slice(&time.to_be_bytes());
    vector[8..].copy_from_slice(&salt);
    vector
}

/// Key and initialisation vector of DES (RFC 3414 §8.1.1.1).
fn des_key(key: &[u8], salt: [u8; SALT]) -> Option<(&[u8], [u8; 8])> {
    let (key, before) = key.split_first_chunk::<8>()?;
    let mut vector = salt;
    vector.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
    Some((key, vector))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// draft-reeder-snmpv3-usm-3desede-00 B.1 and B.2: "maplesyrup", localized twice over.
    #[test]
    fn reeder_stretches_and_localizes_the_key_once_more() {
        let key = |hash: Hash| {
            let localized = hash.localize(&hash.stretch(b"maplesyrup"), &ENGINE);
            hex(&Cipher::Aes256Reeder.key(hash, &localized, &ENGINE))
        };
        assert_eq!(key(Hash::Md5), "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
        assert_eq!(key(Hash::Sha1), "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
    }

    /// The localized key, then its digest.
    #[test]
    fn blumenthal_appends_the_digest_of_the_key() {
        let localized = Hash::Sha1.localize(&Hash::Sha1.stretch(b"maplesyrup"), &ENGINE);
        let key = Cipher::Aes256.key(Hash::Sha1, &localized, &ENGINE);
        assert_eq!((&key[..20], &key[20..]), (&localized[..], &Hash::Sha1.of(&localized)[..12]));
        let enough = Hash::Sha256.localize(&Hash::Sha256.stretch(b"maplesyrup"), &ENGINE);
        for cipher in [Cipher::Aes192, Cipher::Aes192Reeder, Cipher::Aes256, Cipher::Aes256Reeder] {
            assert!(enough.starts_with(&cipher.key(Hash::Sha256, &enough, &ENGINE)), "a digest of 32 bytes is long enough");
        }
    }

    /// NIST SP 800-38A F.3.13, the vector as boots, time and salt.
    #[test]
    fn aes_is_cfb_with_boots_time_and_salt() {
        let key = *b"\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c";
        let mut bytes = b"\x6b\xc1\xbe\xe2\x2e\x40\x9f\x96\xe9\x3d\x7e\x11\x73\x93\x17\x2a".to_vec();
        Cipher::Aes128.encrypt(&key, 0x0001_0203, 0x0405_0607, [8, 9, 10, 11, 12, 13, 14, 15], &mut bytes);
        assert_eq!(hex(&bytes), "3b3fd92eb72dad20333449f8e83cfb4a");
    }

    #[test]
    fn what_is_encrypted_is_decrypted() {
        let all = [Cipher::Des, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256, Cipher::Aes192Reeder, Cipher::Aes256Reeder];
        for cipher in all {
            for length in [0, 1, 8, 15, 16, 17, 1400] {
                let plain: Vec<u8> = (0..=255).cycle().take(length).collect();
                let key = cipher.key(Hash::Sha1, &Hash::Sha1.of(b"x"), &ENGINE);
                let salt = cipher.salt(7, 0x0123_4567_89ab_cdef);
                let mut bytes = plain.clone();
                cipher.encrypt(&key, 7, 99, salt, &mut bytes);
                assert!(length == 0 || bytes != plain, "{cipher:?}");
                let decrypted = cipher.decrypt(&key, 7, 99, &salt, &bytes).unwrap();
                assert!(decrypted.starts_with(&plain) && decrypted.len() < length + 8, "{cipher:?}");
            }
            assert_eq!(cipher.decrypt(&[0; 32], 0, 0, &[0; 7], &[0; 8]), None);
        }
        assert_eq!(Cipher::Des.decrypt(&[0; 16], 0, 0, &[0; 8], &[0; 7]), None, "no whole block");
    }
}
