//! A way out that ends in memory: for tests, and for trying things out.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use super::{Message, Notifier, NotifyError, Sending};

/// Keeps what it is given; the same message once.
#[derive(Debug, Default)]
pub struct Memory {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    messages: Vec<Message>,
    nobody: BTreeSet<String>,
    failures: VecDeque<NotifyError>,
}

impl Memory {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that came, in its order.
    pub fn messages(&self) -> Vec<Message> {
        self.kept().messages.clone()
    }

    /// Nobody is at this address from now on.
    pub fn nobody_at(&self, address: &str) {
        self.kept().nobody.insert(address.to_owned());
    }

    /// The next message meets this.
    pub fn fail_next(&self, failure: NotifyError) {
        self.kept().failures.push_back(failure);
    }
}

impl Notifier for Memory {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        let sent = (|| {
            let mut kept = self.kept();
            if let Some(failure) = kept.failures.pop_front() {
                return Err(failure);
            }
            if kept.nobody.contains(&message.to.address) {
                return Err(NotifyError::NoSuchAddress);
            }
            if kept.messages.iter().all(|it| it.id != message.id) {
                kept.messages.push(message.clone());
            }
            Ok(())
        })();
        Box::pin(std::future::ready(sent))
    }
}
