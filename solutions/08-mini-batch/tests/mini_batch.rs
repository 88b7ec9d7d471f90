//! The solution against loops that know no batches, finite differences, and what is proven of such descents.

use datasets::Penguin;
use harness::Trial;
use mini_batch_solution::{
    Array1, Array2, batch_gradient, batches, calculate_loss, measures_and_masses, mini_batch_descent, one_pass,
    rate_of_pass, stochastic_descent,
};

/// The smallest loss that four weights can have on the penguins. Source: least squares in exact fractions on the rows
/// of `datasets/src/penguins.toml`, outside this project.
const SMALLEST_LOSS: f64 = 152_957.189_708_9;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=30).map(Trial::Fresh))
}

fn data(trial: Trial) -> (Array2<f64>, Array1<f64>) {
    measures_and_masses(&trial.records::<Penguin>())
}

/// The orders of the step's cases, so that what the lesson's README says of their tables can be held to.
fn orders(trial: Trial, passes: usize, samples: usize) -> Vec<Vec<usize>> {
    (0..passes).map(|pass| trial.order(&format!("pass {pass}"), samples)).collect()
}

fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

fn greatest(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn close(one: &Array1<f64>, other: &Array1<f64>, allowed: f64) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| (one - other).abs() <= allowed)
}

/// Source: step `multi-weight`. Standardised columns have a mean of 0 and a standard deviation of 1.
#[test]
fn the_measures_are_standardised() {
    for trial in trials() {
        let (x, y) = data(trial);
        assert_eq!((x.nrows(), x.ncols()), (y.len(), 4));
        assert!(x.column(0).iter().all(|one| *one == 1.0));
        for column in x.columns().into_iter().skip(1) {
            let n = column.len() as f64;
            assert!((column.sum() / n).abs() < 1e-9 && (column.dot(&column) / n - 1.0).abs() < 1e-9, "{trial}");
        }
    }
}

/// Source: the doc comment. Put together again, the batches are the order.
#[test]
fn batches_hold_every_sample_once_and_in_order() {
    for trial in trials() {
        for samples in 0..12 {
            let order = trial.order("to cut", samples);
            for batch_size in 1..14 {
                let batches = batches(&order, batch_size);
                assert_eq!(batches.concat(), order, "{trial}");
                assert_eq!(batches.len(), samples.div_ceil(batch_size), "{trial}");
                assert!(batches.iter().rev().skip(1).all(|batch| batch.len() == batch_size), "{trial}");
                assert!(batches.iter().all(|batch| !batch.is_empty() && batch.len() <= batch_size), "{trial}");
            }
        }
    }
}

/// Source: central differences of the mean squared error of the batch's samples, which are exact for a parabola.
#[test]
fn the_slopes_are_the_finite_differences_of_the_batchs_own_loss() {
    for trial in trials() {
        let (x, y) = data(trial);
        let weights = Array1::from_vec(vec![4_000.0, 90.0, -40.0, 480.0]);
        let order = trial.order("samples", y.len());
        for batch in [&order[..1], &order[5..12], &order[..]] {
            let loss = |weights: &Array1<f64>| {
                let error = |&sample: &usize| x.row(sample).dot(weights) - y[sample];
                batch.iter().map(|sample| error(sample).powi(2)).sum::<f64>() / batch.len() as f64
            };
            let gradient = batch_gradient(&x, &y, &weights, batch);
            for (column, slope) in gradient.iter().enumerate() {
                let moved = |by: f64| {
                    let mut moved = weights.clone();
                    moved[column] += by;
                    moved
                };
                let measured = (loss(&moved(0.5)) - loss(&moved(-0.5))) / 1.0;
                assert!((slope - measured).abs() < 1e-6 * (1.0 + measured.abs()), "{trial}: {slope}, {measured}");
            }
        }
    }
}

/// Source: a mean of all is the mean of the batches' means, each weighted by how many samples it has.
#[test]
fn the_batches_of_a_pass_add_up_to_the_gradient_of_all() {
    for trial in trials() {
        let (x, y) = data(trial);
        let weights = Array1::from_vec(vec![3_900.0, 10.0, 20.0, 300.0]);
        let order = trial.order("samples", y.len());
        let whole = x.t().dot(&(x.dot(&weights) - &y)) * (2.0 / y.len() as f64);
        let mut sum = Array1::zeros(4);
        for batch in batches(&order, 7) {
            sum = sum + batch_gradient(&x, &y, &weights, &batch) * (batch.len() as f64 / y.len() as f64);
        }
        assert!(close(&sum, &whole, 1e-8), "{trial}");
    }
}

