//! PSE requests over the generic netlink family `ethtool`. I/O.

use std::time::Duration;

use futures_util::StreamExt;
use genetlink::GenetlinkError;
use genetlink::GenetlinkHandle;
use netlink_packet_core::DecodeError;
use netlink_packet_core::Emitable;
use netlink_packet_core::NLM_F_ACK;
use netlink_packet_core::NLM_F_REQUEST;
use netlink_packet_core::NetlinkMessage;
use netlink_packet_core::NetlinkPayload;
use netlink_packet_core::ParseableParametrized;
use netlink_packet_generic::GenlFamily;
use netlink_packet_generic::GenlHeader;
use netlink_packet_generic::GenlMessage;
use nix::errno::Errno;
use rtnetlink::sys::AsyncSocket;

use super::failure::Failure;
use super::pse;
use super::pse::Pse;

/// A PSE controller hangs on a slow bus, so that one answer may take a while.
const PATIENCE: Duration = Duration::from_secs(10);

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

    /// The PSE of an interface; `None` when it has none, or the kernel knows nothing of PSEs.
    pub async fn pse(&self, interface: u32) -> Result<Option<Pse>, Failure> {
        match self.ask(Message { command: pse::GET, attributes: pse::get(interface) }, NLM_F_REQUEST).await {
            // No PHY, a PHY without PSE, an ethtool family without PSE, no ethtool family.
            Err(failure) if failure.is(Errno::EOPNOTSUPP) || failure.is(Errno::ENOENT) => Ok(None),
            Err(failure) => Err(failure),
            Ok(answer) => Ok(answer.as_deref().and_then(pse::decode)),
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
        tokio::time::timeout(PATIENCE, collect).await.map_err(|_| Failure::NoAnswer)?
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

/// One message of the family, its attributes still as octets.
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
    fn parse_with_param(octets: &[u8], header: GenlHeader) -> Result<Self, DecodeError> {
        Ok(Self { command: header.cmd, attributes: octets.to_vec() })
    }
}
