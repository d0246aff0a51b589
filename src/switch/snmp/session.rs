//! Requests to one switch over the shared socket: GET, GETNEXT, GETBULK and SET with two separate credentials. I/O.
//!
//! With `keys`, the only file that knows the SNMP crate. Errors are sorted here: silence, a refused credential, an error status. An SNMPv3 Report
//! ends a request at once; a wrong privacy password, which most agents answer with silence, is told from a dead switch by asking once
//! more without encryption.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use snmp::transport::{UdpHandle, UdpTransport};
use snmp::v3::ReportStatus;
use snmp::{Client, MAX_UDP_PAYLOAD, Oid, Retry, Value, VarBind};

use crate::model::credential::Credential;
use crate::model::credential::CredentialOf;
use crate::model::ids::SwitchName;
use crate::switch::CredentialFault;
use crate::switch::Error;
use crate::switch::snmp::Target;
use crate::switch::snmp::keys::auth;
use crate::switch::snmp::keys::des_salt;
use crate::switch::snmp::keys::uses_des;
use crate::switch::snmp::keys::without_privacy;
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::tables::Datum;

/// How long an answer to a read may take: slow agents need most of a second for a row of counters.
const READ_TIMEOUT: Duration = Duration::from_millis(1500);
/// How long an answer to a write may take. Whether the write took effect is read afterwards, so a slow answer costs only time.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);
/// Datagrams after the first one; the wait between them doubles.
const RETRIES: u32 = 2;
/// The first wait before asking again.
const FIRST_BACK_OFF: Duration = Duration::from_millis(200);
/// How long the question without encryption may take; the switch just answered the engine discovery.
const DIAGNOSIS_TIMEOUT: Duration = Duration::from_secs(1);
/// Most objects in one GET: fits 484 octets with short values.
const OBJECTS_PER_GET: usize = 10;
/// Receive buffer of the shared socket: answers of many switches may come together.
const RECEIVE_BUFFER: usize = 1 << 20;

/// The socket that all switches share. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    socket: UdpTransport,
}

impl Engine {
    /// Opens the socket, for IPv6 and IPv4 where the machine has both.
    pub async fn open() -> Result<Self, Error> {
        match Self::bind("[::]:0").await {
            Ok(engine) => Ok(engine),
            Err(_) => Self::bind("0.0.0.0:0").await,
        }
    }

    async fn bind(address: &str) -> Result<Self, Error> {
        // net-snmp answers genErr when an encrypted bulk answer does not fit the size we advertise, so we advertise the most.
        let socket = UdpTransport::builder()
            .bind(address)
            .receive_capacity(MAX_UDP_PAYLOAD)
            .send_capacity(MAX_UDP_PAYLOAD)
            .recv_buffer_size(RECEIVE_BUFFER)
            .build()
            .await
            .map_err(|error| Error::Socket { cause: error.to_string() })?;
        Ok(Self { socket })
    }
}

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// INTEGER, tag 0x02.
    Integer(i32),
    /// Gauge32, Unsigned32, tag 0x42.
    Gauge32(u32),
    /// OCTET STRING, tag 0x04.
    Octets(Vec<u8>),
}

/// Why a request brought no values.
#[derive(Debug)]
pub enum Failure {
    /// No answer.
    Silent {
        /// Datagrams sent.
        tries: u32,
        /// Time spent.
        elapsed: Duration,
    },
    /// The answer was an error status.
    Status {
        /// Its name in RFC 3416.
        name: String,
        /// Position of the object it is about, from 1; 0 when it is about none.
        position: usize,
    },
    /// Something else went wrong.
    Other(Error),
}

/// One switch on the shared socket.
pub struct Session {
    switch: SwitchName,
    address: String,
    version_1: bool,
    read: Client<UdpHandle>,
    diagnosis: Option<Client<UdpHandle>>,
    write: Option<Client<UdpHandle>>,
    requests: AtomicU64,
}

