//! Receives Ethernet frames on one interface: AF_PACKET, multicast membership instead of promiscuous mode, a filter in the kernel, its
//! timestamps and the VLAN tag it takes off. I/O.
//!
//! The kernel takes the outermost 802.1Q tag out of a frame before a packet socket sees it and tells it in a control message
//! (PACKET_AUXDATA, packet(7)), the time of arrival in another (SO_TIMESTAMPNS). Both, and the count of frames that it dropped
//! because they were not fetched in time (PACKET_STATISTICS), are lost with pnet's receiver.

use std::io;
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};
use std::task::{Context, Poll};
use std::time::SystemTime;

use lldp::ethernet::Tag;
use model::timestamp::Timestamp;
use nix::errno::Errno;
use nix::sys::socket::sockopt::{ReceiveTimestampns, SocketError};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, MultiHeaders, RecvMsg, SockFlag, SockType, getsockopt, recvmmsg,
    setsockopt, socket,
};
use nix::{getsockopt_impl, libc, setsockopt_impl, sockopt_impl};
use pnet_datalink::ChannelType;
use tokio::io::unix::AsyncFd;

use super::error::Error;
use super::interfaces::Interface;
use super::packet_filter::{Instruction, PacketFilter};
use super::received_frame::ReceivedFrame;
use super::{receive_buffer, transmit};

/// Bytes received at most: an LLDPDU or CDP message fits in one Ethernet frame, jumbo frames included.
const FRAME_MAX: usize = 9216;
/// Frames fetched with one system call.
const BATCH: usize = 128;
/// Room that one batch takes.
pub(super) const BATCH_BYTES: usize = FRAME_MAX * BATCH;
/// Room for control messages: a timestamp and the auxiliary data.
const CONTROL: usize = 128;
/// Bytes the kernel may hold for one socket; a frame of 270 bytes counts as about 1000.
const RECEIVE_BUFFER: usize = 64 << 20;

sockopt_impl!(
    /// Joins a link-layer group.
    PacketAddMembership, SetOnly, libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, libc::packet_mreq
);
sockopt_impl!(
    /// Asks for the VLAN tag the kernel took off.
    PacketAuxdata, SetOnly, libc::SOL_PACKET, libc::PACKET_AUXDATA, bool
);
sockopt_impl!(
    /// Attaches a classic BPF program.
    AttachFilter, SetOnly, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, libc::sock_fprog
);
sockopt_impl!(
    /// Frames seen and dropped since the last time asked.
    PacketStatistics, GetOnly, libc::SOL_PACKET, libc::PACKET_STATISTICS, libc::tpacket_stats
);

/// What an interface did while it was listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkEvent {
    /// It went down, or away; listening goes on when it comes back.
    Down,
    Up,
}

/// What became of an interface's frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceStats {
    pub interface: String,
    /// Frames that passed the filter.
    pub received: u64,
    /// Frames that the kernel dropped because they were not fetched in time.
    pub dropped: u64,
    /// Frames with the interface's own address as source that came in from outside: a loop, or a mirror port.
    pub own: u64,
}

/// An open socket, bound to one interface.
#[derive(Debug)]
pub(super) struct PacketSocket {
    interface: Interface,
    socket: AsyncFd<OwnedFd>,
    stats: InterfaceStats,
    /// The kernel said that the interface went down, which has not been reported yet.
    went_down: bool,
    /// It has been reported that the interface is down.
    reported_down: bool,
}

