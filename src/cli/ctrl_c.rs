//! Being asked to stop: Ctrl-C at a terminal, SIGTERM from a service manager. I/O.

use async_trait::async_trait;
use tokio::signal::unix::{SignalKind, signal};

use crate::ops::context::Stop;

/// Ctrl-C or SIGTERM.
pub struct CtrlC;

#[async_trait]
impl Stop for CtrlC {
    async fn asked(&self) {
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            drop(tokio::signal::ctrl_c().await);
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
}

/// Ctrl-C, SIGTERM or the end of the terminal: for what must not be left behind.
pub struct CtrlCOrHangup;

#[async_trait]
impl Stop for CtrlCOrHangup {
    async fn asked(&self) {
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return CtrlC.asked().await };
        tokio::select! {
            _ = hangup.recv() => {}
            () = CtrlC.asked() => {}
        }
    }
}
