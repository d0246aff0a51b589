//! `voiceport discover`: which phone is plugged in where. I/O.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use super::jack;
use super::listen;
use super::span;
use crate::discover;
use crate::model::catalogue::Catalogue;
use crate::model::ids::SwitchName;
use crate::model::neighbour::DiscoverReport;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Rejected;
use crate::render;

const EXAMPLES: &str = "Examples:
  voiceport discover --all-switches                    who is where, as the switches see it
  voiceport discover --interface eth0                  listen on this machine's own port for 40 s
  voiceport discover --interface eth0 --announce phone what would a phone get in this jack?
  voiceport discover --pcap desk.pcapng --format json  read a capture file";

const DETAILS: &str = "Listening:
Nothing is sent, and no interface becomes promiscuous. In place of a Linux bridge its ports are listened on: LLDP stops at the port, and CDP
proves a neighbour only where it came in. A neighbour that withdraws itself, or whose time to live runs out, is left out.

The jack test:
--announce phone announces an LLDP-MED endpoint of class III and a CDP phone with the interface's own address, because switches tell their
voice VLAN only to phones, and shows what they answer. It ends when the answer is complete and always withdraws the phone, also on Ctrl-C. A
switch that configures its ports by what is plugged in will treat the port as a phone's as long as the test runs.

Exit codes of the jack test:
  0  the jack gives a phone a voice VLAN
  5  no switch answers, it gives no voice VLAN, or LLDP-MED and CDP contradict each other";

/// Find the phones: in a capture file, on an interface, or in the switches' own neighbour tables
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = [EXAMPLES, DETAILS].join("\n\n"))]
pub struct Args {
    /// Read LLDP and CDP frames from a pcap or pcapng file; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["interface", "switch", "all_switches"])]
    pcap: Option<PathBuf>,
    /// Listen on this interface of this machine (may be repeated); needs CAP_NET_RAW
    #[arg(long, value_name = "IFACE", conflicts_with_all = ["switch", "all_switches"])]
    interface: Vec<String>,
    /// How long to listen: phones announce themselves every 30 seconds [default: 40s; 12s with --announce]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    duration: Option<Duration>,
    /// Announce a phone on the one interface named, and show what it would get in this jack
    #[arg(long, value_name = "WHAT", value_enum, requires = "interface")]
    announce: Option<Announce>,
    /// Ask this switch of the inventory (may be repeated)
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Ask every switch of the inventory
    #[arg(long, conflicts_with = "switch")]
    all_switches: bool,
    /// Add the phones found to this inventory file (not in this version)
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// What can be announced.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Announce {
    /// A telephone: LLDP-MED endpoint class III, and CDP with a VoIP VLAN query
    Phone,
}

/// Long enough for every phone to announce itself once.
const LISTEN: Duration = Duration::from_secs(40);
/// Long enough for a switch to answer a fast start.
const JACK: Duration = Duration::from_secs(12);

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if self.save.is_some() {
            return Err(Error::not_yet("discover --save", "copy the phones from the table into the inventory by hand"));
        }
        let terminal = global.terminal();
        if let Some(Announce::Phone) = self.announce {
            return jack::run(&self.interface, self.duration.unwrap_or(JACK), terminal).await;
        }
        let catalogue = render::catalogue::builtin()?;
        let (report, exit) = if let Some(file) = &self.pcap {
            (read_file(file, &catalogue)?, Exit::Done)
        } else if !self.interface.is_empty() {
            (listen::run(&self.interface, self.duration.unwrap_or(LISTEN), terminal, &catalogue).await?, Exit::Done)
        } else if self.all_switches || !self.switch.is_empty() {
            self.ask_switches(global).await?
        } else {
            return Err(Error::usage(
                "discover: where from?",
                "name --pcap FILE, --interface IFACE, --switch NAME or --all-switches",
            ));
        };
        terminal.print(&report);
        Ok(exit)
    }

    async fn ask_switches(&self, global: &Global) -> Result<(DiscoverReport, Exit), Error> {
        let wanted = gather::wanted(global)?;
        let mut connected = gather::connect(global, &wanted.site, &self.switch).await?;
        let observed = gather::observe(&mut connected, &wanted.catalogue).await;
        let rows = observed.switches.values().flat_map(|state| state.neighbours().cloned()).collect();
        let mut rejected: Vec<Rejected> =
            observed.switches.values().flat_map(|state| notes(&state.identity.name, &state.notes)).collect();
        gather::show_failures(global.terminal(), &connected.failures);
        rejected.extend(connected.failures.iter().map(|(name, error)| Rejected {
            frame: None,
            switch: Some(name.clone()),
            reason: error.to_string(),
        }));
        let exit = if connected.failures.is_empty() { Exit::Done } else { Exit::Device };
        Ok((DiscoverReport { rows, rejected }, exit))
    }
}

fn read_file(file: &PathBuf, catalogue: &Catalogue) -> Result<DiscoverReport, Error> {
    let mut report = DiscoverReport::default();
    let mut each = |found: Result<Neighbour<'_>, Rejected>| match found {
        Ok(neighbour) => report.rows.push(neighbour.into_owned()),
        Err(rejected) => report.rejected.push(rejected),
    };
    if file.as_os_str() == "-" {
        discover::read_capture(std::io::stdin(), catalogue, &mut each)?;
    } else {
        let failed = |cause: &dyn std::fmt::Display| Error::io(format!("reading {}", file.display()), cause);
        let opened = File::open(file).map_err(|cause| failed(&cause))?;
        if opened.metadata().is_ok_and(|facts| facts.is_dir()) {
            return Err(failed(&"it is a folder, not a capture file"));
        }
        discover::read_capture(opened, catalogue, &mut each)
            .map_err(|error| Error::Capture { file: file.display().to_string(), error })?;
    }
    Ok(report)
}

fn notes(switch: &SwitchName, notes: &[String]) -> Vec<Rejected> {
    notes.iter().map(|note| Rejected { frame: None, switch: Some(switch.clone()), reason: note.clone() }).collect()
}
