#![doc = include_str!("../README.md")]

mod cells;
mod context;
mod desk;
mod filters;
mod form;
mod full_view;
mod links;
mod lookups;
mod people;
mod record;
mod save;
mod search;
mod situation;
pub mod soql;
mod terms;
pub mod view;

pub use context::{Context, ContextError, MAX_CONTEXT};
pub use desk::{Desk, skill_of};
pub use form::{FormRequest, form};
pub use links::{LinkError, Linked, link, linked, unlink};
pub use lookups::{lookup, recent};
pub use record::record_page;
pub use save::{SaveError, SaveRequest, save};
pub use search::{Scope, search};
pub use situation::{Situation, SituationKind};
