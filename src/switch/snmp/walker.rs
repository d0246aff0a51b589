//! Carries out walks: a few requests to one switch at a time, until every column has ended. I/O.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use crate::switch::Error;
use crate::switch::snmp::mib;
use crate::switch::snmp::profile::Arcs;
use crate::switch::snmp::session::{self, Failure, Session};
use crate::switch::snmp::tables::{Tables, joined};
use crate::switch::snmp::walk::{Bearing, Job, Walk, Why};

/// What this agent bears, kept from walk to walk.
#[derive(Debug, Default)]
pub struct Walker {
    bearing: Mutex<Bearing>,
}

/// What a walk brought.
#[derive(Debug, Default)]
pub struct Found {
    /// Instances.
    pub tables: Tables,
    /// Columns that ended before their time, and why, in words.
    pub notes: Vec<(Arcs, String)>,
}

impl Walker {
    /// Reads columns or whole subtrees, and objects that have one instance. Only a switch that answers nothing any more is a failure.
    pub async fn read(&self, session: &Session, roots: &[Arcs], scalars: &[Arcs]) -> Result<Found, Failure> {
        let walk = Mutex::new(Walk::new(roots, scalars, session.speech()));
        let changed = Notify::new();
        let lane = || self.lane(session, &walk, &changed);
        tokio::try_join!(lane(), lane(), lane(), lane())?;
        let (tables, notes) = walk.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        Ok(Found { tables, notes })
    }

    /// One request after another, while there are any.
    async fn lane(&self, session: &Session, walk: &Mutex<Walk>, changed: &Notify) -> Result<(), Failure> {
        loop {
            let job = lock(walk).next(&self.bearing());
            match job {
                Some(job) => {
                    self.perform(session, walk, &job).await?;
                    changed.notify_waiters();
                }
                None if lock(walk).is_idle() => return Ok(()),
                None => changed.notified().await,
            }
        }
    }

    async fn perform(&self, session: &Session, walk: &Mutex<Walk>, job: &Job) -> Result<(), Failure> {
        let request = session::behind(&lock(walk).names(job), job.repetitions);
        let started = Instant::now();
        let mut read = |pdu: &snmp::Pdu<'_>| lock(walk).answered(&mut self.bearing(), job, pdu, started.elapsed());
        let why = match session.next(request, &mut read).await {
            Ok(()) => return Ok(()),
            Err(Failure::Status { status, position }) => Why::Status(status, position),
            Err(Failure::Silent { .. }) => {
                session.get(&[joined(mib::SYS_UP_TIME, &[0])]).await?;
                Why::Silence
            }
            Err(Failure::Other(Error::Garbage { what, .. })) => Why::Garbage(what),
            Err(failure) => return Err(failure),
        };
        lock(walk).failed(&mut self.bearing(), job, &why);
        Ok(())
    }

    fn bearing(&self) -> MutexGuard<'_, Bearing> {
        lock(&self.bearing)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
