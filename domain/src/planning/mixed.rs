//! Stage 1 where no exact method is known.

use super::{
    board::Board,
    candidates::Rows,
    model::Problem,
    progress::Steps,
    series::Chosen,
};

/// Places pairs greedily.
pub(super) fn choose(problem: &Problem, steps: &mut Steps) -> Chosen {
    let mut rows = Rows::new(problem);
    let mut board = Board::new(problem);
    let mut bound = 0;
    for (index, link) in problem.links.iter().enumerate() {
        let row = rows.all(link);
        bound += row.first().map_or(super::candidates::UNPLACED, |c| c.cost.into());
        board.chosen[index] = row.into_iter().find(|candidate| board.fits(index, candidate));
        steps.step();
    }
    let mut chosen = Chosen { series: board.chosen, bound, exact: false };
    chosen.exact = chosen.total() == bound;
    chosen
}
