//! A path that misbehaves on purpose: between sender and reflector, it drops, copies, reorders, delays and re-marks test packets.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::socket::{MsgFlags, SockaddrStorage, sendto, setsockopt, sockopt};
use std::os::fd::AsRawFd;
use tokio::net::UdpSocket;

/// What happens to one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pass,
    Drop,
    Copy,
    /// Passed on after the next packet of its direction.
    BehindNext,
    Delay(Duration),
}

/// The path: fates by sequence number (the sender's there, the reflector's back), and the DS bytes it leaves on packets.
#[derive(Clone)]
pub struct Path {
    pub forward: fn(u32) -> Fate,
    pub back: fn(u32) -> Fate,
    pub forward_ds_byte: i32,
    pub return_ds_byte: i32,
}

impl Path {
    /// Passes everything, with EF kept.
    pub fn clean() -> Self {
        Self { forward: |_| Fate::Pass, back: |_| Fate::Pass, forward_ds_byte: 0xb8, return_ds_byte: 0xb8 }
    }
}

/// Starts a path to a reflector; the address is where the sender sends to.
pub async fn start(reflector: SocketAddr, path: Path) -> SocketAddr {
    let front = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    setsockopt(&*front, sockopt::Ipv4Tos, &path.return_ds_byte).unwrap();
    let address = front.local_addr().unwrap();
    tokio::spawn(async move {
        let mut backs: HashMap<SocketAddr, (Arc<UdpSocket>, Direction)> = HashMap::new();
        let mut buffer = [0; 2048];
        loop {
            let (length, peer) = front.recv_from(&mut buffer).await.unwrap();
            let (socket, direction) = match backs.entry(peer) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let socket = back_socket(reflector, &path, Arc::clone(&front), peer).await;
                    new.insert((socket, Direction::new(path.forward)))
                }
            };
            let socket = Arc::clone(socket);
            direction.carry(&buffer[..length], move |datagram| put(&socket, &datagram, reflector));
        }
    });
    address
}

/// One sender's way to the reflector, and the task that brings the answers back.
async fn back_socket(reflector: SocketAddr, path: &Path, front: Arc<UdpSocket>, peer: SocketAddr) -> Arc<UdpSocket> {
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    setsockopt(&*socket, sockopt::Ipv4Tos, &path.forward_ds_byte).unwrap();
    socket.connect(reflector).await.unwrap();
    let (receiver, mut direction) = (Arc::clone(&socket), Direction::new(path.back));
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok(length) = receiver.recv(&mut buffer).await {
            let front = Arc::clone(&front);
            direction.carry(&buffer[..length], move |datagram| put(&front, &datagram, peer));
        }
    });
    socket
}

/// Sends without asking the runtime whether the socket is writable: it always is, and nothing may be lost by accident.
fn put(socket: &UdpSocket, datagram: &[u8], to: SocketAddr) {
    let to = SockaddrStorage::from(to);
    // A sender that is gone refuses the last answers.
    let _ = sendto(socket.as_raw_fd(), datagram, &to, MsgFlags::empty());
}

struct Direction {
    fate: fn(u32) -> Fate,
    held: Option<Vec<u8>>,
}

impl Direction {
    fn new(fate: fn(u32) -> Fate) -> Self {
        Self { fate, held: None }
    }

    fn carry(&mut self, datagram: &[u8], send: impl Fn(Vec<u8>) + Send + 'static) {
        let sequence = u32::from_be_bytes(datagram[..4].try_into().unwrap());
        let datagram = datagram.to_vec();
        match (self.fate)(sequence) {
            Fate::Drop => return,
            Fate::BehindNext => {
                self.held = Some(datagram);
                return;
            }
            Fate::Delay(time) => {
                tokio::spawn(async move {
                    tokio::time::sleep(time).await;
                    send(datagram);
                });
                return;
            }
            Fate::Pass => send(datagram),
            Fate::Copy => {
                send(datagram.clone());
                send(datagram);
            }
        }
        if let Some(held) = self.held.take() {
            send(held);
        }
    }
}
