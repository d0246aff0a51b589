//! A bridge of this machine over rtnetlink: its ports, their VLANs, the addresses they learned, and whose IP addresses those are. I/O.
//!
//! Linux 4.4 or later. Not supported: per-VLAN options (RTM_NEWVLAN), VLAN tunnels, 802.1ad bridges' outer tags as such.

use std::net::IpAddr;
use std::time::Duration;

use futures_util::StreamExt;
use netlink_packet_core::{NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload, Nla};
use netlink_packet_route::link::{
    AfSpecBridge, BridgeFlag, BridgeVlanInfo, BridgeVlanInfoFlags, InfoBridge, InfoData, InfoKind, InfoVlan, LinkAttribute,
    LinkExtentMask, LinkFlags, LinkInfo, LinkMessage, LinkProtoInfoBridge,
};
use netlink_packet_route::neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use nix::errno::Errno;
use rtnetlink::Handle;
use rtnetlink::sys::AsyncSocket;

use model::ids::MacAddress;

use super::failure::Failure;
use super::fdb::Entry;
use super::state::{BridgeFacts, Link, ManagementPath, Port};
use super::vlans::{PortVlans, Write};

/// The kernel answers at once; a longer silence means that its answer could not be decoded.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A dump is repeated when something changed while it was made.
const DUMP_TRIES: u32 = 4;
/// IFLA_BRPORT_NO.
const BRIDGE_PORT_NUMBER: u16 = 18;

/// A connection to the kernel's rtnetlink.
#[derive(Debug, Clone)]
pub(super) struct Rtnetlink(Handle);

/// A network interface, with what a bridge has to say if it is one.
#[derive(Debug, Clone)]
pub(super) struct Interface {
    pub index: u32,
    /// Whether it is a bridge.
    pub bridge: Option<BridgeFacts>,
}

impl Rtnetlink {
    /// Opens a socket; it closes when the last clone is dropped. Needs a tokio runtime, no privilege.
    pub fn connect() -> Result<Self, Failure> {
        let (mut connection, handle, _) = rtnetlink::new_connection().map_err(|error| Failure::Socket(error.to_string()))?;
        connection.set_forward_done(true);
        // Kernels before 4.12 know no extended acknowledgement: their errors come without words.
        let _ = connection.socket_mut().socket_mut().set_ext_ack(true);
        tokio::spawn(connection);
        Ok(Self(handle))
    }

    /// The interface of this name.
    pub async fn interface(&self, name: &str) -> Result<Interface, Failure> {
        let mut request = LinkMessage::default();
        request.attributes = vec![LinkAttribute::IfName(name.to_owned()), LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats])];
        let answers = self.ask(RouteNetlinkMessage::GetLink(request), NLM_F_REQUEST).await?;
        answers.iter().find_map(new_link).map(interface).ok_or(Failure::NoAnswer)
    }

    /// The ports of a bridge with their VLANs.
    pub async fn ports(&self, bridge: u32) -> Result<Vec<Port>, Failure> {
        let answers = self.bridge_links().await?;
        Ok(answers.iter().filter_map(new_link).filter(|link| is_port_of(link, bridge)).map(port).collect())
    }

    /// The bridge's own VLANs: those that reach the machine itself.
    pub async fn own_vlans(&self, bridge: u32) -> Result<Option<PortVlans>, Failure> {
        let answers = self.bridge_links().await?;
        let own = answers.iter().filter_map(new_link).find(|link| link.header.index == bridge);
        Ok(own.map(|link| port(link).vlans))
    }

    async fn bridge_links(&self) -> Result<Vec<RouteNetlinkMessage>, Failure> {
        let mut request = LinkMessage::default();
        request.header.interface_family = AddressFamily::Bridge;
        // Ranges, because 4094 single VLANs may exceed what one message can hold.
        request.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::BrvlanCompressed])];
        self.dump(RouteNetlinkMessage::GetLink(request)).await
    }

    /// The addresses that the ports of a bridge learned.
    pub async fn learned(&self, bridge: u32) -> Result<Vec<Entry>, Failure> {
        let mut request = NeighbourMessage::default();
        request.header.family = AddressFamily::Bridge;
        let answers = self.dump(RouteNetlinkMessage::GetNeighbour(request)).await?;
        Ok(answers.iter().filter_map(new_neighbour).filter_map(|row| learned_address(row, bridge)).collect())
    }

    /// The default gateways of this machine, IPv4 and IPv6, of every routing table.
    pub async fn gateways(&self) -> Result<Vec<ManagementPath>, Failure> {
        let answers = self.dump(RouteNetlinkMessage::GetRoute(RouteMessage::default())).await?;
        let default = answers.iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewRoute(route) if route.header.destination_prefix_length == 0 => Some(route),
            _ => None,
        });
        Ok(default.flat_map(gateways_of).collect())
    }

    /// All interfaces, with their errors, and how they stand upon each other.
    pub async fn links(&self) -> Result<Vec<Link>, Failure> {
        let answers = self.dump(RouteNetlinkMessage::GetLink(LinkMessage::default())).await?;
        Ok(answers.iter().filter_map(new_link).map(link).collect())
    }

    /// Writes one VLAN of a port. Needs CAP_NET_ADMIN.
    pub async fn write(&self, port: u32, write: Write) -> Result<(), Failure> {
        let (vlan, flags) = match write {
            Write::Set { vlan, flags } => (vlan, flags),
            Write::Delete { vlan } => (vlan, 0),
        };
        let info = BridgeVlanInfo { flags: BridgeVlanInfoFlags::from_bits_retain(flags), vid: vlan.get() };
        let mut request = LinkMessage::default();
        request.header.interface_family = AddressFamily::Bridge;
        request.header.index = port;
        request.attributes = vec![LinkAttribute::AfSpecBridge(vec![AfSpecBridge::VlanInfo(info)])];
        let request = match write {
            Write::Set { .. } => RouteNetlinkMessage::SetLink(request),
            Write::Delete { .. } => RouteNetlinkMessage::DelLink(request),
        };
        self.ask(request, NLM_F_REQUEST | NLM_F_ACK).await.map(|_| ())
    }

    /// A dump that nothing changed under.
    async fn dump(&self, request: RouteNetlinkMessage) -> Result<Vec<RouteNetlinkMessage>, Failure> {
        for _ in 1..DUMP_TRIES {
            match self.ask(request.clone(), NLM_F_REQUEST | NLM_F_DUMP).await {
                Err(failure) if failure.is(Errno::EINTR) => {}
                result => return result,
            }
        }
        self.ask(request, NLM_F_REQUEST | NLM_F_DUMP).await
    }

    async fn ask(&self, request: RouteNetlinkMessage, flags: u16) -> Result<Vec<RouteNetlinkMessage>, Failure> {
        let mut message = NetlinkMessage::from(request);
        message.header.flags = flags;
        let mut stream = self.0.clone().request(message).map_err(|error| Failure::Socket(error.to_string()))?;
        let mut answers = Vec::new();
        let collect = async {
            while let Some(message) = stream.next().await {
                answers.extend(inner(message)?);
            }
            Ok(())
        };
        tokio::time::timeout(TIMEOUT, collect).await.map_err(|_| Failure::NoAnswer)??;
        Ok(answers)
    }
}

