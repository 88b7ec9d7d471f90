//! The lesson's five homes with three features, or six to nine fresh ones.

use harness::{DataFile, Dataset, Draws, data_file};
use serde::Deserialize;

/// A home for the model with several weights.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Number of bedrooms.
    pub bedrooms: f64,
    /// Number of bathrooms.
    pub bathrooms: f64,
    /// Living area in square feet.
    pub sqft: f64,
    /// Price in dollars.
    pub price: f64,
}

impl Dataset for Home {
    const NAME: &'static str = "homes";
    const FILE: DataFile = data_file!("homes.toml");

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let (base, weight) = (draws.step_of(10_000.0..=60_000.0, 1_000.0), draws.step_of(120.0..=240.0, 1.0));
        (0..draws.whole(6..=9))
            .map(|_| {
                let (bedrooms, bathrooms) = (draws.whole(1..=6) as f64, draws.whole(1..=4) as f64);
                let sqft = draws.step_of(700.0..=3_200.0, 10.0);
                let rooms = 4_000.0 * bedrooms + 15_000.0 * bathrooms;
                Home { bedrooms, bathrooms, sqft, price: base + rooms + weight * sqft + draws.noise(25_000.0) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use harness::Trial;

    use super::*;

    #[test]
    fn there_are_as_many_homes_as_the_lesson_says() {
        assert_eq!(Trial::Lesson.records::<Home>().len(), 5);
        assert!((1..200).all(|seed| (6..=9).contains(&Trial::Fresh(seed).records::<Home>().len())));
    }
}
