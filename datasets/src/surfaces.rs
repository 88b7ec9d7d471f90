//! Test surfaces for descents with two weights: each is a loss `f(x, y)` as code, and what is known about its
//! landscape.
//!
//! All exercises that descend share this table. The formulas, for the figures that draw contour lines, are in
//! `surfaces.toml`. The tests beside it check that formula, code and landscape fit together.

use std::f64::consts::TAU;

/// A point of the plane, or a list of two slopes: first that of `x`, then that of `y`.
pub use harness::{Point, View};

/// A loss over the plane, and what is known of its landscape.
#[derive(Debug, Clone, Copy)]
pub struct Surface {
    /// Its name as a word of lower-case letters and hyphens.
    pub name: &'static str,
    /// Its name as a person writes it.
    pub title: &'static str,
    /// The height at a point.
    pub value: fn(Point) -> f64,
    /// The two slopes at a point.
    pub gradient: fn(Point) -> Point,
    /// The part of the plane that is worth drawing.
    pub view: View,
    /// Where the gradient is zero, as far as it is worth marking; minima first, the lowest at the front.
    pub critical_points: &'static [CriticalPoint],
    /// Where a descent starts that teaches something; the default first.
    pub starts: &'static [Start],
    /// Where the surface comes from.
    pub source: &'static str,
}

/// A point at which the gradient is zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriticalPoint {
    /// Where it lies.
    pub point: Point,
    /// The height there.
    pub value: f64,
    /// What it is.
    pub kind: Kind,
}

/// What a point of zero gradient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No point of the plane lies lower.
    GlobalMinimum,
    /// No point near it lies lower, but one further away does.
    LocalMinimum,
    /// Lower ground on two sides and higher ground on two others.
    Saddle,
    /// A saddle at which the second derivatives are zero too, so that they do not show it.
    FlatSaddle,
    /// No point near it lies higher.
    Maximum,
}

/// Where a descent may start, and what is to be seen from there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Where it lies.
    pub point: Point,
    /// What a descent from there shows.
    pub shows: &'static str,
}

impl Surface {
    /// The minima, the lowest first; none where the surface falls without end.
    pub fn minima(&self) -> impl Iterator<Item = &'static CriticalPoint> {
        let minimum = |known: &&CriticalPoint| matches!(known.kind, Kind::GlobalMinimum | Kind::LocalMinimum);
        self.critical_points.iter().filter(minimum)
    }

    /// How strongly the surface curves at a point along its two principal directions, the smaller curvature first: the
    /// eigenvalues of the Hessian, measured by centred differences of the gradient; about eight digits hold.
    pub fn curvatures(&self, [x, y]: Point) -> [f64; 2] {
        const H: f64 = 1e-5;
        let along_x = difference((self.gradient)([x + H, y]), (self.gradient)([x - H, y]), 2.0 * H);
        let along_y = difference((self.gradient)([x, y + H]), (self.gradient)([x, y - H]), 2.0 * H);
        let (xx, yy, xy) = (along_x[0], along_y[1], (along_x[1] + along_y[0]) / 2.0);
        let (middle, half) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
        [middle - half, middle + half]
    }

    /// The learning rate beyond which plain gradient descent no longer settles at this point: 2 / largest curvature.
    /// `None` if the surface curves upwards in no direction there.
    ///
    /// Source: Goh, "Why Momentum Really Works", Distill 2017, for the parabola that the surface is near a minimum.
    pub fn largest_stable_rate(&self, point: Point) -> Option<f64> {
        let [_, largest] = self.curvatures(point);
        (largest > 0.0).then(|| 2.0 / largest)
    }
}

impl CriticalPoint {
    const fn new(point: Point, value: f64, kind: Kind) -> Self {
        Self { point, value, kind }
    }
}

/// The surface of this name.
pub fn surface(name: &str) -> Option<&'static Surface> {
    SURFACES.iter().find(|surface| surface.name == name)
}

/// All surfaces, the plain ones first.
pub static SURFACES: [Surface; 11] = [
    BOWL,
    RAVINE,
    ROSENBROCK,
    HIMMELBLAU,
    BEALE,
    RASTRIGIN,
    SADDLE,
    MONKEY_SADDLE,
    DOUBLE_WELL,
    STYBLINSKI_TANG,
    SIX_HUMP_CAMEL,
];

