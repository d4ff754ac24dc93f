//! A queue that survives a kill: one file per message, delivered at least once, and now and then twice on purpose.

use futures::FutureExt;
use std::{
    collections::VecDeque,
    fs, io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use tokio::sync::Notify;

/// Every so many messages, one is delivered again after it was dealt with, as queues do.
const TWICE_EVERY: u64 = 5;

/// A queue in a folder.
#[derive(Debug)]
pub struct Queue {
    folder: PathBuf,
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    in_delivery: usize,
    deleted: u64,
}

/// A message in delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique.
    pub id: String,
    /// What was sent.
    pub body: String,
    /// How often it has been received, this time included.
    pub received: u32,
}

impl Queue {
    /// Opens the queue in that folder, with the messages that were not deleted.
    ///
    /// # Errors
    /// Of the file system.
    pub fn open(folder: PathBuf) -> io::Result<Queue> {
        fs::create_dir_all(&folder)?;
        let mut messages = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            // A file still called `.new` was being written when the process died: whoever sent it was never answered.
            if let Some(id) =
                path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json").map(str::to_owned))
            {
                messages.push(Message { id, body: fs::read_to_string(&path)?, received: 0 });
            }
        }
        messages.sort_by(|a, b| a.id.cmp(&b.id));
        let waiting = Waiting { messages: messages.into(), ..Waiting::default() };
        Ok(Queue { folder, waiting: Mutex::new(waiting), news: Notify::new() })
    }

    /// Keeps a message, then delivers it.
    ///
    /// # Errors
    /// Of the file system; the message is then not in the queue.
    pub fn send(&self, id: &str, body: &str) -> io::Result<()> {
        let (file, new) = (self.folder.join(format!("{id}.json")), self.folder.join(format!("{id}.new")));
        fs::write(&new, body)?;
        fs::rename(&new, &file)?;
        let message = Message { id: id.to_owned(), body: body.to_owned(), received: 0 };
        let mut waiting = self.lock();
        waiting.messages.push_back(message);
        drop(waiting);
        self.news.notify_waiters();
        Ok(())
    }

    /// The next message. It stays in the queue until it is deleted.
    pub async fn receive(&self) -> Message {
        loop {
            let mut news = std::pin::pin!(self.news.notified());
            news.as_mut().enable();
            if let Some(message) = self.lock().deliver() {
                return message;
            }
            news.await;
        }
    }

    /// The next messages, as many as wait: at least one, and no more than that.
    pub async fn receive_up_to(&self, most: usize) -> Vec<Message> {
        let mut messages = vec![self.receive().await];
        while messages.len() < most
            && let Some(message) = self.receive().now_or_never()
        {
            messages.push(message);
        }
        messages
    }

    /// Forgets a message for good.
    pub fn delete(&self, message: &Message) {
        // A message delivered twice is gone already the second time.
        let _ = fs::remove_file(self.folder.join(format!("{}.json", message.id)));
        let mut waiting = self.lock();
        waiting.in_delivery -= 1;
        waiting.deleted += 1;
        if waiting.deleted.is_multiple_of(TWICE_EVERY) {
            waiting.messages.push_back(message.clone());
            drop(waiting);
            self.news.notify_waiters();
        }
    }

    /// Delivers a message again.
    pub fn give_back(&self, message: Message) {
        let mut waiting = self.lock();
        waiting.in_delivery -= 1;
        waiting.messages.push_back(message);
        drop(waiting);
        self.news.notify_waiters();
    }

    /// Whether nothing waits and nobody is at work on a message.
    pub fn is_idle(&self) -> bool {
        let waiting = self.lock();
        waiting.messages.is_empty() && waiting.in_delivery == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn deliver(&mut self) -> Option<Message> {
        let mut message = self.messages.pop_front()?;
        message.received += 1;
        self.in_delivery += 1;
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_stays_until_it_is_deleted_even_through_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::open(folder.path().to_owned()).unwrap();
        queue.send("m1", "one").unwrap();
        queue.send("m2", "two").unwrap();
        let first = queue.receive().await;
        assert_eq!((first.body.as_str(), first.received), ("one", 1));
        queue.delete(&first);
        let second = queue.receive().await;
        assert!(!queue.is_idle(), "somebody has the second");
        queue.give_back(second);
        assert_eq!(queue.receive().await.received, 2);

        fs::write(folder.path().join("m3.new"), "half").unwrap();
        let again = Queue::open(folder.path().to_owned()).unwrap();
        let bodies: Vec<_> = again.receive_up_to(5).await.into_iter().map(|message| message.body).collect();
        assert_eq!(bodies, ["two"], "received but not deleted");
        assert!(again.lock().messages.is_empty());
    }

    #[tokio::test]
    async fn now_and_then_a_message_comes_twice() {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::open(folder.path().to_owned()).unwrap();
        for n in 0..TWICE_EVERY {
            queue.send(&format!("m{n}"), "body").unwrap();
        }
        for _ in 0..TWICE_EVERY {
            queue.delete(&queue.receive().await);
        }
        assert!(!queue.is_idle());
        queue.delete(&queue.receive().await);
        assert!(queue.is_idle(), "only the last one comes again");
    }
}
