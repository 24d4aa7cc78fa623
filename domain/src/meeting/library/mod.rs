//! Questions to put on an agenda, and templates of them by situation: some shipped with the
//! product in Japanese and English, others an organization's own.
//!
//! The shipped ones are data: `questions.tsv` and `templates.tsv`. To add one, add a row; its code
//! never changes or names another afterwards, because its id is made of it.

pub mod suggest;

use std::{collections::HashSet, sync::LazyLock};

use serde::{Deserialize, Serialize, de::IntoDeserializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::agenda::HopedResponse;
use crate::id::{AgendaTemplateId, LibraryQuestionId};

/// Most questions of an organization's own.
pub const MOST_QUESTIONS: u64 = 500;
/// Most templates of an organization's own.
pub const MOST_TEMPLATES: u64 = 100;
/// Most questions of a template, and most that are put on an agenda at once.
pub const MOST_OF_A_TEMPLATE: usize = 20;
/// Most characters of a question.
pub const LONGEST_QUESTION: usize = 500;
/// Most characters of a template's title.
pub const LONGEST_TITLE: usize = 100;

/// When a question is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// The first 1on1 of two people.
    FirstOneOnOne,
    /// Nothing special: the ordinary 1on1.
    Regular,
    /// Where somebody wants to go.
    Career,
    /// Something went wrong.
    AfterFailure,
    /// Something must be said that is hard to hear.
    HardFeedback,
    /// Somebody is tired or low.
    LowEnergy,
    /// Somebody is back from a leave.
    ReturnFromLeave,
    /// A goal is looked at.
    GoalCheck,
    /// There is too much to do.
    Workload,
    /// Something went well.
    Success,
    /// How people of a team get on.
    Team,
    /// Somebody has a new role.
    NewRole,
    /// Somebody has a new manager.
    ManagerChange,
}

/// Who would ask a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// The manager, or the mentor.
    Manager,
    /// The report, or the mentee.
    Report,
    /// Either.
    Either,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// A question to put on an agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryQuestion {
    /// Identity.
    pub id: LibraryQuestionId,
    /// When it is of use.
    pub situation: Situation,
    /// Who would ask it.
    pub asked_by: Asker,
    /// What its asker hopes for.
    pub hoped: HopedResponse,
    /// What it asks.
    pub text: Bilingual,
    /// Counts its changes; 0 = shipped with the product.
    pub version: i64,
}

/// Questions in an order that suits a situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaTemplate {
    /// Identity.
    pub id: AgendaTemplateId,
    /// When it is of use.
    pub situation: Situation,
    /// What it is called.
    pub title: Bilingual,
    /// Its questions in their order.
    pub questions: Vec<LibraryQuestionId>,
    /// Counts its changes; 0 = shipped with the product.
    pub version: i64,
}

impl LibraryQuestion {
    /// Whether somebody would ask it who is asking as `asker`.
    pub fn suits(&self, asker: Asker) -> bool {
        asker == Asker::Either || self.asked_by == Asker::Either || self.asked_by == asker
    }
}

/// The id of what is shipped under a code: the same everywhere and for ever.
fn id(kind: &str, code: &str) -> Uuid {
    let digest = Sha256::digest(format!("taiwa {kind} {code}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // RFC 9562: the version for ids that are made of something, in a way of one's own.
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn named<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        name.into_deserializer();
    T::deserialize(name).expect("a shipped table that its tests have read")
}

static QUESTIONS: LazyLock<Vec<LibraryQuestion>> = LazyLock::new(|| {
    let rows = include_str!("questions.tsv").lines().skip(1);
    rows.map(|row| {
        let [code, situation, asked_by, hoped, ja, en] =
            row.split('\t').collect::<Vec<_>>().try_into().expect("six columns");
        LibraryQuestion {
            id: id("question", code).into(),
            situation: named(situation),
            asked_by: named(asked_by),
            hoped: named(hoped),
            text: Bilingual { ja: ja.to_owned(), en: en.to_owned() },
            version: 0,
        }
    })
    .collect()
});

static TEMPLATES: LazyLock<Vec<AgendaTemplate>> = LazyLock::new(|| {
    let rows = include_str!("templates.tsv").lines().skip(1);
    rows.map(|row| {
        let [code, situation, ja, en, questions] =
            row.split('\t').collect::<Vec<_>>().try_into().expect("five columns");
        AgendaTemplate {
            id: id("template", code).into(),
            situation: named(situation),
            title: Bilingual { ja: ja.to_owned(), en: en.to_owned() },
            questions: questions.split(' ').map(|code| id("question", code).into()).collect(),
            version: 0,
        }
    })
    .collect()
});

/// The questions that are shipped, in their order.
pub fn questions() -> &'static [LibraryQuestion] {
    &QUESTIONS
}

/// The templates that are shipped, in their order.
pub fn templates() -> &'static [AgendaTemplate] {
    &TEMPLATES
}

