//! `voiceport doctor`: what is missing on this machine or towards these switches, with what to do about it. I/O.

use std::net::Ipv4Addr;
use std::net::SocketAddr;

use super::error::Error;
use super::exit::Exit;
use super::gather;
use super::global::Global;
use model::report::DoctorReport;
use model::report::DoctorRow;

const EXAMPLES: &str = "Examples:
  voiceport doctor               ports, journal, inventory and switches
  voiceport -i site.yaml doctor  for another inventory";

/// Say what is missing on this machine or towards the switches, with what to do about it; exit with 5 when anything is
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let mut checks = vec![udp_port(69).await, udp_port(862).await, tcp_port(80).await, state_folder(global)];
        checks.extend(site(global).await);
        let report = DoctorReport { checks };
        let well = report.checks.iter().all(|check| check.ok);
        global.terminal().print(&report);
        Ok(if well { Exit::Done } else { Exit::Differences })
    }
}

async fn udp_port(port: u16) -> DoctorRow {
    let bound = tokio::net::UdpSocket::bind(anywhere(port)).await.map(drop);
    let what = if port == 69 { "serve TFTP on port 69" } else { "reflect probes on port 862" };
    row(what, bound.map_err(|error| error.to_string()), CAPABILITY)
}

async fn tcp_port(port: u16) -> DoctorRow {
    let bound = tokio::net::TcpListener::bind(anywhere(port)).await.map(drop);
    row("serve HTTP on port 80", bound.map_err(|error| error.to_string()), CAPABILITY)
}

const CAPABILITY: &str =
    "sudo setcap cap_net_bind_service,cap_net_raw+ep \"$(command -v voiceport)\", or name another port; stop what holds the port";

fn state_folder(global: &Global) -> DoctorRow {
    let opened = global.state_dir().and_then(|folder| Ok(crate::change::journal::Journal::open(&folder).map(drop)?));
    row("keep a journal", opened.map_err(|error| error.to_string()), "name a folder with --state-dir")
}

async fn site(global: &Global) -> Vec<DoctorRow> {
    let inventory = format!("read the inventory {}", global.inventory.display());
    let wanted = match gather::wanted(global) {
        Ok(wanted) => wanted,
        Err(error) => return vec![row(&inventory, Err(error.to_string()), "voiceport inventory check")],
    };
    let mut rows = vec![row(&inventory, Ok(()), "")];
    match gather::connect(global, &wanted.site, &[]).await {
        Err(error) => rows.push(row("reach the switches", Err(error.to_string()), &error.hint().unwrap_or_default())),
        Ok(connected) => {
            rows.extend(connected.switches.keys().map(|name| row(&format!("reach switch {name}"), Ok(()), "")));
            let failed = connected.failures.iter();
            rows.extend(failed.map(|(name, error)| {
                row(&format!("reach switch {name}"), Err(error.to_string()), &error.hint().unwrap_or_default())
            }));
        }
    }
    rows
}

fn row(what: &str, result: Result<(), String>, hint: &str) -> DoctorRow {
    let ok = result.is_ok();
    DoctorRow { what: what.to_owned(), ok, detail: result.err(), hint: (!ok).then(|| hint.to_owned()) }
}

fn anywhere(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))
}
