//! One org: schema, rows, tokens and cursors, behind one lock, written down as they change.

use super::{
    cursors::Cursors,
    error::{ApiError, ApiResult},
    fault::RowFault,
    id,
    journal::{Entry, Journal, NewEntry},
    limits::Usage,
    metadata::{self, Change, Metadata, Registry},
    oauth::{Access, Grant},
    profiles::{FieldRights, ObjectRights, Profile, Profiles},
    schema::{Field, Object, Schema, TRANSCRIPT, additions, record_types},
    sharing,
    store::{Row, Store},
    time,
    wishes::Wishes,
};
use domain::ports::Clock;
use jiff::Timestamp;
use serde_json::json;
use std::{io, path::Path, rc::Rc, sync::Arc};

/// Everything the simulator knows.
pub(crate) struct Org {
    pub(crate) schema: Schema,
    /// When the schema last changed, for conditional describes.
    pub(crate) schema_changed: Timestamp,
    pub(crate) store: Store,
    pub(crate) access: Access,
    /// What was deployed.
    pub(crate) metadata: Metadata,
    /// It began without Chatlink.
    pub(crate) bare: bool,
    pub(crate) cursors: Cursors,
    /// API calls of the last 24 hours.
    pub(crate) usage: Usage,
    /// API calls allowed per day.
    pub(crate) daily: u64,
    /// Where the org is reached, without a slash at the end.
    pub(crate) url: String,
    profiles: Profiles,
    journal: Option<Journal>,
    clock: Arc<dyn Clock>,
}

/// Who calls, in which version, and what goes wrong with the rows of this call.
#[derive(Debug)]
pub(crate) struct Caller {
    /// 18-character id of the user.
    pub(crate) user: String,
    /// Such as `v67.0`.
    pub(crate) version: String,
    pub(crate) fault: Rc<RowFault>,
    /// What the headers of the call ask of a write.
    pub(crate) wishes: Wishes,
}

impl Caller {
    /// A caller whom assignment and duplicate rules leave alone, as a call from inside the org.
    pub(crate) fn new(user: &str, version: &str) -> Self {
        let fault = Rc::new(RowFault::default());
        Caller { user: user.to_owned(), version: version.to_owned(), fault, wishes: Wishes::default() }
    }

    /// The same caller with the wishes of one call or step.
    pub(crate) fn wishing(&self, wishes: Wishes) -> Self {
        let (user, version, fault) = (self.user.clone(), self.version.clone(), Rc::clone(&self.fault));
        Caller { user, version, fault, wishes }
    }
}

/// Id of the organization.
pub(crate) fn organization_id() -> String {
    id::make("00D", 1)
}

/// Id of the user the sync acts as.
pub(crate) fn sync_user_id() -> String {
    id::make("005", 1)
}

impl Org {
    /// An org with its users, and what the journal remembers. A new one is `bare` when it is to be: without Chatlink.
    pub(crate) fn open(
        url: &str,
        username: &str,
        journal: Option<&Path>,
        bare: bool,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let begun = journal.map(Journal::begins_bare).transpose()?.flatten();
        let mut org = Org::new(url, username, begun.unwrap_or(bare), clock)?;
        if let Some(path) = journal {
            let mut journal = Journal::open(path, |entry: Entry| org.replay(entry))?;
            if begun.is_none() && bare {
                journal.append(&NewEntry { bare, ..NewEntry::default() })?;
            }
            org.journal = Some(journal);
        }
        org.store.reindex(&org.schema);
        org.store.commit();
        metadata::access::refresh(&mut org);
        Ok(org)
    }

    fn new(url: &str, username: &str, bare: bool, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let schema = Schema::new(bare);
        let mut store = Store::default();
        store.reindex(&schema);
        let profiles = seed(&mut store, username, bare);
        let mut org = Org {
            schema,
            schema_changed: clock.now(),
            store,
            access: Access::default(),
            metadata: Metadata::default(),
            bare,
            cursors: Cursors::default(),
            usage: Usage::default(),
            daily: u64::MAX,
            url: url.trim_end_matches('/').to_owned(),
            profiles,
            journal: None,
            clock,
        };
        if !bare {
            metadata::deploy_ours(&mut org, None).map_err(io::Error::other)?;
            org.change_schema(TRANSCRIPT, |fields| fields.extend(additions()));
            seed_assignments(&mut org, username);
            org.store.commit();
        }
        Ok(org)
    }

