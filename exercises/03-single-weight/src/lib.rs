//! Walk downhill. Gradient descent with a single weight, for a number of steps and until the ground is flat.

use std::error::Error;
use std::fmt;

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

/// The gradient of the loss: its slope at a weight. You wrote it in step `gradient`; here it is given.
pub fn calculate_gradient(houses: &[House], sqft_weight: f64) -> f64 {
    let mut gradient = 0.0;
    for house in houses {
        let error = predict(sqft_weight, house.sqft) - house.price;
        gradient += 2.0 * error * house.sqft;
    }
    gradient
}

/// Where a descent was before one of its updates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// How many updates were made before, so that the first step is step 0.
    pub step: usize,
    /// The weight before the update, in dollars per square foot.
    pub weight: f64,
    /// The loss of that weight, in dollars squared.
    pub loss: f64,
}

/// A walk downhill: where it ended, and how it got there.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The weight after the last update.
    pub final_weight: f64,
    /// One entry for each update, recorded before it.
    pub history: Vec<Step>,
}

/// Why a descent did not reach flat ground.
#[derive(Debug, Clone, PartialEq)]
pub enum NotConverged {
    /// All allowed updates were made and the ground still slopes. More steps may help.
    OutOfSteps {
        /// The walk so far; `final_weight` is a good place to go on from.
        descent: Descent,
        /// The gradient at `final_weight`.
        gradient: f64,
    },
    /// The weight or its loss overflowed. More steps will not help; a smaller learning rate will.
    Diverged {
        /// How many updates were made when the weight or its loss was no longer a finite number: 0 if the start is lost.
        step: usize,
        /// One entry for each of these updates, with the weight and the loss before it; all of them are still finite.
        history: Vec<Step>,
    },
}

impl fmt::Display for NotConverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotConverged::OutOfSteps { descent, gradient } => {
                write!(f, "ran out of steps after {}: the slope is still {gradient:e}", descent.history.len())
            }
            NotConverged::Diverged { step, .. } => {
                write!(f, "diverged: the weight or its loss is no longer finite after {step} steps")
            }
        }
    }
}

impl Error for NotConverged {}

/// The weight after one step downhill, in dollars per square foot.
///
/// - `weight`: the weight before the step.
/// - `gradient`: the slope of the loss at that weight.
/// - `learning_rate`: how far to go for each unit of slope.
///
/// Formula: `weight - learning_rate * gradient`. The gradient points uphill, hence the minus. On flat ground, where the
/// gradient is 0, the weight stays what it is.
pub fn update(weight: f64, gradient: f64, learning_rate: f64) -> f64 {
    todo!("take one step against the gradient")
}

/// Walks downhill from `initial_weight` for exactly `num_steps` updates.
///
/// Each round records a [`Step`] first (its number, counted from 0, the weight and that weight's loss) and then updates
/// the weight by the gradient at that weight. So the history begins with `initial_weight` and has `num_steps` entries;
/// `final_weight`, the weight after the last update, is not among them. With `num_steps` 0 the history is empty and
/// `final_weight` is `initial_weight`.
///
/// A learning rate that is too large is not an error here: the walk goes on, however far away it leads.
pub fn gradient_descent(houses: &[House], initial_weight: f64, learning_rate: f64, num_steps: usize) -> Descent {
    todo!("num_steps times: record where you are, then take a step")
}

/// Whether a walk is lost: its weight or its loss is no longer a finite number, but infinite or NaN ("not a number").
///
/// - `weight`: where the walk is.
/// - `loss`: the loss of that weight.
///
/// One of the two is enough. A number that is merely large is not lost.
pub fn is_lost(weight: f64, loss: f64) -> bool {
    todo!("ask whether the weight or the loss is not finite")
}

/// Whether the ground is flat enough: the size of the gradient, `|gradient|`, is at most `flat_enough`.
///
/// - `gradient`: the slope of the loss, which is negative where the ground falls.
/// - `flat_enough`: the largest size that counts as flat, 0 or more.
///
/// A slope of 0 is always flat enough, and a slope that is NaN never is.
pub fn is_flat(gradient: f64, flat_enough: f64) -> bool {
    todo!("compare the size of the gradient with `flat_enough`")
}

/// Walks downhill from `initial_weight` until the ground is flat enough, in `max_steps` updates at most.
///
/// Before every update, and once more after the last one, it asks three questions, in this order:
///
/// 1. Is the walk lost ([`is_lost`])? Then the descent has diverged.
/// 2. Is the ground flat enough ([`is_flat`])? Then this weight is the answer.
/// 3. Have `max_steps` updates been made? Then the descent ran out of steps.
///
/// Otherwise it records a [`Step`] and updates the weight, just as [`gradient_descent`] does.
///
/// The history has one entry for each update. So if the start is flat enough already, the result is `Ok` with an empty
/// history, even if `max_steps` is 0. A loss that grows has not diverged yet, only one that is no longer finite.
///
/// # Errors
/// [`NotConverged::Diverged`] with the updates made until then, or [`NotConverged::OutOfSteps`] with the walk so far
/// and the gradient where it ended.
pub fn descend_until_flat(
    houses: &[House],
    initial_weight: f64,
    learning_rate: f64,
    flat_enough: f64,
    max_steps: usize,
) -> Result<Descent, NotConverged> {
    todo!("ask the three questions; if every answer is no, record, update and ask again")
}
