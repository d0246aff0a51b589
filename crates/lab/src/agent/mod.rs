//! A simulated switch's SNMP agent on a UDP socket of 127.0.0.1: SNMPv1 and v2c with communities, or v3 with users. I/O.
//!
//! Not supported: notifications, contexts.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::task::AbortHandle;

use crate::switch::shared::SharedSwitch;
pub(crate) use access::Keys;
use dispatcher::Dispatcher;

mod access;
mod aruba_os;
mod bitmaps;
mod catalyst;
mod comware;
mod copies;
mod dispatcher;
mod families;
mod fastpath;
mod neighbours;
mod oids;
mod port_list;
mod responder;
mod set;
mod small_business;
mod standard;
mod table;
mod write;

/// A running agent; it stops when this is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts the agent of a switch on an ephemeral port.
pub(crate) async fn start(switch: Arc<SharedSwitch>, keys: Keys) -> Result<Running, String> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = socket.local_addr().map_err(|error| error.to_string())?;
    let task = tokio::spawn(serve(Arc::new(socket), Dispatcher::new(switch, keys))).abort_handle();
    Ok(Running { address, task })
}

async fn serve(socket: Arc<UdpSocket>, mut dispatcher: Dispatcher) {
    let mut octets = vec![0; 1 << 16];
    loop {
        // An error tells of an answer that found nobody.
        let Ok((length, from)) = socket.recv_from(&mut octets).await else { continue };
        let Some((answer, after)) = octets.get(..length).and_then(|datagram| dispatcher.answer(from, datagram)) else { continue };
        if after.is_zero() {
            drop(socket.send_to(&answer, from).await);
        } else {
            let socket = Arc::clone(&socket);
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                drop(socket.send_to(&answer, from).await);
            });
        }
    }
}
