//! All series of one person at once, by branch and bound.

use super::{
    board::Board,
    candidates::{Candidate, UNPLACED},
};

/// The links of one member with what each may take around everyone else's series.
pub(super) struct Star<'a, 'p> {
    board: &'a mut Board<'p>,
    member: usize,
    links: Vec<usize>,
    /// By position in the search: place in `links`, options with the cheapest first (none: no
    /// series).
    order: Vec<(usize, Vec<Option<Candidate>>)>,
    /// By position: least cost of this and the following positions.
    rest: Vec<i64>,
    before: Vec<Option<Candidate>>,
    best: i64,
    found: Option<Vec<Option<Candidate>>>,
    nodes: u32,
}

/// Branches looked at for one person.
const NODES: u32 = 20_000;

fn cost(option: Option<Candidate>) -> i64 {
    option.map_or(UNPLACED, |candidate| candidate.cost.into())
}

impl<'a, 'p> Star<'a, 'p> {
    pub(super) fn new(board: &'a mut Board<'p>, rows: &[Vec<Candidate>], member: usize) -> Self {
        let links = board.problem.at[member].clone();
        let before: Vec<_> = links.iter().map(|&link| board.chosen[link].take()).collect();
        let best: i64 = before.iter().map(|&held| cost(held)).sum();
        let cheapest = |link: usize| {
            let row = rows[link].iter();
            row.copied().find(|candidate| board.fits(link, candidate))
        };
        let floors: Vec<_> = links.iter().map(|&link| cost(cheapest(link))).collect();
        // Whoever pays more than its floor by the whole gap leaves nothing to gain.
        let gap = best - floors.iter().sum::<i64>();
        let mut order: Vec<(usize, Vec<Option<Candidate>>)> = Vec::new();
        if gap > 0 {
            for (place, &link) in links.iter().enumerate() {
                let limit = floors[place] + gap;
                let row = rows[link].iter().copied();
                let mut options: Vec<_> = (row.take_while(|c| i64::from(c.cost) < limit))
                    .filter(|candidate| board.fits(link, candidate))
                    .map(Some)
                    .collect();
                if UNPLACED < limit {
                    options.push(None);
                }
                order.push((place, options));
            }
            order.sort_by_key(|(_, options)| options.len());
        }
        let mut rest = vec![0; order.len() + 1];
        for position in (0..order.len()).rev() {
            rest[position] = rest[position + 1] + floors[order[position].0];
        }
        Self { board, member, links, order, rest, before, best, found: None, nodes: NODES }
    }

    /// A cheaper choice for the member's links, in their order, if one is found. The board is left
    /// as it was.
    pub(super) fn search(mut self) -> Option<Vec<Option<Candidate>>> {
        if !self.order.is_empty() {
            self.descend(0, 0);
        }
        for (&link, &held) in self.links.iter().zip(&self.before) {
            self.board.chosen[link] = held;
        }
        self.found
    }

    fn descend(&mut self, position: usize, spent: i64) {
        if position == self.order.len() {
            if spent < self.best {
                self.best = spent;
                self.found = Some(self.links.iter().map(|&link| self.board.chosen[link]).collect());
            }
            return;
        }
        let place = self.order[position].0;
        let link = self.links[place];
        for index in 0..self.order[position].1.len() {
            let option = self.order[position].1[index];
            self.nodes = self.nodes.saturating_sub(1);
            if self.nodes == 0 || spent + cost(option) + self.rest[position + 1] >= self.best {
                break;
            }
            if option.is_none_or(|candidate| self.free(link, &candidate)) {
                self.board.chosen[link] = option;
                self.descend(position + 1, spent + cost(option));
                self.board.chosen[link] = None;
            }
        }
    }

    /// Whether a candidate goes with those chosen so far; what it meets at the other end it was
    /// checked against before, but for second links between the same two.
    fn free(&self, link: usize, candidate: &Candidate) -> bool {
        let board = &*self.board;
        let ends = board.problem.links[link].ends();
        let mut clashing = board.neighbours(link, self.member);
        !clashing.any(|(other, held)| board.clash(link, candidate, other, held))
            && ends.iter().all(|&end| board.has_room(link, candidate, end))
    }
}