/// What is wrong with an organization's own question or template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// A text is missing or too long.
    #[error("a text is missing or too long")]
    Text,
    /// A template has no questions, too many, one twice, or one that there is not.
    #[error("a template's questions are not what they should be")]
    Questions,
}

/// The text in both languages, where one of them stands for a missing other.
pub fn bilingual(
    ja: Option<String>,
    en: Option<String>,
    longest: usize,
) -> Result<Bilingual, LibraryError> {
    let given = |text: Option<String>| text.map(|it| it.trim().to_owned());
    let (ja, en) = (given(ja), given(en));
    let (ja, en) = (ja.clone().or(en.clone()), en.or(ja));
    let (Some(ja), Some(en)) = (ja, en) else { return Err(LibraryError::Text) };
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= longest;
    if fits(&ja) && fits(&en) { Ok(Bilingual { ja, en }) } else { Err(LibraryError::Text) }
}

/// Checks the questions of a template against those that there are.
pub fn check_questions(
    wanted: &[LibraryQuestionId],
    known: &HashSet<LibraryQuestionId>,
) -> Result<(), LibraryError> {
    let once: HashSet<_> = wanted.iter().collect();
    let fits = (1..=MOST_OF_A_TEMPLATE).contains(&wanted.len());
    if fits && once.len() == wanted.len() && wanted.iter().all(|it| known.contains(it)) {
        Ok(())
    } else {
        Err(LibraryError::Questions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITUATIONS: [Situation; 13] = [
        Situation::FirstOneOnOne,
        Situation::Regular,
        Situation::Career,
        Situation::AfterFailure,
        Situation::HardFeedback,
        Situation::LowEnergy,
        Situation::ReturnFromLeave,
        Situation::GoalCheck,
        Situation::Workload,
        Situation::Success,
        Situation::Team,
        Situation::NewRole,
        Situation::ManagerChange,
    ];

    #[test]
    fn what_is_shipped_is_whole_and_in_both_languages() {
        assert!(questions().len() >= 60);
        let ids: HashSet<_> = questions().iter().map(|it| it.id).collect();
        assert_eq!(ids.len(), questions().len(), "a code stands twice");
        let mut texts = HashSet::new();
        for it in questions() {
            assert!(texts.insert(&it.text.ja) && texts.insert(&it.text.en), "{it:?} stands twice");
            assert!(it.text.ja.chars().any(|sign| ('ぁ'..='ん').contains(&sign)), "{it:?}");
            assert!(it.text.en.is_ascii() && it.text.en.len() <= LONGEST_QUESTION, "{it:?}");
            assert!(it.text.ja.ends_with('。') && it.text.en.ends_with(['?', '.']), "{it:?}");
        }
        for situation in SITUATIONS {
            for asker in [Asker::Manager, Asker::Report] {
                let of = |it: &&LibraryQuestion| it.situation == situation && it.suits(asker);
                assert!(questions().iter().any(|it| of(&it)), "{situation:?} for {asker:?}");
            }
            assert!(templates().iter().any(|it| it.situation == situation), "{situation:?}");
        }
        for it in templates() {
            assert_eq!(check_questions(&it.questions, &ids), Ok(()), "{it:?}");
        }
    }

    /// Ids stand in clients and in templates: they must not change with the product.
    #[test]
    fn shipped_ids_stay() {
        assert_eq!(questions()[0].id, LibraryQuestionId(id("question", "first-expectations")));
        assert_eq!(questions()[0].id.0.get_version_num(), 8);
        assert_ne!(id("question", "ordinary"), id("template", "ordinary"));
    }

    #[test]
    fn one_language_stands_for_both() {
        let text = |it: &str| Some(it.to_owned());
        let both = Bilingual { ja: "問い".to_owned(), en: "問い".to_owned() };
        assert_eq!(bilingual(text(" 問い "), None, 9), Ok(both));
        for (ja, en) in
            [(None, None), (text(" "), None), (text("問い"), text("")), (text("0123456789"), None)]
        {
            assert_eq!(bilingual(ja, en, 9), Err(LibraryError::Text));
        }
    }

    #[test]
    fn a_template_names_each_of_its_questions_once() {
        let known: HashSet<_> = questions().iter().map(|it| it.id).collect();
        let one = questions()[0].id;
        let many: Vec<_> = questions().iter().take(21).map(|it| it.id).collect();
        for wrong in [vec![], vec![one, one], vec![LibraryQuestionId(Uuid::nil())], many] {
            assert_eq!(check_questions(&wrong, &known), Err(LibraryError::Questions));
        }
        assert_eq!(check_questions(&[one], &known), Ok(()));
    }
}
