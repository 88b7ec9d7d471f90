//! The practice challenge. A line that predicts an exam score from the hours studied, learned from scratch.

pub use datasets::StudyRecord;

/// A line that predicts a student's score from the hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// The score without any studying, in points.
    pub base: f64,
    /// What each hour adds, in points per hour.
    pub weight: f64,
}

/// The slopes of the loss at a line, one for each of its two numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gradients {
    /// How the loss changes with the base.
    pub base: f64,
    /// How the loss changes with the weight.
    pub weight: f64,
}

/// The score that a line predicts for this many hours, in points.
pub fn predict(line: Line, hours: f64) -> f64 {
    todo!("return the score that the line predicts")
}

/// Both slopes of the mean squared error at a line.
///
/// The loss is the *mean* of `(predicted - score)^2` over the records. A [`StudyRecord`] has the fields `hours` and
/// `score`, both `f64`. Without records both slopes are 0.
pub fn calculate_gradients(records: &[StudyRecord], line: Line) -> Gradients {
    todo!("return the mean slope for the base and the mean slope for the weight")
}

/// The line that gradient descent has reached after `num_steps` steps from `start`.
///
/// Both numbers of the line move in every step, by slopes taken at the same line. All steps are taken, even if they lead
/// uphill, or so far that the numbers are no longer finite. No steps, or no records: the start.
pub fn gradient_descent_study(records: &[StudyRecord], start: Line, learning_rate: f64, num_steps: usize) -> Line {
    todo!("descend from the start and return the line you reach")
}

/// The line as text: `Score = 32.5 + 4.0 * hours` for a base of 32.5 and a weight of 4.
///
/// Both numbers are as `{:.1}` writes them: with exactly one decimal, and with a minus sign if they are negative
/// (`+ -1.5 * hours`), even one that is so close to 0 that `-0.0` is left of it.
pub fn describe(line: Line) -> String {
    todo!("write the line as text, with one decimal for each number")
}
