//! Laws of numbers: the rule by which wrong numbers follow from the expected ones, in every row of every trial.

use std::iter;

use harness::{Cell, Trial};

use super::Finding;
use crate::compare::Comparison;

/// A row's numbers: the trial, the given cells, what was expected and what was answered.
pub(super) struct Pair<'a> {
    pub(super) trial: Trial,
    pub(super) given: &'a [Cell],
    pub(super) expected: f64,
    pub(super) got: f64,
    pub(super) agrees: bool,
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
    /// n / 2
    TimesHalf,
    /// n^2
    TimesSquare,
    /// 1 / n^2
    OverSquare,
    /// n^2 / 4
    TimesHalfSquared,
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
    /// Above the bound and below its negative.
    Both,
}

/// By what power of a given number answers are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenLaw {
    /// The number.
    Times,
    /// 1 / the number
    Over,
    /// Twice the number.
    TimesTwice,
    /// 1 / twice the number
    OverTwice,
    /// Its square.
    TimesSquare,
    /// 1 / its square
    OverSquare,
}

/// Which power of the expected number an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerLaw {
    /// Its square.
    Square,
    /// Its root.
    Root,
    /// The root of the number without its sign.
    RootOfSize,
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
    /// To the nearest number with so many decimals.
    Decimals(i32),
}

/// By what the expected numbers are multiplied, if not by one number: by one that depends on the samples, by a given
/// column, or by a number of each trial's own.
pub(super) fn other_factor(
    pairs: &[Pair<'_>],
    column: &str,
    given: &[String],
    tables: &[(Trial, Comparison)],
) -> Option<Finding> {
    let trials: Vec<Trial> = tables.iter().map(|(trial, _)| *trial).collect();
    sample_factor(pairs, column, tables)
        .or_else(|| given_factor(pairs, column, given))
        .or_else(|| trial_factor(pairs, column, &trials))
}

/// Whether each answer is the expected one times a factor, in enough rows to tell.
fn is_scaled(pairs: &[Pair<'_>], factor: impl Fn(&Pair<'_>) -> Option<f64>) -> bool {
    let evidence = pairs.iter().filter(|pair| pair.expected != 0.0).count();
    let holds = |pair: &Pair<'_>| match pair.expected {
        // Whatever it is multiplied by.
        0.0 => pair.got == 0.0,
        expected => factor(pair).is_some_and(|factor| alike(pair.got, factor * expected)),
    };
    evidence >= 3 && pairs.iter().all(holds)
}

/// The number by which the expected ones are multiplied, if it is the same everywhere.
pub(super) fn constant_factor(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let first = pairs.iter().find(|pair| pair.expected != 0.0)?;
    let factor = first.got / first.expected;
    let column = column.to_owned();
    (factor != 0.0 && is_scaled(pairs, |_| Some(factor)))
        .then(|| if alike(factor, -1.0) { Finding::Sign { column } } else { Finding::Factor { column, factor } })
}

