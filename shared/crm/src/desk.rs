//! What an agent of one skill works with: the skill's objects, as far as the agent may see them.

use crate::{
    Context,
    cells::Readable,
    full_view::full_view,
    view::{OfferedObject, SearchValue},
};
use domain::{
    Configuration,
    configuration::{FieldFacts, ObjectFacts, ObjectSettings, SkillSettings, TRANSCRIPT_OBJECT},
    crm::{CrmError, CrmSession},
};
use futures::future::try_join_all;
use std::sync::Arc;

/// One agent at work on conversations of one skill.
pub struct Desk<'a, S> {
    /// Salesforce in the agent's name.
    pub session: &'a S,
    /// What the administrator set up.
    pub configuration: &'a Configuration,
    /// Of which skill the conversation is.
    pub skill: &'a SkillSettings,
    /// Where the org is, as the agent's sign-in said.
    pub instance_url: &'a str,
}

/// An object of the skill that the agent may see.
pub(crate) struct Shown<'a> {
    pub(crate) settings: &'a ObjectSettings,
    pub(crate) facts: Arc<ObjectFacts>,
}

impl Shown<'_> {
    /// Whether the agent may create records: the org lets them, and so does the administrator.
    pub(crate) fn may_create(&self) -> bool {
        let by_setting = matches!(self.facts.name.as_str(), "Account" | "Contact");
        self.facts.createable && (!by_setting || self.settings.allow_creation)
    }

    /// The field that is the record's account, and the one that is its contact.
    pub(crate) fn parent_fields(&self) -> [Option<&str>; 2] {
        let visible = |name: Option<&'static str>| name.and_then(|name| self.facts.field(name));
        let configured = |name: &Option<String>| name.as_deref().and_then(|name| self.facts.field(name));
        let [account, contact] = match self.facts.name.as_str() {
            "Contact" | "Opportunity" => [visible(Some("AccountId")), None],
            "Case" => [visible(Some("AccountId")), visible(Some("ContactId"))],
            "Account" | "Lead" => [None, None],
            _ => [configured(&self.settings.account_field), configured(&self.settings.contact_field)],
        };
        [account.map(|field| field.name.as_str()), contact.map(|field| field.name.as_str())]
    }
}

/// The settings of a skill, by its id or its name.
#[must_use]
pub fn skill_of<'c>(configuration: &'c Configuration, skill: &str) -> Option<&'c SkillSettings> {
    let skills = &configuration.skills;
    let by_id = skills.iter().find(|one| one.skill == skill);
    by_id.or_else(|| skills.iter().find(|one| one.name.trim().eq_ignore_ascii_case(skill.trim())))
}

impl<S: CrmSession> Desk<'_, S> {
    /// An object of the skill, if it is one and the agent may see it.
    pub(crate) async fn shown(&self, object: &str) -> Result<Option<Shown<'_>>, CrmError> {
        let in_skill = self.skill.objects.iter().any(|one| one.eq_ignore_ascii_case(object));
        let selected = self.configuration.objects.iter().find(|one| one.object.eq_ignore_ascii_case(object));
        let Some(settings) = selected.filter(|_| in_skill) else { return Ok(None) };
        let facts = self.session.describe(&settings.object).await?;
        Ok(facts.map(|facts| Shown { settings, facts }))
    }

    /// All of them, in the skill's order.
    pub(crate) async fn all_shown(&self) -> Result<Vec<Shown<'_>>, CrmError> {
        let shown = try_join_all(self.skill.objects.iter().map(|object| self.shown(object))).await?;
        Ok(shown.into_iter().flatten().collect())
    }

    /// Which of the objects that these lookups point to the agent may see.
    pub(crate) async fn readable<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f FieldFacts>,
    ) -> Result<Readable, CrmError> {
        let targets = Readable::targets(fields);
        let seen = try_join_all(targets.iter().map(|target| self.session.describe(target))).await?;
        let seen = targets.iter().zip(seen).filter(|(_, facts)| facts.is_some());
        Ok(Readable::new(seen.map(|(target, _)| (*target).to_owned())))
    }

    /// The Chat Transcript object; `None` when the agent may not see it.
    pub(crate) async fn transcript(&self) -> Result<Option<Arc<ObjectFacts>>, CrmError> {
        self.session.describe(TRANSCRIPT_OBJECT).await
    }

    /// What the page offers, in the skill's order.
    ///
    /// # Errors
    /// [`CrmError`].
    pub async fn offered(&self) -> Result<Vec<OfferedObject>, CrmError> {
        let transcript = self.transcript().await?;
        let offer = |shown: &Shown<'_>| OfferedObject {
            object: shown.facts.name.clone(),
            label: shown.facts.label.clone(),
            label_plural: shown.facts.label_plural.clone(),
            custom: shown.facts.custom,
            may_create: shown.may_create(),
            may_link: transcript.as_ref().is_some_and(|facts| {
                crate::links::link_field(facts, &shown.facts.name).is_some_and(|field| field.updateable)
            }),
        };
        Ok(self.all_shown().await?.iter().map(offer).collect())
    }

    /// What the first search looks for: the skill's parameters that the conversation has a value for.
    #[must_use]
    pub fn search_values(&self, context: &Context) -> Vec<SearchValue> {
        let labels = self.skill.search_values.iter();
        let value =
            |label: &String| Some(SearchValue { label: label.clone(), value: context.text_of(label)? });
        labels.filter_map(value).collect()
    }

    /// Where people see a whole record.
    pub(crate) fn url(&self, object: &str, id: &str) -> String {
        full_view(self.instance_url, self.skill.service_console, object, id)
    }
}
