//! `reflect`: the far end of a probe. I/O: answers packets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::task::JoinSet;

use super::context::Context;
use super::error::Error;
use super::event::ProbeEvent;
use super::probe::STAMP_PORT;
use crate::probe::Reflector;

/// Answers probes on the address, or on every address, until the wish to stop.
pub async fn run(address: Option<SocketAddr>, context: &Context) -> Result<(), Error> {
    let everywhere = [IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::UNSPECIFIED)];
    let addresses =
        address.map_or_else(|| everywhere.map(|address| SocketAddr::from((address, STAMP_PORT))).to_vec(), |one| vec![one]);
    let mut tasks = JoinSet::new();
    for address in addresses {
        let reflector = Reflector::bind(address)?;
        context.emit(ProbeEvent::Reflecting { address: reflector.local_addr() });
        tasks.spawn(reflector.run_until(stopped(context)));
    }
    while let Some(ended) = tasks.join_next().await {
        let counts = ended.map_err(|cause| Error::io("reflecting", &cause))??;
        context.emit(ProbeEvent::Reflected(counts));
    }
    Ok(())
}

fn stopped(context: &Context) -> impl Future<Output = ()> + Send + use<> {
    let stopped = context.stopped();
    async move {
        stopped.await;
    }
}
