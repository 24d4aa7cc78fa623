//! What the operations are done to, and the requests that try them.

use chrono::{Days, NaiveDate};
use taiwa_tests::{
    Answer, Caller, Value, World,
    answer::text,
    cast::{Cast, Who},
    json,
    live::{Events, cursor},
    world::{monday_after, today},
};

use super::{Case, Who::*};

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

    /// Tries an operation. What an allowed caller uses up is made afresh for them.
    pub(crate) async fn ask(
        &self,
        world: &World,
        case: &Case,
        who: Who,
        caller: &Caller,
        ghost: bool,
    ) -> Answer {
        let real = |id: &String| if ghost { Self::ghost(id) } else { id.clone() };
        let fresh = case.allows(who);
        let (kind, name) = case.field.split_once('.').expect("a field");
        if kind == "Query" {
            let id = match case.what {
                "person" => &self.person,
                "department" => &self.department,
                "organization" => &self.organization,
                "window" => &self.window,
                "meeting" => &self.meeting,
                "minutes" => &self.minutes,
                "plan" => &self.plan,
                "import" => &self.import.0,
                "agenda item" => &self.item,
                "action" => &self.action,
                _ => &self.pair,
            };
            let query = match name {
                "health" => "{ health { status } }",
                "viewer" => "{ viewer { roles person { id } calendar { feedRotatedAt } } }",
                "organization" => "{ organization { id name } }",
                "people" => "{ people(first: 5) { edges { node { id } } } }",
                "departments" => "{ departments { id headCount } }",
                "safetyText" => "{ safetyText { id text } }",
                "libraryQuestions" => "{ libraryQuestions { id text } }",
                "agendaTemplates" => "{ agendaTemplates { id title questions { id } } }",
                "cadencePolicies" => "{ cadencePolicies { id reason } }",
                "imports" => "{ imports { edges { node { id } } } }",
                "jobs" => "{ jobs { edges { node { id } } } }",
                "insight" => "{ insight { periods(kind: MONTH) { from } } }",
                "plans" => "{ plans { edges { node { id } } } }",
                "person" => "query($id: ID!) { person(id: $id) { id email } }",
                "node" => "query($id: ID!) { node(id: $id) { id __typename } }",
                "nodes" => "query($id: ID!) { nodes(ids: [$id]) { id __typename } }",
                other => panic!("no request for {other}"),
            };
            let id = if name == "person" { real(&self.person) } else { real(id) };
            let variables = if query.starts_with("query") { json!({"id": id}) } else { json!({}) };
            return caller.ask(query, variables).await;
        }
        if kind == "Subscription" {
            let pair = (case.what == "pair").then(|| real(&self.pair));
            let after = match fresh {
                true => Some(cursor(caller).await),
                false => None,
            };
            if fresh {
                // Told to whoever is granted it: at once, since it is after the cursor.
                let mut input = json!({"text": "a note"});
                if let Some(pair) = &pair {
                    input["pairId"] = json!(pair);
                }
                caller.mutate("addPrivateNote", input, "__typename").await.done();
            }
            let query = "subscription($after: String, $pair: ID) { \
                         changes(after: $after, pairId: $pair) { kind pair { id } } }";
            return Events::first(caller, query, json!({"after": after, "pair": pair})).await;
        }
        let far = self.day + Days::new(300);
        let (input, selection) = match (name, case.what) {
            ("importBusyTime", _) => {
                let ics =
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nEND:VCALENDAR\r\n";
                (json!({"ics": ics}), "calendar { feedRotatedAt }")
            }
            ("rotateCalendarFeed", _) => {
                let query = "mutation { rotateCalendarFeed { url userErrors { code } } }";
                return caller.ask(query, json!({})).await;
            }
            // The last of the cases: those callers are gone afterwards.
            ("revokeMyTokens", _) => {
                let query = "mutation { revokeMyTokens { revoked userErrors { code } } }";
                return caller.ask(query, json!({})).await;
            }
            ("proposeReschedule", _) => {
                (json!({"meetingId": real(&self.meeting)}), "offers { cost } meeting { id }")
            }
            ("rescheduleMeeting", _) => {
                let (start, version) =
                    if fresh { self.offer(caller).await } else { (self.start.clone(), json!(1)) };
                let id = real(&self.meeting);
                let input = json!({"meetingId": id, "startsAt": start, "version": version});
                (input, "meeting { id }")
            }
            ("confirmMeeting" | "objectToMeeting" | "reportMissed" | "skipMeeting", _) => {
                let coming = name == "skipMeeting";
                self.time(world, coming);
                if name == "objectToMeeting" && fresh {
                    let input = json!({"meetingId": self.meeting});
                    let other = &self.two[usize::from(who == Organizer)];
                    other.mutate("confirmMeeting", input, "meeting { id }").await.done();
                }
                let mut input = json!({"meetingId": real(&self.meeting)});
                if matches!(name, "reportMissed" | "skipMeeting") {
                    input["reason"] = json!("WORKLOAD");
                }
                (input, "meeting { id }")
            }
            ("createMinutes", _) => {
                (json!({"meetingId": real(&self.meeting)}), "minutes { id markdown }")
            }
            ("writeMinutes", _) => {
                let input =
                    json!({"minutesId": real(&self.minutes), "markdown": format!("{who:?}")});
                (input, "minutes { id markdown }")
            }
            ("restoreMinutes", _) => {
                (json!({"minutesId": real(&self.minutes), "version": 1}), "minutes { id markdown }")
            }
            ("saveMinutesTemplate", _) => {
                let input = json!({"name": format!("{who:?}"), "markdown": "# 1on1"});
                (input, "minutesTemplates { name }")
            }
            ("createSocketTicket", _) => {
                let query = "mutation { createSocketTicket { socketTicket { secret } userErrors { code } } }";
                return caller.ask(query, json!({})).await;
            }
            ("addAgendaItem", _) => {
                (json!({"pairId": real(&self.pair), "text": "a point"}), "agendaItem { id text }")
            }
            ("addPrivateNote", what) => {
                let mut input = json!({"text": "a note"});
                if what == "pair" {
                    input["pairId"] = json!(real(&self.pair));
                }
                (input, "privateNote { id text }")
            }
            ("updatePrivateNote" | "removeNote", _) => {
                let id = if fresh { add_note(caller).await } else { real(&self.note) };
                match name {
                    "removeNote" => (json!({"noteId": id}), "removedId"),
                    _ => {
                        let input = json!({"noteId": id, "text": "another", "version": 1});
                        (input, "privateNote { id text }")
                    }
                }
            }
            ("recordTalkBalance", _) => {
                let input = json!({"meetingId": real(&self.meeting), "ownPercent": 40});
                (input, "talkBalance { id ownPercent }")
            }
            ("giveFeedback", _) => (feedback(&real(&self.pair)), "feedback { id fact }"),
            ("replyToFeedback", _) => {
                let other = &self.two[usize::from(who == Organizer)];
                let id = match fresh {
                    true => give_feedback(other, &self.pair).await,
                    false => real(&self.feedback),
                };
                (json!({"feedbackId": id, "text": "a reply"}), "feedback { id reply }")
            }
            ("addLearningNote", _) => {
                let mut input = json!({"happened": "a", "nextTime": "b"});
                input["pairId"] = json!(real(&self.pair));
                (input, "learningNote { id happened }")
            }
            ("updateLearningNote", _) => {
                let id = match fresh {
                    true => add_learning(caller, &self.pair).await,
                    false => real(&self.learning),
                };
                let input = json!({"noteId": id, "happened": "a", "nextTime": "c", "version": 1});
                (input, "learningNote { id happened }")
            }
            ("setSafetyText", _) => {
                let version = match fresh {
                    true => {
                        caller.query("{ safetyText { version } }").await["safetyText"]["version"]
                            .clone()
                    }
                    false => json!(0),
                };
                let input = json!({"text": {"en": "We promise."}, "version": version});
                (input, "safetyText { version }")
            }
            ("declareSafety" | "acknowledgeSafety", _) => {
                (json!({"pairId": real(&self.pair)}), "pair { id safety { declaredAt } }")
            }
            ("addAgendaItemsFromLibrary", _) => {
                let input = json!({"pairId": real(&self.pair), "questionIds": [self.shipped]});
                (input, "pair { id }")
            }
            ("addLibraryQuestion", _) => (question(), "libraryQuestion { id text }"),
            ("updateLibraryQuestion" | "retireLibraryQuestion", _) => {
                let id = if fresh { add_question(caller).await } else { real(&self.question) };
                let update = name == "updateLibraryQuestion";
                let mut input = if update { question() } else { json!({}) };
                (input["questionId"], input["version"]) = (json!(id), json!(1));
                (input, if update { "libraryQuestion { id }" } else { "retiredId" })
            }
            ("addAgendaTemplate", _) => (template(&self.shipped), "agendaTemplate { id title }"),
            ("updateAgendaTemplate" | "retireAgendaTemplate", _) => {
                let id = match fresh {
                    true => add_template(caller, &self.shipped).await,
                    false => real(&self.template),
                };
                let update = name == "updateAgendaTemplate";
                let mut input = if update { template(&self.shipped) } else { json!({}) };
                (input["templateId"], input["version"]) = (json!(id), json!(1));
                (input, if update { "agendaTemplate { id }" } else { "retiredId" })
            }
            ("withdrawAgendaItem", _) => (
                json!({"agendaItemId": self.own_item(caller, fresh, false, real).await}),
                "withdrawnId",
            ),
            (name, _) if name.ends_with("AgendaItem") => {
                let draft = name == "shareAgendaItem";
                let id = self.own_item(caller, fresh, draft, real).await;
                let mut input = json!({"agendaItemId": id});
                match name {
                    "updateAgendaItem" => input["version"] = json!(1),
                    "commentAgendaItem" => input["text"] = json!("a comment"),
                    _ => {}
                }
                (input, "agendaItem { id text }")
            }
            ("updateAgendaComment" | "removeAgendaComment", _) => {
                // The organizer's stands, so that what is told comes of the operation alone.
                let id = match fresh && who != Organizer {
                    true => add_comment(caller, &self.item).await,
                    false => real(&self.comment),
                };
                match name {
                    "removeAgendaComment" => (json!({"agendaCommentId": id}), "removedId"),
                    _ => {
                        let input = json!({"agendaCommentId": id, "text": "b", "version": 1});
                        (input, "agendaComment { id text }")
                    }
                }
            }
            ("addAction", _) => {
                let (pair, owner) = (real(&self.pair), real(&self.organizer));
                let input = json!({"pairId": pair, "ownerId": owner, "text": "an action"});
                (input, "actionItem { id text }")
            }
            ("updateAction", _) => {
                let id = if fresh { self.own_action(caller).await } else { real(&self.action) };
                (json!({"actionItemId": id, "version": 1}), "actionItem { id text }")
            }
            ("completeAction" | "reopenAction" | "dropAction", _) => {
                (json!({"actionItemId": real(&self.action)}), "actionItem { id text }")
            }
            ("carryOver", _) => {
                let (from, to) = (real(&self.former_pair), real(&self.pair));
                (json!({"fromPairId": from, "toPairId": to}), "pair { id }")
            }
            ("setGuardianPolicy", _) => {
                let query = "{ organization { guardianPolicy { version } } }";
                let version = match fresh {
                    true => caller.query(query).await["organization"]["guardianPolicy"]["version"]
                        .clone(),
                    false => json!(0),
                };
                let input = json!({
                    "level": "MOVE", "freezeMinutes": 1440, "place": {"kind": "UNSAID"}, "version": version,
                });
                (input, "guardianPolicy { version }")
            }
            ("setDefenceConsent", _) => {
                (json!({"level": "MOVE", "version": 0}), "defenceConsent { version }")
            }
            ("requestCalendarConsent", _) => (json!({"system": "GOOGLE"}), "authorizationUrl"),
            ("connectCalDavCalendar", _) => {
                // The operator allows no such address: nothing is asked for.
                let input = json!({
                    "serverUrl": "https://127.0.0.1/", "userName": "a", "password": "b",
                });
                (input, "calendarAccount { id }")
            }
            ("disconnectCalendar", _) => (json!({}), "calendar { feedRotatedAt }"),
            ("setNoticePreferences", _) => {
                let input = json!({"version": 0, "choices": [{"kind": "SLOT", "ways": []}]});
                (input, "noticePreferences { version }")
            }
            ("connectSlack", _) => (json!({"botToken": "xoxb-1-a"}), "noticeWays { way isOpen }"),
            ("disconnectSlack", _) => (json!({}), "noticeWays { way isOpen }"),
            ("sendTestNotice", _) => (json!({"way": "EMAIL"}), "viewer { roles }"),
            ("markNoticesSeen", _) => (json!({"lastNoticeId": self.notice}), "viewer { roles }"),
            ("addCadencePolicy", what) => {
                let scope = what.to_uppercase();
                let mut input =
                    json!({"scope": scope, "cadence": cadence(), "reason": "a test", "from": far});
                match what {
                    "pair" => input["pairId"] = json!(real(&self.pair)),
                    "department" => input["departmentId"] = json!(real(&self.department)),
                    _ => {}
                }
                (input, "cadencePolicy { id }")
            }
            ("endCadencePolicy", what) => {
                let policy = match (what, fresh) {
                    ("pair", true) => self.new_policy(caller, "PAIR").await,
                    ("pair", false) => real(&self.pair_policy),
                    (_, true) => self.new_policy(caller, "ORGANIZATION").await,
                    (_, false) => real(&self.policy),
                };
                (json!({"policyId": policy, "version": 1, "lastDay": far}), "cadencePolicy { id }")
            }
            ("requestPair", _) => {
                let input = json!({
                    "kind": "PEER", "organizerId": real(&self.organizer),
                    "partnerId": real(&self.partner), "startsOn": far,
                });
                (input, "pairRequest { id }")
            }
            ("answerPairRequest", _) => {
                (json!({"requestId": real(&self.request), "accept": true}), "pairRequest { id }")
            }
            ("previewImport", _) => (json!({"uploadId": real(&self.upload)}), "orgImport { id }"),
            ("applyImport", _) => {
                let (id, hash) = if fresh {
                    world.settle(caller).await;
                    let row = format!("number,name\nZ{who:?},Zed Last\n");
                    preview(caller, &caller.upload("z.csv", row).await).await
                } else {
                    (real(&self.import.0), self.import.1.clone())
                };
                (json!({"importId": id, "planHash": hash}), "orgImport { id }")
            }
            ("previewPlan", _) => {
                (json!({"from": monday_after(self.day), "weeks": 2}), "plan { id }")
            }
            ("applyPlan", _) => {
                let (id, hash) = if fresh {
                    world.settle(caller).await;
                    plan(caller, monday_after(self.day)).await
                } else {
                    (real(&self.plan), "0".repeat(64))
                };
                (json!({"planId": id, "hash": hash}), "plan { id }")
            }
            ("reserveWindow", _) => {
                let window = json!({"weekday": 5, "from": "16:00", "to": "17:00"});
                (json!({"name": format!("{who:?}"), "window": window}), "reservedWindow { id }")
            }
            ("releaseWindow", _) => {
                let window = if fresh {
                    let window = json!({"weekday": 4, "from": "16:00", "to": "17:00"});
                    let input = json!({"name": "to give back", "window": window});
                    let made = caller.mutate("reserveWindow", input, "reservedWindow { id }").await;
                    text(&made.done()["reservedWindow"]["id"])
                } else {
                    real(&self.window)
                };
                (json!({"reservedWindowId": window}), "releasedId")
            }
            ("setHoliday", _) => (json!({"day": far, "name": "創立記念日"}), "organization { id }"),
            ("setRole", _) => {
                let input =
                    json!({"personId": real(&self.person), "role": "EXECUTIVE", "held": true});
                (input, "person { id }")
            }
            ("setRetention", _) => {
                let query = "{ organization { retention { version } } }";
                let version = match fresh {
                    true => {
                        caller.query(query).await["organization"]["retention"]["version"].clone()
                    }
                    false => json!(0),
                };
                (json!({"contentMonths": 120, "version": version}), "retention { version }")
            }
            ("erasePerson", _) => (json!({"personId": real(&self.former)}), "person { id }"),
            (other, _) => panic!("no request for {other}"),
        };
        caller.mutate(name, input, selection).await
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