/// A round bowl: every step points straight at the minimum.
pub const BOWL: Surface = Surface {
    name: "bowl",
    title: "Bowl",
    value: |[x, y]| x * x + y * y,
    gradient: |[x, y]| [2.0 * x, 2.0 * y],
    view: View { x: [-3.0, 3.0], y: [-3.0, 3.0] },
    critical_points: &[CriticalPoint::new([0.0, 0.0], 0.0, Kind::GlobalMinimum)],
    starts: &[Start { point: [2.0, 1.5], shows: "every step points straight at the minimum" }],
    source: "the simplest surface with one minimum",
};

/// A long valley, twenty times as steep across as along.
pub const RAVINE: Surface = Surface {
    name: "ravine",
    title: "Ravine",
    value: |[x, y]| (x * x + 20.0 * y * y) / 2.0,
    gradient: |[x, y]| [x, 20.0 * y],
    view: View { x: [-3.0, 3.0], y: [-3.0, 3.0] },
    critical_points: &[CriticalPoint::new([0.0, 0.0], 0.0, Kind::GlobalMinimum)],
    starts: &[Start {
        point: [2.0, 1.5],
        shows: "the rate that the steep direction allows is too small for the flat one",
    }],
    source: "the quadratic model of Goh, \"Why Momentum Really Works\", Distill 2017, with a condition number of 20",
};

/// A curved valley, quick to reach and slow to follow.
pub const ROSENBROCK: Surface = Surface {
    name: "rosenbrock",
    title: "Rosenbrock",
    value: |[x, y]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2),
    gradient: |[x, y]| [2.0 * (x - 1.0) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)],
    view: View { x: [-2.0, 2.0], y: [-1.0, 3.0] },
    critical_points: &[CriticalPoint::new([1.0, 1.0], 0.0, Kind::GlobalMinimum)],
    starts: &[Start { point: [-1.2, 1.0], shows: "the valley is reached at once; its floor takes thousands of steps" }],
    source: "Rosenbrock, \"An automatic method for finding the greatest or least value of a function\", 1960",
};

