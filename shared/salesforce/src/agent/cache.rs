//! What was described to whom lately. Per user, since field security decides what a description holds.

use domain::{
    configuration::ObjectFacts,
    crm::{FormFacts, FormMode},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// So long an answer is good.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// As many answers are kept; a process serves few agents at a time.
const MOST: usize = 2_000;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Object(String),
    Form(String, Option<String>, FormMode),
}

#[derive(Clone)]
pub(super) enum Told {
    /// `None`: the user may not see it.
    Object(Option<Arc<ObjectFacts>>),
    Form(FormFacts),
}

#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<(String, Question), (Timestamp, Told)>>);

impl Cache {
    pub(super) fn get(&self, user: &str, question: &Question, now: Timestamp) -> Option<Told> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, told) = kept.get(&(user.to_owned(), question.clone()))?;
        (now.duration_since(*at) < FRESH).then(|| told.clone())
    }

    pub(super) fn put(&self, user: &str, question: Question, told: Told, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, (at, _)| now.duration_since(*at) < FRESH);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert((user.to_owned(), question), (now, told));
    }

    /// Salesforce says that something has changed.
    pub(super) fn forget(&self, user: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _), _| of != user);
    }
}
