//! Searching: one object, or people. One call to Salesforce; an order that is always the same; nothing is chosen by guess.

use crate::{
    Desk,
    cells::{Readable, cell, has, name, overview},
    desk::Shown,
    filters, links,
    people::search_people,
    soql::{Select, any_of},
    terms::{Term, conditions, reasons, searched, terms},
    view::{Found, RecordRef, Row},
};
use domain::{
    ConversationId,
    configuration::FieldFacts,
    crm::{CrmError, CrmSession, Record},
};
use futures::future::try_join_all;
use serde_json::Value;

/// So many records of an object are shown.
pub(crate) const MOST: usize = 25;

/// What is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Accounts with their contacts, and leads.
    People,
    /// One object of the skill, by API name.
    Object(String),
}

/// Looks for records that have any of the values. `None` when the skill does not work with the object, or the agent may not
/// see it.
///
/// # Errors
/// [`CrmError`].
pub async fn search<S: CrmSession>(
    desk: &Desk<'_, S>,
    scope: &Scope,
    values: &[String],
    conversation: Option<&ConversationId>,
) -> Result<Option<Found>, CrmError> {
    let terms = terms(values);
    let objects = match scope {
        Scope::People => people(desk).await?,
        Scope::Object(object) => desk.shown(object).await?.into_iter().collect(),
    };
    if objects.is_empty() {
        return Ok(None);
    }
    if terms.is_empty() {
        return Ok(Some(Found::default()));
    }
    let finders = try_join_all(objects.iter().map(|shown| Finder::new(desk, shown, &terms))).await?;
    let transcript = desk.transcript().await?;
    let mut queries: Vec<String> = match scope {
        Scope::People => crate::people::queries(&finders),
        Scope::Object(_) => finders.iter().map(|finder| finder.select().soql()).collect(),
    };
    if let (Some(transcript), Some(conversation)) = (&transcript, conversation) {
        queries.push(links::query(desk, transcript, conversation).await?);
    }
    let mut answers = desk.session.query(&queries).await?;
    let linked = match &transcript {
        Some(transcript) if conversation.is_some() => {
            links::read(desk, transcript, answers.pop().unwrap_or_default())
        }
        _ => links::Linked::default(),
    };
    let more = answers.iter().any(|records| records.len() > MOST);
    answers.iter_mut().for_each(|records| records.truncate(MOST));
    let mut rows = match scope {
        Scope::People => search_people(desk, &finders, answers),
        Scope::Object(_) => {
            let finder = &finders[0];
            answers.into_iter().flatten().map(|record| finder.row(desk, &record)).collect()
        }
    };
    rows.retain(Row::is_wanted);
    rows.iter_mut().for_each(|row| row.mark(&linked));
    sort(&mut rows);
    let exact = the_exact_one(&rows);
    Ok(Some(Found { rows, more, exact }))
}

/// Accounts, contacts and leads, as far as the skill works with them.
async fn people<'d, S: CrmSession>(desk: &'d Desk<'_, S>) -> Result<Vec<Shown<'d>>, CrmError> {
    let mut people = Vec::new();
    for object in ["Account", "Contact", "Lead"] {
        people.extend(desk.shown(object).await?);
    }
    Ok(people)
}

/// How records of one object are found and shown.
pub(crate) struct Finder<'a> {
    pub(crate) shown: &'a Shown<'a>,
    terms: &'a [Term],
    pub(crate) searched: Vec<&'a FieldFacts>,
    pub(crate) overview: Vec<&'a FieldFacts>,
    readable: Readable,
}

