//! The network interfaces of this machine: index, address, whether they are up, the ports of a bridge. Linux only. I/O.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use nix::net::if_::InterfaceFlags;
use nix::sys::socket::{LinkAddr, SockaddrIn};

use crate::discover::Error;
use model::ids::MacAddress;

/// One interface.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// What a packet socket is bound to; its protocol is zero, which keeps the socket's own.
    pub address: LinkAddr,
    /// Its own MAC address.
    pub mac: Option<MacAddress>,
    /// Whether it is switched on.
    pub up: bool,
    /// Whether it has a link partner: a cable is plugged in and the other end is on.
    pub running: bool,
    /// Its first IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
}

impl Link {
    /// Every interface there is.
    pub fn all() -> Result<Vec<Self>, Error> {
        let entries: Vec<InterfaceAddress> = getifaddrs().map_err(|errno| Error::Interfaces { cause: errno.into() })?.collect();
        Ok(entries.iter().filter_map(|entry| Self::of(entry, &entries)).collect())
    }

    /// The interface of this name.
    pub fn named(name: &str) -> Result<Self, Error> {
        let all = Self::all()?;
        let present = all.iter().map(|link| link.name.clone()).collect();
        let found = all.into_iter().find(|link| link.name == name);
        found.ok_or_else(|| Error::UnknownInterface { interface: name.to_owned(), present })
    }

    fn of(entry: &InterfaceAddress, all: &[InterfaceAddress]) -> Option<Self> {
        let address = *entry.address?.as_link_addr()?;
        let mut own = all.iter().filter(|other| other.interface_name == entry.interface_name);
        Some(Self {
            name: entry.interface_name.clone(),
            address,
            mac: address.addr().map(MacAddress),
            up: entry.flags.contains(InterfaceFlags::IFF_UP),
            running: entry.flags.contains(InterfaceFlags::IFF_RUNNING),
            ipv4: own.find_map(|other| other.address?.as_sockaddr_in().map(SockaddrIn::ip)),
        })
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

/// Where to listen when these interfaces are named.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The interfaces, each once.
    pub links: Vec<Link>,
    /// Bridges among the names, with their ports, which are listened on instead: LLDP stops at a bridge's port, and CDP, which it floods, is
    /// evidence of a neighbour only on the port where it came in.
    pub bridges: Vec<(String, Vec<String>)>,
}

impl Places {
    /// Looks the names up. A port of a bridge may be down; an interface that was named itself may not.
    pub fn of(names: &[String]) -> Result<Self, Error> {
        let mut places = Self::default();
        for name in names {
            let link = Link::named(name)?;
            match link.bridge_ports() {
                None if !link.up => return Err(Error::InterfaceDown { interface: link.name }),
                None => places.add(link),
                Some(ports) if ports.is_empty() => return Err(Error::NoPorts { interface: link.name }),
                Some(ports) => {
                    for port in &ports {
                        places.add(Link::named(port)?);
                    }
                    places.bridges.push((link.name, ports));
                }
            }
        }
        Ok(places)
    }

    fn add(&mut self, link: Link) {
        if self.links.iter().all(|other| other.name != link.name) {
            self.links.push(link);
        }
    }
}
