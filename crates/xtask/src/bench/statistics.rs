//! What many measurements say together. Ratios are taken pair by pair, so that a machine that grows slow slows both sides.

/// The middle value, or the mean of the two in the middle; not a number where there is none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which `share` of the values lie, between two of them in proportion.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    #[allow(clippy::cast_precision_loss, reason = "there are a few hundred values at most")]
    let place = last as f64 * share;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies within the list")]
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// The middle of many values, and where the middle half of them lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values is smaller.
    pub low: f64,
    /// The middle value.
    pub median: f64,
    /// A quarter of the values is larger.
    pub high: f64,
}

/// Ours and the peer's figure, measured one right after the other, many times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Measures `rounds` pairs, ours first. One pair before them warms everything up and does not count.
    ///
    /// # Errors
    /// When a measurement fails.
    pub fn measure<E>(
        rounds: usize,
        mut ours: impl FnMut() -> Result<f64, E>,
        mut peer: impl FnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        ours()?;
        peer()?;
        (0..rounds).map(|_| Ok((ours()?, peer()?))).collect::<Result<_, E>>().map(Self)
    }

    /// Pairs that were measured elsewhere.
    #[must_use]
    pub fn measured(pairs: Vec<(f64, f64)>) -> Self {
        Self(pairs)
    }

    /// How many there are.
    #[must_use]
    pub fn rounds(&self) -> usize {
        self.0.len()
    }

    /// The middle one of ours.
    #[must_use]
    pub fn ours(&self) -> f64 {
        median(&self.0.iter().map(|pair| pair.0).collect::<Vec<_>>())
    }

    /// The middle one of the peer's.
    #[must_use]
    pub fn peer(&self) -> f64 {
        median(&self.0.iter().map(|pair| pair.1).collect::<Vec<_>>())
    }

    /// Ours through the peer's, pair by pair.
    #[must_use]
    pub fn ratio(&self) -> Spread {
        let ratios: Vec<f64> = self.0.iter().map(|(ours, peer)| ours / peer).collect();
        Spread { low: quantile(&ratios, 0.25), median: median(&ratios), high: quantile(&ratios, 0.75) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_odd_and_even_counts() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        // The machine is ten times slower in the last two pairs; the ratio of the medians would be 4.
        let pairs = Pairs(vec![(1.0, 2.0), (1.0, 2.0), (4.0, 8.0), (10.0, 20.0), (10.0, 20.0)]);
        assert_eq!(pairs.ratio(), Spread { low: 0.5, median: 0.5, high: 0.5 });
        assert_eq!((pairs.ours(), pairs.peer()), (4.0, 8.0));
    }

    #[test]
    fn pairs_are_interleaved_and_the_first_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let take = |name: char, value: f64| {
            order.borrow_mut().push(name);
            Ok::<f64, ()>(value)
        };
        let pairs = Pairs::measure(2, || take('a', 1.0), || take('b', 2.0)).unwrap();
        assert_eq!(*order.borrow(), "ababab");
        assert_eq!(pairs.rounds(), 2);
    }
}
