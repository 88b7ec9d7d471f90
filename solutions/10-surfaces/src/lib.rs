//! Which way down, and down to what? Descents on surfaces with several minima, with saddles or without a
//! bottom, and a map of where each start ends.

pub use datasets::surfaces::Point;

/// How far [`measured_gradient`] and [`hessian`] look to both sides of a point.
pub const H: f64 = 1e-5;

/// The ground is flat where the gradient is at most this long.
pub const FLAT: f64 = 1e-8;

/// A descent is gone for good when `x` or `y` is beyond this, on either side of 0.
pub const FAR: f64 = 100.0;

/// How many steps [`ending`] and [`basins`] allow a descent.
pub const MOST_STEPS: usize = 10_000;

/// A product of curvatures says nothing if it is at most this far from 0.
pub const UNCLEAR: f64 = 1e-6;

/// Two ends less than this far apart are the same minimum.
pub const SAME: f64 = 1e-3;

/// The gradient of a saddle: the slopes of its height in the directions of `x` and of `y`.
///
/// Height: `x^2 - y^2`. The slope in one direction treats the other number as fixed. A [`Point`] is an array of two
/// `f64`, `[x, y]`, and so is the result: the slope in `x`, then the slope in `y`.
pub fn saddle_gradient([x, y]: Point) -> Point {
    // todo!("return the slope in x and the slope in y")
    [2.0 * x, -2.0 * y]
    // done
}

/// The gradient of the double well: two valleys with a pass between them.
///
/// Height: `(x^2 - 1)^2 + y^2`.
pub fn double_well_gradient([x, y]: Point) -> Point {
    // todo!("return both slopes; use the chain rule for the one in x")
    [4.0 * x * (x * x - 1.0), 2.0 * y]
    // done
}

/// The gradient of Himmelblau's surface, which has four minima.
///
/// Height: `(x^2 + y - 11)^2 + (x + y^2 - 7)^2`. Both brackets change with `x` and with `y`.
pub fn himmelblau_gradient([x, y]: Point) -> Point {
    // todo!("return both slopes, each with a part from both brackets")
    let (first, second) = (x * x + y - 11.0, x + y * y - 7.0);
    [4.0 * x * first + 2.0 * second, 2.0 * first + 4.0 * y * second]
    // done
}

/// The gradient of Rosenbrock's surface: a long, curved valley.
///
/// Height: `(1 - x)^2 + 100 * (y - x^2)^2`.
pub fn rosenbrock_gradient([x, y]: Point) -> Point {
    // todo!("return both slopes; mind what the inside of each bracket does when x grows")
    [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)]
    // done
}

/// The gradient, measured from heights alone: the check for a gradient by formula.
///
/// - `height`: the surface.
/// - `point`: where to measure.
///
/// Formula: `(height(x + H, y) - height(x - H, y)) / (2 * H)` for the slope in `x`, the central difference of step
/// `gradient`. Measure the slope in `y` in the same way, with `x` as it is.
pub fn measured_gradient(height: &dyn Fn(Point) -> f64, [x, y]: Point) -> Point {
    // todo!("measure the slope in x and the slope in y, each with a step to both sides")
    let in_x = (height([x + H, y]) - height([x - H, y])) / (2.0 * H);
    let in_y = (height([x, y + H]) - height([x, y - H])) / (2.0 * H);
    [in_x, in_y]
    // done
}

/// A descent and how it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Descent {
    /// The last point; if the descent is [`Stop::Gone`], the one beyond [`FAR`].
    pub end: Point,
    /// How many steps led there.
    pub steps: usize,
    /// Why it took no further step.
    pub stop: Stop,
}

/// Why a descent took no further step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The ground is flat.
    Flat,
    /// `x` or `y` is beyond [`FAR`], on either side of 0, or not a number.
    Gone,
    /// It has taken all its steps.
    OutOfSteps,
}

/// Gradient descent on a surface, until it cannot or may not go on.
///
/// - `gradient`: the slopes of the surface at a point.
/// - `start`: where it begins.
/// - `learning_rate`: the part of the gradient that a step moves by.
/// - `most_steps`: how many steps it may take.
///
/// At each point, including the start, the first of these rules that applies says what happens:
///
/// 1. `x` or `y` is larger than [`FAR`] in size, or not a number: it stops with [`Stop::Gone`].
/// 2. The length of the gradient, the root of the sum of its squares, is at most [`FLAT`]: [`Stop::Flat`].
/// 3. It has taken `most_steps` steps: [`Stop::OutOfSteps`].
/// 4. Otherwise it takes a step: `point - learning_rate * gradient`, both numbers at once.
///
/// Where the gradient is not a number the ground is not flat, so rule 2 does not apply; the next step leads to a point
/// that is not a number either.
pub fn descend(gradient: &dyn Fn(Point) -> Point, start: Point, learning_rate: f64, most_steps: usize) -> Descent {
    // todo!("at each point check the rules in their order, and step until one of the first three applies")
    let [mut x, mut y] = start;
    let mut steps = 0;
    let stop = loop {
        let [slope_x, slope_y] = gradient([x, y]);
        let near = x.abs() <= FAR && y.abs() <= FAR;
        if !near {
            break Stop::Gone;
        }
        if slope_x.hypot(slope_y) <= FLAT {
            break Stop::Flat;
        }
        if steps == most_steps {
            break Stop::OutOfSteps;
        }
        x -= learning_rate * slope_x;
        y -= learning_rate * slope_y;
        steps += 1;
    };
    Descent { end: [x, y], steps, stop }
    // done
}

