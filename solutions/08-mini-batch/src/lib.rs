//! A few samples at a time. Stochastic gradient descent predicts the mass of a penguin from its bill and
//! flipper, with a step for every batch of penguins and many steps in each pass over the data.

pub use datasets::Penguin;
pub use ndarray::{Array1, Array2};

/// The measures of the penguins, a row for each: `[1, bill length, bill depth, flipper length]`, and their masses in
/// grams.
///
/// The measures are standardised as in step `multi-weight`: each column has a mean of 0 and a standard deviation of 1,
/// so the unit of a weight is grams per standard deviation.
pub fn measures_and_masses(penguins: &[Penguin]) -> (Array2<f64>, Array1<f64>) {
    let mut x = Array2::<f64>::ones((penguins.len(), 4));
    for (mut row, penguin) in x.rows_mut().into_iter().zip(penguins) {
        row[1] = penguin.bill_length;
        row[2] = penguin.bill_depth;
        row[3] = penguin.flipper_length;
    }
    for mut column in x.columns_mut().into_iter().skip(1) {
        let mean = column.sum() / column.len() as f64;
        column -= mean;
        let std = (column.dot(&column) / column.len() as f64).sqrt();
        column /= std;
    }
    (x, penguins.iter().map(|penguin| penguin.mass).collect())
}

/// The loss over all samples: the mean of the squared errors, in grams squared.
pub fn calculate_loss(x: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>) -> f64 {
    let errors = x.dot(weights) - y;
    errors.dot(&errors) / y.len() as f64
}

/// Cuts an order of samples into batches, from the front.
///
/// - `order`: the numbers of the samples, in the order in which to use them.
/// - `batch_size`: the number of samples in a batch, at least 1.
///
/// Every sample is in exactly one batch. If samples are left over at the end, the last batch is smaller: seven samples
/// in batches of three make batches of 3, 3 and 1. Without samples there is no batch.
pub fn batches(order: &[usize], batch_size: usize) -> Vec<Vec<usize>> {
    // todo!("cut the order into pieces of the batch size; the last piece may be shorter")
    order.chunks(batch_size).map(|batch| batch.to_vec()).collect()
    // done
}

/// The gradient of the loss of one batch: one slope for each weight.
///
/// - `x`, `y`: all the samples, a row and a target for each.
/// - `weights`: where to take the slopes.
/// - `batch`: the numbers of the samples to use, at least one: sample `i` is row `i` of `x` and number `i` of `y`.
///
/// Formula, for the weight of column `j`: `2/m * sum of (predicted - actual) * x[j]` over the `m` samples of the batch.
/// It is a mean over the batch, however many samples there are in all. A sample that is in the batch twice counts twice.
/// Column 0 is a column like any other here, whatever it holds.
pub fn batch_gradient(x: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>, batch: &[usize]) -> Array1<f64> {
    // todo!("add up error times features over the samples of the batch, and multiply the sums by 2/m")
    let mut gradient = Array1::<f64>::zeros(x.ncols());
    for &sample in batch {
        let features = x.row(sample);
        let error = features.dot(weights) - y[sample];
        gradient = gradient + error * &features;
    }
    gradient * (2.0 / batch.len() as f64)
    // done
}

/// Stochastic gradient descent by random draws: every step uses samples picked at random. Starts with every weight at 0,
/// and returns the weights after the last step.
///
/// - `x`, `y`: all the samples.
/// - `draw`: a source of random numbers. `draw(count)` is a whole number from 0 to `count - 1`, each as likely as any
///   other, and a new one at each call.
/// - `batch_size`: how many samples to draw for a step, at least 1; it may be more than there are.
/// - `learning_rate`: the part of the gradient that a step moves by.
/// - `num_steps`: how many steps to take.
///
/// Each step draws `batch_size` samples from *all* samples, so the same one may come twice, and then counts twice. It
/// goes against the gradient of these samples at the current weights. Without steps nothing is drawn.
pub fn stochastic_descent(
    x: &Array2<f64>,
    y: &Array1<f64>,
    draw: &mut impl FnMut(usize) -> usize,
    batch_size: usize,
    learning_rate: f64,
    num_steps: usize,
) -> Array1<f64> {
    // todo!("from zeros: for each step draw a batch of samples, take its gradient, and step against it")
    let mut weights = Array1::<f64>::zeros(x.ncols());
    for _ in 0..num_steps {
        let drawn: Vec<usize> = (0..batch_size).map(|_| draw(y.len())).collect();
        let slopes = batch_gradient(x, y, &weights, &drawn);
        weights = weights - learning_rate * slopes;
    }
    weights
    // done
}

