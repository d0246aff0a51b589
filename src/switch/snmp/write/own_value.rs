//! An object set to the value it has: whether the credential for writing is taken, without changing anything. I/O.

use crate::switch::error::{Error, Refusal};
use crate::switch::snmp::agent::Agent;
use crate::switch::snmp::mib;
use crate::switch::snmp::write::request::Assignment;
use snmp::manager::Tables;
use snmp::{ErrorStatus, Oid, Value};

/// Sets the first of some harmless objects that the agent lets be set; `tell` gets object and value before each. A text that is for
/// people alone: setting it has no effect on anything.
pub async fn try_write(agent: &Agent, tell: &(dyn for<'o, 'v> Fn(&'o str, &'v str) + Sync)) -> Result<(), Error> {
    let mut refused = None;
    for (name, column) in [("sysContact", mib::SYS_CONTACT), ("sysLocation", mib::SYS_LOCATION), ("ifAlias", mib::IF_ALIAS)] {
        let tables = agent.column(&Oid::new(column)).await?;
        let Some(assignment) = own_value(name, column, &tables) else { continue };
        tell(&assignment.object, &assignment.words);
        match agent.set(None, &vec![assignment]).await {
            // the credential was taken; this object is not among those it may write, or nobody may
            Err(error) if is_about_the_object(&error) => refused = Some(error),
            ended => return ended,
        }
    }
    Err(refused.unwrap_or_else(|| Error::NotPossible {
        switch: agent.switch().clone(),
        what: "it shows none of sysContact, sysLocation and ifAlias, which could be set to the value they have".to_owned(),
        hint: None,
    }))
}

fn own_value(name: &str, column: &[u32], tables: &Tables) -> Option<Assignment> {
    let (instance, bytes) =
        tables.column(&Oid::new(column)).find_map(|(instance, value)| Some((instance.to_vec(), value.bytes()?.to_vec())))?;
    let numbers = instance.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
    Some(Assignment {
        object: format!("{name}.{numbers}"),
        oid: Oid::joined(column, &instance),
        words: format!("`{}`", model::hex::text(&bytes)),
        value: Value::octets(bytes),
        is_shared: false,
    })
}

fn is_about_the_object(error: &Error) -> bool {
    let Error::Refused { refusal, .. } = error else { return false };
    let about = [ErrorStatus::NOT_WRITABLE, ErrorStatus::NO_ACCESS, ErrorStatus::READ_ONLY, ErrorStatus::NO_SUCH_NAME];
    matches!(**refusal, Refusal::Status(status) if about.contains(&status))
}
