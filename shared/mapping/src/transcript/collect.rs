//! Gathers the lines of a transcript while the record is read.

use crate::raw::{Names, Raw, Row};
use crate::reader::{Malformed, Reader};
use crate::time;
use crate::transcript::render::{Options, Participants, Uncut, render_whole};
use jiff::Timestamp;

/// What a place of a record holds of the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collector {
    Lines,
    Messages,
    Agents,
    Consumers,
}

impl Collector {
    /// Where transcripts lie: chat, widget SDK, messaging in both spellings.
    pub(crate) const PLACES: &[(&[&str], Collector)] = &[
        (&["transcript", "lines"], Collector::Lines),
        (&["chatTranscript", "lines"], Collector::Lines),
        (&["messageRecords"], Collector::Messages),
        (&["agentParticipants"], Collector::Agents),
        (&["consumerParticipants"], Collector::Consumers),
        (&["consumerParticipant"], Collector::Consumers),
    ];
}

static LINE: Names<8> = Names::new(["timeL", "time", "by", "source", "subType", "textType", "text", "json"]);
static MESSAGE: Names<9> = Names::new([
    "type",
    "messageData",
    "seq",
    "timeL",
    "time",
    "participantId",
    "sentBy",
    "audience",
    "dialogId",
]);
static AGENT: Names<3> = Names::new(["agentId", "agentNickname", "agentFullName"]);
static CONSUMER: Names<4> = Names::new(["participantId", "consumerName", "firstName", "lastName"]);

