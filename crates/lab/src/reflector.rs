//! The reflector of the simulated site: the logic of [`stamp::reflector`] on a UDP socket of loopback that is told marks and TTL. I/O.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, sendmsg, setsockopt, sockopt};
use stamp::reflector::{Now, Received, Reflector};
use stamp::time::{ErrorEstimate, RawTime};
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// The longest datagram taken in; more than any test packet.
const DATAGRAM_BYTES: usize = 9216;
/// How finely the clock can be read.
const RESOLUTION: Duration = Duration::from_nanos(1);

/// A bound reflector, not yet answering.
pub(crate) struct LabReflector {
    socket: UdpSocket,
    address: SocketAddr,
}

impl LabReflector {
    /// On a free port of 127.0.0.1.
    pub(crate) async fn bind() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        setsockopt(&socket, sockopt::IpRecvTos, &true)?;
        setsockopt(&socket, sockopt::Ipv4RecvTtl, &true)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the socket fails.
    pub(crate) async fn run(self) -> io::Result<()> {
        let (mut reflector, started) = (Reflector::new(), Instant::now());
        let mut buffer = vec![0; DATAGRAM_BYTES];
        loop {
            let Some((length, received)) = self.socket.async_io(Interest::READABLE, || self.receive(&mut buffer)).await? else {
                continue;
            };
            let now = Now {
                steady: started.elapsed(),
                time_of_day: time_of_day(),
                error_estimate: ErrorEstimate::unsynchronised(RESOLUTION),
            };
            let datagram = buffer.get(..length).unwrap_or_default();
            let Some(answer) = reflector.answer(datagram, &received, &now) else { continue };
            let send = || self.send(&answer.datagram, received.peer, answer.dscp.get() << 2);
            if self.socket.async_io(Interest::WRITABLE, send).await.is_ok() {
                reflector.sent(answer.session);
            }
        }
    }

    fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<(usize, Received)>> {
        let mut slices = [IoSliceMut::new(buffer)];
        let mut space = nix::cmsg_space!(nix::libc::c_int, nix::libc::c_int);
        let message = recvmsg::<SockaddrIn>(self.socket.as_raw_fd(), &mut slices, Some(&mut space), MsgFlags::MSG_DONTWAIT)?;
        let Some(peer) = message.address else { return Ok(None) };
        let (mut ds_byte, mut ttl) = (None, None);
        for control in message.cmsgs()? {
            match control {
                ControlMessageOwned::Ipv4Tos(byte) => ds_byte = Some(byte),
                ControlMessageOwned::Ipv4Ttl(number) => ttl = u8::try_from(number).ok(),
                _ => {}
            }
        }
        let peer = SocketAddr::V4(SocketAddrV4::new(peer.ip(), peer.port()));
        let received = Received { peer, asked: self.address.ip(), unicast: true, at: time_of_day(), ds_byte, ttl };
        Ok(Some((message.bytes, received)))
    }

    fn send(&self, datagram: &[u8], peer: SocketAddr, ds_byte: u8) -> io::Result<()> {
        let SocketAddr::V4(peer) = peer else { return Err(io::ErrorKind::AddrNotAvailable.into()) };
        let control = [ControlMessage::Ipv4Tos(&ds_byte)];
        let (slices, to) = ([IoSlice::new(datagram)], SockaddrIn::from(peer));
        sendmsg(self.socket.as_raw_fd(), &slices, &control, MsgFlags::MSG_DONTWAIT, Some(&to))?;
        Ok(())
    }
}

fn time_of_day() -> RawTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    RawTime::ntp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
