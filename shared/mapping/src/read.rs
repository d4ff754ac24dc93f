//! The pass itself: follows a record and its states side by side and keeps what paths end at.

use crate::program::{absence_of, unwrap_string};
use crate::raw::Raw;
use crate::reader::{Malformed, Reader};
use crate::states::{Elements, NOTHING, Path, Probe, ROOT, State, StateId};
use crate::transcript::collect::Collected;

/// Deeper nesting than this is refused. No record of LivePerson comes near.
const MAX_LEVELS: u32 = 128;

/// `sdeType` by payload key, for events that do not say it.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("customerInfo", "CUSTOMER_INFO"),
    ("personalInfo", "PERSONAL_INFO"),
    ("marketingCampaignInfo", "MARKETING_CAMPAIGN_INFO"),
    ("lead", "LEAD"),
    ("serviceActivity", "SERVICE_ACTIVITY"),
    ("visitorError", "VISITOR_ERROR"),
    ("formFillingError", "VISITOR_ERROR"),
    ("purchase", "PURCHASE"),
    ("cartStatus", "CART_STATUS"),
    ("viewedProduct", "VIEWED_PRODUCT"),
    ("viewProduct", "VIEWED_PRODUCT"),
    ("searchContent", "SEARCH_CONTENT"),
];
const KIND: &str = "sdeType";
const STAMP: &str = "serverTimeStamp";

/// What a path has found so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot<'r> {
    value: Option<Raw<'r>>,
    /// The age of the event it came from; later is newer.
    stamp: i64,
}

impl<'r> Slot<'r> {
    pub(crate) fn value(&self) -> Option<Raw<'r>> {
        self.value
    }

    fn offer(&mut self, value: Raw<'r>) {
        if self.value.is_none() {
            self.value = Some(value);
        }
    }

    fn offer_stamped(&mut self, value: Raw<'r>, stamp: i64) {
        if self.value.is_none() || stamp > self.stamp {
            *self = Slot { value: Some(value), stamp };
        }
    }
}

/// What one pass over one record gathers.
pub(crate) struct Run<'p, 'r> {
    paths: &'p [Path],
    pub(crate) values: Vec<Slot<'r>>,
    pub(crate) collected: Collected<'r>,
    record_length: usize,
    /// Values found in elements whose filters are not all known yet.
    tentative: Vec<(usize, Raw<'r>)>,
    /// How many such elements we are in.
    open_elements: u32,
    /// For each text of each probe of those elements, whether it was met.
    met: Vec<bool>,
    event: Event,
    levels: u32,
}

/// What is known of the engagement attribute event being read.
#[derive(Clone, Copy, Debug, Default)]
struct Event {
    stamp: Option<i64>,
    payload_stamp: Option<i64>,
    says_kind: bool,
    kind: Option<&'static str>,
}

impl<'p, 'r> Run<'p, 'r> {
    pub(crate) fn new(paths: &'p [Path], record_length: usize) -> Self {
        Run {
            paths,
            values: vec![Slot::default(); paths.len()],
            collected: Collected::default(),
            record_length,
            tentative: Vec::new(),
            open_elements: 0,
            met: Vec::new(),
            event: Event::default(),
            levels: 0,
        }
    }

    fn keep(&mut self, path: usize, value: Raw<'r>) {
        let value = unwrap_string(value);
        if absence_of(&self.paths[path]).covers(value) {
            return;
        }
        if self.open_elements > 0 {
            self.tentative.push((path, value));
        } else {
            self.values[path].offer(value);
        }
    }

    /// Ends an element: of what it held from `mark` on, keeps what passed its filters.
    fn settle(&mut self, elements: &Elements, mark: usize, met_mark: usize) {
        self.open_elements -= 1;
        let stamp = self.event.stamp.or(self.event.payload_stamp).unwrap_or(i64::MIN);
        let mut kept = mark;
        for n in mark..self.tentative.len() {
            let (path, value) = self.tentative[n];
            if !self.passed(elements, path, met_mark) {
                continue;
            }
            if elements.events && self.paths[path].newest {
                self.values[path].offer_stamped(value, stamp);
            } else if self.open_elements == 0 {
                self.values[path].offer(value);
            } else {
                self.tentative[kept] = (path, value);
                kept += 1;
            }
        }
        self.tentative.truncate(kept);
        self.met.truncate(met_mark);
    }

