#![doc = include_str!("../README.md")]

pub mod codes;
pub mod configuration;
pub mod conversation;
pub mod crm;
pub mod event_log;
pub mod ports;
pub mod refusal;
pub mod run;
pub mod schedule;
pub mod window;

pub use codes::Code;
pub use configuration::Configuration;
pub use conversation::{Channel, ConversationId, Fingerprint};
pub use event_log::LogEntry;
pub use run::{Counts, Run, RunId, RunKind, RunStatus, Scope, Search, Slice, SliceId, SliceStatus, Task};
pub use schedule::{DailySchedule, DueRun, ScheduleError, Schedules, WantedSchedule};
pub use window::SyncWindow;
