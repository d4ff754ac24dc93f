//! Salesforce as one agent sees it: what the widget's logic asks, in the agent's own name.
//!
//! `salesforce::AgentSession` asks over HTTP with the agent's token; tests answer in memory.

use crate::{
    Code,
    configuration::ObjectFacts,
    ports::{Refusal, SinkError},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, future::Future, sync::Arc};

/// A record as a query gives it, relationships and subqueries included.
pub type Record = Map<String, Value>;

/// Salesforce with one agent's rights: profile, sharing and field security hold for everything here.
pub trait CrmSession: Send + Sync {
    /// An object as the agent may see it; `None` when they may not, or there is none. Answers may be some minutes old.
    fn describe(
        &self,
        object: &str,
    ) -> impl Future<Output = Result<Option<Arc<ObjectFacts>>, CrmError>> + Send;

    /// What the org asks of a form beyond describe. Answers may be some minutes old.
    fn form_facts(
        &self,
        object: &str,
        record_type: Option<&str>,
        mode: FormMode,
    ) -> impl Future<Output = Result<FormFacts, CrmError>> + Send;

    /// The records of each query, in one call: five queries at most.
    fn query(&self, queries: &[String]) -> impl Future<Output = Result<Vec<Vec<Record>>, CrmError>> + Send;

    /// All of these writes or none of them, in order and in one call, and what `read` finds afterwards. A write may refer
    /// to the record of an earlier one by [`reference()`]. Text that Salesforce would take for such a reference makes each
    /// write a call of its own, so that later ones can fail alone: [`WriteError::Partly`].
    fn write(
        &self,
        writes: &[Write],
        read: &[String],
    ) -> impl Future<Output = Result<Written, WriteError>> + Send;

    /// The records the agent used last, of any object.
    fn recent(&self, most: usize) -> impl Future<Output = Result<Vec<RecentRecord>, CrmError>> + Send;
}

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormMode {
    /// A new record.
    Create,
    /// A record that is there.
    Edit,
}

impl FormMode {
    /// As the UI API calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FormMode::Create => "Create",
            FormMode::Edit => "Edit",
        }
    }
}

/// What the org asks of a form beyond describe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFacts {
    /// API names of the fields the layout does not let people leave empty.
    pub required: Vec<String>,
    /// Per picklist field, the values of this record type and how people see them.
    pub picklists: BTreeMap<String, Vec<(String, String)>>,
}

/// One write of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Which record.
    pub target: Target,
    /// Fields by API name; `null` empties one.
    pub fields: Map<String, Value>,
    /// Whether the org's assignment rules choose the owner; `None` where there are none.
    pub assignment_rules: Option<bool>,
    /// Whether to save although a duplicate rule warns.
    pub save_duplicate: bool,
}

impl Write {
    /// A write with nothing special about it.
    #[must_use]
    pub fn new(target: Target, fields: Map<String, Value>) -> Write {
        Write { target, fields, assignment_rules: None, save_duplicate: false }
    }
}

/// Which record a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One that is not there yet.
    New {
        /// API name.
        object: String,
    },
    /// One that is there.
    Existing {
        /// API name.
        object: String,
        /// Record id.
        id: String,
        /// Not when somebody has changed it since then.
        unchanged_since: Option<Timestamp>,
    },
    /// The one with that external id, made when there is none.
    External {
        /// API name.
        object: String,
        /// API name of the external id field.
        field: String,
        /// Its value.
        value: String,
    },
}

/// The record of the write at that place, as a later write's field or query may name it.
#[must_use]
pub fn reference(write: usize) -> String {
    format!("@{{w{write}.id}}")
}

/// What came of writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// The record id of each write.
    pub ids: Vec<String>,
    /// What each query found afterwards.
    pub read: Vec<Vec<Record>>,
}

/// A record the agent used lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentRecord {
    /// API name.
    pub object: String,
    /// 18-character id.
    pub id: String,
    /// What people know it by.
    pub name: String,
}

/// Why Salesforce was not asked with success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrmError {
    /// The agent's sign-in is over: they sign in again.
    #[error("the sign-in at Salesforce is over; sign in again")]
    SessionOver,
    /// Anything else.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

impl CrmError {
    /// The code for whoever is told.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            CrmError::SessionOver => Code::NotSignedIn,
            CrmError::Sink(error) => error.code(),
        }
    }
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// Salesforce refused one of the writes.
    #[error("Salesforce refused the record")]
    Refused {
        /// Which one.
        write: usize,
        /// Its words, one or more.
        refusals: Vec<Refusal>,
    },
    /// A duplicate rule found records that are much the same.
    #[error("{message}")]
    Duplicates {
        /// Which write.
        write: usize,
        /// Whether it may be saved all the same.
        may_save: bool,
        /// Object and id of each.
        records: Vec<(String, String)>,
        /// The rule's own words.
        message: String,
    },
    /// Somebody changed the record meanwhile.
    #[error("somebody changed the record in the meantime")]
    Changed {
        /// Which write.
        write: usize,
    },
    /// No answer came, so it may have been written.
    #[error("Salesforce did not say whether it wrote the record: {reason}")]
    Unknown {
        /// Status or transport error.
        reason: String,
    },
    /// The first writes were made, and the next was not.
    #[error("only a part was written: {error}")]
    Partly {
        /// The record id of each write that was made.
        ids: Vec<String>,
        /// Why the next was not.
        error: Box<WriteError>,
    },
    /// Nothing was sent, or the whole call was refused.
    #[error(transparent)]
    Crm(#[from] CrmError),
}
