//! `reflect`: the far end of a probe. I/O: answers packets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::context::Context;
use super::error::Error;
use super::event::ProbeEvent;
use super::probe::STAMP_PORT;
use crate::probe::report::{ReflectEvent, ReflectorCounts, ReflectorNews};
use crate::probe::{Reflector, SessionBegun};

/// Sessions that may begin before they are told: what a site has, many times over.
const SESSIONS_AHEAD: usize = 1024;

/// Answers probes on the address, or on every address, until the wish to stop.
pub async fn run(address: Option<SocketAddr>, context: &Context) -> Result<(), Error> {
    let everywhere = [IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::UNSPECIFIED)];
    let addresses =
        address.map_or_else(|| everywhere.map(|address| SocketAddr::from((address, STAMP_PORT))).to_vec(), |one| vec![one]);
    let (sender, mut begun) = mpsc::channel(SESSIONS_AHEAD);
    let mut tasks = JoinSet::new();
    for address in addresses {
        let reflector = Reflector::bind(address)?.telling(sender.clone());
        tell(ReflectorNews::Listening, Some(reflector.local_addr()), None, None, context);
        tasks.spawn(reflector.run_until(stopped(context)));
    }
    drop(sender);
    let tell_session =
        |SessionBegun { reflector, sender }| tell(ReflectorNews::SessionBegun, Some(reflector), Some(sender), None, context);
    let mut counts = ReflectorCounts::default();
    loop {
        tokio::select! {
            Some(session) = begun.recv() => tell_session(session),
            ended = tasks.join_next() => match ended {
                Some(ended) => counts += ended.map_err(|cause| Error::io("reflecting", &cause))??,
                None => break,
            },
        }
    }
    while let Ok(session) = begun.try_recv() {
        tell_session(session);
    }
    tell(ReflectorNews::Closed, None, None, Some(counts), context);
    Ok(())
}

fn tell(
    event: ReflectorNews,
    address: Option<SocketAddr>,
    peer: Option<SocketAddr>,
    counts: Option<ReflectorCounts>,
    context: &Context,
) {
    context.emit(ProbeEvent::Reflecting(&ReflectEvent { at: context.clock.now(), event, address, peer, counts }));
}

fn stopped(context: &Context) -> impl Future<Output = ()> + Send + use<> {
    let stopped = context.stopped();
    async move {
        stopped.await;
    }
}
