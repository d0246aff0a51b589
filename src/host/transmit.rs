//! Sends Ethernet frames through one interface, by pnet's channel. I/O.
//!
//! pnet would open a socket for all protocols, into which the kernel copies every frame of the interface though nobody reads them,
//! and switch the interface to promiscuous mode. So it is given a socket without a protocol, which receives nothing.

use std::os::fd::{IntoRawFd, OwnedFd};
use std::time::Duration;
use std::{fmt, io};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use pnet_datalink::{Channel, ChannelType, Config, DataLinkSender, NetworkInterface};

use super::error::Error;
use super::interfaces::Interface;

/// No protocol: nothing is received.
const NO_PROTOCOL: u16 = 0;

/// Sends frames through one interface. Needs CAP_NET_RAW.
pub struct Transmitter {
    interface: String,
    sender: Box<dyn DataLinkSender>,
}

impl fmt::Debug for Transmitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transmitter({})", self.interface)
    }
}

impl Transmitter {
    /// Opens a socket; nothing is sent yet.
    pub fn open(interface: &Interface) -> Result<Self, Error> {
        let refused = |attempt| move |cause: io::Error| Error::refused(&interface.name, attempt, cause);
        let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None)
            .map_err(|errno| refused("open a packet socket")(errno.into()))?;
        let sender = bind(socket, interface, ChannelType::Layer3(NO_PROTOCOL)).map_err(refused("bind"))?;
        Ok(Self { interface: interface.name.clone(), sender })
    }

    /// Sends one frame, from its destination address on, without waiting where the device's queue is full.
    pub fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        let sent = self.sender.send_to(frame, None).unwrap_or_else(|| Err(io::ErrorKind::WriteZero.into()));
        sent.map_err(|cause| Error::refused(&self.interface, "send", cause))
    }
}

/// Binds a raw packet socket to an interface. The protocol is that of `kind`: of all frames (`Layer2`), or of a number.
///
/// Also used for receiving, on a duplicate of the socket: only unsafe code could make the address that bind(2) wants.
pub(super) fn bind(socket: OwnedFd, interface: &Interface, kind: ChannelType) -> io::Result<Box<dyn DataLinkSender>> {
    let target = NetworkInterface {
        name: interface.name.clone(),
        description: String::new(),
        index: interface.index,
        mac: Some(interface.mac.0.into()),
        ips: Vec::new(),
        flags: 0,
    };
    let config = Config {
        channel_type: kind,
        promiscuous: false,
        write_timeout: Some(Duration::ZERO),
        // pnet closes it, also when it fails
        socket_fd: Some(socket.into_raw_fd()),
        ..Config::default()
    };
    match pnet_datalink::channel(&target, config)? {
        Channel::Ethernet(sender, _receiver) => Ok(sender),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}
