//! The words for what the numbers of a wrong answer show.

#[cfg(test)]
mod tests;

use std::fmt;

use harness::{Cell, Trial};
use verdict::{Finding, GivenLaw, Kind, Missing, PowerLaw, Rounding, Side};

use super::sentences::{shortened, trial_in_words};

/// A sentence for each finding; what is true of several columns is said once.
pub(super) fn findings_in_words(findings: &[Finding]) -> Vec<String> {
    let without_column = |finding: &Finding| {
        let sentence = finding_in_words(finding);
        finding.column().map(|column| sentence.replace(&format!("`{column}`"), ""))
    };
    let alike = |one: &Finding, other: &Finding| {
        let sentence = without_column(one);
        sentence.is_some() && sentence == without_column(other)
    };
    let in_words = |group: &[Finding]| {
        let (first, others) = group.split_first()?;
        let others: Vec<String> = others.iter().filter_map(Finding::column).map(str::to_owned).collect();
        let also =
            if others.is_empty() { String::new() } else { format!(" The same holds for {}.", listed(&others).0) };
        Some(format!("{}{also}", Sentence(first)))
    };
    findings.chunk_by(alike).filter_map(in_words).collect()
}

/// The sentence for a finding.
pub(super) fn finding_in_words(finding: &Finding) -> String {
    Sentence(finding).to_string()
}

