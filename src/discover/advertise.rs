//! Advertises an endpoint on an interface of this machine, and withdraws it whatever happens. I/O.

use super::announce::Announcement;
use super::error::Error;
use crate::host::{self, Interface, Transmitter};

/// Sends the advertisement; when it is dropped after having done so, it sends the shutdown.
#[derive(Debug)]
pub struct Advertiser {
    transmitter: Transmitter,
    announcement: Announcement,
    advertised: bool,
}

impl Advertiser {
    /// Opens a socket; nothing is sent yet.
    pub fn open(interface: &Interface, announcement: Announcement) -> Result<Self, Error> {
        Ok(Self { transmitter: Transmitter::open(interface)?, announcement, advertised: false })
    }

    pub fn advertise(&mut self) -> Result<(), Error> {
        self.advertised = true;
        send(&mut self.transmitter, &self.announcement.advertisement)
    }

    /// Sends the shutdown, when something was advertised.
    pub fn withdraw(&mut self) -> Result<(), Error> {
        if !std::mem::take(&mut self.advertised) {
            return Ok(());
        }
        send(&mut self.transmitter, &self.announcement.shutdown)
    }
}

/// Sends every frame, whatever becomes of the others.
fn send(transmitter: &mut Transmitter, frames: &[Vec<u8>]) -> Result<(), Error> {
    let sent: Vec<Result<(), host::Error>> = frames.iter().map(|frame| transmitter.send(frame)).collect();
    Ok(sent.into_iter().collect::<Result<(), _>>()?)
}

impl Drop for Advertiser {
    fn drop(&mut self) {
        // call `withdraw` to get the error
        let _ = self.withdraw();
    }
}
