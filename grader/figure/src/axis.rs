//! The axes: which interval they show, and which numbers are written along them.

use grader::course::plot::{PlotAxis, Scale};
use harness::Cell;

use crate::data::{DataPoint, DataSeries};
use crate::{Axis, Layer, Point, Tick};

/// The part of the plane that a figure shows, which places numbers in the figure.
pub(crate) struct Frame {
    pub(crate) x: AxisRange,
    pub(crate) y: AxisRange,
}

/// The interval that an axis shows, in numbers that are evenly spaced on it: logarithms on a logarithmic axis.
pub(crate) struct AxisRange {
    pub(crate) scale: Scale,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Frame {
    /// The point at these numbers.
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        Point { x: self.x.position(x), y: self.y.position(y) }
    }

    /// The numbers at a point.
    pub(crate) fn numbers(&self, point: &Point) -> [f64; 2] {
        [self.x.value(point.x), self.y.value(point.y)]
    }
}

impl AxisRange {
    /// The range that a plot gives for an axis; otherwise `usual`; otherwise one that holds the relevant `numbers` of
    /// each data point.
    pub(crate) fn of(
        axis: &PlotAxis,
        usual: Option<[f64; 2]>,
        series: &[DataSeries],
        numbers: impl Fn(&DataPoint) -> [f64; 2],
    ) -> Self {
        let scale = axis.scale;
        let spread = |value: f64| spread(scale, value);
        if let Some([low, high]) = axis.range.or(usual) {
            return Self { scale, low: spread(low), high: spread(high) };
        }
        let finite = |of_student: bool| {
            let chosen = series.iter().filter(move |series| (series.layer == Layer::Student) == of_student);
            let all = chosen.flat_map(|series| &series.points).flat_map(&numbers).map(spread);
            all.filter(|value| value.is_finite()).collect::<Vec<f64>>()
        };
        let (mut low, mut high) = bounds(&finite(false)).unwrap_or((0.0, 1.0));
        let span = high - low;
        if span > 0.0 {
            let near = finite(true).into_iter().filter(|value| (low - span..=high + span).contains(value));
            (low, high) = bounds(&near.chain([low, high]).collect::<Vec<_>>()).unwrap_or((low, high));
        } else {
            let room = if low == 0.0 { 1.0 } else { low.abs() / 10.0 };
            (low, high) = (low - room, high + room);
        }
        const MARGIN: f64 = 0.04;
        let margin = (high - low) * MARGIN;
        Self { scale, low: low - margin, high: high + margin }
    }

    /// The position of a number along the axis: 0 is its beginning, 1 is its end.
    pub(crate) fn position(&self, value: f64) -> f64 {
        (spread(self.scale, value) - self.low) / (self.high - self.low)
    }

    /// The number at a position.
    pub(crate) fn value(&self, position: f64) -> f64 {
        let spread = self.low + position * (self.high - self.low);
        match self.scale {
            Scale::Linear => spread,
            Scale::Log => 10_f64.powf(spread),
        }
    }

    /// The axis with its label and its numbers.
    pub(crate) fn axis(&self, axis: &PlotAxis) -> Axis {
        let numbers = match self.scale {
            Scale::Linear => round_numbers(self.low, self.high),
            Scale::Log => powers_of_ten(self.low, self.high),
        };
        let shown = |value: &f64| (-1e-9..=1.0 + 1e-9).contains(&self.position(*value));
        let numbers: Vec<f64> = numbers.into_iter().filter(shown).collect();
        let unit = CountUnit::of(self.scale, &numbers);
        // All in the same form, such as 1e3 with 1e6.
        let all_plain = numbers.iter().all(|value| is_plain(*value / unit.size));
        let text = |value: f64| if all_plain || value == 0.0 { brief(value) } else { scientific(value) };
        let tick = |value: &f64| Tick { position: self.position(*value), label: text(*value / unit.size) };
        let label = unit.label(&axis.column.text, axis.unit.as_deref());
        let ends = [0.0, 1.0].map(|position| self.value(position));
        Axis { label, ticks: numbers.iter().map(tick).collect(), ends, scale: self.scale }
    }
}

/// The unit in which the numbers of an axis are counted: `200` billions are easier to read than `2e11`.
struct CountUnit {
    word: &'static str,
    size: f64,
}

impl CountUnit {
    fn of(scale: Scale, numbers: &[f64]) -> Self {
        const WORDS: [(&str, f64); 4] = [("trillion", 1e12), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3)];
        let largest = numbers.iter().map(|number| number.abs()).fold(0.0, f64::max);
        let words = WORDS.into_iter().filter(|_| scale == Scale::Linear && !is_plain(largest));
        let mut fitting = words.filter(|(_, size)| (10.0..1e4).contains(&(largest / size)));
        let (word, size) = fitting.next().unwrap_or(("", 1.0));
        Self { word, size }
    }

    /// The label of the axis of a column.
    fn label(&self, column: &str, unit: Option<&str>) -> String {
        match (self.word, unit) {
            ("", None) => column.to_owned(),
            ("", Some(unit)) => format!("{column} in {unit}"),
            (word, None) => format!("{column} in {word}s"),
            (word, Some(unit)) => format!("{column} in {word} {unit}"),
        }
    }
}

