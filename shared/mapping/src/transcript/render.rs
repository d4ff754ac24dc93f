//! Lines to text: one message per line, cut at a message's border when the field is too short.

use crate::absence::Absence;
use crate::json::{self, utf16_length};
use crate::raw::Raw;
use crate::redact::Redactor;
use crate::time::LineTime;
use crate::transcript::collect::{AgentRow, Body, ConsumerRow, Line, Speaker};
use crate::transcript::{html, message};
use std::borrow::Cow;
use std::fmt::Write;

/// How a transcript is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Whether lines only agents and managers may see are part of it.
    pub include_agent_only: bool,
    /// The longest text, in UTF-16 units, a cut's marker included.
    pub limit: Option<u32>,
    /// The visitor's name, for lines that do not say it.
    pub visitor_name: Option<&'a str>,
    /// What is taken out of what was said. Speakers' names stay.
    pub redactor: Option<&'a Redactor>,
}

/// Who took part, for messages that name their speaker by id.
#[derive(Clone, Debug, Default)]
pub struct Participants<'r> {
    pub(crate) agents: Vec<AgentRow<'r>>,
    pub(crate) consumers: Vec<ConsumerRow<'r>>,
}

/// What became of a transcript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Whether it was cut.
    pub truncated: bool,
    /// UTF-16 units of the whole text, before any cut.
    pub characters: usize,
    /// Lines that are part of it, before any cut.
    pub lines: usize,
}

/// Room kept for the marker of a cut.
const MARKER_ROOM: usize = 90;

