//! A simulated switch as its agent and its phones share it: a lock, the clock, and a signal for every change. I/O.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Instant;

use tokio::sync::watch;

use super::state::Switch;

/// One switch, shared.
pub struct Plant {
    switch: Mutex<Switch>,
    revision: watch::Sender<u64>,
    started: Instant,
}

impl Plant {
    /// Takes the switch into service.
    #[must_use]
    pub fn new(switch: Switch) -> Self {
        Self { switch: Mutex::new(switch), revision: watch::Sender::new(1), started: Instant::now() }
    }

    /// sysUpTime in hundredths of a second. It starts as if the switch had been running for an hour.
    #[must_use]
    pub fn now_cs(&self) -> u32 {
        const HOUR_CS: u128 = 360_000;
        u32::try_from((self.started.elapsed().as_millis() / 10 + HOUR_CS) % (1 << 32)).unwrap_or(0)
    }

    /// Looks at the switch, after everything that was due by now has happened.
    pub fn read<T>(&self, look: impl FnOnce(&Switch) -> T) -> T {
        self.read_numbered(|switch, _| look(switch))
    }

    /// As [`Plant::read`], with the number of changes so far: what was derived from the same number is still true.
    pub fn read_numbered<T>(&self, look: impl FnOnce(&Switch, u64) -> T) -> T {
        let mut switch = self.lock();
        if switch.tick(self.now_cs()) {
            self.revision.send_modify(|revision| *revision += 1);
        }
        let revision = *self.revision.borrow();
        look(&switch, revision)
    }

    /// Changes the switch and tells everybody.
    pub fn change<T>(&self, change: impl FnOnce(&mut Switch) -> T) -> T {
        let mut switch = self.lock();
        let result = change(&mut switch);
        self.revision.send_modify(|revision| *revision += 1);
        result
    }

    /// Waits until `wanted` finds what it looks for; `None` only when the plant is gone.
    pub async fn wait_for<T>(&self, mut wanted: impl FnMut(&Switch) -> Option<T>) -> Option<T> {
        let mut revision = self.revision.subscribe();
        loop {
            revision.borrow_and_update();
            if let Some(found) = self.read(&mut wanted) {
                return Some(found);
            }
            revision.changed().await.ok()?;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Switch> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
