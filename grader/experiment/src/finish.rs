//! How a run of a descent ended, judged from its losses and positions and, on a surface, from the curvature there.
//! The student's code has no say in it.
//!
//! A run has *settled* if its losses hardly change in its last quarter, compared with all that they changed before.
//! Where it has not, the last losses show whether it comes closer, and how fast. Each finding has the numbers that it
//! was reached by.

use std::sync::Arc;

use course::surface::Lowest;
use course::{Experiment, Surface};
use harness::controls::Control;
use harness::{Cell, Point, Table};

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Finish {
    /// It took no step.
    NoStep,
    /// It did not move from its start.
    Still {
        /// The loss all the time.
        loss: f64,
        /// What is known of the ground there.
        ground: Option<Ground>,
    },
    /// It arrived where it can go no lower nearby.
    Arrived {
        /// From this step on the loss hardly changes.
        step: usize,
        /// The loss in the end.
        loss: f64,
        /// What is known of the ground there.
        ground: Option<Ground>,
    },
    /// It stays where the ground is level and goes down on two sides.
    AtSaddle {
        /// From this step on the loss hardly changes.
        step: usize,
        /// The loss in the end.
        loss: f64,
        /// The ground there.
        ground: Ground,
    },
    /// It falls, and would have to go on.
    Falls {
        /// How far it has come of the way down, from 0 to 1, if the last losses show it.
        share: Option<f64>,
        /// How many steps it took.
        steps: usize,
        /// The first loss and the last.
        losses: [f64; 2],
    },
    /// It falls, and each step takes it lower than the one before.
    Speeds {
        /// By how much the last step lowered the loss, and the one before.
        drops: [f64; 2],
        /// Whether the surface has a minimum at all.
        has_minimum: bool,
    },
    /// It jumps between two points for ever.
    Jumps {
        /// The two points.
        between: [Vec<f64>; 2],
        /// The loss at both.
        losses: [f64; 2],
    },
    /// It jumps from side to side and comes closer.
    Closes {
        /// How long a jump is, compared with the one before.
        factor: f64,
        /// The loss in the end.
        loss: f64,
    },
    /// The loss goes up and down.
    Swings {
        /// Over this many of the last steps.
        steps: usize,
        /// The lowest and the highest loss in them.
        between: [f64; 2],
    },
    /// The loss grows.
    Diverges {
        /// The first loss.
        first: f64,
        /// The last loss that is a number.
        last: f64,
        /// The step at which that was.
        step: usize,
        /// Whether the numbers ended there.
        overflows: bool,
    },
}

/// The ground where a run ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// Where.
    pub point: Point,
    /// The curvatures along the two principal directions, the smaller first.
    pub curvatures: [f64; 2],
    /// The length of the gradient.
    pub slope: f64,
}

/// A run: a loss and a position for its start and for each step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walk {
    /// The losses.
    pub losses: Vec<f64>,
    /// The positions; none if they are not known.
    pub positions: Vec<Vec<f64>>,
    /// The surface on which it goes, if that is known.
    pub surface: Option<Arc<Surface>>,
}

/// A change smaller than this part of the total change does not count.
const NEGLIGIBLE: f64 = 1e-6;

/// How each run in the table of an experiment ended, with the name of its line where it has several; nothing if the
/// experiment does not say by which columns.
pub fn finishes(experiment: &Experiment, controls: &[Control], table: &Table) -> Vec<(Option<String>, Finish)> {
    let Some(ending) = &experiment.ending else { return Vec::new() };
    let column = |name: &str| table.columns.iter().position(|column| column.name == name);
    let Some(loss) = column(&ending.loss.text) else { return Vec::new() };
    let Some(position) = ending.position.iter().map(|word| column(&word.text)).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let plot = experiment.plot_with(controls);
    let lines = plot.lines.as_ref().and_then(|name| column(&name.text));
    let mut walks: Vec<(Option<String>, Walk)> = Vec::new();
    for row in &table.rows {
        let name = lines.and_then(|at| row.get(at)).map(Cell::to_string);
        let at = walks.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            walks.push((name, Walk { surface: plot.surface.clone(), ..Walk::default() }));
            walks.len() - 1
        });
        let walk = &mut walks[at].1;
        walk.losses.push(number(row.get(loss)));
        if !position.is_empty() {
            walk.positions.push(position.iter().map(|at| number(row.get(*at))).collect());
        }
    }
    walks.into_iter().map(|(name, walk)| (name, walk.finish())).collect()
}

