//! Draws: numbers that look random and are the same on every machine, for fresh data.

use std::ops::RangeInclusive;

/// A stream of pseudo-random draws, from which a [`Dataset`](crate::Dataset) makes its fresh records.
///
/// The same seed and name give the same draws for ever, because recorded answers depend on them. So the order of the draws
/// in a generator matters: another draw before the others changes all that follow it.
///
/// ```
/// use harness::Draws;
///
/// let mut draws = Draws::new(1, "houses");
/// let rooms = draws.whole(1..=6);
/// let size = draws.step_of(60.0..=200.0, 5.0);
/// assert!((1..=6).contains(&rooms) && size % 5.0 == 0.0);
/// assert_ne!(draws.noise(100.0), 0.0);
/// ```
// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014), written out here
// because a crate's streams may change between versions and the snapshots must not.
#[derive(Debug, Clone)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The stream of a seed and a name.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a (Fowler, Noll and Vo) spreads the name over the state.
        let state = name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { state }
    }

    /// A whole number in the range: how many records there are, say.
    ///
    /// # Panics
    /// If the range is empty.
    #[track_caller]
    pub fn whole(&mut self, range: RangeInclusive<u64>) -> u64 {
        assert!(!range.is_empty(), "nothing can be drawn from {} to {}", range.start(), range.end());
        range.start() + self.next() % (range.end() - range.start()).saturating_add(1)
    }

    /// A number of about three digits in the range.
    ///
    /// # Panics
    /// If the range is empty.
    #[track_caller]
    pub fn short(&mut self, range: RangeInclusive<f64>) -> f64 {
        let (low, high) = (*range.start(), *range.end());
        assert!(low <= high && (high - low).is_finite(), "nothing can be drawn from {low} to {high}");
        if low == high {
            return low;
        }
        let unit = 10_f64.powi(((range.end() - range.start()).log10() - 3.0).ceil() as i32);
        self.step_of(range, unit)
    }

    /// A number so many whole units above the start of the range, up to its end: `step_of(60.0..=200.0, 5.0)` may be
    /// 60, 65, 70 and so on. With a unit such as 0.1 it comes out as short as it is written.
    ///
    /// # Panics
    /// If the range is empty or not finite, or the unit is not positive.
    #[track_caller]
    pub fn step_of(&mut self, range: RangeInclusive<f64>, unit: f64) -> f64 {
        let (low, high) = range.into_inner();
        let is_range = low <= high && (high - low).is_finite();
        assert!(is_range && unit > 0.0, "nothing can be drawn from {low} to {high} in steps of {unit}");
        // A whole number of units may come out as a little less.
        let most = ((high - low) / unit * (1.0 + 1e-12)).floor();
        let number = low + self.whole(0..=most as u64) as f64 * unit;
        // Where the start is no whole number of units, what is short may lie outside.
        short(number, unit).clamp(low, high)
    }

    /// A whole deviation of `size / 4` to `size`, but at least 1, up or down. It is never zero, so that no line or plane
    /// fits the data exactly.
    ///
    /// # Panics
    /// If the size is not a number of 1 or more.
    #[track_caller]
    pub fn noise(&mut self, size: f64) -> f64 {
        assert!((1.0..f64::INFINITY).contains(&size), "there is no whole deviation of at most {size} but 0");
        let deviation = (size * (0.25 + 0.75 * self.whole(0..=1_000) as f64 / 1_000.0)).round().max(1.0);
        if self.next().is_multiple_of(2) { deviation } else { -deviation }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// A number of units such as 0.1: divided by the whole reciprocal, a decimal fraction comes out as short as it is written.
fn short(number: f64, unit: f64) -> f64 {
    let parts = unit.recip().round();
    let is_decimal = unit < 1.0 && (parts * unit - 1.0).abs() < 1e-9;
    if is_decimal { (number * parts).round() / parts } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // First outputs for the state 1234567, as in the reference implementation's published test (Vigna,
        // splitmix64.c).
        let mut draws = Draws { state: 1_234_567 };
        let first: Vec<u64> = (0..3).map(|_| draws.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_stay_in_their_range_and_are_as_short_as_they_are_written() {
        for seed in 0..500 {
            let mut draws = Draws::new(seed, "sizes");
            assert!((3..=5).contains(&draws.whole(3..=5)));
            assert_eq!(draws.whole(7..=7), 7);
            let step = draws.step_of(0.5..=9.0, 0.1);
            assert!((0.5..=9.0).contains(&step) && format!("{step}").len() <= 3, "{step}");
            let noise = draws.noise(100.0);
            assert!((25.0..=100.0).contains(&noise.abs()) && noise.fract() == 0.0, "{noise}");
        }
    }

    #[test]
    #[should_panic(expected = "nothing can be drawn from 6 to 1")]
    #[expect(clippy::reversed_empty_ranges, reason = "it is the slip that the test is about")]
    fn an_empty_range_is_a_slip_that_is_named() {
        Draws::new(1, "sizes").whole(6..=1);
    }

    #[test]
    #[should_panic(expected = "nothing can be drawn from 0 to inf")]
    fn an_endless_range_is_a_slip_that_is_named() {
        Draws::new(1, "sizes").short(0.0..=f64::INFINITY);
    }

    #[test]
    fn a_range_of_odd_ends_is_kept() {
        for seed in 0..500 {
            let mut draws = Draws::new(seed, "odd");
            assert!([0.0, 0.6].contains(&draws.step_of(0.0..=1.0, 0.6)));
            assert!([0.0, 5.0].contains(&draws.step_of(0.0..=8.0, 5.0)));
            let short = draws.short(0.123..=9.4567);
            assert!((0.123..=9.4567).contains(&short), "{short}");
            let short = draws.short(0.1..=0.999_99);
            assert!((0.1..=0.999_99).contains(&short), "{short}");
        }
    }

    #[test]
    #[should_panic(expected = "nothing can be drawn from 0 to inf in steps of 1")]
    fn steps_without_end_are_a_slip_that_is_named() {
        Draws::new(1, "sizes").step_of(0.0..=f64::INFINITY, 1.0);
    }

    #[test]
    fn the_smallest_noise_is_one() {
        for seed in 0..200 {
            assert_eq!(Draws::new(seed, "noise").noise(1.0).abs(), 1.0);
            assert!([1.0, 2.0].contains(&Draws::new(seed, "noise").noise(1.6).abs()));
        }
    }

    #[test]
    #[should_panic(expected = "there is no whole deviation of at most 0.4 but 0")]
    fn a_noise_below_one_is_a_slip_that_is_named() {
        Draws::new(1, "noise").noise(0.4);
    }

    #[test]
    fn a_range_of_one_number_gives_that() {
        assert_eq!(Draws::new(1, "sizes").short(0.3..=0.3), 0.3);
    }
}
