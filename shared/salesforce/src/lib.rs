#![doc = include_str!("../README.md")]

mod agent;
mod client;
mod describe;
mod files;
mod listing;
pub mod login;
pub mod metadata;
mod query;
mod record;
mod refusal;
pub mod sign_in;
mod upsert;
mod wire;

pub use agent::{AgentApi, AgentSession, AgentTokens, TokenKeeper};
pub use client::{Limits, Retries, Salesforce, Settings};
pub use describe::{ObjectDescription, ObjectEntry};
pub use listing::{ListedTranscript, TranscriptCursor, TranscriptPage, record_url};
pub use login::Secret;
pub use sign_in::{Handshake, Person, Purpose, SignIn};
pub use upsert::TRANSCRIPT_OBJECT;