/// The number in a cell. A word, such as that for an overflow, is no number.
fn number(cell: Option<&Cell>) -> f64 {
    cell.and_then(Cell::as_number).unwrap_or(f64::NAN)
}

impl Walk {
    /// How it ended.
    pub(crate) fn finish(&self) -> Finish {
        let losses = &self.losses[..];
        let (Some(&first), Some(&last)) = (losses.first(), losses.last()) else { return Finish::NoStep };
        let steps = losses.len() - 1;
        if let Some(lost) = (0..losses.len()).find(|at| !self.is_finite(*at)) {
            let step = lost.saturating_sub(1);
            return Finish::Diverges { first, last: losses[step], step, overflows: true };
        }
        if steps == 0 {
            return Finish::NoStep;
        }
        let [lowest, highest] = bounds(losses);
        let total = highest - lowest;
        let before_last = losses[steps - 1];
        if last == highest && last > before_last && last > first {
            return Finish::Diverges { first, last, step: steps, overflows: false };
        }
        if let Some(jumps) = self.jumps() {
            return jumps;
        }
        let ground = self.ground();
        if total == 0.0 {
            return match ground.filter(Ground::is_saddle) {
                Some(ground) => Finish::AtSaddle { step: 0, loss: last, ground },
                None => Finish::Still { loss: last, ground },
            };
        }
        if let Some(settled) = self.settled(total, ground) {
            return settled;
        }
        if let Some(factor) = self.closing() {
            return Finish::Closes { factor, loss: last };
        }
        let window = window(steps);
        let recent = &losses[steps - window.max(2).min(steps)..];
        if !recent.is_sorted_by(|one, next| one >= next) {
            return Finish::Swings { steps: recent.len() - 1, between: bounds(recent) };
        }
        let drops = [before_last - last, if steps > 1 { losses[steps - 2] - before_last } else { f64::NAN }];
        if drops[0] >= drops[1] {
            let has_minimum = self.surface.as_ref().is_none_or(|surface| surface.lowest != Lowest::Nowhere);
            return Finish::Speeds { drops, has_minimum };
        }
        // What is left if each step goes on to take the same part of it (Aitken's extrapolation).
        let ratio = drops[0] / drops[1];
        let left = drops[0] * ratio / (1.0 - ratio);
        let share = (first - last) / (first - last + left);
        Finish::Falls { share: (0.0..=1.0).contains(&share).then_some(share), steps, losses: [first, last] }
    }

    fn is_finite(&self, at: usize) -> bool {
        let position = self.positions.get(at).into_iter().flatten();
        self.losses[at].is_finite() && position.copied().all(f64::is_finite)
    }

    /// Whether it goes to and fro between two points: every second position is the same.
    fn jumps(&self) -> Option<Finish> {
        const SAME: f64 = 1e-3;
        let [.., earlier, one, other, back] = &self.positions[..] else { return None };
        let jump = distance(one, back).min(distance(other, back));
        let apart = distance(other, back);
        let extent = self.positions.iter().map(|position| distance(position, back)).fold(0.0, f64::max);
        let returns = distance(one, back) <= SAME * apart && distance(earlier, other) <= SAME * apart;
        (returns && apart > NEGLIGIBLE * extent && jump < apart).then(|| Finish::Jumps {
            between: [other.clone(), back.clone()],
            losses: [self.losses[self.losses.len() - 2], self.losses[self.losses.len() - 1]],
        })
    }

    /// Whether its last quarter changes next to nothing, and on a surface nothing lies ahead.
    fn settled(&self, total: f64, ground: Option<Ground>) -> Option<Finish> {
        let losses = &self.losses;
        let steps = losses.len() - 1;
        let last = losses[steps];
        let near = |loss: &f64| (loss - last).abs() <= NEGLIGIBLE * total;
        let step = losses.iter().rposition(|loss| !near(loss)).map_or(0, |at| at + 1);
        if step > steps - window(steps) {
            return None;
        }
        match ground {
            Some(ground) if ground.is_saddle() => Some(Finish::AtSaddle { step, loss: last, ground }),
            // If the surface still goes down here, the run ended because it had no more steps.
            Some(ground) if ground.drop_ahead() > total * 1e3 * NEGLIGIBLE => None,
            ground => Some(Finish::Arrived { step, loss: last, ground }),
        }
    }

