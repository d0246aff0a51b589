//! Being asked to stop: Ctrl-C at a terminal, SIGTERM from a service manager. I/O.

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

/// Ends when somebody asks to stop.
pub async fn asked() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        drop(tokio::signal::ctrl_c().await);
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
