//! `voiceport discover`: which phone is plugged in where. I/O.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::capture::Reading;
use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use super::jack;
use super::listen;
use super::save;
use super::span;
use crate::discover::join;
use crate::discover::join::join;
use crate::phones;
use crate::phones::Recogniser;
use model::ids::MacAddress;
use model::ids::SwitchName;
use model::neighbour::DiscoverReport;
use model::neighbour::Rejected;
use model::neighbour::SwitchNote;

const EXAMPLES: &str = "Examples:
  voiceport discover --all-switches                    who is where, as the switches see it
  voiceport discover --interface eth0                  listen on this machine's own port for 40 s
  voiceport discover --interface eth0 --announce phone what would a phone get in this jack?
  voiceport discover --pcap desk.pcapng --format json  read a capture file
  tcpdump -w - | voiceport discover --pcap -           read what another program captures";

const DETAILS: &str = "Rows:
Each neighbour has one row for each place where it is seen: LLDP, CDP and the switch's address table make one. What contradicts itself is in
the notes. Of a capture, JSON has a row for each frame, and the table one for each neighbour. A phone that announces nothing is found by its
MAC address in a switch's forwarding table.

Listening:
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
    #[arg(long, value_name = "IFACE")]
    interface: Vec<String>,
    /// How long to listen: phones announce themselves every 30 seconds [default: 40s; 12s with --announce]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    duration: Option<Duration>,
    /// Announce a phone on the one interface named, and show what it would get in this jack
    #[arg(long, value_name = "WHAT", value_enum, requires = "interface", conflicts_with_all = ["switch", "all_switches", "save"])]
    announce: Option<Announce>,
    /// Ask this switch of the inventory (may be repeated)
    #[arg(long, value_name = "NAME")]
    switch: Vec<String>,
    /// Ask every switch of the inventory
    #[arg(long, conflicts_with = "switch")]
    all_switches: bool,
    /// Add the phones found that are not in the inventory yet to this file of it; nothing else in the file changes
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
        if let Some(file) = &self.save {
            save::check(file)?;
        }
        let terminal = global.terminal();
        if let Some(Announce::Phone) = self.announce {
            return jack::run(&self.interface, self.duration.unwrap_or(JACK), terminal).await;
        }
        let recogniser = Recogniser::new(&phones::builtin()?);
        let (report, exit) = if let Some(file) = &self.pcap {
            let reading = Reading { terminal, recogniser: &recogniser, keep_phones: self.save.is_some() };
            reading.of_file(file)?
        } else {
            let found = self.look_around(global, &recogniser).await?;
            terminal.print(&found.0);
            found
        };
        if let Some(file) = &self.save {
            save::save(global, file, &report.rows)?;
        }
        Ok(exit)
    }

    /// Listens and asks at the same time.
    async fn look_around(&self, global: &Global, recogniser: &Recogniser) -> Result<(DiscoverReport, Exit), Error> {
        let asked = self.all_switches || !self.switch.is_empty();
        if !asked && self.interface.is_empty() {
            return Err(Error::usage(
                "discover: where from?",
                "name --pcap FILE, --interface IFACE, --switch NAME or --all-switches",
            ));
        }
        let listen = async {
            if self.interface.is_empty() {
                return Ok(DiscoverReport::default());
            }
            listen::run(&self.interface, self.duration.unwrap_or(LISTEN), global.terminal(), recogniser).await
        };
        let ask =
            async { if asked { self.ask_switches(global, recogniser).await } else { Ok((DiscoverReport::default(), Exit::Done)) } };
        let (heard, (told, exit)) = tokio::try_join!(listen, ask)?;
        let mut report = DiscoverReport { rows: join(heard.rows), ..heard };
        report.rows.extend(told.rows);
        report.rejected.extend(told.rejected);
        report.notes.extend(told.notes);
        Ok((report, exit))
    }

    async fn ask_switches(&self, global: &Global, recogniser: &Recogniser) -> Result<(DiscoverReport, Exit), Error> {
        let wanted = gather::wanted(global)?;
        let (observed, failures) = gather::look(global, &wanted.site, &self.switch, recogniser).await?;
        let is_wanted = |mac: MacAddress| recogniser.knows(mac) || wanted.site.phone(mac).is_some();
        let mut report = DiscoverReport::default();
        for state in observed.switches.values() {
            let mut rows = join::of_switch(state, &is_wanted);
            rows.iter_mut().filter(|row| row.phone.is_none()).for_each(|row| recogniser.name_owned(row));
            report.rows.extend(rows);
            report.notes.extend(notes(&state.identity.name, &state.notes));
        }
        gather::show_failures(global.terminal(), &failures);
        report.rejected.extend(failures.iter().map(|(name, error)| Rejected {
            frame: None,
            switch: Some(name.clone()),
            reason: error.to_string(),
        }));
        let exit = if failures.is_empty() { Exit::Done } else { Exit::Device };
        Ok((report, exit))
    }
}

fn notes(switch: &SwitchName, notes: &[String]) -> Vec<SwitchNote> {
    notes.iter().map(|note| SwitchNote { switch: switch.clone(), note: note.clone() }).collect()
}
