//! The kernel's Data Center Bridging messages, which are rtnetlink's own. I/O.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::StreamExt;
use netlink_packet_core::{
    NLM_F_REQUEST, NetlinkDeserializable, NetlinkHeader, NetlinkMessage, NetlinkPayload, NetlinkSerializable,
};
use nix::errno::Errno;
use rtnetlink::proto::ConnectionHandle;
use rtnetlink::sys::protocols::NETLINK_ROUTE;
use rtnetlink::sys::{AsyncSocket, SocketAddr};

use super::dcb::{self, Marks};
use super::failure::Failure;

/// A switch chip hangs on a slow bus, so that one answer may take a while.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to the kernel's DCB.
#[derive(Debug, Clone)]
pub(super) struct DcbSocket(ConnectionHandle<Message>);

impl DcbSocket {
    /// Opens a socket; it closes when the last clone is dropped. Needs a tokio runtime, no privilege.
    pub fn connect() -> Result<Self, Failure> {
        let (mut connection, handle, _) =
            rtnetlink::proto::new_connection(NETLINK_ROUTE).map_err(|error| Failure::Socket(error.to_string()))?;
        let _ = connection.socket_mut().socket_mut().set_ext_ack(true);
        tokio::spawn(connection);
        Ok(Self(handle))
    }

    /// What an interface does with marks; `None` when its driver, or this kernel, has no DCB.
    pub async fn marks(&self, interface: &str) -> Result<Option<Marks>, Failure> {
        match self.ask(Message { kind: dcb::GET, content: dcb::get(interface) }).await {
            Err(failure) if failure.is(Errno::EOPNOTSUPP) => Ok(None),
            Err(failure) => Err(failure),
            Ok(answer) => Ok(Some(dcb::decode(&answer))),
        }
    }

    /// Writes one row. Needs CAP_NET_ADMIN.
    pub async fn write(&self, interface: &str, write: dcb::Write) -> Result<(), Failure> {
        dcb::outcome(&self.ask(Message { kind: dcb::SET, content: dcb::set(interface, write) }).await?)
    }

    async fn ask(&self, message: Message) -> Result<Vec<u8>, Failure> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST;
        let message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(message));
        let mut answers = self.0.request(message, SocketAddr::new(0, 0)).map_err(|error| Failure::Socket(error.to_string()))?;
        let answer = tokio::time::timeout(TIMEOUT, answers.next()).await.ok().flatten().ok_or(Failure::NoAnswer)?;
        match answer.payload {
            NetlinkPayload::InnerMessage(message) => Ok(message.content),
            NetlinkPayload::Error(error) if error.raw_code() != 0 => {
                Err(Failure::from_error(answer.header.flags, error.raw_code(), &error.header))
            }
            _ => Err(Failure::NoAnswer),
        }
    }
}

/// One message, its content still as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    kind: u16,
    content: Vec<u8>,
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        self.kind
    }

    fn buffer_len(&self) -> usize {
        self.content.len()
    }

    fn serialize(&self, buffer: &mut [u8]) {
        for (to, from) in buffer.iter_mut().zip(&self.content) {
            *to = *from;
        }
    }
}

impl NetlinkDeserializable for Message {
    type Error = Infallible;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, Infallible> {
        Ok(Self { kind: header.message_type, content: payload.to_vec() })
    }
}
