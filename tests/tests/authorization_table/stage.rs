//! What the operations are done to.

mod ask;
mod query;

use chrono::{Days, NaiveDate};
use taiwa_tests::{
    Caller, Value, World,
    answer::text,
    cast::Cast,
    json,
    world::{monday_after, today},
};

use super::Who::*;

/// Ids of what the operations are done to.
pub(crate) struct Stage {
    pair: String,
    meeting: String,
    person: String,
    former: String,
    partner: String,
    organizer: String,
    department: String,
    organization: String,
    window: String,
    plan: String,
    import: (String, String),
    request: String,
    policy: String,
    pair_policy: String,
    upload: String,
    stranger: String,
    notice: String,
    minutes: String,
    item: String,
    comment: String,
    action: String,
    former_pair: String,
    note: String,
    feedback: String,
    learning: String,
    two: [Caller; 2],
    question: String,
    template: String,
    shipped: String,
    start: Value,
    day: NaiveDate,
    tenant: String,
}

fn cadence() -> Value {
    json!({"everyWeeks": 2, "minutes": 30})
}

async fn preview(caller: &Caller, upload: &str) -> (String, String) {
    let input = json!({"uploadId": upload});
    let made = caller.mutate("previewImport", input, "orgImport { id planHash }").await.done();
    (text(&made["orgImport"]["id"]), text(&made["orgImport"]["planHash"]))
}

async fn plan(caller: &Caller, monday: NaiveDate) -> (String, String) {
    let input = json!({"from": monday, "weeks": 2});
    let made = caller.mutate("previewPlan", input, "plan { id hash }").await.done();
    (text(&made["plan"]["id"]), text(&made["plan"]["hash"]))
}

async fn add_item(caller: &Caller, pair: &str, draft: bool) -> String {
    let input = json!({"pairId": pair, "text": "a point", "draft": draft});
    let made = caller.mutate("addAgendaItem", input, "agendaItem { id }").await.done();
    text(&made["agendaItem"]["id"])
}

async fn add_comment(caller: &Caller, item: &str) -> String {
    let input = json!({"agendaItemId": item, "text": "a comment"});
    let selection = "agendaItem { comments { id } }";
    let made = caller.mutate("commentAgendaItem", input, selection).await.done();
    let comments = made["agendaItem"]["comments"].as_array().expect("comments");
    text(&comments.last().expect("the new one")["id"])
}

async fn add_note(caller: &Caller) -> String {
    let input = json!({"text": "a note"});
    let made = caller.mutate("addPrivateNote", input, "privateNote { id }").await.done();
    text(&made["privateNote"]["id"])
}

fn feedback(pair: &str) -> Value {
    json!({"pairId": pair, "fact": "a", "feeling": "b", "proposal": "c"})
}

async fn give_feedback(caller: &Caller, pair: &str) -> String {
    let made = caller.mutate("giveFeedback", feedback(pair), "feedback { id }").await.done();
    text(&made["feedback"]["id"])
}

async fn add_learning(caller: &Caller, pair: &str) -> String {
    let input = json!({"pairId": pair, "happened": "a", "nextTime": "b"});
    let made = caller.mutate("addLearningNote", input, "learningNote { id }").await.done();
    text(&made["learningNote"]["id"])
}

fn question() -> Value {
    json!({
        "situation": "CAREER", "askedBy": "EITHER", "hopedResponse": "ADVICE", "text": {"en": "Why?"},
    })
}

async fn add_question(hr: &Caller) -> String {
    let made = hr.mutate("addLibraryQuestion", question(), "libraryQuestion { id }").await.done();
    text(&made["libraryQuestion"]["id"])
}

fn template(question: &str) -> Value {
    json!({"situation": "CAREER", "title": {"en": "Career"}, "questionIds": [question]})
}

async fn add_template(hr: &Caller, question: &str) -> String {
    let input = template(question);
    let made = hr.mutate("addAgendaTemplate", input, "agendaTemplate { id }").await.done();
    text(&made["agendaTemplate"]["id"])
}