/// One line of a transcript, as the record holds it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'r> {
    /// When it was said.
    pub time: Option<Timestamp>,
    /// Who said it.
    pub speaker: Speaker<'r>,
    /// What was said.
    pub body: Body<'r>,
    /// Whether only agents and managers may see it.
    pub agent_only: bool,
    /// Messaging's running number within a dialog.
    pub seq: Option<i64>,
    /// Messaging's dialog.
    pub dialog: Option<Raw<'r>>,
}

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker<'r> {
    /// LivePerson itself.
    System,
    /// An agent; the id joins to the agents of [`Participants`].
    Agent(Option<Raw<'r>>),
    /// The visitor; the id joins to the consumers of [`Participants`].
    Visitor(Option<Raw<'r>>),
    /// Somebody by name.
    Named(Raw<'r>),
}

/// What was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'r> {
    /// Text without markup.
    Plain(Raw<'r>),
    /// HTML.
    Html(Raw<'r>),
    /// Rich content of a chat.
    Rich(Raw<'r>),
    /// A message of the messaging channel: its type and its data.
    Message(Option<Raw<'r>>, Option<Raw<'r>>),
    /// A chat line without text: its type.
    Other(Option<Raw<'r>>),
}

/// Lines and participants of one record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collected<'r> {
    pub(crate) lines: Vec<Line<'r>>,
    pub(crate) participants: Participants<'r>,
}

impl<'r> Collected<'r> {
    /// Reads a list of lines, messages or participants. Anything else is passed over.
    pub(crate) fn read(
        &mut self,
        collector: Collector,
        record_length: usize,
        reader: &mut Reader<'r>,
    ) -> Result<(), Malformed> {
        if collector == Collector::Lines || collector == Collector::Messages {
            // A line takes 300 bytes or more; one allocation is enough for nearly all records.
            self.lines.reserve(record_length / 300);
        }
        match collector {
            Collector::Lines => each_row(reader, &LINE, |row| self.add_line(row)),
            Collector::Messages => each_row(reader, &MESSAGE, |row| self.add_message(row)),
            Collector::Agents => each_row(reader, &AGENT, |row| self.participants.agents.push(*row)),
            Collector::Consumers => each_row(reader, &CONSUMER, |row| self.participants.consumers.push(*row)),
        }
    }

    /// The same from a value that was captured first.
    pub(crate) fn read_raw(&mut self, collector: Collector, value: Raw<'r>) {
        // The text was found well-formed when it was captured.
        let _well_formed = self.read(collector, value.raw().len(), &mut Reader::new(value.raw()));
    }

    /// About how long the text will be, in bytes: one allocation is enough for most conversations.
    pub(crate) fn text_estimate(&self) -> usize {
        self.lines.len() * 128
    }

    pub(crate) fn render(mut self, options: &Options<'_>, out: &mut String) -> Uncut {
        sort_messages(&mut self.lines);
        render_whole(&self.lines, &self.participants, options, out)
    }

    fn add_line(&mut self, row: &Row<'r, 8>) {
        let [time_ms, time, by, source, sub_type, text_type, text, json] = *row;
        let is = |value: Option<Raw<'_>>, wanted: &str| value.is_some_and(|value| value.is_constant(wanted));
        let speaker = if is(source, "system") {
            Speaker::System
        } else {
            // LivePerson writes "You" where it does not know the visitor's name.
            let name =
                by.filter(|name| name.kind() == "text" && !name.is_constant("") && !name.is_constant("You"));
            match name {
                Some(name) => Speaker::Named(name),
                None if is(source, "agent") => Speaker::Agent(None),
                None if is(source, "visitor") => Speaker::Visitor(None),
                None => Speaker::System,
            }
        };
        let body = match (text, json) {
            (None, Some(json)) => Body::Rich(json),
            (Some(text), _) if is(text_type, "html") => Body::Html(text),
            (Some(text), _) => Body::Plain(text),
            (None, None) => Body::Other(text_type),
        };
        let agent_only = is(sub_type, "ONLY_TO_REP");
        self.lines.push(Line {
            time: instant(time_ms, time),
            speaker,
            body,
            agent_only,
            seq: None,
            dialog: None,
        });
    }

    fn add_message(&mut self, row: &Row<'r, 9>) {
        let [kind, data, seq, time_ms, time, participant, sent_by, audience, dialog] = *row;
        let is = |value: Option<Raw<'_>>, wanted: &str| value.is_some_and(|value| value.is_constant(wanted));
        let speaker = if is(sent_by, "Agent") {
            Speaker::Agent(participant)
        } else if is(sent_by, "Consumer") {
            Speaker::Visitor(participant)
        } else {
            Speaker::System
        };
        self.lines.push(Line {
            time: instant(time_ms, time),
            speaker,
            body: Body::Message(kind, data),
            agent_only: is(audience, "AGENTS_AND_MANAGERS"),
            seq: seq.and_then(|seq| seq.as_i64()),
            dialog,
        });
    }
}

fn instant(ms: Option<Raw<'_>>, text: Option<Raw<'_>>) -> Option<Timestamp> {
    let ms = ms.and_then(|ms| ms.as_i64()).filter(|ms| *ms > 0);
    match ms {
        Some(ms) => Timestamp::from_millisecond(ms).ok(),
        None => time::parse_instant(&text?.as_str()?),
    }
}

/// Messages are numbered within their dialog: one dialog is put in the order of the numbers, several in that of time.
/// Lines without number or time stay as they were sent.
fn sort_messages(lines: &mut [Line<'_>]) {
    let [first, rest @ ..] = &*lines else { return };
    if rest.iter().all(|line| line.dialog == first.dialog) {
        if lines.iter().all(|line| line.seq.is_some()) && !lines.is_sorted_by_key(|line| line.seq) {
            lines.sort_by_key(|line| line.seq);
        }
    } else if lines.iter().all(|line| line.time.is_some()) && !lines.is_sorted_by_key(|line| line.time) {
        lines.sort_by_key(|line| line.time);
    }
}

/// Calls `each` with the objects of a list.
fn each_row<'r, const N: usize>(
    reader: &mut Reader<'r>,
    names: &'static Names<N>,
    mut each: impl FnMut(&Row<'r, N>),
) -> Result<(), Malformed> {
    reader.elements(|reader, _| {
        let mut row = [None; N];
        if names.read(reader, &mut row)? {
            each(&row);
        }
        Ok(())
    })
}

/// What joins a participant's id to a name, in the order of [`AGENT`] and [`CONSUMER`].
pub(crate) type AgentRow<'r> = Row<'r, 3>;
pub(crate) type ConsumerRow<'r> = Row<'r, 4>;
