//! The checks that a site is accepted by, and what each can come to. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is checked: of each phone, of each switch (`saved`), of each measured path (`qos`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The phone's port is known and has link.
    Wired,
    /// Its port delivers power; where the switch tells nothing of the port's power, the phone is seen running.
    Powered,
    /// Its port is configured as the inventory wants: voice VLAN and access VLAN.
    Vlan,
    /// The voice VLAN reaches from its port to its gateway.
    Path,
    /// The switch sees it on that port.
    Found,
    /// It has fetched its own file, as the file is now.
    Fetched,
    /// It has registered with the telephone system.
    Registered,
    /// The switch's startup configuration has what was changed.
    Saved,
    /// Voice passes the path with the quality promised.
    Qos,
}

impl Check {
    pub const ALL: [Self; 9] =
        [Self::Wired, Self::Powered, Self::Vlan, Self::Path, Self::Found, Self::Fetched, Self::Registered, Self::Saved, Self::Qos];

    /// The checks of a phone, in the order in which a phone comes into service.
    pub const OF_PHONE: [Self; 7] =
        [Self::Wired, Self::Powered, Self::Vlan, Self::Path, Self::Found, Self::Fetched, Self::Registered];

    /// The name in JSON, in the inventory and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wired => "wired",
            Self::Powered => "powered",
            Self::Vlan => "vlan",
            Self::Path => "path",
            Self::Found => "found",
            Self::Fetched => "fetched",
            Self::Registered => "registered",
            Self::Saved => "saved",
            Self::Qos => "qos",
        }
    }

    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::Saved => Subject::Switch,
            Self::Qos => Subject::Path,
            _ => Subject::Phone,
        }
    }
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Check {
    type Err = super::ids::Invalid;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        super::ids::by_name(text, "a check", &Self::ALL, Self::name)
    }
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Phone,
    Switch,
    /// A measured path.
    Path,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// Read or measured, and right.
    Passed,
    /// The value is within its limit; its uncertainty is not.
    PassedNarrowly,
    /// Read or measured, and wrong.
    Failed,
    /// An earlier check of the same phone failed, so that this one cannot pass.
    NotReached,
    /// It was not made: what it would rest on was not read or not measured.
    NotChecked,
}

impl CheckResult {
    /// Whether it passed, narrowly or not.
    #[must_use]
    pub const fn has_passed(self) -> bool {
        matches!(self, Self::Passed | Self::PassedNarrowly)
    }

    /// The name in JSON and in the report's style sheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::PassedNarrowly => "passed_narrowly",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
            Self::NotChecked => "not_checked",
        }
    }

    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::PassedNarrowly => "passed narrowly",
            Self::Failed => "failed",
            Self::NotReached => "not reached",
            Self::NotChecked => "not checked",
        }
    }
}
