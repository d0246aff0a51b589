//! `power`: each PSE group as it is, how long the supplies last, and a port switched off and on again. I/O through the context.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::apply::{self, Order, Saving, carry_out};
use super::conclusion::Conclusion;
use super::connect::{self, Failures};
use super::consent::Consent;
use super::context::Context;
use super::error::Error;
use super::event::PowerEvent;
use super::inventory::LoadedSite;
use super::runs;
use super::selection::unknown_switch;
use crate::change;
use crate::change::cycle::PortGuard;
use crate::change::plan::Step;
use crate::change::report::{ApplyReport, Outcome};
use crate::power::account;
use crate::power::report::PowerReport;
use crate::switch::{Error as SwitchError, Scope, Switch};
use model::ids::PortRef;
use model::switch::{Detection, SwitchState};

/// How long a phone may take until it is detected and powered again; some switches need most of a minute.
const DELIVERING: Duration = Duration::from_secs(60);
/// Pause between two looks at it meanwhile.
const POLL: Duration = Duration::from_millis(300);

/// The power of a site, and the switches it is not known of.
#[derive(Debug)]
pub struct Power {
    pub report: PowerReport,
    /// Switches that do not answer.
    pub failures: Failures,
}

impl Power {
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        connect::conclusion(&self.failures)
    }
}

/// Reads every switch and adds up its power.
pub async fn run(site: &LoadedSite, context: &Context) -> Result<Power, Error> {
    let mut connected = connect::connect(site, &[], context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    connect::tell_failures(&connected.failures, context);
    let errors = connect::error_rows(&connected.failures);
    let report = PowerReport { errors, ..account::report(&site.site, &observed) };
    Ok(Power { report, failures: connected.failures })
}

/// A port to be switched off and on again.
pub struct CycleRequest {
    pub port: PortRef,
    /// Also where no phone is known.
    pub force: bool,
    /// Whether it may be done.
    pub consent: Consent,
}

/// What became of it.
pub struct Cycled {
    pub report: ApplyReport,
    /// The device that had power before, and has to draw it again.
    pub awaited: Option<Device>,
    /// Whether it was seen without power meanwhile; `None` when there was none to see.
    pub seen_off: Option<bool>,
}

/// A device that has to lose its power and to draw it again.
#[derive(Clone)]
pub struct Device {
    switch: Arc<dyn Switch>,
    port: PortRef,
    step: Step,
}

/// Switches a port off for three seconds, and on again.
pub async fn cycle(site: &LoadedSite, request: CycleRequest, context: &Context) -> Result<Cycled, Error> {
    let CycleRequest { port, force, consent } = request;
    runs::refuse_unfinished(&site.site, &[port.switch.to_string()], context)?;
    let mut connected = connect::connect(site, &[port.switch.to_string()], context).await?;
    let observed = connect::observe(&mut connected, &site.catalogue, context).await;
    if let Some((_, error)) = connected.failures.into_iter().next() {
        return Err(error.into());
    }
    let Some(state) = observed.switches.get(&port.switch) else {
        return Err(unknown_switch(&site.site, port.switch));
    };
    let guard = if force { PortGuard::AnyDevice } else { PortGuard::Phone };
    let plan = change::cycle::plan(&site.site, &observed, &port, guard);
    let switch = connected.switches.get(&port.switch).cloned();
    let device = plan.steps.first().cloned().zip(switch).filter(|_| is_delivering(state, &port)).and_then(|(step, switch)| {
        let port = PortRef { switch: step.switch.clone(), port: step.port.clone()? };
        Some(Device { switch, port, step })
    });
    consent.preview(&plan);
    // it ends as it began, so there is nothing to save
    let (saving, switches) = (Saving::RunningOnly, connected.switches);
    let order = Order { plan, site, switches, saving, parallel: 1, disruption: None, consent, lock: None };
    let (report, seen_off) = match &device {
        None => (carry_out(order, context).await?, None),
        Some(device) => {
            let (report, seen) = while_watching(carry_out(order, context), device).await;
            (report?, Some(seen))
        }
    };
    let awaited = device.filter(|_| report.outcome == Outcome::Applied);
    Ok(Cycled { report, awaited, seen_off })
}

/// Does the work, and tells whether the device was seen without power in the meantime.
async fn while_watching<T>(work: impl Future<Output = T>, device: &Device) -> (T, bool) {
    let gone = device.gone();
    tokio::pin!(work, gone);
    let mut seen = false;
    loop {
        tokio::select! {
            done = &mut work => return (done, seen),
            () = &mut gone, if !seen => seen = true,
        }
    }
}

impl Device {
    /// Whether it has power; `None` when the switch does not tell.
    async fn is_powered(&self) -> Result<Option<bool>, SwitchError> {
        let state = self.switch.read(Scope::Step { port: Some(&self.port.port), change: &self.step.change }).await?;
        let poe = state.find_port(&self.port.port).ok().and_then(|(_, port)| port.poe.as_ref());
        Ok(poe.and_then(|poe| poe.detection).map(|detection| detection == Detection::Delivering))
    }

    /// Ends when it is without power.
    async fn gone(&self) {
        while !matches!(self.is_powered().await, Ok(Some(false))) {
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Cycled {
    /// How it ended, once a device that had power before has it again. Switching on is done by then; detecting has its own, longer
    /// deadline.
    pub async fn conclusion(self, context: &Context) -> Result<Conclusion, Error> {
        let Some(device) = &self.awaited else { return Ok(apply::conclusion(&self.report)) };
        let port = &device.port;
        let seen_off = self.seen_off == Some(true);
        context.emit(if seen_off { PowerEvent::Gone { port } } else { PowerEvent::NeverGone { port } });
        context.emit(PowerEvent::Awaiting { port, at_most: DELIVERING });
        let started = Instant::now();
        while started.elapsed() < DELIVERING {
            if device.is_powered().await? == Some(true) {
                context.emit(PowerEvent::Drawn { port, after: started.elapsed() });
                return Ok(if seen_off { Conclusion::Done } else { Conclusion::Differences });
            }
            tokio::time::sleep(POLL).await;
        }
        context.emit(PowerEvent::NotDrawn { port, waited: DELIVERING });
        Ok(Conclusion::Differences)
    }
}

fn is_delivering(state: &SwitchState, at: &PortRef) -> bool {
    let poe = state.find_port(&at.port).ok().and_then(|(_, port)| port.poe.as_ref());
    poe.is_some_and(|poe| poe.detection == Some(Detection::Delivering))
}
