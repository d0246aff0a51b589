//! The kernel's neighbour table, IPv4 (ARP) and IPv6 (ND): which MAC address answers for an IP address on a directly connected network.
//! I/O.
//!
//! One rtnetlink socket subscribes to changes (RTNLGRP_NEIGH) and then asks for the whole table once; the index in memory follows. Each
//! look-up first takes in what the kernel has told since, which is one system call when that is nothing: a phone whose ARP request was
//! answered a moment ago is known when its first request is read.
//!
//! When the socket's queue overflows, the kernel drops what it had to tell, says so once (ENOBUFS), and tells nothing until the queue has
//! been emptied. So the table is asked for anew, and only then: what changed while the queue was not yet empty would be missing for ever.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::ids::MacAddress;
use netlink_packet_core::{NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::neighbour::NeighbourMessage;
use nix::errno::Errno;
use rtnetlink::MulticastGroup;
use rtnetlink::sys::protocols::NETLINK_ROUTE;
use rtnetlink::sys::{Socket, SocketAddr};
use tokio::io::unix::AsyncFd;

use super::neighbour_index::{Neighbour, NeighbourIndex};

/// Bytes that the kernel may hold for us; without CAP_NET_ADMIN, net.core.rmem_max limits it.
const RECEIVE_BUFFER: usize = 1 << 20;
/// A dump is repeated when the table changed under it, or the queue overflowed.
const DUMP_TRIES: u32 = 4;
/// Netlink messages begin with their length (struct nlmsghdr), and are padded.
const HEADER_LEN: usize = 16;
const ALIGNMENT: usize = 4;

/// The neighbour table as the kernel has it. Needs no privilege.
#[derive(Debug)]
pub struct NeighbourTable(Mutex<State>);

#[derive(Debug)]
struct State {
    /// `None` after it failed; the next look-up opens another.
    socket: Option<Socket>,
    index: NeighbourIndex,
    /// The index may lack something.
    incomplete: bool,
    /// Number of the last dump request.
    sequence: u32,
}

impl NeighbourTable {
    /// Subscribes, and reads the table.
    pub fn open() -> io::Result<Self> {
        let mut state = State { socket: None, index: NeighbourIndex::default(), incomplete: true, sequence: 0 };
        state.refresh()?;
        Ok(Self(Mutex::new(state)))
    }

    /// The MAC addresses that answer for an IP address now; more than one where it is on several interfaces. Nobody, where the kernel
    /// cannot be asked.
    #[must_use]
    pub fn macs(&self, address: IpAddr) -> Vec<MacAddress> {
        self.current().index.macs(address).collect()
    }

    /// Every neighbour there is now.
    #[must_use]
    pub fn all(&self) -> Vec<Neighbour> {
        self.current().index.iter().collect()
    }

    /// Takes in changes as they come, so that the queue does not overflow while nobody looks anything up. Ends only with an error, after
    /// which look-ups still read what changed. Needs a tokio runtime.
    pub async fn follow(&self) -> io::Result<Infallible> {
        loop {
            #[allow(deprecated, reason = "sound for an OwnedFd, whose descriptor never changes; its replacement is unsafe")]
            let ready = AsyncFd::new(self.duplicate()?)?;
            loop {
                let mut guard = ready.readable().await?;
                let same_socket = self.lock().refresh().is_ok();
                guard.clear_ready();
                if !same_socket {
                    break;
                }
            }
        }
    }

    fn current(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        // a failure emptied the index: nobody is known
        let _ = state.refresh();
        state
    }

    fn duplicate(&self) -> io::Result<OwnedFd> {
        self.lock().connected()?.as_fd().try_clone_to_owned()
    }

    /// Nothing panics while it holds the lock, and if it did, the next look-up would read the table on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes in what the kernel has told. After an error the index is empty, and the next call begins anew.
    fn refresh(&mut self) -> io::Result<()> {
        let result = self.take_in();
        if result.is_err() {
            *self = Self { socket: None, index: NeighbourIndex::default(), incomplete: true, sequence: self.sequence };
        }
        result
    }

    fn take_in(&mut self) -> io::Result<()> {
        self.read_queue()?;
        for _ in 0..DUMP_TRIES {
            if !self.incomplete {
                return Ok(());
            }
            self.request_dump()?;
            self.read_queue()?;
        }
        Ok(())
    }

    fn connected(&mut self) -> io::Result<&Socket> {
        if self.socket.is_none() {
            self.socket = Some(subscribe()?);
            self.incomplete = true;
        }
        self.socket.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Reads until the queue is empty. A dump is made in the calls that read it, so it is over by then.
    fn read_queue(&mut self) -> io::Result<()> {
        loop {
            match self.connected()?.recv_from_full() {
                // only the kernel has port number 0
                Ok((datagram, sender)) if sender.port_number() == 0 => self.apply(&datagram),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error() == Some(Errno::ENOBUFS as i32) => self.incomplete = true,
                Err(error) => return Err(error),
            }
        }
    }

    fn request_dump(&mut self) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut request = NetlinkMessage::from(RouteNetlinkMessage::GetNeighbour(NeighbourMessage::default()));
        request.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        request.header.sequence_number = self.sequence;
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.incomplete = false;
        self.index.begin_dump();
        self.connected()?.send(&bytes, 0).map(|_| ())
    }

    /// A message that cannot be decoded is passed over: it may be of a kind that a later kernel has.
    fn apply(&mut self, datagram: &[u8]) {
        let mut rest = datagram;
        while let Some(length) = rest.first_chunk().map(|length| u32::from_ne_bytes(*length)) {
            if let Ok(message) = NetlinkMessage::deserialize(rest) {
                self.apply_message(&message);
            }
            let length = usize::try_from(length).unwrap_or(usize::MAX).max(HEADER_LEN);
            rest = length.checked_next_multiple_of(ALIGNMENT).and_then(|length| rest.get(length..)).unwrap_or_default();
        }
    }

    fn apply_message(&mut self, message: &NetlinkMessage<RouteNetlinkMessage>) {
        let of_dump = message.header.sequence_number == self.sequence;
        self.incomplete |= of_dump && message.header.flags & NLM_F_DUMP_INTR != 0;
        match &message.payload {
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(row)) => self.index.update(row),
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::DelNeighbour(row)) => self.index.remove(row),
            NetlinkPayload::Error(error) if of_dump => self.incomplete |= error.raw_code() != 0,
            NetlinkPayload::Done(done) if of_dump => {
                self.incomplete |= done.code != 0;
                if !self.incomplete {
                    self.index.end_dump();
                }
            }
            _ => {}
        }
    }
}

fn subscribe() -> io::Result<Socket> {
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.set_rx_buf_sz(i32::try_from(RECEIVE_BUFFER).unwrap_or(i32::MAX))?;
    socket.set_non_blocking(true)?;
    socket.bind(&SocketAddr::new(0, 0))?;
    socket.add_membership(MulticastGroup::Neigh as u32)?;
    socket.connect(&SocketAddr::new(0, 0))?;
    Ok(socket)
}
