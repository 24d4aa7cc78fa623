//! The roots: one part per area, merged once.

use async_graphql::MergedObject;

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    crate::node::NodeQuery,
    crate::organization::OrganizationQuery,
    crate::organization::import::ImportQuery,
    crate::cadence::CadenceQuery,
    crate::planning::PlanQuery,
    crate::insight::InsightQuery,
    crate::meeting::library::LibraryQuery,
    crate::meeting::safety::SafetyQuery,
    crate::platform::PlatformQuery,
);

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    crate::organization::import_mutation::ImportMutation,
    crate::organization::holiday::HolidayMutation,
    crate::pair::PairMutation,
    crate::cadence::CadenceMutation,
    crate::cadence::reserved::ReservedMutation,
    crate::planning::PlanMutation,
    crate::meeting::outcome::OutcomeMutation,
    crate::calendar::built_in::BuiltInMutation,
    crate::calendar::account::AccountMutation,
    crate::calendar::policy::PolicyMutation,
    crate::calendar::reschedule::RescheduleMutation,
    crate::notice::NoticeMutation,
    crate::notice::delivery::DeliveryMutation,
    crate::notice::preferences::PreferencesMutation,
    crate::notice::slack::SlackMutation,
    crate::minutes::MinutesMutation,
    crate::minutes::TemplateMutation,
    crate::minutes::TicketMutation,
    crate::meeting::MeetingMutation,
    crate::platform::PlatformMutation,
    crate::privacy::PrivacyMutation,
);