    fn replay(&mut self, entry: Entry) {
        for (kind, name, xml) in entry.metadata {
            metadata::install(&mut self.schema, &mut self.metadata.registry, (&kind, &name), xml.as_deref());
            self.store.reindex(&self.schema);
        }
        for (object, id, row) in entry.rows {
            self.store.put(&object, &id, row);
            self.store.commit();
        }
        if let Some(grant) = entry.grant {
            self.access.add(grant);
        }
        if let Some(token) = entry.revoked {
            self.access.remove(&token);
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now, as records carry it.
    pub(crate) fn now_text(&self) -> String {
        time::datetime(self.clock.now())
    }

    /// Makes the changes of a request last; undoes them when the journal cannot be written.
    pub(crate) fn commit(&mut self) -> ApiResult<()> {
        let rows = self.store.changes();
        if rows.is_empty() {
            return Ok(());
        }
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&NewEntry { rows, ..NewEntry::default() })
        {
            self.store.rollback(super::store::Savepoint::START);
            return Err(ApiError::new(500, "UNKNOWN_EXCEPTION", format!("journal: {error}")));
        }
        let assigned = self.store.changes().iter().any(|(object, ..)| *object == "PermissionSetAssignment");
        self.store.commit();
        if assigned {
            metadata::access::refresh(self);
        }
        Ok(())
    }

    /// Makes a deployment last, with the rows it touched.
    pub(crate) fn commit_metadata(
        &mut self,
        schema: Schema,
        registry: Registry,
        changes: &[Change],
    ) -> ApiResult<()> {
        let entry = NewEntry { rows: self.store.changes(), metadata: changes, ..NewEntry::default() };
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&entry)
        {
            self.store.rollback(super::store::Savepoint::START);
            return Err(ApiError::new(500, "UNKNOWN_EXCEPTION", format!("journal: {error}")));
        }
        (self.schema, self.metadata.registry) = (schema, registry);
        self.store.commit();
        self.store.reindex(&self.schema);
        self.schema_changed = self.clock.now();
        metadata::access::refresh(self);
        Ok(())
    }

    /// Id and user name of everybody.
    pub(crate) fn users(&self) -> Vec<(String, String)> {
        let name =
            |row: &Row| row.get("Username").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        self.store.rows("User").map(|(id, row)| (id.clone(), name(row))).collect()
    }

    /// Remembers a token.
    pub(crate) fn grant(&mut self, grant: Grant) -> io::Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.append(&NewEntry { grant: Some(&grant), ..NewEntry::default() })?;
        }
        self.access.add(grant);
        Ok(())
    }

    /// Forgets a token and what was given out on it.
    pub(crate) fn revoke(&mut self, token: &str) -> io::Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.append(&NewEntry { revoked: Some(token), ..NewEntry::default() })?;
        }
        self.access.remove(token);
        Ok(())
    }

    /// The object of this name; 404 if there is none, or none for the caller.
    pub(crate) fn object(&self, caller: &Caller, name: &str) -> ApiResult<&Object> {
        let object = self.schema.object(name).filter(|object| self.rights(&caller.user, &object.name).read);
        object.ok_or_else(ApiError::not_found)
    }

    /// The field of this name, unless it is hidden from the caller.
    pub(crate) fn field<'a>(&self, caller: &Caller, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|field| self.visible(&caller.user, &object.name, &field.name))
    }

    pub(crate) fn profile(&self, user: &str) -> Option<&Profile> {
        self.profiles.of(user)
    }

    /// What the user may do with an object.
    pub(crate) fn rights(&self, user: &str, object: &str) -> ObjectRights {
        self.profile(user).map_or(ObjectRights::ALL, |profile| profile.on_object(object))
    }

    /// What field security lets this user do with the field.
    pub(crate) fn field_rights(&self, user: &str, object: &str, field: &str) -> FieldRights {
        self.profile(user).map_or(FieldRights::Full, |profile| profile.on_field(object, field))
    }

    /// Whether field security lets this user see the field.
    pub(crate) fn visible(&self, user: &str, object: &str, field: &str) -> bool {
        self.field_rights(user, object, field) != FieldRights::Hidden
    }

    /// Whether the user sees the record: the object and, by sharing, this row of it.
    pub(crate) fn sees(&self, user: &str, object: &str, row: &Row) -> bool {
        self.rights(user, object).read && sharing::reads(self, user, object, row)
    }

    /// Whether the user is the one who may set up everything.
    pub(crate) fn administers(&self, user: &str) -> bool {
        let row = self.store.get("User", user);
        row.and_then(|row| row.get("Username")).is_some_and(|name| name == ADMINISTRATOR)
    }

    /// Changes what a user may do. `false` if there is no such user.
    pub(crate) fn change_profile(&mut self, username: &str, change: impl FnOnce(&mut Profile)) -> bool {
        let profile = self.user_named(username).and_then(|user| self.profiles.change(&user));
        let found = profile.map(change).is_some();
        self.schema_changed = self.clock.now();
        found
    }

    /// Changes fields and rebuilds what depends on them.
    pub(crate) fn change_schema<R>(
        &mut self,
        object: &str,
        change: impl FnOnce(&mut Vec<Field>) -> R,
    ) -> Option<R> {
        let result = self.schema.change(object, change);
        self.store.reindex(&self.schema);
        self.schema_changed = self.clock.now();
        result
    }

    /// The live user with this name.
    pub(crate) fn user_named(&self, username: &str) -> Option<String> {
        self.store.find("User", "Username", username)?.first().cloned()
    }
}

