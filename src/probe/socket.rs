//! A UDP socket that tells with each datagram its DS byte, TTL, time of arrival and the address asked, and that marks what it sends.
//! One address family per socket. I/O.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::libc;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, SockaddrStorage, bind, recvmsg, sendmsg,
    setsockopt, socket, sockopt,
};
use nix::sys::time::TimeSpec;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::probe::clock;
use model::ids::Dscp;

/// The longest datagram taken in; more than any test packet.
pub const DATAGRAM_BYTES: usize = 9216;

/// A UDP socket for test packets.
#[derive(Debug)]
pub struct MarkSocket {
    socket: UdpSocket,
}

/// What came with a datagram.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Octets in the buffer.
    pub length: usize,
    /// Who sent it; `None` when the kernel did not tell.
    pub peer: Option<SocketAddr>,
    /// When the kernel received it, in nanoseconds since the Unix epoch.
    pub at_nanos: u64,
    /// DS byte: DSCP and ECN.
    pub ds_byte: Option<u8>,
    /// TTL or hop limit.
    pub ttl: Option<u8>,
    /// The address of ours that was asked.
    pub asked: Option<Asked>,
    /// Datagrams this socket's queue has dropped so far.
    pub queue_drops: Option<u32>,
}

/// The address a datagram was sent to, in the form that makes the answer leave from it.
#[derive(Debug, Clone, Copy)]
pub struct Asked(PacketInfo);

#[derive(Debug, Clone, Copy)]
enum PacketInfo {
    V4(libc::in_pktinfo),
    V6(libc::in6_pktinfo),
}

impl Asked {
    /// The address.
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
            // For broadcast and multicast the kernel offers another address to answer from.
            PacketInfo::V4(info) => info.ipi_addr.s_addr == info.ipi_spec_dst.s_addr,
            PacketInfo::V6(_) => !self.address().is_multicast(),
        }
    }
}

impl MarkSocket {
    /// Opens and binds; needs a tokio runtime.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
        let fd = socket(family, SockType::Datagram, SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC, None)?;
        setsockopt(&fd, sockopt::ReceiveTimestampns, &true)?;
        setsockopt(&fd, sockopt::RxqOvfl, &1)?;
        if address.is_ipv4() {
            setsockopt(&fd, sockopt::IpRecvTos, &true)?;
            setsockopt(&fd, sockopt::Ipv4RecvTtl, &true)?;
            setsockopt(&fd, sockopt::Ipv4PacketInfo, &true)?;
        } else {
            setsockopt(&fd, sockopt::Ipv6V6Only, &true)?;
            setsockopt(&fd, sockopt::Ipv6RecvTClass, &true)?;
            setsockopt(&fd, sockopt::Ipv6RecvHopLimit, &true)?;
            setsockopt(&fd, sockopt::Ipv6RecvPacketInfo, &true)?;
        }
        bind(fd.as_raw_fd(), &SockaddrStorage::from(address))?;
        Self::from_fd(fd)
    }

    fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Ok(Self { socket: UdpSocket::from_std(fd.into())? })
    }

    /// The address bound.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Talks to one peer only from now on.
    pub async fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.socket.connect(peer).await
    }

    /// Marks everything that [`MarkSocket::send`] sends.
    pub fn mark(&self, dscp: Dscp) -> io::Result<()> {
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

    /// Sends to a peer with a mark, from the address that the peer had asked.
    pub async fn answer(&self, datagram: &[u8], peer: SocketAddr, dscp: Dscp, from: &Asked) -> io::Result<()> {
        self.socket.async_io(Interest::WRITABLE, || self.send_marked(datagram, peer, dscp, from)).await
    }

    fn send_marked(&self, datagram: &[u8], peer: SocketAddr, dscp: Dscp, from: &Asked) -> io::Result<()> {
        let (byte, wide) = (dscp.ds_byte(), libc::c_int::from(dscp.ds_byte()));
        let peer = SockaddrStorage::from(peer);
        let send = |messages: &[ControlMessage<'_>]| {
            sendmsg(self.socket.as_raw_fd(), &[IoSlice::new(datagram)], messages, MsgFlags::empty(), Some(&peer))
        };
        match from.0 {
            PacketInfo::V4(mut info) => {
                // Only the address is fixed: the route may leave by another interface than the one asked on.
                info.ipi_ifindex = 0;
                send(&[ControlMessage::Ipv4PacketInfo(&info), ControlMessage::Ipv4Tos(&byte)])?
            }
            PacketInfo::V6(info) => send(&[ControlMessage::Ipv6PacketInfo(&info), ControlMessage::Ipv6TClass(&wide)])?,
        };
        Ok(())
    }

    /// Waits for a datagram.
    pub async fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        self.socket.async_io(Interest::READABLE, || self.receive_now(buffer)).await
    }

    fn receive_now(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let mut space = nix::cmsg_space!(TimeSpec, libc::in6_pktinfo, libc::c_int, libc::c_int, u32);
        let mut slices = [IoSliceMut::new(buffer)];
        let message = recvmsg::<SockaddrStorage>(self.socket.as_raw_fd(), &mut slices, Some(&mut space), MsgFlags::empty())?;
        let mut received = Received {
            length: message.bytes,
            peer: message.address.as_ref().and_then(address),
            at_nanos: clock::now_nanos(),
            ds_byte: None,
            ttl: None,
            asked: None,
            queue_drops: None,
        };
        // A truncated control buffer loses what it told, not the datagram.
        for control in message.cmsgs().into_iter().flatten() {
            received.note(&control);
        }
        Ok(received)
    }
}

impl Received {
    fn note(&mut self, control: &ControlMessageOwned) {
        match control {
            ControlMessageOwned::ScmTimestampns(time) => self.at_nanos = nanos(*time).unwrap_or(self.at_nanos),
            ControlMessageOwned::Ipv4Tos(byte) => self.ds_byte = Some(*byte),
            ControlMessageOwned::Ipv6TClass(class) => self.ds_byte = u8::try_from(*class).ok(),
            ControlMessageOwned::Ipv4Ttl(ttl) | ControlMessageOwned::Ipv6HopLimit(ttl) => self.ttl = u8::try_from(*ttl).ok(),
            ControlMessageOwned::Ipv4PacketInfo(info) => self.asked = Some(Asked(PacketInfo::V4(*info))),
            ControlMessageOwned::Ipv6PacketInfo(info) => self.asked = Some(Asked(PacketInfo::V6(*info))),
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