struct Sentence<'a>(&'a Finding);

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Finding::RowCount { trial, expected, got, missing } if got < expected => {
                let (too_few, trial) = (there_are_rows(expected - got), trial_in_words(*trial));
                write!(f, "{too_few} too few on {trial}: {got} instead of {expected}.")?;
                f.write_str(match missing {
                    Some(Missing::First) => " The others are right, and the beginning is missing.",
                    Some(Missing::Last) => " The others are right, and the end is missing.",
                    None => "",
                })
            }
            Finding::RowCount { trial, expected, got, .. } => {
                let (too_many, trial) = (there_are_rows(got - expected), trial_in_words(*trial));
                write!(f, "{too_many} too many on {trial}: {got} instead of {expected}.")
            }
            Finding::NotFinite { column, row, trial, number } if number.is_nan() => {
                let trial = trial_in_words(*trial);
                write!(f, "`{column}` is not a number (NaN) from row {row} on, on {trial}: 0/0 or inf - inf can do that.")
            }
            Finding::NotFinite { column, row, trial, .. } => {
                let trial = trial_in_words(*trial);
                write!(
                    f,
                    "`{column}` is infinite from row {row} on, on {trial}: a division by zero or an overflow can do that."
                )
            }
            Finding::Sign { column } => write!(f, "Every `{column}` has the right size and the opposite sign."),
            Finding::Factor { column, factor } => {
                write!(f, "Every `{column}` is {} times the expected one.", Cell::Number(*factor))
            }
            Finding::SampleFactor { column, samples, law } => {
                let formula = law.formula();
                write!(f, "Every `{column}` is {formula} times the expected one, n being the number of {samples}.")
            }
            Finding::TrialFactor { column, factors } => {
                let on = |(trial, factor): &(Trial, f64)| match (Cell::Number(*factor), trial_in_words(*trial)) {
                    (_, trial) if (*factor - 1.0).abs() < 1e-6 => format!("right on {trial}"),
                    (factor, trial) => format!("{factor} times the expected one on {trial}"),
                };
                let factors: Vec<String> = factors.iter().map(on).collect();
                write!(f, "Every `{column}` is {}.", factors.join(", "))
            }
            Finding::Rounded { column, how } => {
                let how = match how {
                    Rounding::Decimals(1) => "rounded to one decimal",
                    Rounding::Decimals(places) => &format!("rounded to {places} decimals"),
                    Rounding::Nearest => "rounded to a whole number",
                    Rounding::Down => "rounded down to a whole number",
                    Rounding::Up => "rounded up to a whole number",
                    Rounding::TowardZero => "cut off at the decimal point",
                    Rounding::SinglePrecision => "of the precision of an `f32`, about seven digits",
                };
                write!(f, "Every `{column}` is {how}.")
            }
            Finding::Absolute { column } => write!(f, "Every `{column}` is the expected one without its sign."),
            Finding::Clamped { column, bound, side } => {
                let (bound, negative) = (Cell::Number(*bound), Cell::Number(-*bound));
                match side {
                    Side::Below => write!(f, "Every `{column}` that should be below {bound} is {bound}."),
                    Side::Above => write!(f, "Every `{column}` that should be above {bound} is {bound}."),
                    Side::Both => write!(
                        f,
                        "Every `{column}` that should be above {bound} is {bound}, and every one that should be below \
                         {negative} is {negative}."
                    ),
                }
            }
            Finding::Power { column, law } => {
                let power = match law {
                    PowerLaw::Square => "the square of the expected one",
                    PowerLaw::Root => "the square root of the expected one",
                    PowerLaw::RootOfSize => "the square root of the expected one without its sign",
                };
                write!(f, "Every `{column}` is {power}.")
            }
            Finding::UpsideDown { column, number } => {
                let number = Cell::Number(*number);
                write!(
                    f,
                    "Every `{column}` is {number} divided by the expected one: is a division the wrong way round?"
                )
            }
            Finding::RunningSum { column } => {
                write!(
                    f,
                    "Each `{column}` is what its row expects, added to the answer of the row before: is a total kept from \
                     one call to the next?"
                )
            }
            Finding::SizeOnly { column } => {
                write!(f, "Every `{column}` has the right size, but some have the wrong sign.")
            }
            Finding::Constant { columns, number, all } => {
                let ((columns, verb), number) = (listed(columns), Cell::Number(*number));
                let end = if *all { ": your code seems to return a fixed number." } else { "." };
                write!(f, "{columns} {verb} {number} in every row, on all data{end}")
            }
            Finding::Ignores { column, given } => {
                write!(f, "Rows that differ only in `{given}` have the same `{column}`, but the expected ones differ.")
            }
            Finding::OnlyWhere { given, kind } => {
                write!(f, "All rows are right except those in which `{given}` is {}.", of_kind(kind))
            }
            Finding::OnlyRightWhere { given, kind } => {
                write!(f, "The only right rows are those in which `{given}` is {}.", of_kind(kind))
            }
            Finding::WrongStart { column, row, count, trial, expected, got } => {
                let (trial, got) = (trial_in_words(*trial), Cell::Number(*got));
                let expected = Cell::Number(*expected);
                write!(
                    f,
                    "`{column}` is wrong from the start: in row {row}, where `{count}` is 0, it is {got} instead of \
                     {expected}, on {trial}."
                )
            }
            Finding::FirstMoves { column, factors } => {
                let on = |(trial, factor): &(Trial, f64)| {
                    format!("{} times the expected amount on {}", Cell::Number(*factor), trial_in_words(*trial))
                };
                let factors: Vec<String> = factors.iter().map(on).collect();
                write!(f, "From row 1 to row 2, `{column}` changes by {}.", factors.join(", "))
            }
            Finding::RightUpTo { column, count, right, wrong } => {
                let (right, wrong) = (Cell::from(*right), Cell::from(*wrong));
                write!(f, "`{column}` is right up to `{count}` {right}, and wrong from `{count}` {wrong} on.")
            }
            Finding::FirstMove { column, factor } if *factor == 0.0 => {
                write!(f, "From row 1 to row 2, `{column}` does not change.")
            }
            Finding::FirstMove { column, factor } if (*factor + 1.0).abs() < 1e-6 => {
                write!(f, "From row 1 to row 2, `{column}` changes in the opposite direction.")
            }
            Finding::FirstMove { column, factor } => {
                let factor = Cell::Number(*factor);
                write!(f, "From row 1 to row 2, `{column}` changes by {factor} times the expected amount.")
            }
            Finding::Stays { column, row, trial } => {
                let trial = trial_in_words(*trial);
                write!(f, "From row {row} on, `{column}` stays the same on {trial}, but the expected ones go on.")
            }
            Finding::Capitals { column } => write!(f, "`{column}` differs only in upper and lower case."),
            Finding::Spaces { column } => write!(f, "`{column}` differs only in its spaces."),
            Finding::GivenFactor { column, given, law } => {
                let by = match law {
                    GivenLaw::Times => format!("times `{given}`"),
                    GivenLaw::Over => format!("divided by `{given}`"),
                    GivenLaw::TimesTwice => format!("times twice `{given}`"),
                    GivenLaw::OverTwice => format!("divided by twice `{given}`"),
                    GivenLaw::TimesSquare => format!("times the square of `{given}`"),
                    GivenLaw::OverSquare => format!("divided by the square of `{given}`"),
                };
                write!(f, "Every `{column}` is the expected one {by}.")
            }
            Finding::GivenBack { column, given } => {
                write!(f, "Every `{column}` is just the `{given}` of its row: does your code give back what it was given?")
            }
            Finding::GivenCount { column, given } => {
                write!(f, "Every `{column}` is the same as the `{given}` of its row, and should not be.")
            }
            Finding::GivenBackWhole { given } => {
                write!(f, "The answers of each row are just its `{given}`: does your code give back what it was given?")
            }
            Finding::Term { column, times, given } => {
                let term = product_in_words(given);
                let term = if *times == 1.0 { term } else { format!("{} times {term}", Cell::Number(*times)) };
                write!(f, "In every row, your `{column}` minus the expected one is {term}.")
            }
            Finding::Product { column, times, given, over } => {
                let term = product_in_words(given);
                let term = if *times == 1.0 { term } else { format!("{} times {term}", Cell::Number(*times)) };
                let over = over.as_ref().map(|over| format!(" divided by `{over}`")).unwrap_or_default();
                write!(f, "In every row, your `{column}` is {term}{over}.")
            }
            Finding::TrialOffset { column, offsets } => {
                let on = |(trial, offset): &(Trial, f64)| {
                    let direction = if *offset > 0.0 { "large" } else { "small" };
                    format!("too {direction} by {} on {}", Cell::Number(offset.abs()), trial_in_words(*trial))
                };
                let offsets: Vec<String> = offsets.iter().map(on).collect();
                write!(f, "Every `{column}` is {}.", offsets.join(", "))
            }
            Finding::Offset { column, offset } => {
                let direction = if *offset > 0.0 { "large" } else { "small" };
                write!(f, "Every `{column}` is too {direction} by {}.", Cell::Number(offset.abs()))
            }
            Finding::NearlyRight { column, off } => {
                write!(
                    f,
                    "Every `{column}` is nearly right, off by at most {} of it: is a small number in the wrong \
                     place, or something rounded?",
                    at_most(*off)
                )
            }
            Finding::Blurred { column, off } => {
                write!(
                    f,
                    "Every `{column}` is nearly right, off by at most {} of the largest one: is it the difference \
                     of two numbers that are much alike, or something rounded?",
                    at_most(*off)
                )
            }
            Finding::RightBeyond { column, right, wrong, side } => {
                let (right, wrong) = (Cell::Number(*right), Cell::Number(*wrong));
                let (to, from) = match side {
                    Side::Below => ("more", "less"),
                    Side::Above | Side::Both => ("less", "more"),
                };
                write!(
                    f,
                    "All rows in which `{column}` should be {right} or {to} are right, and all in which it should be \
                     {wrong} or {from} are wrong."
                )
            }
            Finding::AllEqual { column } => {
                write!(f, "`{column}` is the same in every row, but the expected ones differ.")
            }
            Finding::Shifted { late: true } => f.write_str("Each row holds what was expected one row earlier."),
            Finding::Shifted { late: false } => f.write_str("Each row holds what was expected one row later."),
            Finding::OtherOrder => f.write_str("The rows are the expected ones in another order."),
            Finding::Drifts { column } => {
                write!(f, "The first `{column}` is right, and every later one is off.")
            }
            Finding::Confused { column, expected, got, always } => {
                let called = |word: &Option<String>| match word {
                    Some(word) => format!("\"{}\"", shortened(word)),
                    None => "a number".to_owned(),
                };
                let (expected, got) = (called(expected), called(got));
                if *always {
                    write!(f, "Every `{column}` that should be {expected} is {got}.")
                } else {
                    write!(f, "Every wrong `{column}` is {got} and should be {expected}.")
                }
            }
            Finding::OtherColumn { column, other } => {
                write!(f, "Every `{column}` is what is expected as `{other}`.")
            }
            Finding::ColumnsSwapped { one, other } => write!(f, "`{one}` and `{other}` have changed places."),
            Finding::SameInRow { columns } => {
                let (columns, verb) = listed(columns);
                write!(f, "{columns} {verb} the same in each row, but the expected ones differ.")
            }
            Finding::Lengths => f.write_str(
                "In each wrong row, your answers are the expected ones, all multiplied by the same number: their direction \
                 is right, and their length is not.",
            ),
            Finding::OnlyColumns { wrong, right } => {
                let ((wrong, verb), (right, others)) = (listed(wrong), listed(right));
                write!(f, "Only {wrong} {verb} wrong: {right} {others} right in every row.")
            }
            Finding::Swapped { column, one, other } => {
                write!(f, "`{column}` has \"{}\" and \"{}\" exchanged.", shortened(one), shortened(other))
            }
        }
    }
}

