//! `discover --pcap`: the frames of a capture file, or the neighbours in them. I/O: reads a file.

use std::cell::Cell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use super::conclusion::Conclusion;
use super::context::Context;
use super::discover::recogniser;
use super::error::Error;
use super::event::CaptureEvent;
use crate::discover::join::join;
use crate::discover::{self, DiscoverReport, Reason, Rejected, capture};
use model::ids::MacAddress;
use model::neighbour::{Anomaly, Neighbour, Protocol, TypedId};

pub use crate::discover::capture::{BATCH, Collect};

/// Neighbours, and rejections, kept at most, so that memory has an end.
const KEPT_MAX: usize = 10_000;

/// What was read of a capture.
#[derive(Debug)]
pub struct Captured {
    /// The neighbours that were kept.
    pub report: DiscoverReport,
    /// Why reading ended early, when it did.
    pub broken: Option<Error>,
}

impl Captured {
    /// What was read, when the file was whole.
    pub fn whole(self) -> Result<Self, Error> {
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    #[must_use]
    pub const fn conclusion(&self) -> Conclusion {
        if self.broken.is_none() { Conclusion::Done } else { Conclusion::Failed }
    }
}

/// Reads the file, `-` for standard input, and keeps every neighbour once, as its last frame shows it.
pub fn neighbours(file: &Path, context: &Context) -> Result<Captured, Error> {
    let recogniser = recogniser()?;
    let mut found = Neighbours::default();
    let mut frames = 0_u64;
    let mut common = Common::default();
    let mut rejected = Vec::new();
    let read = reading(file, |input| {
        discover::read_capture(input, &recogniser, &mut |row| {
            frames += 1;
            common.count(row.as_ref());
            match row {
                Ok(mut row) => {
                    row.anomalies.retain(|anomaly| !anomaly.is_no_check_sequence());
                    found.take(row.into_owned());
                }
                Err(reason) if rejected.len() < KEPT_MAX => rejected.push(reason),
                Err(_) => found.left_out += 1,
            }
        })
    });
    rejected.extend(common.notes());
    let broken = match read {
        Err(error) if frames == 0 => return Err(error),
        read => read.err(),
    };
    if broken.is_none() {
        context.emit(CaptureEvent::Read { frames });
    }
    if found.left_out > 0 {
        context.emit(CaptureEvent::NotKept { count: found.left_out });
    }
    Ok(Captured { report: DiscoverReport { rejected, ..found.report() }, broken })
}

/// Reads the file, `-` for standard input, and gives every frame to values of `T`, which `begin` makes; `each` gets these in file
/// order. The report has the phones among the rows, when they are to be kept, and nothing else.
///
/// A file that is damaged before its first row is an error.
pub fn rows<T: Collect>(
    file: &Path,
    keep_phones: bool,
    begin: &(dyn Fn() -> T + Sync),
    each: &mut dyn FnMut(T) -> ControlFlow<()>,
) -> Result<Captured, Error> {
    let recogniser = recogniser()?;
    let mut phones = Neighbours::default();
    let mut any = false;
    let common = Cell::new(Common::default());
    let begin = || Part { own: begin(), any: false, common: Common::default(), phones: keep_phones.then(Vec::new) };
    let mut each = |part: Part<T>| {
        any |= part.any;
        common.set(common.get().and(part.common));
        part.phones.into_iter().flatten().for_each(|phone| phones.take(phone));
        each(part.own)
    };
    let read = reading(file, |input| capture::collect(input, &recogniser, &begin, &mut each));
    let notes = common.get().notes();
    if !notes.is_empty() {
        let mut last = begin();
        for note in notes {
            last.own.take(Err(note));
        }
        // the last: whether more is wanted makes no difference
        let _ = each(last);
    }
    match read {
        // Rows were given already: what broke is one more line of what was read, which needs no name of the file.
        Err(Error::Capture { error, .. }) if any => Ok(Captured { report: phones.report(), broken: Some(error.into()) }),
        Err(error) => Err(error),
        Ok(()) => Ok(Captured { report: phones.report(), broken: None }),
    }
}

fn reading(file: &Path, read: impl FnOnce(Box<dyn Read + Send>) -> Result<(), discover::Error>) -> Result<(), Error> {
    let named = |error| Error::Capture { file: file.to_owned(), error };
    if file.as_os_str() == "-" {
        return read(Box::new(io::stdin())).map_err(named);
    }
    let opened = File::open(file).map_err(|source| Error::reading(file, source))?;
    if opened.metadata().is_ok_and(|facts| facts.is_dir()) {
        return Err(Error::reading(file, io::ErrorKind::IsADirectory.into()));
    }
    read(Box::new(opened)).map_err(named)
}

fn is_cut(row: Result<&Neighbour<'_>, &Rejected>) -> bool {
    match row {
        Ok(row) => row.anomalies.iter().any(|anomaly| matches!(anomaly, Anomaly::CutByCapture { .. })),
        Err(rejected) => rejected.reason == Reason::CutByCapture,
    }
}

/// What many frames of a file have in common, which is said once for the file.
#[derive(Debug, Clone, Copy, Default)]
struct Common {
    /// Frames that the file does not hold whole.
    cut: u64,
    /// Frames that end in no check sequence of theirs.
    no_check_sequence: u64,
}

impl Common {
    fn count(&mut self, row: Result<&Neighbour<'_>, &Rejected>) {
        self.cut += u64::from(is_cut(row));
        self.no_check_sequence += u64::from(row.is_ok_and(|row| row.anomalies.iter().any(Anomaly::is_no_check_sequence)));
    }

