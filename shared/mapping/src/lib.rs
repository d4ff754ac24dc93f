#![doc = include_str!("../README.md")]
//!
//! # What an address means
//!
//! | form | in a record | reads as |
//! | --- | --- | --- |
//! | `info.skillName` | objects | the member of a member |
//! | `surveys.preChat[1].value` | a list | the second element: `[n]` counts from 0 |
//! | `surveys.preChat[displayName=Order no.?].value` | a list | the first element whose `displayName` is that text and that has a `value` |
//! | `SDE.personalInfo.name` | a list without a locator | the first element that has a `name` |
//! | `sdes.events[sdeType=LEAD].lead.lead.topic` | engagement attribute events | the newest event, by `serverTimeStamp`, that passes the filter and has a topic |
//! | `[displayName=Email\]` | a stray backslash before the bracket | as if it were not there |
//!
//! Filter texts are compared with strings, numbers and booleans, without surrounding spaces. Everything between the
//! first `=` and the closing bracket belongs to the text.
//!
//! Events: the event's own `serverTimeStamp` counts, else its payload's; an event without any is the oldest; of two as
//! old, the first. An event without `sdeType` has the one its payload's key tells. What is no object is no event.
//!
//! Absent, as if the property were not there, so that the search goes on: `null`, `""`, `"undefined"`, `"null"`, `"NA"`,
//! `[]`, `{}`; `-1` where the last property ends in `Id`, `ID`, `Time` or `TimeL`; `0` where it is `phone`.
//! `{"string": x}` reads as x.
//!
//! The questions of surveys can be found by id, `surveys.preChat[questionId=14].value`, as well as by their text.
//!
//! An address that finds nothing is tried again with LivePerson's other spellings; see `alternates.rs`.

mod absence;
mod address;
mod alternates;
mod complete;
mod convert;
mod facts;
mod field_type;
mod json;
mod mapper;
mod mapping_error;
mod number;
pub mod predefined;
mod program;
mod raw;
mod read;
mod reader;
mod redact;
mod sdk;
mod stable_id;
mod states;
mod time;
pub mod transcript;

pub use address::{Address, AddressError};
pub use complete::complete;
pub use convert::{ConversionError, FieldType, Note, Rejection, absent_value, write_text, write_value};
pub use facts::{Facts, Status};
pub use mapper::{Mapped, Mapper, Plan, check, check_source};
pub use mapping_error::{MappingError, SourceError};
pub use program::{Program, Reading, RecordError, evaluate};
pub use raw::Raw;
pub use redact::{RedactionError, Redactor};
pub use sdk::SdkMapper;
pub use stable_id::{by_stable_id, stable_id_address};