    /// How long its last jump is, compared with the one before, where it goes from side to side.
    fn closing(&self) -> Option<f64> {
        let [.., first, second, third, fourth] = &self.positions[..] else { return None };
        let jumps = [[first, second], [second, third], [third, fourth]].map(|[from, to]| difference(from, to));
        let turns = dot(&jumps[0], &jumps[1]) < 0.0 && dot(&jumps[1], &jumps[2]) < 0.0;
        let factor = (dot(&jumps[2], &jumps[2]) / dot(&jumps[1], &jumps[1])).sqrt();
        (turns && factor < 1.0).then_some(factor)
    }

    /// The ground at its last position.
    fn ground(&self) -> Option<Ground> {
        let surface = self.surface.as_ref()?;
        let [x, y] = self.positions.last()?[..] else { return None };
        let point = [x, y];
        let [along_x, along_y] = surface.gradient(point);
        Some(Ground { point, curvatures: surface.curvatures(point), slope: along_x.hypot(along_y) })
    }
}

impl Ground {
    /// Whether it goes down on two sides. Where it is curved in neither direction, nobody can tell from the curvature
    /// alone; a descent that stays there is not at a minimum.
    pub fn is_saddle(&self) -> bool {
        let [smaller, larger] = self.curvatures;
        const FLAT: f64 = 1e-4;
        smaller < -FLAT * larger.abs().max(1.0) || larger.abs() < FLAT
    }

    /// How much the loss can still fall, if the surface is the parabola with this slope and curvature. The flattest
    /// direction allows the most.
    fn drop_ahead(&self) -> f64 {
        let [smaller, _] = self.curvatures;
        self.slope * self.slope / (2.0 * smaller.max(f64::MIN_POSITIVE))
    }
}

/// How many of the last steps show whether a run has settled.
fn window(steps: usize) -> usize {
    (steps / 4).max(1)
}

fn bounds(numbers: &[f64]) -> [f64; 2] {
    let lowest = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    [lowest, numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)]
}

