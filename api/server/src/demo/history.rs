//! A pair's past: what the two talked about in three 1on1s, and what was left for the next one.
//! Months lie between the third and the next, in which nobody met: nothing open is lost by that.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use taiwa_domain::{
    clock::Clock,
    id::{ActionItemId, AgendaItemId, PairId, PersonId},
    meeting::{
        Meeting, MeetingStatus, Slot,
        agenda::{ActionState, HopedResponse},
    },
    minutes::{BuiltIn, MinutesShape},
    pair::{Pair, PairKind},
};
use taiwa_operations::{
    Actor, App, Failure,
    meeting::agenda::{actions, comments, items},
    minutes, platform,
    rows::PersonKey,
};

use super::{attack::MANAGER, past};
use crate::cli::Problem;

/// The report of the pair: the member among the personas.
const REPORT: &str = "T0064";

/// A moment of the past, while it is lived through.
struct Then(DateTime<Utc>);

impl Clock for Then {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// The app at a moment of its past, with documents of its own: none stays open in the present.
fn at(app: &App, when: DateTime<Utc>) -> App {
    App {
        clock: Arc::new(Then(when)),
        rooms: Arc::default(),
        watchers: Arc::default(),
        ..app.clone()
    }
}

/// The pair of the manager and the member among the personas.
pub(crate) async fn pair(app: &App, actor: &Actor) -> Result<Option<Pair>, Problem> {
    let failed = |error| Problem::from(Failure::Database(error));
    let reader = app.reader(actor).await?;
    let mut people = Vec::new();
    for number in [MANAGER, REPORT] {
        let key = PersonKey::Number(number.to_owned());
        people.extend(reader.person_by_key(actor.today, &key).await.map_err(failed)?);
    }
    let [manager, report] = people.as_slice() else { return Ok(None) };
    let pairs = reader.pairs_of(actor.today, &[report.id]).await.map_err(failed)?;
    let found = pairs.iter().map(|row| row.pair);
    Ok(found.into_iter().find(|it| it.kind == PairKind::Manager && it.organizer == manager.id))
}

/// One of the two, with their own rights: nobody else writes what they say.
async fn one(app: &App, operator: &Actor, person: PersonId) -> Result<Actor, Problem> {
    let organization = operator.caller.organization;
    let issued = app.issue_token(organization, person, platform::TOKEN_LIFETIME).await?;
    let actor = app.actor(&issued.verified).await?;
    actor.ok_or_else(|| Problem::new("demo", "one of a pair of the demo has left"))
}

/// The two, and the three 1on1s that they had last in the quarter.
struct Two {
    pair: PairId,
    manager: Actor,
    report: Actor,
}

impl Two {
    async fn raise(
        &self,
        app: &App,
        by: &Actor,
        hoped: HopedResponse,
        text: &str,
    ) -> Result<AgendaItemId, Failure> {
        let new = items::NewItem { pair: self.pair, text: text.to_owned(), hoped, draft: false };
        Ok(items::add(app, by, None, new).await?.subject.into())
    }

    /// The first 1on1: three things were raised, one was talked about, two things are to be done.
    async fn first(&self, app: &App, meeting: &Meeting, slot: Slot) -> Result<Left, Failure> {
        let before = at(app, slot.starts_at - TimeDelta::hours(20));
        let slow = "E2Eテストに45分かかっています。分割の進め方を相談したいです。\
                    ／ Our end-to-end tests take 45 minutes: how should we split them?";
        let slow = self.raise(&before, &self.report, HopedResponse::Advice, slow).await?;
        let career = "テスト基盤の設計にもっと関わりたいです。来年の役割を一緒に考えてほしいです。\
                      ／ I would like to design more of our test platform: let us think about next year.";
        let career =
            self.raise(&before, &self.report, HopedResponse::ThinkTogether, career).await?;
        let release = "先週のリリースで困ったことはありませんでしたか。\
                       ／ Was anything hard about last week's release?";
        let release =
            self.raise(&before, &self.manager, HopedResponse::JustListen, release).await?;
        let during = at(app, slot.starts_at + TimeDelta::minutes(20));
        items::discuss(&during, &self.report, None, slow, Some(meeting.id)).await?;
        let task = |owner: &Actor, text: &str, days: i64| actions::NewAction {
            pair: self.pair,
            owner: owner.caller.person,
            text: text.to_owned(),
            due_on: Some(slot.starts_at.date_naive() + TimeDelta::days(days)),
            item: Some(slow),
            meeting: Some(meeting.id),
        };
        let measure = "遅いテスト10件の一覧を作る ／ List the ten slowest tests";
        let measure = task(&self.report, measure, 10);
        let measure = actions::add(&during, &self.report, None, measure).await?.subject.into();
        let machines =
            "CIの台数を増やす予算を部長に相談する ／ Ask for a budget for more CI machines";
        actions::add(&during, &self.manager, None, task(&self.manager, machines, 21)).await?;
        Ok(Left { career, release, measure })
    }

