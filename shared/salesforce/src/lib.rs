#![doc = include_str!("../README.md")]

mod client;
mod describe;
mod files;
pub mod login;
mod query;
mod record;
mod refusal;
mod upsert;
mod wire;

pub use client::{Limits, Retries, Salesforce, Settings};
pub use describe::{Field, FieldKind, ObjectDescription};
pub use login::Secret;
pub use upsert::TRANSCRIPT_OBJECT;
