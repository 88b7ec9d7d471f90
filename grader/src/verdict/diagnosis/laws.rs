//! Laws of numbers: the rule by which wrong numbers follow from the expected ones, in every row of every trial.

use harness::{Cell, Trial};

use super::Finding;

/// A row's numbers: the trial, the given cells, what was expected and what was answered.
pub(super) struct Pair<'a> {
    pub(super) trial: Trial,
    pub(super) given: &'a [Cell],
    pub(super) expected: f64,
    pub(super) got: f64,
}

/// By what the number of samples, n, makes answers wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleLaw {
    /// n
    TimesN,
    /// 1 / n
    OverN,
    /// 2 n
    TimesTwoN,
    /// 1 / (2 n)
    OverTwoN,
    /// n - 1
    TimesNLessOne,
    /// 1 / (n - 1)
    OverNLessOne,
    /// n / (n - 1)
    Bessel,
    /// (n - 1) / n
    BesselUndone,
    /// The root of n.
    TimesRoot,
    /// 1 / the root of n.
    OverRoot,
}

/// On which side of a bound there should be answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Below it.
    Below,
    /// Above it.
    Above,
    /// Above the bound, and below the same number with a minus.
    Both,
}

/// How a number lost its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest whole number.
    Nearest,
    /// To the next whole number below.
    Down,
    /// To the next whole number above.
    Up,
    /// The digits behind the point cut off.
    TowardZero,
    /// To the 24 bits of an `f32`.
    SinglePrecision,
}

