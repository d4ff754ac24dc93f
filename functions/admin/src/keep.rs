//! Keeping a configuration: its schedules first, conditional on the version that was read, in somebody's name.

use aws::{SaveError, VersionedConfiguration};
use axum::http::StatusCode;
use bootstrap::{
    Workspace,
    api::{ApiError, Caller},
};
use domain::{Code, Configuration};

/// The configuration that is kept.
pub(crate) async fn kept(workspace: &Workspace) -> Result<VersionedConfiguration, ApiError> {
    let missing = || {
        let sentence = "this workspace has no configuration yet; save one first";
        ApiError::new(StatusCode::CONFLICT, Code::ConfigurationUnreadable, sentence)
    };
    workspace.table.versioned_configuration().await?.ok_or_else(missing)
}

/// Keeps the configuration `after` in the place of `before`, and answers its version. EventBridge Scheduler comes first:
/// what it refuses is not kept.
pub(crate) async fn save(
    workspace: &Workspace,
    caller: &Caller,
    before: Option<&VersionedConfiguration>,
    after: &Configuration,
) -> Result<u64, ApiError> {
    let expected = before.map_or(0, |before| before.version);
    let runs_otherwise = before.is_none_or(|before| {
        let before = &before.configuration;
        (before.active, &before.schedules) != (after.active, &after.schedules)
    });
    if runs_otherwise {
        workspace.apply_schedules(after).await?;
    }
    let now = workspace.clock.now();
    let error = match workspace.table.save_configuration(after, expected, caller.name(), now).await {
        Ok(version) => return Ok(version),
        Err(error) => error,
    };
    if runs_otherwise && let Some(kept) = workspace.table.configuration().await? {
        workspace.apply_schedules(&kept).await?;
    }
    match error {
        SaveError::Store(error) => Err(error.into()),
        stale @ SaveError::Stale { .. } => Err(is_stale(&stale)),
    }
}

/// 412: someone else's work is kept.
pub(crate) fn is_stale(error: &SaveError) -> ApiError {
    ApiError::new(StatusCode::PRECONDITION_FAILED, error.code(), error.to_string())
}
