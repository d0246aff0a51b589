//! The line that shows how far the work is: drawn again and again in its place, on a terminal only. I/O.
//!
//! What takes less than a moment draws nothing. Whoever writes to the terminal erases the line first; it comes back by itself.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use terminal_size::{Width, terminal_size_of};
use unicode_width::UnicodeWidthChar;

/// What takes no longer than this is not worth a line.
const PATIENCE: Duration = Duration::from_millis(400);
/// How often it is drawn.
const TICK: Duration = Duration::from_millis(120);
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// What is being done.
struct Work {
    text: String,
    since: Instant,
    drawn: bool,
    frame: usize,
}

static WORK: Mutex<Option<Work>> = Mutex::new(None);
static DRAWING: Once = Once::new();

fn work() -> MutexGuard<'static, Option<Work>> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there is somebody who sees it.
pub fn is_live() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Says what is being done from now on.
pub fn show(text: String) {
    if !is_live() {
        return;
    }
    DRAWING.call_once(|| drop(std::thread::spawn(draw)));
    let mut work = work();
    // the same work goes on: its time does too
    let (since, drawn, frame) = work.as_ref().map_or((Instant::now(), false, 0), |known| (known.since, known.drawn, known.frame));
    *work = Some(Work { text, since, drawn, frame });
}

/// Ends it.
pub fn end() {
    erase_in(&mut work());
    *work() = None;
}

/// Writes something, with the line out of its way.
pub fn aside<T>(write: impl FnOnce() -> T) -> T {
    let mut work = work();
    erase_in(&mut work);
    write()
}

fn erase_in(work: &mut Option<Work>) {
    if let Some(work) = work.as_mut().filter(|work| work.drawn) {
        work.drawn = false;
        put("\r\x1b[2K");
    }
}

fn draw() {
    loop {
        std::thread::sleep(TICK);
        let mut work = work();
        if let Some(work) = work.as_mut().filter(|work| work.since.elapsed() > PATIENCE) {
            work.frame = (work.frame + 1) % FRAMES.len();
            let sign = FRAMES.get(work.frame).copied().unwrap_or_default();
            let width = terminal_size_of(io::stderr()).map_or(80, |(Width(width), _)| usize::from(width));
            let line = format!("{sign} {} {} s", work.text, work.since.elapsed().as_secs());
            put(&format!("\r\x1b[2K{}", cut(&line, width.saturating_sub(1))));
            work.drawn = true;
        }
    }
}

/// As much of the line as fits: one that wraps could not be erased.
fn cut(line: &str, width: usize) -> String {
    let mut room = width;
    line.chars()
        .map_while(|character| {
            room = room.checked_sub(character.width().unwrap_or_default())?;
            Some(character)
        })
        .collect()
}

fn put(text: &str) {
    let mut stream = io::stderr().lock();
    // a terminal that is gone needs no line
    let _: io::Result<()> = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_never_wraps() {
        assert_eq!(cut("reading 2 switches", 80), "reading 2 switches");
        assert_eq!(cut("reading 2 switches", 7), "reading");
        assert_eq!(cut("電話機", 5), "電話");
    }
}
