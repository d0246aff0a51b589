//! A simulated switch's SNMP agent on a UDP socket of 127.0.0.1: SNMPv1 and v2c with communities, or v3 with users. I/O.
//!
//! Not supported: notifications.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use snmp::agent::{Access, Dispatcher};
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;

use self::responder::Responder;
use self::wire::Wire;
use crate::fabric::Fabric;
use crate::switch::shared::SharedSwitch;

mod aruba_os;
mod bitmaps;
mod catalyst;
mod comware;
mod copies;
mod families;
mod fastpath;
mod faulty;
mod neighbours;
pub mod object_agent;
mod oids;
mod port_list;
mod responder;
mod set;
mod small_business;
mod standard;
mod table;
mod unchangeable;
pub mod wire;
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
pub(crate) async fn start(switch: Arc<SharedSwitch>, fabric: Arc<Fabric>, access: Access) -> io::Result<Running> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = socket.local_addr()?;
    let dispatcher = Dispatcher::new(access, Responder::new(Arc::clone(&switch), fabric));
    let task = tokio::spawn(serve(Arc::new(socket), switch, dispatcher)).abort_handle();
    Ok(Running { address, task })
}

async fn serve(socket: Arc<UdpSocket>, switch: Arc<SharedSwitch>, mut dispatcher: Dispatcher<Responder>) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        // An error tells of an answer that found nobody.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        if switch.with_wire(|wire| wire.silent) || switch.read(|switch| switch.unpowered) {
            continue;
        }
        let Some(answer) = buffer.get(..length).and_then(|datagram| dispatcher.answer(from, datagram)) else { continue };
        let taken = dispatcher.handler_mut().take_delay();
        for late in switch.with_wire(Wire::deliver) {
            send(&socket, &answer, from, taken + late).await;
        }
    }
}

async fn send(socket: &Arc<UdpSocket>, answer: &[u8], to: SocketAddr, after: Duration) {
    // Whoever asked may be gone.
    if after.is_zero() {
        drop(socket.send_to(answer, to).await);
        return;
    }
    let (socket, answer) = (Arc::clone(socket), answer.to_vec());
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        drop(socket.send_to(&answer, to).await);
    });
}
