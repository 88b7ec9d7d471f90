//! 36 readings of two ozone monitors: the reference dataset "Norris" of NIST, whose best line is certified; or 14 to
//! 24 fresh ones up to 1,000.

use harness::{DataFile, Dataset, Draws, data_file};
use serde::Deserialize;

/// A reading of ozone concentration by two monitors.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OzoneReading {
    /// What the reference monitor of NIST says.
    pub reference: f64,
    /// What the customer's monitor says of the same air.
    pub monitor: f64,
}

impl Dataset for OzoneReading {
    const NAME: &'static str = "ozone readings";
    const FILE: DataFile = data_file!("norris.toml");

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let (base, weight) = (draws.step_of(0.5..=9.0, 0.5), draws.step_of(0.9..=1.1, 0.01));
        (0..draws.whole(14..=24))
            .map(|_| {
                let reference = draws.step_of(1.0..=1_000.0, 0.1);
                // In tenths, as a monitor reads.
                let monitor = ((base + weight * reference) * 10.0 + draws.noise(15.0)).round() / 10.0;
                OzoneReading { reference, monitor }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use harness::Trial;

    use super::*;

    /// Source: NIST's file names the number of observations; the sums are of the rows as published. (What NIST
    /// certifies is checked where it is fitted.)
    #[test]
    fn the_published_readings_are_whole() {
        let readings: Vec<OzoneReading> = Trial::Lesson.records();
        let tenths =
            |numbers: fn(&OzoneReading) -> f64| readings.iter().map(|it| (numbers(it) * 10.0).round()).sum::<f64>();
        assert_eq!(readings.len(), 36);
        assert_eq!([tenths(|it| it.reference), tenths(|it| it.monitor)], [150_904.0, 151_129.0]);
    }

    #[test]
    fn there_are_as_many_fresh_readings_as_it_takes() {
        assert!((1..200).all(|seed| (14..=24).contains(&Trial::Fresh(seed).records::<OzoneReading>().len())));
    }
}
