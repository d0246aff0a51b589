//! Listens for LLDP and CDP on interfaces of this machine: AF_PACKET, multicast membership instead of promiscuous mode, a filter in the kernel,
//! its timestamps and the VLAN tag it takes off. Linux only. I/O.
//!
//! One socket per interface, drained in batches. Frames this machine sends are not heard.

use std::future::poll_fn;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsRawFd, OwnedFd};
use std::task::{Context, Poll};
use std::time::SystemTime;

use nix::errno::Errno;
use nix::sys::socket::sockopt::{RcvBuf, RcvBufForce, ReceiveTimestampns, SocketError};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, MultiHeaders, RecvMsg, SockFlag, SockProtocol, SockType, bind,
    getsockopt, recvmmsg, setsockopt, socket,
};
use nix::{getsockopt_impl, libc, setsockopt_impl, sockopt_impl};
use tokio::io::unix::AsyncFd;

use crate::discover::link::Link;
use crate::discover::{Error, Heard, filter};
use lldp::ethernet::Tag;
use model::timestamp::Timestamp;

/// Octets received at most: an LLDPDU or CDP message fits in one Ethernet frame, jumbo frames included.
const FRAME_MAX: usize = 9216;
/// Frames fetched with one system call.
const BATCH: usize = 128;
/// Room for control messages: a timestamp and the auxiliary data.
const CONTROL: usize = 128;
/// Octets the kernel may hold for one socket, which it doubles; a frame of 270 octets counts as about 1000. Without CAP_NET_ADMIN,
/// net.core.rmem_max limits it.
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

/// Open sockets on one or more interfaces.
#[derive(Debug)]
pub struct Sniffer {
    ears: Vec<Ear>,
    buffer: Vec<u8>,
}

/// What an interface did while it was listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It went down, or away; listening goes on when it comes back.
    Down,
    /// It came back.
    Up,
}

/// What became of an interface's frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The interface.
    pub interface: String,
    /// Frames that were heard.
    pub heard: u64,
    /// Frames that the kernel dropped because they were not fetched in time.
    pub dropped: u64,
    /// Frames with the interface's own address as sender that came in from outside: a loop, or a mirror port.
    pub own: u64,
}

#[derive(Debug)]
struct Ear {
    link: Link,
    socket: AsyncFd<OwnedFd>,
    tally: Tally,
    /// The kernel said that the interface went down, which nobody was told yet.
    fell: bool,
    /// Somebody was told that it is down.
    down: bool,
}

impl Sniffer {
    /// Opens a socket on every interface. Must be called inside the runtime.
    pub fn open(links: &[Link]) -> Result<Self, Error> {
        if links.is_empty() {
            return Err(Error::NoInterface);
        }
        let ears = links.iter().map(Ear::open).collect::<Result<_, _>>()?;
        Ok(Self { ears, buffer: vec![0; FRAME_MAX * BATCH] })
    }

