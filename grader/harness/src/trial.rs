//! The input of a case: the lesson's data, or fresh data of the same kind made from a seed.
//!
//! Fresh data avoids the inputs that hide mistakes: its number of samples is not the lesson's and never two, its inputs
//! do not have a mean of zero, and no line or plane fits it exactly. Each draw depends only on the seed and on its own
//! name, so adding a draw to a case leaves the others as they are.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Dataset, Draws, controls, drawn};

/// A point of the plane.
pub type Point = [f64; 2];

/// A rectangle of the plane: for each axis the least and the greatest coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// From left to right.
    pub x: [f64; 2],
    /// From bottom to top.
    pub y: [f64; 2],
}

/// The input that a case runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trial {
    /// The lesson's own data.
    Lesson,
    /// Fresh data made from this seed, the same on every machine.
    Fresh(u64),
}

impl Trial {
    /// The trials of every grade; their expected answers are in the snapshots.
    pub const GRADED: [Trial; 3] = [Trial::Lesson, Trial::Fresh(1), Trial::Fresh(2)];

    /// The records of a set: the lesson's, or fresh ones. In an experiment the data is a control, and a student's own
    /// file may take its place.
    ///
    /// # Panics
    /// If the lesson's records cannot be read: a fault of the course's data, which a grade tells with its file and
    /// line.
    pub fn records<Record: Dataset>(&self) -> Vec<Record> {
        let records: Vec<Record> = match (controls::own(), self.draws(Record::NAME)) {
            (Some(own), _) => own,
            (None, None) => Record::FILE.records().unwrap_or_else(|error| drawn::fail(error)),
            (None, Some(mut draws)) => Record::fresh(&mut draws),
        };
        drawn::note(Record::NAME, records.len());
        records
    }

    /// The whole numbers below `count` in a shuffled order, another one for each name: on the lesson's trial, too.
    pub fn order(&self, name: &str, count: usize) -> Vec<usize> {
        controls::data("orders");
        let seed = match self {
            Trial::Lesson => 0,
            Trial::Fresh(seed) => *seed,
        };
        let mut draw = Draws::new(seed, name);
        let mut order: Vec<usize> = (0..count).collect();
        // Fisher and Yates: every order is as likely as any other.
        for last in (1..count).rev() {
            order.swap(last, draw.whole(0..=last as u64) as usize);
        }
        order
    }

    /// A number of the case's own: `lesson` on the lesson's trial, else a fresh one of about three digits in the
    /// range. In an experiment it is a control.
    ///
    /// # Panics
    /// If the range is empty: a slip in `cases.rs`.
    pub fn number(&self, name: &str, lesson: f64, fresh: Range<f64>) -> f64 {
        assert!(fresh.start <= fresh.end, "cases.rs: there is no number in the range of `{name}`");
        if let Some(number) = controls::number(name, lesson, [fresh.start, fresh.end].into()) {
            return number;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        draw.short(fresh.start..=fresh.end)
    }

    /// A count of the case's own: `lesson` on the lesson's trial, else a fresh one in the range. In an experiment it
    /// is a control.
    ///
    /// # Panics
    /// If the range is empty: a slip in `cases.rs`.
    pub fn count(&self, name: &str, lesson: usize, fresh: impl Into<Counts>) -> usize {
        let Counts { low, high } = fresh.into();
        assert!(low <= high, "cases.rs: there is no number in the range of `{name}`");
        if let Some(count) = controls::count(name, lesson, low, high) {
            return count;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        draw.whole(low as u64..=high as u64) as usize
    }

    /// One of some words: the first on the lesson's trial, else any. In an experiment it is a control.
    ///
    /// # Panics
    /// If there are no words: a slip in `cases.rs`.
    pub fn choice<'a>(&self, name: &str, options: &[&'a str]) -> &'a str {
        let lesson = *options.first().unwrap_or_else(|| panic!("cases.rs: `{name}` has nothing to choose from"));
        if let Some(word) = controls::choice(name, lesson, options) {
            return options.iter().find(|option| **option == word).copied().unwrap_or(lesson);
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        options[draw.whole(0..=options.len() as u64 - 1) as usize]
    }

    /// A point of the plane: `lesson` on the lesson's trial, else a fresh one in the view. In an experiment it is a
    /// control.
    pub fn point(&self, name: &str, lesson: Point, view: View) -> Point {
        if let Some(point) = controls::point(name, lesson, &view) {
            return point;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        [view.x, view.y].map(|[low, high]| draw.short(low..=high))
    }

    /// The draws of this name, or nothing on the lesson's trial.
    fn draws(&self, name: &str) -> Option<Draws> {
        match self {
            Trial::Lesson => None,
            Trial::Fresh(seed) => Some(Draws::new(*seed, name)),
        }
    }
}

/// The counts that can be drawn, as a range of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    low: usize,
    high: usize,
}

