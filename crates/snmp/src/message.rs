//! What is around a PDU: the community of versions 1 and 2c, the header and the security parameters of version 3 (RFC 3412 §6, RFC 3414
//! §2.4). Pure.

use crate::ber;
use crate::ber::{Malformed, Reader};
use crate::pdu::Pdu;

/// Largest message that UDP over IPv4 carries: what this end says it takes (msgMaxSize).
pub const LARGEST: i32 = 65_507;
/// The user-based security model (RFC 3411 §6).
const USM: i64 = 3;

/// What one UDP datagram carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// Version 1 or 2c.
    Community(Community<'a>),
    /// Version 3.
    Secured(Secured<'a>),
}

/// A message of version 1 or 2c.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community<'a> {
    /// Which of the two.
    pub version: Version,
    /// Community string, in clear.
    pub community: &'a [u8],
    /// The request or response itself.
    pub pdu: Pdu<'a>,
}

/// The versions with a community, by the number in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// SNMPv1 (RFC 1157): no GETBULK, no exceptions, no Counter64.
    V1 = 0,
    /// SNMPv2c (RFC 1901).
    V2c = 1,
}

/// A message of version 3, its scoped PDU as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secured<'a> {
    /// msgID: the number that an answer repeats.
    pub id: i32,
    /// msgMaxSize: the largest message that its sender takes, in bytes.
    pub max_size: i32,
    /// What is done for security.
    pub level: Level,
    /// Whether its sender wants a Report when it is not understood.
    pub reportable: bool,
    /// msgSecurityParameters.
    pub security: Security<'a>,
    /// msgData.
    pub data: Data<'a>,
}

/// What is done for security (RFC 3411 §3.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// noAuthNoPriv.
    Nothing,
    /// authNoPriv.
    Authentication,
    /// authPriv.
    Privacy,
}

/// UsmSecurityParameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security<'a> {
    /// snmpEngineID of the authoritative side; empty to ask for it.
    pub engine_id: &'a [u8],
    /// snmpEngineBoots of that side.
    pub boots: u32,
    /// snmpEngineTime of that side: seconds since it booted.
    pub time: u32,
    /// msgUserName; empty in a discovery of the engine.
    pub user: &'a [u8],
    /// msgAuthenticationParameters.
    pub digest: &'a [u8],
    /// Where the digest is in the datagram.
    pub digest_at: usize,
    /// msgPrivacyParameters.
    pub salt: &'a [u8],
}

/// msgData: a scoped PDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data<'a> {
    /// Readable by everybody.
    Plain(Scoped<'a>),
    /// encryptedPDU: to be decrypted with the user's key.
    Encrypted(&'a [u8]),
}

/// A PDU and the context it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<'a> {
    /// contextEngineID.
    pub engine_id: &'a [u8],
    /// contextName.
    pub context: &'a [u8],
    /// The request or response itself.
    pub pdu: Pdu<'a>,
}

impl<'a> Message<'a> {
    /// Reads a datagram. Bytes behind the message are ignored.
    pub fn decode(datagram: &'a [u8]) -> Result<Self, Malformed> {
        let mut message = Reader::new(datagram).expect(ber::SEQUENCE, "no SNMP message")?;
        let here = message;
        match message.integer("no version")? {
            0 => community(Version::V1, message).map(Self::Community),
            1 => community(Version::V2c, message).map(Self::Community),
            3 => secured(message).map(Self::Secured),
            _ => Err(here.malformed("a version that is not known")),
        }
    }

    /// The number that an answer repeats: request-id, or msgID in version 3.
    #[must_use]
    pub const fn id(&self) -> i32 {
        match self {
            Self::Community(message) => message.pdu.request_id,
            Self::Secured(message) => message.id,
        }
    }
}