    /// Waits for frames and gives each one to `each`: at most one batch per interface, so that a busy interface silences no other.
    /// Cancel-safe: what was not given is still in the kernel.
    pub async fn hear(&mut self, mut each: impl FnMut(&Heard<'_>)) -> Result<(), Error> {
        poll_fn(|context| self.poll(context, &mut each)).await
    }

    fn poll(&mut self, context: &mut Context<'_>, each: &mut impl FnMut(&Heard<'_>)) -> Poll<Result<(), Error>> {
        let mut any = false;
        for ear in &mut self.ears {
            any |= ear.poll(context, &mut self.buffer, each)?;
        }
        if any { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Gives `each` the frames that came before this moment and still wait: whoever stops listening has heard them.
    pub fn rest(&mut self, mut each: impl FnMut(&Heard<'_>)) {
        let end = Timestamp::from_system(SystemTime::now());
        for ear in &mut self.ears {
            let mut over = false;
            while !over {
                let heard = batch(ear.socket.as_raw_fd(), &mut self.buffer, &ear.link, &mut ear.tally, &mut |heard| {
                    over |= heard.seen_at > end;
                    each(heard);
                });
                over |= !matches!(heard, Ok(true));
            }
        }
    }

    /// Which interfaces went down or came back since last asked; one that was made anew under its name is listened on again.
    pub fn turns(&mut self) -> Result<Vec<(String, Turn)>, Error> {
        let links = Link::all()?;
        let mut turns = Vec::new();
        for ear in &mut self.ears {
            let now = links.iter().find(|link| link.name == ear.tally.interface && link.up);
            turns.extend(ear.turn(now).iter().map(|turn| (ear.tally.interface.clone(), *turn)));
        }
        Ok(turns)
    }

    /// What became of the frames of each interface since [`Sniffer::open`].
    pub fn tallies(&mut self) -> impl Iterator<Item = &Tally> {
        for ear in &mut self.ears {
            ear.count_dropped();
        }
        self.ears.iter().map(|ear| &ear.tally)
    }
}

impl Ear {
    fn open(link: &Link) -> Result<Self, Error> {
        let failed = |attempt| move |errno: Errno| refused(&link.name, attempt, errno);
        let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
        let socket =
            socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll).map_err(failed("open a packet socket"))?;
        attach_filter(&socket).map_err(failed("attach the filter"))?;
        setsockopt(&socket, PacketAuxdata, &true).map_err(failed("ask for vlan tags"))?;
        setsockopt(&socket, ReceiveTimestampns, &true).map_err(failed("ask for timestamps"))?;
        setsockopt(&socket, RcvBufForce, &RECEIVE_BUFFER)
            .or_else(|_| setsockopt(&socket, RcvBuf, &RECEIVE_BUFFER))
            .map_err(failed("enlarge the receive buffer"))?;
        bind(socket.as_raw_fd(), &link.address).map_err(failed("bind"))?;
        for group in filter::GROUPS {
            setsockopt(&socket, PacketAddMembership, &membership(link.address.ifindex(), group)).map_err(failed("join a group"))?;
        }
        let attempt = "register with the runtime";
        #[allow(deprecated, reason = "sound for an OwnedFd, whose descriptor never changes; its replacement is unsafe")]
        let socket = AsyncFd::new(socket).map_err(|cause| Error::Socket { interface: link.name.clone(), attempt, cause })?;
        let tally = Tally { interface: link.name.clone(), ..Tally::default() };
        Ok(Self { link: link.clone(), socket, tally, fell: false, down: !link.up })
    }

    /// Gives at most one batch to `each`; whether there was one.
    fn poll(&mut self, context: &mut Context<'_>, buffer: &mut [u8], each: &mut impl FnMut(&Heard<'_>)) -> Result<bool, Error> {
        let Self { link, socket, tally, fell, .. } = self;
        loop {
            let mut ready = match socket.poll_read_ready(context) {
                Poll::Pending => return Ok(false),
                Poll::Ready(ready) => ready.map_err(|cause| failed_receiving(link, cause))?,
            };
            match ready.try_io(|socket| batch(socket.as_raw_fd(), buffer, link, tally, each)) {
                Err(_would_block) => {}
                Ok(Ok(true)) => return Ok(true),
                Ok(Ok(false)) => {}
                Ok(Err(cause)) if cause.raw_os_error() == Some(libc::ENETDOWN) => *fell = true,
                Ok(Err(cause)) => return Err(failed_receiving(link, cause)),
            }
        }
    }

    fn turn(&mut self, now: Option<&Link>) -> &'static [Turn] {
        // reading the error clears it: else the first frame after the interface is up again would tell of it
        let error = getsockopt(&self.socket, SocketError).unwrap_or(0);
        let fell = std::mem::take(&mut self.fell) || error != 0;
        let was_down = std::mem::replace(&mut self.down, now.is_none());
        if let Some(link) = now.filter(|link| link.address.ifindex() != self.link.address.ifindex()) {
            self.count_dropped();
            match Self::open(link) {
                Ok(anew) => *self = Self { tally: std::mem::take(&mut self.tally), ..anew },
                Err(_gone_again) => self.down = true,
            }
        }
        match (was_down, self.down) {
            (false, true) => &[Turn::Down],
            (true, false) => &[Turn::Up],
            (false, false) if fell => &[Turn::Down, Turn::Up],
            (false, false) | (true, true) => &[],
        }
    }

    fn count_dropped(&mut self) {
        // reading resets the kernel's counter
        let now = getsockopt(&self.socket, PacketStatistics).map_or(0, |statistics| statistics.tp_drops);
        self.tally.dropped += u64::from(now);
    }
}

