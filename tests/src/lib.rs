//! Black-box tests through HTTP and the command line, against the real binary and real databases.
//!
//! A [`World`] is one database of one engine with one server on it; [`both!`] runs a test on both
//! engines. The binary is the one that `TAIWA_BIN` names, else the one beside the test's own
//! executable: `cargo build` it first (cargo cannot depend on another package's binary). Without
//! `TAIWA_TEST_POSTGRES_URL` (an owner that is no superuser and may create databases; see
//! `tests/tools/postgres.sh`) the tests on PostgreSQL fail: a suite that cannot run is no success.
//!
//! Waiting is polling a condition until a deadline ([`wait::until`]), never sleeping.

pub mod answer;
pub mod binary;
pub mod caller;
pub mod cast;
pub mod cli;
pub mod database;
pub mod demo;
pub mod editor;
pub mod live;
pub mod schedule;
pub mod sdl;
pub mod server;
pub mod smtp;
pub mod wait;
pub mod world;

pub use answer::Answer;
pub use caller::Caller;
pub use cli::Ran;
pub use database::Engine;
pub use serde_json::{Value, json};
pub use world::{Org, World};

/// Runs one test body on SQLite and on PostgreSQL, each in a world of its own.
///
/// ```ignore
/// both! {
///     /// Why it matters.
///     async fn the_need_it_proves(world: &mut World) { … }
/// }
/// ```
#[macro_export]
macro_rules! both {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: &mut World) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($world: &mut $crate::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::World::run($crate::Engine::Sqlite, async |world| body(world).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::World::run($crate::Engine::Postgres, async |world| body(world).await).await;
            }
        }
    )*};
}
