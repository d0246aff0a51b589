//! `doctor`: what is missing on this machine or towards these switches. I/O: tries ports, files and switches.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use super::conclusion::Conclusion;
use super::context::Context;
use super::document::{DoctorReport, DoctorRow};
use super::error::Error;
use super::{connect, inventory};
use crate::change::journal::Journal;

/// Tries what the other operations need.
pub async fn run(inventory: &Path, context: &Context) -> DoctorReport {
    let mut checks = vec![udp_port(69).await, udp_port(862).await, tcp_port(80).await, state_folder(context)];
    checks.extend(site(inventory, context).await);
    DoctorReport { checks }
}

#[must_use]
pub fn conclusion(report: &DoctorReport) -> Conclusion {
    if report.checks.iter().all(|check| check.ok) { Conclusion::Done } else { Conclusion::Differences }
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

fn state_folder(context: &Context) -> DoctorRow {
    let opened = context.state_folder().and_then(|folder| Ok(Journal::open(folder).map(drop)?));
    row("keep a journal", opened.map_err(|error: Error| error.to_string()), "name a folder with --state-dir")
}

async fn site(path: &Path, context: &Context) -> Vec<DoctorRow> {
    let inventory = format!("read the inventory {}", path.display());
    let site = match inventory::load(path) {
        Ok(site) => site,
        Err(error) => return vec![row(&inventory, Err(error.to_string()), "voiceport inventory check")],
    };
    let mut rows = vec![row(&inventory, Ok(()), "")];
    match connect::connect(&site, &[], context).await {
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
