//! Whoever holds every published cell and adds and subtracts them as they like finds nothing about
//! fewer than five pairs or a single manager.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use taiwa_domain::{
    id::{DepartmentId, PairId, PersonId},
    insight::{
        Counted, Scope, Tree, Unit,
        publish::{Atom, MANAGERS, PAIRS, STEADY, cells, month, quarter, week},
    },
};
use uuid::Uuid;

fn monday(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 29).unwrap() + Days::new(7 * n as u64)
}

fn department(n: usize) -> DepartmentId {
    DepartmentId(Uuid::from_u128(n as u128 + 1))
}

/// Small numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

/// A quarter of a small company: two months of a few weeks, people who move, pairs that come and
/// go, trees that change.
struct Company {
    trees: Vec<Tree>,
    months: Vec<Vec<NaiveDate>>,
    counted: Vec<Counted>,
}

fn company(seed: u64) -> Company {
    let mut dice = Dice(seed);
    let (departments, pairs) = (2 + dice.below(6), 6 + dice.below(30));
    let lengths = [1 + dice.below(3), 1 + dice.below(3)];
    let tree = |dice: &mut Dice| {
        let parent = |n: usize, dice: &mut Dice| match dice.below(n + 1) {
            0 => None,
            above => Some(department(above - 1)),
        };
        let all: Vec<_> = (0..departments).map(|n| (department(n), parent(n, dice))).collect();
        Tree::new(&all)
    };
    let first = tree(&mut dice);
    // Usually the tree stays.
    let second = if dice.below(3) == 0 { tree(&mut dice) } else { first.clone() };
    let weeks: Vec<NaiveDate> = (0..lengths[0] + lengths[1]).map(monday).collect();
    let months = vec![weeks[..lengths[0]].to_vec(), weeks[lengths[0]..].to_vec()];
    let (every, moves) = (1 + dice.below(3), dice.below(8));
    let mut counted = Vec::new();
    for pair in 0..pairs {
        let manager = dice.below(1 + pairs / 3);
        // Managers' reports sit mostly together.
        let mut unit: Unit = Some(department((manager + dice.below(2)) % departments));
        for week in &weeks {
            if dice.below(12) < moves {
                unit = if dice.below(9) == 0 {
                    None
                } else {
                    Some(department(dice.below(departments)))
                };
            }
            if dice.below(every) == 0 {
                counted.push(Counted {
                    unit,
                    pair: PairId(Uuid::from_u128(pair as u128)),
                    manager: PersonId(Uuid::from_u128(1_000 + manager as u128)),
                    week: *week,
                });
            }
        }
    }
    Company { trees: vec![first, second], months, counted }
}

type Weeks = BTreeMap<NaiveDate, Vec<Atom>>;
type Month = dyn Fn(&Tree, &Weeks, &[Counted]) -> Option<Vec<Atom>>;

/// The published cells, each as the contributions that it sums.
fn published(company: &Company, month: &Month) -> Vec<(Scope, BTreeSet<usize>)> {
    let mut found = Vec::new();
    let mut publish = |tree: &Tree, atoms: &[Atom], weeks: &BTreeSet<NaiveDate>| {
        for (scope, units) in cells(tree, atoms) {
            let within = |it: &Counted| weeks.contains(&it.week) && units.contains(&it.unit);
            let counted = company.counted.iter().enumerate().filter(|(_, it)| within(it));
            found.push((scope, counted.map(|(n, _)| n).collect()));
        }
    };
    let of = |weeks: &BTreeSet<NaiveDate>| -> Vec<Counted> {
        company.counted.iter().filter(|it| weeks.contains(&it.week)).copied().collect()
    };
    let (mut parts, mut all) = (Vec::new(), BTreeSet::new());
    for (tree, weeks) in company.trees.iter().zip(&company.months) {
        let mut atoms: Weeks = BTreeMap::new();
        for it in weeks {
            let only = BTreeSet::from([*it]);
            let before = (1..=STEADY).map(|n| *it - Days::new(7 * n)).collect();
            if let Some(found) = week(tree, &of(&only), &of(&before)) {
                publish(tree, &found, &only);
                atoms.insert(*it, found);
            }
        }
        let counts: BTreeSet<NaiveDate> = match atoms.is_empty() {
            true => weeks.iter().copied().collect(),
            false => atoms.keys().copied().collect(),
        };
        if let Some(found) = month(tree, &atoms, &of(&counts)) {
            publish(tree, &found, &counts);
            parts.push(found);
            all.extend(counts);
        }
    }
    if let Some(found) = quarter(&parts) {
        publish(&company.trees[1], &found, &all);
    }
    found
}