/// A number of one digit that is not smaller.
fn at_most(number: f64) -> String {
    let unit = 10_f64.powf(number.log10().floor());
    let rounded = format!("{number:.0e}");
    let is_enough = rounded.parse::<f64>().is_ok_and(|rounded| rounded >= number * (1.0 - 1e-6));
    if is_enough { rounded } else { format!("{:.0e}", number + 0.5 * unit) }
}

fn there_are_rows(count: usize) -> String {
    match count {
        1 => "There is 1 row".to_owned(),
        count => format!("There are {} rows", Cell::from(count)),
    }
}

/// Columns by name, and the verb that goes with them.
fn listed(columns: &[String]) -> (String, &'static str) {
    let named: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    match named.split_last() {
        Some((last, [])) => (last.clone(), "is"),
        Some((last, others)) => (format!("{} and {last}", others.join(", ")), "are"),
        None => (String::new(), "is"),
    }
}

/// Columns multiplied by one another, each as often as it is named; the same ones stand together.
fn product_in_words(factors: &[String]) -> String {
    let powers = factors.chunk_by(|one, other| one == other).map(|same| match same.len() {
        1 => format!("`{}`", same[0]),
        2 => format!("the square of `{}`", same[0]),
        _ => format!("the cube of `{}`", same[0]),
    });
    powers.collect::<Vec<_>>().join(" times ")
}

fn of_kind(kind: &Kind) -> String {
    match kind {
        Kind::Is(cell) => shortened(&cell.to_string()),
        Kind::Negative => "negative".to_owned(),
        Kind::Positive => "positive".to_owned(),
        Kind::AtLeast(least) => format!("{} or more", Cell::Number(*least)),
        Kind::AtMost(most) => format!("{} or less", Cell::Number(*most)),
    }
}
