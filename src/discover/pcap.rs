//! Capture files: pcap (microseconds, nanoseconds, either byte order) and pcapng, plain or in gzip, read as a stream. I/O.

use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use flate2::read::MultiGzDecoder;
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{Block, PcapBlockOwned, PcapError, PcapNGOption};

use crate::discover::error::Error;
use crate::discover::report::{Reason, Rejected};
use lldp::link_type::LinkType;
use model::timestamp::Timestamp;

/// Bytes read at a time; it grows when a block is longer.
const BUFFER: usize = 1 << 16;
/// Largest block read: beyond it the length is damage, not data.
const BUFFER_MAX: usize = 1 << 26;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// What is known of a captured frame besides its bytes.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The interface it was captured on, when the file names it.
    pub interface: Option<Arc<str>>,
    /// How its bytes begin.
    pub link: LinkType,
    /// When it was captured.
    pub seen_at: Option<Timestamp>,
    /// How many bytes it had, when the file does not hold all of them.
    pub cut_from: Option<u32>,
}

/// What takes each frame of a file with its bytes, or why it is left out.
pub type Each<'a> = dyn FnMut(Result<(Stamp, &[u8]), Rejected>) -> ControlFlow<()> + 'a;

/// Reads a whole capture; `each` gets every frame that is carried by Ethernet, in file order.
pub fn read(input: impl Read + Send, each: &mut Each<'_>) -> Result<(), Error> {
    let failure = Arc::new(OnceLock::new());
    let input = FirstBlock { input: unpacked(input, &failure), begun: false, failure: Arc::clone(&failure) };
    frames(input, &failure, each)
}

/// The input without its compression. `failure` gets the reason when it cannot even be begun.
fn unpacked<'a>(mut input: impl Read + Send + 'a, failure: &Failure) -> Box<dyn Read + Send + 'a> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut start = [0; GZIP.len()];
    let mut filled = 0;
    // a pipe may give one byte at a time
    while filled < start.len() {
        match input.read(start.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let _ = failure.set(error.to_string());
                break;
            }
        }
    }
    let whole = io::Cursor::new(start).take(filled as u64).chain(input);
    if start == GZIP { Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))) } else { Box::new(whole) }
}

fn frames(input: impl Read + Send, failure: &Failure, each: &mut Each<'_>) -> Result<(), Error> {
    let mut reader = pcap_parser::create_reader(BUFFER, input).map_err(|error| match (error, failure.get()) {
        (_, Some(cause)) => Error::Capture { frames: 0, cause: cause.clone() },
        (PcapError::Eof | PcapError::Incomplete(_) | PcapError::HeaderNotRecognized, None) => Error::NoCapture,
        (other, None) => damage(&other, 0, failure),
    })?;
    let mut capture = Capture::default();
    let mut size = BUFFER;
    loop {
        if capture.block_is_too_short(reader.data()) {
            return Err(Error::Capture { frames: capture.frames, cause: "a block's length is wrong".to_owned() });
        }
        let step = match reader.next() {
            Ok((length, block)) => {
                if capture.take(&block, each)? == ControlFlow::Break(()) {
                    return Ok(());
                }
                Step::Consume(length)
            }
            Err(PcapError::Eof) if failure.get().is_none() => return Ok(()),
            Err(PcapError::Incomplete(_)) => Step::Refill,
            Err(PcapError::BufferTooSmall) => Step::Grow,
            Err(error) => return Err(damage(&error, capture.frames, failure)),
        };
        match step {
            Step::Consume(length) => reader.consume(length),
            // a length is believed as far as there are bytes for it: memory grows with the input, not with what it claims
            Step::Grow if reader.data().len() < size => refill(&mut *reader, capture.frames, failure)?,
            Step::Grow if size < BUFFER_MAX => {
                size *= 2;
                reader.grow(size);
                refill(&mut *reader, capture.frames, failure)?;
            }
            Step::Grow => return Err(Error::Capture { frames: capture.frames, cause: "a block is longer than 64 MiB".to_owned() }),
            Step::Refill => refill(&mut *reader, capture.frames, failure)?,
        }
    }
}

/// What to do to the reader once the block borrowed from it is done with.
enum Step {
    Consume(usize),
    Refill,
    Grow,
}

fn refill(reader: &mut dyn PcapReaderIterator, frames: u64, failure: &Failure) -> Result<(), Error> {
    let before = reader.data().len();
    reader.refill().map_err(|error| damage(&error, frames, failure))?;
    if reader.data().len() == before && !reader.reader_exhausted() {
        return Err(damage(&PcapError::BufferTooSmall, frames, failure));
    }
    Ok(())
}

/// Why reading failed, in the operating system's words.
type Failure = OnceLock<String>;