/// The user who may set up everything.
const ADMINISTRATOR: &str = "noor.adair@chatlink.example";

/// The organization, its users with their profiles, its record types, queues and assignment rules, the same in every org.
fn seed(store: &mut Store, username: &str, bare: bool) -> Profiles {
    let organization = json!({
        "Name": "Harbour & Pine Outfitters", "Country": "NZ", "DefaultLocaleSidKey": "en_NZ", "LanguageLocaleKey": "en_US",
        "TimeZoneSidKey": "GMT", "OrganizationType": "Developer Edition", "InstanceName": "LOCAL", "IsSandbox": false,
    });
    put_seed(store, "Organization", "00D", &organization);
    let people = [
        ("Sync", "Chatlink", username, "csync", Profile::integration()),
        ("Ilse", "Varga", "ilse.varga@agents.example.com", "ivarg", Profile::limited_agent()),
        ("Tomo", "Reyes", "tomo.reyes@agents.example.com", "treye", Profile::agent()),
        ("Noor", "Adair", ADMINISTRATOR, "nadai", Profile::administrator()),
    ];
    let mut profiles = Profiles::default();
    for (first, last, username, alias, profile) in people {
        let email = if username.contains('@') { username.to_owned() } else { format!("{alias}@example.com") };
        let user = json!({
            "Username": username, "FirstName": first, "LastName": last, "Name": format!("{first} {last}"), "Email": email,
            "Alias": alias, "CommunityNickname": alias, "IsActive": true, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8", "UserType": "Standard",
        });
        let id = put_seed(store, "User", "005", &user);
        // A bare org grants nothing on what it has not got yet.
        let profile = if bare { profile.without_transcripts() } else { profile };
        let administers = username == ADMINISTRATOR;
        let may = json!({
            "CreatedById": id, "PermissionsApiEnabled": true, "PermissionsCustomizeApplication": administers,
            "PermissionsManageUsers": administers, "PermissionsModifyAllData": false, "PermissionsViewAllData": administers,
        });
        put_seed(store, "UserPermissionAccess", "0PA", &may);
        profiles.add(&id, profile);
    }
    for kind in &record_types::ALL {
        let row = json!({
            "Name": kind.name, "DeveloperName": kind.developer_name, "SobjectType": kind.object, "IsActive": true,
            "IsPersonType": kind.person,
        });
        put_seed(store, "RecordType", "012", &row);
    }
    for (object, queue) in QUEUES {
        let queue = json!({"Name": queue, "DeveloperName": queue.replace(' ', "_"), "Type": "Queue"});
        put_seed(store, "Group", "00G", &queue);
        let rule =
            json!({"Name": format!("{object}s to their queue"), "SobjectType": object, "Active": true});
        put_seed(store, "AssignmentRule", "01Q", &rule);
    }
    profiles
}

/// Who has which of the permission sets a standard org begins with.
fn seed_assignments(org: &mut Org, username: &str) {
    let agents = ["ilse.varga@agents.example.com", "tomo.reyes@agents.example.com"];
    let own =
        [(username, "LP_Sync_User"), (username, "LP_Administrator"), (ADMINISTRATOR, "LP_Administrator")];
    for (user, set) in own.into_iter().chain(agents.map(|agent| (agent, "LP_Agent"))) {
        let named = |row: &Row| row.get("Name").is_some_and(|name| name == set);
        let set = org.store.rows("PermissionSet").find(|(_, row)| named(row)).map(|(id, _)| id.clone());
        let row = json!({ "AssigneeId": org.user_named(user), "PermissionSetId": set });
        put_seed(&mut org.store, "PermissionSetAssignment", "0Pa", &row);
    }
}

/// The objects with an active assignment rule, and the queue it gives new records to. The rules are numbered alike.
pub(crate) const QUEUES: [(&str, &str); 2] = [("Case", "Customer Care"), ("Lead", "New Leads")];

fn put_seed(store: &mut Store, object: &str, prefix: &str, fields: &serde_json::Value) -> String {
    let (id, _) = store.next_id(object, prefix);
    let mut row: Row = fields.as_object().cloned().unwrap_or_default();
    let founded = "2026-01-05T08:00:00.000+0000";
    for (name, value) in [
        ("Id", id.as_str()),
        ("CreatedDate", founded),
        ("LastModifiedDate", founded),
        ("SystemModstamp", founded),
    ] {
        row.insert(name.to_owned(), value.into());
    }
    for name in ["CreatedById", "LastModifiedById"] {
        row.entry(name).or_insert_with(|| sync_user_id().into());
    }
    row.insert("IsDeleted".to_owned(), false.into());
    store.put(object, &id, row);
    id
}
