#![doc = include_str!("../README.md")]

mod audit;
mod belonging;
pub mod bus;
mod drive;
mod executor;
mod inhabit;
pub mod liveperson;
mod plant;
pub mod reference;
mod runs;
pub mod salesforce;
pub mod scene;
mod setup;
mod simulate;
mod stage;
pub mod table;
mod trace;
pub mod world;

pub use plant::Plant;
pub use simulate::{Failure, Progress, Stats, Summary, replay, run, simulate};
pub use trace::Trace;
