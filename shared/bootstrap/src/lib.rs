#![doc = include_str!("../README.md")]

mod account;
mod agents;
#[cfg(feature = "http")]
pub mod api;
mod clock;
mod error;
mod facts;
mod fields;
mod kept;
mod recent;
mod rotated;
mod seen;
mod settings;
mod tracing_setup;
mod workspace;

pub use agents::{AgentAtWork, Keeper, is_challenge};
pub use clock::SystemClock;
pub use error::HandlerError;
pub use fields::target_fields;
pub use settings::{LIVEPERSON_FRAMES, SettingError, Settings};
pub use tracing_setup::init_tracing;
pub use workspace::{Checked, Clients, Workspace};
