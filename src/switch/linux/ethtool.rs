//! The generic netlink family `ethtool`: how links run, PSEs, and what these report by themselves. I/O.

use std::time::Duration;

use futures_util::StreamExt;
use genetlink::message::RawGenlMessage;
use genetlink::{GenetlinkError, GenetlinkHandle};
use netlink_packet_core::{DecodeError, Emitable, NLM_F_ACK, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload, ParseableParametrized};
use netlink_packet_generic::{GenlFamily, GenlHeader, GenlMessage};
use nix::errno::Errno;
use rtnetlink::sys::protocols::NETLINK_GENERIC;
use rtnetlink::sys::{AsyncSocket, Socket};

use super::ethtool_header;
use super::failure::Failure;
use super::link_mode::{self, LinkMode};
use super::pse::{self, Pse};
use super::pse_event::{self, Report};

/// A PSE controller hangs on a slow bus, so that one answer may take a while.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The multicast group of all that the family reports by itself.
const REPORTS: &str = "monitor";

/// A connection to the kernel's ethtool family.
#[derive(Debug, Clone)]
pub(super) struct Ethtool(GenetlinkHandle);

impl Ethtool {
    /// Opens a socket; it closes when the last clone is dropped. Needs a tokio runtime, no privilege.
    pub fn connect() -> Result<Self, Failure> {
        let (mut connection, handle, _) = genetlink::new_connection().map_err(|error| Failure::Socket(error.to_string()))?;
        // Kernels before 4.12 know no extended acknowledgement: their errors come without words.
        let _ = connection.socket_mut().socket_mut().set_ext_ack(true);
        tokio::spawn(connection);
        Ok(Self(handle))
    }

    /// The PSE of an interface; `None` when it is none for PoE. Without a PSE the kernel refuses.
    ///
    /// There is no dump of all: that of Linux 6.12 looks for the PHY of no interface, finds none, and ends well and empty.
    pub async fn pse(&self, interface: u32) -> Result<Option<Pse>, Failure> {
        let attributes = ethtool_header::about(interface).into_bytes();
        let answer = self.ask(Message { command: pse::GET, attributes }, NLM_F_REQUEST).await?;
        Ok(answer.as_deref().and_then(pse::decode))
    }

    /// What PSEs will report by themselves from now on. Needs no privilege.
    pub async fn reports(&self) -> Result<Reports, Failure> {
        let family = self.0.resolve_family::<Message>().await.map_err(failure)?;
        let group = family.multicast_groups.get(REPORTS).ok_or(Failure::NoAnswer)?;
        Reports::join(*group).map_err(|error| Failure::Socket(error.to_string()))
    }

    /// How the link of an interface runs; unknown when its driver does not tell.
    pub async fn link_mode(&self, interface: u32) -> Result<LinkMode, Failure> {
        let attributes = ethtool_header::about(interface).into_bytes();
        match self.ask(Message { command: link_mode::GET, attributes }, NLM_F_REQUEST).await {
            Err(failure) if failure.is(Errno::EOPNOTSUPP) || failure.is(Errno::ENOENT) => Ok(LinkMode::default()),
            answer => Ok(answer?.as_deref().map(link_mode::decode).unwrap_or_default()),
        }
    }

    /// Writes one fact of a PSE port. Needs CAP_NET_ADMIN.
    pub async fn write(&self, interface: u32, write: pse::Write) -> Result<(), Failure> {
        let message = Message { command: pse::SET, attributes: pse::set(interface, write) };
        self.ask(message, NLM_F_REQUEST | NLM_F_ACK).await.map(|_| ())
    }

    /// The attributes of the answer; `None` for a mere acknowledgement.
    async fn ask(&self, message: Message, flags: u16) -> Result<Option<Vec<u8>>, Failure> {
        let mut message = NetlinkMessage::from(GenlMessage::from_payload(message));
        message.header.flags = flags;
        let mut handle = self.0.clone();
        let collect = async {
            let mut stream = handle.request(message).await.map_err(failure)?;
            let mut answer = None;
            while let Some(message) = stream.next().await {
                let message = message.map_err(|_| Failure::NoAnswer)?;
                answer = inner(message)?.or(answer);
            }
            Ok(answer)
        };
        tokio::time::timeout(TIMEOUT, collect).await.map_err(|_| Failure::NoAnswer)?
    }
}

fn inner(message: NetlinkMessage<GenlMessage<Message>>) -> Result<Option<Vec<u8>>, Failure> {
    match message.payload {
        NetlinkPayload::InnerMessage(answer) => Ok(Some(answer.payload.attributes)),
        NetlinkPayload::Error(error) if error.raw_code() != 0 => {
            Err(Failure::from_error(message.header.flags, error.raw_code(), &error.header))
        }
        _ => Ok(None),
    }
}

/// What PSEs report by themselves, from its making on. Kernels before Linux 6.17 report nothing.
#[derive(Debug)]
pub(super) struct Reports(Socket);

impl Reports {
    fn join(group: u32) -> std::io::Result<Self> {
        let mut socket = Socket::new(NETLINK_GENERIC)?;
        socket.bind_auto()?;
        socket.add_membership(group)?;
        socket.set_non_blocking(true)?;
        Ok(Self(socket))
    }

    /// The reports that came since the last call. The kernel keeps them until then, and drops what is too much.
    pub fn take(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        loop {
            match self.0.recv_from_full() {
                Ok((bytes, _)) => reports.extend(report(&bytes)),
                Err(error) if error.raw_os_error() == Some(Errno::ENOBUFS as i32) => {}
                Err(_) => return reports,
            }
        }
    }
}

/// The group tells of all that the family can change, not only of PSEs.
fn report(bytes: &[u8]) -> Option<Report> {
    match NetlinkMessage::<RawGenlMessage>::deserialize(bytes).ok()?.payload {
        NetlinkPayload::InnerMessage(message) if message.header.cmd == pse_event::REPORT => pse_event::decode(&message.payload),
        _ => None,
    }
}

/// Why the family could not be asked.
fn failure(error: GenetlinkError) -> Failure {
    match error {
        GenetlinkError::NetlinkError(error) => Failure::from_extended(error.raw_os_error().unwrap_or(0).saturating_neg(), &[]),
        GenetlinkError::ProtocolError(error) => Failure::Socket(error.to_string()),
        GenetlinkError::DecodeError(_) | GenetlinkError::AttributeNotFound(_) | GenetlinkError::NoMessageReceived => {
            Failure::NoAnswer
        }
    }
}

/// One message of the family, its attributes still as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    command: u8,
    attributes: Vec<u8>,
}

impl GenlFamily for Message {
    fn family_name() -> &'static str {
        "ethtool"
    }

    fn command(&self) -> u8 {
        self.command
    }

    fn version(&self) -> u8 {
        1
    }
}

impl Emitable for Message {
    fn buffer_len(&self) -> usize {
        self.attributes.len()
    }

    fn emit(&self, buffer: &mut [u8]) {
        for (to, from) in buffer.iter_mut().zip(&self.attributes) {
            *to = *from;
        }
    }
}

impl ParseableParametrized<[u8], GenlHeader> for Message {
    fn parse_with_param(bytes: &[u8], header: GenlHeader) -> Result<Self, DecodeError> {
        Ok(Self { command: header.cmd, attributes: bytes.to_vec() })
    }
}
