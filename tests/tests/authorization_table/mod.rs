//! The rows: operations and whom they are granted to.

mod stage;
pub(crate) mod tells;

use Who::{Above, Administrator, Colleague, Executive, Hr, Organizer, Partner, Stranger, TwoAbove};
pub(crate) use stage::Stage;
use taiwa_tests::cast::Who;

/// An operation and whom it is granted to.
pub(crate) struct Case {
    /// `Query.people`.
    pub(crate) field: &'static str,
    /// Which use of it.
    pub(crate) what: &'static str,
    /// Whether it is done to something that has an id: then a stranger is refused too, and nobody
    /// who is refused learns whether it exists.
    pub(crate) names_a_thing: bool,
    allowed: &'static [Who],
}

impl Case {
    /// Whether the table grants it.
    pub(crate) fn allows(&self, who: Who) -> bool {
        self.allowed.contains(&who)
    }
}

const ALL: &[Who] = &[
    Organizer,
    Partner,
    Above,
    TwoAbove,
    Hr,
    Executive,
    Administrator,
    Colleague,
    Stranger,
    Who::Nobody,
];
const TOKEN: &[Who] =
    &[Organizer, Partner, Above, TwoAbove, Hr, Executive, Administrator, Colleague, Stranger];
const TENANT: &[Who] =
    &[Organizer, Partner, Above, TwoAbove, Hr, Executive, Administrator, Colleague];
const STATUS: &[Who] = &[Organizer, Partner, Above];
const THE_TWO: &[Who] = &[Organizer, Partner];
/// The stranger is an administrator too: of what is theirs.
const OFFICE: &[Who] = &[Hr, Administrator, Stranger];
const OFFICE_HERE: &[Who] = &[Hr, Administrator];
const KEYS: &[Who] = &[Administrator, Stranger];
const KEYS_HERE: &[Who] = &[Administrator];

const fn on(field: &'static str, what: &'static str, allowed: &'static [Who]) -> Case {
    Case { field, what, names_a_thing: false, allowed }
}

const fn to(field: &'static str, what: &'static str, allowed: &'static [Who]) -> Case {
    Case { field, what, names_a_thing: true, allowed }
}

