//! `doctor`: what is missing on this machine or towards these switches, with the cure. I/O: tries ports, files and switches.

mod port_names;
mod request;
mod row;
mod site;
mod this_machine;

use std::path::Path;

use super::conclusion::Conclusion;
use super::context::Context;
use super::document::{DoctorCheck, DoctorReport, DoctorResult};

pub use request::Request;

/// Tries what the other operations need.
pub async fn run(inventory: &Path, request: Request, context: &Context) -> DoctorReport {
    let mut checks = this_machine::checks(context).await;
    checks.extend(site::checks(inventory, request, context).await);
    DoctorReport { checks }
}

/// The worst of what failed: a device, the inventory, this machine.
#[must_use]
pub fn conclusion(report: &DoctorReport) -> Conclusion {
    let failed = || report.checks.iter().filter(|check| check.result == DoctorResult::Failed).map(|check| check.check);
    match () {
        () if failed().any(|check| matches!(check, DoctorCheck::Reach | DoctorCheck::Write)) => Conclusion::DeviceFailed,
        () if failed().any(|check| check == DoctorCheck::Inventory) => Conclusion::Invalid,
        () if failed().next().is_some() => Conclusion::Differences,
        () => Conclusion::Done,
    }
}
