//! Wires `transcript` to Lambda.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use bootstrap::{Workspace, init_tracing};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_tracing();
    let workspace = Workspace::from_env().await?;
    // Boxed: the compiler need not lay out every future below as one type, which is deeper than it is willing to go.
    run(service_fn(async |event: LambdaEvent<EventBridgeEvent<_>>| {
        Box::pin(transcript::handle(&workspace, event.payload)).await
    }))
    .await
}
