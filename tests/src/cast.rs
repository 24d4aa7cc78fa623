//! A small company in which everybody stands in another relation to one pair, M1 and R1.

use serde_json::{Value, json};

use crate::{
    Caller, Org, World, answer,
    world::{monday_after, today},
};

/// The company. D1 manages M1 and M2; M1 manages R1 and R2; M2 manages C1.
pub const COMPANY: &str = "\
number,given name,family name,email,department,manager number,dotted managers,joined
E0,Eve,Top,e0@example.com,Board,,,2019-04-01
D1,Dana,Middle,d1@example.com,Sales,E0,,2019-04-01
M1,Max,Lead,m1@example.com,Sales/East,D1,,2019-04-01
M2,Mia,Lead,m2@example.com,Sales/West,D1,,2019-04-01
R1,Rio,Report,r1@example.com,Sales/East,M1,M2,2020-04-01
R2,Ren,Report,r2@example.com,Sales/East,M1,,2020-04-01
C1,Cora,Colleague,c1@example.com,Sales/West,M2,,2020-04-01
H1,Hana,People,h1@example.com,Staff,E0,,2019-04-01
X1,Xeno,Officer,x1@example.com,Board,E0,,2019-04-01
A1,Ann,Keys,a1@example.com,Staff,E0,,2019-04-01
";

/// How someone stands to the pair of M1 and R1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// M1.
    Organizer,
    /// R1.
    Partner,
    /// D1, the organizer's manager.
    Above,
    /// E0, that manager's manager.
    TwoAbove,
    /// H1.
    Hr,
    /// X1.
    Executive,
    /// A1.
    Administrator,
    /// C1, who reports to somebody else.
    Colleague,
    /// The administrator of another organization.
    Stranger,
    /// Without a token.
    Nobody,
}

/// Everybody.
pub const EVERYONE: [Who; 10] = [
    Who::Organizer,
    Who::Partner,
    Who::Above,
    Who::TwoAbove,
    Who::Hr,
    Who::Executive,
    Who::Administrator,
    Who::Colleague,
    Who::Stranger,
    Who::Nobody,
];

/// The company with its callers and three weeks of meetings.
pub struct Cast {
    /// The organization.
    pub org: Org,
    /// Another one, with the same company.
    pub other: Org,
    callers: Vec<(Who, Caller)>,
}

impl Cast {
    /// Makes both companies, their plans and everybody's tokens.
    pub async fn new(world: &World) -> Self {
        let org = world.company("acme", COMPANY).await;
        let other = world.company("other", COMPANY).await;
        let callers = EVERYONE
            .into_iter()
            .map(|who| {
                let caller = match who {
                    Who::Stranger => world.person(&other, "A1", Some("administrator")),
                    Who::Nobody => world.nobody(),
                    _ => world.person(&org, number(who), role(who)),
                };
                (who, caller)
            })
            .collect();
        let cast = Self { org, other, callers };
        for planner in [cast.of(Who::Hr), cast.of(Who::Stranger)] {
            world.settle(planner).await;
            let monday = monday_after(today(planner).await);
            world.plan(planner, monday, 3).await;
        }
        cast
    }

    /// One of them.
    pub fn of(&self, who: Who) -> &Caller {
        &self.callers.iter().find(|(it, _)| *it == who).expect("everyone is here").1
    }

    /// Everybody.
    pub fn callers(&self) -> impl Iterator<Item = (Who, &Caller)> {
        self.callers.iter().map(|(who, caller)| (*who, caller))
    }

    /// The pair of M1 and R1, as M1 sees it.
    pub async fn pair(&self) -> Value {
        pair_of(self.of(Who::Organizer), "R1").await
    }
}

/// The manager pair of a report with its next meetings, as a caller sees it.
pub async fn pair_of(caller: &Caller, report: &str) -> Value {
    let query = "query($number: String) { person(number: $number) { managerPair { id kind \
                 episodes { from until } nextMeetings(first: 20) { id status dueWeek \
                 slot { startsAt endsAt isProtected } } } } }";
    let data = caller.ask(query, json!({"number": report})).await.data();
    data["person"]["managerPair"].clone()
}

/// Their employee number.
pub fn number(who: Who) -> &'static str {
    match who {
        Who::Organizer => "M1",
        Who::Partner => "R1",
        Who::Above => "D1",
        Who::TwoAbove => "E0",
        Who::Hr => "H1",
        Who::Executive => "X1",
        Who::Administrator | Who::Stranger => "A1",
        Who::Colleague => "C1",
        Who::Nobody => "",
    }
}

fn role(who: Who) -> Option<&'static str> {
    match who {
        Who::Hr => Some("hr"),
        Who::Executive => Some("executive"),
        Who::Administrator | Who::Stranger => Some("administrator"),
        _ => None,
    }
}

/// Numbers of the two people of a pair that was asked for with both.
pub fn numbers(pair: &Value) -> [String; 2] {
    ["organizer", "partner"].map(|side| answer::text(&pair[side]["number"]))
}