/// By what the expected numbers are multiplied: a number, one that depends on the samples, a given column, or a number of each
/// trial's own.
pub(super) fn factor(pairs: &[Pair<'_>], column: &str, given: &[String], trials: &[Trial]) -> Option<Finding> {
    constant_factor(pairs, column)
        .or_else(|| sample_factor(pairs, column, trials))
        .or_else(|| given_factor(pairs, column, given))
        .or_else(|| trial_factor(pairs, column, trials))
}

/// Whether each answer is the expected one times a factor, in enough rows to tell.
fn is_scaled(pairs: &[Pair<'_>], factor: impl Fn(&Pair<'_>) -> Option<f64>) -> bool {
    let evidence = pairs.iter().filter(|pair| pair.expected != 0.0).count();
    evidence >= 3 && pairs.iter().all(|pair| factor(pair).is_some_and(|factor| alike(pair.got, factor * pair.expected)))
}

fn constant_factor(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let first = pairs.iter().find(|pair| pair.expected != 0.0)?;
    let factor = first.got / first.expected;
    let column = column.to_owned();
    (factor != 0.0 && is_scaled(pairs, |_| Some(factor)))
        .then(|| if alike(factor, -1.0) { Finding::Sign { column } } else { Finding::Factor { column, factor } })
}

fn sample_factor(pairs: &[Pair<'_>], column: &str, trials: &[Trial]) -> Option<Finding> {
    type Samples = (&'static str, fn(&Trial) -> usize);
    const SAMPLES: [Samples; 3] = [
        ("houses", |trial| trial.houses().len()),
        ("homes", |trial| trial.homes().len()),
        ("study records", |trial| trial.study_records().len()),
    ];
    // Counted once: each count makes the data of its trial.
    let counted = SAMPLES.map(|(samples, count)| (samples, trials.iter().map(|trial| count(trial) as f64).collect()));
    let counted: [(&str, Vec<f64>); 3] = counted;
    let laws = SampleLaw::ALL.iter().flat_map(|law| counted.iter().map(move |counted| (*law, counted)));
    let mut laws = laws.filter(|(law, (_, counts))| {
        let count = |trial: Trial| trials.iter().position(|graded| *graded == trial).map(|at| counts[at]);
        is_scaled(pairs, |pair| Some(law.factor(count(pair.trial)?)))
    });
    laws.next().map(|(law, (samples, _))| Finding::SampleFactor { column: column.to_owned(), samples, law })
}

fn given_factor(pairs: &[Pair<'_>], column: &str, given: &[String]) -> Option<Finding> {
    given.iter().enumerate().find_map(|(at, given)| {
        let value = |pair: &Pair<'_>| as_number(pair.given.get(at));
        let divided = if is_scaled(pairs, value) {
            false
        } else if is_scaled(pairs, |pair| value(pair).map(f64::recip)) {
            true
        } else {
            return None;
        };
        Some(Finding::GivenFactor { column: column.to_owned(), given: given.clone(), divided })
    })
}

fn trial_factor(pairs: &[Pair<'_>], column: &str, trials: &[Trial]) -> Option<Finding> {
    /// Two rows a trial would fit a factor by accident.
    const ENOUGH: usize = 3;
    let factor_on = |trial: &Trial| {
        let mut telling = pairs.iter().filter(|pair| pair.trial == *trial && pair.expected != 0.0);
        let factor = telling.next().map(|first| first.got / first.expected)?;
        (factor != 0.0 && telling.count() + 1 >= ENOUGH).then_some((*trial, factor))
    };
    let factors: Vec<(Trial, f64)> = trials.iter().map(factor_on).collect::<Option<_>>()?;
    let factor_of = |pair: &Pair<'_>| factors.iter().find(|(trial, _)| *trial == pair.trial).map(|(_, factor)| *factor);
    (factors.len() >= 2 && is_scaled(pairs, factor_of))
        .then(|| Finding::TrialFactor { column: column.to_owned(), factors: factors.clone() })
}

pub(super) fn offset(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let offset = pairs[0].got - pairs[0].expected;
    // Beside a much larger number, the difference is its rounding, of which six digits say nothing.
    let evidence = pairs.iter().all(|pair| offset.abs() > 1e-9 * pair.expected.abs());
    let holds = pairs.iter().all(|pair| (pair.got - pair.expected - offset).abs() <= 1e-6 * offset.abs());
    (evidence && holds).then(|| Finding::Offset { column: column.to_owned(), offset })
}

/// How all answers have lost their digits, if they have: where three or more of the expected ones have some to lose, and
/// not all of them are 0, which small numbers are rounded to, but which a number that was never worked out is, too.
pub(super) fn rounding(pairs: &[Pair<'_>]) -> Option<Rounding> {
    if pairs.iter().all(|pair| pair.got == 0.0) {
        return None;
    }
    type Rule = (Rounding, fn(f64) -> f64);
    let rules: [Rule; 5] = [
        (Rounding::Nearest, f64::round),
        (Rounding::TowardZero, f64::trunc),
        (Rounding::Down, f64::floor),
        (Rounding::Up, f64::ceil),
        (Rounding::SinglePrecision, |number| f64::from(number as f32)),
    ];
    let (how, _) = rules.into_iter().find(|(how, rule)| {
        // What is computed in single precision ends in it, if not at the nearest number.
        let fits = |pair: &Pair<'_>| match how {
            Rounding::SinglePrecision => {
                rule(pair.got) == pair.got && (pair.got - pair.expected).abs() <= 1e-5 * pair.expected.abs()
            }
            _ => rule(pair.expected) == pair.got,
        };
        pairs.iter().all(fits) && pairs.iter().filter(|pair| rule(pair.expected) != pair.expected).count() >= 3
    })?;
    Some(how)
}

/// What a function of the expected number alone could be.
pub(super) fn other_law(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let column = || column.to_owned();
    let law = |law: &dyn Fn(f64) -> f64| pairs.iter().all(|pair| alike(law(pair.expected), pair.got));
    let wrong = || pairs.iter().filter(|pair| !alike(pair.expected, pair.got));
    if law(&f64::abs) {
        return Some(Finding::Absolute { column: column() });
    }
    if law(&|expected| expected * expected) {
        return Some(Finding::Power { column: column(), squared: true });
    }
    if pairs.iter().all(|pair| pair.expected >= 0.0) && law(&f64::sqrt) {
        return Some(Finding::Power { column: column(), squared: false });
    }
    let bound = wrong().next()?.got;
    let size = bound.abs();
    if wrong().count() < 2 || wrong().count() == pairs.len() {
        return None;
    }
    let (bound, side) = if law(&|expected| expected.max(bound)) {
        (bound, Side::Below)
    } else if law(&|expected| expected.min(bound)) {
        (bound, Side::Above)
    } else if law(&|expected| expected.clamp(-size, size)) {
        (size, Side::Both)
    } else {
        return None;
    };
    Some(Finding::Clamped { column: column(), bound, side })
}

pub(super) fn nearly_right(pairs: &[Pair<'_>], column: String) -> Option<Finding> {
    let parts = pairs.iter().filter(|pair| pair.got != pair.expected);
    let off = parts.map(|pair| ((pair.got - pair.expected) / pair.expected).abs()).reduce(f64::max)?;
    Some(Finding::NearlyRight { column, off })
}

impl SampleLaw {
    /// The likeliest first.
    const ALL: [Self; 10] = [
        Self::TimesN,
        Self::OverN,
        Self::TimesNLessOne,
        Self::OverNLessOne,
        Self::Bessel,
        Self::BesselUndone,
        Self::TimesTwoN,
        Self::OverTwoN,
        Self::TimesRoot,
        Self::OverRoot,
    ];

    fn factor(self, n: f64) -> f64 {
        match self {
            Self::TimesN => n,
            Self::OverN => 1.0 / n,
            Self::TimesTwoN => 2.0 * n,
            Self::OverTwoN => 0.5 / n,
            Self::TimesNLessOne => n - 1.0,
            Self::OverNLessOne => 1.0 / (n - 1.0),
            Self::Bessel => n / (n - 1.0),
            Self::BesselUndone => (n - 1.0) / n,
            Self::TimesRoot => n.sqrt(),
            Self::OverRoot => 1.0 / n.sqrt(),
        }
    }

    /// Its formula.
    pub fn formula(self) -> &'static str {
        match self {
            Self::TimesN => "n",
            Self::OverN => "1/n",
            Self::TimesTwoN => "2n",
            Self::OverTwoN => "1/(2n)",
            Self::TimesNLessOne => "n - 1",
            Self::OverNLessOne => "1/(n - 1)",
            Self::Bessel => "n/(n - 1)",
            Self::BesselUndone => "(n - 1)/n",
            Self::TimesRoot => "the square root of n",
            Self::OverRoot => "1/(the square root of n)",
        }
    }
}

pub(super) fn as_number(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Number(number) => number.is_finite().then_some(*number),
        Cell::Text(_) => None,
    }
}

pub(super) fn near(one: Option<&Cell>, other: Option<&Cell>) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => alike(one, other),
        _ => one.is_some() && one == other,
    }
}

/// Equal but for rounding: a law of the numbers holds to far more than six digits or not at all.
pub(super) fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * one.abs().max(other.abs())
}