/// Numbers modulo a prime: what is no combination over them is none over fractions, and the other
/// way round except by a chance of one in 2^61.
const PRIME: u128 = (1 << 61) - 1;

fn inverse(of: u128) -> u128 {
    let (mut base, mut left, mut out) = (of, PRIME - 2, 1);
    while left > 0 {
        if left & 1 == 1 {
            out = out * base % PRIME;
        }
        base = base * base % PRIME;
        left >>= 1;
    }
    out
}

/// Rows in echelon form, each with the place of its first entry.
#[derive(Default)]
struct Span(Vec<(usize, Vec<u128>)>);

impl Span {
    /// What is left of a vector once every row was taken from it.
    fn rest(&self, mut vector: Vec<u128>) -> Vec<u128> {
        for (lead, row) in &self.0 {
            let factor = vector[*lead];
            if factor != 0 {
                for (value, entry) in vector.iter_mut().zip(row) {
                    *value = (*value + (PRIME - factor) * entry) % PRIME;
                }
            }
        }
        vector
    }

    fn add(&mut self, vector: Vec<u128>) {
        let rest = self.rest(vector);
        if let Some(lead) = rest.iter().position(|value| *value != 0) {
            let scale = inverse(rest[lead]);
            self.0.push((lead, rest.iter().map(|value| value * scale % PRIME).collect()));
            self.0.sort_by_key(|(lead, _)| *lead);
        }
    }

    fn contains(&self, vector: Vec<u128>) -> bool {
        self.rest(vector).iter().all(|value| *value == 0)
    }
}

/// A set of contributions that is not enough, whose sum is a combination of the cells, if there is
/// one. Everything is tried: contributions that are in the same cells cannot be told apart, and
/// of what can be told apart every set that is not enough is held against all combinations.
fn attack(company: &Company, cells: &[BTreeSet<usize>]) -> Option<BTreeSet<usize>> {
    let mut alike: BTreeMap<Vec<bool>, BTreeSet<usize>> = BTreeMap::new();
    for n in 0..company.counted.len() {
        let signature: Vec<bool> = cells.iter().map(|cell| cell.contains(&n)).collect();
        if signature.contains(&true) {
            alike.entry(signature).or_default().insert(n);
        }
    }
    let classes: Vec<(&Vec<bool>, &BTreeSet<usize>)> = alike.iter().collect();
    let mut span = Span::default();
    for cell in 0..cells.len() {
        span.add(classes.iter().map(|(signature, _)| signature[cell].into()).collect());
    }
    let enough = |set: &BTreeSet<usize>| {
        let of = set.iter().map(|n| &company.counted[*n]);
        let pairs: BTreeSet<PairId> = of.clone().map(|it| it.pair).collect();
        let managers: BTreeSet<PersonId> = of.map(|it| it.manager).collect();
        pairs.len() >= PAIRS && managers.len() >= MANAGERS
    };
    // Sets grow class by class, until they are enough.
    let mut open = vec![(0, Vec::new(), BTreeSet::new())];
    while let Some((next, chosen, set)) = open.pop() {
        for place in next..classes.len() {
            let larger: BTreeSet<usize> = &set | classes[place].1;
            if enough(&larger) {
                continue;
            }
            let mut with: Vec<usize> = chosen.clone();
            with.push(place);
            let vector = (0..classes.len()).map(|n| with.contains(&n).into()).collect();
            if span.contains(vector) {
                return Some(larger);
            }
            open.push((place + 1, with, larger));
        }
    }
    None
}

fn sets(cells: Vec<(Scope, BTreeSet<usize>)>) -> Vec<BTreeSet<usize>> {
    cells.into_iter().map(|(_, cell)| cell).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn no_combination_of_published_cells_isolates_too_few(seed: u64) {
        let company = company(seed);
        let cells = sets(published(&company, &month));
        let found = attack(&company, &cells);
        prop_assert!(found.is_none(), "{:?} comes out of {:?}", found, cells);
    }
}

/// The attacker is able: rules that look right are broken.
#[test]
fn the_attacker_finds_what_lesser_rules_let_out() {
    // Every department in every week and month by itself.
    let all = |company: &Company| -> Vec<BTreeSet<usize>> {
        let mut cells = BTreeMap::<_, BTreeSet<usize>>::new();
        for (n, it) in company.counted.iter().enumerate() {
            cells.entry((it.unit, it.week)).or_default().insert(n);
        }
        cells.into_values().collect()
    };
    let naive = |seed: &u64| attack(&company(*seed), &all(&company(*seed))).is_some();
    assert!((0..100).filter(naive).count() > 90);
    // Months that are divided without a look at their weeks.
    let careless =
        |tree: &Tree, _: &Weeks, counted: &[Counted]| month(tree, &Weeks::new(), counted);
    let broken = |seed: &u64| {
        let company = company(*seed);
        attack(&company, &sets(published(&company, &careless))).is_some()
    };
    assert!((0..400).filter(broken).count() > 3);
}

