//! A clock that stands where a test puts it.

use domain::ports::Clock;
use jiff::Timestamp;
use local::stack::Stack;
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

/// Stands still until it is moved.
pub(crate) struct VirtualClock(Mutex<Timestamp>);

impl VirtualClock {
    pub(crate) fn at(instant: &str) -> Arc<VirtualClock> {
        Arc::new(VirtualClock(Mutex::new(instant.parse().unwrap())))
    }

    pub(crate) fn move_to(&self, instant: Timestamp) {
        *self.0.lock().unwrap() = instant;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A small stack whose present is this clock's, and whose schedules fire only when they are made to.
pub(crate) async fn stack_at(data: &Path, clock: &Arc<VirtualClock>) -> Stack {
    tests::start(data, |options| {
        options.conversations = 100;
        options.clock = clock.clone();
        options.schedules_fire = false;
    })
    .await
}