/// A pair of R1 with another manager that has ended: without days on which the two meet.
async fn former_pair(world: &World, cast: &Cast) -> String {
    let tenant = |column: &str| match world.engine() {
        taiwa_tests::Engine::Sqlite => format!("lower(hex({column}))"),
        taiwa_tests::Engine::Postgres => format!("replace({column}::text, '-', '')"),
    };
    let sql = format!(
        "insert into pair (organization_id, id, kind, organizer_id, partner_id, created_at) \
         select m.organization_id, m.organization_id, 'manager', m.id, r.id, m.created_at \
         from person m join person r on r.organization_id = m.organization_id \
         where m.number = 'M2' and r.number = 'R1' and {} = '{}'",
        tenant("m.organization_id"),
        cast.org.id.replace('-', ""),
    );
    world.database.sql(&cast.org.id, &sql);
    let query = "{ viewer { pairs { id kind organizer { number } } } }";
    let data = cast.of(Partner).query(query).await;
    let pairs = data["viewer"]["pairs"].as_array().expect("pairs");
    let of = |it: &&Value| it["kind"] == "MANAGER" && it["organizer"]["number"] == "M2";
    text(&pairs.iter().find(of).expect("the former pair")["id"])
}

impl Stage {
    /// Makes one thing of every kind.
    pub(crate) async fn set(world: &World, cast: &Cast) -> Self {
        let (hr, keys) = (cast.of(Hr), cast.of(Administrator));
        let organizer = cast.of(Organizer);
        let former =
            "number,given name,family name,joined,left\nL1,Len,Gone,2019-04-01,2024-03-29\n";
        world.import(&cast.org, &world.file("former.csv", former), &[]);
        world.settle(hr).await;
        let day = today(keys).await;
        let pair = cast.pair().await;
        let open = keys
            .query(
                "{ organization { id } departments(topOnly: false) { id } r: person(number: \"R2\") { id } l: person(number: \"L1\") { id } \
                 m: person(number: \"M1\") { id } p: person(number: \"R1\") { id } }",
            )
            .await;
        let window =
            json!({"name": "1on1", "window": {"weekday": 3, "from": "15:00", "to": "17:00"}});
        let window = hr.mutate("reserveWindow", window, "reservedWindow { id }").await.done();
        let request = json!({
            "kind": "MENTOR", "organizerId": open["m"]["id"], "partnerId": open["p"]["id"], "startsOn": day,
        });
        let request = organizer.mutate("requestPair", request, "pairRequest { id }").await.done();
        let upload = keys.upload("z.csv", "number,name\nZ0,Zoe Zero\n").await;
        let import = preview(keys, &upload).await;
        let minutes = json!({"meetingId": pair["nextMeetings"][0]["id"]});
        let minutes = organizer.mutate("createMinutes", minutes, "minutes { id }").await.done();
        let item = add_item(organizer, &text(&pair["id"]), false).await;
        let comment = add_comment(organizer, &item).await;
        let action = json!({"pairId": pair["id"], "ownerId": open["m"]["id"], "text": "an action"});
        let action = organizer.mutate("addAction", action, "actionItem { id }").await.done();
        let shipped = "{ libraryQuestions(situation: CAREER) { id } }";
        let shipped = text(&hr.query(shipped).await["libraryQuestions"][0]["id"]);
        let mut stage = Self {
            pair: text(&pair["id"]),
            meeting: text(&pair["nextMeetings"][0]["id"]),
            person: text(&open["r"]["id"]),
            former: text(&open["l"]["id"]),
            partner: text(&open["p"]["id"]),
            organizer: text(&open["m"]["id"]),
            department: text(&open["departments"][0]["id"]),
            organization: text(&open["organization"]["id"]),
            window: text(&window["reservedWindow"]["id"]),
            plan: String::new(),
            import,
            request: text(&request["pairRequest"]["id"]),
            policy: String::new(),
            pair_policy: String::new(),
            upload,
            stranger: cast.of(Stranger).person("R1").await,
            // Nobody's: what is marked is one's own, whatever is named.
            notice: format!("notice_7{}", "z".repeat(25)),
            minutes: text(&minutes["minutes"]["id"]),
            item,
            comment,
            action: text(&action["actionItem"]["id"]),
            former_pair: former_pair(world, cast).await,
            note: add_note(organizer).await,
            feedback: give_feedback(organizer, &text(&pair["id"])).await,
            learning: add_learning(organizer, &text(&pair["id"])).await,
            two: [organizer.clone(), cast.of(Partner).clone()],
            question: add_question(hr).await,
            template: add_template(hr, &shipped).await,
            shipped,
            start: pair["nextMeetings"][0]["slot"]["startsAt"].clone(),
            day,
            tenant: cast.org.id.clone(),
        };
        stage.policy = stage.new_policy(hr, "ORGANIZATION").await;
        stage.pair_policy = stage.new_policy(organizer, "PAIR").await;
        world.settle(keys).await;
        stage.plan = plan(hr, monday_after(day)).await.0;
        assert_ne!(stage.stranger, stage.partner);
        stage
    }

