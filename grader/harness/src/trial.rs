//! The input of a case: the lesson's data, or fresh data of the same kind made from a seed.
//!
//! Fresh data avoids the inputs that hide mistakes: its number of samples is not the lesson's and never two, its inputs
//! do not have a mean of zero, and no line or plane fits it exactly. Each draw depends only on the seed and on its own
//! name, so adding a draw to a case leaves the others as they are.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use datasets::surfaces::{Point, View};
use datasets::{EconomicYear, Home, House, OzoneReading, Penguin, StudyRecord};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Records, controls};

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

    /// The lesson's four houses, or five to seven fresh ones of 800 to 2,600 square feet.
    pub fn houses(&self) -> Vec<House> {
        if let Some(rows) = controls::own(Records::Houses) {
            return rows.into_iter().map(|[sqft, price]| House { sqft, price }).collect();
        }
        let Some(mut draw) = self.draws("houses") else { return datasets::houses() };
        let (base, weight) = (draw.step_of(30_000.0, 70_000.0, 1_000.0), draw.step_of(120.0, 280.0, 1.0));
        (0..draw.whole(5, 7))
            .map(|_| {
                let sqft = draw.step_of(800.0, 2_600.0, 10.0);
                House { sqft, price: base + weight * sqft + draw.noise(20_000.0) }
            })
            .collect()
    }

    /// The lesson's five homes, or six to nine fresh ones.
    pub fn homes(&self) -> Vec<Home> {
        let Some(mut draw) = self.records("homes") else { return datasets::homes() };
        let (base, weight) = (draw.step_of(10_000.0, 60_000.0, 1_000.0), draw.step_of(120.0, 240.0, 1.0));
        (0..draw.whole(6, 9))
            .map(|_| {
                let (bedrooms, bathrooms) = (draw.whole(1, 6) as f64, draw.whole(1, 4) as f64);
                let sqft = draw.step_of(700.0, 3_200.0, 10.0);
                let rooms = 4_000.0 * bedrooms + 15_000.0 * bathrooms;
                Home { bedrooms, bathrooms, sqft, price: base + rooms + weight * sqft + draw.noise(25_000.0) }
            })
            .collect()
    }

    /// The lesson's eight study records, or nine to twelve fresh ones of half an hour to nine hours.
    pub fn study_records(&self) -> Vec<StudyRecord> {
        if let Some(rows) = controls::own(Records::StudyRecords) {
            return rows.into_iter().map(|[hours, score]| StudyRecord { hours, score }).collect();
        }
        let Some(mut draw) = self.draws("study records") else { return datasets::study_records() };
        let (base, weight) = (draw.step_of(25.0, 45.0, 1.0), draw.step_of(4.0, 7.0, 0.5));
        (0..draw.whole(9, 12))
            .map(|_| {
                let hours = draw.step_of(0.5, 9.0, 0.5);
                StudyRecord { hours, score: base + weight * hours + draw.noise(5.0).round() }
            })
            .collect()
    }

    /// NIST's 36 readings of two ozone monitors, or 14 to 24 fresh ones up to 1,000.
    pub fn ozone_readings(&self) -> Vec<OzoneReading> {
        let Some(mut draw) = self.records("ozone readings") else { return datasets::ozone_readings() };
        let (base, weight) = (draw.step_of(0.5, 9.0, 0.5), draw.step_of(0.9, 1.1, 0.01));
        (0..draw.whole(14, 24))
            .map(|_| {
                let reference = draw.step_of(1.0, 1_000.0, 0.1);
                // In tenths, as a monitor reads.
                let monitor = ((base + weight * reference) * 10.0 + draw.noise(15.0)).round() / 10.0;
                OzoneReading { reference, monitor }
            })
            .collect()
    }

    /// The 16 years of the economy of the United States, or 17 to 20 fresh ones, in which all but two columns rise
    /// together, too.
    pub fn economic_years(&self) -> Vec<EconomicYear> {
        let Some(mut draw) = self.records("economic years") else { return datasets::economic_years() };
        let (first, growth) = (draw.whole(1_950, 1_990) as f64, draw.step_of(15_000.0, 30_000.0, 100.0));
        (0..draw.whole(17, 20))
            .map(|years| {
                let years = years as f64;
                let unemployed = draw.step_of(1_500.0, 5_000.0, 1.0);
                let armed_forces = draw.step_of(1_400.0, 3_600.0, 1.0);
                EconomicYear {
                    deflator: (830.0 + 24.0 * years + draw.noise(20.0)) / 10.0,
                    product: 230_000.0 + growth * years + draw.noise(12_000.0),
                    unemployed,
                    armed_forces,
                    population: 107_000.0 + 1_500.0 * years + draw.noise(400.0),
                    year: first + years,
                    employed: 66_000.0 + 800.0 * years - (unemployed + armed_forces).round() + draw.noise(600.0),
                }
            })
            .collect()
    }

    /// The 342 penguins, or 61 to 79 fresh ones.
    pub fn penguins(&self) -> Vec<Penguin> {
        let Some(mut draw) = self.records("penguins") else { return datasets::penguins() };
        let weight = draw.step_of(40.0, 60.0, 1.0);
        (0..draw.whole(61, 79))
            .map(|_| {
                let flipper_length = draw.step_of(172.0, 231.0, 1.0);
                let bill_length = draw.step_of(32.0, 50.0, 0.1) + ((flipper_length - 172.0) / 8.0).round();
                let bill_depth = draw.step_of(13.0, 21.5, 0.1);
                let mass = weight * flipper_length + 15.0 * bill_length + 20.0 * bill_depth - 6_000.0;
                Penguin { bill_length, bill_depth, flipper_length, mass: mass.round() + draw.noise(600.0) }
            })
            .collect()
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
            order.swap(last, draw.whole(0, last as u64) as usize);
        }
        order
    }

    /// A number of the case's own: `lesson` on the lesson's trial, else a fresh one of about three digits in the range. In
    /// an experiment it is a control.
    pub fn number(&self, name: &str, lesson: f64, fresh: Range<f64>) -> f64 {
        if let Some(number) = controls::number(name, lesson, [fresh.start, fresh.end].into()) {
            return number;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        draw.short(fresh.start, fresh.end)
    }

    /// A count of the case's own: `lesson` on the lesson's trial, else a fresh one in the range. In an experiment it is a
    /// control.
    pub fn count(&self, name: &str, lesson: usize, fresh: impl Into<Counts>) -> usize {
        let Counts { low, high } = fresh.into();
        if let Some(count) = controls::count(name, lesson, low, high) {
            return count;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        draw.whole(low as u64, high as u64) as usize
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
        options[draw.whole(0, options.len() as u64 - 1) as usize]
    }

    /// A point of the plane: `lesson` on the lesson's trial, else a fresh one in the view. In an experiment it is a control.
    pub fn point(&self, name: &str, lesson: Point, view: View) -> Point {
        if let Some(point) = controls::point(name, lesson, &view) {
            return point;
        }
        let Some(mut draw) = self.draws(name) else { return lesson };
        [view.x, view.y].map(|[low, high]| draw.short(low, high))
    }

    /// The draws for records of this name, or nothing where they are the lesson's own.
    fn records(&self, name: &str) -> Option<Draws> {
        controls::data(name);
        self.draws(name)
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
        Self { low: range.start, high: range.end.saturating_sub(1) }
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

/// A stream of pseudo-random draws: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014), written out here because a crate's streams may change between versions and the snapshots must not.
struct Draws {
    state: u64,
}

impl Draws {
    fn new(seed: u64, name: &str) -> Self {
        // FNV-1a (Fowler, Noll and Vo) spreads the name over the state.
        let state = name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { state }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// A number of about three digits from `low` to `high`.
    fn short(&mut self, low: f64, high: f64) -> f64 {
        let unit = 10_f64.powi(((high - low).log10() - 3.0).ceil() as i32);
        self.step_of(low, high, unit)
    }

    /// A multiple of `unit` above `low`, up to `high`.
    fn step_of(&mut self, low: f64, high: f64, unit: f64) -> f64 {
        let steps = self.whole(0, ((high - low) / unit).round() as u64);
        if unit < 1.0 {
            // Divided by the whole reciprocal, a decimal fraction comes out as short as it is written.
            ((low + steps as f64 * unit) * unit.recip().round()).round() / unit.recip().round()
        } else {
            low + steps as f64 * unit
        }
    }

    /// A whole deviation of `size / 4` to `size`, up or down: never zero, so that no fit is perfect.
    fn noise(&mut self, size: f64) -> f64 {
        let deviation = (size * (0.25 + 0.75 * self.whole(0, 1_000) as f64 / 1_000.0)).round();
        if self.next().is_multiple_of(2) { deviation } else { -deviation }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // First outputs for the state 1234567, as in the reference implementation's published test (Vigna, splitmix64.c).
        let mut draws = Draws { state: 1_234_567 };
        let first: Vec<u64> = (0..3).map(|_| draws.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_trial_is_the_same_every_time_and_another_for_another_seed() {
        assert_eq!(Trial::Fresh(1).houses(), Trial::Fresh(1).houses());
        assert_ne!(Trial::Fresh(1).houses(), Trial::Fresh(2).houses());
        assert_eq!(Trial::Lesson.houses(), datasets::houses());
    }

    #[test]
    fn fresh_data_avoids_the_inputs_that_hide_mistakes() {
        for seed in 1..200 {
            let trial = Trial::Fresh(seed);
            let houses = trial.houses();
            assert!((5..=7).contains(&houses.len()));
            assert!(houses.iter().all(|house| (800.0..=2_600.0).contains(&house.sqft) && house.price > 0.0));
            assert!((6..=9).contains(&trial.homes().len()));
            assert!((9..=12).contains(&trial.study_records().len()));
            assert!((14..=24).contains(&trial.ozone_readings().len()));
            assert!((17..=20).contains(&trial.economic_years().len()));
            assert!((61..=79).contains(&trial.penguins().len()));
        }
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
