//! Turns paths into states: for every place in a record, which paths lead on from it and which end there.

use crate::absence::Absence;
use crate::address::{Address, Locator};
use crate::json::key_mark;
use crate::transcript::collect::Collector;
use std::collections::HashMap;

/// One concrete way through a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) steps: Vec<Step>,
    pub(crate) sink: Sink,
    /// Whether it leads through an array of engagement attribute events, where the newest wins.
    pub(crate) newest: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Property(String),
    Index(usize),
    Filter { property: String, text: String },
}

/// What becomes of the value a path ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// It is kept, unless it means nothing.
    Value(Absence),
    /// It is read as part of the transcript.
    Transcript(Collector),
}

impl Path {
    pub(crate) fn of(address: &Address) -> Path {
        let last = address.segments.last().map_or("", |segment| &segment.name);
        let mut steps = Vec::new();
        for segment in &address.segments {
            steps.push(Step::Property(segment.name.clone()));
            steps.extend(segment.locators.iter().map(|locator| match locator {
                Locator::Index(n) => Step::Index(*n),
                Locator::Filter { property, text } => {
                    Step::Filter { property: property.clone(), text: text.clone() }
                }
            }));
        }
        Path::new(steps, Sink::Value(Absence::of(last)))
    }

    pub(crate) fn to_collector(properties: &[&str], collector: Collector) -> Path {
        let steps = properties.iter().map(|name| Step::Property((*name).to_owned())).collect();
        Path::new(steps, Sink::Transcript(collector))
    }

    fn new(steps: Vec<Step>, sink: Sink) -> Path {
        let is = |n: usize, name: &str| matches!(steps.get(n), Some(Step::Property(p)) if p == name);
        let newest = (is(0, "sdes") || is(0, "unAuthSdes")) && is(1, "events");
        Path { steps, sink, newest }
    }

    /// Whether an array met at this step is one of engagement attribute events.
    fn is_events(&self, step: usize) -> bool {
        self.newest && step == 2
    }
}

pub(crate) type StateId = usize;
/// Nothing leads on from here.
pub(crate) const NOTHING: StateId = 0;
/// The record itself.
pub(crate) const ROOT: StateId = 1;

/// What to do with a value at one place of a record.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Paths that end here and keep the value.
    pub(crate) leaves: Vec<usize>,
    /// How the transcript reads the value, if it does.
    pub(crate) collector: Option<Collector>,
    /// Where an object's members lead.
    pub(crate) children: Vec<Child>,
    /// Where an array's elements lead.
    pub(crate) elements: Option<Elements>,
}

impl State {
    pub(crate) fn leads_on(&self) -> bool {
        !self.children.is_empty() || self.elements.is_some()
    }

    pub(crate) fn child(&self, key: &[u8]) -> Option<StateId> {
        let mark = key_mark(key);
        self.children
            .iter()
            .find(|child| child.mark == mark && child.name.as_bytes() == key)
            .map(|child| child.state)
    }
}

/// A member that paths lead through.
#[derive(Debug)]
pub(crate) struct Child {
    mark: u32,
    name: Box<str>,
    state: StateId,
}

/// What to do with the elements of an array.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    /// The elements are engagement attribute events.
    pub(crate) events: bool,
    /// The state of elements no `[n]` names.
    pub(crate) any: Option<StateId>,
    /// The states of elements that some `[n]` names.
    pub(crate) indexed: Vec<(usize, StateId)>,
    /// The properties filters look at.
    pub(crate) probes: Vec<Probe>,
    /// For each path that came in by a filter, its probe and which of the probe's texts it wants. Sorted by path.
    pub(crate) filtered: Vec<(usize, (usize, usize))>,
}

/// A property some filters look at, and the texts they want.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) property: Box<str>,
    pub(crate) texts: Vec<Box<str>>,
}

impl Elements {
    /// Whether what is found in an element counts only once the whole element is known.
    pub(crate) fn is_tentative(&self) -> bool {
        self.events || !self.probes.is_empty()
    }

    pub(crate) fn state_of(&self, index: usize) -> Option<StateId> {
        self.indexed.iter().find(|(n, _)| *n == index).map(|(_, state)| *state).or(self.any)
    }

    pub(crate) fn filter_of(&self, path: usize) -> Option<(usize, usize)> {
        let n = self.filtered.binary_search_by_key(&path, |(path, _)| *path).ok()?;
        Some(self.filtered[n].1)
    }
}

/// More states than this, and the paths are read in two passes instead.
const MAX_STATES: usize = 4_096;

