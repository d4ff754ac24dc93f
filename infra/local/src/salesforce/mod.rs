//! A Salesforce org in this process: the REST resources the sync and ordinary clients use, faithful to the status.
//!
//! State lives in memory behind one lock. Every request that changes it is one line of a journal, written before the
//! request is answered, so that killing the process loses nothing that was acknowledged.

mod answer;
mod api;
mod checks;
mod collections;
mod composite;
mod consent;
mod cursors;
mod describe_api;
mod error;
mod fault;
mod files;
mod graph;
mod http;
mod id;
mod identity;
mod journal;
mod limits;
mod metadata;
mod oauth;
mod operations;
mod org;
mod pages;
mod person;
mod profiles;
mod query;
mod read;
mod recent;
mod records;
mod references;
mod rows;
mod rules;
mod sample_records;
mod schema;
mod search;
mod sharing;
mod soql;
mod store;
#[cfg(test)]
mod tests;
mod time;
mod ui_api;
mod values;
mod wishes;

pub use profiles::{FieldRights, ObjectRights};
pub use schema::{Field, Kind, TRANSCRIPT};

use crate::simulator::{Behaviour, Switchboard};
use axum::Router;
use domain::ports::Clock;
use limits::Usage;
use org::{Caller, Org};
use serde_json::{Map, Value};
use std::{
    fmt, io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a simulated org is made from.
pub struct Options {
    /// Where it is reached, such as `http://127.0.0.1:8082`: its login and instance address.
    pub listen_url: String,
    /// File that keeps the state; without one the state ends with the process.
    pub journal: Option<PathBuf>,
    /// Latency and faults.
    pub behaviour: Behaviour,
    /// The present, for timestamps, tokens and date literals.
    pub clock: Arc<dyn Clock>,
    /// API calls the org allows per day.
    pub daily_api_requests: u64,
    /// Who may log in.
    pub credentials: Credentials,
    /// Whether a new org begins without Chatlink's metadata, the customer's own object and the fields to map to. One that
    /// is remembered stays what it is.
    pub bare: bool,
}

/// The one app and the one user that log in without a browser.
#[derive(Clone)]
pub struct Credentials {
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: String,
    /// User the sync acts as.
    pub username: String,
    /// Password of every user here.
    pub password: String,
    /// RSA public key in PEM, for JWT bearer.
    pub public_key_pem: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

struct Shared {
    org: Mutex<Org>,
    credentials: Credentials,
    switchboard: Arc<Switchboard>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Org> {
        self.org.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running org. Clones share it.
#[derive(Clone)]
pub struct Simulator(Arc<Shared>);

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.0.lock().url).finish_non_exhaustive()
    }
}

impl Simulator {
    /// An org with the state its journal remembers.
    ///
    /// # Errors
    /// When the journal cannot be read or written, or a line other than a torn last one is not an entry.
    pub fn open(options: Options) -> io::Result<Simulator> {
        let Options { listen_url, journal, behaviour, clock, daily_api_requests, credentials, bare } =
            options;
        let mut org = Org::open(&listen_url, &credentials.username, journal.as_deref(), bare, clock)?;
        org.daily = daily_api_requests;
        let switchboard = Switchboard::new(behaviour, operations::operation, answer::fault);
        Ok(Simulator(Arc::new(Shared { org: Mutex::new(org), credentials, switchboard })))
    }

    /// Lets the buttons of Chatlink's package open that stack, in an org that was not installed for another.
    ///
    /// # Errors
    /// What the org has against the package.
    pub fn serve_stack(&self, stack: &str) -> io::Result<()> {
        let mut org = self.0.lock();
        if org.bare { Ok(()) } else { metadata::deploy_ours(&mut org, Some(stack)).map_err(io::Error::other) }
    }

    /// Every route, behind the switchboard.
    pub fn router(&self) -> Router {
        self.0.switchboard.guard(Router::new().fallback(http::serve).with_state(Arc::clone(&self.0)))
    }

    /// Counts and faults.
    #[must_use]
    pub fn switchboard(&self) -> &Arc<Switchboard> {
        &self.0.switchboard
    }

    /// How many records of an object are not deleted.
    #[must_use]
    pub fn count(&self, object: &str) -> usize {
        self.0.lock().store.rows(object).filter(|(_, row)| !store::is_deleted(row)).count()
    }

    /// The records of an object that are not deleted, in the order they were created; null fields are left out.
    #[must_use]
    pub fn records(&self, object: &str) -> Vec<Map<String, Value>> {
        let org = self.0.lock();
        org.store
            .rows(object)
            .filter(|(_, row)| !store::is_deleted(row))
            .map(|(_, row)| Map::clone(row))
            .collect()
    }

    /// One record by its 15 or 18 character id, not deleted; null fields are left out.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<Map<String, Value>> {
        let (org, id) = (self.0.lock(), id::normalize(id)?);
        let object = org.schema.object_of_id(&id)?;
        org.store.live(&object.name, &id).map(|row| Map::clone(row))
    }

    /// Creates a record as the sync user would, and answers its id. It counts as no call.
    ///
    /// # Errors
    /// With code and message when the platform would refuse the record.
    pub fn insert(&self, object: &str, fields: Map<String, Value>) -> Result<String, String> {
        self.change(|org, caller| records::insert(org, caller, object, fields))
    }

    /// Changes a record as the sync user would. It counts as no call.
    ///
    /// # Errors
    /// With code and message when the platform would refuse the change.
    pub fn update(&self, object: &str, id: &str, fields: Map<String, Value>) -> Result<(), String> {
        self.change(|org, caller| records::update(org, caller, object, id, fields))
    }

    /// Moves a record to the recycle bin. It counts as no call.
    ///
    /// # Errors
    /// With code and message when there is no such record.
    pub fn delete(&self, object: &str, id: &str) -> Result<(), String> {
        self.change(|org, caller| records::delete(org, caller, object, id))
    }

    /// Adds the customers a newcomer finds, unless the org has had customers already. Who they are stands in
    /// `sample_records.rs`: for the first names Ada, Bruno, Chidi and Dalia, the address
    /// `first.last@visitors.example.com` belongs to one contact (Abernathy), two contacts (Brightwater), a lead
    /// (Castellan), a converted lead (Drumlin), a person account (Eastwick) or nobody. It counts as no call.
    ///
    /// # Errors
    /// When the journal cannot be written, or the schema was changed so that they no longer fit.
    pub fn seed_crm(&self) -> Result<(), String> {
        self.change(
            |org, _| if sample_records::has_customers(org) { Ok(()) } else { sample_records::create(org) },
        )
    }

    fn change<R>(&self, change: impl FnOnce(&mut Org, &Caller) -> error::ApiResult<R>) -> Result<R, String> {
        let mut org = self.0.lock();
        let caller = Caller::new(&org::sync_user_id(), "v67.0");
        let result = change(&mut org, &caller).and_then(|done| org.commit().map(|()| done));
        result.map_err(|error| {
            org.store.rollback(store::Savepoint::START);
            format!("{}: {}", error.code, error.message)
        })
    }

    /// Whether the org began without Chatlink's metadata.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.0.lock().bare
    }

    /// Whether the org has this object.
    #[must_use]
    pub fn has_object(&self, object: &str) -> bool {
        self.0.lock().schema.object(object).is_some()
    }

    /// Whether the org takes external client apps by metadata, which administrators opt in to.
    pub fn take_apps(&self, takes: bool) {
        self.0.lock().metadata.refuses_apps = !takes;
    }

    /// A component that was deployed, as XML.
    #[must_use]
    pub fn component(&self, kind: &str, name: &str) -> Option<String> {
        self.0.lock().metadata.registry.get(&(kind.to_owned(), name.to_owned())).cloned()
    }

    /// Adds a field, or replaces the one of this name. `false` if there is no such object.
    pub fn add_field(&self, object: &str, field: Field) -> bool {
        let added = |fields: &mut Vec<Field>| {
            fields.retain(|known| !known.name.eq_ignore_ascii_case(&field.name));
            fields.push(field);
        };
        self.0.lock().change_schema(object, added).is_some()
    }

    /// Changes a field: its length, whether it is required, its values. `false` if there is no such field.
    pub fn change_field(&self, object: &str, name: &str, change: impl FnOnce(&mut Field)) -> bool {
        let changed = |fields: &mut Vec<Field>| {
            fields.iter_mut().find(|field| field.name.eq_ignore_ascii_case(name)).map(change).is_some()
        };
        self.0.lock().change_schema(object, changed).unwrap_or(false)
    }

    /// Nobody may set the field any more. `false` if there is no such field.
    pub fn make_read_only(&self, object: &str, name: &str) -> bool {
        self.change_field(object, name, |field| (field.createable, field.updateable) = (false, false))
    }

    /// Removes a field. `false` if there is no such field.
    pub fn remove_field(&self, object: &str, name: &str) -> bool {
        let removed = |fields: &mut Vec<Field>| {
            let before = fields.len();
            fields.retain(|field| !field.name.eq_ignore_ascii_case(name));
            fields.len() < before
        };
        self.0.lock().change_schema(object, removed).unwrap_or(false)
    }

    /// Hides a field from one user, or shows it again. Names as describe writes them. `false` if there is no such user.
    pub fn hide_field(&self, username: &str, object: &str, field: &str, hidden: bool) -> bool {
        self.set_field_rights(
            username,
            object,
            field,
            if hidden { FieldRights::Hidden } else { FieldRights::Full },
        )
    }

    /// Sets what one user may do with a field. Names as describe writes them. `false` if there is no such user.
    pub fn set_field_rights(&self, username: &str, object: &str, field: &str, rights: FieldRights) -> bool {
        self.0.lock().change_profile(username, |profile| profile.set_field(object, field, rights))
    }

    /// Sets what one user may do with an object's records. `false` if there is no such user.
    pub fn set_object_rights(&self, username: &str, object: &str, rights: ObjectRights) -> bool {
        self.0.lock().change_profile(username, |profile| profile.set_object(object, rights))
    }

    /// An access token of one user, as a browser would get it in the end; `None` if there is no such user.
    #[must_use]
    pub fn sign_in(&self, username: &str) -> Option<String> {
        let mut org = self.0.lock();
        let user = org.user_named(username)?;
        oauth::new_access_token(&mut org, &user, "api refresh_token", None).ok()
    }

    /// Ends the access tokens of one user; the refresh tokens live on. `false` if there is no such user.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn expire_tokens(&self, username: &str) -> io::Result<bool> {
        let mut org = self.0.lock();
        let Some(user) = org.user_named(username) else { return Ok(false) };
        let tokens = org.access.access_tokens_of(&user);
        tokens.iter().try_for_each(|token| org.revoke(token)).map(|()| true)
    }

    /// Ends every session: the next call of each client answers 401.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn expire_sessions(&self) -> io::Result<()> {
        let mut org = self.0.lock();
        let tokens = org.access.access_tokens();
        tokens.iter().try_for_each(|token| org.revoke(token))
    }

    /// Whether every refresh gives a new refresh token and ends the old one.
    pub fn rotate_refresh_tokens(&self, rotate: bool) {
        self.0.lock().access.rotate = rotate;
    }

    /// API calls counted in the last 24 hours.
    #[must_use]
    pub fn api_usage(&self) -> u64 {
        let mut org = self.0.lock();
        let now = org.now();
        org.usage.of_24_hours(now)
    }

    /// Sets how many API calls are counted already.
    pub fn set_api_usage(&self, usage: u64) {
        let mut org = self.0.lock();
        org.usage = Usage::default();
        let now = org.now();
        org.usage.add(now, usage);
    }
}