    /// Puts the meeting where its two people can speak of it, or call it off: yesterday, or back to
    /// its time.
    fn time(&self, world: &World, coming: bool) {
        let day = match coming {
            true => self.start.as_str().expect("a time").to_owned(),
            false => format!("{}T03:00:00+00:00", self.day - Days::new(1)),
        };
        let start: chrono::DateTime<chrono::Utc> = day.parse().expect("an instant");
        let (from, until) =
            (start.to_rfc3339(), (start + chrono::TimeDelta::minutes(30)).to_rfc3339());
        let (id, tenant) =
            (world.database.id(&uuid_of(&self.meeting)), world.database.id(&self.tenant));
        world.database.sql(
            &self.tenant,
            &format!(
                "update meeting set starts_at = '{from}', ends_at = '{until}', sort_at = '{from}', \
                 status = 'scheduled', skip_reason = null \
                 where organization_id = {tenant} and id = {id}"
            ),
        );
    }

    /// An id of the same kind that nothing has.
    pub(crate) fn ghost(id: &str) -> String {
        let (prefix, digits) = id.rsplit_once('_').expect("an id");
        format!("{prefix}_{}1", "0".repeat(digits.len() - 1))
    }

    async fn new_policy(&self, caller: &Caller, scope: &str) -> String {
        let mut input = json!({"scope": scope, "cadence": cadence(), "reason": "a test"});
        if scope == "PAIR" {
            input["pairId"] = json!(self.pair);
        }
        let made = caller.mutate("addCadencePolicy", input, "cadencePolicy { id }").await.done();
        text(&made["cadencePolicy"]["id"])
    }

    /// A talking point of the caller's own, if they may; else the one that stands.
    async fn own_item(
        &self,
        caller: &Caller,
        fresh: bool,
        draft: bool,
        real: impl Fn(&String) -> String,
    ) -> String {
        if fresh { add_item(caller, &self.pair, draft).await } else { real(&self.item) }
    }

    async fn own_action(&self, caller: &Caller) -> String {
        let input = json!({"pairId": self.pair, "ownerId": self.organizer, "text": "an action"});
        let made = caller.mutate("addAction", input, "actionItem { id }").await.done();
        text(&made["actionItem"]["id"])
    }

    /// The best other time of the meeting, with the meeting's version.
    async fn offer(&self, caller: &Caller) -> (Value, Value) {
        let selection = "meeting { version } offers { slot { startsAt } }";
        let input = json!({"meetingId": self.meeting});
        let found = caller.mutate("proposeReschedule", input, selection).await.done();
        (found["offers"][0]["slot"]["startsAt"].clone(), found["meeting"]["version"].clone())
    }
}

/// The identifier that a global id names: Crockford's base32.
fn uuid_of(id: &str) -> String {
    let (_, digits) = id.rsplit_once('_').expect("an id");
    let bits = digits.bytes().fold(0_u128, |bits, digit| {
        let place = b"0123456789abcdefghjkmnpqrstvwxyz".iter().position(|it| *it == digit);
        bits << 5 | place.expect("a digit") as u128
    });
    uuid::Uuid::from_u128(bits).to_string()
}
