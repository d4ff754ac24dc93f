//! Salesforce in memory: upserts by external id, refusals in its own words, answers that get lost, agents who link records.

use crate::{
    plant::Plant,
    scene::{Scene, Trouble, lock},
    world::World,
};
use domain::{
    ConversationId,
    ports::{
        Attached, FoundRecord, RecordKey, Refusal, Row, RowOutcome, Sink, SinkError, Transcript, Upserted,
    },
};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

/// A field that an object can lose.
pub const LOSABLE_FIELD: &str = "Region__c";
const COLLECTIONS_PER_CALL: usize = 5;
/// What a trigger of the org stands while it has trouble.
const FEW: usize = 10;

/// Salesforce, which takes `ROWS` rows a call.
pub struct Salesforce<const ROWS: usize> {
    scene: Arc<Scene>,
    world: Arc<World>,
    state: Mutex<State>,
}

/// What is in the org, and what a test may set and read.
#[derive(Default)]
pub struct State {
    /// Chat Transcript records.
    pub records: BTreeMap<ConversationId, Record>,
    /// Errors answered to the next calls, first first, before anything is done.
    pub errors: VecDeque<SinkError>,
    /// Rows refused until they are taken out of here.
    pub refused: BTreeMap<ConversationId, Refusal>,
    /// Rows refused as long as they have a field that the refusal names.
    pub refused_with: BTreeMap<ConversationId, Refusal>,
    /// Fields the object has lost: a call that has one is refused as a whole.
    pub lost_fields: BTreeSet<String>,
    /// More rows than this together are too much for the org's triggers.
    pub most_together: Option<usize>,
    /// Records whose Files are refused.
    pub refused_files: BTreeSet<String>,
    /// Calls the org is allowed in 24 hours.
    pub allowed_calls: u64,
    /// Sizes of the collections sent.
    pub collections: Vec<usize>,
    /// Calls so far.
    pub calls: u64,
}

/// A Chat Transcript record.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// 18-character record id.
    pub id: String,
    /// Its fields, as last written.
    pub fields: Map<String, Value>,
    /// The contact an agent linked.
    pub contact: Option<String>,
    /// Its File's text and how many versions it has.
    pub file: Option<(String, u32)>,
    /// Whether it was last written without the field that can be lost.
    pub without_lost_field: bool,
}

impl<const ROWS: usize> Salesforce<ROWS> {
    /// An empty org.
    #[must_use]
    pub fn new(scene: Arc<Scene>, world: Arc<World>) -> Self {
        let state = State { allowed_calls: 100_000, ..State::default() };
        Salesforce { scene, world, state: Mutex::new(state) }
    }

    /// What is in the org, and what a test may set and read.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// An agent links a record to a contact; whether there is such a record.
    pub fn link(&self, conversation: &ConversationId, contact: &str) -> bool {
        let mut state = self.state();
        let Some(record) = state.records.get_mut(conversation) else { return false };
        record.contact = Some(contact.to_owned());
        self.scene.watch(|audit| audit.linked(conversation, contact));
        true
    }

    fn trouble(&self) -> Result<(), SinkError> {
        let scene = &self.scene;
        if let Some(error) = self.state().errors.pop_front() {
            return Err(error);
        }
        if scene.strikes(Trouble::SalesforceUnauthorized) {
            return Err(SinkError::Unauthorized { reason: "invalid_grant".to_owned() });
        }
        if scene.strikes(Trouble::LimitSpent) {
            return Err(SinkError::LimitSpent);
        }
        if scene.strikes(Trouble::SalesforceDown) {
            return Err(SinkError::Unavailable { reason: "503".to_owned() });
        }
        Ok(())
    }