impl From<Range<usize>> for Counts {
    fn from(range: Range<usize>) -> Self {
        match range.end.checked_sub(1) {
            Some(high) => Self { low: range.start, high },
            // Nothing is below 0.
            None => Self { low: 1, high: 0 },
        }
    }
}

impl From<RangeInclusive<usize>> for Counts {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self { low: *range.start(), high: *range.end() }
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trial::Lesson => f.pad("lesson"),
            Trial::Fresh(seed) => f.pad(&format!("fresh-{seed}")),
        }
    }
}

impl FromStr for Trial {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name.strip_prefix("fresh-") {
            Some(seed) => seed.parse().map(Trial::Fresh).map_err(|_| ()),
            None if name == "lesson" => Ok(Trial::Lesson),
            None => Err(()),
        }
    }
}

/// By its name.
impl Serialize for Trial {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Trial {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(|()| de::Error::custom(format_args!("`{name}` is not a trial")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::{Broken, Size};

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "they are the slips that the test is about")]
    fn an_empty_range_is_a_slip_that_is_named_on_every_trial() {
        for trial in [Trial::Lesson, Trial::Fresh(1)] {
            for draw in [
                (|trial: &Trial| _ = trial.number("size", 1.0, 3.0..1.0)) as fn(&Trial),
                |trial| _ = trial.number("size", 1.0, f64::NAN..1.0),
                |trial| _ = trial.count("size", 1, 0..0),
                |trial| _ = trial.count("size", 1, 5..5),
                |trial| _ = trial.count("size", 1, 5..=4),
            ] {
                let message = std::panic::catch_unwind(|| draw(&trial)).unwrap_err();
                let message = message.downcast_ref::<String>().unwrap();
                assert_eq!(message, "cases.rs: there is no number in the range of `size`");
            }
        }
    }

    #[test]
    fn records_are_the_lessons_or_the_same_fresh_ones_for_each_seed() {
        let sizes = |trial: Trial| trial.records::<Size>().iter().map(|size| size.size).collect::<Vec<_>>();
        assert_eq!(sizes(Trial::Lesson), [10.0, 20.0]);
        assert_eq!(sizes(Trial::Fresh(1)), sizes(Trial::Fresh(1)));
        assert_ne!(sizes(Trial::Fresh(1)), sizes(Trial::Fresh(2)));
        assert_eq!(sizes(Trial::Fresh(1))[0], Draws::new(1, Size::NAME).step_of(10.0..=90.0, 1.0));
    }

    #[test]
    #[should_panic(expected = "datasets/src/broken.toml:2: missing field `size`")]
    fn records_that_cannot_be_read_are_told_with_their_file_and_line() {
        Trial::Lesson.records::<Broken>();
    }

    #[test]
    fn a_number_of_a_case_is_the_lessons_or_a_short_fresh_one() {
        assert_eq!(Trial::Lesson.number("weight", 100.0, 40.0..90.0), 100.0);
        for seed in 1..200 {
            let weight = Trial::Fresh(seed).number("weight", 100.0, 40.0..90.0);
            assert!((40.0..=90.0).contains(&weight) && format!("{weight}").len() <= 5, "{weight}");
            let count = Trial::Fresh(seed).count("steps", 10, 3..9);
            assert!((3..9).contains(&count));
        }
    }

    #[test]
    fn a_choice_and_a_point_are_the_lessons_or_fresh_ones() {
        let view = View { x: [-3.0, 3.0], y: [0.0, 0.5] };
        assert_eq!(Trial::Lesson.choice("surface", &["bowl", "ravine"]), "bowl");
        assert_eq!(Trial::Lesson.point("start", [1.0, 0.25], view), [1.0, 0.25]);
        let mut chosen = BTreeSet::new();
        for seed in 1..50 {
            let trial = Trial::Fresh(seed);
            chosen.insert(trial.choice("surface", &["bowl", "ravine"]));
            let [x, y] = trial.point("start", [1.0, 0.25], view);
            assert!((-3.0..=3.0).contains(&x) && (0.0..=0.5).contains(&y), "{x} {y}");
        }
        assert_eq!(chosen.len(), 2);
    }

    #[test]
    fn an_order_has_every_number_once_and_is_not_the_sorted_one() {
        for trial in [Trial::Lesson, Trial::Fresh(1), Trial::Fresh(2)] {
            let order = trial.order("penguins", 61);
            assert_ne!(order, trial.order("other", 61));
            assert_eq!(order, trial.order("penguins", 61));
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert!(order != sorted && sorted == (0..61).collect::<Vec<_>>());
        }
    }

    #[test]
    fn names_read_back() {
        for trial in [Trial::Lesson, Trial::Fresh(17)] {
            assert_eq!(trial.to_string().parse(), Ok(trial));
        }
        assert_eq!("fresh-x".parse::<Trial>(), Err(()));
    }
}
