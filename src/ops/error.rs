//! What ends an operation early. Pure.

use std::io;
use std::path::{Path, PathBuf};

use super::conclusion::Conclusion;
use super::plan_fault;
use crate::inventory::Problems;
use crate::inventory::insert::Unfit;
use crate::{change, discover, inventory, lab, phones, probe, render, serve, switch};
use model::ids::{MacAddress, SwitchName};
use model::os_error;

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
    #[error("plan {}: stale: {}", file.display(), listed(why))]
    Stale {
        file: PathBuf,
        /// In what a plan made now differs.
        why: Vec<String>,
    },
    /// A plan is not carried out.
    #[error("plan {}: {fault}", file.display())]
    PlanFault { file: PathBuf, fault: plan_fault::Fault },
    /// A kept report is of another site.
    #[error("report {}: it is of site {of}, and this is site {site}", file.display())]
    ForeignReport { file: PathBuf, of: String, site: String },
    /// A file that should be a plan is none.
    #[error("plan {}: it is no plan that `voiceport plan --out` wrote: {cause}", file.display())]
    NotAPlan {
        file: PathBuf,
        /// What is wrong with it, and where.
        cause: String,
    },
    /// A report that was kept earlier cannot be read any more.
    #[error("report {}: it is damaged, or another version of voiceport wrote it: {cause}", file.display())]
    DamagedReport {
        file: PathBuf,
        /// What is wrong with it, and where.
        cause: String,
    },
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
        /// What was likely meant.
        nearest: Option<SwitchName>,
        /// The names there are.
        known: Vec<SwitchName>,
    },
    /// A switch that a run did not change.
    #[error("switch {name}: the run did not change it")]
    NotOfRun { name: SwitchName, known: Vec<SwitchName> },
    /// A phone that the inventory does not have.
    #[error("phone {wanted}: not in the inventory")]
    UnknownPhone {
        /// The address or extension asked for.
        wanted: String,
        /// What was likely meant.
        nearest: Option<String>,
    },
    /// An extension that several phones have.
    #[error("phone {wanted}: {} phones have this extension", phones.len())]
    AmbiguousPhone { wanted: String, phones: Vec<MacAddress> },
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
    /// A file that the phone does not fetch.
    #[error("render: phone {mac} fetches no {name}")]
    UnknownFile {
        mac: MacAddress,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
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
    #[error("there is nobody to ask whether to go on: nothing was written")]
    NobodyToAsk {
        /// The run to be put back; `None` for a new change.
        run: Option<i64>,
    },
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
    /// A file cannot be used.
    #[error("{}: cannot be {attempt}: {}", path.display(), file_words(*attempt, path, source))]
    File { path: PathBuf, attempt: Attempt, source: io::Error },
    /// The name of a probe's target has no address.
    #[error("probe target {target}: {cause}")]
    NoAddress { target: String, cause: &'static str },
    /// The answer cannot be written to standard output.
    #[error("standard output: the answer cannot be written: {}", os_error::words(.0))]
    StandardOutput(io::Error),
    /// A document that cannot be made JSON.
    #[error("{schema}: this document cannot be made JSON: {cause}")]
    Unserialisable { schema: &'static str, cause: String },
    /// Something else that this machine refuses.
    #[error("{what}: {cause}")]
    Machine {
        /// What was attempted.
        what: String,
        cause: String,
    },
}

/// What was attempted on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    Read,
    Write,
    /// A folder.
    Make,
}

impl std::fmt::Display for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "written",
            Self::Make => "made",
        })
    }
}

/// A name that is missing when something is written is its folder's.
fn file_words(attempt: Attempt, path: &Path, source: &io::Error) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if attempt != Attempt::Read && source.kind() == io::ErrorKind::NotFound => {
            format!("there is no folder {}", folder.display())
        }
        _ => os_error::words(source),
    }
}

impl From<switch::Error> for Error {
    fn from(error: switch::Error) -> Self {
        Self::Switch(Box::new(error))
    }
}