/// The input, giving all of its first block at once: the file's kind is told by that, and a pipe may give it in pieces.
///
/// The parser reads ahead of the frames it gives and would lose those when reading fails: to it a failure is the end, and `failure`
/// tells that it was none.
struct FirstBlock<R> {
    input: R,
    begun: bool,
    failure: Arc<Failure>,
}

impl<R: Read> Read for FirstBlock<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.begun {
            return Ok(self.piece(out));
        }
        self.begun = true;
        let mut filled = 0;
        while filled < first_block(out.get(..filled).unwrap_or_default()) {
            match self.piece(out.get_mut(filled..).unwrap_or_default()) {
                0 => break,
                more => filled += more,
            }
        }
        Ok(filled)
    }
}

impl<R: Read> FirstBlock<R> {
    fn piece(&mut self, out: &mut [u8]) -> usize {
        while self.failure.get().is_none() {
            match self.input.read(out) {
                Ok(length) => return length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // there is none yet
                Err(error) => drop(self.failure.set(error.to_string())),
            }
        }
        0
    }
}

/// Bytes of a file's first block: a pcap header has 24, a pcapng section header tells its length.
fn first_block(start: &[u8]) -> usize {
    const PCAP_HEADER: usize = 24;
    const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
    const BIG_ENDIAN: [u8; 4] = [0x1a, 0x2b, 0x3c, 0x4d];
    let (words, _) = start.as_chunks::<4>();
    let [SECTION_HEADER, length, order, ..] = words else { return PCAP_HEADER };
    let length = if *order == BIG_ENDIAN { u32::from_be_bytes(*length) } else { u32::from_le_bytes(*length) };
    (length as usize).max(PCAP_HEADER)
}

fn damage(error: &PcapError<&[u8]>, frames: u64, failure: &Failure) -> Error {
    let cause = match error {
        PcapError::UnexpectedEof | PcapError::Incomplete(_) | PcapError::Eof => {
            failure.get().map_or("the file ends inside a frame", String::as_str)
        }
        PcapError::ReadError => "the file cannot be read",
        PcapError::HeaderNotRecognized => "its header is no pcap or pcapng header",
        PcapError::BufferTooSmall => "a block is too long",
        PcapError::NomError(..) | PcapError::OwnedNomError(..) => "a block's length or type is wrong",
    };
    Error::Capture { frames, cause: cause.to_owned() }
}

/// Where we are in a file.
#[derive(Default)]
struct Capture {
    frames: u64,
    /// Interfaces of the section; a pcap file has one.
    interfaces: Vec<Interface>,
    /// How the numbers of a pcapng section are read.
    number: Option<fn([u8; 4]) -> u32>,
}

/// One interface of a capture.
struct Interface {
    name: Option<Arc<str>>,
    /// `None` when its frames are no Ethernet frames.
    link: Option<LinkType>,
    /// Timestamp units in a second.
    resolution: u64,
    /// Seconds to add to timestamps.
    offset: i64,
    /// Bytes of the frame check sequence at the end of each frame, where the file says that there is one.
    fcs: usize,
    /// Bytes of a frame kept at most; 0 is no limit.
    snap_length: u32,
}

/// What a file holds of a frame.
struct Held<'a> {
    bytes: &'a [u8],
    /// Bytes that the frame had.
    of: u32,
    /// Bytes of its check sequence, where the frame itself says so.
    fcs: Option<usize>,
}

impl Capture {
    /// Every pcapng block has its type and twice its length, twelve bytes. The parser takes those off a length without looking.
    fn block_is_too_short(&self, bytes: &[u8]) -> bool {
        const LEAST: u32 = 12;
        let (words, _) = bytes.as_chunks::<4>();
        matches!((self.number, words), (Some(number), [_, length, ..]) if number(*length) < LEAST)
    }

