//! A capture as one JSON document, written while it is read: a row for each frame. I/O: standard output.

use std::io::{self, StdoutLock};
use std::ops::ControlFlow;

use super::document::Document;
use super::row_json;
use super::rows::{Encoded, RowDocument, SEPARATOR};
use crate::discover::{DiscoverReport, Reason, Rejected};
use crate::ops::Error;
use crate::ops::capture::{BATCH, Collect};
use model::neighbour::Neighbour;

/// The document on standard output.
pub struct CaptureDocument {
    rows: RowDocument<StdoutLock<'static>>,
    /// Whether somebody still reads it.
    written: io::Result<bool>,
}

impl CaptureDocument {
    #[must_use]
    pub fn on_stdout() -> Self {
        Self { rows: RowDocument::new(io::stdout().lock(), DiscoverReport::SCHEMA), written: Ok(true) }
    }

    /// Room for the rows of one batch of frames.
    #[must_use]
    pub fn batch() -> Encoded {
        Encoded::for_rows_of(BATCH)
    }

    /// Writes the rows of a batch.
    pub fn take(&mut self, batch: &Encoded) -> ControlFlow<()> {
        self.written = self.rows.write(batch);
        if matches!(self.written, Ok(true)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Writes the end; a capture that is broken has that among its rejections.
    pub fn finish(mut self, broken: Option<&Error>) -> Result<(), Error> {
        if let Some(error) = broken {
            let mut last = Encoded::default();
            last.take(Err(Rejected::whole(Reason::DamagedCapture, error.to_string())));
            self.written = self.written.and_then(|_| self.rows.write(&last));
        }
        self.written.and_then(|_| self.rows.finish()).map_err(|cause| Error::io("printing the answer", &cause))
    }
}

impl Collect for Encoded {
    fn take(&mut self, row: Result<&Neighbour<'_>, Rejected>) {
        match row {
            Ok(row) => element(&mut self.rows, row),
            Err(rejected) => element(&mut self.rejected, &rejected),
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
