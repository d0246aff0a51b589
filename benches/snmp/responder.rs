//! A thousand switches of 48 ports behind one socket: each is an address of 127.1.0.0/16, and answers after a delay.

use std::collections::{HashMap, VecDeque};
use std::io::{IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::libc::in_pktinfo;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, sendmsg, setsockopt, sockopt};
use snmp::agent::access::Users;
use snmp::agent::{Access, Dispatcher, EngineClock, Handler, Objects, Principal, Requester, respond};
use snmp::message::Level;
use snmp::usm::{Authority, Cipher, Hash, Master, User};
use snmp::{Pdu, Value};

/// Ports of each switch.
const PORTS: u32 = 48;
/// User and password of version 3, for both protocols.
pub const USER: &str = "operator";
pub const PASSWORD: &str = "authpass12";
/// Community of versions 1 and 2c.
const COMMUNITY: &str = "public";
/// Bytes that wait in the kernel.
const BUFFER: usize = 16 << 20;
/// snmpEngineTime of every switch.
const TIME: u32 = 1000;

/// The address of a switch.
pub fn address(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 1, high, low)
}

/// The objects of every switch: 482, each encoded once.
fn objects() -> Objects {
    let text = |text: String| Value::octets(text.into_bytes());
    let mut objects = Objects::default();
    objects.insert(&[1, 3, 6, 1, 2, 1, 1, 1, 0], text("a switch of a bench".to_owned()));
    objects.insert(&[1, 3, 6, 1, 2, 1, 1, 3, 0], Value::TimeTicks(4711));
    for port in 1..=PORTS {
        let mut put = |column: &[u32], value| objects.insert(&[column, &[port]].concat(), value);
        put(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2], text(format!("GigabitEthernet1/0/{port}")));
        put(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 3], Value::Integer(6));
        put(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 8], Value::Integer(1));
        put(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1], text(format!("Gi1/0/{port}")));
        put(&[1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2], Value::Integer(i64::from(port)));
        put(&[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1], Value::Gauge32(10));
        for (column, value) in [(3, 1), (6, 3), (7, 3), (10, 4)] {
            put(&[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, column, 1], Value::Integer(value));
        }
    }
    assert_eq!(objects.len(), 482);
    objects
}

/// The agent of a switch; all have the same objects.
struct Agent(Rc<Objects>);

impl Handler for Agent {
    fn respond(&mut self, requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
        respond::read(&*self.0, requester, pdu)
    }

    fn engine_clock(&mut self) -> EngineClock {
        EngineClock { boots: None, seconds: TIME }
    }
}

/// What is sent, to whom, from which of our addresses, and when.
struct Due {
    at: Instant,
    to: SockaddrIn,
    own: in_pktinfo,
    bytes: Vec<u8>,
}

struct Responder {
    socket: UdpSocket,
    objects: Rc<Objects>,
    user: User,
    /// By the address asked.
    agents: HashMap<u32, Dispatcher<Agent>>,
    due: VecDeque<Due>,
    delay: Duration,
    /// Of a thousand datagrams.
    lost: u32,
    random: u32,
}

/// Answers until it is killed: each request after `delay`, but for `lost` of a thousand datagrams on each way.
pub fn serve(port: u16, delay: Duration, lost: u32) -> ! {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).unwrap();
    socket.set_nonblocking(true).unwrap();
    setsockopt(&socket, sockopt::Ipv4PacketInfo, &true).unwrap();
    if setsockopt(&socket, sockopt::RcvBufForce, &BUFFER).is_err() {
        setsockopt(&socket, sockopt::RcvBuf, &BUFFER).unwrap();
    }
    let master = Master::new(Hash::Sha256, PASSWORD).unwrap();
    let user = User { name: USER.into(), authentication: Some(master.clone()), privacy: Some((Cipher::Aes256, master)) };
    let (objects, agents, due, random) = (Rc::new(objects()), HashMap::new(), VecDeque::new(), 1);
    println!("ready");
    Responder { socket, objects, user, agents, due, delay, lost, random }.run()
}

impl Responder {
    fn run(mut self) -> ! {
        loop {
            let now = Instant::now();
            while self.due.front().is_some_and(|due| due.at <= now) {
                if let Some(due) = self.due.pop_front() {
                    self.send(&due);
                }
            }
            if !self.receive() {
                let left = self.due.front().map_or(Duration::from_secs(1), |due| due.at.saturating_duration_since(Instant::now()));
                let timeout = PollTimeout::try_from(left.as_millis().max(1)).unwrap();
                let _ = poll(&mut [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)], timeout);
            }
        }
    }

    /// Takes one request; whether there was one.
    fn receive(&mut self) -> bool {
        let mut bytes = [0; 2048];
        let mut slices = [IoSliceMut::new(&mut bytes)];
        let mut control = nix::cmsg_space!(in_pktinfo);
        let flags = MsgFlags::MSG_DONTWAIT;
        let Ok(message) = recvmsg::<SockaddrIn>(self.socket.as_raw_fd(), &mut slices, Some(&mut control), flags) else {
            return false;
        };
        let (length, to) = (message.bytes, message.address.unwrap());
        let own = message.cmsgs().unwrap().find_map(|message| match message {
            ControlMessageOwned::Ipv4PacketInfo(info) => Some(info),
            _ => None,
        });
        let own = own.unwrap();
        let from = SocketAddr::V4(SocketAddrV4::new(to.ip(), to.port()));
        if !self.loses()
            && let Some(answer) = self.answer(&bytes[..length], from, own.ipi_addr.s_addr)
        {
            self.due.push_back(Due { at: Instant::now() + self.delay, to, own, bytes: answer });
        }
        true
    }

    fn answer(&mut self, datagram: &[u8], from: SocketAddr, own: u32) -> Option<Vec<u8>> {
        let (user, objects) = (&self.user, &self.objects);
        let new = || {
            let authority = Authority::new([&[0x80, 0, 0, 0, 1][..], &own.to_ne_bytes()].concat(), 1, [user.clone()], 1);
            let (authority, principals) = (Arc::new(Mutex::new(authority)), vec![Principal::reader(USER)]);
            let users = Users { authority, principals, level: Level::Nothing };
            let access = Access { communities: vec![Principal::reader(COMMUNITY)], users: Some(users), ..Access::default() };
            Dispatcher::new(access, Agent(Rc::clone(objects)))
        };
        self.agents.entry(own).or_insert_with(new).answer(from, datagram)
    }

    fn send(&mut self, due: &Due) {
        if !self.loses() {
            let (slices, control) = ([IoSlice::new(&due.bytes)], [ControlMessage::Ipv4PacketInfo(&due.own)]);
            let _ = sendmsg(self.socket.as_raw_fd(), &slices, &control, MsgFlags::empty(), Some(&due.to));
        }
    }

    /// Whether the next datagram gets lost (xorshift).
    fn loses(&mut self) -> bool {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random % 1000 < self.lost
    }
}