impl Error {
    /// A file that cannot be read.
    pub fn reading(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), attempt: Attempt::Read, source }
    }

    /// A file that cannot be written.
    pub fn writing(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), attempt: Attempt::Write, source }
    }

    /// A folder that cannot be made.
    pub fn making(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), attempt: Attempt::Make, source }
    }

    /// Something else that this machine refuses.
    pub fn io(what: impl Into<String>, cause: &dyn std::fmt::Display) -> Self {
        Self::Machine { what: what.into(), cause: cause.to_string() }
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
            Self::Switch(_) | Self::NoAddress { .. } | Self::Probe(probe::Error::NoAnswer { .. }) => Conclusion::DeviceFailed,
            Self::Change(change::Error::LeftOff(_)) => Conclusion::RollbackIncomplete,
            Self::Change(change::Error::NoSuchRun(_) | change::Error::ForeignRun { .. } | change::Error::OtherSwitch { .. })
            | Self::PlanFault { .. }
            | Self::ForeignReport { .. }
            | Self::NoReport { run: Some(_) }
            | Self::NotAPlan { .. }
            | Self::UnknownFile { .. }
            | Self::NotAnInventoryFile { .. }
            | Self::UnknownSwitch { .. }
            | Self::NotOfRun { .. }
            | Self::UnknownPhone { .. }
            | Self::AmbiguousPhone { .. }
            | Self::NoSource
            | Self::OneInterface
            | Self::NotAJack { .. }
            | Self::NoMacAddress { .. }
            | Self::SeveralPhones
            | Self::NoStateFolder
            | Self::NobodyToAsk { .. } => Conclusion::WrongUsage,
            Self::Stale { .. } => Conclusion::Differences,
            Self::Change(_)
            | Self::Discover(_)
            | Self::Capture { .. }
            | Self::Serve(_)
            | Self::Probe(_)
            | Self::Lab(_)
            | Self::NotImplemented { .. }
            | Self::InventoryExists { .. }
            | Self::NoReport { run: None }
            | Self::Declined { .. }
            | Self::DamagedReport { .. }
            | Self::File { .. }
            | Self::StandardOutput(_)
            | Self::Unserialisable { .. }
            | Self::Machine { .. } => Conclusion::Failed,
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
            Self::UnknownSwitch { known, .. } if known.is_empty() => {
                Some("it has no switch at all: write them under `switches`".into())
            }
            Self::UnknownSwitch { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest}?")),
            Self::UnknownSwitch { known, .. } | Self::NotOfRun { known, .. } => {
                let known: Vec<&str> = known.iter().map(SwitchName::as_str).collect();
                Some(format!("it has: {}", known.join(", ")))
            }
            Self::NotAJack { ports, .. } => Some(format!("name one of its ports: {}", ports.join(", "))),
            Self::Declined { run: Some(run) } => Some(format!("to put it back after all: voiceport rollback {run}")),
            Self::Declined { run: None } => Some("to go on after all, start again and answer yes".into()),
            Self::NobodyToAsk { run: Some(run) } => {
                Some(format!("look at `voiceport history show {run}`, then: voiceport rollback {run} --yes"))
            }
            Self::NobodyToAsk { run: None } => Some("look at `voiceport plan`, then say --yes".into()),
            Self::NotAPlan { .. } | Self::PlanFault { .. } => Some("make one: voiceport plan --out plan.json".into()),
            Self::ForeignReport { of, .. } => Some(format!("name the inventory of {of} with --inventory")),
            Self::DamagedReport { .. } => Some("make a new one: voiceport up".into()),
            Self::UnknownFile { known, .. } => Some(format!("it fetches: {}", known.join(", "))),
            Self::File { source, .. } | Self::StandardOutput(source) => os_error::file_hint(source),
            Self::NoAddress { .. } => Some("check the name, or give the address: voiceport probe 192.0.2.5".into()),
            Self::Unserialisable { .. } => Some("this is a fault of voiceport: please report it with the command".into()),
            Self::NotImplemented { hint, .. } => Some((*hint).into()),
            Self::Stale { .. } => Some("make a new plan: voiceport plan --out plan.json".into()),
            Self::NotAnInventoryFile { .. } => Some("name a .yaml file".into()),
            Self::UnknownPhone { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest}?")),
            Self::UnknownPhone { nearest: None, .. } => Some("voiceport inventory show".into()),
            Self::AmbiguousPhone { phones, .. } => {
                let phones: Vec<String> = phones.iter().map(ToString::to_string).collect();
                Some(format!("name one by its address: {}", phones.join(", ")))
            }
            Self::InventoryExists { .. } => Some("name another folder or file with --inventory".into()),
            Self::NoSource => Some("name --pcap FILE, --interface IFACE, --switch NAME or --all-switches".into()),
            Self::OneInterface => Some("name exactly one --interface".into()),
            Self::NoMacAddress { .. } => Some("name an Ethernet interface".into()),
            Self::SeveralPhones => Some("name a folder with --out, or one phone with --phone MAC".into()),
            Self::NoStateFolder => Some("name one with --state-dir".into()),
            Self::NoReport { .. } => Some("voiceport up makes one; `voiceport history` lists the runs".into()),
            Self::Phones(_) | Self::Machine { .. } => None,
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

    /// The switch it is about.
    #[must_use]
    pub const fn switch(&self) -> Option<&SwitchName> {
        match self {
            Self::Switch(error) => error.switch(),
            Self::UnknownSwitch { name, .. } | Self::NotOfRun { name, .. } => Some(name),
            Self::Change(error) => error.switch(),
            _ => None,
        }
    }

    /// The file it is about.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            Self::Capture { file, .. }
            | Self::Stale { file, .. }
            | Self::NotAPlan { file, .. }
            | Self::PlanFault { file, .. }
            | Self::ForeignReport { file, .. }
            | Self::DamagedReport { file, .. }
            | Self::Unfit { file, .. }
            | Self::NotAnInventoryFile { file } => Some(file),
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
            Self::Switch(error) => error.code(),
            Self::Change(error) => error.code(),
            Self::Discover(_) => "discover",
            Self::Capture { .. } => "capture_file",
            Self::Serve(_) => "serve",
            Self::Probe(_) => "probe",
            Self::Lab(_) => "lab",
            Self::Stale { .. } => "stale_plan",
            Self::PlanFault { fault, .. } => fault.code(),
            Self::ForeignReport { .. } => "foreign_report",
            Self::Unfit { .. } => "cannot_be_added_to",
            Self::NotAnInventoryFile { .. } => "not_an_inventory_file",
            Self::UnknownSwitch { .. } | Self::NotOfRun { .. } => "unknown_switch",
            Self::UnknownPhone { .. } => "unknown_phone",
            Self::AmbiguousPhone { .. } => "ambiguous_phone",
            Self::NoSource => "no_source",
            Self::OneInterface => "one_interface",
            Self::NotAJack { .. } => "not_a_jack",
            Self::NoMacAddress { .. } => "no_mac_address",
            Self::SeveralPhones => "several_phones",
            Self::NoStateFolder => "no_state_folder",
            Self::NoReport { .. } => "no_report",
            Self::NobodyToAsk { .. } => "nobody_to_ask",
            Self::Declined { .. } => "declined",
            Self::NotImplemented { .. } => "not_implemented",
            Self::InventoryExists { .. } => "inventory_exists",
            Self::NotAPlan { .. } => "not_a_plan",
            Self::DamagedReport { .. } => "damaged_report",
            Self::UnknownFile { .. } => "unknown_file",
            Self::NoAddress { .. } => "no_address",
            Self::File { .. } => "file",
            Self::StandardOutput(_) => "standard_output",
            Self::Unserialisable { .. } => "unserialisable",
            Self::Machine { .. } => "machine",
        }
    }
}

/// One difference in the sentence, several each on a line.
fn listed(lines: &[String]) -> String {
    match lines {
        [line] => line.clone(),
        lines => format!("{} differences to a plan made now\n  {}", lines.len(), lines.join("\n  ")),
    }
}