impl Session {
    /// Resolves the address and prepares both credentials. Nothing is sent yet.
    pub async fn open(engine: &Engine, target: &Target) -> Result<Self, Error> {
        let switch = &target.name;
        let missing = || Error::NotPossible {
            switch: switch.clone(),
            what: "no credential for reading".to_owned(),
            help: Some(format!("name one under switches.{switch}.read; the write credential is never used for reading")),
        };
        let credential = target.read.as_ref().ok_or_else(missing)?;
        let client = |credential, timeout, retries| connect(engine, target, credential, timeout, retries);
        let unencrypted = without_privacy(credential);
        Ok(Self {
            switch: switch.clone(),
            address: shown(&target.address, target.port),
            version_1: matches!(credential, CredentialOf::V1 { .. }),
            read: client(credential, READ_TIMEOUT, RETRIES).await?,
            diagnosis: match &unencrypted {
                Some(credential) => Some(client(credential, DIAGNOSIS_TIMEOUT, 0).await?),
                None => None,
            },
            write: match &target.write {
                Some(credential) => Some(client(credential, WRITE_TIMEOUT, RETRIES).await?),
                None => None,
            },
            requests: AtomicU64::new(0),
        })
    }

    /// Whether the session speaks SNMPv1, which has no GETBULK and no exceptions.
    pub fn version_1(&self) -> bool {
        self.version_1
    }

    /// Whether there is a credential for writing.
    pub fn can_write(&self) -> bool {
        self.write.is_some()
    }

