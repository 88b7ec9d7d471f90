//! 16 years of the economy of the United States: the reference dataset "Longley" of NIST, whose best fit is
//! certified; or 17 to 20 fresh ones, in which all but two columns rise together, too.

use harness::{DataFile, Dataset, Draws, data_file};
use serde::Deserialize;

/// A year of a country's economy.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EconomicYear {
    /// Price index of the gross national product, 100 in 1954.
    pub deflator: f64,
    /// Gross national product in millions of dollars.
    pub product: f64,
    /// Unemployed people, in thousands.
    pub unemployed: f64,
    /// Size of the armed forces, in thousands.
    pub armed_forces: f64,
    /// People of 14 years and over, in thousands.
    pub population: f64,
    /// The year.
    pub year: f64,
    /// Employed people, in thousands.
    pub employed: f64,
}

impl Dataset for EconomicYear {
    const NAME: &'static str = "economic years";
    const FILE: DataFile = data_file!("longley.toml");

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let (first, growth) = (draws.whole(1_950..=1_990) as f64, draws.step_of(15_000.0..=30_000.0, 100.0));
        (0..draws.whole(17..=20))
            .map(|years| {
                let years = years as f64;
                let unemployed = draws.step_of(1_500.0..=5_000.0, 1.0);
                let armed_forces = draws.step_of(1_400.0..=3_600.0, 1.0);
                EconomicYear {
                    deflator: (830.0 + 24.0 * years + draws.noise(20.0)) / 10.0,
                    product: 230_000.0 + growth * years + draws.noise(12_000.0),
                    unemployed,
                    armed_forces,
                    population: 107_000.0 + 1_500.0 * years + draws.noise(400.0),
                    year: first + years,
                    employed: 66_000.0 + 800.0 * years - (unemployed + armed_forces).round() + draws.noise(600.0),
                }
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
    fn the_published_years_are_whole() {
        let years: Vec<EconomicYear> = Trial::Lesson.records();
        let tenths =
            |numbers: fn(&EconomicYear) -> f64| years.iter().map(|it| (numbers(it) * 10.0).round()).sum::<f64>();
        assert_eq!(years.len(), 16);
        assert_eq!([tenths(|it| it.employed), tenths(|it| it.deflator)], [10_450_720.0, 16_269.0]);
    }

    #[test]
    fn there_are_as_many_fresh_years_as_it_takes() {
        assert!((1..200).all(|seed| (17..=20).contains(&Trial::Fresh(seed).records::<EconomicYear>().len())));
    }
}
