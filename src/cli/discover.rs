//! `voiceport discover`: which phone is plugged in where. I/O.

use std::path::PathBuf;
use std::time::Duration;

use super::capture::Reading;
use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use super::save;
use super::span;
use super::stop;
use crate::discover::Identifier;
use crate::discover::Sniffer;
use crate::model::catalogue::Catalogue;
use crate::model::ids::SwitchName;
use crate::model::neighbour::DiscoverReport;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Rejected;
use crate::output::Terminal;
use crate::render;

const EXAMPLES: &str = "Examples:
  voiceport discover --all-switches                    who is where, as the switches see it
  voiceport discover --interface eth0                  listen on this machine's own port for 40 s
  voiceport discover --pcap desk.pcapng --format json  read a capture file";

/// Find the phones: in a capture file, on an interface, or in the switches' own neighbour tables
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Read LLDP and CDP frames from a pcap or pcapng file; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["interface", "switch", "all_switches"])]
    pcap: Option<PathBuf>,
    /// Listen on this interface of this machine (may be repeated); needs CAP_NET_RAW
    #[arg(long, value_name = "IFACE", conflicts_with_all = ["switch", "all_switches"])]
    interface: Vec<String>,
    /// How long to listen: phones announce themselves every 30 seconds
    #[arg(long, value_name = "TIME", default_value = "40s", value_parser = span::parse)]
    duration: Duration,
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

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        if let Some(file) = &self.save {
            save::check(file)?;
        }
        let terminal = global.terminal();
        let catalogue = render::catalogue::builtin()?;
        if let Some(file) = &self.pcap {
            let identifier = Identifier::new(&catalogue);
            let reading = Reading { terminal, identifier: &identifier, keep_phones: self.save.is_some() };
            let (report, exit) = reading.of_file(file)?;
            if let Some(file) = &self.save {
                save::save(global, file, &report.rows)?;
            }
            return Ok(exit);
        }
        let (report, exit) = if !self.interface.is_empty() {
            (self.listen(terminal, &catalogue).await?, Exit::Done)
        } else if self.all_switches || !self.switch.is_empty() {
            self.ask_switches(global).await?
        } else {
            return Err(Error::usage(
                "discover: where from?",
                "name --pcap FILE, --interface IFACE, --switch NAME or --all-switches",
            ));
        };
        terminal.print(&report);
        if let Some(file) = &self.save {
            save::save(global, file, &report.rows)?;
        }
        Ok(exit)
    }

    async fn listen(&self, terminal: Terminal, catalogue: &Catalogue) -> Result<DiscoverReport, Error> {
        let mut sniffer = Sniffer::open(&self.interface)?;
        terminal.progress(&format!("listening on {} for {:?}; Ctrl-C ends it early", self.interface.join(", "), self.duration));
        let identifier = Identifier::new(catalogue);
        let mut report = DiscoverReport::default();
        let deadline = tokio::time::Instant::now() + self.duration;
        let stop = stop::asked();
        tokio::pin!(stop);
        loop {
            let heard = tokio::select! {
                heard = sniffer.next() => heard?,
                () = tokio::time::sleep_until(deadline) => break,
                () = &mut stop => break,
            };
            match heard.neighbour {
                Ok(mut neighbour) => {
                    identifier.name_owned(&mut neighbour);
                    remember(&mut report, neighbour);
                }
                Err(rejected) => report.rejected.push(rejected),
            }
        }
        let dropped = sniffer.dropped();
        if dropped > 0 {
            terminal.warn(&format!("{dropped} frames were lost because this machine was too slow"));
        }
        Ok(report)
    }

    async fn ask_switches(&self, global: &Global) -> Result<(DiscoverReport, Exit), Error> {
        let wanted = gather::wanted(global)?;
        let (observed, failures) = gather::look(global, &wanted.site, &self.switch, &wanted.catalogue).await?;
        let rows = observed.switches.values().flat_map(|state| state.neighbours().cloned()).collect();
        let mut rejected: Vec<Rejected> =
            observed.switches.values().flat_map(|state| notes(&state.identity.name, &state.notes)).collect();
        gather::show_failures(global.terminal(), &failures);
        rejected.extend(failures.iter().map(|(name, error)| Rejected {
            frame: None,
            switch: Some(name.clone()),
            reason: error.to_string(),
        }));
        let exit = if failures.is_empty() { Exit::Done } else { Exit::Device };
        Ok((DiscoverReport { rows, rejected }, exit))
    }
}

/// A neighbour repeats itself: the newest frame of the same place, protocol and sender replaces the older one.
fn remember(report: &mut DiscoverReport, neighbour: Neighbour<'static>) {
    let same = |row: &Neighbour<'_>| {
        (&row.interface, row.protocol, row.mac, &row.chassis_id, &row.port_id)
            == (&neighbour.interface, neighbour.protocol, neighbour.mac, &neighbour.chassis_id, &neighbour.port_id)
    };
    report.rows.retain(|row| !same(row));
    if neighbour.ttl_s != Some(0) {
        report.rows.push(neighbour);
    }
}

fn notes(switch: &SwitchName, notes: &[String]) -> Vec<Rejected> {
    notes.iter().map(|note| Rejected { frame: None, switch: Some(switch.clone()), reason: note.clone() }).collect()
}