/// Source: the loss of a single sample bends by `2 * |x|^2`, and one over that is the rate which lands at its bottom:
/// the sample is then predicted exactly (the method of Kaczmarz, 1937).
#[test]
fn at_the_rate_that_suits_it_a_step_fits_a_single_sample() {
    for trial in trials() {
        let (x, y) = data(trial);
        for sample in trial.order("samples", y.len()).into_iter().take(10) {
            let rate = 1.0 / (2.0 * x.row(sample).dot(&x.row(sample)));
            let weights = one_pass(&x, &y, &Array1::zeros(4), &[sample], 1, rate);
            assert!((x.row(sample).dot(&weights) - y[sample]).abs() < 1e-8, "{trial}");
        }
    }
}

/// Source: the definition of gradient descent, in loops over plain numbers.
#[test]
fn a_pass_is_a_descent_from_batch_to_batch() {
    for trial in trials() {
        let (x, y) = data(trial);
        let order = trial.order("samples", y.len());
        for batch_size in [1, 7, y.len()] {
            let mut weights = [3_000.0, 1.0, 2.0, 3.0];
            let mut from = 0;
            while from < order.len() {
                let until = (from + batch_size).min(order.len());
                let mut slopes = [0.0; 4];
                for &sample in &order[from..until] {
                    let predicted: f64 = (0..4).map(|column| x[[sample, column]] * weights[column]).sum();
                    for (column, slope) in slopes.iter_mut().enumerate() {
                        *slope += 2.0 * (predicted - y[sample]) * x[[sample, column]] / (until - from) as f64;
                    }
                }
                for (weight, slope) in weights.iter_mut().zip(slopes) {
                    *weight -= 0.01 * slope;
                }
                from = until;
            }
            let start = Array1::from_vec(vec![3_000.0, 1.0, 2.0, 3.0]);
            let passed = one_pass(&x, &y, &start, &order, batch_size, 0.01);
            assert!(close(&passed, &Array1::from_vec(weights.to_vec()), 1e-8), "{trial}, {batch_size}");
        }
    }
}

/// Source: the formula, worked out by hand.
#[test]
fn the_rate_falls_as_the_decay_says() {
    assert_eq!(rate_of_pass(0.3, 0.0, 17), 0.3);
    assert_eq!([0, 1, 3].map(|pass| rate_of_pass(1.2, 1.0, pass)), [1.2, 0.6, 0.3]);
    assert_eq!(rate_of_pass(1.0, 0.25, 4), 0.5);
}

/// Source: of a loss with a known smallest value, a descent can only come near to it: with a decaying rate it does, and
/// single samples at a constant rate keep jumping about above it.
#[test]
fn a_constant_rate_keeps_jumping_and_a_decaying_one_settles() {
    let (x, y) = data(Trial::Lesson);
    let orders = orders(Trial::Lesson, 40, y.len());
    let above = |batch_size, rate, decay| -> Vec<f64> {
        let losses = mini_batch_descent(&x, &y, &orders, batch_size, rate, decay).losses;
        losses[20..].iter().map(|loss| loss / SMALLEST_LOSS - 1.0).collect()
    };
    let jumping = above(1, 0.02, 0.0);
    assert!(jumping.iter().all(|above| (0.002..0.5).contains(above)), "{jumping:?}");
    assert!(jumping.windows(2).any(|pair| pair[1] > 1.2 * pair[0]), "{jumping:?}");
    let settled = above(1, 0.02, 1.0);
    assert!(settled.iter().all(|above| (0.0..0.01).contains(above)), "{settled:?}");
    // All samples at once have no reason to jump.
    let smooth = above(y.len(), 0.3, 0.0);
    assert!(smooth.is_sorted_by(|one, next| next <= one) && smooth.iter().all(|above| *above > -1e-9), "{smooth:?}");
}

/// Source: the doc comments.
#[test]
fn losses_are_of_all_samples_before_the_first_pass_and_after_each() {
    let (x, y) = data(Trial::Fresh(3));
    let orders = orders(Trial::Fresh(3), 3, y.len());
    let descent = mini_batch_descent(&x, &y, &orders, 8, 0.02, 0.5);
    assert_eq!(descent.losses.len(), 4);
    let mean_square = y.iter().map(|mass| mass * mass).sum::<f64>() / y.len() as f64;
    assert!((descent.losses[0] / mean_square - 1.0).abs() < 1e-12);
    assert_eq!(descent.losses[3], calculate_loss(&x, &y, &descent.weights));
    let none = mini_batch_descent(&x, &y, &[], 8, 0.02, 0.5);
    assert_eq!((none.weights, none.losses.len()), (Array1::zeros(4), 1));
}

