//! A company whose calendars stand in a stand-in for Google, in a time of its own.
//!
//! Everything but the clock and Google is real: the operations, their jobs, the database of either
//! engine, the adapter with its requests over loopback. Time moves only by [`World::forward`];
//! jobs run when [`World::settle`] is called, as often as they are due.

mod clock;
mod look;
mod people;
mod simulation;
mod systems;
mod world;

pub use clock::Hands;
pub use look::{Block, Slots};
pub use people::{CLIENT, email};
pub use simulation::{Plan, Report, Simulation};
pub use world::{Engine, World};

/// Runs one test on both engines: `both! { name }` for an `async fn name(world: World)`.
#[macro_export]
macro_rules! both {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::World::new($crate::Engine::Sqlite).await).await;
                }
            )*
        }
        mod on_postgresql {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::World::new($crate::Engine::Postgres).await).await;
                }
            )*
        }
    };
}
