//! `chatlink sync`.

use super::{Failure, follow::manual_run, running_stack};
use crate::cli::Sync;
use bootstrap::SystemClock;
use domain::{SyncWindow, ports::Clock};

/// Asks the running stack for a manual sync and waits for its end.
pub(crate) async fn sync(args: Sync) -> Result<(), Failure> {
    let window = SyncWindow::manual(args.from, args.to, SystemClock.now())
        .map_err(|error| Failure::Input(error.to_string()))?;
    let workspace = running_stack(args.port_base).await?;
    manual_run(&workspace, window, args.dry_run, args.json).await
}
