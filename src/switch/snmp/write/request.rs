//! What a change is made with and becomes: the port it is about, objects with values, requests in their order. Pure.

use crate::switch::snmp::profile::{BerType, Object, Preset, Profile};
use crate::switch::snmp::read::maps::Maps;
use crate::switch::snmp::read::port::Port;
use crate::switch::snmp::read::vlans;
use crate::switch::snmp::write::not_possible::NotPossible;
use model::ids::PortName;
use model::switch::PortMode;
use snmp::manager::Tables;
use snmp::oid::Dotted;
use snmp::{Oid, Value};

/// RowStatus createAndGo.
pub const CREATE_AND_GO: i64 = 4;
/// RowStatus destroy.
pub const DESTROY: i64 = 6;
/// The management domain of a switch that has only one.
pub const ONLY_DOMAIN: u32 = 1;

/// One object with the value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Object and instance, for messages.
    pub object: String,
    pub oid: Oid,
    pub value: Value<'static>,
    /// The value in words, for messages.
    pub words: String,
    /// Whether the value is that of other ports too, so that writing it again would undo what another manager wrote meanwhile.
    pub is_shared: bool,
}

/// One request: objects that are written together.
pub type Request = Vec<Assignment>;

/// One part of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Set(Request),
    /// Wait while an object has a value; then it must have another.
    Await {
        /// Object and instance, for messages.
        object: String,
        oid: Oid,
        /// The value while it goes on.
        busy: i64,
        /// The value when it went well.
        good: i64,
        /// What its values are called, from 1.
        names: Vec<String>,
    },
}

/// All that a change takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteSequence {
    /// What must be held meanwhile.
    pub lock: Option<Lock>,
    /// In this order; the first that fails ends it.
    pub actions: Vec<Action>,
}

impl WriteSequence {
    /// Requests one after another, without those that are empty.
    pub fn of(requests: Vec<Request>) -> Self {
        let requests = requests.into_iter().filter(|request| !request.is_empty());
        Self { lock: None, actions: requests.map(Action::Set).collect() }
    }
}

/// Something that one manager at a time may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Takes it; refused while another manager has it, from whom it must not be taken.
    pub acquire: Request,
    /// Gives it back, whatever came of the actions.
    pub release: Request,
    /// Who has it: object and instance.
    pub owner: Oid,
}

/// Whether a request writes a row that all ports share.
#[must_use]
pub fn is_shared(request: &Request) -> bool {
    request.iter().any(|write| write.is_shared)
}

/// What a request writes, in words.
#[must_use]
pub fn in_words(request: &Request) -> String {
    request.iter().map(|write| format!("{} = {}", write.object, write.words)).collect::<Vec<_>>().join(", ")
}

/// What a change is made with.
#[derive(Clone, Copy)]
pub struct WriteContext<'a> {
    pub profile: &'a Profile,
    /// Which number is which port.
    pub maps: &'a Maps,
    /// The port; `None` for a change of the whole switch.
    pub port: Option<&'a PortName>,
    /// In whose name something is held meanwhile.
    pub owner: &'a str,
}

impl<'a> WriteContext<'a> {
    /// The port a change is about.
    pub fn port(self) -> Result<Port<'a>, NotPossible> {
        let port = self.port.ok_or(NotPossible::NoPort)?;
        self.maps.find(port).ok_or_else(|| NotPossible::UnknownPort(port.clone()))
    }

    /// The instance of a port's object.
    pub fn instance(self, object: &Object) -> Result<Oid, NotPossible> {
        let port = self.port()?;
        port.instance(object).ok_or_else(|| unproved(port, object))
    }

    /// The object of the port with its instance.
    pub fn of_port(self, object: &Object) -> Result<Oid, NotPossible> {
        Ok(Oid::joined(&object.oid, &self.instance(object)?))
    }

    /// The mode of the port, as just read.
    pub fn mode(self, current: &Tables) -> Result<Option<PortMode>, NotPossible> {
        Ok(vlans::port_mode(self.profile, current, self.port()?))
    }
}

/// That nothing proves the number of a port in a table.
pub fn unproved(port: Port<'_>, object: &Object) -> NotPossible {
    NotPossible::UnprovedNumber { object: object.name.clone(), port: port.interface.name.clone() }
}

/// The only instance of an object.
pub fn scalar(object: &Object) -> Oid {
    Oid::joined(&object.oid, &[0])
}

/// An object of the profile with a number, in the object's type.
pub fn number(object: &Object, instance: &[u32], value: i64) -> Result<Assignment, NotPossible> {
    let out_of_range = || NotPossible::OutOfRange { object: object.name.clone(), value };
    let typed = match object.ber {
        BerType::Integer => Value::Integer(i32::try_from(value).map_err(|_| out_of_range())?.into()),
        BerType::Gauge32 => Value::Gauge32(u32::try_from(value).map_err(|_| out_of_range())?),
        BerType::OctetString => return Err(NotPossible::NotANumber(object.name.clone())),
    };
    Ok(assignment(object, instance, typed, value.to_string()))
}

/// An object of the profile with text.
pub fn text(object: &Object, instance: &[u32], text: &[u8]) -> Assignment {
    assignment(object, instance, Value::octets(text.to_vec()), String::from_utf8_lossy(text).into_owned())
}

/// Bytes of which the message says something else.
pub fn bytes_in_words(object: &Object, instance: &[u32], bytes: Vec<u8>, words: String) -> Assignment {
    assignment(object, instance, Value::octets(bytes), words)
}

/// A list with one member put in or taken out.
pub fn list_assignment(object: &Object, instance: &[u32], list: Vec<u8>, member: impl std::fmt::Display, is: bool) -> Assignment {
    let words = format!("{} {member}", if is { "with" } else { "without" });
    Assignment { is_shared: true, ..assignment(object, instance, Value::octets(list), words) }
}

/// A preset at an instance.
pub fn preset_at(preset: &Preset, instance: &[u32]) -> Assignment {
    Assignment {
        object: format!("{}.{}", preset.name, Dotted(instance)),
        oid: Oid::joined(&preset.oid, instance),
        value: Value::Integer(preset.value.into()),
        words: preset.value.to_string(),
        is_shared: false,
    }
}

fn assignment(object: &Object, instance: &[u32], value: Value<'static>, words: String) -> Assignment {
    let (object, oid) = (format!("{}.{}", object.name, Dotted(instance)), Oid::joined(&object.oid, instance));
    Assignment { object, oid, value, words, is_shared: false }
}
