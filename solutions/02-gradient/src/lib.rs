//! Which way is down? The slope of the loss, by a formula and by measuring.

pub use datasets::House;

/// What every house costs before its size counts, in dollars. This step keeps it fixed.
pub const BASE_PRICE: f64 = 50_000.0;

/// The price that the model predicts for a house, in dollars. You wrote it in step `loss`; here it is given.
pub fn predict(sqft_weight: f64, sqft: f64) -> f64 {
    BASE_PRICE + sqft_weight * sqft
}

/// The loss of a weight: the sum of the squared errors over all houses. You wrote it in step `loss`; here it is given.
pub fn calculate_loss(houses: &[House], sqft_weight: f64) -> f64 {
    let mut loss = 0.0;
    for house in houses {
        let error = predict(sqft_weight, house.sqft) - house.price;
        loss += error * error;
    }
    loss
}

/// Which way a weight has to move for the loss to fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The loss falls towards larger weights: increase the weight.
    Increase,
    /// The loss falls towards smaller weights: decrease the weight.
    Decrease,
    /// The loss is flat here: the weight is at the minimum.
    AtMinimum,
}

/// Two slopes of one loss at one weight, side by side: see [`check_gradient`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientCheck {
    /// The slope that the formula gives.
    pub analytic: f64,
    /// The slope that was measured on the loss itself.
    pub numeric: f64,
    /// The distance between the two, as a share of the larger one (or of 1, if both are smaller).
    pub difference: f64,
}

impl GradientCheck {
    /// Whether the two slopes agree apart from rounding: they differ by at most a millionth.
    pub fn agrees(&self) -> bool {
        self.difference <= 1e-6
    }
}

/// The gradient of the loss: its slope at a weight, in dollars squared per (dollar per square foot).
///
/// It says by how much the loss grows for each dollar that the weight grows, at this very weight.
///
/// - `houses`: the houses with their true prices.
/// - `sqft_weight`: the weight at which to take the slope, in dollars per square foot.
///
/// Formula: `sum of 2 * (predict(weight, house.sqft) - house.price) * house.sqft`, a sum like the loss. Without houses
/// the loss is 0 at every weight, and so the gradient of an empty slice is 0.
pub fn calculate_gradient(houses: &[House], sqft_weight: f64) -> f64 {
    // todo!("add up the slopes of the squared errors of all houses")
    let mut gradient = 0.0;
    for house in houses {
        let error = predict(sqft_weight, house.sqft) - house.price;
        gradient += 2.0 * error * house.sqft;
    }
    gradient
    // done
}

/// The direction in which a weight has to move for the loss to fall, from the gradient at that weight.
///
/// - A negative gradient: the loss falls to the right, so [`Direction::Increase`] the weight.
/// - A positive gradient: the loss falls to the left, so [`Direction::Decrease`] it.
/// - A gradient of zero: flat ground, [`Direction::AtMinimum`].
///
/// However small a gradient is, only exactly zero is flat; -0.0 is zero, too. What to answer to NaN is up to you.
pub fn direction(gradient: f64) -> Direction {
    // todo!("decide by the sign of the gradient which way is down")
    if gradient < 0.0 {
        Direction::Increase
    } else if gradient > 0.0 {
        Direction::Decrease
    } else {
        Direction::AtMinimum
    }
    // done
}

/// The slope of any loss at a weight, measured on the loss itself: the central difference.
///
/// - `loss`: a function from a weight to its loss. Call it like any function: `loss(weight)`.
/// - `weight`: the weight at which to take the slope.
/// - `h`: how far to go to either side of it, larger than zero.
///
/// Formula: `(loss(weight + h) - loss(weight - h)) / (2 * h)`, the rise between the two points over the run between
/// them. On a parabola this is the slope itself for every `h`, apart from rounding. On other curves it is a little off:
/// a smaller `h` is better, until rounding takes over (at about 1e-5, for a weight of about 1). At a sharp corner it is
/// the mean of the slopes on both sides.
pub fn numeric_gradient(loss: impl Fn(f64) -> f64, weight: f64, h: f64) -> f64 {
    // todo!("measure the loss on both sides of the weight, and divide the rise by the run")
    let rise = loss(weight + h) - loss(weight - h);
    rise / (2.0 * h)
    // done
}

/// The gradient check: the slope by a formula next to the slope that [`numeric_gradient`] measures.
///
/// - `loss`: a function from a weight to its loss.
/// - `gradient`: the function to check, from a weight to the slope of that loss.
/// - `weight` and `h`: where to check, and how far to go to either side for the measurement.
///
/// In the [`GradientCheck`], `analytic` is what `gradient` says, `numeric` is what was measured, and `difference` is
/// `|analytic - numeric|` divided by the largest of `|analytic|`, `|numeric|` and 1. It is never negative. Between
/// slopes that are both smaller than 1 it is the plain distance, so that two slopes of zero agree. If the formula gives
/// NaN, the difference is NaN, too, and so the two do not agree. A loss is always a finite number here.
pub fn check_gradient(loss: impl Fn(f64) -> f64, gradient: impl Fn(f64) -> f64, weight: f64, h: f64) -> GradientCheck {
    // todo!("take the slope both ways at the weight, and compare the two")
    let analytic = gradient(weight);
    let numeric = numeric_gradient(loss, weight, h);
    let larger = analytic.abs().max(numeric.abs()).max(1.0);
    GradientCheck { analytic, numeric, difference: (analytic - numeric).abs() / larger }
    // done
}
