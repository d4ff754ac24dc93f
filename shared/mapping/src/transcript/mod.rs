//! The text of a conversation, for one long text field.

pub(crate) mod collect;
mod html;
mod message;
mod render;

pub use collect::{Body, Line, Speaker};
pub use render::{Options, Participants, Rendered, render};

use crate::program::{Program, RecordError};

/// Appends the transcript of a chat, messaging or widget SDK record to `out`.
///
/// # Errors
/// As [`Program::read`].
pub fn transcript_of(record: &str, options: &Options<'_>, out: &mut String) -> Result<Rendered, RecordError> {
    let reading = Program::with_transcript(&[]).read(record).map(|reading| reading.collected)?;
    Ok(reading.render(options, out).cut(out))
}
