//! People Search: accounts with their contacts, and leads, as one tree from one call.

use crate::{
    Desk,
    cells::text,
    filters,
    search::Finder,
    soql::{Select, is_same_record},
    view::Row,
};
use domain::{
    configuration::ObjectFacts,
    crm::{CrmSession, Record},
};
use serde_json::Value;

/// So many contacts of a found account are shown.
const CONTACTS: usize = 10;
/// What a converted lead became, and the names of that.
const CONVERTED: [&str; 3] = ["IsConverted", "ConvertedContactId", "ConvertedAccountId"];

/// One query for each object: the account's with its contacts, the contact's with its account, the lead's with what it
/// became.
pub(crate) fn queries(finders: &[Finder<'_>]) -> Vec<String> {
    let find = |object: &str| finders.iter().find(|finder| finder.shown.facts.name == object);
    let query = |finder: &Finder<'_>| {
        let mut select = finder.select();
        match finder.shown.facts.name.as_str() {
            "Account" => {
                select.fields(find("Contact").map(|contact| contacts_of(finder, contact)));
            }
            "Contact" => {
                if let Some(not_twin) = not_a_twin(&finder.shown.facts) {
                    select.condition(not_twin);
                }
                select.field("AccountId");
                let account = find("Account").map(Finder::paths).unwrap_or_default();
                select.fields(account.into_iter().map(|path| format!("Account.{path}")));
            }
            _ => {
                let seen = CONVERTED.into_iter().filter(|name| finder.shown.facts.field(name).is_some());
                select.fields(seen.map(str::to_owned));
                for (relationship, id) in
                    [("ConvertedContact", CONVERTED[1]), ("ConvertedAccount", CONVERTED[2])]
                {
                    if finder.shown.facts.field(id).is_some() {
                        select.field(format!("{relationship}.Name"));
                    }
                }
            }
        }
        select.soql()
    };
    finders.iter().map(query).collect()
}

/// The contact that stands behind a person account is the account itself.
fn not_a_twin(contact: &ObjectFacts) -> Option<String> {
    contact.field("IsPersonAccount").map(|_| "IsPersonAccount = false".to_owned())
}

fn contacts_of(account: &Finder<'_>, contact: &Finder<'_>) -> String {
    let children = &account.shown.facts.child_relationships;
    let known = children.iter().find(|child| child.object == "Contact" && child.field == "AccountId");
    let relationship = known.map_or("Contacts", |child| child.relationship.as_str());
    let mut select = Select::from(relationship);
    select.fields(contact.paths());
    if let Some(not_twin) = not_a_twin(&contact.shown.facts) {
        select.condition(not_twin);
    }
    for filter in filters::conditions(contact.shown.settings, &contact.shown.facts) {
        select.condition(filter);
    }
    select.order(format!("{} ASC NULLS LAST, Id ASC", contact.name_field())).limit(CONTACTS);
    format!("({})", select.soql())
}

/// Makes the tree of what the queries found.
pub(crate) fn search_people<S: CrmSession>(
    desk: &Desk<'_, S>,
    finders: &[Finder<'_>],
    answers: Vec<Vec<Record>>,
) -> Vec<Row> {
    let mut tree = Tree { desk, finders, rows: Vec::new() };
    for (finder, records) in finders.iter().zip(answers) {
        for record in &records {
            match finder.shown.facts.name.as_str() {
                "Account" => tree.add_account(finder, record),
                "Contact" => tree.add_contact(finder, record),
                _ => tree.add_lead(finder, record),
            }
        }
    }
    tree.rows
}

struct Tree<'a, S> {
    desk: &'a Desk<'a, S>,
    finders: &'a [Finder<'a>],
    rows: Vec<Row>,
}

impl<S: CrmSession> Tree<'_, S> {
    fn finder(&self, object: &str) -> Option<&Finder<'_>> {
        self.finders.iter().find(|finder| finder.shown.facts.name == object)
    }

    fn add_account(&mut self, finder: &Finder<'_>, record: &Record) {
        let mut row = finder.row(self.desk, record);
        let contacts = record.values().filter_map(|value| value.get("records")?.as_array());
        if let Some(contact) = self.finder("Contact") {
            let contacts = contacts.flatten().filter_map(Value::as_object);
            row.children = contacts.map(|record| contact.row(self.desk, record)).collect();
        }
        self.rows.push(row);
    }

    /// Below its account, which is shown for its sake if it was not found itself.
    fn add_contact(&mut self, finder: &Finder<'_>, record: &Record) {
        let row = finder.row(self.desk, record);
        let account = record.get("Account").and_then(Value::as_object);
        match (text(record, "AccountId"), account) {
            (Some(id), Some(account)) if self.finder("Account").is_some() => {
                let shown = self.finder("Account").map(|finder| finder.row(self.desk, account));
                self.below(id, shown.unwrap_or_default(), row);
            }
            _ => add_once(&mut self.rows, row),
        }
    }

    fn below(&mut self, id: &str, parent: Row, child: Row) {
        let known = self.rows.iter_mut().find(|row| row.object == "Account" && is_same_record(&row.id, id));
        match known {
            Some(known) => add_once(&mut known.children, child),
            None => {
                let url = self.desk.url("Account", id);
                // Whatever of it matches as well is no reason: the account's own query would have found it.
                let parent =
                    Row { id: id.to_owned(), url, reasons: Vec::new(), children: vec![child], ..parent };
                self.rows.push(parent);
            }
        }
    }

    /// A lead; one that was converted is shown as the contact and account it became.
    fn add_lead(&mut self, finder: &Finder<'_>, record: &Record) {
        let row = finder.row(self.desk, record);
        if record.get("IsConverted") != Some(&Value::Bool(true)) {
            return add_once(&mut self.rows, row);
        }
        let became = |object: &str, id: &str, relationship: &str| {
            let (shown, id) = (self.finder(object)?, text(record, id)?);
            let name = record.get(relationship)?.get("Name")?.as_str()?;
            let facts = &shown.shown.facts;
            Some(Row {
                object: facts.name.clone(),
                label: facts.label.clone(),
                id: id.to_owned(),
                name: name.to_owned(),
                url: self.desk.url(object, id),
                ..Row::default()
            })
        };
        let account = became("Account", "ConvertedAccountId", "ConvertedAccount");
        let contact = became("Contact", "ConvertedContactId", "ConvertedContact");
        let from = |became: Row| Row {
            converted_from: Some(row.name.clone()),
            reasons: row.reasons.clone(),
            ..became
        };
        match (account, contact) {
            (Some(account), Some(contact)) => self.below(&account.id.clone(), account, from(contact)),
            (Some(only), None) | (None, Some(only)) => add_once(&mut self.rows, from(only)),
            // What it became is hidden from the agent, and the lead itself can no longer be worked with.
            (None, None) => {}
        }
    }
}

/// The same record found twice is one row, with the reasons of both.
fn add_once(rows: &mut Vec<Row>, row: Row) {
    match rows.iter_mut().find(|known| known.object == row.object && is_same_record(&known.id, &row.id)) {
        Some(known) => {
            for reason in row.reasons {
                if !known.reasons.contains(&reason) {
                    known.reasons.push(reason);
                }
            }
            known.converted_from = known.converted_from.take().or(row.converted_from);
        }
        None => rows.push(row),
    }
}
