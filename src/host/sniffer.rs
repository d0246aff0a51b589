//! Receives frames on several interfaces at once: one packet socket each, drained in batches. I/O.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::SystemTime;

use model::timestamp::Timestamp;

use super::error::Error;
use super::interfaces::Interface;
use super::packet_filter::PacketFilter;
use super::packet_socket::{BATCH_BYTES, InterfaceStats, LinkEvent, PacketSocket};
use super::received_frame::ReceivedFrame;

/// Open sockets on some interfaces. Frames that this machine sends are not received.
#[derive(Debug)]
pub struct Sniffer {
    sockets: Vec<PacketSocket>,
    filter: PacketFilter,
    buffer: Vec<u8>,
}

impl Sniffer {
    /// Opens a socket on every interface. Must be called inside the runtime.
    pub fn open(interfaces: &[Interface], filter: PacketFilter) -> Result<Self, Error> {
        let sockets = interfaces.iter().map(|interface| PacketSocket::open(interface, &filter)).collect::<Result<_, _>>()?;
        Ok(Self { sockets, filter, buffer: vec![0; BATCH_BYTES] })
    }

    /// Waits for frames and gives each one to `each`: at most one batch per interface, so that a busy interface silences no other.
    /// Cancel-safe: what was not given is still in the kernel.
    pub async fn recv(&mut self, mut each: impl FnMut(&ReceivedFrame<'_>)) -> Result<(), Error> {
        poll_fn(|context| self.poll_recv(context, &mut each)).await
    }

    fn poll_recv(&mut self, context: &mut Context<'_>, each: &mut impl FnMut(&ReceivedFrame<'_>)) -> Poll<Result<(), Error>> {
        let mut any = false;
        for socket in &mut self.sockets {
            any |= socket.poll_recv(context, &mut self.buffer, each)?;
        }
        if any { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Gives `each` the frames that arrived before this call and still wait, so that no frame received before the stop is lost.
    pub fn drain(&mut self, mut each: impl FnMut(&ReceivedFrame<'_>)) {
        let end = Timestamp::from_system(SystemTime::now());
        for socket in &mut self.sockets {
            socket.drain(end, &mut self.buffer, &mut each);
        }
    }

    /// Which interfaces went down or came back since last asked; one that was made anew under its name is listened on again.
    pub fn link_events(&mut self) -> Result<Vec<(String, LinkEvent)>, Error> {
        let now = Interface::all()?;
        let mut events = Vec::new();
        for socket in &mut self.sockets {
            let name = socket.stats().interface.clone();
            events.extend(socket.link_events(&now, &self.filter).iter().map(|event| (name.clone(), *event)));
        }
        Ok(events)
    }

    /// What became of the frames of each interface since [`Sniffer::open`].
    pub fn stats(&mut self) -> impl Iterator<Item = &InterfaceStats> {
        self.sockets.iter_mut().map(PacketSocket::stats)
    }
}
