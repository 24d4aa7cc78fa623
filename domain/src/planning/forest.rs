//! Least-cost series for pairs that form a forest and share one rhythm: minimum-cost list edge
//! colouring of a forest, by dynamic programming from the leaves.
//!
//! Let `f_v(u)` be the least cost of everything below person `v` when `v`'s own 1on1 with the
//! person above takes unit `u`. At `v` an assignment gives each person `c` below a unit other than
//! `u` at the cost of that series plus `f_c` of the unit, with at most the daily cap of units a day,
//! `u` counting. `f_v` equals the unrestricted optimum except on the units that the optimum uses
//! and on days that it fills: only those exceptions are kept, so memory is linear in the pairs.

use super::{
    assignment::{Alternative, Arc, Assignment},
    candidates::{Candidate, UNPLACED},
    model::Problem,
    units::Units,
};

/// Links of one rhythm, without a cycle.
pub(super) struct Forest<'p> {
    pub(super) problem: &'p Problem,
    pub(super) units: Units<'p>,
    pub(super) edges: &'p [usize],
}

/// Where the candidates of a link come from, and how many series a member can take on a day of the
/// cycle.
pub(super) trait Supply {
    /// The candidates of a link, cheapest first.
    fn candidates(&mut self, link: usize) -> Vec<Candidate>;
    /// Places of a member on a day, when a limit can bind.
    fn places(&self, member: usize, day: i32) -> usize;
}

/// A least-cost choice.
pub(super) struct Colouring {
    pub(super) cost: i64,
    /// By position in [`Forest::edges`].
    pub(super) chosen: Vec<Option<Candidate>>,
}

/// What is remembered of a person until the person above has chosen.
#[derive(Default)]
struct Node {
    /// Positions in the edge list.
    above: Option<usize>,
    below: Vec<usize>,
    taken: Vec<Option<Candidate>>,
    /// What changes if someone else takes a unit, or a place on a day.
    units: Vec<(i32, Detour)>,
    days: Vec<(i32, Detour)>,
}

struct Detour {
    extra: i64,
    moves: Vec<(usize, Option<Candidate>)>,
}

impl Node {
    fn detour(&self, unit: i32, day: i32) -> Option<&Detour> {
        let find = |list: &'_ [(i32, Detour)], key: i32| list.iter().position(|d| d.0 == key);
        match find(&self.units, unit) {
            Some(index) => Some(&self.units[index].1),
            None => find(&self.days, day).map(|index| &self.days[index].1),
        }
    }
}