impl<'a> Finder<'a> {
    pub(crate) async fn new<S: CrmSession>(
        desk: &Desk<'_, S>,
        shown: &'a Shown<'a>,
        terms: &'a [Term],
    ) -> Result<Finder<'a>, CrmError> {
        let searched = searched(&shown.facts, shown.settings);
        let overview = overview(shown.settings, &shown.facts);
        let readable = desk.readable(overview.iter().copied()).await?;
        Ok(Finder { shown, terms, searched, overview, readable })
    }

    pub(crate) fn name_field(&self) -> &str {
        self.shown.facts.name_field().map_or("Id", |field| &field.name)
    }

    /// What a row needs, as paths from the record.
    pub(crate) fn paths(&self) -> Vec<String> {
        let shown = self.searched.iter().chain(&self.overview).flat_map(|field| self.readable.paths(field));
        let person = ["IsPersonAccount"].into_iter().filter(|name| self.shown.facts.field(name).is_some());
        [self.name_field().to_owned()].into_iter().chain(shown).chain(person.map(str::to_owned)).collect()
    }

    /// The query for records that have one of the values and pass every filter.
    pub(crate) fn select(&self) -> Select {
        let mut select = Select::from(&self.shown.facts.name);
        select.fields(self.paths());
        let found = any_of(&conditions(self.terms, &self.searched));
        select.condition(found.unwrap_or_else(|| "Id = null".to_owned()));
        for filter in filters::conditions(self.shown.settings, &self.shown.facts) {
            select.condition(filter);
        }
        select.order(format!("{} ASC NULLS LAST, Id ASC", self.name_field())).limit(MOST + 1);
        select
    }

    pub(crate) fn row<S: CrmSession>(&self, desk: &Desk<'_, S>, record: &Record) -> Row {
        let facts = &self.shown.facts;
        let id = crate::cells::text(record, "Id").unwrap_or_default();
        let cell = |field: &&FieldFacts| cell(field, record, |object, id| desk.url(object, id));
        Row {
            object: facts.name.clone(),
            label: facts.label.clone(),
            id: id.to_owned(),
            name: name(record, facts),
            url: desk.url(&facts.name, id),
            reasons: reasons(self.terms, &self.searched, record),
            overview: self.overview.iter().filter(|field| has(record, field, facts)).map(cell).collect(),
            person_account: facts.name == "Account"
                && record.get("IsPersonAccount") == Some(&Value::Bool(true)),
            ..Row::default()
        }
    }
}

impl Row {
    /// Whether it, or one of its contacts, was looked for: what only a loose query found is not shown.
    fn is_wanted(&self) -> bool {
        !self.reasons.is_empty() || self.converted_from.is_some() || self.children.iter().any(Row::is_wanted)
    }

    fn mark(&mut self, linked: &links::Linked) {
        self.linked = linked.has(&self.id);
        self.children.iter_mut().for_each(|child| child.mark(linked));
    }

    /// How well it matches: exact reasons first, then all reasons, its contacts' included.
    fn weight(&self) -> (usize, usize) {
        let own = (self.reasons.iter().filter(|reason| reason.exact).count(), self.reasons.len());
        self.children.iter().map(Row::weight).fold(own, |best, weight| best.max(weight))
    }

    fn exact_ones(&self) -> Vec<RecordRef> {
        let own = self
            .reasons
            .iter()
            .any(|reason| reason.exact)
            .then(|| RecordRef { object: self.object.clone(), id: self.id.clone() });
        own.into_iter().chain(self.children.iter().flat_map(Row::exact_ones)).collect()
    }
}

/// Best first; of two as good, by name, then by id.
pub(crate) fn sort(rows: &mut [Row]) {
    let key = |row: &Row| (std::cmp::Reverse(row.weight()), row.name.to_lowercase(), row.id.clone());
    rows.sort_by_cached_key(key);
    rows.iter_mut().for_each(|row| sort(&mut row.children));
}

/// The only record that matches exactly, if there is just one.
fn the_exact_one(rows: &[Row]) -> Option<RecordRef> {
    let mut exact: Vec<RecordRef> = rows.iter().flat_map(Row::exact_ones).collect();
    exact.dedup();
    match exact.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