    fn passed(&self, elements: &Elements, path: usize, met_mark: usize) -> bool {
        let Some((probe, text)) = elements.filter_of(path) else { return true };
        let wanted = &elements.probes[probe];
        if elements.events && &*wanted.property == KIND && !self.event.says_kind {
            return self.event.kind == Some(&*wanted.texts[text]);
        }
        let before: usize = elements.probes[..probe].iter().map(|probe| probe.texts.len()).sum();
        self.met[met_mark + before + text]
    }

    /// What was found in one array of events is no longer up for comparison with another.
    fn close_events(&mut self) {
        for (slot, path) in self.values.iter_mut().zip(self.paths) {
            if path.newest && slot.value.is_some() {
                slot.stamp = i64::MAX;
            }
        }
    }
}

/// How the value at hand is read.
#[derive(Clone, Copy)]
enum Mode<'p> {
    Plain,
    /// An array's element that filters look at, its marks in `met`.
    Element(&'p Elements, usize),
    /// The same, an engagement attribute event.
    Event(&'p Elements, usize),
    /// A member of such an event.
    Payload,
}

/// Reads one value in one state.
pub(crate) struct Visit<'a, 'p, 'r> {
    states: &'p [State],
    state: StateId,
    mode: Mode<'p>,
    run: &'a mut Run<'p, 'r>,
}

/// Reads a whole record.
pub(crate) fn root<'a, 'p, 'r>(states: &'p [State], run: &'a mut Run<'p, 'r>) -> Visit<'a, 'p, 'r> {
    Visit { states, state: ROOT, mode: Mode::Plain, run }
}

impl<'p, 'r> Visit<'_, 'p, 'r> {
    fn state(&self) -> &'p State {
        &self.states[self.state]
    }

    fn at(&mut self, state: StateId, mode: Mode<'p>) -> Visit<'_, 'p, 'r> {
        Visit { states: self.states, state, mode, run: self.run }
    }

    /// Reads the value at hand.
    pub(crate) fn read(self, reader: &mut Reader<'r>) -> Result<(), Malformed> {
        let state = self.state();
        if let (true, false, Some(collector)) = (state.leaves.is_empty(), state.leads_on(), state.collector) {
            let length = self.run.record_length;
            return self.run.collected.read(collector, length, reader);
        }
        if state.leaves.is_empty() && state.collector.is_none() {
            return self.walk(reader);
        }
        let value = reader.value()?;
        if matches!(self.mode, Mode::Event(..)) && value.kind() != "object" {
            return Ok(());
        }
        self.reread(value)
    }

    /// Reads a value again whose text was needed first.
    fn reread(self, value: Raw<'r>) -> Result<(), Malformed> {
        for path in &self.state().leaves {
            self.run.keep(*path, value);
        }
        if let Some(collector) = self.state().collector {
            self.run.collected.read_raw(collector, value);
        }
        if !self.state().leads_on() && matches!(self.mode, Mode::Plain) {
            return Ok(());
        }
        self.walk(&mut Reader::new(value.raw()))
    }

    /// Follows the paths that lead on from a value, but not those that end at it.
    fn walk(mut self, reader: &mut Reader<'r>) -> Result<(), Malformed> {
        let is_list = match reader.peek() {
            Some(b'[') => true,
            Some(b'{') => false,
            _ => return reader.skip(),
        };
        self.run.levels += 1;
        if self.run.levels > MAX_LEVELS {
            return Err(Malformed);
        }
        if is_list {
            self.elements(reader)?;
        } else {
            reader.members(|reader, name| self.member(reader, name))?;
        }
        self.run.levels -= 1;
        Ok(())
    }

    fn member(&mut self, reader: &mut Reader<'r>, name: &[u8]) -> Result<(), Malformed> {
        let key = self.key(name);
        if key.probe.is_some() || key.is_kind || key.is_stamp {
            self.probed_member(reader.value()?, &key)
        } else if matches!(self.mode, Mode::Event(..)) {
            self.run.event.kind = self.run.event.kind.or(key.kind);
            self.at(key.child.unwrap_or(NOTHING), Mode::Payload).read(reader)
        } else {
            match key.child {
                Some(child) => self.at(child, Mode::Plain).read(reader),
                None => reader.skip(),
            }
        }
    }

    /// Reads one member of an object whose filters or age matter.
    fn probed_member(&mut self, value: Raw<'r>, key: &Key) -> Result<(), Malformed> {
        let event = &mut self.run.event;
        if let Mode::Element(elements, met_mark) | Mode::Event(elements, met_mark) = self.mode {
            let meant = unwrap_string(value);
            if let Some(n) = key.probe {
                let before: usize = elements.probes[..n].iter().map(|probe| probe.texts.len()).sum();
                for (k, text) in elements.probes[n].texts.iter().enumerate() {
                    self.run.met[met_mark + before + k] |= meant.is_text(text);
                }
            }
            if key.is_stamp {
                event.stamp = event.stamp.or(value.as_i64());
            }
            if key.is_kind {
                event.says_kind |= !crate::absence::Absence::Common.covers(meant);
            }
        } else {
            event.payload_stamp = event.payload_stamp.or(value.as_i64());
        }
        match key.child {
            Some(child) => self.at(child, Mode::Plain).reread(value),
            None => Ok(()),
        }
    }

    fn elements(&mut self, reader: &mut Reader<'r>) -> Result<(), Malformed> {
        // A list among events is no event.
        let elements = self.state().elements.as_ref().filter(|_| !matches!(self.mode, Mode::Event(..)));
        let Some(elements) = elements else { return reader.skip() };
        reader.elements(|reader, index| match elements.state_of(index) {
            None => reader.skip(),
            Some(state) if elements.is_tentative() => self.element(reader, elements, state),
            Some(state) => self.at(state, Mode::Plain).read(reader),
        })?;
        if elements.events {
            self.run.close_events();
        }
        Ok(())
    }

    /// Reads an element of which something may be tentative.
    fn element(
        &mut self,
        reader: &mut Reader<'r>,
        elements: &'p Elements,
        state: StateId,
    ) -> Result<(), Malformed> {
        let (mark, met_mark) = (self.run.tentative.len(), self.run.met.len());
        let texts: usize = elements.probes.iter().map(|probe| probe.texts.len()).sum();
        self.run.met.resize(met_mark + texts, false);
        self.run.open_elements += 1;
        let mode =
            if elements.events { Mode::Event(elements, met_mark) } else { Mode::Element(elements, met_mark) };
        if elements.events {
            self.run.event = Event::default();
        }
        self.at(state, mode).read(reader)?;
        self.run.settle(elements, mark, met_mark);
        Ok(())
    }

    fn key(&self, name: &[u8]) -> Key {
        let probe_of = |probes: &[Probe]| probes.iter().position(|probe| probe.property.as_bytes() == name);
        let mut key =
            Key { child: self.state().child(name), probe: None, is_stamp: false, is_kind: false, kind: None };
        match self.mode {
            Mode::Plain => {}
            Mode::Element(elements, _) => key.probe = probe_of(&elements.probes),
            Mode::Event(elements, _) => {
                key.probe = probe_of(&elements.probes);
                key.is_stamp = name == STAMP.as_bytes();
                key.is_kind = name == KIND.as_bytes();
                key.kind =
                    KINDS.iter().find(|(payload, _)| payload.as_bytes() == name).map(|(_, kind)| *kind);
            }
            Mode::Payload => key.is_stamp = name == STAMP.as_bytes(),
        }
        key
    }
}

/// What a key means where it stands.
struct Key {
    child: Option<StateId>,
    probe: Option<usize>,
    is_stamp: bool,
    is_kind: bool,
    kind: Option<&'static str>,
}
