//! The customers a newcomer finds in the org: some of the visitors the simulated LivePerson account talks to.
//!
//! A visitor there is called by one of twelve first and one of twelve last names and writes from
//! `first.last@visitors.example.com`. Here the last name decides what searching for that address finds, for the first
//! names Ada, Bruno, Chidi and Dalia:
//!
//! | Last name   | What the org knows                                                                          |
//! | ----------- | ------------------------------------------------------------------------------------------- |
//! | Abernathy   | exactly one contact, of Lantern Bay Hotel                                                   |
//! | Brightwater | two contacts with one address, of Lantern Bay Hotel and of Copper Kettle                    |
//! | Castellan   | a lead                                                                                      |
//! | Drumlin     | a converted lead, and the contact of Millbrook School it became                             |
//! | Eastwick    | a person account and the contact behind it                                                  |
//! | any other   | nobody                                                                                      |
//!
//! Their telephone numbers end in the place of the first name and of the last, counted from one: Bruno Drumlin has
//! `+1 555 010 0204`. Frostfield Holdings and its contact Iris Vale are private to the administrator; Tidewater Rentals is
//! a partner that only its owner, also the administrator, changes.

use super::{
    error::ApiResult,
    org::{Caller, Org, sync_user_id},
    records,
    schema::record_types,
    store::Row,
};
use serde_json::{Value, json};

const FIRST: [&str; 4] = ["Ada", "Bruno", "Chidi", "Dalia"];
const LAST: [&str; 5] = ["Abernathy", "Brightwater", "Castellan", "Drumlin", "Eastwick"];

/// Whether the org has had customers already.
pub(crate) fn has_customers(org: &Org) -> bool {
    ["Account", "Contact", "Lead", "Case"].iter().any(|object| org.store.rows(object).next().is_some())
}

/// Creates all of them.
pub(crate) fn create(org: &mut Org) -> ApiResult<()> {
    let user = |name: &str| org.user_named(name).unwrap_or_else(sync_user_id);
    let agent = user("tomo.reyes@agents.example.com");
    let administrator = user("noor.adair@chatlink.example");
    let mut writer = Writer { org, caller: Caller::new(&sync_user_id(), "v67.0") };
    let business = |name: &str, kind: &str, rating: &str, owner: &str, revenue: u32| {
        json!({
            "Name": name, "Type": kind, "Rating": rating, "OwnerId": owner, "AnnualRevenue": revenue, "Industry": "Retail",
            "Phone": "+1 555 010 9000", "BillingCity": "Lisbon", "BillingCountry": "Portugal",
        })
    };
    let hotel = writer.add("Account", business("Lantern Bay Hotel", "Customer", "Hot", &agent, 1_200_000))?;
    let cafe = writer.add("Account", business("Copper Kettle", "Customer", "Warm", &agent, 85_000))?;
    let school = writer.add("Account", business("Millbrook School", "Prospect", "Warm", &agent, 0))?;
    let partner =
        writer.add("Account", business("Tidewater Rentals", "Partner", "Warm", &administrator, 640_000))?;
    let private = writer
        .add("Account", business("Frostfield Holdings", "Prospect", "Cold", &administrator, 9_000_000))?;

    let mut known = Vec::new();
    let mut twice = Vec::new();
    let mut converted = Vec::new();
    let mut people = Vec::new();
    for first in 0..FIRST.len() {
        known.push(writer.contact(first, 0, &hotel, &agent)?);
        for account in [&hotel, &cafe] {
            twice.push(writer.contact(first, 1, account, &agent)?);
        }
        writer.lead(first, 2, &agent)?;
        let contact = writer.contact(first, 3, &school, &agent)?;
        converted.push((writer.lead(first, 3, &agent)?, contact));
        people.push(writer.person_account(first, 4, &agent)?);
    }
    for (first, last, account) in [("Iris", "Vale", &private), ("Otis", "Marsh", &partner)] {
        let email = format!("{}.{}@customers.example.com", first.to_lowercase(), last.to_lowercase());
        let contact = json!({"FirstName": first, "LastName": last, "Email": email, "AccountId": account, "OwnerId": administrator});
        writer.add("Contact", contact)?;
    }
    let deal = |name: &str, account: &str, stage: &str, amount: u32| json!({"Name": name, "AccountId": account, "StageName": stage, "Amount": amount, "CloseDate": "2026-12-18", "OwnerId": agent});
    writer.add("Opportunity", deal("Winter uniforms", &hotel, "Proposal", 18_500))?;
    writer.add("Opportunity", deal("Aprons, second order", &cafe, "Closed Won", 2_400))?;
    let rain =
        writer.add("Opportunity", deal("Rain jackets for a class trip", &school, "Prospecting", 3_900))?;
    for (at, (lead, contact)) in converted.iter().enumerate() {
        writer.convert(lead, &school, contact, Some(&rain).filter(|_| at == 0));
    }

    let complaint = record_types::of("Case").find(|kind| !kind.default).map(record_types::RecordType::id);
    let case = |subject: &str, contact: &str, status: &str, kind: Option<String>| {
        json!({
            "Subject": subject, "ContactId": contact, "Status": status, "Origin": "Chat", "RecordTypeId": kind, "OwnerId": agent,
        })
    };
    writer.add("Case", case("Parcel has not arrived", &known[0], "Working", None))?;
    writer.add("Case", case("Boots in another size", &known[0], "Closed", None))?;
    writer.add("Case", case("Charged twice for one order", &twice[2], "Escalated", complaint))?;
    let reached = writer.contact_behind(&people[0]);
    writer.add("Case", case("Change of address", &reached, "New", None))?;

    let policy = |number: &str, account: &str, contact: &str, premium: u32, status: &str| {
        json!({
            "Name": number, "Account__c": account, "Contact__c": contact, "Premium__c": premium, "Status__c": status,
            "Valid_Until__c": "2027-03-31", "Covers__c": "Fire;Theft", "OwnerId": agent,
        })
    };
    if writer.org.bare {
        return Ok(());
    }
    writer.add("Policy__c", policy("P-1001", &hotel, &known[0], 1_140, "in_force"))?;
    writer.add("Policy__c", policy("P-1002", &hotel, &known[1], 480, "lapsed"))?;
    writer.add("Policy__c", policy("P-1003", &cafe, &twice[1], 300, "draft"))?;
    writer.add("Policy__c", policy("P-1004", &people[0], &reached, 216, "in_force"))?;
    Ok(())
}

