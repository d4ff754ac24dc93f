#![doc = include_str!("../README.md")]

pub mod aws;
pub mod cli;
mod commands;

mod data;
pub mod external;
pub mod functions;
mod install;
pub mod liveperson;
mod overview;
pub mod ports;
pub mod salesforce;
mod sample;
pub mod simulator;
pub mod stack;
mod summary;

pub use commands::run;
pub use data::{DataError, DataFolder};
