//! The network interfaces of this machine: index, address, whether they are up, the ports of a bridge. I/O.
//!
//! pnet has the list (getifaddrs(3)). What that does not tell is read from `/sys/class/net`: the ports of a bridge, speed, duplex.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use model::ids::MacAddress;
use pnet_datalink::NetworkInterface;

use super::error::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// As `ip link` prints it.
    pub name: String,
    /// The number that the kernel gave it; another one when it is made anew.
    pub index: u32,
    /// Its own MAC address; zero on some that are no Ethernet.
    pub mac: MacAddress,
    /// Whether it is switched on.
    pub up: bool,
    /// Whether it has a link partner: a cable is plugged in and the other end is on.
    pub running: bool,
    /// Its first IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
}

impl Interface {
    /// Every interface there is.
    pub fn all() -> Result<Vec<Self>, Error> {
        let interfaces: Vec<Self> = pnet_datalink::interfaces().iter().filter_map(Self::of).collect();
        // there is always one, the loopback: pnet tells a failure by an empty list
        if interfaces.is_empty() { Err(Error::Interfaces) } else { Ok(interfaces) }
    }

    /// The interface of this name.
    pub fn named(name: &str) -> Result<Self, Error> {
        let all = Self::all()?;
        let present = all.iter().map(|interface| interface.name.clone()).collect();
        let found = all.into_iter().find(|interface| interface.name == name);
        found.ok_or_else(|| Error::UnknownInterface { interface: name.to_owned(), present })
    }

    /// `None` for a label of an IPv4 address (`eth0:1`), which has no link-layer address of its own, and for an interface that went
    /// away while the list was made, which has no index.
    fn of(entry: &NetworkInterface) -> Option<Self> {
        let mac = MacAddress(entry.mac?.octets());
        let ipv4 = entry.ips.iter().find_map(|network| match network.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        });
        let (index, up, running) = (entry.index, entry.is_up(), entry.is_running());
        (index != 0).then(|| Self { name: entry.name.clone(), index, mac, up, running, ipv4 })
    }

    /// The ports of a Linux bridge, in name order; `None` when this is no bridge.
    #[must_use]
    pub fn bridge_ports(&self) -> Option<Vec<String>> {
        let entries = fs::read_dir(self.attributes().join("brif")).ok()?;
        let mut ports: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        ports.sort();
        Some(ports)
    }

    /// Speed in Mbit/s, when the driver knows it.
    #[must_use]
    pub fn speed(&self) -> Option<u32> {
        fs::read_to_string(self.attributes().join("speed")).ok()?.trim().parse().ok()
    }

    /// Whether both ends may send at once, when the driver knows it.
    #[must_use]
    pub fn full_duplex(&self) -> Option<bool> {
        match fs::read_to_string(self.attributes().join("duplex")).ok()?.trim() {
            "full" => Some(true),
            "half" => Some(false),
            _ => None,
        }
    }

    fn attributes(&self) -> PathBuf {
        PathBuf::from("/sys/class/net").join(&self.name)
    }
}
