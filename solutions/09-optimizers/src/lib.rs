//! Steps that remember. Momentum, RMSProp, Adam and their relatives behind one small trait, and a race between
//! them.
//!
//! Weights and gradients are ndarray's `Array1`, as in step `multi-weight`: lists of numbers that add and multiply as a
//! whole.

pub use datasets::surfaces::{RAVINE, ROSENBROCK, Surface};
pub use ndarray::Array1;

/// A way to take a step. It keeps in its own fields what it remembers from one step to the next.
pub trait Optimizer {
    /// Moves the weights by one step.
    ///
    /// - `weights`: the current weights; changed in place.
    /// - `gradient`: the slopes there, one for each weight.
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>);
}

/// Plain gradient descent: it remembers nothing.
#[derive(Debug, Clone)]
pub struct GradientDescent {
    /// The part of the gradient that a step moves by.
    pub learning_rate: f64,
}

impl Optimizer for GradientDescent {
    /// Formula: `weights = weights - learning_rate * gradient`.
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("subtract the learning rate times the gradient from the weights")
        *weights -= &(self.learning_rate * gradient);
        // done
    }
}

/// Gradient descent with momentum, also called the heavy ball: each step keeps most of the last velocity.
#[derive(Debug, Clone)]
pub struct Momentum {
    /// The part of the velocity that a step moves by.
    pub learning_rate: f64,
    /// The part of the velocity that each step keeps, usually 0.9.
    pub momentum: f64,
    /// The sum of the gradients so far, in which older ones count less and less; zeros before the first step.
    pub velocity: Array1<f64>,
}

impl Momentum {
    /// At rest, for this many weights, with the usual momentum.
    pub fn new(learning_rate: f64, weights: usize) -> Momentum {
        Momentum { learning_rate, momentum: 0.9, velocity: Array1::zeros(weights) }
    }
}

impl Optimizer for Momentum {
    /// Formulas, as in PyTorch, one after the other:
    ///
    /// - `velocity = momentum * velocity + gradient`
    /// - `weights = weights - learning_rate * velocity`
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("multiply the velocity by the momentum, add the gradient, and move against the velocity")
        self.velocity = self.momentum * &self.velocity + gradient;
        *weights -= &(self.learning_rate * &self.velocity);
        // done
    }
}

/// Nesterov's momentum: the step looks ahead along the velocity.
#[derive(Debug, Clone)]
pub struct Nesterov {
    /// The part of `gradient + momentum * velocity` that a step moves by.
    pub learning_rate: f64,
    /// The part of the velocity that each step keeps, usually 0.9.
    pub momentum: f64,
    /// The same velocity as that of [`Momentum`]; zeros before the first step.
    pub velocity: Array1<f64>,
}

impl Nesterov {
    /// At rest, for this many weights, with the usual momentum.
    pub fn new(learning_rate: f64, weights: usize) -> Nesterov {
        Nesterov { learning_rate, momentum: 0.9, velocity: Array1::zeros(weights) }
    }
}

impl Optimizer for Nesterov {
    /// Formulas, as in PyTorch, one after the other:
    ///
    /// - `velocity = momentum * velocity + gradient`, as in [`Momentum`]
    /// - `weights = weights - learning_rate * (gradient + momentum * velocity)`
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("update the velocity, then move against the gradient plus the momentum times the velocity")
        self.velocity = self.momentum * &self.velocity + gradient;
        let ahead = gradient + self.momentum * &self.velocity;
        *weights -= &(self.learning_rate * ahead);
        // done
    }
}

/// RMSProp: each weight has a step of its own size, relative to the usual size of its slope.
#[derive(Debug, Clone)]
pub struct RmsProp {
    /// How far a weight moves when its slope has its usual size.
    pub learning_rate: f64,
    /// The part of the old average that each step keeps, usually 0.99; `alpha` in PyTorch.
    pub decay: f64,
    /// A tiny number that prevents a division by 0, usually 1e-8.
    pub epsilon: f64,
    /// The running average of the squared gradients; zeros before the first step.
    pub squares: Array1<f64>,
}

impl RmsProp {
    /// Before its first step, for this many weights, with the usual decay and epsilon.
    pub fn new(learning_rate: f64, weights: usize) -> RmsProp {
        RmsProp { learning_rate, decay: 0.99, epsilon: 1e-8, squares: Array1::zeros(weights) }
    }
}

