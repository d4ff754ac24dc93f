//! Descriptions of Salesforce objects, kept so that slices need not ask for them.
//!
//! Key `description`, sort the object's API name.

use crate::{
    attributes::{Reader, item, stamped, text},
    table::{DynamoTable, KEY, SORT},
    unavailable,
};
use domain::ports::StoreError;
use jiff::Timestamp;

const DESCRIPTION: &str = "description";

impl DynamoTable {
    /// What was kept of an object, and when.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn description(&self, object: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let Some(found) = self.get(DESCRIPTION, object).await? else { return Ok(None) };
        let reader = Reader::of(DESCRIPTION, &found)?;
        Ok(Some((reader.text("fields")?.to_owned(), reader.instant("described")?)))
    }

    /// Keeps what describe said of an object's fields, as JSON.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_description(
        &self,
        object: &str,
        fields: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let attributes = [
            (KEY, text(DESCRIPTION)),
            (SORT, text(object)),
            ("fields", text(fields)),
            ("described", text(at.to_string())),
        ];
        let request = self.client.put_item().table_name(&self.name).set_item(Some(stamped(item(attributes))));
        request.send().await.map(|_| ()).map_err(unavailable)
    }
}
