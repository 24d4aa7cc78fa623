//! What may be published, so that nothing about fewer than [`PAIRS`] pairs or [`MANAGERS`] managers
//! comes out, by whatever adding and subtracting of published cells.
//!
//! What is counted of one pair in one week is a *contribution*. A published cell is a sum over a
//! set of contributions: those of some departments in some weeks. Whoever holds all cells can work
//! out exactly the sums that are linear combinations of them; a set is *isolated* if its sum is
//! one. The rule partitions contributions into *atoms* and publishes unions of atoms:
//!
//! 1. **A week** is closed first. [`week`] walks the department tree from the top. A department
//!    whose contributions are enough, and were in each of the [`STEADY`] weeks before in which it
//!    had any, goes on by itself; the rest is put together as the *other teams* of the department
//!    above, and takes in the smallest of its neighbours until the same holds for it. The result is
//!    a partition of the week's contributions into atoms, each enough. A week in which the whole
//!    organization is not enough is published nowhere.
//! 2. **A month** is the sum of its published weeks, and of nothing else; if none was published, of
//!    all its weeks. [`month`] joins what any of its weeks has put together: the *blocks* are the
//!    finest sets of departments that are unions of atoms in each of the weeks. A month publishes
//!    unions of blocks; and inside a block that is one atom in every week it may divide departments,
//!    if each part is enough and has a contribution *in each week in which the block has any*.
//! 3. **A quarter** is the sum of its published months, and publishes unions of what all of them
//!    have published ([`quarter`]).
//!
//! The weeks before protect nobody: they make the choice steady. What one week shows apart and the
//! next together, a month cannot divide any more. A department that is large enough every other
//! week only, as where people meet every two weeks, would be lost to its months as well.
//!
//! Contributions are frozen when their week is closed. Later changes are counted nowhere, so two
//! sums over the same contributions never differ.
//!
//! **Why nothing smaller comes out.** Quarters are sums of months: they add no combination. Weeks
//! and months have their contributions in common only within a block, so a combination is one
//! combination for each block, and an isolated set is the union of the sets isolated in each. Let
//! there be something of it in a block.
//!
//! - A block that its month does not divide: every cell is a union of its weeks' atoms, so a
//!   combination is constant on each atom, and the set is a union of atoms. Each is enough.
//! - A block that its month divides into parts *i*, and that is one atom in each week *w*. A
//!   combination has the value *a(w) + b(i)* on every contribution of part *i* in week *w*, and
//!   isolates a set only if this is 0 or 1 wherever there is a contribution. There is one for every
//!   *i* and *w*. If *a(v) ≠ a(w)* for two weeks, then one of *a(v) + b(i)* and *a(w) + b(i)* is 0
//!   and the other 1, the same way round for every *i*: all *b(i)* are equal, and the set is a union
//!   of weeks of the block, each an atom of a week. Otherwise all *a(w)* are equal, and the set is a
//!   union of parts. Each is enough.
//! - A month of which no week was published has parts alone, each enough.
//!
//! Nothing here depends on which partition into sets that are enough a week has chosen, nor on which
//! cells who sees: the rule holds against all of them together. It holds for exact sums; what someone
//! knows of their own pairs beforehand, no rule takes away.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::{DepartmentId, PairId, PersonId};

/// At least so many pairs.
pub const PAIRS: usize = 5;
/// Of at least so many managers.
pub const MANAGERS: usize = 2;

/// How many weeks before have a say in what a week puts together: with it, a month's.
pub const STEADY: u64 = 3;

/// Where a contribution belongs: a department without those below it; none if to no department.
pub type Unit = Option<DepartmentId>;

/// Units whose contributions are published together only.
pub type Atom = BTreeSet<Unit>;

/// A contribution: what is counted of a pair in the week of a Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Where the report was on the day.
    pub unit: Unit,
    /// Whose.
    pub pair: PairId,
    /// Its organizer.
    pub manager: PersonId,
    /// The week in which the meeting was due.
    pub week: NaiveDate,
}

/// The department tree of a span. The organization is the node above all: `None`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    below: BTreeMap<Unit, Vec<DepartmentId>>,
    known: BTreeSet<DepartmentId>,
}

impl Tree {
    /// From departments with what they are in.
    pub fn new(departments: &[(DepartmentId, Unit)]) -> Self {
        let all: BTreeSet<DepartmentId> = departments.iter().map(|(id, _)| *id).collect();
        let mut below: BTreeMap<Unit, Vec<DepartmentId>> = BTreeMap::new();
        for (id, parent) in departments {
            below.entry(parent.filter(|it| all.contains(it))).or_default().push(*id);
        }
        // What cannot be reached from the top counts as unknown.
        let (mut known, mut open) = (BTreeSet::new(), vec![None]);
        while let Some(node) = open.pop() {
            for child in below.get(&node).into_iter().flatten() {
                if known.insert(*child) {
                    open.push(Some(*child));
                }
            }
        }
        Self { below, known }
    }