impl PacketSocket {
    /// Needs CAP_NET_RAW, and a tokio runtime.
    pub fn open(interface: &Interface, filter: &PacketFilter) -> Result<Self, Error> {
        let failed = |attempt| move |errno: Errno| Error::refused(&interface.name, attempt, errno.into());
        let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
        // without a protocol it receives nothing until it is bound, when the filter is in place
        let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None).map_err(failed("open a packet socket"))?;
        attach(&socket, &filter.program).map_err(failed("attach the filter"))?;
        setsockopt(&socket, PacketAuxdata, &true).map_err(failed("ask for vlan tags"))?;
        setsockopt(&socket, ReceiveTimestampns, &true).map_err(failed("ask for timestamps"))?;
        receive_buffer::enlarge(&socket, RECEIVE_BUFFER).map_err(failed("enlarge the receive buffer"))?;
        for group in &filter.groups {
            setsockopt(&socket, PacketAddMembership, &membership(interface, *group)).map_err(failed("join a group"))?;
        }
        let bound = socket.try_clone().and_then(|socket| transmit::bind(socket, interface, ChannelType::Layer2));
        bound.map_err(|cause| Error::refused(&interface.name, "bind", cause))?;
        let attempt = "register with the runtime";
        #[allow(deprecated, reason = "sound for an OwnedFd, whose descriptor never changes; its replacement is unsafe")]
        let socket = AsyncFd::new(socket).map_err(|cause| Error::refused(&interface.name, attempt, cause))?;
        let stats = InterfaceStats { interface: interface.name.clone(), ..InterfaceStats::default() };
        Ok(Self { interface: interface.clone(), socket, stats, went_down: false, reported_down: !interface.up })
    }

    /// Gives at most one batch to `each`; whether there was one.
    pub fn poll_recv(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
        each: &mut impl FnMut(&ReceivedFrame<'_>),
    ) -> Result<bool, Error> {
        loop {
            let received = match self.socket.poll_read_ready(context) {
                Poll::Pending => return Ok(false),
                Poll::Ready(Err(cause)) => Err(cause),
                Poll::Ready(Ok(mut ready)) => {
                    let receive = |socket: &AsyncFd<OwnedFd>| recv(socket, buffer, &self.interface, &mut self.stats, each);
                    match ready.try_io(receive) {
                        Err(_would_block) => continue,
                        Ok(received) => received,
                    }
                }
            };
            match received {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(cause) if cause.kind() == io::ErrorKind::NetworkDown => self.went_down = true,
                Err(cause) => {
                    let interface = self.interface.name.clone();
                    return Err(Error::Socket { interface, attempt: "receive", cause });
                }
            }
        }
    }

    /// Gives `each` the frames that came before `end` and still wait.
    pub fn drain(&mut self, end: Timestamp, buffer: &mut [u8], each: &mut impl FnMut(&ReceivedFrame<'_>)) {
        let mut over = false;
        while !over {
            let until_end = &mut |frame: &ReceivedFrame<'_>| {
                over |= frame.received_at > end;
                each(frame);
            };
            let received = recv(&self.socket, buffer, &self.interface, &mut self.stats, until_end);
            over |= !matches!(received, Ok(true));
        }
    }

    /// What the interface did since last asked, given what interfaces there are `now`. One that was made anew under its name gets a
    /// new socket.
    pub fn link_events(&mut self, now: &[Interface], filter: &PacketFilter) -> &'static [LinkEvent] {
        let now = now.iter().find(|interface| interface.name == self.interface.name && interface.up);
        // reading the error clears it: else the first frame after the interface is up again would tell of it
        let error = getsockopt(&self.socket, SocketError).unwrap_or(0);
        let went_down = std::mem::take(&mut self.went_down) || error != 0;
        let was_down = std::mem::replace(&mut self.reported_down, now.is_none());
        if let Some(interface) = now.filter(|interface| interface.index != self.interface.index) {
            self.count_dropped();
            match Self::open(interface, filter) {
                Ok(anew) => *self = Self { stats: std::mem::take(&mut self.stats), ..anew },
                Err(_gone_again) => self.reported_down = true,
            }
        }
        match (was_down, self.reported_down) {
            (false, true) => &[LinkEvent::Down],
            (true, false) => &[LinkEvent::Up],
            (false, false) if went_down => &[LinkEvent::Down, LinkEvent::Up],
            (false, false) | (true, true) => &[],
        }
    }

    /// What became of the frames so far.
    pub fn stats(&mut self) -> &InterfaceStats {
        self.count_dropped();
        &self.stats
    }

    fn count_dropped(&mut self) {
        // reading resets the kernel's counter
        let now = getsockopt(&self.socket, PacketStatistics).map_or(0, |statistics| statistics.tp_drops);
        self.stats.dropped += u64::from(now);
    }
}