/// Appends one line per message: `[yyyy-MM-dd HH:mm:ss] Speaker: text`, times in UTC. Lines without any text are left
/// out. A text longer than the limit ends with a marker that says how much is missing.
pub fn render(
    lines: &[Line<'_>],
    participants: &Participants<'_>,
    options: &Options<'_>,
    out: &mut String,
) -> Rendered {
    render_whole(lines, participants, options, out).cut(out)
}

/// [`render`] before the cut.
pub(crate) fn render_whole(
    lines: &[Line<'_>],
    participants: &Participants<'_>,
    options: &Options<'_>,
    out: &mut String,
) -> Uncut {
    let start = out.len();
    let limit = options.limit.map_or(usize::MAX, |limit| limit as usize);
    let mut scratch = String::new();
    let mut clock = LineTime::new();
    let mut rendered = Rendered::default();
    let mut border =
        Border { start, end: start, counted: start, units: 0, room: limit.saturating_sub(MARKER_ROOM) };
    for line in lines.iter().filter(|line| options.include_agent_only || !line.agent_only) {
        let before = out.len();
        if rendered.lines > 0 {
            out.push('\n');
        }
        if let Some(time) = line.time {
            clock.push(time, out);
        }
        if !push_line(line, participants, options, out, &mut scratch) {
            out.truncate(before);
            continue;
        }
        rendered.lines += 1;
        border.advance(out);
    }
    rendered.characters = utf16_length(&out[start..]);
    Uncut { rendered, start, border: border.end, limit }
}

/// A text that stands whole at the end of a buffer, and where it may be cut.
pub(crate) struct Uncut {
    rendered: Rendered,
    start: usize,
    border: usize,
    limit: usize,
}

impl Uncut {
    /// Cuts the text if it is longer than the limit.
    pub(crate) fn cut(self, out: &mut String) -> Rendered {
        let Uncut { mut rendered, start, border, limit } = self;
        if rendered.characters > limit {
            rendered.truncated = true;
            cut(border, start, limit, rendered.characters, out);
        }
        rendered
    }
}

/// Where the last message ends that leaves room for the marker.
struct Border {
    start: usize,
    end: usize,
    room: usize,
    /// Up to here `units` are counted.
    counted: usize,
    units: usize,
}

impl Border {
    /// Moves to the end of the text if there is still room.
    fn advance(&mut self, text: &str) {
        // No text has more UTF-16 units than bytes, so most need not be counted.
        if text.len() - self.start > self.room {
            self.units += utf16_length(&text[self.counted..]);
            self.counted = text.len();
            if self.units > self.room {
                return;
            }
        }
        self.end = text.len();
    }
}

/// Cuts at the border, or inside the first message when not even that fits, and appends the marker if there is room.
fn cut(border: usize, start: usize, limit: usize, whole: usize, out: &mut String) {
    let room = limit.saturating_sub(MARKER_ROOM);
    if border > start || room == 0 {
        out.truncate(if room == 0 { start + json::cut(&out[start..], limit).len() } else { border });
    } else {
        out.truncate(start + json::cut(&out[start..], room).len());
    }
    if room > 0 {
        let kept = utf16_length(&out[start..]);
        let (kept, whole) = (Thousands(kept), Thousands(whole));
        // Writing to a String does not fail.
        let _never_fails = write!(out, "\n[… cut here: {kept} of {whole} characters are shown …]");
    }
}

/// Appends a line's speaker and text; answers whether it says anything.
fn push_line(
    line: &Line<'_>,
    participants: &Participants<'_>,
    options: &Options<'_>,
    out: &mut String,
    scratch: &mut String,
) -> bool {
    push_speaker(line.speaker, participants, options, out, scratch);
    out.push_str(": ");
    let text = out.len();
    match line.body {
        Body::Plain(value) => push_plain(value, out, scratch),
        Body::Html(value) => {
            if let Some(markup) = value.text(scratch) {
                html::push_text(markup, out);
            }
        }
        Body::Rich(value) => message::push_rich(value.raw(), out),
        Body::Message(kind, data) => message::push(kind, data, out, scratch),
        Body::Other(_) => {}
    }
    let end = out.trim_end().len().max(text);
    out.truncate(end);
    if let Some(redactor) = options.redactor {
        redact_from(text, redactor, out);
    }
    out.len() > text
}

/// Takes out what must go of one message's text as a reader sees it: no markup, entity or escape can hide it then,
/// and no cut has split it yet.
fn redact_from(start: usize, redactor: &Redactor, out: &mut String) {
    if let Cow::Owned(redacted) = redactor.apply(&out[start..]) {
        out.truncate(start);
        out.push_str(&redacted);
    }
}

/// Appends text as it is, with `\n` for every line end and without control characters.
pub(crate) fn push_plain(value: Raw<'_>, out: &mut String, scratch: &mut String) {
    if let Some(text) = value.verbatim() {
        return out.push_str(text.trim());
    }
    let Some(text) = value.text(scratch) else { return };
    let mut rest = text.trim();
    loop {
        let at = json::find_special(rest.as_bytes(), *b"\r\r");
        out.push_str(&rest[..at]);
        match rest.as_bytes().get(at) {
            None => return,
            Some(b'\r') if rest[at + 1..].starts_with('\n') => {}
            Some(b'\r' | b'\n') => out.push('\n'),
            Some(b'\t') => out.push('\t'),
            Some(_) => {}
        }
        rest = &rest[at + 1..];
    }
}

fn push_speaker(
    speaker: Speaker<'_>,
    participants: &Participants<'_>,
    options: &Options<'_>,
    out: &mut String,
    scratch: &mut String,
) {
    let before = out.len();
    let fallback = match speaker {
        Speaker::System => "System",
        Speaker::Named(name) => {
            push_plain(name, out, scratch);
            "Agent"
        }
        Speaker::Agent(id) => {
            push_agent(id, participants, out, scratch);
            "Agent"
        }
        Speaker::Visitor(id) => {
            push_consumer(id, participants, out, scratch);
            options.visitor_name.unwrap_or("Visitor")
        }
    };
    if out.len() == before {
        out.push_str(fallback);
    }
}

fn push_agent(id: Option<Raw<'_>>, participants: &Participants<'_>, out: &mut String, scratch: &mut String) {
    let same = |row: &&AgentRow<'_>| row[0].is_some() && same_id(row[0], id);
    if let Some([_, nickname, full_name]) = participants.agents.iter().find(same)
        && let Some(name) = present(*nickname).or(present(*full_name))
    {
        push_plain(name, out, scratch);
    }
}

fn push_consumer(
    id: Option<Raw<'_>>,
    participants: &Participants<'_>,
    out: &mut String,
    scratch: &mut String,
) {
    let same = |row: &&ConsumerRow<'_>| row[0].is_some() && same_id(row[0], id);
    let Some([_, whole, first, last]) = participants.consumers.iter().find(same) else { return };
    if let Some(name) = present(*whole) {
        return push_plain(name, out, scratch);
    }
    for (n, part) in [present(*first), present(*last)].into_iter().flatten().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        push_plain(part, out, scratch);
    }
}

/// Ids are strings in one place and numbers in another.
fn same_id(known: Option<Raw<'_>>, id: Option<Raw<'_>>) -> bool {
    match (known, id) {
        (Some(known), Some(id)) => known.unquoted() == id.unquoted(),
        _ => false,
    }
}

fn present(value: Option<Raw<'_>>) -> Option<Raw<'_>> {
    value.filter(|value| !Absence::Common.covers(*value))
}

/// A number with a comma at every third digit.
struct Thousands(usize);

impl std::fmt::Display for Thousands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 1_000 {
            return write!(f, "{}", self.0);
        }
        write!(f, "{},{:03}", Thousands(self.0 / 1_000), self.0 % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line<'_> {
        let body = Body::Plain(Raw::new(text));
        Line { time: None, speaker: Speaker::System, body, agent_only: false, seq: None, dialog: None }
    }

    /// The text and how many of its UTF-16 units stand before the marker of a cut.
    fn rendered(lines: &[Line<'_>], limit: u32) -> (String, Option<usize>) {
        let mut out = String::from("before");
        let options = Options { limit: Some(limit), ..Options::default() };
        let rendered = render(lines, &Participants::default(), &options, &mut out);
        let text = out["before".len()..].to_owned();
        let kept = text.find("\n[…").map(|at| text[..at].encode_utf16().count());
        assert_eq!(rendered.truncated, kept.is_some(), "limit {limit}");
        (text, kept)
    }

    #[test]
    fn a_cut_keeps_as_many_whole_messages_as_fit_in_units_not_bytes() {
        let texts = ["\"€€€€€€€€€€\"", "\"plain words\"", "\"😀😀😀😀😀\"", "\"ééééé\""];
        let lines: Vec<_> = texts.iter().cycle().take(40).map(|text| line(text)).collect();
        let (whole, _) = rendered(&lines, 100_000);
        let ends: Vec<usize> =
            whole.match_indices('\n').map(|(at, _)| whole[..at].encode_utf16().count()).collect();
        let units = whole.encode_utf16().count();
        assert_eq!(rendered(&lines, units as u32), (whole, None));
        for limit in 120..units {
            let (text, kept) = rendered(&lines, limit as u32);
            let fitting = ends.iter().copied().filter(|end| *end <= limit - MARKER_ROOM).max();
            assert_eq!(kept, fitting, "limit {limit}");
            assert!(text.encode_utf16().count() <= limit, "limit {limit}");
        }
    }
}