    /// One call: collections of rows, each of which stands alone.
    fn call(&self, rows: &[Row], together: usize) -> Result<Vec<RowOutcome>, SinkError> {
        self.state().calls += 1;
        self.trouble()?;
        let lost = self.state().lost_fields.clone();
        let lost = lost.iter().map(String::as_str);
        let lost = lost.chain(self.scene.strikes(Trouble::FieldLost).then_some(LOSABLE_FIELD));
        for field in lost {
            if rows.iter().any(|row| has(row, field)) {
                return Err(SinkError::Rejected {
                    status: "INVALID_FIELD".to_owned(),
                    reason: format!("No such column '{field}' on sobject of type LP_ChatTranscript__c"),
                });
            }
        }
        let collections = rows.chunks(together.max(1));
        let outcomes: Vec<_> = collections.flat_map(|rows| self.collection(rows)).collect();
        self.scene
            .tell(|| format!("Salesforce: {} row(s), {together} together: {}", rows.len(), said(&outcomes)));
        if self.scene.strikes(Trouble::AnswerLost) {
            return Err(SinkError::Unavailable { reason: "timed out".to_owned() });
        }
        Ok(outcomes)
    }

    fn collection(&self, rows: &[Row]) -> Vec<RowOutcome> {
        self.state().collections.push(rows.len());
        let most = self.state().most_together.or(self.scene.strikes(Trouble::TooMuchTogether).then_some(FEW));
        if most.is_some_and(|most| rows.len() > most) {
            let words = "CanTriggerLimit: System.LimitException: Too many SOQL queries: 101";
            let refused = refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", &[], words);
            return rows.iter().map(|_| RowOutcome::Refused(refused.clone())).collect();
        }
        let read_only = self.scene.strikes(Trouble::FieldReadOnly);
        let unique: BTreeSet<_> = rows.iter().map(|row| &row.conversation).collect();
        if unique.len() < rows.len() {
            self.scene.watch(|audit| audit.fail("no external id twice in a call", String::new));
        }
        rows.iter()
            .map(|row| match self.objection(row, read_only) {
                Some(refusal) => RowOutcome::Refused(refusal),
                None => self.apply(row),
            })
            .collect()
    }

    fn objection(&self, row: &Row, read_only: bool) -> Option<Refusal> {
        if let Some(refusal) = self.state().refused.get(&row.conversation) {
            return Some(refusal.clone());
        }
        let bad = self.state().refused_with.get(&row.conversation).cloned();
        if let Some(refusal) = bad.filter(|bad| bad.fields.iter().any(|field| has(row, field))) {
            return Some(refusal);
        }
        if read_only && has(row, LOSABLE_FIELD) {
            let words = format!(
                "Unable to create/update fields: {LOSABLE_FIELD}. Please check the security settings of this field"
            );
            return Some(refusal("INVALID_FIELD_FOR_INSERT_UPDATE", &[], &words));
        }
        let now = self.scene.clock.true_ms();
        let ailment = self.world.by_id(&row.conversation).and_then(|(_, one)| one.ailment.as_ref());
        if let Some(ailment) = ailment.filter(|ailment| now < ailment.until_ms) {
            let about = &ailment.refusal.fields;
            if about.iter().all(|field| field != LOSABLE_FIELD) || has(row, LOSABLE_FIELD) {
                return Some(ailment.refusal.clone());
            }
        }
        self.scene
            .strikes(Trouble::RowLocked)
            .then(|| refusal("UNABLE_TO_LOCK_ROW", &[], "unable to obtain exclusive access to this record"))
    }

    fn apply(&self, row: &Row) -> RowOutcome {
        let mut state = self.state();
        let inserts = self.scene.lies(Plant::Inserts) && state.records.contains_key(&row.conversation);
        let place = state.records.len();
        let new = || Record { id: format!("a01{place:015}"), ..Record::default() };
        let created = inserts || !state.records.contains_key(&row.conversation);
        let record = state.records.entry(row.conversation.clone()).or_insert_with(new);
        if self.scene.lies(Plant::AcknowledgedEarly) && self.scene.in_100(2) {
            return RowOutcome::Written { record: record.id.clone(), created };
        }
        if self.scene.lies(Plant::LinkOverwritten) {
            record.contact = None;
        }
        if let Ok(Value::Object(fields)) = serde_json::from_str(&format!("{{{}}}", row.fields)) {
            record.without_lost_field = !fields.contains_key(LOSABLE_FIELD);
            record.fields.extend(fields);
        }
        self.scene.watch(|audit| audit.applied(row, record, inserts));
        RowOutcome::Written { record: record.id.clone(), created }
    }