    /// The second: one more of the three was talked about, and one of the two is done.
    async fn second(
        &self,
        app: &App,
        meeting: &Meeting,
        slot: Slot,
        left: &Left,
    ) -> Result<(), Failure> {
        let before = at(app, slot.starts_at - TimeDelta::hours(3));
        actions::set_state(&before, &self.report, None, left.measure, ActionState::Done).await?;
        let during = at(app, slot.starts_at + TimeDelta::minutes(10));
        items::discuss(&during, &self.manager, None, left.release, Some(meeting.id)).await?;
        let chosen = minutes::Chosen::BuiltIn(BuiltIn::Standard);
        let shape = MinutesShape::Tiptap;
        let made = minutes::create(&during, &self.report, None, meeting.id, shape, chosen).await?;
        let text = "## 話したこと ／ What we talked about\n\n\
                    - リリース当日の待機が負担だった ／ Standing by on release day was a burden\n\n\
                    ## 次のアクション ／ Next actions\n\n\
                    - CIの台数を増やす予算を相談する ／ Ask for a budget for more CI machines\n\n\
                    ## 次回 ／ Next time\n\n\
                    - 来年の役割 ／ Next year's role\n";
        minutes::write(&during, &self.report, None, made.subject.into(), text.to_owned(), None)
            .await?;
        Ok(())
    }

    /// The third was about something else: what was open is open still.
    async fn third(
        &self,
        app: &App,
        meeting: &Meeting,
        slot: Slot,
        left: &Left,
    ) -> Result<(), Failure> {
        let before = at(app, slot.starts_at - TimeDelta::hours(18));
        let urgent = "昨日の障害の振り返りをしたいです。／ Yesterday's outage: what do we learn?";
        let urgent =
            self.raise(&before, &self.report, HopedResponse::ThinkTogether, urgent).await?;
        let during = at(app, slot.starts_at + TimeDelta::minutes(25));
        items::discuss(&during, &self.report, None, urgent, Some(meeting.id)).await?;
        let after = at(app, slot.ends_at + TimeDelta::minutes(5));
        let word = "次回は必ず話しましょう。／ Next time for sure.";
        comments::add(&after, &self.manager, None, left.career, word).await?;
        Ok(())
    }
}

/// What the first 1on1 left to the ones after it.
struct Left {
    career: AgendaItemId,
    release: AgendaItemId,
    measure: ActionItemId,
}

/// Lets the two have their three 1on1s.
pub(super) async fn live(app: &App, operator: &Actor) -> Result<(), Problem> {
    let failed = |error| Problem::from(Failure::Database(error));
    let Some(pair) = pair(app, operator).await? else { return Ok(()) };
    let span = past::quarter(operator.today);
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let reader = app.reader(operator).await?;
    let found = reader
        .meetings_between(midnight(span.from), midnight(span.until), Some(&[pair.id]))
        .await
        .map_err(failed)?;
    drop(reader);
    let took_place = |it: &Meeting| it.status != MeetingStatus::Missed;
    let mut met: Vec<(Slot, Meeting)> =
        found.into_iter().filter(took_place).filter_map(|it| Some((it.slot?, it))).collect();
    met.sort_by_key(|(slot, meeting)| (*slot, meeting.id));
    let Some([(one_at, first), (two_at, second), (three_at, third)]) = met.last_chunk() else {
        return Ok(());
    };
    let two = Two {
        pair: pair.id,
        manager: one(app, operator, pair.organizer).await?,
        report: one(app, operator, pair.partner).await?,
    };
    let left = two.first(app, first, *one_at).await?;
    two.second(app, second, *two_at, &left).await?;
    two.third(app, third, *three_at, &left).await?;
    Ok(())
}

/// What shows it: the three, and what stands in the next.
pub(crate) fn query(pair: PairId, today: NaiveDate) -> String {
    let until = past::quarter(today).until;
    format!(
        "{{ node(id: \"{}\") {{ ... on Pair {{ organizer {{ displayName }} partner {{ displayName }} \
         meetings(last: 4, until: \"{until}T00:00:00Z\") {{ nodes {{ status slot {{ startsAt }} \
         agenda {{ text state hopedResponse discussedIn {{ slot {{ startsAt }} }} }} actions {{ text state }} sharedMinutes {{ markdown }} }} }} \
         nextMeetings(first: 1) {{ slot {{ startsAt isProtected }} \
         agenda {{ text state createdAt author {{ displayName }} comments {{ text }} }} \
         actions {{ text state dueOn owner {{ displayName }} }} }} }} }} }}",
        taiwa_graphql::pair_id(pair),
    )
}
