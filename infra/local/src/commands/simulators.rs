//! `chatlink simulators`.

use super::{Failure, say};
use crate::{
    cli::Simulators,
    liveperson::{self, Account, World, WorldOptions},
    ports::listen,
    salesforce,
    simulator::{Behaviour, System},
    stack::salesforce_credentials,
};
use bootstrap::SystemClock;
use domain::ports::Clock;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Runs the two simulators until it is stopped. Nothing is kept.
pub(crate) async fn simulators(args: Simulators) -> Result<(), Failure> {
    let input = |error: &dyn std::fmt::Display| Failure::Input(error.to_string());
    let liveperson_listener =
        listen(args.liveperson, "the LivePerson simulator").await.map_err(|e| input(&e))?;
    let salesforce_listener =
        listen(args.salesforce, "the Salesforce simulator").await.map_err(|e| input(&e))?;
    let address = |listener: &tokio::net::TcpListener| {
        listener.local_addr().map(|at| format!("http://{at}")).map_err(|e| input(&e))
    };
    let (liveperson_url, salesforce_url) = (address(&liveperson_listener)?, address(&salesforce_listener)?);

    let behaviour = |system, latency_ms| {
        let faults = args.fault.iter().filter(|fault| fault.system == system).cloned().collect();
        Behaviour { latency: Duration::from_millis(latency_ms), faults }
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let account = Account::sample();
    let world = World::new(WorldOptions {
        account: account.id.clone(),
        seed: args.world.seed,
        conversations: args.world.conversations,
        days: args.world.days,
        now: clock.now(),
    });
    let liveperson_behaviour = behaviour(System::LivePerson, args.liveperson_latency);
    let liveperson =
        liveperson::Simulator::new(account.clone(), world, liveperson_behaviour, Arc::clone(&clock));
    let credentials = salesforce_credentials(None);
    let salesforce = salesforce::Simulator::open(salesforce::Options {
        listen_url: salesforce_url.clone(),
        journal: None,
        behaviour: behaviour(System::Salesforce, args.salesforce_latency),
        clock,
        daily_api_requests: 100_000,
        credentials: credentials.clone(),
        bare: args.bare_org,
    })
    .map_err(|e| input(&e))?;

    let key = account.credentials;
    let ready = json!({
        "liveperson": {
            "url": liveperson_url, "account": account.id,
            "consumer_key": key.consumer_key, "consumer_secret": key.consumer_secret,
            "access_token": key.access_token, "access_token_secret": key.access_token_secret,
        },
        "salesforce": {
            "url": salesforce_url, "client_id": credentials.client_id, "client_secret": credentials.client_secret,
            "username": credentials.username, "password": credentials.password,
        },
    });
    say(&ready.to_string());
    tokio::select! {
        served = axum::serve(liveperson_listener, liveperson.router()) => served.map_err(|e| input(&e)),
        served = axum::serve(salesforce_listener, salesforce.router()) => served.map_err(|e| input(&e)),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
