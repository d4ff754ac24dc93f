//! What keeps the widget from working, each with its cause and the way out.

use serde::Serialize;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SituationKind {
    /// LivePerson has not said which conversation it is.
    ConversationMissing,
    /// The conversation has no skill.
    SkillMissing,
    /// Its skill is not set up.
    SkillNotEnabled,
    /// Its skill works with no object.
    SkillWithoutObjects,
    /// The agent is not signed in at Salesforce.
    NotSignedIn,
    /// The agent may see none of the skill's objects.
    NoPermission,
    /// The administrator has deactivated the account.
    Deactivated,
    /// There is no configuration yet.
    NotConfigured,
    /// The conversation is another account's.
    WrongAccount,
    /// Salesforce does not answer.
    SalesforceUnreachable,
}

/// What is wrong, in words for the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// What is wrong.
    pub kind: SituationKind,
    /// In a few words.
    pub title: String,
    /// Why.
    pub cause: String,
    /// What to do.
    pub way_out: String,
}

impl Situation {
    /// The situation in words; `detail` is the skill, object or system it is about.
    #[must_use]
    pub fn new(kind: SituationKind, detail: &str) -> Situation {
        let (title, cause, way_out) = match kind {
            SituationKind::ConversationMissing => (
                "Waiting for the conversation".to_owned(),
                "LivePerson has not told the widget yet which conversation is open.".to_owned(),
                "This usually passes within seconds. If it stays, select the conversation again.",
            ),
            SituationKind::SkillMissing => (
                "The skill is missing".to_owned(),
                "The conversation came without a skill, so the widget does not know what to show.".to_owned(),
                "Contact your system administrator: conversations have to be routed to a skill.",
            ),
            SituationKind::SkillNotEnabled => (
                "The skill is not enabled".to_owned(),
                format!("The skill {detail} is not among the skills that work with Salesforce."),
                "Contact your system administrator: they choose the skills in the console, under Skills.",
            ),
            SituationKind::SkillWithoutObjects => (
                "The skill has no objects".to_owned(),
                format!("No Salesforce object is chosen for the skill {detail}."),
                "Contact your system administrator: they choose the objects in the console, under Skills.",
            ),
            SituationKind::NotSignedIn => (
                "Sign in to Salesforce".to_owned(),
                "The widget works in Salesforce in your own name.".to_owned(),
                "Sign in once; it lasts while you work and for 12 hours after.",
            ),
            SituationKind::NoPermission => (
                "No permission in Salesforce".to_owned(),
                format!("You may see none of this skill's objects in Salesforce: {detail}."),
                "Contact your Salesforce administrator: your profile or permission sets have to allow it.",
            ),
            SituationKind::Deactivated => (
                "The account is deactivated".to_owned(),
                "An administrator has switched the connection to Salesforce off.".to_owned(),
                "Contact your system administrator: they activate it in the console.",
            ),
            SituationKind::NotConfigured => (
                "Not set up yet".to_owned(),
                "Nobody has set up the connection to Salesforce.".to_owned(),
                "Contact your system administrator: they set it up in the console.",
            ),
            SituationKind::WrongAccount => (
                "Another LivePerson account".to_owned(),
                format!("The conversation belongs to the account {detail}, and this widget to another."),
                "Contact your system administrator: the widget's address is that of another account's stack.",
            ),
            SituationKind::SalesforceUnreachable => (
                "Salesforce cannot be reached".to_owned(),
                format!("Salesforce did not answer as it should: {detail}."),
                "Try again in a moment. Your conversation is not affected; its record is brought up to date later.",
            ),
        };
        Situation { kind, title, cause, way_out: way_out.to_owned() }
    }
}