impl Optimizer for RmsProp {
    /// Formulas, as in PyTorch, one after the other and for each weight separately:
    ///
    /// - `squares = decay * squares + (1 - decay) * gradient^2`
    /// - `weights = weights - learning_rate * gradient / (sqrt(squares) + epsilon)`
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("update the average of the squares, then move by the gradient divided by the root of that average")
        self.squares = self.decay * &self.squares + (1.0 - self.decay) * (gradient * gradient);
        *weights -= &(self.learning_rate * gradient / (self.squares.mapv(f64::sqrt) + self.epsilon));
        // done
    }
}

/// The two running averages at the heart of [`Adam`], [`AdamW`] and [`Lamb`].
#[derive(Debug, Clone)]
pub struct Moments {
    /// The part of the mean that each step keeps, usually 0.9.
    pub beta1: f64,
    /// The part of the mean square that each step keeps, usually 0.999.
    pub beta2: f64,
    /// A tiny number that prevents a division by 0.
    pub epsilon: f64,
    /// How many gradients the averages contain so far; 0 before the first.
    pub steps: i32,
    /// The running average of the gradients, without correction; zeros before the first step.
    pub mean: Array1<f64>,
    /// The running average of the squared gradients, without correction; zeros before the first step.
    pub square: Array1<f64>,
}

impl Moments {
    /// Before the first gradient, for this many weights, with the usual betas and an epsilon of 1e-8.
    pub fn new(weights: usize) -> Moments {
        let zeros = Array1::<f64>::zeros(weights);
        Moments { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, steps: 0, mean: zeros.clone(), square: zeros }
    }

    /// Adds a gradient to the averages and returns the direction of Adam's step: about 1 or -1 for a weight with slopes
    /// that stay similar, shorter where they contradict each other, and longer for a while where they grow.
    ///
    /// Formulas (Kingma and Ba, "Adam", 2015, Algorithm 1), one after the other and for each weight separately. `t` is
    /// the number of this step, and the first one is 1:
    ///
    /// - `mean = beta1 * mean + (1 - beta1) * gradient`
    /// - `square = beta2 * square + (1 - beta2) * gradient^2`
    /// - `direction = (mean / (1 - beta1^t)) / (sqrt(square / (1 - beta2^t)) + epsilon)`
    ///
    /// The averages begin at zero, and the divisions by `1 - beta^t` correct that. Only the direction uses corrected
    /// averages: `mean` and `square` themselves stay as they are.
    pub fn direction(&mut self, gradient: &Array1<f64>) -> Array1<f64> {
        // todo!("count the step, update both averages, correct them, and divide the mean by the root of the square")
        self.steps += 1;
        self.mean = self.beta1 * &self.mean + (1.0 - self.beta1) * gradient;
        self.square = self.beta2 * &self.square + (1.0 - self.beta2) * (gradient * gradient);
        let mean = &self.mean / (1.0 - self.beta1.powi(self.steps));
        let square = &self.square / (1.0 - self.beta2.powi(self.steps));
        mean / (square.mapv(f64::sqrt) + self.epsilon)
        // done
    }
}

/// Adam: momentum and RMSProp in one, both corrected for their start at zero.
#[derive(Debug, Clone)]
pub struct Adam {
    /// About how far each weight moves in a step.
    pub learning_rate: f64,
    /// The running averages.
    pub moments: Moments,
}

impl Adam {
    /// Before its first step, for this many weights.
    pub fn new(learning_rate: f64, weights: usize) -> Adam {
        Adam { learning_rate, moments: Moments::new(weights) }
    }
}

impl Optimizer for Adam {
    /// Formula: `weights = weights - learning_rate * direction`, with the direction of [`Moments::direction`].
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("move against the direction of the moments")
        let direction = self.moments.direction(gradient);
        *weights -= &(self.learning_rate * direction);
        // done
    }
}

/// Adam with weight decay: besides taking Adam's step, every weight shrinks a little.
#[derive(Debug, Clone)]
pub struct AdamW {
    /// About how far each weight moves in a step.
    pub learning_rate: f64,
    /// How strongly the weights shrink, usually 0.01.
    pub weight_decay: f64,
    /// The running averages.
    pub moments: Moments,
}

