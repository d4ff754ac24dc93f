//! The pass itself: follows a record and its states side by side and keeps what paths end at.

use crate::program::{absence_of, unwrap_string};
use crate::raw::{Raw, ignore_scalars};
use crate::states::{Elements, NOTHING, Path, Probe, ROOT, State, StateId};
use crate::transcript::collect::Collected;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

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

    /// Reads an element of which something may be tentative.
    fn element<A: SeqAccess<'r>>(
        &mut self,
        list: &mut A,
        elements: &'p Elements,
        state: StateId,
    ) -> Result<Option<()>, A::Error> {
        let (mark, met_mark) = (self.run.tentative.len(), self.run.met.len());
        let texts: usize = elements.probes.iter().map(|probe| probe.texts.len()).sum();
        self.run.met.resize(met_mark + texts, false);
        self.run.open_elements += 1;
        let mode =
            if elements.events { Mode::Event(elements, met_mark) } else { Mode::Element(elements, met_mark) };
        if elements.events {
            self.run.event = Event::default();
        }
        let read = list.next_element_seed(self.at(state, mode))?;
        self.run.settle(elements, mark, met_mark);
        Ok(read)
    }

    /// Reads one member of an object whose filters or age matter.
    fn probed_member<A: MapAccess<'r>>(&mut self, object: &mut A, key: &Key) -> Result<(), A::Error> {
        let (Mode::Element(elements, met_mark) | Mode::Event(elements, met_mark)) = self.mode else {
            return Ok(());
        };
        let value = Raw::from(object.next_value::<&'r RawValue>()?);
        let meant = unwrap_string(value);
        if let Some(n) = key.probe {
            let before: usize = elements.probes[..n].iter().map(|probe| probe.texts.len()).sum();
            for (k, text) in elements.probes[n].texts.iter().enumerate() {
                self.run.met[met_mark + before + k] |= meant.is_text(text);
            }
        }
        if key.is_stamp {
            self.run.event.stamp = self.run.event.stamp.or(value.as_i64());
        }
        if key.is_kind {
            self.run.event.says_kind |= !crate::absence::Absence::Common.covers(meant);
        }
        match key.child {
            Some(child) => self.at(child, Mode::Plain).reread(value),
            None => Ok(()),
        }
    }

    /// Reads a value again whose text was needed first.
    fn reread<E: Error>(mut self, value: Raw<'r>) -> Result<(), E> {
        self.keep_whole(value);
        self.follow(value)
    }

    fn keep_whole(&mut self, value: Raw<'r>) {
        for path in &self.state().leaves {
            self.run.keep(*path, value);
        }
        if let Some(collector) = self.state().collector {
            self.run.collected.read_raw(collector, value);
        }
    }

    /// Follows the paths that lead on from a value, but not those that end at it.
    fn follow<E: Error>(self, value: Raw<'r>) -> Result<(), E> {
        if !self.state().leads_on() && matches!(self.mode, Mode::Plain) {
            return Ok(());
        }
        let mut json = serde_json::Deserializer::from_str(value.raw());
        json.deserialize_any(self).map_err(E::custom)
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.run.levels += 1;
        if self.run.levels > MAX_LEVELS { Err(E::custom("nested too deeply")) } else { Ok(()) }
    }
}

impl<'r> DeserializeSeed<'r> for Visit<'_, '_, 'r> {
    type Value = ();

    fn deserialize<D: Deserializer<'r>>(mut self, json: D) -> Result<(), D::Error> {
        let state = self.state();
        if let (true, false, Some(collector)) = (state.leaves.is_empty(), state.leads_on(), state.collector) {
            let length = self.run.record_length;
            return self.run.collected.read(collector, length, json);
        }
        if state.leaves.is_empty() && state.collector.is_none() {
            return json.deserialize_any(self);
        }
        let value = Raw::from(<&'r RawValue as serde::Deserialize>::deserialize(json)?);
        if matches!(self.mode, Mode::Event(..)) && value.kind() != "object" {
            return Ok(());
        }
        self.keep_whole(value);
        self.follow(value)
    }
}

impl<'r> Visitor<'r> for Visit<'_, '_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'r>>(mut self, mut object: A) -> Result<(), A::Error> {
        self.enter()?;
        while let Some(key) = object.next_key_seed(KeySeed { state: self.state(), mode: self.mode })? {
            if key.probe.is_some() || key.is_kind || (key.is_stamp && matches!(self.mode, Mode::Event(..))) {
                self.probed_member(&mut object, &key)?;
            } else if key.is_stamp {
                let value = Raw::from(object.next_value::<&'r RawValue>()?);
                self.run.event.payload_stamp = self.run.event.payload_stamp.or(value.as_i64());
                if let Some(child) = key.child {
                    self.at(child, Mode::Plain).reread(value)?;
                }
            } else if matches!(self.mode, Mode::Event(..)) {
                self.run.event.kind = self.run.event.kind.or(key.kind);
                object.next_value_seed(self.at(key.child.unwrap_or(NOTHING), Mode::Payload))?;
            } else if let Some(child) = key.child {
                object.next_value_seed(self.at(child, Mode::Plain))?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        self.run.levels -= 1;
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'r>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.enter()?;
        // A list among events is no event.
        let elements = self.state().elements.as_ref().filter(|_| !matches!(self.mode, Mode::Event(..)));
        for index in 0.. {
            let read = match elements.and_then(|elements| Some((elements, elements.state_of(index)?))) {
                None => list.next_element::<IgnoredAny>()?.map(|_| ()),
                Some((elements, state)) if elements.is_tentative() => {
                    self.element(&mut list, elements, state)?
                }
                Some((_, state)) => list.next_element_seed(self.at(state, Mode::Plain))?,
            };
            if read.is_none() {
                break;
            }
        }
        if elements.is_some_and(|elements| elements.events) {
            self.run.close_events();
        }
        self.run.levels -= 1;
        Ok(())
    }

    ignore_scalars!(());
}

/// What a key means where it stands.
struct Key {
    child: Option<StateId>,
    probe: Option<usize>,
    is_stamp: bool,
    is_kind: bool,
    kind: Option<&'static str>,
}

struct KeySeed<'p> {
    state: &'p State,
    mode: Mode<'p>,
}

impl<'p, 'r> DeserializeSeed<'r> for KeySeed<'p> {
    type Value = Key;

    fn deserialize<D: Deserializer<'r>>(self, json: D) -> Result<Key, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for KeySeed<'p> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        let probe_of = |probes: &[Probe]| probes.iter().position(|probe| &*probe.property == name);
        let mut key =
            Key { child: self.state.child(name), probe: None, is_stamp: false, is_kind: false, kind: None };
        match self.mode {
            Mode::Plain => {}
            Mode::Element(elements, _) => key.probe = probe_of(&elements.probes),
            Mode::Event(elements, _) => {
                key.probe = probe_of(&elements.probes);
                key.is_stamp = name == STAMP;
                key.is_kind = name == KIND;
                key.kind = KINDS.iter().find(|(payload, _)| *payload == name).map(|(_, kind)| *kind);
            }
            Mode::Payload => key.is_stamp = name == STAMP,
        }
        Ok(key)
    }
}
