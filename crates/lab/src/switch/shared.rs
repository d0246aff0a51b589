//! A simulated switch as its agent and its phones share it: a lock, the clock, and a signal for every change. I/O.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;

use super::state::Switch;
use crate::agent::wire::Wire;

pub struct SharedSwitch {
    switch: Mutex<Switch>,
    revision: watch::Sender<u64>,
    started: Mutex<Started>,
    /// As the site began.
    initial: Switch,
    wire: Mutex<Wire>,
    sets: AtomicU64,
    /// Counts the changes of every switch of the site.
    changes: Arc<watch::Sender<u64>>,
}

struct Started {
    at: Instant,
    /// sysUpTime then, in hundredths of a second.
    up_cs: u32,
    boots: u32,
}

impl SharedSwitch {
    /// Takes the switch into service.
    #[must_use]
    pub fn new(switch: Switch, changes: Arc<watch::Sender<u64>>) -> Self {
        const HOUR_CS: u32 = 360_000;
        let started = Mutex::new(Started { at: Instant::now(), up_cs: HOUR_CS, boots: 1 });
        let (initial, revision) = (switch.clone(), watch::Sender::new(1));
        Self { switch: Mutex::new(switch), revision, started, initial, wire: Mutex::default(), sets: AtomicU64::new(0), changes }
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

    /// Puts everything back to how the site began.
    pub fn reset(&self) {
        self.with_wire(|wire| *wire = Wire::default());
        self.sets.store(0, Ordering::Relaxed);
        self.change(|switch| *switch = self.initial.clone());
    }

    /// Looks at what happens to its answers, or changes that.
    pub fn with_wire<T>(&self, change: impl FnOnce(&mut Wire) -> T) -> T {
        change(&mut self.wire.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// SET requests that came in.
    #[must_use]
    pub fn sets_received(&self) -> u64 {
        self.sets.load(Ordering::Relaxed)
    }

    pub(crate) fn count_set(&self) {
        self.sets.fetch_add(1, Ordering::Relaxed);
    }

    fn tell(&self) {
        self.revision.send_modify(|revision| *revision += 1);
        self.changes.send_modify(|changes| *changes += 1);
    }

    fn started(&self) -> MutexGuard<'_, Started> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the switch, after everything that was due by now has happened.
    pub fn read<T>(&self, look: impl FnOnce(&Switch) -> T) -> T {
        self.read_numbered(|switch, _| look(switch))
    }

    /// As [`SharedSwitch::read`], with the number of changes so far: what was derived from the same number is still true.
    pub fn read_numbered<T>(&self, look: impl FnOnce(&Switch, u64) -> T) -> T {
        let mut switch = self.lock();
        if switch.tick(self.now_cs()) {
            self.tell();
        }
        let revision = *self.revision.borrow();
        look(&switch, revision)
    }

    /// Changes the switch and tells everybody.
    pub fn change<T>(&self, change: impl FnOnce(&mut Switch) -> T) -> T {
        let mut switch = self.lock();
        let result = change(&mut switch);
        self.tell();
        result
    }

    /// Waits until `wanted` finds what it looks for; `None` only when the switch is gone.
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