/// The rule says something: departments stand by themselves, months are divided finer than their
/// weeks, and others are put together.
#[test]
fn departments_and_other_teams_are_published() {
    let seeds = 0..200;
    let (mut whole, mut departments, mut others) = (0, 0, 0);
    for seed in seeds {
        for (scope, _) in published(&company(seed), &month) {
            match scope {
                Scope::Whole => whole += 1,
                Scope::Department(_) => departments += 1,
                Scope::Others(_) => others += 1,
            }
        }
    }
    assert!(whole > 300 && departments > 100 && others > 50, "{whole} {departments} {others}");
}

/// Two departments of four pairs a week each: a week shows them together, a month apart.
#[test]
fn a_month_shows_what_its_weeks_are_too_small_for() {
    let tree = Tree::new(&[(department(0), None), (department(1), None)]);
    let weeks: Vec<NaiveDate> = (0..2).map(monday).collect();
    let mut counted = Vec::new();
    for (n, week) in weeks.iter().enumerate() {
        for unit in 0..2 {
            for pair in 0..4 {
                let pair = n * 100 + unit * 10 + pair;
                counted.push(Counted {
                    unit: Some(department(unit)),
                    pair: PairId(Uuid::from_u128(pair as u128)),
                    manager: PersonId(Uuid::from_u128((unit * 10 + pair % 2) as u128)),
                    week: *week,
                });
            }
        }
    }
    let of = |it: NaiveDate| counted.iter().filter(|c| c.week == it).copied().collect::<Vec<_>>();
    let atoms: Weeks = weeks.iter().map(|it| (*it, week(&tree, &of(*it), &[]).unwrap())).collect();
    assert!(atoms.values().all(|atoms| atoms.len() == 1), "{atoms:?}");
    let parts = month(&tree, &atoms, &counted).unwrap();
    assert_eq!(parts.len(), 2, "{parts:?}");
}

/// Contributions of pairs under two managers of a department, in a week.
fn pairs_of(unit: usize, week: NaiveDate, pairs: std::ops::Range<usize>) -> Vec<Counted> {
    let counted = |pair: usize| Counted {
        unit: Some(department(unit)),
        pair: PairId(Uuid::from_u128((unit * 100 + pair) as u128)),
        manager: PersonId(Uuid::from_u128((unit * 10 + pair % 2) as u128)),
        week,
    };
    pairs.map(counted).collect()
}

/// A department with seven of its pairs in every other week and three between, beside a large one:
/// no week shows it by itself, and so its month does.
#[test]
fn a_department_that_comes_and_goes_stands_in_its_month() {
    let tree = Tree::new(&[(department(0), None), (department(1), None), (department(2), None)]);
    let of = |n: usize| {
        let small = if n.is_multiple_of(2) { 0..7 } else { 7..10 };
        let large = [1, 2].map(|unit| pairs_of(unit, monday(n), 0..9));
        [pairs_of(0, monday(n), small), large.concat()].concat()
    };
    let months = |steady: bool| {
        let of_week = |n: usize| {
            let before = if steady && n > 0 { of(n - 1) } else { Vec::new() };
            week(&tree, &of(n), &before).unwrap()
        };
        let atoms: Weeks = (1..5).map(|n| (monday(n), of_week(n))).collect();
        month(&tree, &atoms, &(1..5).flat_map(of).collect::<Vec<_>>()).unwrap()
    };
    let alone = Atom::from([Some(department(0))]);
    assert!(months(true).contains(&alone), "{:?}", months(true));
    assert!(!months(false).contains(&alone), "what this is for");
}

/// What has no past is shown at once: a new department, and one after a reorganization.
#[test]
fn what_is_new_waits_for_nothing() {
    let tree = Tree::new(&[(department(0), None), (department(1), None)]);
    let now = [pairs_of(0, monday(1), 0..6), pairs_of(1, monday(1), 0..6)].concat();
    let before = pairs_of(0, monday(0), 0..6);
    assert_eq!(week(&tree, &now, &before).map(|atoms| atoms.len()), Some(2));
}
