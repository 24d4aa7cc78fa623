//! Connections to PostgreSQL on which transactions run.
//!
//! A pool of our own, since round trips decide what a short read costs and sqlx's pool spends
//! some more: here a transaction begins in one message with its first question where that can
//! be, and a connection is given back in the moment ROLLBACK is on its way, by no task and with
//! no ping; whoever takes it next finds the answer to that waiting.

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Error, Executor, PgConnection,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::coop::unconstrained,
};

/// How long a transaction waits for a connection while all are lent.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bounded number of connections, opened when needed and kept.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Shared>);

struct Shared {
    options: PgConnectOptions,
    places: Arc<Semaphore>,
    /// The one given back last on top.
    idle: Mutex<Vec<Returning>>,
}

/// A connection whose ROLLBACK was sent; nothing when that failed.
type Returning = Pin<Box<dyn Future<Output = Option<Connection>> + Send>>;

struct Connection {
    raw: PgConnection,
    /// Whether it knows the [`Question`] already.
    knows: bool,
}

/// A statement that is sent as text in the message which begins a transaction. There is one.
pub(crate) struct Question {
    /// Its parameters' types, as PREPARE wants them.
    pub(crate) types: &'static str,
    /// Its text.
    pub(crate) text: String,
}

/// A connection with one transaction, which ends as this is dropped.
pub(crate) struct Lent {
    /// There until this is dropped.
    connection: Option<Connection>,
    shared: Arc<Shared>,
    place: Option<OwnedSemaphorePermit>,
    /// What begins the transaction, until that was sent.
    begin: Option<String>,
    /// It was idle before, and may have been cut meanwhile.
    old: bool,
    /// A statement was sent whose answer was not read to its end.
    talking: bool,
    /// The question was sent for the first time, and nobody knows yet whether it was understood.
    learning: bool,
}

impl Connections {
    pub(crate) fn new(options: PgConnectOptions, most: u32) -> Self {
        Self(Arc::new(Shared {
            options: options.disable_statement_logging(),
            places: Arc::new(Semaphore::new(most as usize)),
            idle: Mutex::default(),
        }))
    }

    /// A connection for a transaction that `begin` will begin, together with its first statement.
    pub(crate) async fn lend(&self, begin: String) -> Result<Lent, Error> {
        let shared = self.0.clone();
        let place = match shared.places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let place = tokio::time::timeout(PATIENCE, shared.places.clone().acquire_owned());
                place.await.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?
            }
        };
        let idle = loop {
            let Some(returning) = shared.idle().pop() else { break None };
            if let Some(connection) = returning.await {
                break Some(connection);
            }
        };
        let old = idle.is_some();
        let connection = match idle {
            Some(connection) => connection,
            None => Box::pin(shared.connect()).await?,
        };
        Ok(Lent {
            connection: Some(connection),
            shared,
            place: Some(place),
            begin: Some(begin),
            old,
            talking: false,
            learning: false,
        })
    }
}

impl Shared {
    async fn connect(&self) -> Result<Connection, Error> {
        Ok(Connection { raw: self.options.connect().await?, knows: false })
    }

    /// A panic elsewhere cannot leave the list half changed.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Returning>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// The connection within its transaction, to say one thing; then [`Self::heard`].
    pub(crate) async fn ask(&mut self) -> Result<&mut PgConnection, Error> {
        if let Some(begin) = self.begin.take() {
            self.first(&begin, None).await?;
        }
        self.talking = true;
        Ok(&mut self.connection.as_mut().ok_or(Error::PoolClosed)?.raw)
    }

    /// The last answer was read to its end, whatever it was.
    pub(crate) fn heard(&mut self) {
        self.talking = false;
    }

    /// Asks the question, in the message that begins the transaction where it has not begun.
    /// `arguments` are literals; they must be formatted from typed values.
    pub(crate) async fn question(
        &mut self,
        question: &Question,
        arguments: &str,
    ) -> Result<Vec<PgRow>, Error> {
        let begin = self.begin.take().unwrap_or_default();
        self.first(&begin, Some((question, arguments))).await
    }

    /// Sends `begin` and the question as one message. A connection that was idle may have been cut
    /// by a restart or a firewall since: then a new one takes its place.
    async fn first(
        &mut self,
        begin: &str,
        question: Option<(&Question, &str)>,
    ) -> Result<Vec<PgRow>, Error> {
        self.talking = true;
        loop {
            let connection = self.connection.as_mut().ok_or(Error::PoolClosed)?;
            let mut message = begin.to_owned();
            if let Some((Question { types, text }, arguments)) = question {
                self.learning = !connection.knows;
                if self.learning {
                    message.push_str(&format!("; prepare question ({types}) as {text}"));
                }
                message.push_str(&format!("; execute question ({arguments})"));
            }
            // Safe: texts written in this crate, with values formatted from typed ones.
            let message = AssertSqlSafe(message);
            match sqlx::raw_sql(message).fetch_all(&mut connection.raw).await {
                Ok(rows) => {
                    connection.knows |= self.learning;
                    (self.old, self.talking, self.learning) = (false, false, false);
                    return Ok(rows);
                }
                Err(error) if self.old && !begin.is_empty() && cut(&error) => {
                    self.old = false;
                    self.connection = Some(Box::pin(self.shared.connect()).await?);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes what was written stay.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        if self.begin.is_none() {
            self.ask().await?.execute("commit").await?;
            self.heard();
            // Nothing is left to roll back.
            self.begin = Some(String::new());
        }
        Ok(())
    }
}

/// Whether an error means that the connection is gone.
fn cut(error: &Error) -> bool {
    use sqlx::postgres::{
        PgDatabaseError,
        PgSeverity::{Fatal, Panic},
    };
    match error {
        Error::Io(_) => true,
        Error::Database(error) => error
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|error| matches!(error.severity(), Fatal | Panic)),
        _ => false,
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.learning {
            // What is prepared outlives its transaction: only a new connection is sure to have
            // nothing under that name.
            return;
        }
        let shared = self.shared.clone();
        if self.begin.is_some() {
            shared.idle().push(Box::pin(ready(Some(connection))));
            return;
        }
        let mut returning: Returning = Box::pin(unconstrained(async move {
            connection.raw.execute("rollback").await.ok()?;
            Some(connection)
        }));
        // Sends it; the answer is for whoever comes next.
        let sent = returning.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = sent {
            shared.idle().extend(done.map(|it| Box::pin(ready(Some(it))) as Returning));
        } else if !self.talking {
            shared.idle().push(returning);
        } else if let Ok(runtime) = Handle::try_current() {
            // Given up in the middle of an answer, which comes first, whenever that is.
            let place = self.place.take();
            runtime.spawn(async move {
                if let Some(connection) = returning.await {
                    shared.idle().push(Box::pin(ready(Some(connection))));
                }
                drop(place);
            });
        }
    }
}
