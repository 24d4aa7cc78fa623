//! The requests that try the operations.

use chrono::Days;
use taiwa_tests::{
    Answer, Caller, Value, World,
    answer::text,
    cast::Who,
    json,
    live::{Events, cursor},
    world::monday_after,
};

use super::{
    super::{Case, Who::Organizer},
    Stage, add_comment, add_learning, add_note, add_question, add_template, cadence, feedback,
    give_feedback, plan, preview, question, template,
};

/// An operation that is about to be tried.
pub(crate) enum Request {
    Ask(&'static str, Value),
    Watch(&'static str, Value),
    Mutate(&'static str, Value, &'static str),
}

impl Request {
    /// Tries it.
    pub(crate) async fn send(self, caller: &Caller) -> Answer {
        match self {
            Self::Ask(query, variables) => caller.ask(query, variables).await,
            Self::Watch(query, variables) => Events::first(caller, query, variables).await,
            Self::Mutate(name, input, selection) => caller.mutate(name, input, selection).await,
        }
    }
}

impl Stage {
    /// Makes ready to try an operation. What an allowed caller uses up is made afresh for them.
    pub(crate) async fn request(
        &self,
        world: &World,
        case: &Case,
        who: Who,
        caller: &Caller,
        ghost: bool,
    ) -> Request {
        let real = |id: &String| if ghost { Self::ghost(id) } else { id.clone() };
        let fresh = case.allows(who);
        let (kind, name) = case.field.split_once('.').expect("a field");
        if kind == "Query" {
            return self.query(case, name, real);
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
            return Request::Watch(query, json!({"after": after, "pair": pair}));
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
                return Request::Ask(query, json!({}));
            }
            // The last of the cases: those callers are gone afterwards.
            ("revokeMyTokens", _) => {
                let query = "mutation { revokeMyTokens { revoked userErrors { code } } }";
                return Request::Ask(query, json!({}));
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
                return Request::Ask(query, json!({}));
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
                let id =
                    if fresh { add_comment(caller, &self.item).await } else { real(&self.comment) };
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
        Request::Mutate(name, input, selection)
    }
}
