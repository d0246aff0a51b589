//! What ends an operation early. Pure.

use std::path::PathBuf;

use super::conclusion::Conclusion;
use crate::inventory::Problems;
use crate::inventory::insert::Unfit;
use crate::{change, discover, inventory, lab, phones, probe, render, serve, switch};
use model::ids::{MacAddress, SwitchName};

/// What ended an operation early. Texts are lower case; [`Error::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The inventory cannot be read or is wrong.
    #[error(transparent)]
    Inventory(#[from] inventory::Error),
    /// A secret the inventory refers to cannot be had.
    #[error(transparent)]
    Secret(#[from] inventory::secrets::Error),
    /// The model tables cannot be read.
    #[error(transparent)]
    Phones(#[from] phones::Error),
    /// A template is wrong.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// A switch cannot be reached or refuses.
    #[error(transparent)]
    Switch(Box<switch::Error>),
    /// The journal cannot be used, or the run does not exist.
    #[error(transparent)]
    Change(#[from] change::Error),
    /// Frames cannot be captured or read.
    #[error(transparent)]
    Discover(#[from] discover::Error),
    /// A capture file cannot be read.
    #[error("{}: {error}", file.display())]
    Capture {
        file: PathBuf,
        /// What is wrong with it.
        error: discover::Error,
    },
    /// Files cannot be served.
    #[error(transparent)]
    Serve(#[from] serve::Error),
    /// The path cannot be probed.
    #[error(transparent)]
    Probe(#[from] probe::Error),
    /// The simulated site cannot start.
    #[error(transparent)]
    Lab(#[from] lab::Error),
    /// A plan made earlier no longer fits the switches.
    #[error("plan {}: stale: {why}", file.display())]
    Stale { file: PathBuf, why: String },
    /// Phones cannot be added to an inventory file.
    #[error("{}: {unfit}", file.display())]
    Unfit {
        file: PathBuf,
        /// Why, and what to do.
        unfit: Unfit,
    },
    /// A file that phones are to be added to cannot be one of an inventory.
    #[error("--save {}: not an inventory file", file.display())]
    NotAnInventoryFile { file: PathBuf },
    /// An inventory is there already.
    #[error("{}: there is an inventory already: nothing was written", file.display())]
    InventoryExists { file: PathBuf },
    /// A switch that the inventory does not have.
    #[error("switch {name}: not in the inventory")]
    UnknownSwitch {
        /// The name asked for.
        name: SwitchName,
        /// The names there are.
        known: Vec<SwitchName>,
    },
    /// A phone that the inventory does not have.
    #[error("phone {mac}: not in the inventory")]
    UnknownPhone {
        /// The address asked for.
        mac: MacAddress,
    },
    /// Neither a capture, an interface nor a switch was named.
    #[error("discover: where from?")]
    NoSource,
    /// A jack test on several interfaces, or on none.
    #[error("--announce: one jack at a time")]
    OneInterface,
    /// A jack test on a bridge.
    #[error("--announce: {bridge} is a bridge: it is not plugged into a jack")]
    NotAJack { bridge: String, ports: Vec<String> },
    /// A jack test on an interface that can announce nothing.
    #[error("--announce: {interface} has no MAC address")]
    NoMacAddress { interface: String },
    /// Files of several phones with no folder to put them into.
    #[error("render: several phones")]
    SeveralPhones,
    /// There is no folder for journal and reports.
    #[error("no folder for journals: HOME is not set")]
    NoStateFolder,
    /// There is no report to show.
    #[error("{}", run.map_or_else(|| "no report yet".to_owned(), |run| format!("no report of run {run}")))]
    NoReport {
        /// The run asked for; `None` for the last.
        run: Option<i64>,
    },
    /// Somebody must agree, and nobody is there.
    #[error("there is nobody to ask whether to go on")]
    NobodyToAsk,
    /// Somebody was asked and did not agree.
    #[error("stopped: nothing was written")]
    Declined {
        /// The run to be put back; `None` for a new change.
        run: Option<i64>,
    },
    /// Planned, and not in this version.
    #[error("{what}: this version cannot do that yet")]
    NotImplemented {
        /// What was asked for.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// A file or socket cannot be used.
    #[error("{what}: {cause}")]
    Io {
        /// What was attempted on what.
        what: String,
        /// The operating system's words.
        cause: String,
    },
}

impl From<switch::Error> for Error {
    fn from(error: switch::Error) -> Self {
        Self::Switch(Box::new(error))
    }
}

impl Error {
    /// A failed operation on a file or socket.
    pub fn io(what: impl Into<String>, cause: &dyn std::fmt::Display) -> Self {
        Self::Io { what: what.into(), cause: cause.to_string() }
    }

    /// Not in this version, with what to do instead.
    pub fn not_implemented(what: impl Into<String>, hint: &'static str) -> Self {
        Self::NotImplemented { what: what.into(), hint }
    }

    /// What kind of end it is.
    #[must_use]
    pub const fn conclusion(&self) -> Conclusion {
        match self {
            Self::Inventory(_) | Self::Secret(_) | Self::Phones(_) | Self::Render(_) | Self::Unfit { .. } => Conclusion::Invalid,
            Self::Switch(_) => Conclusion::DeviceFailed,
            Self::NotAnInventoryFile { .. }
            | Self::UnknownSwitch { .. }
            | Self::UnknownPhone { .. }
            | Self::NoSource
            | Self::OneInterface
            | Self::NotAJack { .. }
            | Self::NoMacAddress { .. }
            | Self::SeveralPhones
            | Self::NoStateFolder
            | Self::NoReport { .. }
            | Self::NobodyToAsk
            | Self::Declined { .. } => Conclusion::WrongUsage,
            Self::Stale { .. } => Conclusion::Differences,
            Self::Change(_)
            | Self::Discover(_)
            | Self::Capture { .. }
            | Self::Serve(_)
            | Self::Probe(_)
            | Self::Lab(_)
            | Self::NotImplemented { .. }
            | Self::InventoryExists { .. }
            | Self::Io { .. } => Conclusion::Failed,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Inventory(error) => error.hint(),
            Self::Secret(error) => error.hint(),
            Self::Render(error) => error.hint(),
            Self::Switch(error) => error.hint(),
            Self::Change(error) => error.hint(),
            Self::Discover(error) | Self::Capture { error, .. } => error.hint(),
            Self::Serve(error) => error.hint(),
            Self::Probe(error) => error.hint(),
            Self::Lab(error) => error.hint(),
            Self::Unfit { unfit, .. } => Some(unfit.hint.clone()),
            Self::UnknownSwitch { known, .. } => {
                let known: Vec<&str> = known.iter().map(SwitchName::as_str).collect();
                Some(format!("it has: {}", known.join(", ")))
            }
            Self::NotAJack { ports, .. } => Some(format!("name one of its ports: {}", ports.join(", "))),
            Self::Declined { run: Some(run) } => Some(format!("voiceport rollback {run} --yes")),
            Self::Declined { run: None } => Some("answer yes to go on".into()),
            Self::NotImplemented { hint, .. } => Some((*hint).into()),
            Self::Stale { .. } => Some("make a new plan: voiceport plan --out plan.json".into()),
            Self::NotAnInventoryFile { .. } => Some("name a .yaml file".into()),
            Self::UnknownPhone { .. } => Some("voiceport inventory show".into()),
            Self::InventoryExists { .. } => Some("name another folder or file with --inventory".into()),
            Self::NoSource => Some("name --pcap FILE, --interface IFACE, --switch NAME or --all-switches".into()),
            Self::OneInterface => Some("name exactly one --interface".into()),
            Self::NoMacAddress { .. } => Some("name an Ethernet interface".into()),
            Self::SeveralPhones => Some("name a folder with --out, or one phone with --phone MAC".into()),
            Self::NoStateFolder => Some("name one with --state-dir".into()),
            Self::NoReport { .. } => Some("voiceport up makes one; `voiceport history` lists the runs".into()),
            Self::NobodyToAsk => Some("look at `voiceport plan`, then say --yes".into()),
            Self::Phones(_) | Self::Io { .. } => None,
        }
    }

    /// Every problem of a wrong inventory; `None` for any other error.
    #[must_use]
    pub const fn problems(&self) -> Option<&Problems> {
        match self {
            Self::Inventory(inventory::Error::Invalid(problems)) => Some(problems),
            _ => None,
        }
    }

    /// The kind of error, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Inventory(_) => "inventory",
            Self::Secret(_) => "secret",
            Self::Phones(_) => "model_tables",
            Self::Render(_) => "template",
            Self::Switch(_) => "switch",
            Self::Change(_) => "journal",
            Self::Discover(_) => "discover",
            Self::Capture { .. } => "capture_file",
            Self::Serve(_) => "serve",
            Self::Probe(_) => "probe",
            Self::Lab(_) => "lab",
            Self::Stale { .. } => "stale_plan",
            Self::Unfit { .. } => "cannot_be_added_to",
            Self::NotAnInventoryFile { .. } => "not_an_inventory_file",
            Self::UnknownSwitch { .. } => "unknown_switch",
            Self::UnknownPhone { .. } => "unknown_phone",
            Self::NoSource => "no_source",
            Self::OneInterface => "one_interface",
            Self::NotAJack { .. } => "not_a_jack",
            Self::NoMacAddress { .. } => "no_mac_address",
            Self::SeveralPhones => "several_phones",
            Self::NoStateFolder => "no_state_folder",
            Self::NoReport { .. } => "no_report",
            Self::NobodyToAsk => "nobody_to_ask",
            Self::Declined { .. } => "declined",
            Self::NotImplemented { .. } => "not_implemented",
            Self::InventoryExists { .. } => "inventory_exists",
            Self::Io { .. } => "io",
        }
    }
}
