//! A document whose rows are written while they are found: its size does not matter. I/O.
//!
//! It is one JSON document all the same, with a row on each line:
//!
//! ```text
//! {"schema":"voiceport.discover/1","rows":[
//! {…},
//! {…}
//! ],"rejected":[…],"notes":[],"errors":[…]}
//! ```

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};

use model::error_row::ErrorRow;

/// Bytes that wait in memory for the end of the document; more wait in a file.
const IN_MEMORY: usize = 4 << 20;

/// Rows and rejections that were already made JSON, several with [`SEPARATOR`] between them.
#[derive(Debug, Default)]
pub struct Encoded {
    pub rows: Vec<u8>,
    pub rejected: Vec<u8>,
}

impl Encoded {
    /// Room for the rows of so many bytes of frames: JSON is five or six times as long.
    #[must_use]
    pub fn for_rows_of(bytes: usize) -> Self {
        Self { rows: Vec::with_capacity(bytes * 6), rejected: Vec::new() }
    }
}

/// What stands between two elements.
pub const SEPARATOR: &[u8] = b",\n";

/// A document that is being written.
#[derive(Debug)]
pub struct RowDocument<W> {
    out: W,
    schema: &'static str,
    begun: bool,
    rejected: Spool,
    /// The reader went away: nothing more is written, and nothing is wrong.
    closed: bool,
}

impl<W: Write> RowDocument<W> {
    /// Nothing is written before the first row.
    pub fn new(out: W, schema: &'static str) -> Self {
        Self { out, schema, begun: false, rejected: Spool::default(), closed: false }
    }

    /// Whether anything was written.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Writes rows, and keeps rejections for the end. `false` when nobody reads any more.
    pub fn write(&mut self, encoded: &Encoded) -> io::Result<bool> {
        self.rejected.put(&encoded.rejected)?;
        if !encoded.rows.is_empty() {
            let before = if self.begun { SEPARATOR.to_vec() } else { self.head() };
            self.put(&before)?;
            self.put(&encoded.rows)?;
        }
        Ok(!self.closed)
    }

    /// Writes the rest of the document.
    pub fn finish(mut self, errors: &[ErrorRow]) -> io::Result<()> {
        if !self.begun {
            let head = self.head();
            self.put(&head)?;
        }
        self.put(b"\n],\"rejected\":[")?;
        let mut rejected = std::mem::take(&mut self.rejected);
        rejected.read_back(&mut |piece| self.put(piece))?;
        self.put(b"],\"notes\":[],\"errors\":")?;
        self.put(&serde_json::to_vec(errors)?)?;
        self.put(b"}\n")?;
        if self.closed { Ok(()) } else { settled(self.out.flush()).map(|_| ()) }
    }

    fn head(&mut self) -> Vec<u8> {
        self.begun = true;
        format!("{{\"schema\":\"{}\",\"rows\":[\n", self.schema).into_bytes()
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.closed {
            self.closed = !settled(self.out.write_all(bytes))?;
        }
        Ok(())
    }
}

/// Whether there still is a reader.
fn settled(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elements that wait for the end of the document.
#[derive(Debug, Default)]
struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    used: bool,
}

impl Spool {
    fn put(&mut self, elements: &[u8]) -> io::Result<()> {
        if elements.is_empty() {
            return Ok(());
        }
        if self.used {
            self.memory.extend_from_slice(SEPARATOR);
        }
        self.used = true;
        self.memory.extend_from_slice(elements);
        if self.memory.len() > IN_MEMORY {
            let full = std::mem::take(&mut self.memory);
            self.file()?.write_all(&full)?;
        }
        Ok(())
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile()?);
        }
        self.file.as_mut().ok_or_else(|| ErrorKind::Other.into())
    }

    fn read_back(&mut self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.rewind()?;
            let mut piece = vec![0; 1 << 16];
            loop {
                let length = file.read(&mut piece)?;
                if length == 0 {
                    break;
                }
                each(piece.get(..length).unwrap_or_default())?;
            }
        }
        each(&self.memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(encoded: &[Encoded]) -> serde_json::Value {
        let mut out = Vec::new();
        let mut document = RowDocument::new(&mut out, "voiceport.example/1");
        for part in encoded {
            assert!(document.write(part).unwrap());
        }
        document.finish(&[]).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn parts_make_one_document() {
        let part = |rows: &str, rejected: &str| Encoded { rows: rows.into(), rejected: rejected.into() };
        assert_eq!(
            document(&[]),
            serde_json::json!({"schema": "voiceport.example/1", "rows": [], "rejected": [], "notes": [], "errors": []})
        );
        let parts = [part("1,\n2", ""), part("", "7"), part("3", "8,\n9")];
        assert_eq!(
            document(&parts),
            serde_json::json!({"schema": "voiceport.example/1", "rows": [1, 2, 3], "rejected": [7, 8, 9], "notes": [], "errors": []})
        );
    }

    #[test]
    fn what_waits_for_the_end_does_not_wait_in_memory() {
        let long = format!("\"{}\"", "x".repeat(IN_MEMORY / 2));
        let parts: Vec<_> = (0..5).map(|_| Encoded { rows: Vec::new(), rejected: long.clone().into() }).collect();
        assert_eq!(document(&parts)["rejected"].as_array().unwrap().len(), 5);
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(ErrorKind::BrokenPipe.into())
            }
        }
        let mut document = RowDocument::new(Gone, "voiceport.example/1");
        assert!(!document.write(&Encoded { rows: b"1".to_vec(), rejected: Vec::new() }).unwrap());
        document.finish(&[]).unwrap();
    }
}
