//! Runs invocations one step at a time, in the order the seed says.

use futures::future::LocalBoxFuture;
use std::task::{Context, Poll, Waker};

/// One invocation.
pub(crate) struct Task<Label, Answer> {
    pub(crate) number: u64,
    pub(crate) label: Label,
    pub(crate) future: LocalBoxFuture<'static, Answer>,
}

impl<Label, Answer> Task<Label, Answer> {
    /// One step; its answer when it was the last.
    pub(crate) fn step(&mut self) -> Option<Answer> {
        // Whatever waits in the simulation waits for its next step only.
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }
}
