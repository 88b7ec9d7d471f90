//! The solution against optimizers that others wrote, against values computed elsewhere, and against what can be
//! worked out by hand.

use optimizers_solution::{
    Adam, AdamW, Array1, GradientDescent, Lamb, Moments, Momentum, Nesterov, Optimizer, RAVINE, ROSENBROCK, RmsProp,
    Surface, loss_at, trust_ratio, walk,
};
use serde::Deserialize;

/// What `paths.py` made, which stands beside this file.
#[derive(Deserialize)]
struct Paths {
    path: Vec<Path>,
}

#[derive(Deserialize)]
struct Path {
    optimizer: String,
    surface: String,
    learning_rate: f64,
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    step: usize,
    x: f64,
    y: f64,
}

fn numbers(list: &[f64]) -> Array1<f64> {
    Array1::from_vec(list.to_vec())
}

fn length(list: &Array1<f64>) -> f64 {
    list.dot(list).sqrt()
}

fn assert_close(got: f64, expected: f64, allowed: f64, what: &str) {
    assert!((got - expected).abs() <= allowed, "{what}: {got} is not {expected}");
}

fn optimizer_called(name: &str, learning_rate: f64) -> Box<dyn Optimizer> {
    match name {
        "plain" => Box::new(GradientDescent { learning_rate }),
        "momentum" => Box::new(Momentum::new(learning_rate, 2)),
        "nesterov" => Box::new(Nesterov::new(learning_rate, 2)),
        "rmsprop" => Box::new(RmsProp::new(learning_rate, 2)),
        "adam" => Box::new(Adam::new(learning_rate, 2)),
        "adamw" => Box::new(AdamW::new(learning_rate, 2)),
        "lamb" => Box::new(Lamb::new(learning_rate, 2)),
        "lamb without decay" => Box::new(Lamb { weight_decay: 0.0, ..Lamb::new(learning_rate, 2) }),
        other => panic!("no optimizer is called `{other}`"),
    }
}

