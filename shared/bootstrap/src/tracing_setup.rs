//! Logs as JSON lines on standard output, where Lambda collects them.

use tracing_subscriber::EnvFilter;

/// Starts tracing. `RUST_LOG` chooses the level; without it, `info` for us and `warn` for libraries.
pub fn init_tracing() {
    let ours = "warn,bootstrap=info,sync=info,sync_plan=info,sync_slice=info,liveperson=info,salesforce=info";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(ours));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_current_span(false).without_time().init();
}
