//! Minimum-cost assignment of rows to distinct columns, where columns may share a capacity.
//!
//! A minimum-cost flow row → column → group → sink, solved by successive shortest paths with
//! potentials (Ahuja, Magnanti, Orlin, *Network Flows*, 1993, section 9.7). A row may also stay
//! without a column at a fixed cost. The optimum answers two more questions without solving again,
//! by one shortest path in its residual network: what it would cost if a column that it uses, or a
//! place in a full group, were taken by someone else.

use std::{cmp::Reverse, collections::BinaryHeap};

/// A column a row may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    pub(super) column: usize,
    pub(super) cost: i64,
}

/// One change of an alternative solution: the row takes this arc of its, or none.
pub(super) type Move = (usize, Option<usize>);

/// What the optimum would cost more under a restriction, and how it would change.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) extra: i64,
    pub(super) moves: Vec<Move>,
}

/// An optimal assignment and its residual network.
pub(super) struct Assignment<'a> {
    rows: &'a [Vec<Arc>],
    /// Cost of leaving a row without a column.
    none: i64,
    /// Group of each column; no groups where no capacity can bind.
    group_of: &'a [usize],
    capacity: &'a [usize],
    /// Arc taken by each row.
    pub(super) taken: Vec<Option<usize>>,
    /// Row on each column.
    holder: Vec<Option<usize>>,
    /// Columns in use of each group.
    members: Vec<Vec<usize>>,
    /// Reduced costs `cost + potential[from] - potential[to]` are never negative in the residual
    /// network; the sink's potential is 0.
    potential: Vec<i64>,
    search: Search,
}

/// Scratch space of a shortest-path search; entries are valid where `seen` is the current round.
struct Search {
    round: u32,
    seen: Vec<u32>,
    distance: Vec<i64>,
    before: Vec<(usize, usize)>,
    heap: BinaryHeap<Reverse<(i64, usize)>>,
    reached: Vec<usize>,
}

impl<'a> Assignment<'a> {
    /// Solves. Nodes are numbered rows first, then columns, groups, and the sink. `group_of` is
    /// empty where there are no groups, else names the group of every column.
    pub(super) fn solve(
        rows: &'a [Vec<Arc>],
        columns: usize,
        none: i64,
        group_of: &'a [usize],
        capacity: &'a [usize],
    ) -> Self {
        let nodes = rows.len() + columns + capacity.len() + 1;
        let mut assignment = Self {
            rows,
            none,
            group_of,
            capacity,
            taken: vec![None; rows.len()],
            holder: vec![None; columns],
            members: vec![Vec::new(); capacity.len()],
            potential: vec![0; nodes],
            search: Search {
                round: 0,
                seen: vec![0; nodes],
                distance: vec![0; nodes],
                before: vec![(0, 0); nodes],
                heap: BinaryHeap::new(),
                reached: Vec::new(),
            },
        };
        for row in 0..rows.len() {
            let path = assignment.shortest(row);
            assignment.reprice();
            assignment.apply(&path.moves);
        }
        assignment
    }

    /// What the optimum costs.
    pub(super) fn cost(&self) -> i64 {
        let cost = |(row, taken): (usize, &Option<usize>)| {
            taken.map_or(self.none, |arc| self.rows[row][arc].cost)
        };
        self.taken.iter().enumerate().map(cost).sum()
    }

    /// The optimum if the column that `row` uses were taken by someone else, who also takes its
    /// place in the column's group.
    pub(super) fn without_column_of(&mut self, row: usize) -> Alternative {
        let mut path = self.shortest(row);
        let lost = self.taken[row].map_or(self.none, |arc| self.rows[row][arc].cost);
        path.extra -= lost;
        path
    }

    /// The optimum if one place of a full group were taken by someone else on an unused column.
    pub(super) fn without_place_in(&mut self, group: usize) -> Alternative {
        self.shortest(self.rows.len() + self.holder.len() + group)
    }

