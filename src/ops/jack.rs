//! `discover --announce phone`: what a phone would get in this jack. I/O: packet sockets.

use std::time::{Duration, Instant};

use super::conclusion::Conclusion;
use super::context::Context;
use super::error::Error;
use super::event::ListenEvent;
use crate::discover::announce::{Endpoint, Schedule};
use crate::discover::jack::{Jack, Test};
use crate::discover::jack_report::{JackEnd, JackOutcome, JackReport};
use crate::discover::{self, Advertiser};
use crate::host::{self, Interface, ReceivedFrame, Sniffer};

/// Long enough for a switch to answer a fast start.
const JACK: Duration = Duration::from_secs(12);

#[derive(Debug, Clone)]
pub struct Request {
    /// The interface plugged into it; exactly one.
    pub interfaces: Vec<String>,
    /// How long to wait for an answer; `None` is long enough for a switch to answer a fast start.
    pub duration: Option<Duration>,
}

/// Announces a phone, listens, withdraws it, and judges what the switch answered. The wish to stop withdraws it too.
pub async fn run(request: &Request, context: &Context) -> Result<JackReport, Error> {
    let link = the_port(&request.interfaces)?;
    let duration = request.duration.unwrap_or(JACK);
    let endpoint = endpoint(&link)?;
    let announcement = endpoint.announcement().map_err(discover::Error::from)?;
    let mut advertiser = Advertiser::open(&link, announcement)?;
    let mut sniffer = discover::listen(std::slice::from_ref(&link))?;
    context.emit(ListenEvent::Announcing { interface: &link.name, at_most: duration });
    let mut jack = Jack::new();
    let began = Instant::now();
    let ended = announce(&mut advertiser, &mut sniffer, &mut jack, began + duration, context).await;
    let withdrawn = advertiser.withdraw();
    let ended = ended?;
    if let Err(error) = &withdrawn {
        context.emit(ListenEvent::NotSent(error));
    }
    Ok(jack.report(Test {
        running: Interface::named(&link.name).is_ok_and(|now| now.running),
        interface: link.name,
        announced: endpoint.mac,
        ended,
        took: began.elapsed(),
        withdrawn: withdrawn.is_ok(),
    }))
}

#[must_use]
pub fn conclusion(report: &JackReport) -> Conclusion {
    if report.outcome == JackOutcome::VoiceVlan { Conclusion::Done } else { Conclusion::Differences }
}

/// The one interface, which must be a port.
fn the_port(interfaces: &[String]) -> Result<Interface, Error> {
    let [name] = interfaces else { return Err(Error::OneInterface) };
    let link = Interface::named(name).map_err(discover::Error::from)?;
    match link.bridge_ports() {
        Some(ports) => Err(Error::NotAJack { bridge: link.name, ports }),
        None if !link.up => Err(discover::Error::from(host::Error::InterfaceDown { interface: link.name }).into()),
        None => Ok(link),
    }
}

fn endpoint(link: &Interface) -> Result<Endpoint, Error> {
    let none = || Error::NoMacAddress { interface: link.name.clone() };
    let mac = Some(link.mac).filter(|mac| mac.0 != [0; 6]).ok_or_else(none)?;
    Ok(Endpoint { mac, ipv4: link.ipv4, speed: link.speed(), full_duplex: link.full_duplex().unwrap_or(true) })
}

async fn announce(
    advertiser: &mut Advertiser,
    sniffer: &mut Sniffer,
    jack: &mut Jack,
    deadline: Instant,
    context: &Context,
) -> Result<JackEnd, Error> {
    let mut schedule = Schedule::default();
    let mut next = Instant::now();
    let stop = context.stopped();
    tokio::pin!(stop);
    loop {
        let end = jack.complete_at().map_or(deadline, |complete| complete.min(deadline));
        // in this order: the wish to stop comes before anything is sent
        tokio::select! {
            biased;
            _ = &mut stop => return Ok(JackEnd::Asked),
            () = tokio::time::sleep_until(end.into()) => {
                return Ok(if end < deadline { JackEnd::Complete } else { JackEnd::Time });
            }
            () = tokio::time::sleep_until(next.into()) => {
                if let Err(error) = advertiser.advertise() {
                    context.emit(ListenEvent::NotSent(&error));
                }
                next = Instant::now() + schedule.after();
            }
            received = receive(sniffer, jack) => {
                if received? && schedule.restart() {
                    next = Instant::now();
                }
            }
        }
    }
}

/// Takes in what is there; whether somebody new speaks LLDP-MED.
async fn receive(sniffer: &mut Sniffer, jack: &mut Jack) -> Result<bool, Error> {
    let mut somebody_new = false;
    let each = |frame: &ReceivedFrame<'_>| match discover::received_neighbour(frame) {
        Some(Ok(neighbour)) => somebody_new |= jack.receive(neighbour.into_owned(), Instant::now()),
        Some(Err(rejected)) => jack.reject(rejected.message),
        None => {}
    };
    sniffer.recv(each).await.map_err(discover::Error::from)?;
    Ok(somebody_new)
}