    fn children(&self, node: Unit) -> &[DepartmentId] {
        self.below.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The node to which a unit's own contributions belong.
    fn node_of(&self, unit: Unit) -> Unit {
        unit.filter(|id| self.known.contains(id))
    }

    /// Which of some units lie in each node or below it; nodes without any are absent.
    fn spread(&self, units: &BTreeSet<Unit>) -> BTreeMap<Unit, Atom> {
        let mut within: BTreeMap<Unit, Atom> = BTreeMap::new();
        for unit in units {
            within.entry(self.node_of(*unit)).or_default().insert(*unit);
        }
        self.gather(None, &mut within);
        within
    }

    fn gather(&self, node: Unit, within: &mut BTreeMap<Unit, Atom>) {
        for child in self.children(node) {
            self.gather(Some(*child), within);
            if let Some(below) = within.get(&Some(*child)).cloned() {
                within.entry(node).or_default().extend(below);
            }
        }
    }

    /// The partition of a node's units into sets that may stand by themselves. What cannot is joined
    /// by the smallest that could, until there is none left: the node's own set is the last resort.
    fn walk(
        &self,
        node: Unit,
        within: &BTreeMap<Unit, Atom>,
        may: &dyn Fn(&Atom) -> bool,
        size: &dyn Fn(&Atom) -> usize,
        atoms: &mut Vec<Atom>,
    ) {
        let Some(all) = within.get(&node) else { return };
        let mut rest: Atom =
            all.iter().filter(|unit| self.node_of(**unit) == node).copied().collect();
        let mut apart = Vec::new();
        for child in self.children(node) {
            match within.get(&Some(*child)) {
                Some(units) if may(units) => apart.push((size(units), *child)),
                Some(units) => rest.extend(units),
                None => {}
            }
        }
        // The smallest last: it is taken in first.
        apart.sort_unstable_by(|a, b| b.cmp(a));
        while !rest.is_empty() && !may(&rest) {
            let Some((_, child)) = apart.pop() else { break };
            rest.extend(&within[&Some(child)]);
        }
        if !rest.is_empty() {
            atoms.push(rest);
        }
        for (_, child) in apart {
            self.walk(Some(child), within, may, size, atoms);
        }
    }
}

/// Contributions by their unit.
struct Facts<'a>(BTreeMap<Unit, Vec<&'a Counted>>);

impl<'a> Facts<'a> {
    fn new(counted: impl IntoIterator<Item = &'a Counted>) -> Self {
        let mut by_unit: BTreeMap<Unit, Vec<&Counted>> = BTreeMap::new();
        for it in counted {
            by_unit.entry(it.unit).or_default().push(it);
        }
        Self(by_unit)
    }

    fn units(&self) -> Atom {
        self.0.keys().copied().collect()
    }

    fn of<'s>(&'s self, units: &'s Atom) -> impl Iterator<Item = &'a Counted> + 's {
        units.iter().filter_map(|unit| self.0.get(unit)).flatten().copied()
    }

    fn pairs(&self, units: &Atom) -> usize {
        self.of(units).map(|it| it.pair).collect::<BTreeSet<_>>().len()
    }

    fn enough(&self, units: &Atom) -> bool {
        let managers: BTreeSet<PersonId> = self.of(units).map(|it| it.manager).collect();
        managers.len() >= MANAGERS && self.pairs(units) >= PAIRS
    }

    fn weeks(&self, units: &Atom) -> BTreeSet<NaiveDate> {
        self.of(units).map(|it| it.week).collect()
    }
}

/// The atoms of a week, given the contributions of the [`STEADY`] weeks before it; none if the whole
/// organization is not enough.
pub fn week(tree: &Tree, counted: &[Counted], before: &[Counted]) -> Option<Vec<Atom>> {
    let facts = Facts::new(counted);
    let units = facts.units();
    if !facts.enough(&units) {
        return None;
    }
    let mut weeks: BTreeMap<NaiveDate, Vec<&Counted>> = BTreeMap::new();
    before.iter().for_each(|it| weeks.entry(it.week).or_default().push(it));
    let earlier: Vec<Facts<'_>> =
        weeks.into_values().map(Facts::new).filter(|it| it.enough(&it.units())).collect();
    let was_enough = |it: &Facts<'_>, set: &Atom| it.pairs(set) == 0 || it.enough(set);
    let may = |set: &Atom| facts.enough(set) && earlier.iter().all(|it| was_enough(it, set));
    let all = Facts::new(counted.iter().chain(before));
    Some(partition(tree, &all, &units, &may))
}

