//! Clients that are built when they are first needed.

use aws_config::SdkConfig;
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// A client of one AWS service. Building one reads and parses every certificate of the system, which is most of what a
/// function would take to start: so it waits for the first call. Clones share it.
#[derive(Clone)]
pub(crate) struct Lazily<C> {
    config: SdkConfig,
    build: fn(&SdkConfig) -> C,
    client: Arc<OnceLock<C>>,
}

impl<C> Lazily<C> {
    pub(crate) fn new(config: &SdkConfig, build: fn(&SdkConfig) -> C) -> Self {
        Lazily { config: config.clone(), build, client: Arc::default() }
    }
}

impl<C> Deref for Lazily<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.client.get_or_init(|| (self.build)(&self.config))
    }
}

impl<C> fmt::Debug for Lazily<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.client.get().is_some() { "built" } else { "not built yet" })
    }
}
