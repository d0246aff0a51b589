//! A UDP socket that tells with each datagram its DS byte, TTL, time of arrival and the address it was sent to, and that marks what
//! it sends. I/O.
//!
//! The kernel tells these in control messages of recvmsg(2) (ip(7), ipv6(7), socket(7) under SO_TIMESTAMPNS and SO_RXQ_OVFL), which
//! neither the standard library nor tokio shows; this is the one place that reads them for UDP. The time is when the kernel took the
//! datagram from the device, so a busy machine does not show in it.

use std::io;
use std::io::{IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd;

use nix::libc;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, SockaddrStorage, bind, recvmsg, sendmsg,
    setsockopt, socket, sockopt,
};
use nix::sys::time::TimeSpec;
use tokio::io::Interest;
use tokio::net;

use super::{clock, receive_buffer};
use model::ids::Dscp;

/// A UDP socket, of one address family unless [`Options`] leave it both.
#[derive(Debug)]
pub struct UdpSocket {
    socket: net::UdpSocket,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// An IPv6 socket takes IPv6 only; otherwise the system's setting decides (`net.ipv6.bindv6only`).
    pub v6_only: bool,
    /// Bytes that the kernel may hold until they are fetched; `None` leaves its default.
    pub receive_buffer: Option<usize>,
}

/// What came with a datagram.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Bytes in the buffer.
    pub length: usize,
    /// Who sent it; `None` when the kernel did not tell.
    pub peer: Option<SocketAddr>,
    /// When the kernel received it, in nanoseconds since the Unix epoch.
    pub at_nanos: u64,
    /// DS byte: DSCP and ECN.
    pub ds_byte: Option<u8>,
    /// TTL or hop limit.
    pub ttl: Option<u8>,
    /// The address of this machine that it was sent to.
    pub destination: Option<Destination>,
    /// Datagrams that this socket's queue has dropped so far.
    pub queue_drops: Option<u32>,
}

/// The address a datagram was sent to, in the form that makes a reply leave from it.
#[derive(Debug, Clone, Copy)]
pub struct Destination(PacketInfo);

#[derive(Debug, Clone, Copy)]
enum PacketInfo {
    V4(libc::in_pktinfo),
    V6(libc::in6_pktinfo),
}

impl Destination {
    /// The address in the datagram's header.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        match self.0 {
            PacketInfo::V4(info) => IpAddr::from(info.ipi_addr.s_addr.to_ne_bytes()),
            PacketInfo::V6(info) => IpAddr::from(info.ipi6_addr.s6_addr),
        }
    }

    /// Whether it is one of ours alone: not broadcast, not multicast.
    #[must_use]
    pub fn is_unicast(&self) -> bool {
        match self.0 {
            // For broadcast and multicast the kernel offers another address to reply from.
            PacketInfo::V4(info) => info.ipi_addr.s_addr == info.ipi_spec_dst.s_addr,
            PacketInfo::V6(_) => !self.address().is_multicast(),
        }
    }

    /// The address to reply from: of broadcast and multicast the one that the kernel chose on the interface it came in by.
    #[must_use]
    pub fn reply_from(&self) -> IpAddr {
        match self.0 {
            PacketInfo::V4(info) => IpAddr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()),
            PacketInfo::V6(_) => self.address(),
        }
    }
}

impl UdpSocket {
    /// Opens and binds; needs a tokio runtime.
    pub fn bind(address: SocketAddr, options: Options) -> io::Result<Self> {
        let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
        let fd = socket(family, SockType::Datagram, SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC, None)?;
        setsockopt(&fd, sockopt::ReceiveTimestampns, &true)?;
        setsockopt(&fd, sockopt::RxqOvfl, &1)?;
        if address.is_ipv4() {
            setsockopt(&fd, sockopt::IpRecvTos, &true)?;
            setsockopt(&fd, sockopt::Ipv4RecvTtl, &true)?;
            setsockopt(&fd, sockopt::Ipv4PacketInfo, &true)?;
        } else {
            if options.v6_only {
                setsockopt(&fd, sockopt::Ipv6V6Only, &true)?;
            }
            setsockopt(&fd, sockopt::Ipv6RecvTClass, &true)?;
            setsockopt(&fd, sockopt::Ipv6RecvHopLimit, &true)?;
            setsockopt(&fd, sockopt::Ipv6RecvPacketInfo, &true)?;
        }
        if let Some(bytes) = options.receive_buffer {
            receive_buffer::enlarge(&fd, bytes)?;
        }
        bind(fd.as_raw_fd(), &SockaddrStorage::from(address))?;
        Ok(Self { socket: net::UdpSocket::from_std(fd.into())? })
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Sends to and receives from one peer only from now on.
    pub async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.socket.connect(peer).await
    }

