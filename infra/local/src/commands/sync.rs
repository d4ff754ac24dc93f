//! `chatlink sync`.

use super::{Failure, follow::manual_run};
use crate::{
    cli::Sync,
    ports::{Ports, url},
    stack,
};
use bootstrap::SystemClock;
use domain::{SyncWindow, ports::Clock};
use std::sync::Arc;

/// Asks the running stack for a manual sync and waits for its end.
pub(crate) async fn sync(args: Sync) -> Result<(), Failure> {
    let window = SyncWindow::manual(args.from, args.to, SystemClock.now())
        .map_err(|error| Failure::Input(error.to_string()))?;
    let ports = Ports::new(args.port_base);
    if tokio::net::TcpStream::connect(("127.0.0.1", ports.aws())).await.is_err() {
        let sentence = format!(
            "no stack answers at {}; start one with `chatlink up`, or say where it is with --port-base",
            url(ports.aws())
        );
        return Err(Failure::Input(sentence));
    }
    let workspace = stack::workspace(ports, None, Arc::new(SystemClock));
    manual_run(&workspace, window, args.dry_run, args.json).await
}
