//! A secret as it was read at most five minutes ago, so that one that is rotated is noticed without a restart.

use crate::HandlerError;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A secret older than this is read again, so that a changed one is noticed everywhere.
pub(crate) const SECRET_FRESH: SignedDuration = SignedDuration::from_mins(5);

/// What a secret is used for, and when it was read.
pub(crate) struct Rotated<T>(Mutex<Option<(Timestamp, Arc<T>)>>);

impl<T> Default for Rotated<T> {
    fn default() -> Self {
        Rotated(Mutex::new(None))
    }
}

impl<T> Rotated<T> {
    pub(crate) async fn get(
        &self,
        now: Timestamp,
        read: impl AsyncFnOnce() -> Result<T, HandlerError>,
    ) -> Result<Arc<T>, HandlerError> {
        let mut kept = self.0.lock().await;
        if let Some((at, value)) = kept.as_ref()
            && now.duration_since(*at) < SECRET_FRESH
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(read().await?);
        *kept = Some((now, Arc::clone(&value)));
        Ok(value)
    }
}
