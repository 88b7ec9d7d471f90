//! Step 8: descent by a few samples at a time. The mass of a penguin from its bill and flipper, with a step for every
//! batch of penguins and many steps in each pass over the data.

pub use datasets::Penguin;
pub use ndarray::{Array1, Array2};

/// The measures of the penguins, a row for each: `[1, bill length, bill depth, flipper length]`, and their masses in
/// grams.
///
/// The measures are standardised as in step 4: each column has a mean of 0 and a standard deviation of 1, so that a
/// weight is in grams per standard deviation.
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

/// Cuts an order of samples into batches, from its front.
///
/// - `order`: the numbers of the samples, in the order in which they are to be used.
/// - `batch_size`: how many samples make a batch, at least 1.
///
/// Every sample is in exactly one batch. Where the size does not divide their number, the last batch is smaller: seven
/// samples in threes make batches of 3, 3 and 1. Without samples there is no batch.
pub fn batches(order: &[usize], batch_size: usize) -> Vec<Vec<usize>> {
    // todo!("cut the order into pieces of the batch size, the last one as long as it comes")
    order.chunks(batch_size).map(|batch| batch.to_vec()).collect()
    // done
}

/// The gradient of the loss of one batch: one slope for each weight.
///
/// - `x`, `y`: all the samples, a row and a target for each.
/// - `weights`: where the slopes are taken.
/// - `batch`: the numbers of the samples that count, at least one: sample `i` is row `i` of `x` and number `i` of `y`.
///
/// Formula, for the weight of column `j`: `2/m * sum of (predicted - actual) * x[j]` over the samples of the batch, of
/// which there are `m`. It is the mean over the batch, however many samples there are elsewhere.
pub fn batch_gradient(x: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>, batch: &[usize]) -> Array1<f64> {
    // todo!("add up error times features over the samples of the batch, and scale the sums by 2/m")
    let mut gradient = Array1::<f64>::zeros(x.ncols());
    for &sample in batch {
        let features = x.row(sample);
        let error = features.dot(weights) - y[sample];
        gradient = gradient + error * &features;
    }
    gradient * (2.0 / batch.len() as f64)
    // done
}

/// The learning rate of a pass over the data: it begins at the initial rate and decays from there.
///
/// - `initial_rate`: the rate of the first pass.
/// - `decay`: how quickly it falls; 0 keeps it as it is.
/// - `pass`: which pass it is, the first being 0.
///
/// Formula: `initial_rate / (1 + decay * pass)`. With a decay of 1 it is the initial rate, then a half of it, a third,
/// and so on.
pub fn rate_of_pass(initial_rate: f64, decay: f64, pass: usize) -> f64 {
    // todo!("divide the initial rate by one more than decay times pass")
    initial_rate / (1.0 + decay * pass as f64)
    // done
}

/// One pass over the data, also called an *epoch*: a step for each batch, and the weights after the last one.
///
/// - `x`, `y`: all the samples.
/// - `weights`: where the pass begins.
/// - `order`: the order in which the samples are used, each once.
/// - `batch_size`: how many samples make a batch, at least 1.
/// - `learning_rate`: the part of the gradient that a step moves by, the same in all steps of the pass.
///
/// Each step goes against the gradient of its own batch, taken at the weights that the step before it has left. The last
/// step is one like the others, also where its batch is smaller.
pub fn one_pass(
    x: &Array2<f64>,
    y: &Array1<f64>,
    weights: &Array1<f64>,
    order: &[usize],
    batch_size: usize,
    learning_rate: f64,
) -> Array1<f64> {
    // todo!("for each batch of the order, take its gradient at the weights as they are by then, and step against it")
    let mut weights = weights.clone();
    for batch in batches(order, batch_size) {
        let gradient = batch_gradient(x, y, &weights, &batch);
        weights = weights - learning_rate * gradient;
    }
    weights
    // done
}

/// What a descent found, and the way there.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The weights after the last pass.
    pub weights: Array1<f64>,
    /// The loss over all samples before the first pass and after each: one more than there are passes.
    pub losses: Vec<f64>,
}

/// Descent in mini-batches, starting with every weight at 0.
///
/// - `x`, `y`: all the samples.
/// - `orders`: the order of the samples for each pass, and so as many passes as there are orders. They come shuffled.
/// - `batch_size`: how many samples make a batch: 1 for single samples, all of them for the descent of step 4.
/// - `initial_rate`, `decay`: the learning rate of each pass, as [`rate_of_pass`] has it, the first pass being 0.
///
/// The losses are those of all samples and not of a batch, so that passes can be compared. Without orders the weights
/// are all 0, and there is the one loss of the start.
pub fn mini_batch_descent(
    x: &Array2<f64>,
    y: &Array1<f64>,
    orders: &[Vec<usize>],
    batch_size: usize,
    initial_rate: f64,
    decay: f64,
) -> Descent {
    // todo!("from zeros: record the loss, and for each order make a pass at its rate and record the loss again")
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