/// Source: `2 / curvature` of step `learning-rate`. A single sample bends the loss by `2 * |x|^2`, which here is up to
/// 27. How much all of them together bend it in the steepest direction is the largest eigenvalue of `2/n x^T x`, by power
/// iteration.
#[test]
fn a_rate_for_all_samples_is_too_large_for_one() {
    let (x, y) = data(Trial::Lesson);
    let longest = x.rows().into_iter().map(|row| row.dot(&row)).fold(0.0, f64::max);
    assert_eq!((format!("{:.0}", 2.0 * longest), format!("{:.3}", 1.0 / longest)), ("27".into(), "0.074".into()));
    let bends = x.t().dot(&x) * (2.0 / y.len() as f64);
    let steepest = (0..1_000).fold(Array1::ones(4), |direction: Array1<f64>, _| {
        let moved = bends.dot(&direction);
        &moved / moved.dot(&moved).sqrt()
    });
    assert_eq!(format!("{:.3}", 2.0 / steepest.dot(&bends.dot(&steepest))), "0.499");
    let orders = orders(Trial::Lesson, 3, y.len());
    assert!(mini_batch_descent(&x, &y, &orders, y.len(), 0.3, 0.0).losses.is_sorted_by(|one, next| next < one));
    assert!(mini_batch_descent(&x, &y, &orders, 1, 0.3, 0.0).losses[1] > 1e40);
}

/// Source: the lesson's README.
#[test]
fn one_pass_of_single_samples_goes_further_than_fifty_of_all_at_once() {
    let (x, y) = data(Trial::Lesson);
    let orders = orders(Trial::Lesson, 50, y.len());
    let losses = |batch_size, rate| mini_batch_descent(&x, &y, &orders, batch_size, rate, 0.0).losses;
    let one_by_one = losses(1, 0.02)[1];
    let all_at_once = losses(y.len(), 0.02)[50];
    assert!(one_by_one < all_at_once, "{one_by_one}, {all_at_once}");
    // At a rate of its own it takes six.
    let at_its_own_rate = losses(y.len(), 0.3);
    let further = at_its_own_rate.iter().position(|loss| *loss <= one_by_one);
    assert_eq!(further, Some(6), "{one_by_one}, {at_its_own_rate:?}");
}

/// Source: the lesson's README.
#[test]
fn without_decay_it_never_rests_and_with_too_much_it_comes_near_only_slowly() {
    let (x, y) = data(Trial::Lesson);
    let orders = orders(Trial::Lesson, 60, y.len());
    let above = |decay| -> Vec<f64> {
        let losses = mini_batch_descent(&x, &y, &orders, 4, 0.08, decay).losses;
        losses.iter().map(|loss| loss / SMALLEST_LOSS - 1.0).collect()
    };
    let restless = &above(0.0)[1..];
    assert!(restless.iter().all(|above| (0.005..0.5).contains(above)), "{restless:?}");
    let of_twelve = restless[..12].iter().map(|above| (above * 1e3).round() / 10.0).collect::<Vec<_>>();
    assert_eq!((least(&of_twelve), greatest(&of_twelve)), (1.8, 41.0), "{of_twelve:?}");
    for passes in [&restless[..12], &restless[12..36], &restless[36..]] {
        assert!(passes.iter().any(|above| *above < 0.02) && passes.iter().any(|above| *above > 0.3), "{passes:?}");
    }
    // A decay of 0.3 jumps as well, but ever less: the worst of the later passes is far below that of the earlier ones.
    let little = &above(0.3)[1..];
    assert!(little.windows(2).any(|pair| pair[1] > 10.0 * pair[0]), "{little:?}");
    assert!(greatest(&little[12..36]) < 0.5 * greatest(&little[..12]), "{little:?}");
    assert!(greatest(&little[36..]) < 0.5 * greatest(&little[12..36]), "{little:?}");
    assert!((above(3.0)[12] - 0.0001).abs() < 0.00005);
    let slow = &above(300.0)[1..];
    assert!(slow.is_sorted_by(|one, next| next < one), "{slow:?}");
    assert!((0.09..0.1).contains(&slow[11]) && (0.075..0.08).contains(&slow[59]), "{slow:?}");
}

/// Source: the lesson's README. The penguins lie species by species, and single samples in that order end each pass
/// with one species.
#[test]
fn samples_in_the_datas_own_order_pull_to_the_last_species() {
    let (x, y) = data(Trial::Lesson);
    let sorted = vec![(0..y.len()).collect::<Vec<_>>(); 12];
    let losses = mini_batch_descent(&x, &y, &sorted, 1, 0.02, 0.0).losses;
    assert!((losses[12] - 244_846.3).abs() < 0.1, "{losses:?}");
}

