//! Carries out walks: a few requests to one agent at a time, until every column has ended. I/O.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use super::column::Cut;
use super::error::Error;
use super::response::Reader;
use super::session::{self, SYS_UP_TIME, Session};
use super::table::Tables;
use super::walk::{Rows, Walk};
use super::window::{Bulk, NoRows, Window};
use crate::{Oid, Pdu};

/// Walks through one agent, whose window it keeps from walk to walk.
#[derive(Debug, Default)]
pub struct Walker {
    window: Mutex<Window>,
    /// Held by the request that finds out whether the agent answers GETBULK.
    finding_out: tokio::sync::Mutex<()>,
}

/// What a walk brought.
#[derive(Debug, Default)]
pub struct Walked {
    /// Every instance found.
    pub tables: Tables,
    /// Columns that ended before their time.
    pub cut: Vec<(Oid, Cut)>,
}

impl Walker {
    /// Reads columns or whole subtrees, and objects that have one instance. Only an agent that answers nothing any more is an error.
    pub async fn read(&self, session: &Session, roots: &[Oid], scalars: &[Oid]) -> Result<Walked, Error> {
        let walk = Mutex::new(Walk::new(roots, scalars, session.limits()));
        let changed = Notify::new();
        let lane = || self.lane(session, &walk, &changed);
        tokio::try_join!(lane(), lane(), lane(), lane())?;
        let (tables, cut) = walk.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        Ok(Walked { tables, cut })
    }

    /// One request after another, while there are any.
    async fn lane(&self, session: &Session, walk: &Mutex<Walk>, changed: &Notify) -> Result<(), Error> {
        loop {
            let rows = lock(walk).next(&self.window());
            match rows {
                Some(rows) => {
                    self.perform(session, walk, &rows).await?;
                    changed.notify_waiters();
                }
                None if lock(walk).is_idle() => return Ok(()),
                None => changed.notified().await,
            }
        }
    }

    async fn perform(&self, session: &Session, walk: &Mutex<Walk>, rows: &Rows) -> Result<(), Error> {
        let request = session::next_rows(&lock(walk).names(rows), rows.repetitions);
        let started = Instant::now();
        let mut read = |pdu: &Pdu<'_>| lock(walk).answered(&mut self.window(), rows, pdu, started.elapsed());
        let is_first_bulk = rows.repetitions > 1 && self.window().bulk == Bulk::Unknown;
        let answer = if is_first_bulk {
            match Box::pin(self.first_bulk(session, request, &mut read)).await {
                Ok(false) => {
                    lock(walk).not_asked(rows);
                    return Ok(());
                }
                answer => answer.map(|_| ()),
            }
        } else {
            session.next(request, &mut read).await
        };
        let why = match answer {
            Ok(()) => return Ok(()),
            Err(Error::Status { status, position }) => NoRows::Status(status, position),
            Err(Error::NoAnswer { .. }) => {
                session.get(&[Oid::from(SYS_UP_TIME)]).await?;
                NoRows::Silence
            }
            Err(Error::BadAnswer(what)) => NoRows::BadAnswer(what),
            Err(error) => return Err(error),
        };
        lock(walk).failed(&mut self.window(), rows, &why);
        Ok(())
    }

    /// A GETBULK to an agent of which it is not known whether it answers any; `false` when it does not. While there is no answer, that
    /// is found out beside.
    async fn first_bulk(&self, session: &Session, request: Pdu<'_>, read: Reader<'_>) -> Result<bool, Error> {
        let mut asked = pin!(session.next(request, read));
        let patience = tokio::time::sleep(session.first_wait());
        let answer = tokio::select! {
            biased;
            answer = &mut asked => answer,
            () = patience => tokio::select! {
                biased;
                answer = &mut asked => answer,
                answers = self.answers_bulk(session) => {
                    if !answers? {
                        return Ok(false);
                    }
                    asked.await
                }
            },
        };
        if answer.is_ok() {
            self.window().bulk = Bulk::Answered;
        }
        answer.map(|()| true)
    }

    /// Finds out whether the agent answers GETBULK, unless another request has found out meanwhile.
    async fn answers_bulk(&self, session: &Session) -> Result<bool, Error> {
        let _one = self.finding_out.lock().await;
        if self.window().bulk == Bulk::Unknown {
            let answers = session.answers_bulk().await?;
            self.window().bulk = if answers { Bulk::Answered } else { Bulk::Silent };
        }
        Ok(self.window().bulk == Bulk::Answered)
    }

    /// Whether the agent was found to answer no GETBULK.
    pub fn is_without_bulk(&self) -> bool {
        self.window().bulk == Bulk::Silent
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        lock(&self.window)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
