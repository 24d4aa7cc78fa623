//! A clock that is moved by hand, and identifiers in its order.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};
use taiwa_domain::{clock::Clock, id::IdSource};
use tokio::sync::oneshot;
use uuid::Uuid;

/// The hands of the clock. While [`lanes`](Self::begin) are at work, time goes on only when all
/// of them sleep: to the moment at which the first one wakes.
#[derive(Debug)]
pub struct Hands {
    /// Microseconds of Unix time.
    micros: AtomicI64,
    /// Since when it goes by itself.
    since: OnceLock<Instant>,
    lanes: Mutex<Lanes>,
}

#[derive(Debug, Default)]
struct Lanes {
    awake: usize,
    asleep: BTreeMap<(DateTime<Utc>, u64), oneshot::Sender<()>>,
    slept: u64,
}

impl Hands {
    /// A clock that stands at `at`.
    pub fn at(at: DateTime<Utc>) -> Self {
        let micros = AtomicI64::new(at.timestamp_micros());
        Self { micros, since: OnceLock::new(), lanes: Mutex::default() }
    }

    /// Moves it.
    pub fn forward(&self, by: TimeDelta) {
        self.micros.fetch_add(by.num_microseconds().expect("not for ever"), Ordering::Relaxed);
    }

    /// Lets it go by itself from now on.
    pub fn start(&self) {
        self.since.get_or_init(Instant::now);
    }

    /// So many lanes begin to work.
    pub fn begin(&self, lanes: usize) {
        self.lanes().awake += lanes;
    }

    /// A lane has ended.
    pub fn end(&self) {
        let mut lanes = self.lanes();
        lanes.awake -= 1;
        self.go_on(&mut lanes);
    }

    /// Sleeps in a lane.
    pub async fn sleep(&self, by: TimeDelta) {
        if self.since.get().is_some() {
            return tokio::time::sleep(by.to_std().unwrap_or_default()).await;
        }
        let (wake, woken) = oneshot::channel();
        {
            let mut lanes = self.lanes();
            lanes.slept += 1;
            let at = (self.now() + by, lanes.slept);
            lanes.asleep.insert(at, wake);
            lanes.awake -= 1;
            self.go_on(&mut lanes);
        }
        woken.await.expect("every sleeper is woken");
    }

    fn go_on(&self, lanes: &mut Lanes) {
        if lanes.awake > 0 {
            return;
        }
        let Some(((first, _), _)) = lanes.asleep.first_key_value() else { return };
        self.forward((*first - self.now()).max(TimeDelta::zero()));
        let now = self.now();
        while let Some(sleeper) = lanes.asleep.first_entry().filter(|it| it.key().0 <= now) {
            lanes.awake += 1;
            // Whoever gave up meanwhile is awake all the same.
            let _ = sleeper.remove().send(());
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().expect("no lane panicked with it")
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        let went = self.since.get().map_or(0, |since| since.elapsed().as_micros() as i64);
        let micros = self.micros.load(Ordering::Relaxed) + went;
        DateTime::from_timestamp_micros(micros).expect("a time")
    }
}

/// Identifiers that count up.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl IdSource for Counter {
    fn next(&self) -> Uuid {
        let low = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u64_pair(0x0199_0000_0000_7000, low | 0x8000_0000_0000_0000)
    }
}
