//! Announces an endpoint on an interface of this machine, and withdraws it whatever happens: AF_PACKET. Linux only. I/O.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, bind, send, socket};

use crate::discover::Error;
use crate::discover::announce::Announcement;
use crate::discover::link::Link;
use crate::discover::sniff::refused;

/// Announces; when it is dropped after having announced, it withdraws.
#[derive(Debug)]
pub struct Speaker {
    interface: String,
    socket: OwnedFd,
    announcement: Announcement,
    announced: bool,
}

impl Speaker {
    /// Opens a socket; nothing is sent yet.
    pub fn open(link: &Link, announcement: Announcement) -> Result<Self, Error> {
        let failed = |attempt| move |errno: Errno| refused(&link.name, attempt, errno);
        let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
        // no protocol: it receives nothing
        let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None).map_err(failed("open a packet socket"))?;
        bind(socket.as_raw_fd(), &link.address).map_err(failed("bind"))?;
        Ok(Self { interface: link.name.clone(), socket, announcement, announced: false })
    }

    /// Says that the endpoint is here.
    pub fn announce(&mut self) -> Result<(), Error> {
        self.announced = true;
        self.send(&self.announcement.here)
    }

    /// Says that the endpoint is gone, when it was announced.
    pub fn withdraw(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.announced) { self.send(&self.announcement.gone) } else { Ok(()) }
    }

    /// Sends every frame, whatever becomes of the others.
    fn send(&self, frames: &[Vec<u8>]) -> Result<(), Error> {
        let sent = frames.iter().map(|frame| send(self.socket.as_raw_fd(), frame, MsgFlags::empty()));
        let failures: Vec<Errno> = sent.filter_map(Result::err).collect();
        failures.first().map_or(Ok(()), |errno| Err(refused(&self.interface, "send", *errno)))
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // who wants to know whether it worked calls `withdraw`
        let _ = self.withdraw();
    }
}