/// The table.
pub(crate) const CASES: &[Case] = &[
    on("Query.health", "", ALL),
    on("Query.viewer", "", TOKEN),
    on("Query.organization", "", TOKEN),
    on("Query.people", "", TOKEN),
    on("Query.people", "of a day to come", OFFICE),
    on("Query.departments", "", TOKEN),
    on("Query.departments", "of a day to come", OFFICE),
    to("Query.person", "", TENANT),
    to("Query.person", "of a day to come", OFFICE_HERE),
    to("Query.node", "person", TENANT),
    to("Query.node", "department", TENANT),
    to("Query.node", "organization", TENANT),
    to("Query.node", "window", TENANT),
    to("Query.node", "pair", STATUS),
    to("Query.node", "meeting", STATUS),
    to("Query.node", "minutes", THE_TWO),
    to("Query.node", "agenda item", THE_TWO),
    to("Query.node", "action", THE_TWO),
    to("Query.node", "plan", OFFICE_HERE),
    to("Query.node", "import", OFFICE_HERE),
    to("Query.nodes", "pair", STATUS),
    to("Query.nodes", "plan", OFFICE_HERE),
    on("Query.safetyText", "", TOKEN),
    on("Query.libraryQuestions", "", TOKEN),
    on("Query.agendaTemplates", "", TOKEN),
    on("Query.cadencePolicies", "", OFFICE),
    on("Query.imports", "", OFFICE),
    on("Query.jobs", "", OFFICE),
    on("Query.plans", "", OFFICE),
    on("Query.insight", "", TOKEN),
    on("Subscription.changes", "", TOKEN),
    to("Subscription.changes", "pair", THE_TWO),
    to("Mutation.proposeReschedule", "", THE_TWO),
    to("Mutation.rescheduleMeeting", "", THE_TWO),
    to("Mutation.confirmMeeting", "", THE_TWO),
    to("Mutation.objectToMeeting", "", THE_TWO),
    to("Mutation.reportMissed", "", THE_TWO),
    to("Mutation.skipMeeting", "", THE_TWO),
    to("Mutation.createMinutes", "", THE_TWO),
    to("Mutation.writeMinutes", "", THE_TWO),
    to("Mutation.restoreMinutes", "", THE_TWO),
    on("Mutation.saveMinutesTemplate", "", OFFICE),
    on("Mutation.createSocketTicket", "", TOKEN),
    to("Mutation.addAgendaItem", "", THE_TWO),
    to("Mutation.updateAgendaItem", "", THE_TWO),
    to("Mutation.moveAgendaItem", "", THE_TWO),
    to("Mutation.shareAgendaItem", "", THE_TWO),
    to("Mutation.withdrawAgendaItem", "", THE_TWO),
    to("Mutation.commentAgendaItem", "", THE_TWO),
    to("Mutation.updateAgendaComment", "", THE_TWO),
    to("Mutation.removeAgendaComment", "", THE_TWO),
    to("Mutation.discussAgendaItem", "", THE_TWO),
    to("Mutation.reopenAgendaItem", "", THE_TWO),
    to("Mutation.addAction", "", THE_TWO),
    to("Mutation.updateAction", "", THE_TWO),
    to("Mutation.completeAction", "", THE_TWO),
    to("Mutation.reopenAction", "", THE_TWO),
    to("Mutation.dropAction", "", THE_TWO),
    to("Mutation.carryOver", "", &[Partner]),
    to("Mutation.addAgendaItemsFromLibrary", "", THE_TWO),
    on("Mutation.addLibraryQuestion", "", &[Hr]),
    to("Mutation.updateLibraryQuestion", "", &[Hr]),
    to("Mutation.retireLibraryQuestion", "", &[Hr]),
    on("Mutation.addAgendaTemplate", "", &[Hr]),
    to("Mutation.updateAgendaTemplate", "", &[Hr]),
    to("Mutation.retireAgendaTemplate", "", &[Hr]),
    on("Mutation.addPrivateNote", "", TOKEN),
    to("Mutation.addPrivateNote", "pair", THE_TWO),
    to("Mutation.updatePrivateNote", "", &[Organizer]),
    to("Mutation.removeNote", "", &[Organizer]),
    to("Mutation.recordTalkBalance", "", THE_TWO),
    to("Mutation.giveFeedback", "", THE_TWO),
    to("Mutation.replyToFeedback", "", THE_TWO),
    to("Mutation.addLearningNote", "", THE_TWO),
    to("Mutation.updateLearningNote", "", THE_TWO),
    on("Mutation.setSafetyText", "", &[Hr]),
    to("Mutation.declareSafety", "", &[Organizer]),
    to("Mutation.acknowledgeSafety", "", &[Partner]),
    on("Mutation.setGuardianPolicy", "", OFFICE),
    on("Mutation.setDefenceConsent", "", TOKEN),
    on("Mutation.requestCalendarConsent", "", TOKEN),
    on("Mutation.connectCalDavCalendar", "", TOKEN),
    on("Mutation.disconnectCalendar", "", TOKEN),
    on("Mutation.markNoticesSeen", "", TOKEN),
    on("Mutation.setNoticePreferences", "", TOKEN),
    on("Mutation.sendTestNotice", "", KEYS),
    on("Mutation.connectSlack", "", KEYS),
    on("Mutation.disconnectSlack", "", KEYS),
    on("Mutation.addCadencePolicy", "organization", OFFICE),
    to("Mutation.addCadencePolicy", "department", OFFICE_HERE),
    to("Mutation.addCadencePolicy", "pair", &[Organizer, Partner, Hr]),
    to("Mutation.endCadencePolicy", "organization", OFFICE_HERE),
    to("Mutation.endCadencePolicy", "pair", &[Organizer, Partner, Hr]),
    to("Mutation.requestPair", "", THE_TWO),
    to("Mutation.answerPairRequest", "", THE_TWO),
    to("Mutation.previewImport", "", KEYS_HERE),
    to("Mutation.applyImport", "", OFFICE_HERE),
    on("Mutation.previewPlan", "", OFFICE),
    to("Mutation.applyPlan", "", OFFICE_HERE),
    on("Mutation.reserveWindow", "organization", OFFICE),
    to("Mutation.releaseWindow", "", OFFICE_HERE),
    on("Mutation.setHoliday", "", KEYS),
    to("Mutation.setRole", "", KEYS_HERE),
    on("Mutation.setRetention", "", KEYS),
    to("Mutation.erasePerson", "", KEYS_HERE),
    on("Mutation.importBusyTime", "", TOKEN),
    on("Mutation.rotateCalendarFeed", "", TOKEN),
    on("Mutation.revokeMyTokens", "", TOKEN),
];

