//! Losses of the lesson's data over two weights: the surfaces on which its descents walk, for figures that draw contour
//! lines.

use std::sync::LazyLock;

use crate::surfaces::{Point, View};
use crate::{homes, study_records};

/// The mean of the squared errors of some data, by the two weights of a line.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Its name as a word of lower-case letters and hyphens.
    pub name: &'static str,
    /// The loss at a base and a weight.
    pub value: fn(Point) -> f64,
    /// The part of the plane that is worth drawing.
    pub view: View,
}

/// The loss of this name.
pub fn loss(name: &str) -> Option<&'static Loss> {
    LOSSES.iter().find(|loss| loss.name == name)
}

/// All losses.
pub static LOSSES: [Loss; 3] = [HOMES, SCALED_HOMES, STUDY];

/// The homes' prices by their square feet: a gorge, a million times as steep across as along.
pub const HOMES: Loss = Loss {
    name: "homes",
    value: |weights| loss_of(&SIZES, weights),
    view: View { x: [-2_000.0, 8_000.0], y: [0.0, 400.0] },
};

/// The homes' prices by their square feet, scaled: a round bowl.
pub const SCALED_HOMES: Loss = Loss {
    name: "scaled-homes",
    value: |weights| loss_of(&SCALED_SIZES, weights),
    view: View { x: [-100_000.0, 1_040_000.0], y: [-200_000.0, 532_000.0] },
};

/// The scores of the study records by the hours.
pub const STUDY: Loss =
    Loss { name: "study", value: |weights| loss_of(&HOURS, weights), view: View { x: [26.0, 46.0], y: [4.0, 11.0] } };

/// Pairs of a number that predicts and the one that it predicts.
type Pairs = LazyLock<Vec<(f64, f64)>>;

static SIZES: Pairs = LazyLock::new(|| homes().iter().map(|home| (home.sqft, home.price)).collect());

static SCALED_SIZES: Pairs = LazyLock::new(|| {
    let count = SIZES.len() as f64;
    let mean = SIZES.iter().map(|(size, _)| size).sum::<f64>() / count;
    let deviation = (SIZES.iter().map(|(size, _)| (size - mean).powi(2)).sum::<f64>() / count).sqrt();
    SIZES.iter().map(|(size, price)| ((size - mean) / deviation, *price)).collect()
});

static HOURS: Pairs = LazyLock::new(|| study_records().iter().map(|record| (record.hours, record.score)).collect());

fn loss_of(pairs: &[(f64, f64)], [base, weight]: Point) -> f64 {
    let errors = pairs.iter().map(|(number, target)| base + weight * number - target);
    errors.map(|error| error * error).sum::<f64>() / pairs.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_view_shows_the_lowest_point() {
        // Each a least-squares line: of the homes by hand (a mean of 1,860 square feet and of 470,000 dollars), scaled and
        // not, and that of the study records as step 6 states it.
        let weight = 549_000_000.0 / 2_192_000.0;
        let deviation = (2_192_000.0_f64 / 5.0).sqrt();
        let lowest = [
            (HOMES, [470_000.0 - weight * 1_860.0, weight], [1e3, 1.0]),
            (SCALED_HOMES, [470_000.0, weight * deviation], [1e3, 1e3]),
            (STUDY, [40.857_142_857, 6.892_857_143], [0.1, 0.1]),
        ];
        for (Loss { name, value, view }, [x, y], [dx, dy]) in lowest {
            let height = value([x, y]);
            for beside in [[x + dx, y], [x - dx, y], [x, y + dy], [x, y - dy]] {
                assert!(value(beside) > height, "{name} at {beside:?}");
            }
            assert!((view.x[0]..view.x[1]).contains(&x) && (view.y[0]..view.y[1]).contains(&y), "{name}");
        }
    }
}