/// The learning rate of a pass over the data: it starts at the initial rate and decays.
///
/// - `initial_rate`: the rate of the first pass.
/// - `decay`: how quickly it falls; 0 keeps it as it is.
/// - `pass`: the number of the pass; the first one is 0.
///
/// Formula: `initial_rate / (1 + decay * pass)`. With a decay of 1 it is the initial rate, then half of it, a third,
/// and so on.
pub fn rate_of_pass(initial_rate: f64, decay: f64, pass: usize) -> f64 {
    // todo!("divide the initial rate by 1 plus decay times pass")
    initial_rate / (1.0 + decay * pass as f64)
    // done
}

/// One pass over the data, also called an *epoch*: a step for each batch. Returns the weights after the last step.
///
/// - `x`, `y`: all the samples.
/// - `weights`: where the pass begins.
/// - `order`: the numbers of all samples, each once, in the order in which to use them.
/// - `batch_size`: the number of samples in a batch, at least 1.
/// - `learning_rate`: the part of the gradient that a step moves by, the same in all steps of the pass.
///
/// Each step goes against the gradient of its own batch, taken at the weights after the previous step. The last step is
/// like the others, even if its batch is smaller.
pub fn one_pass(
    x: &Array2<f64>,
    y: &Array1<f64>,
    weights: &Array1<f64>,
    order: &[usize],
    batch_size: usize,
    learning_rate: f64,
) -> Array1<f64> {
    // todo!("for each batch of the order, take its gradient at the current weights, and step against it")
    let mut weights = weights.clone();
    for batch in batches(order, batch_size) {
        let gradient = batch_gradient(x, y, &weights, &batch);
        weights = weights - learning_rate * gradient;
    }
    weights
    // done
}

/// The weights that a descent found, and the losses on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The weights after the last pass.
    pub weights: Array1<f64>,
    /// The loss over all samples before the first pass and after each one: one more than there are passes.
    pub losses: Vec<f64>,
}

/// Stochastic gradient descent in mini-batches, starting with every weight at 0.
///
/// - `x`, `y`: all the samples.
/// - `orders`: the order of the samples for each pass, already shuffled. There are as many passes as orders.
/// - `batch_size`: the number of samples in a batch: 1 for single samples, all of them for the descent of step
///   `multi-weight`.
/// - `initial_rate`, `decay`: they give each pass its rate by [`rate_of_pass`]; the first pass is pass 0.
///
/// Each loss is that of all samples, not of one batch, so you can compare passes. No pass is left out, even if the loss
/// rises or is no longer finite. Without orders the weights are all 0, and the only loss is that of the start.
pub fn mini_batch_descent(
    x: &Array2<f64>,
    y: &Array1<f64>,
    orders: &[Vec<usize>],
    batch_size: usize,
    initial_rate: f64,
    decay: f64,
) -> Descent {
    // todo!("from zeros: record the loss, then for each order make a pass at its rate and record the loss again")
    let mut weights = Array1::<f64>::zeros(x.ncols());
    let mut losses = vec![calculate_loss(x, y, &weights)];
    for (pass, order) in orders.iter().enumerate() {
        let learning_rate = rate_of_pass(initial_rate, decay, pass);
        weights = one_pass(x, y, &weights, order, batch_size, learning_rate);
        losses.push(calculate_loss(x, y, &weights));
    }
    Descent { weights, losses }
    // done
}