/// Source: the lesson's README.
#[test]
fn small_batches_are_best_first_and_all_samples_last() {
    let (x, y) = data(Trial::Lesson);
    let orders = orders(Trial::Lesson, 12, y.len());
    let above = |loss: f64| (loss / SMALLEST_LOSS - 1.0) * 100.0;
    for (batch_size, printed) in [(1, 11.0), (2, 9.0), (4, 30.0), (32, 4_791.0), (342, 10_914.0)] {
        let first = above(mini_batch_descent(&x, &y, &orders[..1], batch_size, 0.02, 0.0).losses[1]);
        assert!((first - printed).abs() < 0.51, "{batch_size}: {first}");
    }
    let one_by_one = mini_batch_descent(&x, &y, &orders, 1, 0.02, 0.0).losses;
    let later: Vec<f64> = one_by_one[2..].iter().map(|loss| (above(*loss) * 10.0).round() / 10.0).collect();
    assert!((least(&later) - 0.8).abs() < 0.01 && (greatest(&later) - 30.0).abs() < 0.5, "{later:?}");
    let first = mini_batch_descent(&x, &y, &orders[..1], 1, 0.02, 0.0).weights;
    let weights = orders[1..].iter().fold(first, |weights, order| one_pass(&x, &y, &weights, order, y.len(), 0.3));
    assert!((above(calculate_loss(&x, &y, &weights)) - 0.02).abs() < 0.005);
}

/// Source: the lesson's README. Picked at random and put back, a sample is missed by all picks of a pass together with
/// the probability (1 - 1/n)^n.
#[test]
fn a_pass_of_random_picks_misses_more_than_a_third() {
    let missed = (1.0 - 1.0 / 342.0_f64).powi(342);
    assert!((missed - 0.37).abs() < 0.005, "{missed}");
}

/// Source: the lesson's README, and Euler's sum of the squares, pi^2 / 6.
#[test]
fn rates_grow_without_limit_and_their_squares_do_not() {
    let sum = |terms: u32, power: i32| (1..=terms).map(|term| f64::from(term).powi(-power)).sum::<f64>();
    assert!((sum(1_000, 1) - 7.49).abs() < 0.006 && (sum(1_000_000, 1) - 14.39).abs() < 0.006);
    let squares = std::f64::consts::PI.powi(2) / 6.0;
    assert!(sum(1_000_000, 2) < squares && squares - sum(1_000_000, 2) < 2e-6 && (squares - 1.645).abs() < 1e-4);
}

/// Source: the update rule of one sample, written out for a line without matrices: each weight loses rate * 2 * error *
/// feature. The third and the first number that are drawn are the same.
#[test]
fn a_step_uses_the_sample_that_was_drawn() {
    let (hours, scores) = ([1.0, 2.0, 3.0, 4.0, 5.0], [45.0, 55.0, 60.0, 70.0, 80.0]);
    let x = Array2::from_shape_fn((5, 2), |(row, column)| if column == 0 { 1.0 } else { hours[row] });
    let y = Array1::from_vec(scores.to_vec());
    let drawn = [3, 1, 3];
    let (mut base, mut weight) = (0.0, 0.0);
    for sample in drawn {
        let error = base + weight * hours[sample] - scores[sample];
        (base, weight) = (base - 0.01 * 2.0 * error, weight - 0.01 * 2.0 * error * hours[sample]);
    }
    let mut numbers = drawn.into_iter();
    let mut draw = |count| {
        assert_eq!(count, 5);
        numbers.next().expect("a number for each step")
    };
    let weights = stochastic_descent(&x, &y, &mut draw, 1, 0.01, 3);
    assert!(close(&weights, &Array1::from_vec(vec![base, weight]), 1e-12), "{weights}");
    assert_eq!(numbers.next(), None);
}

/// Source: step `multi-weight`. If each sample is drawn once in every batch, it is the descent on all of them.
#[test]
fn a_batch_of_all_samples_makes_a_full_step() {
    for trial in trials() {
        let (x, y) = data(trial);
        let (mut at, mut weights) = (0, Array1::<f64>::zeros(4));
        let mut draw = |count: usize| {
            at += 1;
            (at - 1) % count
        };
        let found = stochastic_descent(&x, &y, &mut draw, y.len(), 0.1, 7);
        for _ in 0..7 {
            let errors = x.dot(&weights) - &y;
            weights = weights - 0.1 * 2.0 / y.len() as f64 * x.t().dot(&errors);
        }
        assert!(close(&found, &weights, 1e-7), "{trial}");
    }
}
