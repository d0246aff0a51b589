//! The SNMP agent of one switch: instances and columns read, requests written, errors with the switch's name. I/O.

use std::net::SocketAddr;

use crate::switch::error::{Error, Refusal};
use crate::switch::snmp::target::Target;
use crate::switch::snmp::write::not_possible::NotPossible;
use crate::switch::snmp::write::request::{Request, is_shared};
use crate::switch::snmp::{credential, mib};
use model::credential::Credential;
use model::ids::{PortName, SwitchName};
use snmp::manager::{self, RequestStats, Session, Socket, Tables, Walked, Walker};
use snmp::{ErrorStatus, Oid, Value};

/// The socket that all switches share, for IPv6 and IPv4 where the machine has both.
pub async fn open_socket() -> Result<Socket, Error> {
    Socket::open().await.map_err(|error| Error::Socket { cause: model::os_error::words(&error) })
}

/// One agent on the shared socket.
pub struct Agent {
    switch: SwitchName,
    /// As the inventory has it, with the port.
    address: String,
    socket: Socket,
    session: Session,
    walker: Walker,
}

impl Agent {
    /// Resolves the address and makes keys of both credentials. Nothing is sent yet.
    pub async fn open(socket: &Socket, target: &Target) -> Result<Self, Error> {
        let switch = target.name.clone();
        let missing = || Error::NotPossible {
            switch: switch.clone(),
            what: "no credential for reading".to_owned(),
            hint: Some(format!("name one under switches.{switch}.read; the write credential is never used for reading")),
        };
        let read = prepared(socket, &switch, target.read.as_ref().ok_or_else(missing)?)?;
        let write = target.write.as_ref().map(|credential| prepared(socket, &switch, credential)).transpose()?;
        let to = resolve(target).await?;
        Ok(Self {
            switch: target.name.clone(),
            address: shown(&target.address, target.port),
            socket: socket.clone(),
            session: Session::new(socket, to, read, write),
            walker: Walker::default(),
        })
    }

    pub fn switch(&self) -> &SwitchName {
        &self.switch
    }

    /// Whether there is a credential for writing.
    pub fn can_write(&self) -> bool {
        self.session.can_write()
    }

    /// What was asked of it so far.
    pub fn stats(&self) -> RequestStats {
        RequestStats { row_by_row: self.walker.is_without_bulk(), ..self.session.stats() }
    }

    /// The first request: tells a dead switch from a wrong credential before the long time-outs.
    pub async fn probe(&self, instances: &[Oid]) -> Result<Tables, Error> {
        let values = self.session.probe(instances).await.map_err(|error| self.error(error))?;
        Ok(values.into_iter().collect())
    }

    /// Reads instances. One that does not exist is left out.
    pub async fn get(&self, instances: &[Oid]) -> Result<Tables, Error> {
        let values = self.session.get(instances).await.map_err(|error| self.error(error))?;
        Ok(values.into_iter().collect())
    }

    /// One instance, which is alone in the tables.
    pub async fn get_one(&self, instance: &Oid) -> Result<Tables, Error> {
        self.get(std::slice::from_ref(instance)).await
    }

    /// Walks subtrees, and objects that have one instance. That some of them are cut is no error, unless the switch is gone altogether.
    pub async fn walk(&self, roots: &[Oid], scalars: &[Oid]) -> Result<Walked, Error> {
        self.walker.read(&self.session, roots, scalars).await.map_err(|error| self.error(error))
    }

    pub async fn column(&self, column: &Oid) -> Result<Tables, Error> {
        Ok(self.walk(std::slice::from_ref(column), &[]).await?.tables)
    }

    /// The same agent asked with another credential of the same user; `None` when that cannot be used.
    pub fn session_with(&self, credential: &Credential) -> Option<Session> {
        Some(self.session.with(prepared(&self.socket, &self.switch, credential).ok()?))
    }

    /// Writes the objects of one request. One with a value that is that of other ports too leaves once.
    pub async fn set(&self, port: Option<&PortName>, request: &Request) -> Result<(), Error> {
        let values: Vec<(Oid, Value<'static>)> = request.iter().map(|write| (write.oid.clone(), write.value.clone())).collect();
        let answer = if is_shared(request) { self.session.set(&values).await } else { self.session.set_repeatable(&values).await };
        match answer {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed_write(port, request, error).await),
        }
    }