    /// Marks everything that [`UdpSocket::send`] sends.
    pub fn set_dscp(&self, dscp: Dscp) -> io::Result<()> {
        let byte = libc::c_int::from(dscp.ds_byte());
        if self.local_addr()?.is_ipv4() {
            setsockopt(&self.socket, sockopt::Ipv4Tos, &byte)?;
        } else {
            setsockopt(&self.socket, sockopt::Ipv6TClass, &byte)?;
        }
        Ok(())
    }

    /// Sends to the connected peer.
    pub async fn send(&self, datagram: &[u8]) -> io::Result<()> {
        self.socket.send(datagram).await.map(|_| ())
    }

    /// Sends to a peer with a mark, from the address that the peer had sent to.
    pub async fn reply(&self, datagram: &[u8], peer: SocketAddr, dscp: Dscp, from: &Destination) -> io::Result<()> {
        self.socket.async_io(Interest::WRITABLE, || self.reply_now(datagram, peer, dscp, from)).await
    }

    fn reply_now(&self, datagram: &[u8], peer: SocketAddr, dscp: Dscp, from: &Destination) -> io::Result<()> {
        let (byte, wide) = (dscp.ds_byte(), libc::c_int::from(dscp.ds_byte()));
        let peer = SockaddrStorage::from(peer);
        let send = |messages: &[ControlMessage<'_>]| {
            sendmsg(self.socket.as_raw_fd(), &[IoSlice::new(datagram)], messages, MsgFlags::empty(), Some(&peer))
        };
        match from.0 {
            PacketInfo::V4(mut info) => {
                // Only the address is fixed: the route may leave by another interface than the one it came in by.
                info.ipi_ifindex = 0;
                send(&[ControlMessage::Ipv4PacketInfo(&info), ControlMessage::Ipv4Tos(&byte)])?
            }
            PacketInfo::V6(info) => send(&[ControlMessage::Ipv6PacketInfo(&info), ControlMessage::Ipv6TClass(&wide)])?,
        };
        Ok(())
    }

    /// Waits for a datagram. An ICMP error of an earlier send is told once, as an error.
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<Received> {
        self.socket.async_io(Interest::READABLE, || self.recv_now(buffer)).await
    }

    fn recv_now(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let mut space = nix::cmsg_space!(TimeSpec, libc::in6_pktinfo, libc::c_int, libc::c_int, u32);
        let mut slices = [IoSliceMut::new(buffer)];
        let message = recvmsg::<SockaddrStorage>(self.socket.as_raw_fd(), &mut slices, Some(&mut space), MsgFlags::empty())?;
        let mut received = Received {
            length: message.bytes,
            peer: message.address.as_ref().and_then(address),
            at_nanos: clock::now_nanos(),
            ds_byte: None,
            ttl: None,
            destination: None,
            queue_drops: None,
        };
        // A truncated control buffer loses what it told, not the datagram.
        for control in message.cmsgs().into_iter().flatten() {
            received.add(&control);
        }
        Ok(received)
    }
}

impl Received {
    fn add(&mut self, control: &ControlMessageOwned) {
        match control {
            ControlMessageOwned::ScmTimestampns(time) => self.at_nanos = nanos(*time).unwrap_or(self.at_nanos),
            ControlMessageOwned::Ipv4Tos(byte) => self.ds_byte = Some(*byte),
            ControlMessageOwned::Ipv6TClass(class) => self.ds_byte = u8::try_from(*class).ok(),
            ControlMessageOwned::Ipv4Ttl(ttl) | ControlMessageOwned::Ipv6HopLimit(ttl) => self.ttl = u8::try_from(*ttl).ok(),
            ControlMessageOwned::Ipv4PacketInfo(info) => self.destination = Some(Destination(PacketInfo::V4(*info))),
            ControlMessageOwned::Ipv6PacketInfo(info) => self.destination = Some(Destination(PacketInfo::V6(*info))),
            ControlMessageOwned::RxqOvfl(drops) => self.queue_drops = Some(*drops),
            _ => {}
        }
    }
}

fn nanos(time: TimeSpec) -> Option<u64> {
    let seconds = u64::try_from(time.tv_sec()).ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(u64::try_from(time.tv_nsec()).ok()?)
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddrV4::from(*v4).into());
    }
    storage.as_sockaddr_in6().map(|v6| SocketAddrV6::from(*v6).into())
}