    const fn and(self, other: Self) -> Self {
        Self { cut: self.cut + other.cut, no_check_sequence: self.no_check_sequence + other.no_check_sequence }
    }

    fn notes(self) -> Vec<Rejected> {
        let mut notes = Vec::new();
        if self.cut > 0 {
            let frames = if self.cut == 1 { "1 frame is".to_owned() } else { format!("{} frames are", self.cut) };
            let message = format!("{frames} in the capture only in part: capture whole frames, as `tcpdump -s 0` does");
            notes.push(Rejected::whole(Reason::CutByCapture, message));
        }
        if self.no_check_sequence > 0 {
            let frames = match self.no_check_sequence {
                1 => "1 frame ends".to_owned(),
                more => format!("{more} frames end"),
            };
            let message = format!(
                "{frames} in four bytes that are no check sequence of the frame: it was changed on its way to the capture, or they are \
                 something else"
            );
            notes.push(Rejected::whole(Reason::CheckSequence, message));
        }
        notes
    }
}

/// What one batch of frames comes to.
struct Part<T> {
    own: T,
    /// Whether there was a row.
    any: bool,
    common: Common,
    /// The phones among the rows, when they are wanted.
    phones: Option<Vec<Neighbour<'static>>>,
}

impl<T: Collect> Collect for Part<T> {
    fn take(&mut self, row: Result<&Neighbour<'_>, Rejected>) {
        self.common.count(row.as_ref().copied());
        if let Ok(row) = row
            && row.anomalies.iter().any(Anomaly::is_no_check_sequence)
        {
            let mut row = row.clone();
            row.anomalies.retain(|anomaly| !anomaly.is_no_check_sequence());
            self.keep(Ok(&row));
        } else {
            self.keep(row);
        }
    }
}

impl<T: Collect> Part<T> {
    fn keep(&mut self, row: Result<&Neighbour<'_>, Rejected>) {
        if let Ok(row) = row {
            self.any = true;
            if let Some(phones) = self.phones.as_mut().filter(|_| row.phone.is_some()) {
                phones.push(row.clone().into_owned());
            }
        }
        self.own.take(row);
    }
}

/// Neighbours by what makes them themselves, in the order in which they were first seen; LLDP and CDP of one make one row in the end.
#[derive(Default)]
struct Neighbours {
    rows: Vec<Neighbour<'static>>,
    places: HashMap<Identity, usize>,
    left_out: u64,
}

/// Chassis IDs are not enough: phones without an address all have the same.
type Identity = (Option<String>, Protocol, Option<MacAddress>, Option<TypedId<'static>>, Option<TypedId<'static>>);

impl Neighbours {
    fn take(&mut self, row: Neighbour<'static>) {
        let interface = row.interface.as_deref().map(str::to_owned);
        let identity = (interface, row.protocol, row.mac, row.chassis_id.clone(), row.port_id.clone());
        match self.places.entry(identity) {
            Entry::Occupied(place) => {
                if let Some(known) = self.rows.get_mut(*place.get()) {
                    replace(known, row);
                }
            }
            Entry::Vacant(_) if self.rows.len() >= KEPT_MAX => self.left_out += 1,
            Entry::Vacant(place) => {
                place.insert(self.rows.len());
                self.rows.push(row);
            }
        }
    }

    fn report(self) -> DiscoverReport {
        DiscoverReport { rows: join(self.rows), ..DiscoverReport::default() }
    }
}

/// The newest frame counts; a shutdown frame says nothing but that the neighbour goes.
fn replace(known: &mut Neighbour<'static>, row: Neighbour<'static>) {
    if row.ttl_s == Some(0) {
        known.ttl_s = row.ttl_s;
        known.anomalies.push(Anomaly::Withdrawn { frame: row.frame.unwrap_or_default() });
    } else {
        *known = row;
    }
}