impl AdamW {
    /// Before its first step, for this many weights, with the usual weight decay.
    pub fn new(learning_rate: f64, weights: usize) -> AdamW {
        AdamW { learning_rate, weight_decay: 0.01, moments: Moments::new(weights) }
    }
}

impl Optimizer for AdamW {
    /// Formulas (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019; `weight_decay` as in PyTorch),
    /// one after the other:
    ///
    /// - `weights = (1 - learning_rate * weight_decay) * weights`
    /// - `weights = weights - learning_rate * direction`, with the direction of [`Moments::direction`]
    ///
    /// The decay is not part of the gradient, so the averages never contain it.
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("shrink the weights, then take Adam's step")
        *weights *= 1.0 - self.learning_rate * self.weight_decay;
        *weights -= &(self.learning_rate * self.moments.direction(gradient));
        // done
    }
}

/// LAMB: Adam's direction with decay, and a step whose length is a fixed fraction of that of the weights.
#[derive(Debug, Clone)]
pub struct Lamb {
    /// The length of a step as a fraction of the length of the weights.
    pub learning_rate: f64,
    /// How strongly each step also pulls the weights towards zero, usually 0.01.
    pub weight_decay: f64,
    /// The running averages.
    pub moments: Moments,
}

impl Lamb {
    /// Before its first step, for this many weights, with the usual weight decay and an epsilon of 1e-6.
    pub fn new(learning_rate: f64, weights: usize) -> Lamb {
        let moments = Moments { epsilon: 1e-6, ..Moments::new(weights) };
        Lamb { learning_rate, weight_decay: 0.01, moments }
    }
}

/// The factor by which LAMB multiplies an update to make it as long as the weights.
///
/// Formula: `norm(weights) / norm(update)`, where a norm is the root of the sum of the squares: `[3, 4]` has a norm of 5,
/// its length. If either of them is 0, the ratio is 1.
pub fn trust_ratio(weights: &Array1<f64>, update: &Array1<f64>) -> f64 {
    // todo!("divide the length of the weights by the length of the update, unless one of them is 0")
    let norm = |numbers: &Array1<f64>| numbers.dot(numbers).sqrt();
    let (of_weights, of_update) = (norm(weights), norm(update));
    if of_weights == 0.0 || of_update == 0.0 { 1.0 } else { of_weights / of_update }
    // done
}

impl Optimizer for Lamb {
    /// Formulas (You et al., "Large Batch Optimization for Deep Learning", 2020, Algorithm 2, with bias correction and
    /// without bounds on the ratio), one after the other:
    ///
    /// - `update = direction + weight_decay * weights`, with the direction of [`Moments::direction`]
    /// - `weights = weights - learning_rate * trust_ratio(weights, update) * update`
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        // todo!("add the decay to the direction, and move against that, scaled by the rate and the trust ratio")
        let update = self.moments.direction(gradient) + self.weight_decay * &*weights;
        let ratio = trust_ratio(weights, &update);
        *weights -= &(self.learning_rate * ratio * update);
        // done
    }
}

/// The gradient of a surface at two weights, `x` and `y`.
pub fn gradient_at(surface: &Surface, weights: &Array1<f64>) -> Array1<f64> {
    Array1::from_vec((surface.gradient)([weights[0], weights[1]]).to_vec())
}

/// The loss of a surface at two weights, `x` and `y`.
pub fn loss_at(surface: &Surface, weights: &Array1<f64>) -> f64 {
    (surface.value)([weights[0], weights[1]])
}

/// Lets an optimizer descend on a surface, and returns its path: the start, and the weights after each step.
///
/// - `surface`: the loss to go down; [`gradient_at`] gives its gradient.
/// - `optimizer`: takes the steps, whatever its type.
/// - `start`: the weights before the first step.
/// - `num_steps`: how many steps to take, all of them: uphill, on flat ground, and where the weights are no longer
///   finite. The path has one more point; without steps it is the start alone.
pub fn walk(
    surface: &Surface,
    optimizer: &mut dyn Optimizer,
    start: &Array1<f64>,
    num_steps: usize,
) -> Vec<Array1<f64>> {
    // todo!("from the start, let the optimizer take each step with the gradient where it is, and keep every point")
    let mut weights = start.clone();
    let mut path = vec![weights.clone()];
    for _ in 0..num_steps {
        let gradient = gradient_at(surface, &weights);
        optimizer.step(&mut weights, &gradient);
        path.push(weights.clone());
    }
    path
    // done
}