    fn take(&mut self, block: &PcapBlockOwned<'_>, each: &mut Each<'_>) -> Result<ControlFlow<()>, Error> {
        Ok(match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let link = LinkType::of(header.network.0).ok_or(Error::LinkType { number: header.network.0 & 0xffff })?;
                let resolution = if header.is_nanosecond_precision() { NANOS_PER_SECOND } else { 1_000_000 };
                let (fcs, snap_length) = (fcs_of_header(header.network.0), header.snaplen);
                self.interfaces = vec![Interface { name: None, link: Some(link), resolution, offset: 0, fcs, snap_length }];
                ControlFlow::Continue(())
            }
            PcapBlockOwned::Legacy(packet) => {
                let units = u64::from(packet.ts_sec) * self.resolution(0) + u64::from(packet.ts_usec);
                self.frame(0, Some(units), &Held { bytes: packet.data, of: packet.origlen, fcs: None }, each)
            }
            PcapBlockOwned::NG(block) => self.take_block(block, each),
        })
    }

    fn take_block(&mut self, block: &Block<'_>, each: &mut Each<'_>) -> ControlFlow<()> {
        match block {
            Block::SectionHeader(header) => {
                self.interfaces.clear();
                self.number = Some(if header.big_endian() { u32::from_be_bytes } else { u32::from_le_bytes });
            }
            Block::InterfaceDescription(description) => {
                let number = description.linktype.0;
                let interface = Interface {
                    name: description.if_name().and_then(Result::ok).map(|name| name.trim_end_matches('\0').into()),
                    link: LinkType::of(number),
                    resolution: description.ts_resolution().filter(|units| *units > 0).unwrap_or(1_000_000),
                    offset: description.ts_offset(),
                    fcs: option(&description.options, IF_FCSLEN).and_then(|value| fcs_of_interface(*value.first()?)).unwrap_or(0),
                    snap_length: description.snaplen,
                };
                let (at, readable) = (self.interfaces.len(), interface.link.is_some());
                self.interfaces.push(interface);
                if !readable {
                    let message = format!("interface {at}: link type {number} is not read: its frames are left out");
                    return each(Err(Rejected::whole(Reason::LinkType, message)));
                }
            }
            Block::EnhancedPacket(packet) => {
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let flags = option(&packet.options, EPB_FLAGS).and_then(|value| value.first_chunk().copied());
                let fcs = flags.and_then(|flags| fcs_of_flags(self.number?(flags)));
                let held = Held { bytes: packet.packet_data(), of: packet.origlen, fcs };
                return self.frame(packet.if_id as usize, Some(units), &held, each);
            }
            Block::SimplePacket(packet) => {
                // what the block has beyond the snap length is padding
                let most = self.interfaces.first().map_or(0, |interface| interface.snap_length) as usize;
                let bytes = packet.packet_data();
                let bytes = bytes.get(..most).filter(|_| most > 0).unwrap_or(bytes);
                return self.frame(0, None, &Held { bytes, of: packet.origlen, fcs: None }, each);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn resolution(&self, interface: usize) -> u64 {
        self.interfaces.get(interface).map_or(1_000_000, |interface| interface.resolution)
    }

    fn frame(&mut self, interface: usize, units: Option<u64>, held: &Held<'_>, each: &mut Each<'_>) -> ControlFlow<()> {
        self.frames += 1;
        let number = self.frames;
        let Some(interface) = self.interfaces.get(interface) else {
            let message = format!("the file describes no interface {interface}");
            return each(Err(Rejected::frame(number, Reason::UnknownInterface, message)));
        };
        let Some(link) = interface.link else { return ControlFlow::Continue(()) };
        let cut_from = Some(held.of).filter(|of| *of as usize > held.bytes.len());
        let seen_at = units.map(|units| interface.moment(units));
        let stamp = Stamp { number, interface: interface.name.clone(), link, seen_at, cut_from };
        // the check sequence is the first thing that a cut takes away
        let fcs = if cut_from.is_none() { held.fcs.unwrap_or(interface.fcs) } else { 0 };
        let length = held.bytes.len().saturating_sub(fcs);
        each(Ok((stamp, held.bytes.get(..length).unwrap_or_default())))
    }
}

/// Code of the option with the length of an interface's frame check sequences.
const IF_FCSLEN: u16 = 13;
/// Code of the option with a packet's flags.
const EPB_FLAGS: u16 = 2;

fn option<'a>(options: &'a [PcapNGOption<'_>], code: u16) -> Option<&'a [u8]> {
    options.iter().find(|option| option.code.0 == code).map(PcapNGOption::value)
}

/// A pcap header tells the length in 16-bit words in its highest four bits, when bit 26 is set.
const fn fcs_of_header(link_type: i32) -> usize {
    let [high, ..] = link_type.to_be_bytes();
    if high & 0x04 == 0 { 0 } else { (high >> 4) as usize * 2 }
}

/// Some programs write the length in bits, as the standard says, some in bytes; 0 is unknown.
const fn fcs_of_interface(length: u8) -> Option<usize> {
    match length {
        0 => None,
        1..8 => Some(length as usize),
        bits => Some(bits as usize / 8),
    }
}

/// Bits 5 to 8 of a packet's flags, in bytes; 0 is unknown.
const fn fcs_of_flags(flags: u32) -> Option<usize> {
    match flags >> 5 & 0x0f {
        0 => None,
        bytes => Some(bytes as usize),
    }
}

impl Interface {
    fn moment(&self, units: u64) -> Timestamp {
        let nanos = i128::from(units) * i128::from(NANOS_PER_SECOND) / i128::from(self.resolution)
            + i128::from(self.offset) * i128::from(NANOS_PER_SECOND);
        // beyond 2262 no calendar goes; a damaged stamp must still print
        Timestamp::from_unix_nanos(u64::try_from(nanos.clamp(0, i128::from(i64::MAX))).unwrap_or(0))
    }
}