fn community(version: Version, mut message: Reader<'_>) -> Result<Community<'_>, Malformed> {
    Ok(Community { version, community: message.octet_string("no community")?, pdu: Pdu::read(&mut message)? })
}

fn secured(mut message: Reader<'_>) -> Result<Secured<'_>, Malformed> {
    let mut header = message.expect(ber::SEQUENCE, "no header")?;
    let id = header.integer_32("no msgID")?;
    let max_size = header.integer_32("no msgMaxSize")?;
    let flags = header.octet_string("no msgFlags")?.first().copied().ok_or(header.malformed("no msgFlags"))?;
    let level = match flags & 3 {
        0 => Level::Nothing,
        1 => Level::Authentication,
        3 => Level::Privacy,
        _ => return Err(header.malformed("privacy without authentication")),
    };
    if header.integer("no msgSecurityModel")? != USM {
        return Err(header.malformed("a security model that is not known"));
    }
    let security = security(message.expect(ber::OCTET_STRING, "no security parameters")?)?;
    let data = match message.tag() {
        Some(ber::OCTET_STRING) => Data::Encrypted(message.octet_string("")?),
        _ => Data::Plain(Scoped::read(&mut message)?),
    };
    Ok(Secured { id, max_size, level, reportable: flags & 4 != 0, security, data })
}

fn security(mut outer: Reader<'_>) -> Result<Security<'_>, Malformed> {
    let mut reader = outer.expect(ber::SEQUENCE, "no security parameters")?;
    let engine_id = reader.octet_string("no engine ID")?;
    let mut number = |what| {
        let here = reader;
        u32::try_from(reader.integer(what)?).map_err(|_| here.malformed(what))
    };
    let (boots, time) = (number("no engine boots")?, number("no engine time")?);
    let user = reader.octet_string("no user name")?;
    let digest = reader.expect(ber::OCTET_STRING, "no authentication parameters")?;
    let salt = reader.octet_string("no privacy parameters")?;
    Ok(Security { engine_id, boots, time, user, digest: digest.rest(), digest_at: digest.at(), salt })
}

impl<'a> Scoped<'a> {
    /// Reads the element; what is behind it is padding.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(&mut Reader::new(bytes))
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let mut scoped = reader.expect(ber::SEQUENCE, "no scoped PDU")?;
        let engine_id = scoped.octet_string("no context engine ID")?;
        Ok(Self { engine_id, context: scoped.octet_string("no context name")?, pdu: Pdu::read(&mut scoped)? })
    }

    /// Appends the whole element.
    pub fn write(&self, out: &mut Vec<u8>) {
        ber::nested(out, ber::SEQUENCE, |out| {
            ber::element(out, ber::OCTET_STRING, self.engine_id);
            ber::element(out, ber::OCTET_STRING, self.context);
            self.pdu.write(out);
        });
    }
}

impl Community<'_> {
    /// The datagram to send.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.pdu.bindings.size() + 64);
        ber::nested(&mut out, ber::SEQUENCE, |out| {
            ber::signed(out, ber::INTEGER, self.version as i64);
            ber::element(out, ber::OCTET_STRING, self.community);
            self.pdu.write(out);
        });
        out
    }
}

impl Secured<'_> {
    /// The datagram, the digest as it is: [`crate::usm::Keys`] puts the right one in.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        ber::nested(&mut out, ber::SEQUENCE, |out| {
            ber::signed(out, ber::INTEGER, 3);
            self.write_header(out);
            ber::nested(out, ber::OCTET_STRING, |out| self.security.write(out));
            match &self.data {
                Data::Plain(scoped) => scoped.write(out),
                Data::Encrypted(bytes) => ber::element(out, ber::OCTET_STRING, bytes),
            }
        });
        out
    }

    fn write_header(&self, out: &mut Vec<u8>) {
        let level = match self.level {
            Level::Nothing => 0,
            Level::Authentication => 1,
            Level::Privacy => 3,
        };
        ber::nested(out, ber::SEQUENCE, |out| {
            ber::signed(out, ber::INTEGER, i64::from(self.id));
            ber::signed(out, ber::INTEGER, i64::from(self.max_size));
            ber::element(out, ber::OCTET_STRING, &[level | u8::from(self.reportable) << 2]);
            ber::signed(out, ber::INTEGER, USM);
        });
    }
}

impl Security<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        ber::nested(out, ber::SEQUENCE, |out| {
            ber::element(out, ber::OCTET_STRING, self.engine_id);
            ber::signed(out, ber::INTEGER, i64::from(self.boots));
            ber::signed(out, ber::INTEGER, i64::from(self.time));
            ber::element(out, ber::OCTET_STRING, self.user);
            ber::element(out, ber::OCTET_STRING, self.digest);
            ber::element(out, ber::OCTET_STRING, self.salt);
        });
    }
}