fn sample_factor(pairs: &[Pair<'_>], column: &str, tables: &[(Trial, Comparison)]) -> Option<Finding> {
    let samples: Vec<&str> = tables.first()?.1.samples.iter().map(|samples| samples.records.as_str()).collect();
    let count = |trial: Trial, records: &str| {
        let (_, table) = tables.iter().find(|(graded, _)| *graded == trial)?;
        Some(table.samples.iter().find(|samples| samples.records == records)?.count as f64)
    };
    let mut laws = SampleLaw::ALL.iter().flat_map(|law| samples.iter().map(move |records| (*law, *records)));
    let (law, samples) =
        laws.find(|(law, records)| is_scaled(pairs, |pair| Some(law.factor(count(pair.trial, records)?))))?;
    Some(Finding::SampleFactor { column: column.to_owned(), samples: samples.to_owned(), law })
}

fn given_factor(pairs: &[Pair<'_>], column: &str, given: &[String]) -> Option<Finding> {
    type Factor = fn(f64) -> f64;
    const LAWS: [(GivenLaw, Factor); 6] = [
        (GivenLaw::Times, |number| number),
        (GivenLaw::Over, f64::recip),
        (GivenLaw::TimesTwice, |number| 2.0 * number),
        (GivenLaw::OverTwice, |number| 0.5 / number),
        (GivenLaw::TimesSquare, |number| number * number),
        (GivenLaw::OverSquare, |number| 1.0 / (number * number)),
    ];
    given.iter().enumerate().find_map(|(at, given)| {
        let holds = |factor: &Factor| is_scaled(pairs, |pair| as_number(pair.given.get(at)).map(factor));
        let (law, _) = LAWS.iter().find(|(_, factor)| holds(factor))?;
        Some(Finding::GivenFactor { column: column.to_owned(), given: given.clone(), law: *law })
    })
}

/// The given column whose numbers the answers are, where these differ from the expected ones.
pub(super) fn given_back(pairs: &[Pair<'_>], given: &[String]) -> Option<String> {
    let enough = pairs.iter().filter(|pair| !alike(pair.expected, pair.got)).count() >= 3;
    let is_back = |at: usize| pairs.iter().all(|pair| as_number(pair.given.get(at)) == Some(pair.got));
    let (_, given) = given.iter().enumerate().find(|(at, _)| enough && is_back(*at))?;
    Some(given.clone())
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

/// By how much the answers are off, if by the same everywhere.
pub(super) fn offset(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let offset = pairs[0].got - pairs[0].expected;
    is_off_by(pairs, |_| Some(offset)).then(|| Finding::Offset { column: column.to_owned(), offset })
}

/// By how much the answers are off: by the same everywhere, by as much as a given column holds, or by the same on
/// each trial.
pub(super) fn any_offset(pairs: &[Pair<'_>], column: &str, given: &[String], trials: &[Trial]) -> Option<Finding> {
    offset(pairs, column).or_else(|| term(pairs, column, given)).or_else(|| trial_offset(pairs, column, trials))
}

/// Whether each answer is the expected one and an offset, which differs from 0 in three rows or more.
fn is_off_by(pairs: &[Pair<'_>], offset: impl Fn(&Pair<'_>) -> Option<f64>) -> bool {
    let holds = |pair: &Pair<'_>| {
        let Some(offset) = offset(pair) else { return false };
        // Beside a much larger number, the difference is its rounding, of which a few digits say nothing.
        let rounding = 1e-14 * pair.expected.abs();
        (offset == 0.0 || offset.abs() > 1e3 * rounding)
            && (pair.got - pair.expected - offset).abs() <= 1e-6 * offset.abs() + rounding
    };
    pairs.iter().all(holds) && pairs.iter().filter(|pair| offset(pair).is_some_and(|offset| offset != 0.0)).count() >= 3
}

/// By how many times a given column, or a product of up to three, the answers are off.
fn term(pairs: &[Pair<'_>], column: &str, given: &[String]) -> Option<Finding> {
    /// So many different terms fit no other product by accident.
    const ENOUGH: usize = 4;
    let numbers: Vec<usize> =
        (0..given.len()).filter(|at| pairs.iter().all(|pair| as_number(pair.given.get(*at)).is_some())).collect();
    products(&numbers).into_iter().find_map(|product| {
        let term = |pair: &Pair<'_>| product.iter().map(|at| as_number(pair.given.get(*at))).product::<Option<f64>>();
        let first = pairs.iter().find(|pair| term(pair).is_some_and(|term| term != 0.0))?;
        let times = (first.got - first.expected) / term(first)?;
        // Told to six digits, as a person would write it; what is not exact to so many is no such term.
        let times = format!("{times:.5e}").parse::<f64>().ok().filter(|times| *times != 0.0)?;
        let mut different: Vec<u64> = pairs.iter().filter_map(term).map(f64::to_bits).collect();
        different.sort_unstable();
        different.dedup();
        (different.len() >= ENOUGH && is_off_by(pairs, |pair| Some(times * term(pair)?))).then(|| Finding::Term {
            column: column.to_owned(),
            times,
            given: product.iter().map(|at| given[*at].clone()).collect(),
        })
    })
}

/// Of what the answers are made, if that is a product of given columns and a number, or one divided by another column.
pub(super) fn product(pairs: &[Pair<'_>], column: &str, given: &[String]) -> Option<Finding> {
    /// So many different answers fit no other product by accident.
    const ENOUGH: usize = 6;
    let is_divisor =
        |at: &usize| pairs.iter().all(|pair| as_number(pair.given.get(*at)).is_some_and(|number| number != 0.0));
    let numbers: Vec<usize> =
        (0..given.len()).filter(|at| pairs.iter().all(|pair| as_number(pair.given.get(*at)).is_some())).collect();
    let mut different: Vec<u64> = pairs.iter().map(|pair| pair.got.to_bits()).collect();
    different.sort_unstable();
    different.dedup();
    let mut fractions = products(&numbers).into_iter().filter(|product| product.len() < 3).flat_map(|product| {
        let divisors = numbers.iter().copied().filter(is_divisor).filter(|at| !product.contains(at)).map(Some);
        iter::once(None).chain(divisors).map(|over| (product.clone(), over)).collect::<Vec<_>>()
    });
    let (product, over, times) = fractions.find_map(|(product, over)| {
        let fraction = |pair: &Pair<'_>| {
            let number = |at: &usize| as_number(pair.given.get(*at));
            let divisor = over.as_ref().map_or(Some(1.0), number);
            Some(product.iter().map(number).product::<Option<f64>>()? / divisor?)
        };
        let first = pairs.iter().find(|pair| fraction(pair).is_some_and(|fraction| fraction != 0.0))?;
        let times =
            format!("{:.5e}", first.got / fraction(first)?).parse::<f64>().ok().filter(|times| *times != 0.0)?;
        let holds = |pair: &Pair<'_>| fraction(pair).is_some_and(|fraction| same(pair.got, times * fraction));
        pairs.iter().all(holds).then_some((product, over, times))
    })?;
    (different.len() >= ENOUGH).then(|| Finding::Product {
        column: column.to_owned(),
        times,
        given: product.iter().map(|at| given[*at].clone()).collect(),
        over: over.map(|over| given[over].clone()),
    })
}

/// Products of one, two or three of these factors, the shortest first.
fn products(factors: &[usize]) -> Vec<Vec<usize>> {
    let mut products: Vec<Vec<usize>> = factors.iter().map(|factor| vec![*factor]).collect();
    let mut from = 0;
    for _ in 1..3 {
        let longer: Vec<Vec<usize>> = products[from..]
            .iter()
            .flat_map(|product| {
                let last = product.last().copied().unwrap_or_default();
                factors.iter().filter(move |factor| **factor >= last).map(|factor| [&product[..], &[*factor]].concat())
            })
            .collect();
        from = products.len();
        products.extend(longer);
    }
    products
}

fn trial_offset(pairs: &[Pair<'_>], column: &str, trials: &[Trial]) -> Option<Finding> {
    /// Two rows a trial would be off by the same by accident.
    const ENOUGH: usize = 3;
    let offset_on = |trial: &Trial| {
        let mut own = pairs.iter().filter(|pair| pair.trial == *trial);
        let offset = own.next().map(|first| first.got - first.expected)?;
        (offset != 0.0 && own.count() + 1 >= ENOUGH).then_some((*trial, offset))
    };
    let offsets: Vec<(Trial, f64)> = trials.iter().map(offset_on).collect::<Option<_>>()?;
    let of = |pair: &Pair<'_>| offsets.iter().find(|(trial, _)| *trial == pair.trial).map(|(_, offset)| *offset);
    (offsets.len() >= 2 && is_off_by(pairs, of))
        .then(|| Finding::TrialOffset { column: column.to_owned(), offsets: offsets.clone() })
}

/// How all answers have lost their digits, if they have: where three or more of the expected ones have some to lose,
/// and not all of them are 0, which small numbers are rounded to, but which a number that was never worked out is,
/// too.
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
    let changed = |rule: fn(f64) -> f64| pairs.iter().filter(move |pair| rule(pair.expected) != pair.expected);
    let found = rules.into_iter().find(|(how, rule)| {
        // What is computed in single precision ends in it, if not at the nearest number.
        let fits = |pair: &Pair<'_>| match how {
            Rounding::SinglePrecision => {
                rule(pair.got) == pair.got && (pair.got - pair.expected).abs() <= 1e-5 * pair.expected.abs()
            }
            _ => rule(pair.expected) == pair.got,
        };
        pairs.iter().all(fits) && changed(*rule).count() >= 3
    });
    let Some((how, rule)) = found else { return decimals(pairs) };
    // An `f32` of this size is a whole number in any case, so its decimals may have been lost in either way.
    let may_be_single = |pair: &Pair<'_>| pair.got.abs() >= 8_388_608.0 && f64::from(pair.got as f32) == pair.got;
    (how == Rounding::SinglePrecision || !changed(rule).all(may_be_single)).then_some(how)
}

/// To how many decimals all answers are rounded. Answers that are 0 say little: in three or more, some other digits
/// must be left.
fn decimals(pairs: &[Pair<'_>]) -> Option<Rounding> {
    const MOST: i32 = 6;
    let places = (1..=MOST).find(|places| {
        let unit = 10_f64.powi(-places);
        let rule = |number: f64| (number / unit).round() * unit;
        // The number that was rounded need not be the expected one to the last digit.
        let fits = |pair: &Pair<'_>| {
            (rule(pair.got) - pair.got).abs() <= 1e-12 * pair.got.abs()
                && (pair.got - pair.expected).abs() <= 0.5001 * unit
        };
        let is_telling = |pair: &&Pair<'_>| pair.got != 0.0 && !alike(pair.got, pair.expected);
        pairs.iter().all(fits) && pairs.iter().filter(is_telling).count() >= 3
    });
    places.map(Rounding::Decimals)
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
        return Some(Finding::Power { column: column(), law: PowerLaw::Square });
    }
    if law(&|expected| expected.abs().sqrt()) {
        let signed = pairs.iter().any(|pair| pair.expected < 0.0);
        let law = if signed { PowerLaw::RootOfSize } else { PowerLaw::Root };
        return Some(Finding::Power { column: column(), law });
    }
    let product = pairs[0].got * pairs[0].expected;
    if product != 0.0 && law(&|expected| product / expected) {
        return Some(Finding::UpsideDown { column: column(), number: product });
    }
    if pairs.iter().all(|pair| alike(pair.expected.abs(), pair.got.abs())) && wrong().count() >= 3 {
        return Some(Finding::SizeOnly { column: column() });
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

/// Whether each answer is the one of the row before and what is expected of its own row, on every trial.
pub(super) fn running_sum(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let steps = || pairs.windows(2).filter(|pair| pair[0].trial == pair[1].trial);
    let holds = steps().all(|pair| alike(pair[1].got, pair[0].got + pair[1].expected));
    let evidence = steps().filter(|pair| pair[0].got != 0.0 && pair[1].expected != 0.0).count();
    (holds && evidence >= 3).then(|| Finding::RunningSum { column: column.to_owned() })
}

/// Answers that are all within a hundredth of the expected ones, where nothing else is found.
pub(super) fn roughly_right(pairs: &[Pair<'_>], column: String) -> Option<Finding> {
    let near = |pair: &Pair<'_>| (pair.got - pair.expected).abs() <= 1e-2 * pair.expected.abs();
    let wrong = pairs.iter().filter(|pair| !alike(pair.expected, pair.got)).count();
    (wrong >= 3 && pairs.iter().all(near)).then(|| nearly_right(pairs, column))?
}

pub(super) fn nearly_right(pairs: &[Pair<'_>], column: String) -> Option<Finding> {
    let parts = pairs.iter().filter(|pair| pair.got != pair.expected);
    let off = parts.map(|pair| ((pair.got - pair.expected) / pair.expected).abs()).reduce(f64::max)?;
    Some(Finding::NearlyRight { column, off })
}

/// Answers that are off by little, beside the largest one of their trial, as those are that a subtraction has robbed of
/// their digits. What is far off, for its own size, is a rest of terms that cancel, or else nothing is said.
pub(super) fn blurred(pairs: &[Pair<'_>], column: &str, trials: &[Trial]) -> Option<Finding> {
    /// More than this is no blur.
    const MOST: f64 = 1e-3;
    let mut off = 0_f64;
    for trial in trials {
        let own = || pairs.iter().filter(|pair| pair.trial == *trial);
        let largest = own().map(|pair| pair.expected.abs()).reduce(f64::max)?;
        let is_rest = |pair: &Pair<'_>| pair.expected.abs() <= 1e-9 * largest;
        // Beside numbers of another size, nothing is a rest.
        let of_one_size = own().all(|pair| is_rest(pair) || pair.expected.abs() >= 1e-2 * largest);
        for pair in own() {
            let error = (pair.got - pair.expected).abs();
            if error > MOST * if is_rest(pair) && of_one_size { largest } else { pair.expected.abs() } {
                return None;
            }
            off = off.max(if error == 0.0 { 0.0 } else { error / largest });
        }
    }
    let wrong = pairs.iter().filter(|pair| !pair.agrees).count();
    (wrong >= 3).then(|| Finding::Blurred { column: column.to_owned(), off })
}

/// Up to which expected answer all are right, or from which on, where all others are wrong. Each trial shows both, or
/// else a few rows that are right by accident would make a bound.
pub(super) fn right_beyond(pairs: &[Pair<'_>], column: &str, trials: &[Trial]) -> Option<Finding> {
    /// So many right ones are no accident, beside two wrong ones or more.
    const ENOUGH: usize = 3;
    let bounds = |agrees: bool, own: &dyn Fn(&Pair<'_>) -> bool, enough: usize| {
        let mut expected: Vec<f64> =
            pairs.iter().filter(|pair| pair.agrees == agrees && own(pair)).map(|pair| pair.expected).collect();
        expected.sort_by(f64::total_cmp);
        expected.dedup();
        Some((*expected.first()?, *expected.last()?)).filter(|_| expected.len() >= enough)
    };
    let shows_both = |trial: &Trial| {
        let own = |pair: &Pair<'_>| pair.trial == *trial;
        bounds(true, &own, ENOUGH).is_some() && bounds(false, &own, 2).is_some()
    };
    let ((lowest, highest), (lowest_wrong, highest_wrong)) =
        (bounds(true, &|_| true, ENOUGH)?, bounds(false, &|_| true, 2)?);
    let (right, wrong, side) = if highest < lowest_wrong {
        (highest, lowest_wrong, Side::Above)
    } else if highest_wrong < lowest {
        (lowest, highest_wrong, Side::Below)
    } else {
        return None;
    };
    trials.iter().all(shows_both).then(|| Finding::RightBeyond { column: column.to_owned(), right, wrong, side })
}

impl SampleLaw {
    /// The likeliest first.
    const ALL: [Self; 14] = [
        Self::TimesN,
        Self::OverN,
        Self::TimesNLessOne,
        Self::OverNLessOne,
        Self::Bessel,
        Self::BesselUndone,
        Self::TimesTwoN,
        Self::OverTwoN,
        Self::TimesHalf,
        Self::TimesSquare,
        Self::OverSquare,
        Self::TimesHalfSquared,
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
            Self::TimesHalf => n / 2.0,
            Self::TimesSquare => n * n,
            Self::OverSquare => 1.0 / (n * n),
            Self::TimesHalfSquared => n * n / 4.0,
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
            Self::TimesHalf => "n/2",
            Self::TimesSquare => "n squared",
            Self::OverSquare => "1/(n squared)",
            Self::TimesHalfSquared => "a quarter of n squared",
            Self::TimesRoot => "the square root of n",
            Self::OverRoot => "1/(the square root of n)",
        }
    }
}

pub(super) fn as_number(cell: Option<&Cell>) -> Option<f64> {
    cell?.as_number().filter(|number| number.is_finite())
}

pub(super) fn near(one: Option<&Cell>, other: Option<&Cell>) -> bool {
    agree(one, other, alike)
}

/// Whether two answers are one and the same. One that creeps on by a millionth is not.
pub(super) fn equal(one: Option<&Cell>, other: Option<&Cell>) -> bool {
    agree(one, other, |one, other| agree_to(1e-12, one, other))
}

/// Whether two answers agree: numbers in this way, and all others by being the same.
fn agree(one: Option<&Cell>, other: Option<&Cell>, numbers: impl Fn(f64, f64) -> bool) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => numbers(one, other),
        _ => one.is_some() && one == other,
    }
}

/// Equal but for the rounding of a few operations.
fn same(one: f64, other: f64) -> bool {
    agree_to(1e-9, one, other)
}

/// Equal but for rounding: a law of the numbers holds to far more than six digits or not at all.
pub(super) fn alike(one: f64, other: f64) -> bool {
    agree_to(1e-6, one, other)
}

/// Whether two numbers differ by at most this share of the larger one. Nothing is like a number that is not finite, as a
/// law has it that divides by 0.
fn agree_to(share: f64, one: f64, other: f64) -> bool {
    one.is_finite() && other.is_finite() && (one - other).abs() <= share * one.abs().max(other.abs())
}