    /// Requests sent since the session was opened, repetitions not counted.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Reads instances. One that does not exist is left out.
    pub async fn get(&self, oids: &[Arcs]) -> Result<Vec<(Arcs, Datum)>, Failure> {
        let mut values = Vec::new();
        // SNMPv1 refuses the whole request when one object does not exist.
        let at_once = if self.version_1 { 1 } else { OBJECTS_PER_GET };
        for chunk in oids.chunks(at_once) {
            let oids: Vec<Oid> = chunk.iter().map(|oid| Oid::from_slice(oid)).collect();
            self.count();
            match self.read.get_many(&oids).await.map_err(|error| self.failure(&error)) {
                Ok(response) => values.extend(response.varbinds.iter().filter_map(pair)),
                Err(Failure::Status { name, .. }) if self.version_1 && name == "noSuchName" => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(values)
    }

    /// Reads up to `repetitions` instances after `oid`. Exceptions are left out, so an empty answer is the end of the MIB.
    pub async fn next(&self, oid: &[u32], repetitions: u32) -> Result<Vec<(Arcs, Datum)>, Failure> {
        let oid = Oid::from_slice(oid);
        self.count();
        let answer = if self.version_1 {
            self.read.get_next(&oid).await.map(|response| response.varbinds)
        } else {
            self.read.get_bulk(std::slice::from_ref(&oid), 0, repetitions).await
        };
        match answer.map_err(|error| self.failure(&error)) {
            Ok(varbinds) => Ok(varbinds.iter().filter_map(pair).collect()),
            Err(Failure::Status { name, .. }) if self.version_1 && name == "noSuchName" => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    /// Writes instances in one request, with the write credential.
    pub async fn set(&self, values: &[(Arcs, Scalar)]) -> Result<(), Failure> {
        let Some(client) = &self.write else {
            return Err(Failure::Other(Error::NotPossible {
                switch: self.switch.clone(),
                what: "no credential for writing".to_owned(),
                help: Some(format!("name one under switches.{}.write", self.switch)),
            }));
        };
        let varbinds: Vec<(Oid, Value)> = values.iter().map(|(oid, value)| (Oid::from_slice(oid), wire(value))).collect();
        self.count();
        client.set_many(&varbinds).await.map(|_| ()).map_err(|error| self.failure(&error))
    }

    /// The first question to a switch: tells a dead switch from a wrong credential before the long time-outs.
    pub async fn greet(&self, oids: &[Arcs]) -> Result<Vec<(Arcs, Datum)>, Error> {
        let Some(diagnosis) = &self.diagnosis else {
            return self.get(oids).await.map_err(|failure| self.error(failure));
        };
        let started = Instant::now();
        if let Ok(answer) = tokio::time::timeout(READ_TIMEOUT, self.get(oids)).await {
            return answer.map_err(|failure| self.error(failure));
        }
        self.count();
        let oid = oids.first().map_or_else(Oid::empty, |oid| Oid::from_slice(oid));
        match diagnosis.get(&oid).await.map_err(|error| self.failure(&error)) {
            // Any authenticated answer proves user and authentication password, and that a level is wrong proves that somebody is there.
            Ok(_)
            | Err(Failure::Status { .. } | Failure::Other(Error::Credential { cause: CredentialFault::SecurityLevel, .. })) => {
                self.greet_again(oids).await
            }
            Err(Failure::Other(error @ Error::Credential { .. })) => Err(error),
            Err(_) => self.get(oids).await.map_err(|failure| self.error(since(failure, started))),
        }
    }

    /// Once more with encryption, because the first question may just have been lost; silence now is the privacy password.
    async fn greet_again(&self, oids: &[Arcs]) -> Result<Vec<(Arcs, Datum)>, Error> {
        match tokio::time::timeout(DIAGNOSIS_TIMEOUT, self.get(oids)).await {
            Ok(answer) => answer.map_err(|failure| self.error(failure)),
            Err(_) => Err(self.credential(CredentialFault::WrongPrivacy)),
        }
    }

    /// A failed read as an error of the switch.
    pub fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Silent { tries, elapsed } => {
                Error::NoAnswer { switch: self.switch.clone(), address: self.address.clone(), tries, elapsed }
            }
            Failure::Status { name, .. } => {
                Error::Garbage { switch: self.switch.clone(), what: format!("a read was answered with {name}") }
            }
            Failure::Other(error) => error,
        }
    }

    fn count(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn credential(&self, cause: CredentialFault) -> Error {
        Error::Credential { switch: self.switch.clone(), cause }
    }

    fn failure(&self, error: &snmp::Error) -> Failure {
        match error {
            snmp::Error::SharedOperation { source } => self.failure(source),
            snmp::Error::Exchange { source, .. } => self.failure(source),
            snmp::Error::Timeout { elapsed, retries, .. } => Failure::Silent { tries: retries + 1, elapsed: *elapsed },
            snmp::Error::Snmp { status, index, .. } => {
                Failure::Status { name: status_name(*status), position: usize::try_from(*index).unwrap_or(0) }
            }
            snmp::Error::Report { status, .. } => Failure::Other(self.report(status)),
            snmp::Error::Auth { .. } => Failure::Other(self.credential(CredentialFault::WrongAuthentication)),
            snmp::Error::Network { source, .. } => Failure::Other(Error::Unreachable {
                switch: self.switch.clone(),
                address: self.address.clone(),
                cause: source.to_string(),
            }),
            other => Failure::Other(Error::Garbage { switch: self.switch.clone(), what: other.to_string() }),
        }
    }

    fn report(&self, status: &ReportStatus) -> Error {
        let fault = match status {
            ReportStatus::UnknownUserName { .. } => CredentialFault::UnknownUser,
            ReportStatus::WrongDigest { .. } => CredentialFault::WrongAuthentication,
            ReportStatus::DecryptionError { .. } => CredentialFault::WrongPrivacy,
            ReportStatus::NotInTimeWindow { .. } => CredentialFault::OutsideTimeWindow,
            ReportStatus::UnsupportedSecurityLevel { .. } => CredentialFault::SecurityLevel,
            other => {
                return Error::Garbage { switch: self.switch.clone(), what: format!("it answered with a report: {other}") };
            }
        };
        self.credential(fault)
    }
}

fn since(failure: Failure, started: Instant) -> Failure {
    match failure {
        Failure::Silent { tries, .. } => Failure::Silent { tries: tries + 2, elapsed: started.elapsed() },
        other => other,
    }
}

fn shown(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

async fn connect(
    engine: &Engine,
    target: &Target,
    credential: &Credential,
    timeout: Duration,
    retries: u32,
) -> Result<Client<UdpHandle>, Error> {
    let unusable = |cause: String| Error::NotPossible {
        switch: target.name.clone(),
        what: cause,
        help: Some(format!("check the credential named under switches.{}", target.name)),
    };
    let back_off = Retry::exponential(retries)
        .initial_delay(FIRST_BACK_OFF)
        .build()
        .map_err(|error| unusable(format!("back-off: {error}: this is a bug in voiceport")))?;
    let mut builder = Client::builder((target.address.as_str(), target.port), auth(credential).map_err(unusable)?)
        .request_timeout(timeout)
        .retry(back_off)
        .max_oids_per_request(OBJECTS_PER_GET)
        // Lets unauthenticated Reports through, which is how an agent says that user or password is wrong (RFC 3414 §3.2).
        .allow_unauthenticated_v3_time_correction(true);
    if uses_des(credential) {
        builder = builder.des_salt_state(des_salt().map_err(unusable)?);
    }
    builder.build_with(&engine.socket).await.map_err(|error| match *error {
        snmp::Error::Config(cause) => Error::Unreachable {
            switch: target.name.clone(),
            address: shown(&target.address, target.port),
            cause: cause.to_string(),
        },
        other => Error::Unreachable {
            switch: target.name.clone(),
            address: shown(&target.address, target.port),
            cause: other.to_string(),
        },
    })
}

fn wire(value: &Scalar) -> Value {
    match value {
        Scalar::Integer(number) => Value::Integer(*number),
        Scalar::Gauge32(number) => Value::Gauge32(*number),
        Scalar::Octets(octets) => Value::OctetString(octets.clone().into()),
    }
}

/// OID and value; `None` for exceptions and for types that no table here has.
fn pair(varbind: &VarBind) -> Option<(Arcs, Datum)> {
    let value = match &varbind.value {
        Value::Integer(number) => Datum::Number(i64::from(*number)),
        Value::Counter32(number) | Value::Gauge32(number) | Value::UInteger32(number) | Value::TimeTicks(number) => {
            Datum::Number(i64::from(*number))
        }
        Value::Counter64(number) => Datum::Number(i64::try_from(*number).unwrap_or(i64::MAX)),
        Value::OctetString(octets) | Value::Opaque(octets) | Value::Nsap(octets) => Datum::Octets(octets.to_vec()),
        Value::IpAddress(octets) => Datum::Octets(octets.to_vec()),
        Value::ObjectIdentifier(oid) => Datum::Oid(oid.arcs().to_vec()),
        _ => return None,
    };
    Some((varbind.oid.arcs().to_vec(), value))
}

/// The name of an error status in RFC 3416.
fn status_name(status: snmp::ErrorStatus) -> String {
    const NAMES: [&str; 19] = [
        "noError",
        "tooBig",
        "noSuchName",
        "badValue",
        "readOnly",
        "genErr",
        "noAccess",
        "wrongType",
        "wrongLength",
        "wrongEncoding",
        "wrongValue",
        "noCreation",
        "inconsistentValue",
        "resourceUnavailable",
        "commitFailed",
        "undoFailed",
        "authorizationError",
        "notWritable",
        "inconsistentName",
    ];
    let number = status.as_i32();
    usize::try_from(number)
        .ok()
        .and_then(|number| NAMES.get(number))
        .map_or_else(|| format!("error status {number}"), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use snmp::ber::EncodeBuf;

    use super::*;

    fn octets(value: &Scalar) -> Vec<u8> {
        let mut buffer = EncodeBuf::new();
        wire(value).encode(&mut buffer).unwrap();
        buffer.finish().to_vec()
    }

    #[test]
    fn every_type_has_its_own_tag() {
        assert_eq!(octets(&Scalar::Integer(20)), [0x02, 1, 20]);
        assert_eq!(octets(&Scalar::Integer(4096)), [0x02, 2, 0x10, 0x00]);
        assert_eq!(octets(&Scalar::Gauge32(20)), [0x42, 1, 20]);
        assert_eq!(octets(&Scalar::Octets(vec![0x80, 0xc0, 0x01])), [0x04, 3, 0x80, 0xc0, 0x01]);
    }
}