impl Forest<'_> {
    /// Solves exactly. `step` is called after each person.
    pub(super) fn solve(&self, supply: &mut dyn Supply, step: &mut dyn FnMut()) -> Colouring {
        let (mut nodes, order) = self.hang();
        let mut cost = 0;
        for &member in order.iter().rev() {
            cost += self.settle(member, &mut nodes, supply);
            step();
        }
        let mut chosen = vec![None; self.edges.len()];
        for &member in &order {
            let node = &nodes[member];
            for (&edge, taken) in node.below.iter().zip(&node.taken) {
                chosen[edge] = *taken;
            }
            let Some(above) = node.above else { continue };
            let Some(candidate) = chosen[above] else { continue };
            let (unit, day) = self.place(member, above, &candidate);
            if let Some(detour) = node.detour(unit, day) {
                for &(row, taken) in &detour.moves {
                    chosen[node.below[row]] = taken;
                }
            }
        }
        Colouring { cost, chosen }
    }

    /// Hangs each tree from a person whom nobody invites, and lists people from the top down.
    fn hang(&self) -> (Vec<Node>, Vec<usize>) {
        let members = self.problem.members.len();
        let mut at = vec![Vec::new(); members];
        let mut invited = vec![false; members];
        for (position, &edge) in self.edges.iter().enumerate() {
            let link = &self.problem.links[edge];
            link.ends().into_iter().for_each(|end| at[end].push(position));
            invited[link.other] = true;
        }
        let mut nodes: Vec<Node> = (0..members).map(|_| Node::default()).collect();
        let mut seen = vec![false; members];
        let mut order = Vec::with_capacity(members);
        let tops = (0..members).filter(|&member| !invited[member]);
        for root in tops.chain(0..members) {
            if seen[root] || at[root].is_empty() {
                continue;
            }
            seen[root] = true;
            let mut next = order.len();
            order.push(root);
            while let Some(&member) = order.get(next) {
                next += 1;
                for &position in &at[member] {
                    let below = self.problem.links[self.edges[position]].across(member);
                    if !seen[below] {
                        seen[below] = true;
                        nodes[below].above = Some(position);
                        nodes[member].below.push(position);
                        order.push(below);
                    }
                }
            }
        }
        (nodes, order)
    }

    /// Unit and day that a candidate takes from a member.
    fn place(&self, member: usize, edge: usize, candidate: &Candidate) -> (i32, i32) {
        let link = &self.problem.links[self.edges[edge]];
        (self.units.unit(link, candidate), self.units.day(member, link, candidate))
    }

    /// Assigns the people below one person, and notes the exceptions of `f_v`. Returns what the
    /// optimum costs more than the optima further down.
    fn settle(&self, member: usize, nodes: &mut [Node], supply: &mut dyn Supply) -> i64 {
        let below = std::mem::take(&mut nodes[member].below);
        if below.is_empty() {
            return 0;
        }
        let mut rows: Vec<Vec<Candidate>> = Vec::with_capacity(below.len());
        let mut places: Vec<Vec<(i32, i32)>> = Vec::with_capacity(below.len());
        let mut extras: Vec<Vec<i64>> = Vec::with_capacity(below.len());
        for &edge in &below {
            let row = supply.candidates(self.edges[edge]);
            let child = self.problem.links[self.edges[edge]].across(member);
            places.push(row.iter().map(|c| self.place(member, edge, c)).collect());
            let extra = |candidate: &Candidate| {
                let (unit, day) = self.place(child, edge, candidate);
                nodes[child].detour(unit, day).map_or(0, |detour| detour.extra)
            };
            extras.push(row.iter().map(extra).collect());
            rows.push(row);
        }
        let columns = distinct(places.iter().flatten().map(|place| place.0));
        let arcs: Vec<Vec<Arc>> = (rows.iter().zip(&places).zip(&extras))
            .map(|((row, places), extras)| {
                let arc = |((candidate, place), extra): ((&Candidate, &(i32, i32)), &i64)| Arc {
                    column: columns.binary_search(&place.0).unwrap_or_default(),
                    cost: i64::from(candidate.cost) + extra,
                };
                row.iter().zip(places).zip(extras).map(arc).collect()
            })
            .collect();
        let node = &mut nodes[member];
        let (mut days, mut group_of, mut capacity) = (Vec::new(), Vec::new(), Vec::new());
        if below.len() + usize::from(node.above.is_some()) > self.problem.cap {
            days = distinct(places.iter().flatten().map(|place| place.1));
            group_of = vec![0; columns.len()];
            for (unit, day) in places.iter().flatten() {
                let column = columns.binary_search(unit).unwrap_or_default();
                group_of[column] = days.binary_search(day).unwrap_or_default();
            }
            capacity = days.iter().map(|&day| supply.places(member, day)).collect();
        }
        let mut assignment =
            Assignment::solve(&arcs, columns.len(), UNPLACED, &group_of, &capacity);
        let candidates = |alternative: Alternative| Detour {
            extra: alternative.extra,
            moves: (alternative.moves.into_iter())
                .map(|(row, arc)| (row, arc.map(|arc| rows[row][arc])))
                .collect(),
        };
        let taken: Vec<Option<usize>> = assignment.taken.clone();
        if node.above.is_some() {
            for (row, arc) in taken.iter().enumerate() {
                if let Some(arc) = *arc {
                    let detour = candidates(assignment.without_column_of(row));
                    node.units.push((places[row][arc].0, detour));
                }
            }
            for (group, &day) in days.iter().enumerate() {
                if capacity[group] > 0 && assignment.is_full(group) {
                    node.days.push((day, candidates(assignment.without_place_in(group))));
                }
            }
        }
        node.taken =
            taken.iter().enumerate().map(|(row, arc)| arc.map(|arc| rows[row][arc])).collect();
        node.below = below;
        assignment.cost()
    }
}

fn distinct(values: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut values: Vec<i32> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}
