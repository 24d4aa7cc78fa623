//! What each mutation tells the people whom it concerns.

/// Kinds of changes as the database names them.
const AGENDA: &str = "agenda";
const ACTIONS: &str = "actions";
const MINUTES: &str = "minutes";
const MEETINGS: &str = "meetings";
const SLOTS: &str = "slots";
const NOTICES: &str = "notices";
const NOTES: &str = "notes";
pub(crate) const OWN_NOTES: &str = "own_notes";
const SAFETY: &str = "safety";

/// What a mutation tells.
pub(crate) struct Tells {
    /// The mutation.
    pub(crate) mutation: &'static str,
    /// The kinds that are always told.
    pub(crate) kinds: &'static [&'static str],
    /// Kinds that work which follows may tell as well: plans and calendars change.
    pub(crate) later: &'static [&'static str],
}

const fn tells(mutation: &'static str, kinds: &'static [&'static str]) -> Tells {
    Tells { mutation, kinds, later: &[] }
}

/// Meetings may move after it.
const fn moves(mutation: &'static str, kinds: &'static [&'static str]) -> Tells {
    Tells { mutation, kinds, later: &[MEETINGS, SLOTS, NOTICES] }
}

/// Every mutation.
pub(crate) const TELLS: &[Tells] = &[
    tells("acknowledgeSafety", &[SAFETY]),
    tells("addAction", &[ACTIONS]),
    tells("addAgendaItem", &[AGENDA]),
    tells("addAgendaItemsFromLibrary", &[AGENDA]),
    tells("addAgendaTemplate", &[]),
    moves("addCadencePolicy", &[]),
    tells("addLearningNote", &[NOTES]),
    tells("addLibraryQuestion", &[]),
    tells("addPrivateNote", &[OWN_NOTES]),
    moves("answerPairRequest", &[]),
    moves("applyImport", &[]),
    moves("applyPlan", &[]),
    // Of the former pair of the stage there is nothing to carry.
    tells("carryOver", &[]),
    tells("commentAgendaItem", &[AGENDA]),
    tells("completeAction", &[ACTIONS]),
    tells("confirmMeeting", &[MEETINGS]),
    moves("connectCalDavCalendar", &[]),
    tells("connectSlack", &[]),
    // There are some: they stay as they are.
    tells("createMinutes", &[]),
    tells("createSocketTicket", &[]),
    tells("declareSafety", &[SAFETY]),
    moves("disconnectCalendar", &[]),
    tells("disconnectSlack", &[]),
    tells("discussAgendaItem", &[AGENDA]),
    tells("dropAction", &[ACTIONS]),
    moves("endCadencePolicy", &[]),
    // Who was erased reads nothing any more, and the other sees it with what they read next.
    moves("erasePerson", &[]),
    tells("giveFeedback", &[NOTES]),
    moves("importBusyTime", &[]),
    tells("markNoticesSeen", &[NOTICES]),
    tells("moveAgendaItem", &[AGENDA]),
    tells("objectToMeeting", &[MEETINGS]),
    tells("previewImport", &[]),
    tells("previewPlan", &[]),
    tells("proposeReschedule", &[]),
    tells("recordTalkBalance", &[OWN_NOTES]),
    moves("releaseWindow", &[]),
    tells("removeAgendaComment", &[AGENDA]),
    tells("removeNote", &[OWN_NOTES]),
    tells("reopenAction", &[ACTIONS]),
    tells("reopenAgendaItem", &[AGENDA]),
    tells("replyToFeedback", &[NOTES]),
    tells("reportMissed", &[MEETINGS]),
    tells("requestCalendarConsent", &[]),
    tells("requestPair", &[]),
    moves("rescheduleMeeting", &[MEETINGS, SLOTS]),
    moves("reserveWindow", &[]),
    Tells { mutation: "restoreMinutes", kinds: &[], later: &[MINUTES] },
    tells("retireAgendaTemplate", &[]),
    tells("retireLibraryQuestion", &[]),
    tells("revokeMyTokens", &[]),
    tells("rotateCalendarFeed", &[]),
    tells("saveMinutesTemplate", &[]),
    tells("sendTestNotice", &[NOTICES]),
    moves("setDefenceConsent", &[]),
    moves("setGuardianPolicy", &[]),
    moves("setHoliday", &[]),
    tells("setNoticePreferences", &[]),
    tells("setRetention", &[]),
    tells("setRole", &[]),
    tells("setSafetyText", &[]),
    tells("shareAgendaItem", &[AGENDA]),
    moves("skipMeeting", &[MEETINGS, SLOTS, NOTICES]),
    tells("updateAction", &[ACTIONS]),
    tells("updateAgendaComment", &[AGENDA]),
    tells("updateAgendaItem", &[AGENDA]),
    tells("updateAgendaTemplate", &[]),
    tells("updateLearningNote", &[NOTES]),
    tells("updateLibraryQuestion", &[]),
    tells("updatePrivateNote", &[OWN_NOTES]),
    tells("withdrawAgendaItem", &[AGENDA]),
    Tells { mutation: "writeMinutes", kinds: &[MINUTES], later: &[] },
];
