//! Record types: the kinds of Case and Account this org tells apart, and what differs between them.

use super::super::id;

/// A kind of an object's records.
#[derive(Debug)]
pub(crate) struct RecordType {
    pub(crate) object: &'static str,
    pub(crate) name: &'static str,
    pub(crate) developer_name: &'static str,
    /// What a record without a record type of its own gets.
    pub(crate) default: bool,
    /// Its accounts are people.
    pub(crate) person: bool,
    /// Picklists that offer fewer values here.
    pub(crate) picklists: &'static [(&'static str, &'static [&'static str])],
    /// What the layout of this record type demands although the database does not.
    pub(crate) layout_required: &'static [&'static str],
}

/// All of them, in the order of their ids.
pub(crate) static ALL: [RecordType; 4] = [
    RecordType {
        object: "Case",
        name: "Support",
        developer_name: "Support",
        default: true,
        person: false,
        picklists: &[
            ("Type", &["Question", "Problem", "Feature Request"]),
            ("Reason", &["Installation", "Usability", "Other"]),
        ],
        layout_required: &[],
    },
    RecordType {
        object: "Case",
        name: "Complaint",
        developer_name: "Complaint",
        default: false,
        person: false,
        picklists: &[("Type", &["Problem"]), ("Reason", &["Billing", "Other"])],
        layout_required: &["Subject"],
    },
    RecordType {
        object: "Account",
        name: "Business Account",
        developer_name: "Business_Account",
        default: true,
        person: false,
        picklists: &[],
        layout_required: &[],
    },
    RecordType {
        object: "Account",
        name: "Person Account",
        developer_name: "PersonAccount",
        default: false,
        person: true,
        picklists: &[("Type", &["Prospect", "Customer"])],
        layout_required: &["PersonEmail"],
    },
];

/// The record type every object has.
pub(crate) const MASTER: &str = "012000000000000AAA";

impl RecordType {
    pub(crate) fn id(&self) -> String {
        let at = ALL.iter().position(|known| std::ptr::eq(known, self)).unwrap_or_default();
        id::make("012", u64::try_from(at).unwrap_or_default() + 1)
    }
}

/// The record types of an object besides the master.
pub(crate) fn of(object: &str) -> impl Iterator<Item = &'static RecordType> {
    ALL.iter().filter(move |kind| kind.object == object)
}

/// The one with this id.
pub(crate) fn with_id(object: &str, id: &str) -> Option<&'static RecordType> {
    of(object).find(|kind| kind.id() == id)
}

/// The one a new record gets when it asks for none.
pub(crate) fn default_of(object: &str) -> Option<&'static RecordType> {
    of(object).find(|kind| kind.default)
}
