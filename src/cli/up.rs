//! `voiceport up`: discover → plan → apply → serve → probe → report for one site, live. I/O.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::duration;
use super::exit::Exit;
use super::global::Global;
use super::values;
use crate::ops::Error;
use crate::ops::apply::Disruption;
use crate::ops::consent::Consent;
use crate::ops::files::try_out;
use crate::ops::lab::{Family, LabOptions, Scenario};
use crate::ops::up;
use crate::ops::up::Environment;
use crate::output::file;
use crate::output::progress::Requests;

const EXAMPLES: &str = "Examples:
  voiceport up --lab                         the whole way on the simulated site; needs no rights
  voiceport up --lab --lab-fault refuse-set  with a switch that refuses: all is put back
  voiceport up --lab --lab-closet dell-n     with another kind of switch in the closet
  voiceport up --report site.html            the real site; asks before changing switches";

/// Bring the whole site into service: find, plan, change, serve, measure, report; `--lab` does it on a simulated site
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Use the simulated site on this machine: two switches, eight phones, a reflector; nothing outside is touched
    #[arg(long)]
    lab: bool,
    /// Let something go wrong in the simulated site
    #[arg(long, value_name = "NAME", requires = "lab", value_parser = values::one_of::<Scenario>(Scenario::ALL.map(Scenario::name)))]
    lab_fault: Option<Scenario>,
    /// Which kind of switch the simulated site has in its closet: a profile that is full in `inventory show --capabilities`
    #[arg(long, value_name = "PROFILE", default_value = "ubiquiti-edgeswitch", requires = "lab", value_parser = values::one_of::<Family>(Family::ALL.map(Family::profile)))]
    lab_closet: Family,
    /// Where to write the acceptance report
    #[arg(long, value_name = "FILE", default_value = "voiceport-report.html")]
    report: PathBuf,
    /// How long to wait for the phones: `all` waits until every phone is in service
    #[arg(long, value_name = "all|TIME", default_value = "15m", value_parser = until)]
    until: Until,
    /// Also where the switch does not tell whether the phone is in a call; one in a call is left for later all the same
    #[arg(long)]
    disrupt: bool,
    /// Do not ask before changing switches (the simulated site never asks)
    #[arg(long)]
    yes: bool,
    /// TFTP address to serve on [default: 0.0.0.0:69; the simulated site takes a free port]
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    tftp: Option<SocketAddr>,
    /// HTTP address to serve on [default: 0.0.0.0:80; the simulated site takes a free port]
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::address)]
    http: Option<SocketAddr>,
}

#[derive(Debug, Clone, Copy)]
enum Until {
    All,
    Time(Duration),
}

fn until(text: &str) -> Result<Until, String> {
    if text == "all" { Ok(Until::All) } else { duration::parse(text).map(Until::Time) }
}

impl Args {
    pub async fn run(self, global: &Global) -> Result<Exit, Error> {
        let (terminal, context) = (global.terminal(), global.context_with(Requests::Details));
        try_out(&self.report)?;
        let environment = if self.lab {
            let options = LabOptions { scenario: self.lab_fault, closet: self.lab_closet };
            Environment::simulated(options, global.names_state_folder(), &context).await?
        } else {
            Environment::real(&global.inventory, &context)?
        };
        let request = up::Request {
            wait: match self.until {
                Until::All => None,
                Until::Time(length) => Some(length),
            },
            disruption: Disruption::allowed_if(self.disrupt),
            consent: if self.lab { Consent::Given } else { global.consent(self.yes) },
            tftp: self.tftp,
            http: self.http,
        };
        let done = up::run(&environment, request).await?;
        let existing = file::write_html(&self.report, &done.report).inspect_err(|_| {
            terminal.progress("the report is kept; to write it elsewhere: voiceport report --html FILE");
        })?;
        terminal.gap();
        terminal.stream(&done.report);
        terminal.existing(&self.report, &existing);
        terminal.progress(&format!("report: {}", self.report.display()));
        Ok(done.conclusion.into())
    }
}
