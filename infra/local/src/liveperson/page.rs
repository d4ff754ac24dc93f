//! A page for people: what is going on in the account.

use super::{
    chat, messaging,
    text::time,
    world::{HOUR_MS, World},
};
use domain::Channel;
use std::fmt::Write;

const SHOWN: usize = 50;

/// Counts of the last 48 hours and the newest conversations.
pub(crate) fn front_page(account: &str, world: &World) -> String {
    let now = world.now_ms();
    let mut recent: Vec<_> = Channel::ALL
        .into_iter()
        .flat_map(|channel| {
            let started = world.started(channel, now - 48 * HOUR_MS, now);
            started.iter().copied().collect::<Vec<_>>()
        })
        .collect();
    recent.sort_by_key(|outline| std::cmp::Reverse(outline.start_ms));
    let mut rows = String::new();
    for outline in recent.iter().take(SHOWN) {
        let (id, state) = match outline.channel {
            Channel::Chat => (chat::engagement_id(world, outline.number), "ended"),
            Channel::Messaging => (
                messaging::conversation_id(world, outline.number),
                if world.is_open(outline) { "open" } else { "closed" },
            ),
        };
        // Writing to a `String` cannot fail.
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{state}</td><td class=id>{id}</td></tr>",
            &time(outline.start_ms)[..16],
            outline.channel
        );
    }
    format!(
        r"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>
<title>LivePerson simulator</title>
<style>
 body {{ font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }}
 table {{ border-collapse: collapse; width: 100% }}
 th, td {{ text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #ddd }}
 .id {{ font: 13px ui-monospace, monospace; overflow-wrap: anywhere }}
</style>
<h1>LivePerson simulator</h1>
<p>Account <b>{account}</b>. {count} conversations started in the last 48 hours of its world, which ends at {now} UTC. The newest:</p>
<table><thead><tr><th>Started (UTC)<th>Channel<th>State<th>Id</thead><tbody>{rows}</tbody></table>
<p>Work on conversations as an agent does, with the widget beside them: <a href='/workspace'>/workspace</a></p>
<p>Calls so far by operation: <a href='/__calls'>/__calls</a></p></html>",
        count = recent.len(),
        now = &time(now)[..16],
    )
}
