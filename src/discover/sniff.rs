//! Listens for LLDP and CDP on interfaces of this machine: AF_PACKET, multicast membership instead of promiscuous mode, a filter in the kernel,
//! its timestamps and the VLAN tag it takes off. Linux only. I/O.
//!
//! One socket per interface. Frames this machine sends are not heard.

use std::future::poll_fn;
use std::io;
use std::io::IoSliceMut;
use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;
use std::task::Context;
use std::task::Poll;
use std::time::SystemTime;

use nix::errno::Errno;
use nix::getsockopt_impl;
use nix::ifaddrs::InterfaceAddress;
use nix::ifaddrs::getifaddrs;
use nix::libc;
use nix::net::if_::InterfaceFlags;
use nix::setsockopt_impl;
use nix::sockopt_impl;
use nix::sys::socket::AddressFamily;
use nix::sys::socket::ControlMessageOwned;
use nix::sys::socket::LinkAddr;
use nix::sys::socket::MsgFlags;
use nix::sys::socket::SockFlag;
use nix::sys::socket::SockProtocol;
use nix::sys::socket::SockType;
use nix::sys::socket::bind;
use nix::sys::socket::getsockopt;
use nix::sys::socket::recvmsg;
use nix::sys::socket::setsockopt;
use nix::sys::socket::socket;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use tokio::io::unix::AsyncFd;

use crate::discover::Error;
use crate::discover::decode;
use crate::discover::ethernet;
use crate::discover::ethernet::Tag;
use crate::model::neighbour::Neighbour;
use crate::model::neighbour::Rejected;
use crate::model::neighbour::Source;
use crate::model::timestamp::Timestamp;

/// Group addresses of LLDP (802.1AB table 7-1: nearest bridge, nearest non-TPMR bridge, nearest customer bridge) and of CDP, plain and in
/// tagged frames.
const GROUPS: [[u8; 6]; 5] = [
    ethernet::LLDP_MULTICAST,
    [0x01, 0x80, 0xc2, 0, 0, 0x03],
    [0x01, 0x80, 0xc2, 0, 0, 0x00],
    ethernet::CDP_MULTICAST,
    [0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xd0],
];
/// Octets received at most: an LLDPDU or CDP message fits in one Ethernet frame, jumbo frames included.
const FRAME_MAX: usize = 9216;
/// Room for control messages: a timestamp and the auxiliary data.
const CONTROL: usize = 256;

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

/// One frame heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The interface.
    pub interface: String,
    /// When the kernel received it.
    pub seen_at: Timestamp,
    /// What it says; not yet identified.
    pub neighbour: Result<Neighbour<'static>, Rejected>,
}

/// Open sockets on one or more interfaces.
#[derive(Debug)]
pub struct Sniffer {
    ears: Vec<Ear>,
    /// Which ear is asked first: a busy interface must not silence the others.
    next: usize,
    buffer: Vec<u8>,
    control: Vec<u8>,
    dropped: u64,
}

#[derive(Debug)]
struct Ear {
    interface: String,
    index: usize,
    socket: AsyncFd<OwnedFd>,
}

/// One received frame in the buffer.
struct Received {
    length: usize,
    seen_at: Timestamp,
    tag: Option<Tag>,
}

impl Sniffer {
    /// Opens a socket on every interface named. Must be called inside the runtime.
    pub fn open(interfaces: &[String]) -> Result<Self, Error> {
        if interfaces.is_empty() {
            return Err(Error::NoInterface);
        }
        let ears = interfaces.iter().map(|interface| Ear::open(interface)).collect::<Result<_, _>>()?;
        Ok(Self { ears, next: 0, buffer: vec![0; FRAME_MAX], control: vec![0; CONTROL], dropped: 0 })
    }

    /// Waits for the next LLDP or CDP frame. Cancel-safe: a frame not returned is still in the kernel.
    ///
    /// After [`Error::InterfaceDown`] it may be called again: frames come when the interface is up again.
    pub async fn next(&mut self) -> Result<Heard, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Frames that the kernel dropped because they were not fetched in time, since [`Sniffer::open`].
    pub fn dropped(&mut self) -> u64 {
        for ear in &self.ears {
            // reading resets the kernel's counter
            let now = getsockopt(&ear.socket, PacketStatistics).map_or(0, |statistics| statistics.tp_drops);
            self.dropped += u64::from(now);
        }
        self.dropped
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Heard, Error>> {
        let (after, before) = self.ears.split_at(self.next.min(self.ears.len()));
        let order = before.iter().chain(after);
        for (position, ear) in order.enumerate() {
            if let Poll::Ready(heard) = ear.poll(context, &mut self.buffer, &mut self.control) {
                self.next = (self.next + position + 1) % self.ears.len();
                return Poll::Ready(heard);
            }
        }
        Poll::Pending
    }
}

impl Ear {
    fn open(interface: &str) -> Result<Self, Error> {
        let address = link_address(interface)?;
        let failed = |attempt| {
            move |errno: Errno| match errno {
                Errno::EPERM | Errno::EACCES => Error::NotPermitted { interface: interface.to_owned() },
                Errno::ENETDOWN => Error::InterfaceDown { interface: interface.to_owned() },
                other => Error::Socket { interface: interface.to_owned(), attempt, cause: other.into() },
            }
        };
        let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
        let socket =
            socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll).map_err(failed("open a packet socket"))?;
        attach_filter(&socket).map_err(failed("attach the filter"))?;
        bind(socket.as_raw_fd(), &address).map_err(failed("bind"))?;
        for group in GROUPS {
            setsockopt(&socket, PacketAddMembership, &membership(address.ifindex(), group)).map_err(failed("join a group"))?;
        }
        setsockopt(&socket, PacketAuxdata, &true).map_err(failed("ask for vlan tags"))?;
        setsockopt(&socket, ReceiveTimestampns, &true).map_err(failed("ask for timestamps"))?;
        let attempt = "register with the runtime";
        #[allow(deprecated, reason = "sound for an OwnedFd, whose descriptor never changes; its replacement is unsafe")]
        let socket = AsyncFd::new(socket).map_err(|cause| Error::Socket { interface: interface.to_owned(), attempt, cause })?;
        Ok(Self { interface: interface.to_owned(), index: address.ifindex(), socket })
    }

