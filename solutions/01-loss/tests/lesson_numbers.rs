//! The numbers of step `loss` in the table of `exercises/printed-and-true.md`, each worked out once more by hand.

use datasets::House;
use harness::Trial;
use loss_solution::{calculate_loss, predict};

/// Source: the lesson's four houses cost exactly 50,000 + 200 * sqft, so that a weight of `w` prices each of them
/// `(w - 200) * sqft` wrong, and the loss is `(w - 200)^2` times the sum of the squared sizes: 1,000^2 + 1,500^2 +
/// 2,000^2 + 2,500^2 = 13,500,000.
#[test]
fn the_losses_at_the_lessons_weights_are_the_true_ones_of_the_table() {
    for (weight, loss, distance) in [
        (50.0, 303_750_000_000.0, -150.0),
        (100.0, 135_000_000_000.0, -100.0),
        (150.0, 33_750_000_000.0, -50.0),
        (200.0, 0.0, 0.0),
        (250.0, 33_750_000_000.0, 50.0),
        (300.0, 135_000_000_000.0, 100.0),
    ] {
        assert_eq!(loss, distance * distance * 13_500_000.0);
        assert_eq!(calculate_loss(&Trial::Lesson.records::<House>(), weight), loss, "at ${weight} per square foot");
    }
}

/// Source: any parabola with its lowest point, 0, at $200, the lesson's own claim. On it a weight twice as far away
/// loses four times as much; the printed outputs (130, 30 and 5 billion) lie on no such parabola.
#[test]
fn twice_as_far_from_the_best_weight_loses_four_times_as_much() {
    let loss = |weight| calculate_loss(&Trial::Lesson.records::<House>(), weight);
    assert_eq!(loss(100.0), 4.0 * loss(150.0));
    assert_eq!(loss(300.0), 4.0 * loss(250.0));
    assert_eq!(loss(50.0), 9.0 * loss(150.0));
}

/// Source: the prices in `datasets/src/houses.toml`.
#[test]
fn the_weight_200_prices_each_of_the_lessons_houses_exactly() {
    for house in Trial::Lesson.records::<House>() {
        assert_eq!(predict(200.0, house.sqft), house.price);
    }
}

/// Source: the table in `exercises/sum-or-mean.md`, from the loss above and n = 4.
#[test]
fn the_mean_and_half_the_mean_at_100_are_those_of_the_map() {
    let sum = calculate_loss(&Trial::Lesson.records::<House>(), 100.0);
    let n = Trial::Lesson.records::<House>().len() as f64;
    assert_eq!(sum / n, 33_750_000_000.0);
    assert_eq!(sum / (2.0 * n), 16_875_000_000.0);
}
