//! TFTP packets: RFC 1350 §5, RFC 2347 (OACK). Pure.
//!
//! Not supported: mode `mail`. Names that are not UTF-8 are read with replacement characters.

/// Code points of the ERROR packet (RFC 1350 appendix, RFC 2347).
#[allow(missing_docs, reason = "the names are the standards' own")]
pub mod error_code {
    pub const NOT_DEFINED: u16 = 0;
    pub const FILE_NOT_FOUND: u16 = 1;
    pub const ACCESS_VIOLATION: u16 = 2;
    pub const ILLEGAL_OPERATION: u16 = 4;
    pub const OPTION_REFUSED: u16 = 8;
}

/// How the bytes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As they are.
    Octet,
    /// Lines end in CR LF, a lone CR is CR NUL (RFC 764).
    Netascii,
}

/// A read or write request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub name: String,
    pub mode: Mode,
    /// Options in the order sent, names in lower case.
    pub options: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// RRQ, opcode 1.
    Read(Request),
    /// WRQ, opcode 2.
    Write(Request),
    /// DATA, opcode 3.
    Data {
        /// Block number; 1 for the first, wraps to 0 after 65535.
        block: u16,
        /// Its bytes; fewer than the block size ends the file.
        data: Vec<u8>,
    },
    /// ACK, opcode 4.
    Ack {
        /// The block; 0 acknowledges an OACK.
        block: u16,
    },
    /// ERROR, opcode 5.
    Error {
        /// See [`error_code`].
        code: u16,
        /// For people.
        message: String,
    },
    /// OACK, opcode 6.
    OptionAck(Vec<(String, String)>),
}

/// Why bytes are not a packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Too short for the field.
    #[error("tftp: {field} is missing")]
    Missing {
        /// The field's name in the standard.
        field: &'static str,
    },
    /// An opcode nobody defined.
    #[error("tftp: opcode {0} is not defined")]
    Opcode(u16),
    /// A mode that is not supported.
    #[error("tftp: mode is neither octet nor netascii")]
    Mode,
}

/// Reads a packet; bytes after its end are ignored.
pub fn decode(bytes: &[u8]) -> Result<Packet, Malformed> {
    let (opcode, rest) = number(bytes, "opcode")?;
    match opcode {
        1 => Ok(Packet::Read(request(rest)?)),
        2 => Ok(Packet::Write(request(rest)?)),
        3 => number(rest, "block").map(|(block, data)| Packet::Data { block, data: data.to_vec() }),
        4 => number(rest, "block").map(|(block, _)| Packet::Ack { block }),
        5 => {
            let (code, rest) = number(rest, "error code")?;
            // Some clients leave out the text's NUL, or the text.
            let message = text(rest, "message").map_or_else(|_| String::from_utf8_lossy(rest).into_owned(), |(message, _)| message);
            Ok(Packet::Error { code, message })
        }
        6 => Ok(Packet::OptionAck(options(rest))),
        other => Err(Malformed::Opcode(other)),
    }
}

#[must_use]
pub fn encode(packet: &Packet) -> Vec<u8> {
    let mut bytes = Vec::new();
    match packet {
        Packet::Read(request) => put_request(&mut bytes, 1, request),
        Packet::Write(request) => put_request(&mut bytes, 2, request),
        Packet::Data { block, data } => {
            bytes.extend(3_u16.to_be_bytes());
            bytes.extend(block.to_be_bytes());
            bytes.extend(data);
        }
        Packet::Ack { block } => {
            bytes.extend(4_u16.to_be_bytes());
            bytes.extend(block.to_be_bytes());
        }
        Packet::Error { code, message } => {
            bytes.extend(5_u16.to_be_bytes());
            bytes.extend(code.to_be_bytes());
            put_text(&mut bytes, message);
        }
        Packet::OptionAck(options) => {
            bytes.extend(6_u16.to_be_bytes());
            put_options(&mut bytes, options);
        }
    }
    bytes
}

fn request(bytes: &[u8]) -> Result<Request, Malformed> {
    let (name, rest) = text(bytes, "filename")?;
    let (mode, rest) = text(rest, "mode")?;
    let mode = match mode.to_ascii_lowercase().as_str() {
        "octet" => Mode::Octet,
        "netascii" => Mode::Netascii,
        _ => return Err(Malformed::Mode),
    };
    Ok(Request { name, mode, options: options(rest) })
}

/// Pairs of texts; what is left of a broken pair is ignored.
fn options(mut rest: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Ok((name, after)) = text(rest, "option") {
        let Ok((value, after)) = text(after, "value") else { break };
        found.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
    found
}

fn number<'a>(bytes: &'a [u8], field: &'static str) -> Result<(u16, &'a [u8]), Malformed> {
    let (number, rest) = bytes.split_first_chunk::<2>().ok_or(Malformed::Missing { field })?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn text<'a>(bytes: &'a [u8], field: &'static str) -> Result<(String, &'a [u8]), Malformed> {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    match (parts.next(), parts.next()) {
        (Some(text), Some(rest)) => Ok((String::from_utf8_lossy(text).into_owned(), rest)),
        _ => Err(Malformed::Missing { field }),
    }
}

fn put_request(bytes: &mut Vec<u8>, opcode: u16, request: &Request) {
    bytes.extend(opcode.to_be_bytes());
    put_text(bytes, &request.name);
    put_text(bytes, if request.mode == Mode::Octet { "octet" } else { "netascii" });
    put_options(bytes, &request.options);
}

fn put_options(bytes: &mut Vec<u8>, options: &[(String, String)]) {
    for (name, value) in options {
        put_text(bytes, name);
        put_text(bytes, value);
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(text.bytes().filter(|byte| *byte != 0));
    bytes.push(0);
}
