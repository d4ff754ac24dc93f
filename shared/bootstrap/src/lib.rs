#![doc = include_str!("../README.md")]

#[cfg(feature = "http")]
pub mod api;
mod clock;
mod error;
mod fields;
mod settings;
mod tracing_setup;
mod workspace;

pub use clock::SystemClock;
pub use error::HandlerError;
pub use settings::{SettingError, Settings};
pub use tracing_setup::init_tracing;
pub use workspace::{Checked, Clients, Workspace};