/// The tables of states that together follow all these paths, one pass over the record each: nearly always one.
pub(crate) fn build(paths: &[Path]) -> Vec<Vec<State>> {
    fn split(paths: &[Path], chosen: &[usize], passes: &mut Vec<Vec<State>>) {
        let mut builder = Builder { paths, states: Vec::new(), known: HashMap::new() };
        builder.run(chosen);
        // One path alone has few states, so this comes to an end.
        if builder.states.len() <= MAX_STATES || chosen.len() < 2 {
            passes.push(builder.states);
        } else {
            let (first, second) = chosen.split_at(chosen.len() / 2);
            split(paths, first, passes);
            split(paths, second, passes);
        }
    }
    let mut passes = Vec::new();
    split(paths, &(0..paths.len()).collect::<Vec<_>>(), &mut passes);
    passes
}

/// A path and how many of its steps are behind us.
type Item = (usize, usize);

/// Subset construction: a state is the set of items that are alive at one place.
struct Builder<'p> {
    paths: &'p [Path],
    states: Vec<State>,
    known: HashMap<Vec<Item>, StateId>,
}

impl Builder<'_> {
    fn run(&mut self, chosen: &[usize]) {
        self.state_for(Vec::new());
        let root: Vec<Item> = chosen.iter().map(|path| (*path, 0)).collect();
        if root.is_empty() {
            self.states.push(State::default());
            return;
        }
        self.state_for(root.clone());
        let mut pending = vec![root];
        while let Some(items) = pending.pop() {
            let id = self.state_for(items.clone());
            self.states[id] = self.state(&items, &mut pending);
            if self.states.len() > MAX_STATES {
                return;
            }
        }
    }

    fn state_for(&mut self, items: Vec<Item>) -> StateId {
        let next = self.states.len();
        *self.known.entry(items).or_insert_with(|| {
            self.states.push(State::default());
            next
        })
    }

    /// The state for these items; sets not seen before are left in `pending`.
    fn next(&mut self, items: Vec<Item>, pending: &mut Vec<Vec<Item>>) -> StateId {
        if !self.known.contains_key(&items) {
            pending.push(items.clone());
        }
        self.state_for(items)
    }

    fn state(&mut self, items: &[Item], pending: &mut Vec<Vec<Item>>) -> State {
        let mut state = State::default();
        let mut members: Vec<(&str, Vec<Item>)> = Vec::new();
        for &(path, done) in items {
            let paths = self.paths;
            match (paths[path].steps.get(done), paths[path].sink) {
                (None, Sink::Value(_)) => state.leaves.push(path),
                (None, Sink::Transcript(collector)) => state.collector = Some(collector),
                (Some(Step::Property(name)), _) => {
                    match members.iter_mut().find(|(known, _)| known == name) {
                        Some((_, items)) => items.push((path, done + 1)),
                        None => members.push((name, vec![(path, done + 1)])),
                    }
                }
                (Some(_), _) => {}
            }
        }
        for (name, items) in members {
            let child = Child {
                mark: key_mark(name.as_bytes()),
                name: name.into(),
                state: self.next(items, pending),
            };
            state.children.push(child);
        }
        state.elements = self.elements(items, pending);
        state
    }

    fn elements(&mut self, items: &[Item], pending: &mut Vec<Vec<Item>>) -> Option<Elements> {
        let mut elements = Elements::default();
        let mut any = Vec::new();
        let mut indexed: Vec<(usize, Vec<Item>)> = Vec::new();
        for &(path, done) in items {
            let steps = &self.paths[path].steps;
            elements.events |= done < steps.len() && self.paths[path].is_events(done);
            match steps.get(done) {
                // A step into an array without a locator stays where it is.
                Some(Step::Property(_)) => any.push((path, done)),
                Some(Step::Filter { property, text }) => {
                    any.push((path, done + 1));
                    let place = place_probe(&mut elements.probes, property, text);
                    elements.filtered.push((path, place));
                }
                Some(Step::Index(n)) => match indexed.iter_mut().find(|(known, _)| known == n) {
                    Some((_, items)) => items.push((path, done + 1)),
                    None => indexed.push((*n, vec![(path, done + 1)])),
                },
                None => {}
            }
        }
        for (n, mut chosen) in indexed {
            chosen.extend(&any);
            chosen.sort_unstable();
            elements.indexed.push((n, self.next(chosen, pending)));
        }
        elements.any = (!any.is_empty()).then(|| self.next(any, pending));
        (elements.any.is_some() || !elements.indexed.is_empty()).then_some(elements)
    }
}

/// Finds or adds the probe and the text; answers their places.
fn place_probe(probes: &mut Vec<Probe>, property: &str, text: &str) -> (usize, usize) {
    let probe = probes.iter().position(|probe| *probe.property == *property).unwrap_or_else(|| {
        probes.push(Probe { property: property.into(), texts: Vec::new() });
        probes.len() - 1
    });
    let texts = &mut probes[probe].texts;
    let text = texts.iter().position(|known| **known == *text).unwrap_or_else(|| {
        texts.push(text.into());
        texts.len() - 1
    });
    (probe, text)
}