fn difference(from: &[f64], to: &[f64]) -> Vec<f64> {
    from.iter().zip(to).map(|(from, to)| to - from).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn distance(one: &[f64], other: &[f64]) -> f64 {
    let between = difference(one, other);
    dot(&between, &between).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    use course::Surfaces;

    /// A descent on a parabola of one weight, with its minimum at 200 and a loss of `floor` there: each step
    /// multiplies the distance by the factor.
    fn parabola(factor: f64, steps: i32, floor: f64) -> Walk {
        let distances: Vec<f64> = (0..=steps).map(|step| -100.0 * factor.powi(step)).collect();
        Walk {
            losses: distances.iter().map(|distance| floor + 1.35e7 * distance * distance).collect(),
            positions: distances.iter().map(|distance| vec![200.0 + distance]).collect(),
            surface: None,
        }
    }

    /// Plain gradient descent on a surface.
    fn descent(name: &str, start: Point, rate: f64, steps: usize) -> Walk {
        let surface =
            Surfaces::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap().named(name).unwrap();
        let mut walk = Walk { surface: Some(Arc::clone(&surface)), ..Walk::default() };
        let mut point = start;
        for _ in 0..=steps {
            walk.losses.push(surface.height(point));
            walk.positions.push(point.to_vec());
            let gradient = surface.gradient(point);
            point = [point[0] - rate * gradient[0], point[1] - rate * gradient[1]];
        }
        walk
    }

    #[test]
    fn a_run_that_arrives_is_told_with_the_step_also_above_a_floor() {
        // The loss falls by 0.6² = 0.36 a step: under a millionth after 14 steps (0.36^13 = 1.7e-6, 0.36^14 = 6.1e-7).
        for floor in [0.0, 5e9] {
            let finish = parabola(0.6, 40, floor).finish();
            assert!(matches!(finish, Finish::Arrived { step: 14, ground: None, .. }), "{finish:?}");
        }
        // From side to side, too.
        assert!(matches!(parabola(-0.6, 40, 0.0).finish(), Finish::Arrived { step: 14, .. }));
        assert!(matches!(parabola(0.0, 4, 0.0).finish(), Finish::Arrived { step: 1, .. }));
    }

    #[test]
    fn a_run_that_needs_more_steps_is_told_with_its_share_of_the_way() {
        // 0.9973^40 of the loss is left of 20 steps: 10.25 % of the way are done.
        let Finish::Falls { share: Some(share), .. } = parabola(0.9973, 20, 3e10).finish() else { panic!() };
        assert!((share - 0.1025).abs() < 1e-4, "{share}");
        let Finish::Falls { share: Some(share), .. } = parabola(0.9, 20, 0.0).finish() else { panic!() };
        assert!((share - (1.0 - 0.9_f64.powi(40))).abs() < 1e-9, "{share}");
        assert!(matches!(parabola(0.9, 1, 0.0).finish(), Finish::Falls { share: None, .. }));
    }

    #[test]
    fn a_run_from_side_to_side_jumps_without_end_comes_closer_or_diverges() {
        let Finish::Jumps { between, .. } = parabola(-1.0, 20, 0.0).finish() else { panic!() };
        assert_eq!(between, [vec![300.0], vec![100.0]]);
        let Finish::Closes { factor, .. } = parabola(-0.97, 20, 0.0).finish() else { panic!() };
        assert!((factor - 0.97).abs() < 1e-9);
        let Finish::Diverges { step: 20, overflows: false, .. } = parabola(-1.7, 20, 0.0).finish() else { panic!() };
    }

    #[test]
    fn numbers_that_end_are_a_divergence_up_to_the_last_number() {
        let overflow = parabola(-1e50, 6, 0.0).finish();
        assert!(matches!(overflow, Finish::Diverges { step: 2, overflows: true, .. }), "{overflow:?}");
        let from_the_start = Walk { losses: vec![f64::NAN, 1.0], ..Walk::default() };
        assert!(matches!(from_the_start.finish(), Finish::Diverges { step: 0, .. }));
    }

    #[test]
    fn a_run_that_does_not_move_or_takes_no_step_says_so() {
        assert_eq!(Walk::default().finish(), Finish::NoStep);
        assert_eq!(parabola(0.5, 0, 0.0).finish(), Finish::NoStep);
        assert_eq!(parabola(1.0, 10, 0.0).finish(), Finish::Still { loss: 1.35e11, ground: None });
    }

    #[test]
    fn on_a_surface_the_curvature_tells_a_minimum_from_a_saddle() {
        let Finish::Arrived { ground: Some(ground), .. } = descent("himmelblau", [0.0, 0.0], 0.01, 200).finish() else {
            panic!()
        };
        assert!((ground.point[0] - 3.0).abs() < 1e-3 && (ground.point[1] - 2.0).abs() < 1e-3, "{ground:?}");
        // Along the axis of symmetry the walk goes down to the saddle, and stays.
        let saddle = descent("saddle", [1.5, 0.0], 0.1, 100).finish();
        assert!(
            matches!(saddle, Finish::AtSaddle { ground: Ground { curvatures: [-2.0, 2.0], .. }, .. }),
            "{saddle:?}"
        );
        let start = descent("saddle", [0.0, 0.0], 0.1, 20).finish();
        assert!(
            matches!(start, Finish::AtSaddle { step: 0, ground: Ground { point: [0.0, 0.0], .. }, .. }),
            "{start:?}"
        );
        // Beside the axis it leaves the saddle again, for ever.
        let beside = descent("saddle", [1.5, 1e-6], 0.1, 100).finish();
        assert!(matches!(beside, Finish::Speeds { has_minimum: false, .. }), "{beside:?}");
        let flat = descent("monkey-saddle", [0.0, 0.0], 0.01, 20).finish();
        assert!(matches!(flat, Finish::AtSaddle { .. }), "{flat:?}");
    }

    #[test]
    fn a_long_flat_valley_is_no_arrival() {
        let crawls = descent("rosenbrock", [-1.2, 1.0], 0.001, 200).finish();
        assert!(matches!(crawls, Finish::Falls { .. } | Finish::Speeds { .. }), "{crawls:?}");
        let arrives = descent("rosenbrock", [-1.2, 1.0], 0.001, 40_000).finish();
        assert!(matches!(arrives, Finish::Arrived { .. }), "{arrives:?}");
        // The curvature across the valley's end is 1,002: beyond a rate of 2/1,002 a walk along it jumps from side to
        // side.
        let across = descent("rosenbrock", [-1.2, 1.0], 0.002, 40_000).finish();
        assert!(matches!(across, Finish::Jumps { .. }), "{across:?}");
        let jumps = descent("bowl", [2.0, 1.5], 1.0, 20).finish();
        assert!(matches!(jumps, Finish::Jumps { .. }), "{jumps:?}");
    }

    #[test]
    fn a_loss_that_goes_up_and_down_swings() {
        let losses = [10.0, 4.0, 6.0, 3.0, 7.0, 4.0, 5.0, 3.5, 6.0].to_vec();
        let finish = Walk { losses, ..Walk::default() }.finish();
        assert_eq!(finish, Finish::Swings { steps: 2, between: [3.5, 6.0] });
    }
}
