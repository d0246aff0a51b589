//! `voiceport discover`: which phone is plugged in where. I/O.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use super::duration;
use super::exit::Exit;
use super::global::Global;
use crate::ops::capture;
use crate::ops::discover;
use crate::ops::discover::{DiscoverReport, Switches};
use crate::ops::jack;
use crate::ops::save;
use crate::ops::{Conclusion, Error};
use crate::output;
use crate::output::Format;
use crate::output::capture::CaptureDocument;
use crate::output::failure;

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
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
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
    /// Add the phones found that are not in the inventory yet to this file of it; nothing else in the file changes [default:
    /// discovered.yaml in an inventory folder, else the inventory itself]
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[allow(clippy::option_option, reason = "absent, without a value, with one")]
    save: Option<Option<PathBuf>>,
}

/// What can be announced.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Announce {
    /// A telephone: LLDP-MED endpoint class III, and CDP with a VoIP VLAN query
    Phone,
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if let Some(file) = self.save_target(global) {
            save::check(&file)?;
        }
        match (&self.announce, &self.pcap) {
            (Some(Announce::Phone), _) => self.jack(global).await,
            (None, Some(file)) => self.capture(global, file),
            (None, None) => self.look(global).await,
        }
    }

    async fn jack(self, global: &Global) -> Result<Exit, Error> {
        let request = jack::Request { interfaces: self.interface, duration: self.duration };
        let report = jack::run(&request, &global.context()).await?;
        global.terminal().print(&report);
        Ok(jack::conclusion(&report).into())
    }

    async fn look(&self, global: &Global) -> Result<Exit, Error> {
        let terminal = global.terminal();
        let request = discover::Request {
            interfaces: self.interface.clone(),
            duration: self.duration,
            // a document is read when it is whole
            follow: terminal.format == Format::Table,
            switches: match self.switch.as_slice() {
                [] if self.all_switches => Switches::All,
                [] => Switches::None,
                names => Switches::Named(names.to_vec()),
            },
        };
        let found = discover::run(|| global.site(), &request, &global.context()).await?;
        // saving first: when that fails, the error is the one document
        self.save(global, &found.report)?;
        terminal.print(&found.report);
        Ok(found.conclusion().into())
    }

    fn capture(&self, global: &Global, file: &Path) -> Result<Exit, Error> {
        let terminal = global.terminal();
        if terminal.format == Format::Json {
            return self.capture_as_json(global, file);
        }
        let captured = capture::neighbours(file, &global.context())?;
        terminal.print(&captured.report);
        let captured = captured.whole()?;
        self.save(global, &captured.report)?;
        Ok(captured.conclusion().into())
    }

    /// The rows are printed while they are read: what fails after the first of them is among the errors of the same document.
    fn capture_as_json(&self, global: &Global, file: &Path) -> Result<Exit, Error> {
        let mut document = CaptureDocument::on_stdout();
        let keep_phones = self.save.is_some();
        let captured = capture::rows(file, keep_phones, &CaptureDocument::batch, &mut |batch| document.take(&batch))?;
        let saved = self.save(global, &captured.report).err();
        let conclusion = saved.as_ref().map_or(Conclusion::Done, Error::conclusion).worst(captured.conclusion());
        let errors: Vec<Error> = captured.broken.into_iter().chain(saved).collect();
        for error in &errors {
            failure::tell(error, global.terminal());
        }
        document.finish(&errors)?;
        Ok(conclusion.into())
    }

    fn save_target(&self, global: &Global) -> Option<PathBuf> {
        self.save.as_ref().map(|named| save::target(&global.inventory, named.as_deref()))
    }

    fn save(&self, global: &Global, found: &DiscoverReport) -> Result<(), Error> {
        if let Some(file) = self.save_target(global) {
            let saved = save::save(&global.inventory, &file, &found.rows)?;
            for line in output::saved(&saved) {
                global.terminal().progress(&line);
            }
        }
        Ok(())
    }
}