/// Four valleys of one depth.
pub const HIMMELBLAU: Surface = Surface {
    name: "himmelblau",
    title: "Himmelblau",
    value: |[x, y]| (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2),
    gradient: |[x, y]| {
        let (one, other) = (x * x + y - 11.0, x + y * y - 7.0);
        [4.0 * x * one + 2.0 * other, 2.0 * one + 4.0 * y * other]
    },
    view: View { x: [-6.0, 6.0], y: [-6.0, 6.0] },
    critical_points: &[
        CriticalPoint::new([3.0, 2.0], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([-2.805118086952745, 3.131312518250573], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([-3.779310253377747, -3.28318599128617], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([3.584428340330492, -1.8481265269644036], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([3.385154183607021, 0.07385187983774928], 13.31192627040559, Kind::Saddle),
        CriticalPoint::new([0.08667750455539636, 2.884254701174776], 67.71915008752614, Kind::Saddle),
        CriticalPoint::new([-3.0730257507643897, -0.08135304428796751], 104.01516291755811, Kind::Saddle),
        CriticalPoint::new([-0.12796134673068008, -1.9537149802445763], 178.33723920192746, Kind::Saddle),
        CriticalPoint::new([-0.2708445906673476, -0.9230385564799815], 181.6165215225827, Kind::Maximum),
    ],
    starts: &[Start {
        point: [0.0, 0.0],
        shows: "from near the top, a small shift decides which of four minima is found",
    }],
    source: "Himmelblau, \"Applied Nonlinear Programming\", 1972",
};

/// A flat floor between steep walls.
pub const BEALE: Surface = Surface {
    name: "beale",
    title: "Beale",
    value: |[x, y]| {
        (1.5 - x + x * y).powi(2) + (2.25 - x + x * y.powi(2)).powi(2) + (2.625 - x + x * y.powi(3)).powi(2)
    },
    gradient: |[x, y]| {
        let [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y.powi(2), 2.625 - x + x * y.powi(3)];
        [
            2.0 * a * (y - 1.0) + 2.0 * b * (y.powi(2) - 1.0) + 2.0 * c * (y.powi(3) - 1.0),
            2.0 * a * x + 4.0 * b * x * y + 6.0 * c * x * y.powi(2),
        ]
    },
    view: View { x: [-4.5, 4.5], y: [-4.5, 4.5] },
    critical_points: &[
        CriticalPoint::new([3.0, 0.5], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([0.10053793732415836, -2.644513585023125], 9.86451228475556, Kind::Saddle),
        CriticalPoint::new([0.0, 1.0], 14.203125, Kind::Saddle),
    ],
    starts: &[Start { point: [1.0, 1.5], shows: "down a steep wall, then far along a floor that hardly slopes" }],
    source: "Beale, \"On an iterative method for finding a local minimum of a function of more than one variable\", 1958",
};

/// Many dents of unlike depth. It is often shown from -5.12 to 5.12; the first dents around the deepest are enough
/// here.
pub const RASTRIGIN: Surface = Surface {
    name: "rastrigin",
    title: "Rastrigin",
    value: |[x, y]| 20.0 + x * x - 10.0 * (TAU * x).cos() + y * y - 10.0 * (TAU * y).cos(),
    gradient: |[x, y]| [2.0 * x + 10.0 * TAU * (TAU * x).sin(), 2.0 * y + 10.0 * TAU * (TAU * y).sin()],
    view: View { x: [-1.6, 1.6], y: [-1.6, 1.6] },
    critical_points: &[
        CriticalPoint::new([0.0, 0.0], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([0.9949586376523348, 0.0], 0.9949590570932934, Kind::LocalMinimum),
        CriticalPoint::new([-0.9949586376523348, 0.0], 0.9949590570932934, Kind::LocalMinimum),
        CriticalPoint::new([0.0, 0.9949586376523348], 0.9949590570932934, Kind::LocalMinimum),
        CriticalPoint::new([0.0, -0.9949586376523348], 0.9949590570932934, Kind::LocalMinimum),
        CriticalPoint::new([0.9949586376523348, 0.9949586376523348], 1.9899181141865828, Kind::LocalMinimum),
        CriticalPoint::new([-0.9949586376523348, 0.9949586376523348], 1.9899181141865828, Kind::LocalMinimum),
        CriticalPoint::new([-0.9949586376523348, -0.9949586376523348], 1.9899181141865828, Kind::LocalMinimum),
        CriticalPoint::new([0.9949586376523348, -0.9949586376523348], 1.9899181141865828, Kind::LocalMinimum),
    ],
    starts: &[Start { point: [0.6, 0.8], shows: "the nearest dent is not the deepest" }],
    source: "Rastrigin, \"Systems of extremal control\", 1974, in two dimensions",
};

/// Down to both sides, up along the ridge.
pub const SADDLE: Surface = Surface {
    name: "saddle",
    title: "Saddle",
    value: |[x, y]| x * x - y * y,
    gradient: |[x, y]| [2.0 * x, -2.0 * y],
    view: View { x: [-2.0, 2.0], y: [-2.0, 2.0] },
    critical_points: &[CriticalPoint::new([0.0, 0.0], 0.0, Kind::Saddle)],
    starts: &[
        Start { point: [1.5, 0.0], shows: "exactly on the ridge, a descent stays there and stops at the saddle" },
        Start { point: [1.5, 1e-3], shows: "a thousandth beside the ridge, it slows down, turns, and falls for ever" },
    ],
    source: "the simplest surface with a saddle",
};

/// Three ways down, for two legs and a tail.
pub const MONKEY_SADDLE: Surface = Surface {
    name: "monkey-saddle",
    title: "Monkey saddle",
    value: |[x, y]| x.powi(3) - 3.0 * x * y * y,
    gradient: |[x, y]| [3.0 * x * x - 3.0 * y * y, -6.0 * x * y],
    view: View { x: [-2.0, 2.0], y: [-2.0, 2.0] },
    critical_points: &[CriticalPoint::new([0.0, 0.0], 0.0, Kind::FlatSaddle)],
    starts: &[Start { point: [1.0, 0.0], shows: "on its way to the flat saddle, every step is shorter than the last" }],
    source: "the simplest saddle that its second derivatives do not show",
};

/// Two valleys and a pass between them.
pub const DOUBLE_WELL: Surface = Surface {
    name: "double-well",
    title: "Double well",
    value: |[x, y]| (x * x - 1.0).powi(2) + y * y,
    gradient: |[x, y]| [4.0 * x * (x * x - 1.0), 2.0 * y],
    view: View { x: [-2.0, 2.0], y: [-2.0, 2.0] },
    critical_points: &[
        CriticalPoint::new([1.0, 0.0], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([-1.0, 0.0], 0.0, Kind::GlobalMinimum),
        CriticalPoint::new([0.0, 0.0], 1.0, Kind::Saddle),
    ],
    starts: &[
        Start { point: [0.0, 1.0], shows: "exactly between the wells, a descent ends on the pass" },
        Start { point: [1e-3, 1.0], shows: "a thousandth to the right, it lingers at the pass and finds a well" },
    ],
    source: "the simplest surface with two minima",
};

/// Four valleys, one deeper than the others.
pub const STYBLINSKI_TANG: Surface = Surface {
    name: "styblinski-tang",
    title: "Styblinski-Tang",
    value: |[x, y]| {
        let part = |x: f64| x.powi(4) - 16.0 * x * x + 5.0 * x;
        (part(x) + part(y)) / 2.0
    },
    gradient: |[x, y]| {
        let part = |x: f64| (4.0 * x.powi(3) - 32.0 * x + 5.0) / 2.0;
        [part(x), part(y)]
    },
    view: View { x: [-5.0, 5.0], y: [-5.0, 5.0] },
    critical_points: &[
        CriticalPoint::new([-2.903534027771177, -2.903534027771177], -78.33233140754283, Kind::GlobalMinimum),
        CriticalPoint::new([-2.903534027771177, 2.746802770990837], -64.19561235905535, Kind::LocalMinimum),
        CriticalPoint::new([2.746802770990837, -2.903534027771177], -64.19561235905535, Kind::LocalMinimum),
        CriticalPoint::new([2.746802770990837, 2.746802770990837], -50.05889331056789, Kind::LocalMinimum),
        CriticalPoint::new([0.1567312567803401, 0.1567312567803401], 0.39122471811071614, Kind::Maximum),
    ],
    starts: &[Start {
        point: [0.5, 0.5],
        shows: "just beyond the top, a descent finds the shallowest of four valleys",
    }],
    source: "Styblinski and Tang, \"Experiments in nonconvex optimization\", 1990, in two dimensions",
};

/// Six valleys in three pairs.
pub const SIX_HUMP_CAMEL: Surface = Surface {
    name: "six-hump-camel",
    title: "Six-hump camel",
    value: |[x, y]| (4.0 - 2.1 * x * x + x.powi(4) / 3.0) * x * x + x * y + (4.0 * y * y - 4.0) * y * y,
    gradient: |[x, y]| [8.0 * x - 8.4 * x.powi(3) + 2.0 * x.powi(5) + y, x - 8.0 * y + 16.0 * y.powi(3)],
    view: View { x: [-3.0, 3.0], y: [-2.0, 2.0] },
    critical_points: &[
        CriticalPoint::new([0.08984201310031806, -0.7126564030207396], -1.0316284534898774, Kind::GlobalMinimum),
        CriticalPoint::new([-0.08984201310031806, 0.7126564030207396], -1.0316284534898774, Kind::GlobalMinimum),
        CriticalPoint::new([1.703606714969981, -0.7960835686726251], -0.21546382438371763, Kind::LocalMinimum),
        CriticalPoint::new([-1.703606714969981, 0.7960835686726251], -0.21546382438371763, Kind::LocalMinimum),
        CriticalPoint::new([1.6071047529201972, 0.5686514548841314], 2.1042503103112584, Kind::LocalMinimum),
        CriticalPoint::new([-1.6071047529201972, -0.5686514548841314], 2.1042503103112584, Kind::LocalMinimum),
        CriticalPoint::new([0.0, 0.0], 0.0, Kind::Saddle),
        CriticalPoint::new([1.1092053368047865, -0.7682680925095399], 0.5437186009781852, Kind::Saddle),
        CriticalPoint::new([-1.1092053368047865, 0.7682680925095399], 0.5437186009781852, Kind::Saddle),
        CriticalPoint::new([1.6380679841897785, 0.2286740690443941], 2.2293571975307147, Kind::Saddle),
        CriticalPoint::new([-1.6380679841897785, -0.2286740690443941], 2.2293571975307147, Kind::Saddle),
        CriticalPoint::new([1.2960702671671092, 0.6050843880386585], 2.22947081802986, Kind::Saddle),
        CriticalPoint::new([-1.2960702671671092, -0.6050843880386585], 2.22947081802986, Kind::Saddle),
        CriticalPoint::new([1.2302298765166526, 0.16233458445899496], 2.496295351023577, Kind::Maximum),
        CriticalPoint::new([-1.2302298765166526, -0.16233458445899496], 2.496295351023577, Kind::Maximum),
    ],
    starts: &[Start { point: [1.8, 1.0], shows: "the nearest valley is one of the two shallowest" }],
    source: "Dixon and Szego, \"The global optimization problem: an introduction\", 1978",
};

fn difference(one: Point, other: Point, width: f64) -> Point {
    [(one[0] - other[0]) / width, (one[1] - other[1]) / width]
}
