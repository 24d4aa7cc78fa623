//! Circles in a graph where everyone points at no more than one other.

/// All circles, each from its smallest member on, in the order of those members.
pub(super) fn circles(count: usize, next: impl Fn(usize) -> Option<usize>) -> Vec<Vec<usize>> {
    // 0 = not seen, otherwise the number of the walk that saw it.
    let mut seen = vec![0_u32; count];
    let mut circles = Vec::new();
    for start in 0..count {
        if let Some(circle) = walk(start, start as u32 + 1, &mut seen, &next) {
            circles.push(circle);
        }
    }
    circles.sort();
    circles
}

/// Follows the pointers from `start`; the circle it runs into, if no earlier walk saw it.
pub(super) fn walk(
    start: usize,
    number: u32,
    seen: &mut [u32],
    next: &impl Fn(usize) -> Option<usize>,
) -> Option<Vec<usize>> {
    let mut at = start;
    loop {
        match seen[at] {
            0 => seen[at] = number,
            same if same == number => break,
            _ => return None,
        }
        at = next(at)?;
    }
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