/// Receives what is there with one system call; whether any of it was given to `each`.
fn batch(socket: i32, buffer: &mut [u8], link: &Link, tally: &mut Tally, each: &mut impl FnMut(&Heard<'_>)) -> io::Result<bool> {
    let before = tally.heard;
    let mut parts: Vec<[IoSliceMut<'_>; 1]> = buffer.chunks_exact_mut(FRAME_MAX).map(|part| [IoSliceMut::new(part)]).collect();
    // made anew each time: the kernel shortens the room for control messages to what it used
    let mut headers = MultiHeaders::<LinkAddr>::preallocate(parts.len(), Some(Vec::with_capacity(CONTROL)));
    for message in recvmmsg(socket, &mut headers, parts.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
        if !message.address.is_some_and(|from| is_foreign(from, link)) {
            let (seen_at, tag) = told_by_kernel(&message)?;
            let heard = Heard { interface: &link.name, seen_at, tag, octets: message.iovs().next().unwrap_or_default() };
            if heard.sender() == link.mac {
                tally.own += 1;
            } else {
                tally.heard += 1;
                each(&heard);
            }
        }
    }
    Ok(tally.heard > before)
}

/// Whether a frame came before the socket was bound to its interface, or left this machine.
fn is_foreign(from: LinkAddr, link: &Link) -> bool {
    from.ifindex() != link.address.ifindex() || from.pkttype() == libc::PACKET_OUTGOING
}

/// When a frame was received, and the tag that was taken off.
fn told_by_kernel(message: &RecvMsg<'_, '_, LinkAddr>) -> io::Result<(Timestamp, Option<Tag>)> {
    let (mut seen_at, mut tag) = (None, None);
    for part in message.cmsgs()? {
        match part {
            ControlMessageOwned::ScmTimestampns(stamp) => {
                let nanos = i128::from(stamp.tv_sec()) * 1_000_000_000 + i128::from(stamp.tv_nsec());
                seen_at = u64::try_from(nanos).ok().map(Timestamp::from_unix_nanos);
            }
            ControlMessageOwned::Unknown(part)
                if (part.cmsg_header.cmsg_level, part.cmsg_header.cmsg_type) == (libc::SOL_PACKET, libc::PACKET_AUXDATA) =>
            {
                tag = auxiliary_tag(&part.data_bytes);
            }
            _ => {}
        }
    }
    Ok((seen_at.unwrap_or_else(|| Timestamp::from_system(SystemTime::now())), tag))
}

fn failed_receiving(link: &Link, cause: io::Error) -> Error {
    Error::Socket { interface: link.name.clone(), attempt: "receive", cause }
}

/// What the kernel's refusal means.
pub fn refused(interface: &str, attempt: &'static str, errno: Errno) -> Error {
    match errno {
        Errno::EPERM | Errno::EACCES => Error::NotPermitted { interface: interface.to_owned() },
        Errno::ENETDOWN => Error::InterfaceDown { interface: interface.to_owned() },
        other => Error::Socket { interface: interface.to_owned(), attempt, cause: other.into() },
    }
}

fn membership(index: usize, group: [u8; 6]) -> libc::packet_mreq {
    let mut address = [0; 8];
    for (octet, of_group) in address.iter_mut().zip(group) {
        *octet = of_group;
    }
    libc::packet_mreq {
        mr_ifindex: i32::try_from(index).unwrap_or_default(),
        mr_type: u16::try_from(libc::PACKET_MR_MULTICAST).unwrap_or_default(),
        mr_alen: 6,
        mr_address: address,
    }
}

fn attach_filter(socket: &OwnedFd) -> nix::Result<()> {
    let instruction = |step: filter::Instruction| libc::sock_filter { code: step.code, jt: step.jt, jf: step.jf, k: step.k };
    let mut program: Vec<libc::sock_filter> = filter::program().into_iter().map(instruction).collect();
    let length = u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?;
    setsockopt(socket, AttachFilter, &libc::sock_fprog { len: length, filter: program.as_mut_ptr() })
}

/// The tag in `struct tpacket_auxdata`: status, length, snaplen (4 octets each), mac, net, vlan_tci, vlan_tpid (2 each), in host order.
fn auxiliary_tag(octets: &[u8]) -> Option<Tag> {
    const TP_STATUS_VLAN_VALID: u32 = 1 << 4;
    let status = u32::from_ne_bytes(*octets.first_chunk()?);
    let tag = u16::from_ne_bytes(*octets.get(16..)?.first_chunk()?);
    (status & TP_STATUS_VLAN_VALID != 0).then_some(Tag(tag))
}