/// How the gradient changes around a point: the Hessian, measured.
///
/// - `gradient`: the slopes of the surface at a point.
/// - `point`: where to measure.
///
/// The result is `[[xx, xy], [yx, yy]]`: `xx` and `yx` say how fast the slope in `x` and the slope in `y` grow when `x`
/// grows, `xy` and `yy` how fast they grow when `y` does. Each is a central difference over `2 * H`, as in
/// [`measured_gradient`]. `xy` and `yx` are equal except for rounding, so that it makes no difference which of them is
/// measured.
pub fn hessian(gradient: &dyn Fn(Point) -> Point, [x, y]: Point) -> [[f64; 2]; 2] {
    // todo!("measure how both slopes change along x, and how both change along y")
    let (right, left) = (gradient([x + H, y]), gradient([x - H, y]));
    let (up, down) = (gradient([x, y + H]), gradient([x, y - H]));
    let change = |one: f64, other: f64| (one - other) / (2.0 * H);
    [[change(right[0], left[0]), change(up[0], down[0])], [change(right[1], left[1]), change(up[1], down[1])]]
    // done
}

/// What flat ground can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// It rises on all sides.
    Minimum,
    /// It falls on all sides.
    Maximum,
    /// It rises on two sides and falls on two others.
    Saddle,
    /// The curvatures do not decide.
    Unclear,
}

/// What kind of ground a flat point is, by the signs of its curvatures.
///
/// - `gradient`: the slopes of the surface at a point.
/// - `point`: a point where the ground is flat.
///
/// From the [`hessian`] there, `product` is `xx * yy - xy * yx`: the product of the curvatures in the two directions in
/// which the ground curves most and least. The first of these rules that applies is the answer:
///
/// 1. The size of `product` is at most [`UNCLEAR`]: [`Ground::Unclear`].
/// 2. It is negative, so the curvatures have opposite signs: [`Ground::Saddle`].
/// 3. `xx` is positive: [`Ground::Minimum`].
/// 4. Otherwise: [`Ground::Maximum`].
pub fn ground(gradient: &dyn Fn(Point) -> Point, point: Point) -> Ground {
    // todo!("compute the product from the Hessian, and find the first of the four rules that applies")
    let [[xx, xy], [yx, yy]] = hessian(gradient, point);
    let product = xx * yy - xy * yx;
    if product.abs() <= UNCLEAR {
        Ground::Unclear
    } else if product < 0.0 {
        Ground::Saddle
    } else if xx > 0.0 {
        Ground::Minimum
    } else {
        Ground::Maximum
    }
    // done
}

/// Where a start leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    /// To flat ground of this kind, at this point.
    Arrived(Ground, Point),
    /// Away for good.
    Gone,
    /// It was still moving after [`MOST_STEPS`] steps.
    OnTheWay,
}

/// Where a start leads, with at most [`MOST_STEPS`] steps.
///
/// - `gradient`: the slopes of the surface at a point.
/// - `start`: where the descent begins.
/// - `learning_rate`: the part of the gradient that a step moves by.
///
/// A descent that stops on flat ground has arrived there; [`ground`] says what it has arrived at.
pub fn ending(gradient: &dyn Fn(Point) -> Point, start: Point, learning_rate: f64) -> Ending {
    // todo!("descend, and translate each reason to stop; on flat ground find out what kind it is")
    let descent = descend(gradient, start, learning_rate, MOST_STEPS);
    match descent.stop {
        Stop::Flat => Ending::Arrived(ground(gradient, descent.end), descent.end),
        Stop::Gone => Ending::Gone,
        Stop::OutOfSteps => Ending::OnTheWay,
    }
    // done
}

/// Which start leads to which minimum.
#[derive(Debug, Clone, PartialEq)]
pub struct Basins {
    /// Every minimum that was found, each once, in the order in which the starts found them.
    pub minima: Vec<Point>,
    /// For each start, the index of its minimum in `minima`; `None` if it leads to no minimum.
    pub found: Vec<Option<usize>>,
}

/// Sends a descent from every start, and sorts the starts by the minimum they lead to.
///
/// - `gradient`: the slopes of the surface at a point.
/// - `starts`: where the descents begin.
/// - `learning_rate`: the part of the gradient that a step moves by.
///
/// Two descents hardly ever end at exactly the same numbers. So an end is a known minimum if its distance from it (the
/// root of the sum of the squared differences) is less than [`SAME`]; the first such minimum counts. A minimum keeps
/// the numbers of the descent that found it first. All starts that lead to one minimum are its *basin*. Without starts
/// both lists are empty.
pub fn basins(gradient: &dyn Fn(Point) -> Point, starts: &[Point], learning_rate: f64) -> Basins {
    // todo!("find the ending of each start; if it is a minimum, look it up among the known ones or add it")
    let (mut minima, mut found) = (Vec::<Point>::new(), Vec::new());
    for start in starts {
        let Ending::Arrived(Ground::Minimum, [x, y]) = ending(gradient, *start, learning_rate) else {
            found.push(None);
            continue;
        };
        let known = minima.iter().position(|minimum| (minimum[0] - x).hypot(minimum[1] - y) < SAME);
        if known.is_none() {
            minima.push([x, y]);
        }
        found.push(Some(known.unwrap_or(minima.len() - 1)));
    }
    Basins { minima, found }
    // done
}
