//! Trying a transaction again that the database ended because others were at the same rows.

use std::time::Duration;

/// Longest pauses before the next tries, in milliseconds; after the last one the collision is told.
pub(crate) const PAUSES: [u64; 4] = [5, 20, 80, 200];

/// Waits for a random part of this time, so that those who collided do not meet again.
pub(crate) async fn pause(longest: u64) {
    tokio::time::sleep(Duration::from_millis(rand::random_range(1..=longest))).await;
}

/// Runs a whole transaction, on PostgreSQL several times if it collides: of one that did nothing stays, so it can be run
/// again as it is. `$again` makes it from a copy, `$last` from what is left.
macro_rules! again {
    ($storage:expr, $collision:pat, $again:expr, $last:expr) => {{
        if $storage.is_postgres() {
            for longest in $crate::again::PAUSES {
                match $again.await {
                    Err($collision) => $crate::again::pause(longest).await,
                    done => return done,
                }
            }
        }
        $last.await
    }};
}
pub(crate) use again;