struct Writer<'o> {
    org: &'o mut Org,
    caller: Caller,
}

impl Writer<'_> {
    fn add(&mut self, object: &str, fields: Value) -> ApiResult<String> {
        let Value::Object(mut fields) = fields else { return Ok(String::new()) };
        fields.retain(|_, value| !value.is_null());
        records::insert(self.org, &self.caller, object, fields)
    }

    fn contact(&mut self, first: usize, last: usize, account: &str, owner: &str) -> ApiResult<String> {
        let mut fields = person(first, last);
        fields["AccountId"] = account.into();
        fields["OwnerId"] = owner.into();
        fields["Title"] = "Buyer".into();
        self.add("Contact", fields)
    }

    fn lead(&mut self, first: usize, last: usize, owner: &str) -> ApiResult<String> {
        let mut fields = person(first, last);
        fields["Company"] = "Example Ltd".into();
        fields["LeadSource"] = "Web".into();
        fields["OwnerId"] = owner.into();
        self.add("Lead", fields)
    }

    fn person_account(&mut self, first: usize, last: usize, owner: &str) -> ApiResult<String> {
        let of = person(first, last);
        let kind = record_types::of("Account").find(|kind| kind.person).map(record_types::RecordType::id);
        self.add(
            "Account",
            json!({
                "FirstName": of["FirstName"], "LastName": of["LastName"], "PersonEmail": of["Email"], "OwnerId": owner,
                "PersonMobilePhone": of["MobilePhone"], "RecordTypeId": kind, "PersonBirthdate": "1988-05-17",
                "PersonMailingCity": "Bergen", "PersonMailingCountry": "Norway",
            }),
        )
    }

    /// The contact behind a person account.
    fn contact_behind(&self, account: &str) -> String {
        let row = self.org.store.live("Account", account);
        row.and_then(|row| row.get("PersonContactId")?.as_str()).unwrap_or_default().to_owned()
    }

    /// Marks a lead as converted, which no call can.
    fn convert(&mut self, lead: &str, account: &str, contact: &str, deal: Option<&String>) {
        let Some(row) = self.org.store.live("Lead", lead) else { return };
        let mut row = Row::clone(row);
        for (name, value) in [
            ("IsConverted", json!(true)),
            ("Status", json!("Closed - Converted")),
            ("ConvertedDate", json!("2026-06-12")),
            ("ConvertedAccountId", json!(account)),
            ("ConvertedContactId", json!(contact)),
            ("ConvertedOpportunityId", json!(deal)),
        ] {
            row.insert(name.into(), value);
        }
        records::finish(self.org, &self.caller, "Lead", lead, row);
    }
}

/// Name, address and telephone of one of the visitors.
fn person(first: usize, last: usize) -> Value {
    let (first_name, last_name) = (FIRST[first], LAST[last]);
    let email = format!("{first_name}.{last_name}@visitors.example.com").to_lowercase();
    let phone = format!("+1 555 010 {:02}{:02}", first + 1, last + 1);
    json!({"FirstName": first_name, "LastName": last_name, "Email": email, "MobilePhone": phone})
}
