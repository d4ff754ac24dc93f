//! One org: schema, rows, tokens and cursors, behind one lock, written down as they change.

use super::{
    cursors::Cursors,
    error::{ApiError, ApiResult},
    fault::RowFault,
    id,
    journal::{Entry, Journal, NewEntry},
    limits::Usage,
    oauth::{Access, Grant},
    schema::{Field, Object, Schema},
    store::{Row, Store},
    time,
};
use domain::ports::Clock;
use jiff::Timestamp;
use serde_json::json;
use std::{collections::BTreeSet, io, path::Path, sync::Arc};

/// Everything the simulator knows.
pub(crate) struct Org {
    pub(crate) schema: Schema,
    /// When the schema last changed, for conditional describes.
    pub(crate) schema_changed: Timestamp,
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) cursors: Cursors,
    /// API calls of the last 24 hours.
    pub(crate) usage: Usage,
    /// API calls allowed per day.
    pub(crate) daily: u64,
    /// Where the org is reached, without a slash at the end.
    pub(crate) url: String,
    hidden: BTreeSet<(String, String, String)>,
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
    pub(crate) fault: RowFault,
}

impl Caller {
    pub(crate) fn new(user: &str, version: &str) -> Self {
        Caller { user: user.to_owned(), version: version.to_owned(), fault: RowFault::default() }
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
    /// An org with its users, and what the journal remembers.
    pub(crate) fn open(
        url: &str,
        username: &str,
        journal: Option<&Path>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let schema = Schema::standard();
        let mut store = Store::default();
        store.reindex(&schema);
        seed(&mut store, username);
        let mut access = Access::default();
        let journal = match journal {
            None => None,
            Some(path) => Some(Journal::open(path, |entry: Entry| {
                for (object, id, row) in entry.rows {
                    store.put(&object, &id, row);
                    store.commit();
                }
                if let Some(grant) = entry.grant {
                    access.add(grant);
                }
                if let Some(token) = entry.revoked {
                    access.remove(&token);
                }
            })?),
        };
        store.commit();
        Ok(Org {
            schema,
            schema_changed: clock.now(),
            store,
            access,
            cursors: Cursors::default(),
            usage: Usage::default(),
            daily: u64::MAX,
            url: url.trim_end_matches('/').to_owned(),
            hidden: BTreeSet::new(),
            journal,
            clock,
        })
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
        self.store.commit();
        Ok(())
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

    /// The object of this name; 404 if there is none.
    pub(crate) fn object(&self, name: &str) -> ApiResult<&Object> {
        self.schema.object(name).ok_or_else(ApiError::not_found)
    }

    /// The field of this name, unless it is hidden from the caller.
    pub(crate) fn field<'a>(&self, caller: &Caller, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|field| self.visible(&caller.user, &object.name, &field.name))
    }

    /// Whether field security lets this user see the field.
    pub(crate) fn visible(&self, user: &str, object: &str, field: &str) -> bool {
        self.hidden.is_empty()
            || !self.hidden.contains(&(user.to_owned(), object.to_owned(), field.to_owned()))
    }

    /// Hides a field from a user, or shows it again.
    pub(crate) fn hide(&mut self, user: &str, object: &str, field: &str, hidden: bool) {
        let key = (user.to_owned(), object.to_owned(), field.to_owned());
        let _ = if hidden { self.hidden.insert(key) } else { self.hidden.remove(&key) };
        self.schema_changed = self.clock.now();
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

/// The organization and its users, the same in every org.
fn seed(store: &mut Store, username: &str) {
    let organization = json!({
        "Name": "Harbour & Pine Outfitters", "Country": "NZ", "DefaultLocaleSidKey": "en_NZ", "LanguageLocaleKey": "en_US",
        "TimeZoneSidKey": "GMT", "OrganizationType": "Developer Edition", "InstanceName": "LOCAL", "IsSandbox": false,
    });
    put_seed(store, "Organization", "00D", &organization);
    let people = [
        ("Sync", "Chatlink", username.to_owned(), "csync"),
        ("Ilse", "Varga", "ilse.varga@agents.example.com".to_owned(), "ivarg"),
        ("Tomo", "Reyes", "tomo.reyes@agents.example.com".to_owned(), "treye"),
        ("Noor", "Adair", ADMINISTRATOR.to_owned(), "nadai"),
    ];
    for (first, last, username, alias) in people {
        let email = if username.contains('@') { username.clone() } else { format!("{alias}@example.com") };
        let user = json!({
            "Username": username, "FirstName": first, "LastName": last, "Name": format!("{first} {last}"), "Email": email,
            "Alias": alias, "CommunityNickname": alias, "IsActive": true, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8", "UserType": "Standard",
        });
        let id = put_seed(store, "User", "005", &user);
        let administers = user["Username"] == ADMINISTRATOR;
        let may = json!({
            "CreatedById": id, "PermissionsApiEnabled": true, "PermissionsCustomizeApplication": administers,
            "PermissionsManageUsers": administers, "PermissionsModifyAllData": false, "PermissionsViewAllData": administers,
        });
        put_seed(store, "UserPermissionAccess", "0PA", &may);
    }
}

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
