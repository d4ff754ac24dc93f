//! Deployments: a zip goes out, its result is looked for until it is there or patience ends.

use super::{
    Setup,
    answers::{DeployAnswer, Deployment},
    read,
};
use crate::sign_in::random_text;
use domain::ports::SinkError;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Whether anything is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only say what would happen.
    Check,
    /// Do it, all or nothing.
    Deploy,
}

/// How long the end of a deployment is waited for: so many looks, so long a pause before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Before each look.
    pub pause: Duration,
    /// Most looks.
    pub looks: u32,
}

impl Default for Patience {
    /// Ten minutes.
    fn default() -> Self {
        Patience { pause: Duration::from_secs(2), looks: 300 }
    }
}

impl Setup {
    /// Hands a zip in metadata format over and waits for its end. The deployment may have been refused:
    /// [`Deployment::success`] and [`Deployment::failures`] say so.
    ///
    /// Orgs that hold production data run Apex tests only for packages with Apex in them, so none is asked for.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when patience ends first; the deployment then goes on, and is named. Any [`SinkError`].
    pub async fn deploy(&self, zip: &[u8], mode: Mode, patience: Patience) -> Result<Deployment, SinkError> {
        let options = json!({ "deployOptions": {
            "allowMissingFiles": false, "autoUpdatePackage": false, "checkOnly": mode == Mode::Check,
            "ignoreWarnings": true, "performRetrieve": false, "purgeOnDelete": false, "rollbackOnError": true,
            "singlePackage": true,
        }});
        let boundary = format!("chatlink-{}", random_text()?);
        let body = multipart(&boundary, &options.to_string(), zip);
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let path = self.data_path("/metadata/deployRequest");
        let answer = self.send(Method::POST, &path, &media_type, body).await?;
        let DeployAnswer { id, .. } = read(&answer, "a deployment")?;
        self.wait(&id, patience).await
    }

    /// Looks at a deployment until it has ended. A look that fails for now counts as one.
    async fn wait(&self, id: &str, patience: Patience) -> Result<Deployment, SinkError> {
        let path = self.data_path(&format!("/metadata/deployRequest/{id}?includeDetails=true"));
        let mut seen = "no answer".to_owned();
        for _ in 0..patience.looks {
            tokio::time::sleep(patience.pause).await;
            match self.ask::<DeployAnswer>(&path, "a deployment").await {
                Ok(DeployAnswer { deploy_result: Some(deployment), .. }) if deployment.done => {
                    return Ok(deployment);
                }
                Ok(DeployAnswer { deploy_result, .. }) => {
                    seen = deploy_result.map_or(seen, |deployment| deployment.status);
                }
                Err(error) if error.may_pass() => seen = error.to_string(),
                Err(error) => return Err(error),
            }
        }
        let reason = format!(
            "the deployment {id} has not ended ({seen}); look for it in Setup, Deployment Status, then try again"
        );
        Err(SinkError::Unavailable { reason })
    }
}

/// The two parts of a request, as Salesforce's documentation has them.
fn multipart(boundary: &str, options: &str, zip: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"json\"\r\nContent-Type: application/json\r\n\r\n{options}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"deploy.zip\"\r\n\
         Content-Type: application/zip\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(zip);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}