    /// The same, refused when any manager that does as this one wrote since the serial number was read (RFC 3418 snmpSetSerialNo).
    ///
    /// `None` when the switch does not let the serial number be written; then nothing is.
    pub async fn set_guarded(&self, port: Option<&PortName>, request: &Request, serial: i64) -> Option<Result<(), Error>> {
        let values = request.iter().map(|write| (write.oid.clone(), write.value.clone()));
        // Last: some switches carry out the first object of a request alone.
        let guard = (Oid::joined(mib::SET_SERIAL, &[0]), Value::Integer(serial));
        match self.session.set(&values.chain([guard]).collect::<Vec<_>>()).await {
            Ok(()) => Some(Ok(())),
            Err(manager::Error::Status { status, position }) if position > request.len() => {
                // SNMPv1 has no inconsistentValue (RFC 3584 §4.4)
                let overtaken = [ErrorStatus::INCONSISTENT_VALUE, ErrorStatus::BAD_VALUE].contains(&status);
                overtaken.then(|| Err(self.overtaken(port, request)))
            }
            Err(error) => Some(Err(self.failed_write(port, request, error).await)),
        }
    }

    async fn failed_write(&self, port: Option<&PortName>, request: &Request, error: manager::Error) -> Error {
        // Asked with the credential for reading: silence to the other one alone says something about it.
        let silent = matches!(error, manager::Error::NoAnswer { .. });
        let reads = silent && self.get(&[Oid::joined(mib::SYS_UP_TIME, &[0])]).await.is_ok();
        self.write_error(port, request, error, reads)
    }

    fn overtaken(&self, port: Option<&PortName>, request: &Request) -> Error {
        let (object, value) = request.first().map(|write| (write.object.clone(), write.words.clone())).unwrap_or_default();
        Error::Refused { switch: self.switch.clone(), port: port.cloned(), object, value, refusal: Box::new(Refusal::Overtaken) }
    }

    /// A failed write, with the object that the status is about, or the first.
    fn write_error(&self, port: Option<&PortName>, request: &Request, error: manager::Error, reads: bool) -> Error {
        let position = match &error {
            manager::Error::Status { position, .. } => position.saturating_sub(1),
            _ => 0,
        };
        let write = request.get(position).or_else(|| request.first());
        let (object, value) = write.map(|write| (write.object.clone(), write.words.clone())).unwrap_or_default();
        let (switch, port) = (self.switch.clone(), port.cloned());
        match error {
            manager::Error::NoAnswer { tries, .. } => Error::WriteUnanswered { switch, port, object, value, tries, reads },
            manager::Error::Status { status, .. } => {
                Error::Refused { switch, port, object, value, refusal: Box::new(Refusal::Status(status)) }
            }
            other => self.error(other),
        }
    }

    /// What cannot be done on this switch.
    pub fn not_possible(&self, what: &NotPossible) -> Error {
        Error::NotPossible { switch: self.switch.clone(), what: what.to_string(), hint: None }
    }

    /// A failed read as an error of the switch.
    fn error(&self, error: manager::Error) -> Error {
        let (switch, address) = (self.switch.clone(), self.address.clone());
        match error {
            manager::Error::NoAnswer { tries, elapsed } => Error::NoAnswer { switch, address, tries, elapsed },
            manager::Error::Status { status, .. } => {
                Error::Garbage { switch, what: format!("{address}: it answers a read with {status}") }
            }
            manager::Error::Credential(cause) => Error::Credential { switch, cause },
            manager::Error::Unreachable(cause) => Error::Unreachable { switch, address, cause: cause.to_string() },
            manager::Error::BadAnswer(what) => Error::Garbage { switch, what: format!("{address}: {what}") },
            manager::Error::NoWriteCredential => no_write_credential(&self.switch),
        }
    }
}

/// What cannot be written without a credential for it.
pub fn no_write_credential(switch: &SwitchName) -> Error {
    Error::NotPossible {
        switch: switch.clone(),
        what: "no credential for writing".to_owned(),
        hint: Some(format!("name one under switches.{switch}.write")),
    }
}

fn prepared(socket: &Socket, switch: &SwitchName, credential: &Credential) -> Result<manager::Credential, Error> {
    let master = |hash, password: &model::secret::Secret| socket.master(hash, password.expose());
    credential::prepared(credential, master).map_err(|why| Error::NotPossible {
        switch: switch.clone(),
        what: why.to_string(),
        hint: Some(format!("check the credential named under switches.{switch}")),
    })
}

fn shown(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

async fn resolve(target: &Target) -> Result<SocketAddr, Error> {
    let unreachable =
        |cause: String| Error::Unreachable { switch: target.name.clone(), address: shown(&target.address, target.port), cause };
    if let Ok(ip) = target.address.parse() {
        return Ok(SocketAddr::new(ip, target.port));
    }
    let mut found = tokio::net::lookup_host((target.address.as_str(), target.port))
        .await
        .map_err(|_| unreachable("this name is not known here, or no name server answers".to_owned()))?;
    found.next().ok_or_else(|| unreachable("the name has no address".to_owned()))
}
