//! What is to stand in whose calendar for a meeting.

use taiwa_database::calendar::{AccountRow, BlockRow};
use taiwa_domain::{
    calendar::{
        AccountState, CalendarSystem, EventUid,
        guardian::{Block, Rearranged},
    },
    id::{MeetingId, OrganizationId, PersonId},
    organization::Person,
};

use crate::App;

/// The blocks of a meeting, the organizer's first, with nothing written yet. Two accounts of one
/// tenant share one event, organized by the organizer; otherwise each has a hold of its own, in the
/// built-in calendar where there is no account.
pub(super) fn blocks(
    app: &App,
    organization: OrganizationId,
    meeting: MeetingId,
    people: [&Person; 2],
    accounts: [Option<&AccountRow>; 2],
) -> [BlockRow; 2] {
    let shared = match accounts {
        [Some(one), Some(other)] => {
            let tenant = |it: &AccountRow| (it.account.system, it.account.tenant.clone());
            one.account.tenant.is_some() && tenant(one) == tenant(other)
        }
        _ => false,
    };
    [0, 1].map(|side| {
        let account = accounts[side];
        let block = match (account, shared, side) {
            (None, ..) => Block::BuiltIn,
            (_, true, 0) => Block::Organized,
            (_, true, _) => Block::Invited,
            _ => Block::Hold,
        };
        // Copies of one event have one name.
        let owner = if block == Block::Invited { people[0].id } else { people[side].id };
        BlockRow {
            meeting,
            person: people[side].id,
            account: account.map(|it| it.id),
            block,
            uid: match block {
                Block::BuiltIn => EventUid::built_in(meeting, owner),
                _ => uid(app, organization, meeting, owner),
            },
            written: None,
            sequence: 0,
            zone: people[side].profile.zone,
            place: None,
        }
    })
}

/// The name of a meeting's event in a connected calendar: the same whenever it is made, so that
/// writing twice makes one event. Without a key ring no account can be opened, and none is written.
fn uid(app: &App, organization: OrganizationId, meeting: MeetingId, owner: PersonId) -> EventUid {
    let place: [&[u8]; 3] = [b"event", meeting.0.as_bytes(), owner.0.as_bytes()];
    match &app.vault {
        Some(vault) => EventUid(vault.name(organization, &place)),
        None => EventUid::built_in(meeting, owner),
    }
}

/// Why what stands must be made anew, if it must: it was arranged for other accounts.
pub(super) fn rearranged(
    recorded: &[BlockRow],
    wanted: &[BlockRow; 2],
    accounts: &[AccountRow],
) -> Option<Rearranged> {
    if !recorded.iter().any(|block| block.written.is_some()) {
        return None;
    }
    let system = |block: &BlockRow| -> Option<CalendarSystem> {
        let id = block.account?;
        accounts.iter().find(|it| it.id == id).map(|it| it.account.system)
    };
    wanted
        .iter()
        .filter_map(|wanted| {
            let old = recorded.iter().find(|it| it.person == wanted.person);
            let Some(old) = old else { return Some(Rearranged::Manager) };
            if (old.account, old.block) == (wanted.account, wanted.block) {
                return None;
            }
            let same = old.account.is_some() && system(old) == system(wanted);
            Some(if same { Rearranged::Account } else { Rearranged::Provider })
        })
        .min()
}

/// Whether invitations can be declined in an account.
pub(super) fn declines(account: &AccountRow) -> bool {
    match account.account.system {
        CalendarSystem::Google => true,
        CalendarSystem::Caldav => account.account.tenant.is_some(),
    }
}

/// The account in which a person's meetings are to stand.
pub(super) fn in_use(accounts: &[AccountRow], person: PersonId) -> Option<&AccountRow> {
    accounts.iter().find(|it| it.person == person && it.state.in_use())
}

/// Whether an account answers, as far as is known.
pub(super) fn answers(account: &AccountRow) -> bool {
    account.state == AccountState::Connected
}
