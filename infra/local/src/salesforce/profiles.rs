//! Who may do what: rights on objects and field security, user by user.

use std::collections::BTreeMap;

/// What a user may do with the records of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectRights {
    /// Sees the object and its records. Without it the object does not exist for the user.
    pub read: bool,
    /// Creates records.
    pub create: bool,
    /// Changes records.
    pub edit: bool,
    /// Deletes records.
    pub delete: bool,
}

impl ObjectRights {
    /// Everything.
    pub const ALL: ObjectRights = ObjectRights { read: true, create: true, edit: true, delete: true };
    /// Reading only.
    pub const READ: ObjectRights = ObjectRights { read: true, create: false, edit: false, delete: false };
    /// Nothing.
    pub const NONE: ObjectRights = ObjectRights { read: false, create: false, edit: false, delete: false };
}

/// What field security lets a user do with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRights {
    /// The field does not exist for the user.
    Hidden,
    /// The user reads it.
    ReadOnly,
    /// The user reads and sets it.
    Full,
}

/// The rights of one user. What is not named is allowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// Sharing hides no record from this user and protects none.
    pub(crate) all_data: bool,
    /// Duplicate rules do not apply: what an integration writes is not held up.
    pub(crate) skips_duplicate_rules: bool,
    objects: BTreeMap<String, ObjectRights>,
    fields: BTreeMap<String, BTreeMap<String, FieldRights>>,
}

impl Profile {
    /// The user the sync acts as.
    pub(crate) fn integration() -> Self {
        let mut profile = Profile { all_data: true, skips_duplicate_rules: true, ..Profile::default() };
        profile.set_object("PermissionSetAssignment", ObjectRights::READ);
        profile
    }

    /// The same without a word on Chat Transcripts.
    pub(crate) fn without_transcripts(mut self) -> Self {
        self.objects.remove(super::TRANSCRIPT);
        self
    }

    /// Whoever sets up the org.
    pub(crate) fn administrator() -> Self {
        Profile { all_data: true, ..Profile::default() }
    }

    /// An agent: everything but deleting Chat Transcripts.
    pub(crate) fn agent() -> Self {
        let mut profile = Profile::default();
        let transcripts = ObjectRights { delete: false, ..ObjectRights::ALL };
        profile.set_object(super::TRANSCRIPT, transcripts);
        profile.set_object("PermissionSetAssignment", ObjectRights::READ);
        profile
    }

    /// An agent who may not see Opportunities nor what an account earns, nor write Leads and birthdates.
    pub(crate) fn limited_agent() -> Self {
        let mut profile = Profile::agent();
        profile.set_object("Opportunity", ObjectRights::NONE);
        profile.set_object("Lead", ObjectRights::READ);
        profile.set_field("Account", "AnnualRevenue", FieldRights::Hidden);
        profile.set_field("Contact", "Birthdate", FieldRights::ReadOnly);
        // Field security of a person account follows the contact's field.
        profile.set_field("Account", "PersonBirthdate", FieldRights::ReadOnly);
        profile
    }

    pub(crate) fn set_object(&mut self, object: &str, rights: ObjectRights) {
        self.objects.insert(object.to_owned(), rights);
    }

    pub(crate) fn set_field(&mut self, object: &str, field: &str, rights: FieldRights) {
        self.fields.entry(object.to_owned()).or_default().insert(field.to_owned(), rights);
    }

    pub(crate) fn on_object(&self, object: &str) -> ObjectRights {
        self.objects.get(object).copied().unwrap_or(ObjectRights::ALL)
    }

    pub(crate) fn on_field(&self, object: &str, field: &str) -> FieldRights {
        let fields = self.fields.get(object);
        fields.and_then(|fields| fields.get(field)).copied().unwrap_or(FieldRights::Full)
    }
}

/// The profiles of all users, by user id.
#[derive(Debug, Default)]
pub(crate) struct Profiles(Vec<(String, Profile)>);

impl Profiles {
    pub(crate) fn add(&mut self, user: &str, profile: Profile) {
        self.0.push((user.to_owned(), profile));
    }

    pub(crate) fn of(&self, user: &str) -> Option<&Profile> {
        self.0.iter().find(|(known, _)| known == user).map(|(_, profile)| profile)
    }

    pub(crate) fn change(&mut self, user: &str) -> Option<&mut Profile> {
        self.0.iter_mut().find(|(known, _)| known == user).map(|(_, profile)| profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_profile_does_not_name_is_allowed() {
        let limited = Profile::limited_agent();
        assert_eq!(limited.on_object("Account"), ObjectRights::ALL);
        assert_eq!(limited.on_object("Opportunity"), ObjectRights::NONE);
        assert_eq!(limited.on_field("Contact", "Birthdate"), FieldRights::ReadOnly);
        assert_eq!(limited.on_field("Contact", "Email"), FieldRights::Full);
        assert!(!Profile::agent().on_object(crate::salesforce::TRANSCRIPT).delete);
    }
}