/// Whom a type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Roots and payloads: judged operation by operation.
    Root,
    /// Everyone in the organization.
    Open,
    /// Those who may see a pair's status.
    Status,
    /// A pair's two people alone.
    Two,
    /// HR and administrators.
    Office,
    /// The caller alone.
    Own,
    /// Whoever may read published figures of a department: the operations choose the cells.
    Released,
}

/// The class of a type; `None` for one that nobody has thought about.
pub(crate) fn class(name: &str) -> Option<Class> {
    let name = name.strip_suffix("Connection").or(name.strip_suffix("Edge")).unwrap_or(name);
    Some(match name {
        "Query" | "Mutation" | "Subscription" | "Node" | "UserError" => Class::Root,
        name if name.ends_with("Payload") => Class::Root,
        // A span says when, and nothing of whose or what: what it hangs on does.
        "AgendaTemplate" | "CalendarSpan" | "ChainLink" | "Department" | "GuardianPolicy"
        | "Health" | "Holiday" | "LibraryQuestion" | "MeetingPlace" | "MinutesTemplate"
        | "NoticeWayStatus" | "Organization" | "PageInfo" | "Person" | "PersonName" | "Post"
        | "ReservedWindow" | "RetentionPolicy" | "SafetyText" | "WeeklyWindow" => Class::Open,
        "CostItem" | "EffectiveCadence" | "Episode" | "Meeting" | "MeetingOutcome" | "Pair"
        | "Placement" | "RefusedSeries" | "RefusedStart" | "RefusedStarts" | "Slot" => {
            Class::Status
        }
        name if name.starts_with("Insight") => Class::Released,
        "ActionItem" | "AgendaComment" | "AgendaItem" | "AgendaSuggestion" | "Feedback"
        | "LearningNote" | "Minutes" | "MinutesContributor" | "MinutesVersion" | "OfferTerm"
        | "RescheduleOffer" | "SafetyStanding" | "SlotEvent" => Class::Two,
        "Cadence"
        | "CadencePolicy"
        | "CalendarAccountCount"
        | "ChangedField"
        | "ImportCounts"
        | "ImportDefect"
        | "Job"
        | "MassLeaveBrake"
        | "NoticeDeliveryCount"
        | "OrgImport"
        | "PersonChange"
        | "Plan"
        | "PlanDifference"
        | "PlannedOccurrence"
        | "RefusedCount"
        | "SkippedCount" => Class::Office,
        "Calendar" | "CalendarAccount" | "Change" | "DefenceConsent" | "Notice"
        | "NoticeChoice" | "NoticeDelivery" | "NoticePreferences" | "PairRequest"
        | "PrivateNote" | "QuietHours" | "RefusedAddress" | "SlotFinding" | "SocketTicket"
        | "StatusLook" | "TalkBalance" | "Viewer" => Class::Own,
        _ => return None,
    })
}

/// Fields that lead into a narrower class. The first two hide what the caller may not see; the
/// viewer's are about themselves; talking points, suggestions, actions and minutes are null for
/// everyone but the two; a pair shows the policy that governs it, and its reason, to those who may
/// see the pair; a meeting's history is empty for everyone but the two; accounts and deliveries are
/// counted for administrators; what changed for somebody is read with their rights of the moment.
pub(crate) const DOORS: [&str; 38] = [
    "ActionItem.meeting",
    "ActionItem.pair",
    "AgendaItem.discussedIn",
    "AgendaItem.pair",
    "Change.meeting",
    "Change.pair",
    "EffectiveCadence.cadence",
    "EffectiveCadence.overridden",
    "EffectiveCadence.policy",
    "Feedback.meeting",
    "Feedback.pair",
    "LearningNote.meeting",
    "LearningNote.pair",
    "Meeting.actions",
    "Meeting.agenda",
    "Meeting.sharedMinutes",
    "Meeting.slotEvents",
    "Meeting.suggestions",
    "Meeting.talkBalance",
    "Minutes.meeting",
    "Notice.action",
    "Notice.meeting",
    "Organization.calendarAccounts",
    "Organization.noticeDeliveries",
    "Pair.actions",
    "Pair.feedback",
    "Pair.learningNotes",
    "Pair.openItems",
    "Pair.safety",
    "Person.managerPair",
    "Person.pairs",
    "PrivateNote.meeting",
    "PrivateNote.pair",
    "StatusLook.pair",
    "TalkBalance.meeting",
    "Viewer.actions",
    "Viewer.meetings",
    "Viewer.pairs",
];