const NAMES: [&str; 7] = ["plain", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lamb"];

/// Source: PyTorch and optax in double precision, `paths.toml`; versions and script are named there. Sixty steps on
/// these surfaces make at most a hundred times a rounding of 1e-16 out of one.
#[test]
fn every_optimizer_goes_where_pytorch_and_optax_go() {
    let paths: Paths = toml::from_str(include_str!("paths.toml")).unwrap();
    assert_eq!(paths.path.len(), 2 * NAMES.len());
    for path in &paths.path {
        let surface = [RAVINE, ROSENBROCK].into_iter().find(|surface| surface.name == path.surface).unwrap();
        let start = numbers(&[path.points[0].x, path.points[0].y]);
        let walked = walk(&surface, &mut *optimizer_called(&path.optimizer, path.learning_rate), &start, 60);
        for Point { step, x, y } in &path.points {
            let what = format!("{} on {} at step {step}", path.optimizer, path.surface);
            assert_close(walked[*step][0], *x, 1e-12, &what);
            assert_close(walked[*step][1], *y, 1e-12, &what);
        }
        assert!(path.points.last().unwrap().step >= 50);
    }
}

/// Source: computed in double precision by two implementations outside this project, to the digits that are written
/// here.
#[test]
fn the_first_steps_in_the_ravine_are_the_known_ones() {
    let known = [
        ("plain", 0.03, [[1.94, 0.6], [1.8818, 0.24], [1.474848253790, 0.000157286400]]),
        ("momentum", 0.013, [[1.974, 1.11], [1.924938, 0.4704], [1.040782754661, 0.594241772391]]),
        ("nesterov", 0.013, [[1.9506, 0.759], [1.88136018, 0.068154], [0.954567819579, 0.189684194938]]),
        (
            "rmsprop",
            0.05,
            [[1.500000025, 1.000000001667], [1.199035401164, 0.721684832125], [0.282552017097, 0.073250842433]],
        ),
        (
            "adam",
            0.1,
            [[1.9000000005, 1.400000000033], [1.800166486621, 1.300239061684], [1.024586840473, 0.537953411160]],
        ),
        (
            "adamw",
            0.1,
            [[1.8980000005, 1.398500000033], [1.796272589150, 1.297345204716], [1.009727277502, 0.528179251160]],
        ),
        (
            "lamb",
            0.1,
            [[1.822789539150, 1.323658137229], [1.662973409578, 1.164896900111], [0.825160715838, 0.355325672505]],
        ),
        (
            "lamb without decay",
            0.1,
            [[1.823223345951, 1.323223263455], [1.663788143196, 1.164065958050], [0.827430534073, 0.352398151775]],
        ),
    ];
    for (name, rate, points) in known {
        let path = walk(&RAVINE, &mut *optimizer_called(name, rate), &numbers(&[2.0, 1.5]), 10);
        for (step, [x, y]) in [1, 2, 10].into_iter().zip(points) {
            // The last digit that is written may be rounded.
            assert_close(path[step][0], x, 1e-12, &format!("{name} after {step}"));
            assert_close(path[step][1], y, 1e-12, &format!("{name} after {step}"));
        }
    }
}

/// Source: the other usual form of momentum, `v = mu * v - rate * gradient; w = w + v` (Stanford CS231n). With one rate
/// both are the same; when the rate changes, the other form's velocity keeps the old rate in it.
#[test]
fn momentum_is_the_classic_form_as_long_as_the_rate_stays() {
    for (later_rate, same) in [(0.013, true), (0.0065, false)] {
        let mut ball = Momentum::new(0.013, 2);
        let (mut ours, mut classic) = (numbers(&[2.0, 1.5]), numbers(&[2.0, 1.5]));
        let mut velocity = Array1::zeros(2);
        for step in 0..40 {
            ball.learning_rate = if step < 20 { 0.013 } else { later_rate };
            let scale = numbers(&[1.0, 20.0]);
            let gradient = &ours * &scale;
            ball.step(&mut ours, &gradient);
            velocity = 0.9 * &velocity - ball.learning_rate * (&classic * &scale);
            classic += &velocity;
        }
        assert_eq!(length(&(&ours - &classic)) < 1e-13, same);
    }
}

/// Source: Nesterov's method as it is usually derived, with the gradient taken ahead at `w + mu * v` (Sutskever et al.,
/// 2013). Its look-ahead point is the weight that PyTorch's form keeps.
#[test]
fn nesterov_keeps_the_point_ahead_of_the_textbooks() {
    let (rate, mu, scale) = (0.013, 0.9, numbers(&[1.0, 20.0]));
    let mut nesterov = Nesterov::new(rate, 2);
    let mut ours = numbers(&[2.0, 1.5]);
    let (mut weights, mut velocity) = (ours.clone(), Array1::zeros(2));
    for step in 0..60 {
        let gradient = &ours * &scale;
        nesterov.step(&mut ours, &gradient);
        let ahead = &weights + mu * &velocity;
        velocity = mu * &velocity - rate * (&ahead * &scale);
        weights += &velocity;
        assert!(length(&(&weights + mu * &velocity - &ours)) < 1e-13, "step {step}");
    }
}

/// Source: a geometric series. Under one gradient for ever, the velocity tends to 1 / (1 - momentum) gradients.
#[test]
fn momentum_multiplies_a_lasting_gradient_by_ten() {
    let mut ball = Momentum::new(0.1, 1);
    let mut weights = numbers(&[0.0]);
    for _ in 0..400 {
        ball.step(&mut weights, &numbers(&[0.3]));
    }
    assert_close(ball.velocity[0], 3.0, 1e-12, "velocity");
}

/// Source: the formulas with t = 1, where everything but the gradient's sign cancels, up to epsilon.
#[test]
fn first_steps_depend_on_signs_alone() {
    for size in [1e-3, 1.0, 1e6] {
        let gradient = numbers(&[size, -2.0 * size, 3.0 * size]);
        for (mut optimizer, long) in [
            (Box::new(Adam::new(0.1, 3)) as Box<dyn Optimizer>, 0.1),
            (Box::new(RmsProp::new(0.1, 3)), 0.1 / 0.01_f64.sqrt()),
        ] {
            let mut weights = Array1::zeros(3);
            optimizer.step(&mut weights, &gradient);
            for (moved, sign) in weights.iter().zip([-1.0, 1.0, -1.0]) {
                assert_close(*moved, sign * long, 1e-3 * long, &format!("{size}"));
            }
        }
    }
}

/// Source: what corrected averages are: of one value for ever they are that value, from the first step on.
#[test]
fn a_gradient_that_never_changes_gives_the_same_direction_at_every_step() {
    let mut moments = Moments::new(2);
    for _ in 0..5_000 {
        let direction = moments.direction(&numbers(&[0.02, -7.0]));
        assert_close(direction[0], 0.02 / (0.02 + 1e-8), 1e-12, "first");
        assert_close(direction[1], -7.0 / (7.0 + 1e-8), 1e-12, "second");
    }
}

/// Source: the paper's formula for AdamW with the decay added to the update, `w = w - rate * (direction + decay * w)`.
#[test]
fn decay_before_the_step_and_decay_in_the_update_are_the_same() {
    let mut adamw = AdamW { weight_decay: 0.3, ..AdamW::new(0.1, 2) };
    let mut moments = Moments::new(2);
    let (mut ours, mut other) = (numbers(&[2.0, 1.5]), numbers(&[2.0, 1.5]));
    for _ in 0..100 {
        let gradient = &ours * &numbers(&[1.0, 20.0]);
        adamw.step(&mut ours, &gradient);
        let update = moments.direction(&(&other * &numbers(&[1.0, 20.0]))) + 0.3 * &other;
        other -= &(0.1 * update);
        assert!(length(&(&ours - &other)) < 1e-12);
    }
}

/// Source: the definition of the ratio: without decay, each step of LAMB is rate times as long as the weights.
#[test]
fn each_step_of_lamb_is_a_fixed_part_of_the_weights() {
    for surface in [RAVINE, ROSENBROCK] {
        let mut lamb = Lamb { weight_decay: 0.0, ..Lamb::new(0.02, 2) };
        let path = walk(&surface, &mut lamb, &numbers(&[-1.2, 1.0]), 100);
        for pair in path.windows(2) {
            assert_close(length(&(&pair[1] - &pair[0])), 0.02 * length(&pair[0]), 1e-13, surface.name);
        }
    }
    assert_eq!(trust_ratio(&numbers(&[3.0, 4.0]), &numbers(&[0.0, 0.5])), 10.0);
    assert_eq!(trust_ratio(&numbers(&[30.0, 40.0]), &numbers(&[0.0, 0.5])), 100.0);
    assert_eq!(trust_ratio(&Array1::zeros(2), &numbers(&[0.0, 0.5])), 1.0);
    assert_eq!(trust_ratio(&numbers(&[3.0, 4.0]), &Array1::zeros(2)), 1.0);
}

/// Source: the formulas. Where only gradients count, a bowl that is moved moves the path along; weight decay and the
/// trust ratio look at the weights themselves.
#[test]
fn moving_the_bowl_moves_the_path_unless_the_weights_themselves_count() {
    for name in NAMES {
        let path = |middle: f64| {
            let mut optimizer = optimizer_called(name, 0.02);
            let mut weights = numbers(&[middle + 2.0, middle + 1.5]);
            for _ in 0..40 {
                let gradient = 2.0 * (&weights - middle);
                optimizer.step(&mut weights, &gradient);
            }
            weights - middle
        };
        let moved = length(&(path(0.0) - path(10.0)));
        assert_eq!(moved < 1e-11, !["adamw", "lamb"].contains(&name), "{name}: {moved}");
    }
}

/// Source: Rosenbrock's surface has its one minimum, of height 0, at (1, 1), and nothing special at (0, 0), where
/// LAMB's steps, a fiftieth of the weights long, shrink to nothing and grow again.
#[test]
fn in_the_bent_valley_lamb_lingers_at_the_origin_and_never_settles() {
    let path = |name, rate, steps| walk(&ROSENBROCK, &mut *optimizer_called(name, rate), &numbers(&[-1.2, 1.0]), steps);
    for (name, rate) in [("plain", 0.001), ("momentum", 0.0005), ("nesterov", 0.0005), ("adam", 0.1)] {
        assert!(length(&(&path(name, rate, 20_000)[20_000] - 1.0)) < 0.02, "{name}");
    }
    let lamb = path("lamb", 0.02, 1_500);
    assert!(lamb[450..=650].iter().all(|point| length(point) < 1e-3));
    assert!(lamb[1_200..].windows(2).all(|pair| length(&(&pair[1] - &pair[0])) > 0.01));
}

/// Source: the limit of step `learning-rate`. Each weight takes a plain step at the rate `rate / root`, which leads
/// away from the minimum above 2 / 20, the curvature in y being 20. Adam's mean is a momentum, which raises the limit
/// to 2 * (1 + beta1) / (1 - beta1) / 20. (The losses at the top were simulated outside this project, too.)
#[test]
fn with_a_constant_rate_rmsprop_and_adam_leave_the_minimum_at_their_limit() {
    let mut prop = RmsProp::new(0.05, 2);
    let path = leaves_at_its_limit(&mut prop, |prop, _| 0.05 / prop.squares[1].sqrt(), 0.1, 427, 1);
    assert_eq!(highest_from(&path, 427, 1_000), (771, "1.27".to_owned()));

    let mut adam = Adam::new(0.1, 2);
    let rate = |adam: &Adam, step: i32| 0.1 / (adam.moments.square[1] / (1.0 - 0.999_f64.powi(step))).sqrt();
    let path = leaves_at_its_limit(&mut adam, rate, 2.0 * 1.9 / 0.1 / 20.0, 7_603, 50);
    assert_eq!(highest_from(&path, 7_603, 10_000), (8_185, "0.081".to_owned()));
}

/// Walks in the ravine past the step at which the rate in `y` first exceeds the limit. Asserts that this is the known
/// step, and that the distance in `y`, the largest of a swing, shrinks before it and grows after it.
fn leaves_at_its_limit<Kind: Optimizer>(
    optimizer: &mut Kind,
    rate: impl Fn(&Kind, i32) -> f64,
    limit: f64,
    known: usize,
    swing: usize,
) -> Vec<Array1<f64>> {
    let mut weights = numbers(&[2.0, 1.5]);
    let mut path = vec![weights.clone()];
    let mut rates = vec![0.0];
    for step in 1..=10_000 {
        let gradient = &weights * &numbers(&[1.0, 20.0]);
        optimizer.step(&mut weights, &gradient);
        path.push(weights.clone());
        rates.push(rate(optimizer, step));
    }
    let reached = rates.iter().skip(20).position(|rate| *rate > limit).unwrap() + 20;
    assert_eq!(reached, known);
    let widest_until = |end: usize| path[end - swing..end].iter().map(|point| point[1].abs()).fold(0.0, f64::max);
    let [before, at, after] = [known - 2 * swing, known, known + 3 * swing].map(widest_until);
    assert!(before > at && at < after, "{before:e}, {at:e}, {after:e}");
    path
}

/// The step with the highest loss among these, and that loss as the README prints it.
fn highest_from(path: &[Array1<f64>], from: usize, to: usize) -> (usize, String) {
    let loss = |step: &usize| (path[*step][0].powi(2) + 20.0 * path[*step][1].powi(2)) / 2.0;
    let highest = (from..to).max_by(|one, other| loss(one).total_cmp(&loss(other))).unwrap();
    let digits = if loss(&highest) < 0.1 { 3 } else { 2 };
    (highest, format!("{:.digits$}", loss(&highest)))
}

/// Source: the lesson's README.
#[test]
fn the_races_end_as_the_readme_says() {
    let in_readme = |number: f64| {
        // A number that verify proves has its cell in a comment behind it.
        let mut words = include_str!("../../../exercises/09-optimizers/README.md").split([' ', '\n', '<']);
        words.any(|word| word.trim_matches(['(', ')', ',', '.', ';']).parse() == Ok(number))
    };
    let loss = |surface: &Surface, name, rate, start: [f64; 2], steps: usize| {
        loss_at(surface, &walk(surface, &mut *optimizer_called(name, rate), &numbers(&start), steps)[steps])
    };
    let known = [
        ("rmsprop", 0.05, 0.0029),
        ("nesterov", 0.013, 0.016),
        ("adam", 0.1, 0.082),
        ("lamb", 0.1, 0.093),
        ("plain", 0.03, 0.67),
        ("momentum", 0.013, 3.3),
    ];
    for (name, rate, printed) in known {
        assert_close(loss(&RAVINE, name, rate, [2.0, 1.5], 18), printed, 0.02 * printed, name);
        assert!(in_readme(printed), "{name}: {printed}");
    }
    let known = [
        ("momentum", 0.0005, 300, 0.11),
        ("adam", 0.1, 300, 0.19),
        ("rmsprop", 0.01, 300, 2.4),
        ("adam", 0.1, 500, 0.016),
        ("momentum", 0.0005, 500, 0.031),
        ("rmsprop", 0.01, 500, 0.32),
    ];
    for (name, rate, steps, printed) in known {
        assert_close(loss(&ROSENBROCK, name, rate, [-1.2, 1.0], steps), printed, 0.05 * printed, name);
        assert!(in_readme(printed), "{name}: {printed}");
    }
    let lamb = walk(&ROSENBROCK, &mut Lamb::new(0.02, 2), &numbers(&[-1.2, 1.0]), 1_500);
    let lingers = |step: &usize| (loss_at(&ROSENBROCK, &lamb[*step]) - 1.0).abs() < 0.01;
    let steps: Vec<usize> = (0..=1_500).filter(lingers).collect();
    assert_eq!((steps[0], steps[steps.len() - 1], steps.len()), (320, 882, 563));
}

/// Source: Goh, "Why Momentum Really Works", Distill 2017, with the ravine's curvatures 1 and 20: the best rate of
/// plain descent is 2 / (1 + 20), and leaves (20 - 1) / (20 + 1); the best of momentum are (2 / (1 + r))^2 and ((r - 1)
/// / (r + 1))^2 with r = sqrt(20), and leave (r - 1) / (r + 1). What is printed of them is in the README.
#[test]
fn the_best_rates_in_the_ravine_leave_what_the_readme_says() {
    let readme = include_str!("../../../exercises/09-optimizers/README.md");
    let left = |optimizer: &mut dyn Optimizer| {
        let path = walk(&RAVINE, optimizer, &numbers(&[2.0, 1.5]), 600);
        (length(&path[600]) / length(&path[100])).powf(1.0 / 500.0)
    };
    let root = 20.0_f64.sqrt();
    let (rate, momentum) = ((2.0 / (1.0 + root)).powi(2), ((root - 1.0) / (root + 1.0)).powi(2));
    assert!(readme.contains(&format!("rate {rate:.4} and a momentum of {momentum:.3}")));
    // The printed ones are rounded, and the swings of both directions beat against each other.
    let ball = &mut Momentum { momentum: 0.403, ..Momentum::new(0.1336, 2) };
    assert_close(left(ball), (root - 1.0) / (root + 1.0), 2e-3, "momentum");
    assert_close(left(&mut GradientDescent { learning_rate: 2.0 / 21.0 }), 19.0 / 21.0, 1e-12, "plain");
    // Just below the limit of momentum the steep direction still fades, and just above it grows.
    let limit = (2.0 + 2.0 * 0.9) / 20.0;
    assert!(left(&mut Momentum::new(0.999 * limit, 2)) < 1.0);
    assert!(left(&mut Momentum::new(1.001 * limit, 2)) > 1.0);
}

/// Source: the README of step `surfaces`, and the minima in the table of surfaces.
#[test]
fn on_the_six_hump_camel_momentum_and_adam_may_find_a_lower_minimum() {
    let camel = datasets::surfaces::surface("six-hump-camel").unwrap();
    for (name, rate, height) in
        [("plain", 0.003, 2.104), ("momentum", 0.003, -0.215), ("adam", 0.2, -1.032), ("adam", 0.1, 2.104)]
    {
        let end = walk(camel, &mut *optimizer_called(name, rate), &numbers(&[1.8, 1.0]), 1_000).pop().unwrap();
        assert_close(loss_at(camel, &end), height, 6e-4, name);
    }
    let rastrigin = datasets::surfaces::surface("rastrigin").unwrap();
    for (name, rate) in [("plain", 0.003), ("momentum", 0.003), ("adam", 0.1), ("adam", 0.2)] {
        let end = walk(rastrigin, &mut *optimizer_called(name, rate), &numbers(&[0.6, 0.8]), 1_000).pop().unwrap();
        assert!(length(&(end - 0.995)) < 1e-3, "{name}");
    }
}
