//! Waiting for a condition.

use std::time::{Duration, Instant};

/// Longest wait: far more than anything needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks again and again until there is an answer; fails with `what` when patience ends.
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    let what = what.to_owned();
    async move {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            assert!(Instant::now() < deadline, "never came: {what} (waited for at {place})");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
