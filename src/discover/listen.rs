//! Where to listen for LLDP and CDP, and the sockets for it. I/O.

use super::error::Error;
use super::filter;
use crate::host;
use crate::host::{Interface, Sniffer};

/// Where to listen when these interfaces are named.
#[derive(Debug, Clone, Default)]
pub struct ListenPorts {
    /// The interfaces, each once.
    pub interfaces: Vec<Interface>,
    /// Bridges among the names, with their ports, which are listened on instead: LLDP stops at a bridge's port, and CDP, which it floods, is
    /// evidence of a neighbour only on the port where it came in.
    pub bridges: Vec<(String, Vec<String>)>,
}

impl ListenPorts {
    /// Looks the names up. A port of a bridge may be down; an interface that was named itself may not.
    pub fn of(names: &[String]) -> Result<Self, Error> {
        let mut ports = Self::default();
        for name in names {
            let interface = Interface::named(name)?;
            match interface.bridge_ports() {
                None if !interface.up => return Err(host::Error::InterfaceDown { interface: interface.name }.into()),
                None => ports.add(interface),
                Some(members) if members.is_empty() => return Err(Error::NoPorts { interface: interface.name }),
                Some(members) => {
                    for member in &members {
                        ports.add(Interface::named(member)?);
                    }
                    ports.bridges.push((interface.name, members));
                }
            }
        }
        Ok(ports)
    }

    fn add(&mut self, interface: Interface) {
        if self.interfaces.iter().all(|other| other.name != interface.name) {
            self.interfaces.push(interface);
        }
    }
}

/// Opens a socket on every interface that receives LLDP and CDP. Must be called inside the runtime.
pub fn listen(interfaces: &[Interface]) -> Result<Sniffer, Error> {
    if interfaces.is_empty() {
        return Err(Error::NoInterface);
    }
    Ok(Sniffer::open(interfaces, filter::lldp_and_cdp())?)
}
