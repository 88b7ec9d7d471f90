//! The lesson's eight study records, or nine to twelve fresh ones of half an hour to nine hours.

use harness::{DataFile, Dataset, Draws, OwnFile, data_file};
use serde::Deserialize;

/// What one student studied and scored.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyRecord {
    /// Hours studied.
    pub hours: f64,
    /// Exam score in points out of 100.
    pub score: f64,
}

impl Dataset for StudyRecord {
    const NAME: &'static str = "study records";
    const FILE: DataFile = data_file!("study.toml");
    const OWN_FILE: OwnFile = OwnFile::Csv;

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        let (base, weight) = (draws.step_of(25.0..=45.0, 1.0), draws.step_of(4.0..=7.0, 0.5));
        (0..draws.whole(9..=12))
            .map(|_| {
                let hours = draws.step_of(0.5..=9.0, 0.5);
                StudyRecord { hours, score: base + weight * hours + draws.noise(5.0).round() }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use harness::Trial;

    use super::*;

    #[test]
    fn there_are_as_many_records_as_the_lesson_says() {
        let records: Vec<StudyRecord> = Trial::Lesson.records();
        assert_eq!((records.len(), records[7]), (8, StudyRecord { hours: 8.0, score: 92.0 }));
        assert!((1..200).all(|seed| (9..=12).contains(&Trial::Fresh(seed).records::<StudyRecord>().len())));
    }
}