    /// A new File, a new version of the one that is there, or nothing when its text is the same.
    fn keep_files(&self, transcripts: &[Transcript]) -> Vec<Result<(), Refusal>> {
        let mut state = self.state();
        let mut outcomes = Vec::new();
        for one in transcripts {
            if state.refused_files.contains(&one.record) {
                outcomes.push(Err(refusal("STORAGE_LIMIT_EXCEEDED", &[], "storage limit exceeded")));
                continue;
            }
            if let Some(record) = state.records.values_mut().find(|record| record.id == one.record) {
                match &mut record.file {
                    Some((text, _)) if *text == one.text => {}
                    Some((text, versions)) => {
                        *versions += 1;
                        text.clone_from(&one.text);
                    }
                    none => *none = Some((one.text.clone(), 1)),
                }
            }
            outcomes.push(Ok(()));
        }
        outcomes
    }
}

impl<const ROWS: usize> Sink for Salesforce<ROWS> {
    const MAX_ROWS: usize = ROWS;
    const MAX_TOGETHER: usize = 200;

    async fn upsert(&self, rows: &[Row], together: usize) -> Result<Upserted, SinkError> {
        let (mut outcomes, mut calls) = (Vec::with_capacity(rows.len()), 0);
        self.scene.watch(|audit| audit.upsert_begun(rows));
        for some in rows.chunks(together.max(1) * COLLECTIONS_PER_CALL) {
            self.scene.pause().await;
            calls += 1;
            outcomes.extend(self.call(some, together)?);
        }
        self.scene.pause().await;
        self.scene.watch(|audit| audit.calls_answered(calls));
        let allowed_calls = Some(self.state().allowed_calls);
        Ok(Upserted { outcomes, calls, allowed_calls })
    }

    async fn attach(&self, transcripts: &[Transcript]) -> Result<Attached, SinkError> {
        self.scene.pause().await;
        self.state().calls += 1;
        self.trouble()?;
        let outcomes = self.keep_files(transcripts);
        self.scene.pause().await;
        self.scene.watch(|audit| audit.calls_answered(1));
        Ok(Attached { outcomes, calls: 1 })
    }

    async fn find_record(&self, key: &RecordKey, fields: &[&str]) -> Result<Option<FoundRecord>, SinkError> {
        self.scene.pause().await;
        self.state().calls += 1;
        self.trouble()?;
        let state = self.state();
        let found = match key {
            RecordKey::Id(id) => state.records.iter().find(|(_, record)| record.id.starts_with(id.as_str())),
            RecordKey::Conversation(conversation) => state.records.get_key_value(conversation),
        };
        Ok(found.map(|(conversation, record)| {
            let asked = |name: &&str| {
                let value = record.fields.get(*name).cloned().unwrap_or(Value::Null);
                ((*name).to_owned(), value)
            };
            let fields = Value::Object(fields.iter().map(asked).collect()).to_string();
            FoundRecord { record: record.id.clone(), conversation: conversation.clone(), fields }
        }))
    }
}

/// A refusal in Salesforce's words.
#[must_use]
pub fn refusal(status: &str, fields: &[&str], message: &str) -> Refusal {
    Refusal {
        status: status.to_owned(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        message: message.to_owned(),
    }
}

fn has(row: &Row, field: &str) -> bool {
    row.fields.contains(&format!("\"{field}\":"))
}

fn said(outcomes: &[RowOutcome]) -> String {
    let refused: BTreeSet<&str> = outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            RowOutcome::Written { .. } => None,
            RowOutcome::Refused(refusal) => Some(refusal.status.as_str()),
        })
        .collect();
    let written = outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Written { .. })).count();
    format!("{written} written, refused with {refused:?}")
}
