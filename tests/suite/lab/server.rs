//! A provisioning server that knows as little as it can: TFTP without retransmission, HTTP one request a connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use lab::Servers;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

/// Who asked for what, by which protocol, as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub from: IpAddr,
    pub name: String,
    pub user_agent: Option<String>,
}

pub type Log = Arc<Mutex<Vec<Asked>>>;
type Files = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// Serves what `files` knows, until the test ends.
pub async fn start(files: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> (Servers, Log) {
    let (files, log): (Files, Log) = (Arc::new(files), Log::default());
    let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let servers = Servers { tftp: Some(udp.local_addr().unwrap()), http: Some(tcp.local_addr().unwrap()) };
    tokio::spawn(serve_tftp(udp, Arc::clone(&files), Arc::clone(&log)));
    tokio::spawn(serve_http(tcp, files, Arc::clone(&log)));
    (servers, log)
}

async fn serve_tftp(socket: UdpSocket, files: Files, log: Log) {
    let mut packet = [0; 600];
    loop {
        let (length, peer) = socket.recv_from(&mut packet).await.unwrap();
        let fields: Vec<String> =
            packet[2..length].split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        assert_eq!((&packet[..2], fields[1].as_str(), fields[2].as_str()), ([0, 1].as_slice(), "octet", "blksize"));
        log.lock().unwrap().push(Asked { from: peer.ip(), name: fields[0].clone(), user_agent: None });
        tokio::spawn(send(peer, files(&fields[0])));
    }
}

/// Blocks of 16 bytes, so that a file takes several and may end on a full one.
async fn send(peer: SocketAddr, file: Option<Vec<u8>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(peer).await.unwrap();
    let Some(file) = file else {
        socket.send(b"\0\x05\0\x01File not found\0").await.unwrap();
        return;
    };
    let mut answer = [0; 64];
    socket.send(format!("\0\x06blksize\x0016\0tsize\0{}\0", file.len()).as_bytes()).await.unwrap();
    let length = socket.recv(&mut answer).await.unwrap();
    assert_eq!(&answer[..length], [0, 4, 0, 0]);
    for number in 0..=file.len() / 16 {
        let block = u16::try_from(number + 1).unwrap().to_be_bytes();
        let bytes = &file[number * 16..file.len().min(number * 16 + 16)];
        socket.send(&[&[0, 3], block.as_slice(), bytes].concat()).await.unwrap();
        let length = socket.recv(&mut answer).await.unwrap();
        assert_eq!(&answer[..length], [[0, 4], block].concat());
    }
}

async fn serve_http(listener: TcpListener, files: Files, log: Log) {
    loop {
        let (mut stream, peer) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        let request = String::from_utf8(request).unwrap();
        let name = request.split([' ', '/']).nth(2).unwrap().to_owned();
        let user_agent = request.lines().find_map(|line| line.strip_prefix("User-Agent: ")).map(str::to_owned);
        let answer = match files(&name) {
            Some(file) => [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", file.len()).into_bytes(), file].concat(),
            None => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
        };
        log.lock().unwrap().push(Asked { from: peer.ip(), name, user_agent });
        stream.write_all(&answer).await.unwrap();
    }
}
