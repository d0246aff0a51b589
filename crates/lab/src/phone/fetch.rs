//! Fetching one file as a phone does: TFTP (RFC 1350, 2347–2349) with blksize, tsize and timeout, or one HTTP/1.1 GET. I/O.
//!
//! Every socket is bound to the phone's own address. Not supported: netascii, windowsize, redirects, chunked bodies, TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, UdpSocket};
use tokio::time::timeout;

/// A lost datagram is sent again after this long; short, because loopback loses none.
const RESEND_AFTER: Duration = Duration::from_millis(500);
const TRIES: u32 = 4;
const HTTP_DEADLINE: Duration = Duration::from_secs(5);
const BLOCK: usize = 1024;
/// No phone has room for more.
const LONGEST_FILE: usize = 1 << 20;

/// Why a file was not had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The server says there is none.
    #[error("not found")]
    NotFound,
    /// The server refuses, in its own words.
    #[error("the server refuses: {0}")]
    Refused(String),
    #[error("no answer")]
    Silence,
    /// What came is not the protocol.
    #[error("not understood: {0}")]
    Garbage(String),
    #[error("{0}")]
    Socket(#[from] io::Error),
}

/// Fetches `name` by TFTP.
pub(crate) async fn tftp(from: Ipv4Addr, server: SocketAddr, name: &str) -> Result<Vec<u8>, Failure> {
    let socket = UdpSocket::bind((from, 0)).await?;
    let mut transfer = Transfer { socket, peer: server, settled: false, block_size: 512 };
    let mut sent = request(name);
    let mut file = Vec::new();
    let mut expected: u16 = 1;
    loop {
        match transfer.exchange(&sent, expected).await? {
            Reply::Options => sent = acknowledgement(0),
            Reply::Data(bytes) => {
                let last = bytes.len() < transfer.block_size;
                file.extend_from_slice(&bytes);
                sent = acknowledgement(expected);
                if last {
                    transfer.socket.send_to(&sent, transfer.peer).await?;
                    return Ok(file);
                }
                expected = expected.wrapping_add(1);
            }
        }
        if file.len() > LONGEST_FILE {
            return Err(Failure::Garbage("the file does not end".to_owned()));
        }
    }
}

struct Transfer {
    socket: UdpSocket,
    peer: SocketAddr,
    /// Whether the server's transfer identifier (its port) is known.
    settled: bool,
    block_size: usize,
}

enum Reply {
    Options,
    Data(Vec<u8>),
}

impl Transfer {
    /// Sends a packet until what it asks for comes.
    async fn exchange(&mut self, packet: &[u8], expected: u16) -> Result<Reply, Failure> {
        for _ in 0..TRIES {
            self.socket.send_to(packet, self.peer).await?;
            if let Ok(reply) = timeout(RESEND_AFTER, self.receive(expected)).await {
                return reply;
            }
        }
        Err(Failure::Silence)
    }

    async fn receive(&mut self, expected: u16) -> Result<Reply, Failure> {
        let mut buffer = vec![0; BLOCK + 64];
        loop {
            let (length, from) = self.socket.recv_from(&mut buffer).await?;
            let stranger = if self.settled { from != self.peer } else { from.ip() != self.peer.ip() };
            if stranger {
                continue;
            }
            let packet = buffer.get(..length).unwrap_or_default();
            match packet {
                [0, 3, high, low, bytes @ ..] if u16::from_be_bytes([*high, *low]) == expected => {
                    self.settle(from);
                    return Ok(Reply::Data(bytes.to_vec()));
                }
                [0, 3, ..] => {} // a block that was acknowledged before
                [0, 6, options @ ..] if !self.settled => {
                    self.block_size = block_size(options)?;
                    self.settle(from);
                    return Ok(Reply::Options);
                }
                [0, 5, 0, 1, ..] => return Err(Failure::NotFound),
                [0, 5, _, _, text @ ..] => {
                    return Err(Failure::Refused(String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()));
                }
                _ => return Err(Failure::Garbage(format!("TFTP packet of {length} bytes"))),
            }
        }
    }

    fn settle(&mut self, from: SocketAddr) {
        self.peer = from;
        self.settled = true;
    }
}

fn request(name: &str) -> Vec<u8> {
    let mut packet = vec![0, 1];
    for field in [name, "octet", "blksize", &BLOCK.to_string(), "tsize", "0", "timeout", "2"] {
        packet.extend_from_slice(field.as_bytes());
        packet.push(0);
    }
    packet
}

fn acknowledgement(block: u16) -> Vec<u8> {
    [[0, 4], block.to_be_bytes()].concat()
}

/// The block size a server agreed to: 512 when it leaves the option out, never more than was asked for.
fn block_size(options: &[u8]) -> Result<usize, Failure> {
    let mut fields = options.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        if name.eq_ignore_ascii_case("blksize") {
            let agreed = value.parse().ok().filter(|size| (8..=BLOCK).contains(size));
            return agreed.ok_or_else(|| Failure::Garbage(format!("blksize {value}")));
        }
    }
    Ok(512)
}

/// Fetches `name` by HTTP.
pub(crate) async fn http(from: Ipv4Addr, server: SocketAddr, name: &str, user_agent: &str) -> Result<Vec<u8>, Failure> {
    let exchange = async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
        let mut stream = socket.connect(server).await?;
        let request = format!(
            "GET /{name} HTTP/1.1\r\nHost: {server}\r\nUser-Agent: {user_agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(LONGEST_FILE as u64).read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    };
    body(&timeout(HTTP_DEADLINE, exchange).await.map_err(|_| Failure::Silence)??)
}

/// The body of a complete answer.
fn body(answer: &[u8]) -> Result<Vec<u8>, Failure> {
    let end =
        answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| Failure::Garbage("no HTTP header".to_owned()))?;
    let (head, rest) = answer.split_at(end);
    let body = rest.get(4..).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().to_owned();
    match status.split_whitespace().nth(1) {
        Some("200") => {}
        Some("404") => return Err(Failure::NotFound),
        _ => return Err(Failure::Refused(status)),
    }
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    match length {
        Some(length) => body.get(..length).map(<[u8]>::to_vec).ok_or_else(|| Failure::Garbage("the body is cut short".to_owned())),
        None => Err(Failure::Garbage("no Content-Length".to_owned())), // these phones cannot do without it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_where_its_length_says() {
        let answer = |text: &str| body(text.as_bytes());
        assert_eq!(answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabc").unwrap(), b"ab");
        assert!(matches!(answer("HTTP/1.1 404 Not Found\r\n\r\n"), Err(Failure::NotFound)));
        assert!(matches!(answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"), Err(Failure::Garbage(_))));
    }

    #[test]
    fn a_server_may_leave_options_out() {
        assert_eq!(block_size(b"tsize\x0099\0").unwrap(), 512);
        assert_eq!(block_size(b"tsize\x0099\0BLKSIZE\x001000\0").unwrap(), 1000);
        assert!(block_size(b"blksize\x009000\0").is_err());
    }
}