    fn poll(&self, context: &mut Context<'_>, buffer: &mut [u8], control: &mut [u8]) -> Poll<Result<Heard, Error>> {
        let failed = |cause: io::Error| match cause.raw_os_error() {
            Some(libc::ENETDOWN) => Error::InterfaceDown { interface: self.interface.clone() },
            _ => Error::Socket { interface: self.interface.clone(), attempt: "receive", cause },
        };
        loop {
            let mut ready = match self.socket.poll_read_ready(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(ready) => ready.map_err(failed)?,
            };
            match ready.try_io(|socket| self.receive(socket.as_raw_fd(), buffer, control)) {
                Err(_would_block) => {}
                Ok(Err(cause)) => return Poll::Ready(Err(failed(cause))),
                Ok(Ok(received)) => {
                    if let Some(heard) = received.and_then(|received| self.understand(&received, buffer)) {
                        return Poll::Ready(Ok(heard));
                    }
                }
            }
        }
    }

    /// One frame; `None` for one that this machine sent, or that came before the socket was bound to its interface.
    fn receive(&self, socket: i32, buffer: &mut [u8], control: &mut [u8]) -> io::Result<Option<Received>> {
        let mut parts = [IoSliceMut::new(buffer)];
        let message = recvmsg::<LinkAddr>(socket, &mut parts, Some(control), MsgFlags::empty())?;
        let foreign = message.address.is_some_and(|from| from.ifindex() != self.index || from.pkttype() == libc::PACKET_OUTGOING);
        if foreign {
            return Ok(None);
        }
        let mut received = Received { length: message.bytes, seen_at: Timestamp::from_system(SystemTime::now()), tag: None };
        for part in message.cmsgs()? {
            match part {
                ControlMessageOwned::ScmTimestampns(stamp) => {
                    let nanos = i128::from(stamp.tv_sec()) * 1_000_000_000 + i128::from(stamp.tv_nsec());
                    received.seen_at = Timestamp::from_unix_nanos(u64::try_from(nanos).unwrap_or(0));
                }
                ControlMessageOwned::Unknown(part)
                    if (part.cmsg_header.cmsg_level, part.cmsg_header.cmsg_type) == (libc::SOL_PACKET, libc::PACKET_AUXDATA) =>
                {
                    received.tag = auxiliary_tag(&part.data_bytes);
                }
                _ => {}
            }
        }
        Ok(Some(received))
    }

    fn understand(&self, received: &Received, buffer: &[u8]) -> Option<Heard> {
        let octets = buffer.get(..received.length)?;
        let row = match ethernet::decode(octets, received.tag) {
            Ok(frame) => decode::neighbour(&frame, Source::Interface)?,
            Err(damage) => Err(decode::Reject::from(damage)),
        };
        let neighbour = match row {
            Ok(mut row) => {
                row.interface = Some(self.interface.as_str().into());
                row.seen_at = Some(received.seen_at);
                Ok(row.into_owned())
            }
            Err(why) => Err(Rejected { frame: None, switch: None, reason: format!("interface {}: {why}", self.interface) }),
        };
        Some(Heard { interface: self.interface.clone(), seen_at: received.seen_at, neighbour })
    }
}

/// The link-layer address to bind to; its protocol is zero, which keeps the socket's own.
fn link_address(interface: &str) -> Result<LinkAddr, Error> {
    let attempt = "list the interfaces";
    let all: Vec<InterfaceAddress> = getifaddrs()
        .map_err(|errno| Error::Socket { interface: interface.to_owned(), attempt, cause: errno.into() })?
        .filter(|entry| entry.address.is_some_and(|address| address.as_link_addr().is_some()))
        .collect();
    let Some(found) = all.iter().find(|entry| entry.interface_name == interface) else {
        let present = all.into_iter().map(|entry| entry.interface_name).collect();
        return Err(Error::UnknownInterface { interface: interface.to_owned(), present });
    };
    if !found.flags.contains(InterfaceFlags::IFF_UP) {
        return Err(Error::InterfaceDown { interface: interface.to_owned() });
    }
    let address = found.address.and_then(|address| address.as_link_addr().copied());
    address.ok_or_else(|| Error::UnknownInterface { interface: interface.to_owned(), present: Vec::new() })
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

/// Lets through what is sent to one of the groups, by the destination address's first word and last half-word.
fn attach_filter(socket: &OwnedFd) -> nix::Result<()> {
    const LOAD_WORD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
    const LOAD_HALF: u16 = 0x28; // BPF_LD | BPF_H | BPF_ABS
    const JUMP_IF_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    let step = |code, k, jt, jf| libc::sock_filter { code, jt, jf, k };
    let mut program = Vec::new();
    for [a, b, c, d, e, f] in GROUPS {
        program.extend([
            step(LOAD_WORD, 0, 0, 0),
            step(JUMP_IF_EQUAL, u32::from_be_bytes([a, b, c, d]), 0, 3),
            step(LOAD_HALF, 4, 0, 0),
            step(JUMP_IF_EQUAL, u32::from(u16::from_be_bytes([e, f])), 0, 1),
            step(RETURN, u32::MAX, 0, 0),
        ]);
    }
    program.push(step(RETURN, 0, 0, 0));
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