/// Receives what is there with one system call; whether any of it was given to `each`.
fn recv(
    socket: &AsyncFd<OwnedFd>,
    buffer: &mut [u8],
    interface: &Interface,
    stats: &mut InterfaceStats,
    each: &mut impl FnMut(&ReceivedFrame<'_>),
) -> io::Result<bool> {
    let before = stats.received;
    let mut parts: Vec<[IoSliceMut<'_>; 1]> = buffer.chunks_exact_mut(FRAME_MAX).map(|part| [IoSliceMut::new(part)]).collect();
    // made anew each time: the kernel shortens the room for control messages to what it used
    let mut headers = MultiHeaders::<LinkAddr>::preallocate(parts.len(), Some(Vec::with_capacity(CONTROL)));
    for message in recvmmsg(socket.as_raw_fd(), &mut headers, parts.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
        let sent_from_here = message.address.is_some_and(|from| from.pkttype() == libc::PACKET_OUTGOING);
        if !sent_from_here {
            let (received_at, tag) = told_by_kernel(&message)?;
            let bytes = message.iovs().next().unwrap_or_default();
            let frame = ReceivedFrame { interface: &interface.name, received_at, tag, bytes };
            if frame.source() == Some(interface.mac) {
                stats.own += 1;
            } else {
                stats.received += 1;
                each(&frame);
            }
        }
    }
    Ok(stats.received > before)
}

/// When a frame was received, and the tag that was taken off.
fn told_by_kernel(message: &RecvMsg<'_, '_, LinkAddr>) -> io::Result<(Timestamp, Option<Tag>)> {
    let (mut received_at, mut tag) = (None, None);
    for part in message.cmsgs()? {
        match part {
            ControlMessageOwned::ScmTimestampns(stamp) => {
                let nanos = i128::from(stamp.tv_sec()) * 1_000_000_000 + i128::from(stamp.tv_nsec());
                received_at = u64::try_from(nanos).ok().map(Timestamp::from_unix_nanos);
            }
            ControlMessageOwned::Unknown(part)
                if (part.cmsg_header.cmsg_level, part.cmsg_header.cmsg_type) == (libc::SOL_PACKET, libc::PACKET_AUXDATA) =>
            {
                tag = auxiliary_tag(&part.data_bytes);
            }
            _ => {}
        }
    }
    Ok((received_at.unwrap_or_else(|| Timestamp::from_system(SystemTime::now())), tag))
}

fn membership(interface: &Interface, group: [u8; 6]) -> libc::packet_mreq {
    let mut address = [0; 8];
    if let Some(start) = address.first_chunk_mut() {
        *start = group;
    }
    libc::packet_mreq {
        mr_ifindex: i32::try_from(interface.index).unwrap_or_default(),
        mr_type: u16::try_from(libc::PACKET_MR_MULTICAST).unwrap_or_default(),
        mr_alen: 6,
        mr_address: address,
    }
}

fn attach(socket: &OwnedFd, program: &[Instruction]) -> nix::Result<()> {
    let instruction = |step: &Instruction| libc::sock_filter { code: step.code, jt: step.jt, jf: step.jf, k: step.k };
    let mut program: Vec<libc::sock_filter> = program.iter().map(instruction).collect();
    let length = u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?;
    setsockopt(socket, AttachFilter, &libc::sock_fprog { len: length, filter: program.as_mut_ptr() })
}

/// The tag in `struct tpacket_auxdata`: status, length, snaplen (4 bytes each), mac, net, vlan_tci, vlan_tpid (2 each), in host order.
fn auxiliary_tag(bytes: &[u8]) -> Option<Tag> {
    const TP_STATUS_VLAN_VALID: u32 = 1 << 4;
    let status = u32::from_ne_bytes(*bytes.first_chunk()?);
    let tag = u16::from_ne_bytes(*bytes.get(16..)?.first_chunk()?);
    (status & TP_STATUS_VLAN_VALID != 0).then_some(Tag(tag))
}
