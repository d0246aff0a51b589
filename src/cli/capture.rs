//! `voiceport discover --pcap`: a capture file as a document of its frames, or as a table of the neighbours in it. I/O.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use super::error::Error;
use super::exit::Exit;
use crate::discover;
use crate::discover::capture;
use crate::discover::capture::Collect;
use crate::discover::capture::Flow;
use crate::discover::join::join;
use crate::output::Document;
use crate::output::Format;
use crate::output::Terminal;
use crate::output::row_json;
use crate::output::rows::Encoded;
use crate::output::rows::RowDocument;
use crate::output::rows::SEPARATOR;
use crate::phones::Recogniser;
use model::ids::MacAddress;
use model::neighbour::DiscoverReport;
use model::neighbour::Neighbour;
use model::neighbour::Protocol;
use model::neighbour::Rejected;
use model::neighbour::TypedId;

/// Neighbours shown in a table at most, so that memory has an end; a JSON document has none.
const SHOWN: usize = 10_000;

/// Where the frames come from and where the answer goes.
pub struct Reading<'a> {
    /// How to answer.
    pub terminal: Terminal,
    /// The phones there are.
    pub recogniser: &'a Recogniser,
    /// Whether the phones found are wanted besides the answer.
    pub keep_phones: bool,
}

impl Reading<'_> {
    /// Reads the file, `-` for standard input, and prints what is in it. Gives the neighbours that were shown in a table, or the phones
    /// that are to be kept.
    pub fn of_file(&self, file: &Path) -> Result<(DiscoverReport, Exit), Error> {
        let named = |error| Error::Capture { file: file.display().to_string(), error };
        if file.as_os_str() == "-" {
            return self.of(io::stdin()).map_err(named);
        }
        let failed = |cause: &dyn std::fmt::Display| Error::io(format!("reading {}", file.display()), cause);
        let opened = File::open(file).map_err(|cause| failed(&cause))?;
        if opened.metadata().is_ok_and(|facts| facts.is_dir()) {
            return Err(failed(&"it is a folder, not a capture file"));
        }
        self.of(opened).map_err(named)
    }

    fn of(&self, input: impl Read + Send) -> Result<(DiscoverReport, Exit), discover::Error> {
        match self.terminal.format {
            Format::Json => self.document(input),
            Format::Table => self.table(input),
        }
    }

    /// Every frame is a row of the document, written when it is read.
    fn document(&self, input: impl Read + Send) -> Result<(DiscoverReport, Exit), discover::Error> {
        let mut document = RowDocument::new(io::stdout().lock(), DiscoverReport::SCHEMA);
        let mut phones = Neighbours::default();
        let mut printing = Ok(true);
        let begin = || Part { encoded: Encoded::for_rows_of(capture::BATCH), phones: self.keep_phones.then(Vec::new) };
        let read = capture::collect(input, self.recogniser, &begin, &mut |part: Part| {
            part.phones.into_iter().flatten().for_each(|phone| phones.take(phone));
            printing = document.write(&part.encoded);
            if matches!(printing, Ok(true)) { Flow::Continue } else { Flow::Stop }
        });
        let exit = match read {
            Err(error) if !document.has_begun() => return Err(error),
            Err(error) => {
                self.terminal.error(&error.to_string(), error.hint().as_deref());
                let mut last = Part { encoded: Encoded::default(), phones: None };
                last.take(Err(Rejected { frame: None, switch: None, reason: error.to_string() }));
                printing = printing.and_then(|_| document.write(&last.encoded));
                Exit::Failed
            }
            Ok(()) => Exit::Done,
        };
        printing.and_then(|_| document.finish()).map_err(discover::Error::Printing)?;
        Ok((phones.report(), exit))
    }

    /// Every neighbour once, as its last frame shows it.
    fn table(&self, input: impl Read + Send) -> Result<(DiscoverReport, Exit), discover::Error> {
        let mut found = Neighbours::default();
        let mut frames = 0_u64;
        let mut rejected = Vec::new();
        let read = discover::read_capture(input, self.recogniser, &mut |row| {
            frames += 1;
            match row {
                Ok(row) => found.take(row.into_owned()),
                Err(reason) if rejected.len() < SHOWN => rejected.push(reason),
                Err(_) => found.left_out += 1,
            }
        });
        if let Err(error) = read {
            if frames == 0 {
                return Err(error);
            }
            self.show(found, rejected);
            return Err(error);
        }
        self.terminal.progress(&format!("{frames} LLDP and CDP frames read"));
        Ok((self.show(found, rejected), Exit::Done))
    }

    fn show(&self, found: Neighbours, rejected: Vec<Rejected>) -> DiscoverReport {
        if found.left_out > 0 {
            let what = format!("{} more neighbours or rejections are not shown: --format json writes them all", found.left_out);
            self.terminal.warn(&what);
        }
        let report = DiscoverReport { rejected, ..found.report() };
        self.terminal.print(&report);
        report
    }
}

/// What one batch of frames comes to.
struct Part {
    encoded: Encoded,
    /// The phones among the rows, when they are wanted.
    phones: Option<Vec<Neighbour<'static>>>,
}

impl Collect for Part {
    fn take(&mut self, row: Result<&Neighbour<'_>, Rejected>) {
        match row {
            Ok(row) => {
                element(&mut self.encoded.rows, row);
                if let Some(phones) = self.phones.as_mut().filter(|_| row.phone.is_some()) {
                    phones.push(row.clone().into_owned());
                }
            }
            Err(rejected) => element(&mut self.encoded.rejected, &rejected),
        }
    }
}

fn element(list: &mut Vec<u8>, value: &impl serde::Serialize) {
    if !list.is_empty() {
        list.extend_from_slice(SEPARATOR);
    }
    let before = list.len();
    if row_json::append(list, value).is_err() {
        // a row that the fast serializer does not know: a test says that there is none
        list.truncate(before);
        let _ = serde_json::to_writer(list, value);
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
            Entry::Vacant(_) if self.rows.len() >= SHOWN => self.left_out += 1,
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
        known.anomalies.push(format!("withdrew itself in frame {}", row.frame.unwrap_or_default()));
    } else {
        *known = row;
    }
}
