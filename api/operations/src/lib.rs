//! Every use-case, transport-free: authorise → decide (domain) → write (database) → outbox.
//!
//! To add an operation: a function in its area that takes `&App` and an [`Actor`], asks for the
//! grant first, lets the domain decide, writes through one transaction, and asks for jobs in that
//! same transaction. Expected failures are [`Failure::User`]; what the actor may not know of is
//! [`Failure::NotFound`].

pub mod cadence;
pub mod calendar;
pub mod changes;
pub mod content;
pub mod error;
pub mod insight;
pub mod meeting;
pub mod minutes;
pub mod notice;
pub mod organization;
pub mod pair;
pub mod planning;
pub mod platform;
pub mod privacy;
pub mod socket;
pub mod work;
pub mod write;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use taiwa_database::{Database, Reader};
use taiwa_domain::{
    access::{Caller, Role},
    calendar::CalendarSystems,
    clock::Clock,
    id::{IdSource, OrganizationId, PersonId},
    notice::Ways,
    organization::{Locale, Person},
};
use taiwa_identity::{Tokens, Vault, Verified};
use tokio::sync::Notify;
use uuid::Uuid;

pub use taiwa_database::DatabaseError;

pub use error::{ErrorCode, Failure, Result, UserError};
pub use write::{Done, Idempotency};

/// What the database crate returns and resolvers wrap.
pub mod rows {
    pub use taiwa_database::{
        cadence::ReservedWindow,
        calendar::{AccountRow, DefenceConsent, GuardianPolicy, SlotEvent, SlotRow, SlotStanding},
        insight::{CellRow, HeatRow, ReleaseRow, ReleaseState},
        meeting::{
            MeetingCursor, OutcomeRow,
            agenda::{ActionCursor, ActionPage},
            notes::NotePage,
        },
        minutes::{MinutesRow, TemplateRow},
        notice::{Delivery, DeliveryCount, NoticeRow, PreferenceRow, Told},
        organization::{ChainLink, DepartmentNode, ImportRecord, PeopleFilter, PersonKey, Post},
        pair::PairRow,
        planning::{PlanRecord, StandingSeries},
        platform::{Job, JobKind, JobState, Look},
    };
    pub use taiwa_domain::privacy::Retention;
}

/// Everything an operation works with.
#[derive(Clone)]
pub struct App {
    /// Where everything stands.
    pub database: Database,
    /// Issues and verifies access tokens; absent in commands that need none.
    pub tokens: Option<Arc<Tokens>>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wakes idle workers when an operation asked for jobs.
    pub wake: Arc<Notify>,
    /// Spares a statement in most requests.
    pub zones: Arc<platform::Zones>,
    /// The calendar systems that accounts can be connected of.
    pub systems: Arc<dyn CalendarSystems>,
    /// Seals secrets at rest and names what is ours; absent in commands that need no key ring.
    pub vault: Option<Arc<Vault>>,
    /// The minutes that are open here.
    pub rooms: Arc<minutes::Rooms>,
    /// Who is told here of what changes.
    pub watchers: Arc<changes::Watchers>,
    /// How notices leave the house.
    pub ways: Arc<dyn Ways>,
}

impl App {
    /// Now, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A fresh identifier of any kind.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.ids.next().into()
    }

    /// The actor's organization for reading. All reads of a request share one open snapshot, until
    /// [`Actor::release`]; an operator's reads are each of their own moment.
    pub async fn reader(&self, actor: &Actor) -> Result<Arc<Reader>> {
        let open = async || -> Result<Arc<Reader>> {
            Ok(Arc::new(self.database.reader(actor.caller.organization).await?))
        };
        let Reads::Shared(shared) = &actor.reads else { return open().await };
        let mut shared = shared.lock().await;
        match &*shared {
            Some(reader) => Ok(reader.clone()),
            None => Ok(shared.insert(open().await?).clone()),
        }
    }

    /// The operator at the server's own command line, who acts for the organization without
    /// being one of its people.
    pub async fn operator(&self, organization: OrganizationId) -> Result<Actor> {
        let row = self.database.reader(organization).await?.organization_row().await?;
        Ok(Actor {
            caller: Caller {
                organization,
                person: PersonId(Uuid::nil()),
                roles: vec![Role::Administrator],
            },
            locale: Locale::En,
            today: row.today(self.now()),
            person: None,
            session: None,
            reads: Reads::default(),
        })
    }
}

/// A caller with what their requests are answered in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who, with roles.
    pub caller: Caller,
    /// Language of messages.
    pub locale: Locale,
    /// Today in the organization's zone: the default of every as-of day.
    pub today: NaiveDate,
    /// The caller as a person today, where it was read along with the roles.
    pub person: Option<Arc<Person>>,
    /// The token that the caller came with; none at the command line and in jobs.
    pub session: Option<Verified>,
    /// The snapshot that this request reads.
    reads: Reads,
}

/// How an actor's reads see the database.
#[derive(Clone, Default)]
pub(crate) enum Reads {
    /// Each sees its own moment: command line and jobs, which go on for long and write between.
    #[default]
    Fresh,
    /// All see one moment: requests.
    Shared(Arc<tokio::sync::Mutex<Option<Arc<Reader>>>>),
}

impl Reads {
    fn holding(reader: Reader) -> Self {
        Self::Shared(Arc::new(tokio::sync::Mutex::new(Some(Arc::new(reader)))))
    }
}

impl std::fmt::Debug for Reads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reads")
    }
}

impl Actor {
    /// Lets go of the snapshot: before a write, so that later reads see it, and before long work,
    /// so that no connection waits for it.
    pub async fn release(&self) {
        if let Reads::Shared(shared) = &self.reads {
            shared.lock().await.take();
        }
    }

    /// Who to name as the author; none for the operator.
    pub fn author(&self) -> Option<PersonId> {
        (!self.caller.person.0.is_nil()).then_some(self.caller.person)
    }
}
