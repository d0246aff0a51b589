//! What can be asked at the control socket, and how a refusal looks: one JSON object on a line each. Pure.

use model::ids::{MacAddress, VlanId};
use serde::{Deserialize, Serialize};

/// A request: an object with one key, its name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// Which switches there are, with their ports and what is plugged in.
    Site(Nothing),
    /// The true state of a switch.
    State(OneSwitch),
    /// Back to how the site began: one switch, or all.
    Reset(AnySwitch),
    /// A restart: what was not saved is gone.
    Restart(OneSwitch),
    /// No power for a time, then a restart.
    PowerCut(PowerCut),
    /// A write by another manager.
    Write(Write),
    /// A part of the MIB, or the whole agent, that does not answer.
    Silence(Silence),
    /// What happens to answers.
    Answers(Answers),
    /// The wire of a port.
    Wire(Wire),
    /// How many SET requests came.
    Sets(OneSwitch),
    /// What goes on behind a port.
    Traffic(Traffic),
    /// How often a switch refreshes its counters.
    Counters(Counters),
    /// Where a frame would arrive.
    Frame(Frame),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneSwitch {
    pub(crate) switch: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnySwitch {
    pub(crate) switch: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PowerCut {
    pub(crate) switch: String,
    /// How long, in milliseconds.
    #[serde(default = "half_a_second")]
    pub(crate) off_ms: u64,
}

const fn half_a_second() -> u64 {
    500
}

/// A port by its name, its ifName, or its number on the front panel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Port {
    Number(u32),
    Name(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) switch: String,
    pub(crate) port: Port,
    pub(crate) change: Change,
}

/// What another manager writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Change {
    Pvid(VlanId),
    Membership {
        vlan: VlanId,
        is: Membership,
    },
    /// `null` takes it away.
    VoiceVlan(Option<VlanId>),
    Poe(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Membership {
    None,
    Tagged,
    Untagged,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Silence {
    pub(crate) switch: String,
    /// An object identifier; without: the whole agent.
    pub(crate) subtree: Option<String>,
    pub(crate) on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    pub(crate) switch: String,
    /// How many of the next answers are lost.
    #[serde(default)]
    pub(crate) lose: u32,
    /// How many of the next answers come twice.
    #[serde(default)]
    pub(crate) double: u32,
    /// How much later every answer comes, in milliseconds.
    #[serde(default)]
    pub(crate) late_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire {
    pub(crate) switch: String,
    pub(crate) port: Port,
    pub(crate) cut: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traffic {
    pub(crate) switch: String,
    pub(crate) port: Port,
    pub(crate) activity: Activity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Activity {
    Idle,
    Call,
    Pc,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counters {
    pub(crate) switch: String,
    /// How often, in milliseconds; 0: never.
    pub(crate) refresh_ms: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frame {
    pub(crate) switch: String,
    pub(crate) port: Port,
    /// Without: the address of what is plugged in.
    pub(crate) source: Option<MacAddress>,
    /// Without: broadcast.
    pub(crate) destination: Option<MacAddress>,
    /// The VLAN of its tag; without: none.
    pub(crate) vlan: Option<VlanId>,
}

/// Why a request is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// The line is no request.
    InvalidRequest,
    UnknownSwitch,
    UnknownPort,
    /// The switch has no such thing.
    NotPossible,
    /// The switch refuses the write.
    WriteRefused,
}

impl Refused {
    pub(crate) fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: Some(hint.into()) }
    }
}

pub(crate) fn parse(line: &str) -> Result<Request, Refused> {
    let refused = |error: serde_json::Error| {
        Refused::new(Code::InvalidRequest, error.to_string(), "docs/lab-control.md lists the requests and their fields")
    };
    serde_json::from_str(line).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_and_a_wrong_one_is_told() {
        let write = parse(r#"{"write":{"switch":"closet","port":"1/5","change":{"membership":{"vlan":20,"is":"tagged"}}}}"#);
        let change = Change::Membership { vlan: VlanId::new(20).unwrap(), is: Membership::Tagged };
        assert_eq!(write, Ok(Request::Write(Write { switch: "closet".to_owned(), port: Port::Name("1/5".to_owned()), change })));
        assert_eq!(parse(r#"{"reset":{}}"#), Ok(Request::Reset(AnySwitch { switch: None })));
        for wrong in ["", "{}", "[1]", r#"{"reset":{"swich":"a"}}"#, r#"{"state":{}}"#, r#"{"fly":{}}"#] {
            assert_eq!(parse(wrong).unwrap_err().code, Code::InvalidRequest, "{wrong}");
        }
    }
}
