//! Stage 1: one series for each pair.

use super::{
    candidates::{Candidate, Rows, UNPLACED},
    forest::{Forest, Supply},
    mixed,
    model::Problem,
    progress::Steps,
    units::{Rhythm, Units},
};

/// What stage 1 decided.
pub(super) struct Chosen {
    /// By link.
    pub(super) series: Vec<Option<Candidate>>,
    /// No choice costs less.
    pub(super) bound: i64,
    /// The choice costs no more than any other.
    pub(super) exact: bool,
}

impl Chosen {
    /// What one link pays.
    pub(super) fn cost(&self, link: usize) -> i64 {
        self.series[link].map_or(UNPLACED, |candidate| candidate.cost.into())
    }

    pub(super) fn total(&self) -> i64 {
        (0..self.series.len()).map(|link| self.cost(link)).sum()
    }
}

/// Chooses the series: exactly where that is known to be possible, else well.
pub(super) fn choose(problem: &Problem, steps: &mut Steps) -> Chosen {
    let Some(rhythm) = uniform(problem) else { return mixed::choose(problem, steps) };
    let edges: Vec<usize> = (0..problem.links.len()).collect();
    let units = Units::new(problem, rhythm);
    let forest = Forest { problem, units, edges: &edges };
    let mut supply = Enough::new(problem, units, &edges);
    let colouring = forest.solve(&mut supply, &mut || steps.step());
    let chosen = Chosen { series: colouring.chosen, bound: colouring.cost, exact: true };
    debug_assert_eq!(chosen.total(), chosen.bound);
    chosen
}

/// The cadence of an instance that is solved exactly.
fn uniform(problem: &Problem) -> Option<usize> {
    let first = Rhythm::of(problem, problem.links.first()?)?;
    let same = problem.links.iter().all(|link| {
        Rhythm::of(problem, link).as_ref() == Some(&first) && link.span <= problem.grid
    });
    // Where the cap may bind, the day on which a unit falls must be the same in every week.
    let clock = problem.clock(&problem.links[0]);
    let days = (problem.at.iter().zip(&problem.members))
        .all(|(at, member)| at.len() <= problem.cap || problem.clocks[member.zone] == clock);
    let edges: Vec<usize> = (0..problem.links.len()).collect();
    (same && days && spanning(problem, &edges).len() == edges.len())
        .then_some(problem.links[0].cadence)
}

/// The links, of those given and in their order, that close no cycle with earlier ones.
pub(super) fn spanning(problem: &Problem, links: &[usize]) -> Vec<usize> {
    fn root(above: &mut [usize], mut member: usize) -> usize {
        while above[member] != member {
            above[member] = above[above[member]];
            member = above[member];
        }
        member
    }
    let mut above: Vec<usize> = (0..problem.members.len()).collect();
    let mut joins = |&link: &usize| {
        let [a, b] = problem.links[link].ends().map(|end| root(&mut above, end));
        above[a] = b;
        a != b
    };
    links.iter().copied().filter(|link| joins(link)).collect()
}

/// As many of a link's cheapest candidates as can ever matter.
///
/// Whatever the other pairs of its two people take, one of so many stays free, and moving there
/// costs no more than any candidate further down the list: so some optimum uses none of those.
pub(super) struct Enough<'p> {
    problem: &'p Problem,
    units: Units<'p>,
    rows: Rows<'p>,
    /// Links of each member that take part.
    degree: Vec<usize>,
}

impl<'p> Enough<'p> {
    pub(super) fn new(problem: &'p Problem, units: Units<'p>, edges: &[usize]) -> Self {
        let mut degree = vec![0; problem.members.len()];
        for &edge in edges {
            problem.links[edge].ends().into_iter().for_each(|end| degree[end] += 1);
        }
        Self { problem, units, rows: Rows::new(problem), degree }
    }

    /// How many of a link's candidates, cheapest first, are enough; none if all given are not.
    fn prefix(&self, edge: usize, row: &[Candidate]) -> Option<usize> {
        let link = &self.problem.links[edge];
        let mut sizes = [Vec::new(), Vec::new()];
        for (index, candidate) in row.iter().enumerate() {
            for (end, sizes) in link.ends().into_iter().zip(&mut sizes) {
                let day = self.units.day(end, link, candidate);
                match sizes.iter_mut().find(|(known, _)| *known == day) {
                    Some((_, size)) => *size += 1,
                    None => sizes.push((day, 1)),
                }
            }
            let ends = link.ends().into_iter().zip(&sizes);
            if index % 4 == 0 && index >= ends.map(|(end, sizes)| self.blocked(end, sizes)).sum() {
                return Some(index + 1);
            }
        }
        None
    }

    /// How many of a prefix, given by the days it lies on, the other links of a member can block at
    /// most: by taking them, and by filling days to the cap.
    fn blocked(&self, member: usize, sizes: &[(i32, usize)]) -> usize {
        let (others, cap) = (self.degree[member] - 1, self.problem.cap);
        let full = others / cap;
        if full == 0 {
            return others;
        }
        let mut largest: Vec<usize> = sizes.iter().map(|(_, size)| (*size).max(cap)).collect();
        largest.sort_unstable_by(|a, b| b.cmp(a));
        largest.iter().take(full).sum::<usize>() + others % cap
    }
}

impl Supply for Enough<'_> {
    fn candidates(&mut self, edge: usize) -> Vec<Candidate> {
        let link = &self.problem.links[edge];
        let cap = self.problem.cap;
        if cap == 0 {
            return Vec::new();
        }
        let others: usize = link.ends().iter().map(|&end| self.degree[end] - 1).sum();
        if link.ends().iter().all(|&end| self.degree[end] <= cap) {
            return self.rows.cheapest(link, others + 1);
        }
        let guess = 4 * others + 16;
        let mut row = self.rows.cheapest(link, guess);
        let mut enough = self.prefix(edge, &row);
        if enough.is_none() && row.len() == guess {
            row = self.rows.all(link);
            enough = self.prefix(edge, &row);
        }
        row.truncate(enough.unwrap_or(row.len()));
        row
    }

    fn places(&self, _: usize, _: i32) -> usize {
        self.problem.cap
    }
}
