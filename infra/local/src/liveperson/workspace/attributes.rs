//! Engagement attributes under the names the widget SDK gives them.

use serde_json::{Value, json};

/// `SDE` of the public model. Of each kind the newest comes first.
pub(super) fn sde(events: &[Value]) -> Value {
    let mut events: Vec<&Value> = events.iter().collect();
    events.sort_by_key(|event| std::cmp::Reverse(stamp(event)));
    let each = |kind: &str, make: fn(&Value) -> Value| -> Vec<Value> {
        events.iter().filter_map(|event| event.get(kind)).map(make).collect()
    };
    let viewed = events.iter().filter_map(|event| event.get("viewedProduct")).flat_map(products);
    json!({
        "customerDetails": each("customerInfo", customer),
        "personalInfo": each("personalInfo", person),
        "marketingSource": each("marketingCampaignInfo", |event| pick(&event["marketingCampaignInfo"], &MARKETING)),
        "leadGeneration": each("lead", |event| pick(&event["lead"], &LEAD)),
        "transaction": each("purchase", purchase),
        "viewedProducts": viewed.collect::<Vec<_>>(),
        "shoppingCart": each("cartStatus", cart),
        "serviceActivity": each("serviceActivity", service),
        "error": each("visitorError", |event| pick(&event["visitorError"], &ERROR)),
        "searchContent": { "keywords": [] },
    })
}

const MARKETING: [&str; 3] = ["originatingChannel", "affiliate", "campaignId"];
const LEAD: [&str; 3] = ["leadId", "topic", "value"];
const ERROR: [&str; 5] = ["contextId", "message", "code", "level", "resolved"];

/// When the event came; old ones carry it only inside.
fn stamp(event: &Value) -> i64 {
    let inside = || event.as_object()?.values().find_map(|value| value.get("serverTimeStamp"));
    let stamp = event.get("serverTimeStamp").or_else(inside);
    stamp.and_then(Value::as_str).and_then(|stamp| stamp.parse().ok()).unwrap_or_default()
}

fn pick(from: &Value, names: &[&str]) -> Value {
    names.iter().map(|&name| (name.to_owned(), from[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn customer(event: &Value) -> Value {
    let info = &event["customerInfo"];
    json!({
        "accountName": info["accountName"],
        "balance": info["balance"],
        "companySize": info["companySize"].as_str().and_then(|size| size.parse::<u32>().ok()),
        "companyBranch": "",
        "customerId": info["customerId"],
        "imei": "",
        "lastPaymentDate": day(&info["lastPaymentDate"]),
        "registrationDate": day(&info["registrationDate"]),
        "role": info["role"],
        "socialId": "",
        "status": info["customerStatus"],
        "type": info["customerType"],
        "userName": info["userName"],
    })
}

/// `2026-03-01` of its three parts.
fn day(parts: &Value) -> String {
    let part =
        |name: &str| parts[name].as_str().and_then(|part| part.parse::<u16>().ok()).unwrap_or_default();
    format!("{:04}-{:02}-{:02}", part("year"), part("month"), part("day"))
}

fn person(event: &Value) -> Value {
    let info = &event["personalInfo"];
    let age = &info["customerAge"];
    let birthday = json!({
        "year": age["customerYearOfBirth"], "month": age["customerMonthOfBirth"], "day": age["customerDateOfBirth"],
    });
    let contacts = info["contacts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let contacts: Vec<Value> =
        contacts.iter().map(|contact| pick(&contact["personalContact"], &["email", "phone"])).collect();
    let years = age["customerAgeInYears"].as_str().and_then(|age| age.parse::<f64>().ok());
    json!({
        "age": years.map(|years| years as u32),
        "birthday": if age.is_object() { day(&birthday) } else { String::new() },
        "company": info["company"],
        "contactInfo": contacts,
        "gender": info["gender"],
        "language": info["language"],
        "name": info["name"],
        "firstname": info["name"],
        "lastname": info["surname"],
    })
}

fn purchase(event: &Value) -> Value {
    json!({
        "total": event["total"], "orderId": event["orderId"], "products": products(&event["cart"]),
        // It always is.
        "numItems": null,
    })
}

fn cart(event: &Value) -> Value {
    json!({ "cartTotal": event["total"], "numItems": event["numItems"], "products": products(event) })
}

fn products(cart: &Value) -> Vec<Value> {
    let products = cart["products"].as_array().map(Vec::as_slice).unwrap_or_default();
    let product = |entry: &Value| {
        let mut product = pick(&entry["product"], &["name", "category", "sku", "price"]);
        product["quantity"] = entry["quantity"].clone();
        product
    };
    products.iter().map(product).collect()
}

fn service(event: &Value) -> Value {
    let info = &event["serviceActivity"];
    json!({ "category": info["category"], "id": info["serviceId"], "status": info["status"], "topic": info["topic"] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_go_by_the_sdk_names_the_newest_first() {
        let events = [
            json!({ "personalInfo": { "serverTimeStamp": "5", "personalInfo": { "name": "Ada", "surname": "" } } }),
            json!({ "sdeType": "PERSONAL_INFO", "serverTimeStamp": "9", "personalInfo": { "serverTimeStamp": "9", "personalInfo": {
                "name": "Ada", "surname": "Larkspur",
                "customerAge": { "customerAgeInYears": "41.0", "customerYearOfBirth": "1985", "customerMonthOfBirth": "4", "customerDateOfBirth": "9" },
                "contacts": [{ "personalContact": { "email": "ada@visitors.example.com", "phone": "" } }],
            } } }),
            json!({ "sdeType": "PURCHASE", "serverTimeStamp": "2", "purchase": { "total": "7", "orderId": "o1", "cart": {
                "products": [{ "quantity": "2", "product": { "name": "Alta boot", "price": "3" } }] } } }),
        ];
        let sde = sde(&events);
        assert_eq!(sde["personalInfo"][0]["lastname"], "Larkspur");
        assert_eq!(sde["personalInfo"][0]["birthday"], "1985-04-09");
        assert_eq!(sde["personalInfo"][0]["contactInfo"][0]["email"], "ada@visitors.example.com");
        assert_eq!(sde["personalInfo"][1]["birthday"], "");
        assert_eq!(sde["transaction"][0]["products"][0]["quantity"], "2");
        assert_eq!(sde["error"], json!([]));
    }
}
