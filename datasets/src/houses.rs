//! The lesson's four houses lie exactly on `price = 50,000 + 200 * sqft`; there are five to seven fresh ones of 800
//! to 2,600 square feet, which lie beside a line.

use harness::{DataFile, Dataset, Draws, OwnFile, data_file};
use serde::Deserialize;

/// A house for the one-weight model.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// Living area in square feet.
    pub sqft: f64,
    /// Price in dollars.
    pub price: f64,
}

impl Dataset for House {
    const NAME: &'static str = "houses";
    const FILE: DataFile = data_file!("houses.toml");
    const OWN_FILE: OwnFile = OwnFile::Csv;

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let (base, weight) = (draws.step_of(30_000.0..=70_000.0, 1_000.0), draws.step_of(120.0..=280.0, 1.0));
        (0..draws.whole(5..=7))
            .map(|_| {
                let sqft = draws.step_of(800.0..=2_600.0, 10.0);
                House { sqft, price: base + weight * sqft + draws.noise(20_000.0) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use harness::Trial;

    use super::*;

    #[test]
    fn the_lessons_houses_lie_on_its_line() {
        let houses: Vec<House> = Trial::Lesson.records();
        assert_eq!(houses.len(), 4);
        assert!(houses.iter().all(|house| house.price == 50_000.0 + 200.0 * house.sqft));
    }

    #[test]
    fn fresh_houses_are_other_ones_of_the_same_kind() {
        for seed in 1..200 {
            let houses: Vec<House> = Trial::Fresh(seed).records();
            assert!((5..=7).contains(&houses.len()));
            assert!(houses.iter().all(|house| (800.0..=2_600.0).contains(&house.sqft) && house.price > 0.0));
        }
    }
}
