//! Invented people, skills, campaigns and sentences.

use fastrand::Rng;

pub(crate) const SKILLS: [(u32, &str); 6] = [
    (101, "Billing"),
    (102, "Sales"),
    (103, "Technical Support"),
    (104, "Returns"),
    (105, "Loyalty Club"),
    (106, "VIP Desk"),
];

const FIRST: [&str; 12] =
    ["Ada", "Bruno", "Chidi", "Dalia", "Esme", "Farouk", "Greta", "Håkon", "Inés", "Jun", "Kofi", "Łucja"];
const LAST: [&str; 12] = [
    "Abernathy",
    "Brightwater",
    "Castellan",
    "Drumlin",
    "Eastwick",
    "Fairweather",
    "Goldcrest",
    "Hollis",
    "Ironside",
    "Juniper",
    "Kestrel",
    "Larkspur",
];
const CAMPAIGNS: [&str; 4] = ["Spring welcome", "Basket rescue", "Help centre", "Loyalty renewal"];
const GOALS: [&str; 3] = ["Answer a question", "Complete an order", "Keep a customer"];
const PLACES: [(&str, &str, &str, &str); 5] = [
    ("Portugal", "PT", "Lisboa", "Lisbon"),
    ("Canada", "CA", "Ontario", "Ottawa"),
    ("Norway", "NO", "Vestland", "Bergen"),
    ("Japan", "JP", "Kyoto", "Kyoto"),
    ("Kenya", "KE", "Nairobi", "Nairobi"),
];
const ASKED: [&str; 10] = [
    "Hello, my parcel still has not arrived. Could you have a look?",
    "The invoice of last month shows the same item twice.",
    "Which of the two boots is warmer: the Alta or the Bora?",
    "I can't sign in any more since yesterday 😕",
    "Is it possible to change the delivery address of an open order?",
    "Thanks! That works now 👍🏽",
    "The app says \"code <E-17>\" and then closes.",
    "Do you also ship to the islands, and what would it cost?",
    "I'd like to talk about my contract, please.",
    "Très bien, merci beaucoup pour votre aide !",
];
const ANSWERED: [&str; 8] = [
    "Good day, thank you for waiting. I am looking at it right now.",
    "I found the order; the parcel left our warehouse this morning.",
    "You will get a corrected invoice by e-mail within the hour.",
    "May I ask for the number that is printed below the bar code?",
    "I have changed the address, so nothing more to do for you.",
    "Please close the app once and open it again; the fix is already there.",
    "Is there anything else I can do for you today?",
    "Have a pleasant day, and do come back whenever you like.",
];

/// An agent of the account.
#[derive(Clone, Copy)]
pub(crate) struct Agent {
    pub(crate) id: u32,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
}

impl Agent {
    pub(crate) fn pick(rng: &mut Rng) -> Agent {
        let n = rng.usize(0..8);
        Agent { id: 900_100 + n as u32, first: FIRST[n], last: LAST[11 - n] }
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(crate) fn login(&self) -> String {
        format!("{}.{}@agents.example.com", self.first.to_lowercase(), self.last.to_lowercase())
    }
}

/// A visitor or consumer.
pub(crate) struct Visitor {
    pub(crate) id: String,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) country: &'static str,
    pub(crate) country_code: &'static str,
    pub(crate) state: &'static str,
    pub(crate) city: &'static str,
    pub(crate) phone: String,
    pub(crate) customer_id: String,
}

impl Visitor {
    pub(crate) fn pick(rng: &mut Rng) -> Visitor {
        let (country, country_code, state, city) = PLACES[rng.usize(0..PLACES.len())];
        Visitor {
            id: (0..22).map(|_| rng.lowercase()).collect(),
            first: FIRST[rng.usize(0..FIRST.len())],
            last: LAST[rng.usize(0..LAST.len())],
            country,
            country_code,
            state,
            city,
            phone: format!("+1 555 {:03} {:04}", rng.u16(100..999), rng.u16(0..9_999)),
            customer_id: format!("C-{:06}", rng.u32(0..1_000_000)),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(crate) fn email(&self) -> String {
        let plain: String = format!("{}.{}", self.first, self.last).chars().filter(char::is_ascii).collect();
        format!("{}@visitors.example.com", plain.to_lowercase())
    }
}

pub(crate) fn campaign(rng: &mut Rng) -> (usize, &'static str, &'static str) {
    let n = rng.usize(0..CAMPAIGNS.len());
    (n, CAMPAIGNS[n], GOALS[n % GOALS.len()])
}

/// What a visitor writes.
pub(crate) fn asked(rng: &mut Rng) -> String {
    let sentences = rng.usize(1..4);
    (0..sentences).map(|_| ASKED[rng.usize(0..ASKED.len())]).collect::<Vec<_>>().join(" ")
}

/// What an agent writes.
pub(crate) fn answered(rng: &mut Rng) -> String {
    let sentences = rng.usize(1..5);
    (0..sentences).map(|_| ANSWERED[rng.usize(0..ANSWERED.len())]).collect::<Vec<_>>().join(" ")
}

/// One of a few.
pub(crate) fn one_of<'a>(rng: &mut Rng, choices: &[&'a str]) -> &'a str {
    choices[rng.usize(0..choices.len())]
}
