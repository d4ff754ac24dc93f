//! Wires `widget` to Lambda.

use bootstrap::{Workspace, init_tracing};
use lambda_http::{Error, run};
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_tracing();
    let workspace = Workspace::from_env().await?;
    run(widget::router(Arc::new(workspace))).await
}
