//! A simulated switch as its agent and its phones share it: a lock, the clock, and a signal for every change. I/O.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;

use super::state::Switch;

/// One switch, shared.
pub struct Plant {
    switch: Mutex<Switch>,
    revision: watch::Sender<u64>,
    started: Mutex<Started>,
}

/// The last start.
struct Started {
    at: Instant,
    /// sysUpTime then, in hundredths of a second.
    up_cs: u32,
    boots: u32,
}

impl Plant {
    /// Takes the switch into service.
    #[must_use]
    pub fn new(switch: Switch) -> Self {
        const HOUR_CS: u32 = 360_000;
        let started = Mutex::new(Started { at: Instant::now(), up_cs: HOUR_CS, boots: 1 });
        Self { switch: Mutex::new(switch), revision: watch::Sender::new(1), started }
    }

    /// sysUpTime in hundredths of a second. It starts as if the switch had been running for an hour.
    #[must_use]
    pub fn now_cs(&self) -> u32 {
        let started = self.started();
        u32::try_from((started.at.elapsed().as_millis() / 10 + u128::from(started.up_cs)) % (1 << 32)).unwrap_or(0)
    }

    /// snmpEngineBoots.
    #[must_use]
    pub fn boots(&self) -> u32 {
        self.started().boots
    }

    /// Restarts the switch: its clock begins again, and what was not saved is gone.
    pub fn restart(&self) {
        {
            let mut started = self.started();
            *started = Started { at: Instant::now(), up_cs: 0, boots: started.boots + 1 };
        }
        self.change(Switch::restart);
    }

    fn started(&self) -> MutexGuard<'_, Started> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
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
            let next =
                self.read(Switch::due_cs).map(|due| Duration::from_millis(10 * u64::from(due.saturating_sub(self.now_cs()))));
            tokio::select! {
                changed = revision.changed() => changed.ok()?,
                () = sleep(next.unwrap_or(Duration::MAX)), if next.is_some() => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Switch> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
