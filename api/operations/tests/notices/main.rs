//! Who is told what and when, on a clock that the test moves, on both engines.

mod deliveries;
mod reminders;
#[path = "../support/mod.rs"]
mod support;
mod world;

/// Runs each test on both engines.
macro_rules! both {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let world = crate::world::World::new(crate::world::Engine::Sqlite).await;
                    super::$name(&world).await;
                }
            )*
        }
        mod on_postgresql {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let world = crate::world::World::new(crate::world::Engine::Postgres).await;
                    super::$name(&world).await;
                }
            )*
        }
    };
}
pub(crate) use both;
