//! Choosing a record: candidates for a lookup, and what the agent used last.

use crate::{
    Desk,
    cells::{cell, name, overview},
    filters,
    soql::{Select, pattern},
    view::{Candidate, Named},
};
use domain::{
    configuration::FieldFacts,
    crm::{CrmError, CrmSession},
};

const MOST: usize = 10;
/// A lookup to more objects is searched in the first ones.
const OBJECTS: usize = 3;
/// Fewer characters find nearly everything.
const SHORTEST: usize = 2;
const RECENT: usize = 40;

/// The records a lookup field of an object of the skill could point to, by the beginning of their name or of a word in it.
/// `None` when there is no such lookup.
///
/// # Errors
/// [`CrmError`].
pub async fn lookup<S: CrmSession>(
    desk: &Desk<'_, S>,
    object: &str,
    field: &str,
    typed: &str,
) -> Result<Option<Vec<Candidate>>, CrmError> {
    let Some(shown) = desk.shown(object).await? else { return Ok(None) };
    let Some(field) = shown.facts.field(field).filter(|field| field.field_type == "reference") else {
        return Ok(None);
    };
    let typed = typed.trim();
    if typed.chars().count() < SHORTEST {
        return Ok(Some(Vec::new()));
    }
    let (mut targets, mut queries) = (Vec::new(), Vec::new());
    for target in field.reference_to.iter().take(OBJECTS) {
        let Some(facts) = desk.session.describe(target).await? else { continue };
        let Some(known_by) = facts.name_field().map(|field| field.name.clone()) else { continue };
        let settings = desk.configuration.objects.iter().find(|one| one.object.eq_ignore_ascii_case(target));
        let mut select = Select::from(&facts.name);
        select.field(&*known_by);
        let begins = [pattern("", typed, "%"), pattern("% ", typed, "%")]
            .map(|like| format!("{known_by} LIKE {like}"));
        select.condition(format!("({})", begins.join(" OR ")));
        let mut detail = None;
        if let Some(settings) = settings {
            filters::conditions(settings, &facts).into_iter().for_each(|filter| {
                select.condition(filter);
            });
            detail = overview(settings, &facts).into_iter().find(|field| field.name != known_by).cloned();
        }
        let readable = desk.readable(&detail).await?;
        select.fields(detail.iter().flat_map(|field| readable.paths(field)));
        select.order(format!("{known_by} ASC, Id ASC")).limit(MOST);
        queries.push(select.soql());
        targets.push((facts, detail));
    }
    if queries.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let found = desk.session.query(&queries).await?;
    let mut candidates = Vec::new();
    for ((facts, detail), records) in targets.iter().zip(found) {
        let text = |field: &FieldFacts, record: &_| cell(field, record, |_, _| String::new()).display;
        candidates.extend(records.iter().map(|record| Candidate {
            object: facts.name.clone(),
            id: crate::cells::text(record, "Id").unwrap_or_default().to_owned(),
            name: name(record, facts),
            detail: detail.as_ref().map(|field| text(field, record)).unwrap_or_default(),
        }));
    }
    candidates.truncate(MOST);
    Ok(Some(candidates))
}

/// The records the agent used last, of the skill's objects.
///
/// # Errors
/// [`CrmError`].
pub async fn recent<S: CrmSession>(desk: &Desk<'_, S>) -> Result<Vec<Named>, CrmError> {
    let shown = desk.all_shown().await?;
    let used = desk.session.recent(RECENT).await?;
    let named = used.into_iter().filter_map(|record| {
        let of = shown.iter().find(|shown| shown.facts.name == record.object)?;
        Some(Named {
            label: of.facts.label.clone(),
            url: desk.url(&record.object, &record.id),
            object: record.object,
            id: record.id,
            name: record.name,
        })
    });
    Ok(named.take(MOST).collect())
}
