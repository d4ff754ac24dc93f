//! What the org asks of forms, from the UI API: what layouts require, and which picklist values a record type has.

use super::{
    AgentSession, Asked, TokenKeeper,
    asking::malformed,
    cache::{Question, Told},
};
use domain::{
    crm::{CrmError, FormFacts, FormMode},
    ports::SinkError,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The record type of objects that have none.
const MASTER: &str = "012000000000000AAA";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Picklists {
    #[serde(default)]
    picklist_field_values: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
struct Values {
    #[serde(default)]
    values: Vec<PicklistChoice>,
}

#[derive(Deserialize)]
struct PicklistChoice {
    value: String,
    label: String,
}

#[derive(Deserialize)]
struct Layout {
    #[serde(default)]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Section {
    #[serde(default)]
    layout_rows: Vec<LayoutRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LayoutRow {
    #[serde(default)]
    layout_items: Vec<LayoutItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LayoutItem {
    #[serde(default)]
    required: bool,
    #[serde(default)]
    layout_components: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    api_name: Option<String>,
}

impl<K: TokenKeeper> AgentSession<'_, K> {
    /// Objects the UI API does not know are left to describe.
    pub(super) async fn asked_of_forms(
        &self,
        object: &str,
        record_type: Option<&str>,
        mode: FormMode,
    ) -> Result<FormFacts, CrmError> {
        let question = Question::Form(object.to_owned(), record_type.map(str::to_owned), mode);
        let now = self.api.clock.now();
        if let Some(Told::Form(kept)) = self.api.cache.get(&self.user, &question, now) {
            return Ok(kept);
        }
        let record_type = record_type.unwrap_or(MASTER);
        let picklists = format!("/ui-api/object-info/{object}/picklist-values/{record_type}");
        let layout = format!(
            "/ui-api/layout/{object}?layoutType=Full&mode={}&recordTypeId={record_type}",
            mode.as_str()
        );
        let (picklists, layout) = (Asked::get(self.path(&picklists)), Asked::get(self.path(&layout)));
        let (picklists, layout) = tokio::join!(self.ask(&picklists), self.ask(&layout));
        let facts = FormFacts {
            picklists: read_picklists(known(picklists)?.as_deref())?,
            required: read_required(known(layout)?.as_deref())?,
        };
        self.api.cache.put(&self.user, question, Told::Form(facts.clone()), now);
        Ok(facts)
    }
}

fn known(answer: Result<String, CrmError>) -> Result<Option<String>, CrmError> {
    match answer {
        Err(CrmError::Sink(SinkError::Rejected { .. })) => Ok(None),
        answer => answer.map(Some),
    }
}

fn read_picklists(text: Option<&str>) -> Result<BTreeMap<String, Vec<(String, String)>>, CrmError> {
    let Some(text) = text else { return Ok(BTreeMap::new()) };
    let read: Picklists = serde_json::from_str(text).map_err(|e| malformed("picklist values", &e))?;
    let values =
        |values: Values| values.values.into_iter().map(|choice| (choice.value, choice.label)).collect();
    Ok(read.picklist_field_values.into_iter().map(|(field, found)| (field, values(found))).collect())
}

fn read_required(text: Option<&str>) -> Result<Vec<String>, CrmError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let layout: Layout = serde_json::from_str(text).map_err(|e| malformed("a layout", &e))?;
    let rows = layout.sections.into_iter().flat_map(|section| section.layout_rows);
    // Of an item of several fields, such as a name with its salutation, not all are required: describe says which.
    let single = |item: &LayoutItem| item.required && item.layout_components.len() == 1;
    let items = rows.flat_map(|row| row.layout_items).filter(single);
    Ok(items.flat_map(|item| item.layout_components).filter_map(|component| component.api_name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_say_what_is_required_and_record_types_what_can_be_chosen() {
        let layout = r#"{"sections":[{"layoutRows":[{"layoutItems":[
            {"required":true,"layoutComponents":[{"apiName":"Subject","componentType":"Field"}]},
            {"required":false,"layoutComponents":[{"apiName":"Origin"}]},
            {"required":true,"layoutComponents":[{"apiName":"Salutation"},{"apiName":"FirstName"},{"apiName":"LastName"}]},{"required":true,"layoutComponents":[{}]}]}]}]}"#;
        assert_eq!(read_required(Some(layout)).unwrap(), ["Subject"]);
        let picklists =
            r#"{"picklistFieldValues":{"Reason":{"values":[{"value":"a","label":"Apple","validFor":[]}]}}}"#;
        let read = read_picklists(Some(picklists)).unwrap();
        assert_eq!(read["Reason"], [("a".to_owned(), "Apple".to_owned())]);
        assert!(read_required(None).unwrap().is_empty() && read_picklists(Some("7")).is_err());
    }
}
