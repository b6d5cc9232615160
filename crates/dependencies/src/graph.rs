//! What is reached from where, in graphs that may have circles.

/// Which of `count` nodes are reached from `starts`, themselves included.
pub(crate) fn reachable(count: usize, relations: &[(usize, usize)], starts: &[usize]) -> Vec<bool> {
    let mut first = vec![0_usize; count + 1];
    relations.iter().for_each(|(from, _)| first[from + 1] += 1);
    for node in 0..count {
        first[node + 1] += first[node];
    }
    let mut free = first.clone();
    let mut targets = vec![0_usize; relations.len()];
    for (from, to) in relations {
        targets[free[*from]] = *to;
        free[*from] += 1;
    }
    let mut seen = vec![false; count];
    let mut open = starts.to_vec();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut seen[node], true) {
            open.extend(&targets[first[node]..first[node + 1]]);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn a_circle_is_walked_once() {
        let circle = [(0, 1), (1, 2), (2, 0), (3, 0)];
        assert_eq!(reachable(4, &circle, &[1]), [true, true, true, false]);
        assert_eq!(reachable(4, &circle, &[]), [false; 4]);
        assert_eq!(reachable(1, &[(0, 0)], &[0]), [true]);
    }
}
