//! Circles in a graph where everyone points at no more than one other.

/// All circles, each from its smallest member on, in the order of those members.
pub(super) fn circles(count: usize, next: impl Fn(usize) -> Option<usize>) -> Vec<Vec<usize>> {
    Walker::new(count).circles(0..count, next)
}

/// Walks a graph again and again, after pointers have changed.
pub(super) struct Walker {
    /// The number of the last walk that saw each place.
    seen: Vec<u64>,
    walks: u64,
}

impl Walker {
    pub(super) fn new(count: usize) -> Self {
        Self { seen: vec![0; count], walks: 0 }
    }

    /// The circles that can be reached from some places, in the order of their smallest members.
    pub(super) fn circles(
        &mut self,
        starts: impl IntoIterator<Item = usize>,
        next: impl Fn(usize) -> Option<usize>,
    ) -> Vec<Vec<usize>> {
        let before = self.walks;
        let mut circles: Vec<Vec<usize>> =
            starts.into_iter().filter_map(|start| self.walk(start, before, &next)).collect();
        circles.sort();
        circles
    }

    /// Follows the pointers from `start`; the circle it runs into, if no walk since `before` saw it.
    fn walk(
        &mut self,
        start: usize,
        before: u64,
        next: &impl Fn(usize) -> Option<usize>,
    ) -> Option<Vec<usize>> {
        self.walks += 1;
        let mut at = start;
        while self.seen[at] <= before {
            self.seen[at] = self.walks;
            at = next(at)?;
        }
        (self.seen[at] == self.walks).then_some(())?;
        circle(at, next)
    }
}

/// The circle that a place lies on, from its smallest member on.
fn circle(at: usize, next: &impl Fn(usize) -> Option<usize>) -> Option<Vec<usize>> {
    let mut circle = vec![at];
    let mut on = next(at)?;
    while on != at {
        circle.push(on);
        on = next(on)?;
    }
    let smallest = circle.iter().enumerate().min_by_key(|(_, member)| **member)?.0;
    circle.rotate_left(smallest);
    Some(circle)
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn every_circle_is_found_once() {
        // 0→1→2→0, 3→2, 4→4, 5→∅
        let next = [Some(1), Some(2), Some(0), Some(2), Some(4), None];
        assert_eq!(circles(6, |i| next[i]), vec![vec![0, 1, 2], vec![4]]);
    }
}
