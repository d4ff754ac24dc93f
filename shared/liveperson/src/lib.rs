#![doc = include_str!("../README.md")]

mod client;
pub mod oauth1;
mod search;
mod skills;
mod wire;

pub use client::{LivePerson, Retries, Settings};
pub use oauth1::Credentials;
pub use skills::Skill;