fn spread(scale: Scale, value: f64) -> f64 {
    match scale {
        Scale::Linear => value,
        // The logarithm of 0 is below every range, and a negative number has none.
        Scale::Log => value.log10(),
    }
}

fn bounds(values: &[f64]) -> Option<(f64, f64)> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    Some((low, high))
}

/// Four to nine multiples of 1, 2 or 5 times a power of ten.
fn round_numbers(low: f64, high: f64) -> Vec<f64> {
    const MOST: f64 = 8.0;
    let power = 10_f64.powf(((high - low) / MOST).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| (high - low) / step <= MOST);
    let step = step.unwrap_or(10.0 * power);
    // Dividing by a whole reciprocal gives exactly the decimal fraction that is written.
    let multiple = |at: f64| if step < 1.0 { at / step.recip().round() } else { at * step };
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|at| multiple(at as f64)).collect()
}

/// At most eight powers of ten between two exponents; round numbers if there are fewer than two.
fn powers_of_ten(low: f64, high: f64) -> Vec<f64> {
    const MOST: i32 = 8;
    let (first, last) = (low.ceil() as i32, high.floor() as i32);
    if last - first < 1 {
        return round_numbers(10_f64.powf(low), 10_f64.powf(high));
    }
    let every = [1, 2, 3, 5, 10, 20, 50, 100].into_iter().find(|every| (last - first) / every < MOST).unwrap_or(100);
    // Parsed from text, a power of ten is rounded correctly.
    let power = |exponent: i32| format!("1e{exponent}").parse().unwrap_or(f64::INFINITY);
    (first..=last).filter(|exponent| exponent % every == 0).map(power).collect()
}

/// A number in few characters.
pub(crate) fn brief(value: f64) -> String {
    if is_plain(value) { Cell::Number((value * 1e4).round() / 1e4).to_string() } else { scientific(value) }
}

/// Whether a number is short without an exponent.
fn is_plain(value: f64) -> bool {
    value == 0.0 || !value.is_finite() || (1e-3..1e5).contains(&value.abs())
}

fn scientific(value: f64) -> String {
    let text = format!("{value:.3e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}e{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn axes_are_labelled_with_units_and_round_numbers() {
        let labels = |low: f64, high: f64, scale: Scale| {
            let loss = PlotAxis { unit: Some("$²".to_owned()), ..examples::axis("loss") };
            let axis = AxisRange { scale, low, high }.axis(&loss);
            assert_eq!(axis.label, "loss in $²");
            axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(-0.1, 3.2, Scale::Linear), ["0", "0.5", "1", "1.5", "2", "2.5", "3"]);
        assert_eq!(labels(0.0, 0.31, Scale::Linear), ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
        assert_eq!(labels(-10.2, -5.9, Scale::Log), ["1e-10", "1e-9", "1e-8", "1e-7", "1e-6"]);
        assert_eq!(labels(-4.0, 18.0, Scale::Log), ["1e-3", "1e0", "1e3", "1e6", "1e9", "1e12", "1e15", "1e18"]);
        assert_eq!(labels(0.0, 2.1, Scale::Log), ["1", "10", "100"]);
        assert_eq!(labels(2.1, 2.9, Scale::Log), ["200", "300", "400", "500", "600", "700"]);
        assert_eq!(labels(0.0, 5e16, Scale::Linear), ["0", "1e16", "2e16", "3e16", "4e16", "5e16"]);
        assert_eq!(labels(0.0, 4.1e-5, Scale::Linear), ["0", "1e-5", "2e-5", "3e-5", "4e-5"]);
    }

    #[test]
    fn large_numbers_are_counted_in_words() {
        let shown = |low: f64, high: f64, unit: Option<&str>| {
            let loss = PlotAxis { unit: unit.map(str::to_owned), ..examples::axis("loss") };
            let axis = AxisRange { scale: Scale::Linear, low, high }.axis(&loss);
            (axis.label, axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" "))
        };
        let axis = |label: &str, ticks: &str| (label.to_owned(), ticks.to_owned());
        assert_eq!(shown(-1e10, 2.5e11, Some("$²")), axis("loss in billion $²", "0 50 100 150 200 250"));
        assert_eq!(shown(0.0, 2e13, None), axis("loss in trillions", "0 5 10 15 20"));
        assert_eq!(shown(-1e5, 1e6, Some("$")), axis("loss in thousand $", "0 200 400 600 800 1,000"));
        assert_eq!(shown(0.0, 9e4, Some("$")), axis("loss in $", "0 20,000 40,000 60,000 80,000"));
    }
}
