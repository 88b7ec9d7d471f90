//! How far should one step go? The same descent at many learning rates, and what decides between them.

pub use datasets::House;

/// What every house costs before its size counts, in dollars.
pub const BASE_PRICE: f64 = 50_000.0;

/// A run has arrived when its last slope is at most this fraction of its first one.
pub const ARRIVED: f64 = 0.001;

/// One place on a run. [`Point::at`] makes one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The weight, in dollars per square foot.
    pub weight: f64,
    /// The loss at that weight, in dollars squared.
    pub loss: f64,
    /// The slope of the loss at that weight: negative left of the minimum, positive right of it.
    pub gradient: f64,
}

impl Point {
    /// The point at this weight, with the loss and the slope that the houses give it.
    pub fn at(houses: &[House], weight: f64) -> Point {
        Point { weight, loss: calculate_loss(houses, weight), gradient: calculate_gradient(houses, weight) }
    }
}

/// One descent at one learning rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The learning rate of every step of this run.
    pub learning_rate: f64,
    /// Where the run was: first its start, then one point after each step. Never empty, and all its numbers are
    /// finite.
    pub history: Vec<Point>,
    /// Why the history ends where it does.
    pub ended: Ended,
}

/// Why a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It took all the steps it was given.
    AllSteps,
    /// Its next weight or loss would have been too large for an `f64`.
    Overflow,
}

/// What a run says about its learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The steps were too short to arrive: the run is still on its way down one side.
    TooSmall,
    /// The run arrived.
    JustRight,
    /// The steps were too long to arrive: the run jumps from side to side, or has left for infinity.
    TooBig,
}

/// Given, from step `loss`: the sum of the squared errors of `base + weight * sqft` over all houses, in dollars
/// squared.
pub fn calculate_loss(houses: &[House], sqft_weight: f64) -> f64 {
    houses.iter().map(|house| (BASE_PRICE + sqft_weight * house.sqft - house.price).powi(2)).sum()
}

/// Given, from step `gradient`: the slope of that loss at a weight.
pub fn calculate_gradient(houses: &[House], sqft_weight: f64) -> f64 {
    houses.iter().map(|house| 2.0 * (BASE_PRICE + sqft_weight * house.sqft - house.price) * house.sqft).sum()
}

/// Given, from step `single-weight`: the weight after one step against the slope.
pub fn update(weight: f64, gradient: f64, learning_rate: f64) -> f64 {
    weight - learning_rate * gradient
}

/// Descends once for each learning rate, always from the same start, and returns one [`Run`] for each rate, in the
/// order of `rates`.
///
/// - `initial_weight`: where every run starts, in dollars per square foot; its loss is finite.
/// - `rates`: the learning rates to try, each 0 or more.
/// - `num_steps`: how many steps each run may take.
///
/// A history holds the start and then the point after each step, so `num_steps + 1` points. A run ends early, as
/// [`Ended::Overflow`], at the first step that leads to a weight or a loss that is not finite (infinite, or not a
/// number); that point is left out of its history, and the rates after it still have their runs.
///
/// No rates make no runs, and no steps leave each history with its start alone. Without houses the loss is flat, so
/// that every step stays where it is.
pub fn explore(houses: &[House], initial_weight: f64, rates: &[f64], num_steps: usize) -> Vec<Run> {
    todo!("for each rate, start afresh, take the steps, keep every point, and stop at an overflow")
}

/// Judges the learning rate of a run by what its slope has become.
///
/// The loss is a parabola, so the slope (taken without its sign) says how far away the minimum is. A run has *arrived*
/// if its last slope is at most [`ARRIVED`] times as large as its first, both without their signs. It is *jumping* if
/// its last two slopes have opposite signs: the last step went over the minimum to the other side.
///
/// The first of these that holds is the verdict, for any run, even one that no descent could make (but no two slopes are
/// so small that their product is 0):
///
/// 1. The run ended in an overflow: [`Verdict::TooBig`].
/// 2. It has arrived: [`Verdict::JustRight`], also if it jumped on the way. A run that started at the minimum, on a
///    slope of 0, has arrived whatever its rate.
/// 3. It is jumping: [`Verdict::TooBig`], whether the jumps grow, stay as they are (a rate of exactly 2 / curvature) or
///    shrink too slowly to arrive before the steps ran out.
/// 4. Otherwise it is still on its way: [`Verdict::TooSmall`]. That includes a rate of 0, and a run
///    of no steps, which has only one slope.
pub fn classify(run: &Run) -> Verdict {
    todo!("find the first of the four rules that holds for this run")
}

/// How strongly the loss curves: by how much its slope grows when the weight grows by 1.
///
/// Formula: `2 * sum of sqft^2`, the second derivative of the loss. It is the same at every weight, and prices play no
/// part in it. Without houses it is 0.
pub fn curvature(houses: &[House]) -> f64 {
    todo!("return twice the sum of the squared sizes")
}

/// The limit of the stable learning rates: below it a run comes closer with every step, above it every step leads
/// further away, and at the limit itself the run jumps back and forth forever.
///
/// Formula: `2 / curvature`. `None` if the curvature is 0 (no houses, or none with a size): a flat loss has no slope,
/// so no rate is too big.
pub fn largest_stable_rate(houses: &[House]) -> Option<f64> {
    todo!("divide 2 by the curvature, unless there is none")
}

/// The learning rate that leads from any weight to the minimum in a single step.
///
/// Formula: `1 / curvature`. `None` if the curvature is 0 (no houses, or none with a size): a flat loss has no one
/// minimum to step to.
pub fn best_rate(houses: &[House]) -> Option<f64> {
    todo!("return the rate whose one step cancels the whole distance, unless there is no curvature")
}
