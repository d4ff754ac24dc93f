//! Engagement attributes, with the unevenness real accounts have: several events of one type, out of order, some emptier
//! than others, some without `sdeType`.

use super::{
    people::{Visitor, one_of},
    world::World,
};
use fastrand::Rng;
use serde_json::{Value, json};

/// The attributes of one conversation; `from_ms` is when the visit began.
pub(crate) fn events(world: &World, number: u64, visitor: &Visitor, from_ms: i64) -> Vec<Value> {
    let mut rng = world.rng(number, 3);
    let mut events = Vec::new();
    for n in 0..rng.usize(1..4) {
        let at = from_ms + rng.i64(0..600_000);
        let emptier = n > 0 && rng.bool();
        events.push(personal_info(&mut rng, visitor, at, emptier));
    }
    events.push(customer_info(&mut rng, visitor, from_ms));
    for make in [marketing, lead, purchase, cart, viewed_product, service_activity, visitor_error] {
        if rng.u8(0..3) == 0 {
            let at = from_ms + rng.i64(0..600_000);
            events.push(make(&mut rng, at));
        }
    }
    rng.shuffle(&mut events);
    events
}

/// One event; every twelfth comes without `sdeType`, as old records do.
fn event(rng: &mut Rng, sde_type: &str, key: &str, at_ms: i64, mut payload: Value) -> Value {
    payload["serverTimeStamp"] = json!(at_ms.to_string());
    payload["originalTimeStamp"] = json!((at_ms - 1_500).to_string());
    if rng.u8(0..12) == 0 {
        return json!({ key: payload });
    }
    json!({ key: payload, "sdeType": sde_type, "serverTimeStamp": at_ms.to_string() })
}

fn personal_info(rng: &mut Rng, visitor: &Visitor, at: i64, emptier: bool) -> Value {
    let info = if emptier {
        json!({ "name": visitor.first, "surname": "", "gender": null })
    } else {
        let year = rng.u16(1950..2005);
        json!({
            "name": visitor.first,
            "surname": visitor.last,
            "gender": "OTHER",
            "company": "Example Ltd",
            "language": "en-GB",
            "customerAge": {
                "customerAgeInYears": format!("{}.0", 2026 - year),
                "customerYearOfBirth": year.to_string(),
                "customerMonthOfBirth": rng.u8(1..13).to_string(),
                "customerDateOfBirth": rng.u8(1..29).to_string(),
            },
            "contacts": [
                { "personalContact": { "email": "", "phone": "" } },
                { "personalContact": { "email": visitor.email(), "phone": visitor.phone } },
            ],
        })
    };
    event(rng, "PERSONAL_INFO", "personalInfo", at, json!({ "personalInfo": info }))
}

fn customer_info(rng: &mut Rng, visitor: &Visitor, at: i64) -> Value {
    let info = json!({
        "customerStatus": "active",
        "customerType": one_of(rng, &["gold", "silver", "new"]),
        "balance": format!("{}.{:02}", rng.i32(-500..500), rng.u8(0..100)),
        "currency": "EUR",
        "customerId": visitor.customer_id,
        "userName": visitor.first.to_lowercase(),
        "accountName": "Example Ltd",
        "role": "buyer",
        "companySize": rng.u16(1..900).to_string(),
        "lastPaymentDate": { "year": "2026", "month": rng.u8(1..13).to_string(), "day": rng.u8(1..29).to_string() },
        "registrationDate": { "year": "2019", "month": "6", "day": "30" },
    });
    event(rng, "CUSTOMER_INFO", "customerInfo", at, json!({ "customerInfo": info }))
}

fn marketing(rng: &mut Rng, at: i64) -> Value {
    let info = json!({ "originatingChannel": rng.u8(0..7).to_string(), "affiliate": "Example Deals", "campaignId": "autumn-26" });
    event(
        rng,
        "MARKETING_CAMPAIGN_INFO",
        "marketingCampaignInfo",
        at,
        json!({ "marketingCampaignInfo": info }),
    )
}

fn lead(rng: &mut Rng, at: i64) -> Value {
    let info = json!({ "topic": "winter boots", "value": "129.50", "currency": "EUR", "leadId": format!("L{}", rng.u16(..)) });
    event(rng, "LEAD", "lead", at, json!({ "lead": info }))
}

fn product(rng: &mut Rng) -> Value {
    let name = one_of(rng, &["Alta boot", "Bora boot", "Wool socks"]);
    json!({ "name": name, "category": "footwear", "sku": format!("SKU-{}", rng.u16(..)), "price": "64.75" })
}

fn purchase(rng: &mut Rng, at: i64) -> Value {
    let products = json!([{ "quantity": "2", "product": product(rng) }]);
    let cart = json!({ "total": "129.50", "currency": "EUR", "numItems": "2", "products": products });
    let order = format!("ORD-{:05}", rng.u32(0..100_000));
    event(
        rng,
        "PURCHASE",
        "purchase",
        at,
        json!({ "total": "134.40", "currency": "EUR", "orderId": order, "cart": cart }),
    )
}

fn cart(rng: &mut Rng, at: i64) -> Value {
    let products = json!([{ "quantity": "1", "product": product(rng) }]);
    event(
        rng,
        "CART_STATUS",
        "cartStatus",
        at,
        json!({ "total": "64.75", "currency": "EUR", "numItems": "1", "products": products }),
    )
}

fn viewed_product(rng: &mut Rng, at: i64) -> Value {
    let products =
        json!([{ "quantity": null, "product": product(rng) }, { "quantity": "1", "product": product(rng) }]);
    event(rng, "VIEWED_PRODUCT", "viewedProduct", at, json!({ "currency": "EUR", "products": products }))
}

fn service_activity(rng: &mut Rng, at: i64) -> Value {
    let info = json!({ "topic": "address change", "status": "1", "category": "delivery", "serviceId": format!("S{}", rng.u16(..)) });
    event(rng, "SERVICE_ACTIVITY", "serviceActivity", at, json!({ "serviceActivity": info }))
}

fn visitor_error(rng: &mut Rng, at: i64) -> Value {
    let info = json!({ "contextId": "checkout", "message": "card number too short", "code": "E-17", "level": "2", "resolved": "false" });
    event(rng, "VISITOR_ERROR", "visitorError", at, json!({ "visitorError": info }))
}