    /// Whether a group has no place left.
    pub(super) fn is_full(&self, group: usize) -> bool {
        self.members[group].len() >= self.capacity[group]
    }

    /// The shortest path from a node to the sink in the residual network: its length and the rows
    /// it moves.
    fn shortest(&mut self, source: usize) -> Alternative {
        let (first_column, first_group) = (self.rows.len(), self.rows.len() + self.holder.len());
        let sink = self.potential.len() - 1;
        self.search.start(source);
        while let Some((distance, node)) = self.search.next() {
            if node == sink {
                break;
            }
            let here = distance + self.potential[node];
            if node < first_column {
                let taken = self.taken[node];
                for (index, arc) in self.rows[node].iter().enumerate() {
                    if taken != Some(index) {
                        let column = first_column + arc.column;
                        let there = here + arc.cost - self.potential[column];
                        self.search.relax(column, there, (node, index));
                    }
                }
                self.search.relax(sink, here + self.none, (node, usize::MAX));
            } else if node < first_group {
                let column = node - first_column;
                if let Some(row) = self.holder[column] {
                    let cost = self.taken[row].map_or(0, |arc| self.rows[row][arc].cost);
                    self.search.relax(row, here - cost - self.potential[row], (node, 0));
                } else if self.group_of.is_empty() {
                    self.search.relax(sink, here, (node, 0));
                } else {
                    let group = first_group + self.group_of[column];
                    self.search.relax(group, here - self.potential[group], (node, 0));
                }
            } else {
                let group = node - first_group;
                if !self.is_full(group) {
                    self.search.relax(sink, here, (node, 0));
                }
                for &column in &self.members[group] {
                    let column = first_column + column;
                    self.search.relax(column, here - self.potential[column], (node, 0));
                }
            }
        }
        let mut moves = Vec::new();
        let mut node = sink;
        while node != source {
            let (before, arc) = self.search.before[node];
            if before < first_column {
                moves.push((before, (node != sink).then_some(arc)));
            }
            node = before;
        }
        moves.reverse();
        Alternative { extra: self.search.distance[sink] - self.potential[source], moves }
    }

    /// Keeps the reduced costs non-negative after the path just found is used.
    fn reprice(&mut self) {
        let sink = self.potential.len() - 1;
        let limit = self.search.distance[sink];
        for &node in &self.search.reached {
            self.potential[node] += (self.search.distance[node] - limit).min(0);
        }
    }

    fn apply(&mut self, moves: &[Move]) {
        for &(row, _) in moves {
            if let Some(arc) = self.taken[row].take() {
                let column = self.rows[row][arc].column;
                self.holder[column] = None;
                if let Some(&group) = self.group_of.get(column) {
                    self.members[group].retain(|&member| member != column);
                }
            }
        }
        for &(row, arc) in moves {
            self.taken[row] = arc;
            if let Some(arc) = arc {
                let column = self.rows[row][arc].column;
                self.holder[column] = Some(row);
                if let Some(&group) = self.group_of.get(column) {
                    self.members[group].push(column);
                }
            }
        }
    }
}

impl Search {
    fn start(&mut self, source: usize) {
        self.round += 1;
        self.heap.clear();
        self.reached.clear();
        self.relax(source, 0, (source, 0));
    }

    fn next(&mut self) -> Option<(i64, usize)> {
        loop {
            let Reverse((distance, node)) = self.heap.pop()?;
            if distance == self.distance[node] {
                return Some((distance, node));
            }
        }
    }

    fn relax(&mut self, node: usize, distance: i64, before: (usize, usize)) {
        let new = self.seen[node] != self.round;
        if new {
            self.seen[node] = self.round;
            self.reached.push(node);
        } else if self.distance[node] <= distance {
            return;
        }
        self.distance[node] = distance;
        self.before[node] = before;
        self.heap.push(Reverse((distance, node)));
    }
}