/// Of some units; the smallest are those with the fewest pairs among `facts`.
fn partition(
    tree: &Tree,
    facts: &Facts<'_>,
    units: &Atom,
    may: &dyn Fn(&Atom) -> bool,
) -> Vec<Atom> {
    let mut atoms = Vec::new();
    tree.walk(None, &tree.spread(units), may, &|set| facts.pairs(set), &mut atoms);
    atoms
}

/// The parts of a month, given the atoms of its published weeks and the contributions of those
/// weeks; if none was published, of all its weeks. None if there is too little.
pub fn month(
    tree: &Tree,
    weeks: &BTreeMap<NaiveDate, Vec<Atom>>,
    counted: &[Counted],
) -> Option<Vec<Atom>> {
    if weeks.is_empty() {
        return week(tree, counted, &[]);
    }
    let facts = Facts::new(counted);
    let blocks = joined(weeks.values().flatten());
    let block_of: HashMap<Unit, usize> = blocks
        .iter()
        .enumerate()
        .flat_map(|(n, units)| units.iter().map(move |unit| (*unit, n)))
        .collect();
    // In which weeks a block has contributions; none once one of them divides it.
    let mut whole: Vec<Option<BTreeSet<NaiveDate>>> = vec![Some(BTreeSet::new()); blocks.len()];
    for (week, atom) in
        weeks.iter().flat_map(|(week, atoms)| atoms.iter().map(move |it| (week, it)))
    {
        let Some(block) = atom.first().and_then(|unit| block_of.get(unit)) else { continue };
        if let Some(seen) = &mut whole[*block]
            && !seen.insert(*week)
        {
            whole[*block] = None;
        }
    }
    let may = |set: &Atom| {
        let touched: BTreeSet<usize> =
            set.iter().filter_map(|unit| block_of.get(unit)).copied().collect();
        if touched.iter().map(|block| blocks[*block].len()).sum::<usize>() == set.len() {
            return true;
        }
        match touched.first().filter(|_| touched.len() == 1).and_then(|it| whole[*it].as_ref()) {
            Some(weeks) => facts.enough(set) && facts.weeks(set) == *weeks,
            None => false,
        }
    };
    let units = facts.units();
    Some(partition(tree, &facts, &units, &may))
}

/// The parts of a quarter, given those of its published months; none if there are none.
pub fn quarter(months: &[Vec<Atom>]) -> Option<Vec<Atom>> {
    (!months.is_empty()).then(|| joined(months.iter().flatten()))
}

/// The finest sets that are unions of all of `atoms` that they touch.
fn joined<'a>(atoms: impl Iterator<Item = &'a Atom>) -> Vec<Atom> {
    let mut blocks: BTreeMap<usize, Atom> = BTreeMap::new();
    let mut block_of: HashMap<Unit, usize> = HashMap::new();
    for (n, atom) in atoms.enumerate() {
        let touched: BTreeSet<usize> =
            atom.iter().filter_map(|unit| block_of.get(unit)).copied().collect();
        let mut block = atom.clone();
        touched.iter().filter_map(|it| blocks.remove(it)).for_each(|it| block.extend(it));
        block_of.extend(block.iter().map(|unit| (*unit, n)));
        blocks.insert(n, block);
    }
    blocks.into_values().collect()
}

/// What a published cell is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole organization.
    Whole,
    /// A department with all below it.
    Department(DepartmentId),
    /// What of a department, or of the organization, is too small to stand by itself.
    Others(Unit),
}

/// The cells that can be shown of a partition: every department that is a union of its parts, and
/// for each what is left of it.
pub fn cells(tree: &Tree, atoms: &[Atom]) -> Vec<(Scope, Atom)> {
    let units: Atom = atoms.iter().flatten().copied().collect();
    let within = tree.spread(&units);
    let shown: BTreeMap<Unit, &Atom> = within
        .iter()
        .filter(|(_, set)| {
            let touched = atoms.iter().filter(|atom| !atom.is_disjoint(set));
            touched.map(BTreeSet::len).sum::<usize>() == set.len()
        })
        .map(|(node, set)| (*node, set))
        .collect();
    let mut others: BTreeMap<Unit, Atom> = BTreeMap::new();
    for atom in atoms.iter().filter(|atom| !shown.values().any(|set| *set == *atom)) {
        // The smallest shown set around it is the deepest; of equal ones any says the same.
        let around = shown.iter().filter(|(_, set)| atom.is_subset(set));
        if let Some((node, _)) = around.min_by_key(|(node, set)| (set.len(), **node)) {
            others.entry(*node).or_default().extend(atom);
        }
    }
    let scope = |node: Unit| node.map_or(Scope::Whole, Scope::Department);
    let shown = shown.iter().map(|(node, set)| (scope(*node), (*set).clone()));
    shown.chain(others.into_iter().map(|(node, set)| (Scope::Others(node), set))).collect()
}