/// The content of one message; `None` for an acknowledgement.
fn inner(message: NetlinkMessage<RouteNetlinkMessage>) -> Result<Option<RouteNetlinkMessage>, Failure> {
    if message.header.flags & NLM_F_DUMP_INTR != 0 {
        return Err(Failure::from_extended(-(Errno::EINTR as i32), &[]));
    }
    match message.payload {
        NetlinkPayload::InnerMessage(answer) => Ok(Some(answer)),
        NetlinkPayload::Error(error) if error.raw_code() != 0 => {
            Err(Failure::from_error(message.header.flags, error.raw_code(), &error.header))
        }
        NetlinkPayload::Done(done) if done.code != 0 => Err(Failure::from_extended(done.code, &done.extended_ack)),
        NetlinkPayload::Overrun(_) => Err(Failure::NoAnswer),
        _ => Ok(None),
    }
}

fn new_link(message: &RouteNetlinkMessage) -> Option<&LinkMessage> {
    match message {
        RouteNetlinkMessage::NewLink(link) => Some(link),
        _ => None,
    }
}

fn interface(link: &LinkMessage) -> Interface {
    let is_bridge = link_info(link).any(|info| *info == LinkInfo::Kind(InfoKind::Bridge));
    Interface { index: link.header.index, bridge: is_bridge.then(|| bridge_facts(link)) }
}

fn link_info(link: &LinkMessage) -> impl Iterator<Item = &LinkInfo> {
    link.attributes.iter().flat_map(|attribute| match attribute {
        LinkAttribute::LinkInfo(info) => info.as_slice(),
        _ => &[],
    })
}

fn bridge_facts(link: &LinkMessage) -> BridgeFacts {
    let mut facts = BridgeFacts::default();
    let data = link_info(link).filter_map(|info| match info {
        LinkInfo::Data(InfoData::Bridge(data)) => Some(data),
        _ => None,
    });
    for fact in data.flatten() {
        match fact {
            InfoBridge::VlanFiltering(on) => facts.vlan_filtering = *on,
            InfoBridge::RootPort(number) => facts.root_port = Some(u32::from(*number)).filter(|number| *number != 0),
            _ => {}
        }
    }
    facts
}

/// The bridge is in its own dump, as its own master. Some drivers answer for themselves besides the bridge
/// (BRIDGE_FLAGS_SELF): that is the chip's view, not the bridge's.
fn is_port_of(link: &LinkMessage, bridge: u32) -> bool {
    let enslaved = link.header.index != bridge && link.attributes.contains(&LinkAttribute::Controller(bridge));
    enslaved && !af_spec(link).any(|spec| *spec == AfSpecBridge::Flags(BridgeFlag::LowerDev))
}

