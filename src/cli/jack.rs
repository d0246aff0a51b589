//! `voiceport discover --announce phone`: what a phone would get in this jack. I/O.

use std::time::Duration;
use std::time::Instant;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use super::error::Error;
use super::exit::Exit;
use super::stop;
use crate::discover;
use crate::discover::Advertiser;
use crate::discover::announce::Endpoint;
use crate::discover::announce::Schedule;
use crate::discover::jack::Jack;
use crate::discover::jack::Test;
use crate::host;
use crate::host::Interface;
use crate::host::Sniffer;
use crate::output::Terminal;
use model::jack::JackEnd;
use model::jack::JackOutcome;

/// Announces a phone, listens, withdraws it, and shows what the switch answered.
pub async fn run(interfaces: &[String], duration: Duration, terminal: Terminal) -> Result<Exit, Error> {
    let link = the_port(interfaces)?;
    let endpoint = endpoint(&link)?;
    let announcement = endpoint.announcement().map_err(discover::Error::from)?;
    let mut advertiser = Advertiser::open(&link, announcement).map_err(discover::Error::from)?;
    let mut sniffer = discover::listen(std::slice::from_ref(&link))?;
    terminal.progress(&format!("announcing a phone on {} for at most {duration:?}; Ctrl-C withdraws it", link.name));
    let mut jack = Jack::new();
    let began = Instant::now();
    let ended = announce(&mut advertiser, &mut sniffer, &mut jack, began + duration, terminal).await;
    let withdrawn = advertiser.withdraw();
    let ended = ended?;
    if let Err(error) = &withdrawn {
        terminal.warn(&error.to_string());
    }
    let report = jack.report(Test {
        running: Interface::named(&link.name).is_ok_and(|now| now.running),
        interface: link.name,
        announced: endpoint.mac,
        ended,
        took: began.elapsed(),
        withdrawn: withdrawn.is_ok(),
    });
    terminal.print(&report);
    Ok(if report.outcome == JackOutcome::VoiceVlan { Exit::Done } else { Exit::Differences })
}

/// The one interface, which must be a port.
fn the_port(interfaces: &[String]) -> Result<Interface, Error> {
    let [name] = interfaces else {
        return Err(Error::usage("--announce: one jack at a time", "name exactly one --interface"));
    };
    let link = Interface::named(name).map_err(discover::Error::from)?;
    match link.bridge_ports() {
        Some(ports) => Err(Error::usage(
            format!("--announce: {name} is a bridge: it is not plugged into a jack"),
            format!("name one of its ports: {}", ports.join(", ")),
        )),
        None if !link.up => Err(discover::Error::from(host::Error::InterfaceDown { interface: link.name }).into()),
        None => Ok(link),
    }
}

fn endpoint(link: &Interface) -> Result<Endpoint, Error> {
    let none = || Error::usage(format!("--announce: {} has no MAC address", link.name), "name an Ethernet interface");
    let mac = Some(link.mac).filter(|mac| mac.0 != [0; 6]).ok_or_else(none)?;
    Ok(Endpoint { mac, ipv4: link.ipv4, speed: link.speed(), full_duplex: link.full_duplex().unwrap_or(true) })
}

async fn announce(
    advertiser: &mut Advertiser,
    sniffer: &mut Sniffer,
    jack: &mut Jack,
    deadline: Instant,
    terminal: Terminal,
) -> Result<JackEnd, Error> {
    let mut schedule = Schedule::default();
    let mut next = Instant::now();
    let stop = asked();
    tokio::pin!(stop);
    loop {
        let end = jack.complete_at().map_or(deadline, |complete| complete.min(deadline));
        // in this order: somebody who asks to stop is listened to before anything is sent
        tokio::select! {
            biased;
            () = &mut stop => return Ok(JackEnd::Asked),
            () = tokio::time::sleep_until(end.into()) => {
                return Ok(if end < deadline { JackEnd::Complete } else { JackEnd::Time });
            }
            () = tokio::time::sleep_until(next.into()) => {
                if let Err(error) = advertiser.advertise() {
                    terminal.warn(&error.to_string());
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
    let each = |frame: &host::ReceivedFrame<'_>| match discover::received_neighbour(frame) {
        Some(Ok(neighbour)) => somebody_new |= jack.receive(neighbour.into_owned(), Instant::now()),
        Some(Err(rejected)) => jack.reject(rejected.reason),
        None => {}
    };
    sniffer.recv(each).await.map_err(discover::Error::from)?;
    Ok(somebody_new)
}

/// Ends when somebody asks to stop, or closes the terminal: the phone must not stay announced.
async fn asked() {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return stop::asked().await };
    tokio::select! {
        _ = hangup.recv() => {}
        () = stop::asked() => {}
    }
}
