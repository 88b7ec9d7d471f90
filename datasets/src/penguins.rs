//! 342 penguins of three species, species by species; or 61 to 79 fresh ones.

use harness::{DataFile, Dataset, Draws, data_file};
use serde::Deserialize;

/// The measures of a penguin.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penguin {
    /// Length of the bill in millimetres.
    pub bill_length: f64,
    /// Depth of the bill in millimetres.
    pub bill_depth: f64,
    /// Length of the flipper in millimetres.
    pub flipper_length: f64,
    /// Body mass in grams.
    pub mass: f64,
}

impl Dataset for Penguin {
    const NAME: &'static str = "penguins";
    const FILE: DataFile = data_file!("penguins.toml");

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let weight = draws.step_of(40.0..=60.0, 1.0);
        (0..draws.whole(61..=79))
            .map(|_| {
                let flipper_length = draws.step_of(172.0..=231.0, 1.0);
                let bill_length = draws.step_of(32.0..=50.0, 0.1) + ((flipper_length - 172.0) / 8.0).round();
                let bill_depth = draws.step_of(13.0..=21.5, 0.1);
                let mass = weight * flipper_length + 15.0 * bill_length + 20.0 * bill_depth - 6_000.0;
                Penguin { bill_length, bill_depth, flipper_length, mass: mass.round() + draws.noise(600.0) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use harness::Trial;

    use super::*;

    /// Source: R's data frame `penguins` has 342 rows without a gap in these columns; the sums are of the rows as
    /// published.
    #[test]
    fn the_published_penguins_are_whole() {
        let penguins: Vec<Penguin> = Trial::Lesson.records();
        let tenths = |numbers: fn(&Penguin) -> f64| penguins.iter().map(|it| (numbers(it) * 10.0).round()).sum::<f64>();
        assert_eq!(penguins.len(), 342);
        assert_eq!([tenths(|it| it.mass), tenths(|it| it.flipper_length)], [14_370_000.0, 687_130.0]);
    }

    #[test]
    fn there_are_as_many_fresh_penguins_as_it_takes() {
        assert!((1..200).all(|seed| (61..=79).contains(&Trial::Fresh(seed).records::<Penguin>().len())));
    }
}