fn af_spec(link: &LinkMessage) -> impl Iterator<Item = &AfSpecBridge> {
    link.attributes.iter().flat_map(|attribute| match attribute {
        LinkAttribute::AfSpecBridge(spec) => spec.as_slice(),
        _ => &[],
    })
}

fn port(link: &LinkMessage) -> Port {
    let entries = af_spec(link).filter_map(|spec| match spec {
        AfSpecBridge::VlanInfo(info) => Some((info.vid, info.flags.bits())),
        _ => None,
    });
    let mut port = Port {
        index: link.header.index,
        link_up: link.header.flags.contains(LinkFlags::Up | LinkFlags::LowerUp),
        vlans: PortVlans::from_entries(entries),
        ..Port::default()
    };
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::IfName(name) => port.name.clone_from(name),
            LinkAttribute::ProtoInfoBridge(info) => port.number = info.iter().find_map(port_number),
            _ => {}
        }
    }
    port
}

fn port_number(info: &LinkProtoInfoBridge) -> Option<u32> {
    if info.kind() != BRIDGE_PORT_NUMBER || info.value_len() != 2 {
        return None;
    }
    let mut bytes = [0; 2];
    info.emit_value(&mut bytes);
    Some(u32::from(u16::from_ne_bytes(bytes)))
}

fn link(message: &LinkMessage) -> Link {
    let mut link = Link { index: message.header.index, aggregate: aggregate(message), vlan: vlan(message), ..Link::default() };
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(name) => link.name.clone_from(name),
            LinkAttribute::Controller(index) => link.controller = Some(*index),
            LinkAttribute::Link(index) => link.below = Some(*index),
            LinkAttribute::Stats64(counters) => {
                link.input_errors = Some(counters.rx_errors);
                link.output_errors = Some(counters.tx_errors);
                link.frames = Some((counters.rx_packets, counters.tx_packets));
            }
            _ => {}
        }
    }
    link
}

fn aggregate(link: &LinkMessage) -> Option<&'static str> {
    link_info(link).find_map(|info| match info {
        LinkInfo::Kind(InfoKind::Bond) => Some("bond"),
        LinkInfo::Kind(InfoKind::Team) => Some("team"),
        _ => None,
    })
}

fn vlan(link: &LinkMessage) -> Option<u16> {
    let data = link_info(link).filter_map(|info| match info {
        LinkInfo::Data(InfoData::Vlan(data)) => Some(data),
        _ => None,
    });
    data.flatten().find_map(|fact| match fact {
        InfoVlan::Id(id) => Some(*id),
        _ => None,
    })
}

fn new_neighbour(message: &RouteNetlinkMessage) -> Option<&NeighbourMessage> {
    match message {
        RouteNetlinkMessage::NewNeighbour(row) => Some(row),
        _ => None,
    }
}

/// A forwarding entry of this bridge that was learned: not set by hand, not the machine's own, and not the chip's view of itself.
fn learned_address(row: &NeighbourMessage, bridge: u32) -> Option<Entry> {
    let of_bridge = row.attributes.contains(&NeighbourAttribute::Controller(bridge));
    let by_hand = row.header.flags.intersects(NeighbourFlags::Own | NeighbourFlags::Sticky);
    if !of_bridge || by_hand || !matches!(row.header.state, NeighbourState::Reachable | NeighbourState::Stale) {
        return None;
    }
    let vlan = row.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::Vlan(vlan) => Some(*vlan),
        _ => None,
    });
    Some(Entry { port: row.header.ifindex, mac: link_layer_address(row)?, vlan })
}

/// A route's gateways, of which one over several paths has as many. Next hops that are objects of their own (RTA_NH_ID) are passed over.
fn gateways_of(route: &RouteMessage) -> Vec<ManagementPath> {
    let interface = route.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Oif(index) => Some(*index),
        _ => None,
    });
    let several = route.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::MultiPath(hops) => Some(hops),
        _ => None,
    });
    let alone = gateway(&route.attributes).zip(interface);
    let each = several.into_iter().flatten().filter_map(|hop| Some((gateway(&hop.attributes)?, hop.interface_index)));
    let path = |(address, index)| ManagementPath { interface: Some(index), address, what: "this machine's default gateway" };
    alone.into_iter().chain(each).map(path).collect()
}

fn gateway(attributes: &[RouteAttribute]) -> Option<IpAddr> {
    attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Gateway(RouteAddress::Inet(address)) => Some(IpAddr::V4(*address)),
        RouteAttribute::Gateway(RouteAddress::Inet6(address)) => Some(IpAddr::V6(*address)),
        _ => None,
    })
}

fn link_layer_address(row: &NeighbourMessage) -> Option<MacAddress> {
    row.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::LinkLayerAddress(bytes) => <[u8; 6]>::try_from(bytes.as_slice()).ok().map(MacAddress),
        _ => None,
    })
}
