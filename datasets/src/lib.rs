//! The lesson's data as typed values: each `datasets/*.toml` is a list of records, read into one type. Where the data is
//! not the lesson's own, the file names its source and licence.
//!
//! The exercises and their solutions take these types; the grader checks the files themselves with [`DATASETS`] before
//! it builds anything, so that a slip in the data is reported with its line and not as a student's mistake. The surfaces
//! of [`surfaces`] and the losses of [`losses`] are formulas and no records: they stand in Rust.

pub mod losses;
pub mod surfaces;

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

/// A house for the one-weight model.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// Living area in square feet.
    #[serde(deserialize_with = "finite")]
    pub sqft: f64,
    /// Price in dollars.
    #[serde(deserialize_with = "finite")]
    pub price: f64,
}

/// A home for the model with several weights.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Number of bedrooms.
    #[serde(deserialize_with = "finite")]
    pub bedrooms: f64,
    /// Number of bathrooms.
    #[serde(deserialize_with = "finite")]
    pub bathrooms: f64,
    /// Living area in square feet.
    #[serde(deserialize_with = "finite")]
    pub sqft: f64,
    /// Price in dollars.
    #[serde(deserialize_with = "finite")]
    pub price: f64,
}

/// What one student studied and scored.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyRecord {
    /// Hours studied.
    #[serde(deserialize_with = "finite")]
    pub hours: f64,
    /// Exam score in points out of 100.
    #[serde(deserialize_with = "finite")]
    pub score: f64,
}

/// A reading of ozone concentration by two monitors.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OzoneReading {
    /// What the reference monitor of NIST says.
    #[serde(deserialize_with = "finite")]
    pub reference: f64,
    /// What the customer's monitor says of the same air.
    #[serde(deserialize_with = "finite")]
    pub monitor: f64,
}

/// A year of a country's economy.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EconomicYear {
    /// Price index of the gross national product, 100 in 1954.
    #[serde(deserialize_with = "finite")]
    pub deflator: f64,
    /// Gross national product in millions of dollars.
    #[serde(deserialize_with = "finite")]
    pub product: f64,
    /// Unemployed people, in thousands.
    #[serde(deserialize_with = "finite")]
    pub unemployed: f64,
    /// Size of the armed forces, in thousands.
    #[serde(deserialize_with = "finite")]
    pub armed_forces: f64,
    /// People of 14 years and over, in thousands.
    #[serde(deserialize_with = "finite")]
    pub population: f64,
    /// The year.
    #[serde(deserialize_with = "finite")]
    pub year: f64,
    /// Employed people, in thousands.
    #[serde(deserialize_with = "finite")]
    pub employed: f64,
}

/// The measures of a penguin.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penguin {
    /// Length of the bill in millimetres.
    #[serde(deserialize_with = "finite")]
    pub bill_length: f64,
    /// Depth of the bill in millimetres.
    #[serde(deserialize_with = "finite")]
    pub bill_depth: f64,
    /// Length of the flipper in millimetres.
    #[serde(deserialize_with = "finite")]
    pub flipper_length: f64,
    /// Body mass in grams.
    #[serde(deserialize_with = "finite")]
    pub mass: f64,
}

/// The lesson's four houses, which lie exactly on `price = 50,000 + 200 * sqft`.
pub fn houses() -> Vec<House> {
    compiled_in(include_str!("../houses.toml"))
}

/// The lesson's five homes with bedrooms, bathrooms and square feet.
pub fn homes() -> Vec<Home> {
    compiled_in(include_str!("../homes.toml"))
}

/// The lesson's eight study records.
pub fn study_records() -> Vec<StudyRecord> {
    compiled_in(include_str!("../study.toml"))
}

/// 36 readings of two ozone monitors: the reference dataset "Norris" of NIST, whose best line is certified.
pub fn ozone_readings() -> Vec<OzoneReading> {
    compiled_in(include_str!("../norris.toml"))
}

/// 16 years of the economy of the United States: the reference dataset "Longley" of NIST, whose best fit is certified.
pub fn economic_years() -> Vec<EconomicYear> {
    compiled_in(include_str!("../longley.toml"))
}

/// 342 penguins of three species, species by species.
pub fn penguins() -> Vec<Penguin> {
    compiled_in(include_str!("../penguins.toml"))
}

/// What is wrong in a dataset's text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for DataError {}

/// Every dataset file and the check that its text holds the records its type asks for.
pub const DATASETS: [(&str, Check); 6] = [
    ("houses.toml", check::<House>),
    ("homes.toml", check::<Home>),
    ("study.toml", check::<StudyRecord>),
    ("norris.toml", check::<OzoneReading>),
    ("longley.toml", check::<EconomicYear>),
    ("penguins.toml", check::<Penguin>),
];

/// Says whether a dataset's text can be read, and if not, what is wrong on which line.
pub type Check = fn(&str) -> Result<(), DataError>;

/// Reads a dataset's records from its text.
///
/// # Errors
/// If the text is not TOML, a record lacks a column or has one too many, a value is not a finite number, or no record is
/// there.
pub fn read<Record: DeserializeOwned>(text: &str) -> Result<Vec<Record>, DataError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, bound = "Record: DeserializeOwned")]
    struct Dataset<Record> {
        record: Vec<Record>,
    }

    let dataset: Dataset<Record> = toml::from_str(text).map_err(|error| DataError {
        line: error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count()),
        message: error.message().to_owned(),
    })?;
    if dataset.record.is_empty() {
        return Err(DataError { line: 1, message: "the dataset holds no record".to_owned() });
    }
    Ok(dataset.record)
}

/// Reads a number that can be computed with: TOML has words for others, and `1e999` is one of them, too.
fn finite<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    let number = f64::deserialize(value)?;
    if number.is_finite() { Ok(number) } else { Err(D::Error::custom(format!("`{number}` is not a finite number"))) }
}

fn check<Record: DeserializeOwned>(text: &str) -> Result<(), DataError> {
    read::<Record>(text).map(drop)
}

/// Reads a dataset that is compiled in; the tests below and the grader's check keep it readable.
fn compiled_in<Record: DeserializeOwned>(text: &str) -> Vec<Record> {
    read(text).unwrap_or_else(|error| panic!("a dataset of the course cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lessons_houses_lie_on_its_line() {
        assert_eq!(houses().len(), 4);
        for house in houses() {
            assert_eq!(house.price, 50_000.0 + 200.0 * house.sqft);
        }
    }

    #[test]
    fn the_other_datasets_have_the_lessons_sizes() {
        assert_eq!(homes().len(), 5);
        assert_eq!(study_records().len(), 8);
        assert_eq!(study_records()[7], StudyRecord { hours: 8.0, score: 92.0 });
    }

    /// Source: NIST's files name the number of observations, and R's data frame `penguins` has 342 rows without a gap in
    /// these columns. The sums are of the rows as published. (What NIST certifies is checked where it is fitted.)
    #[test]
    fn the_published_datasets_are_whole() {
        let sum =
            |numbers: Vec<f64>| (numbers.len(), numbers.iter().map(|number| (number * 10.0).round()).sum::<f64>());
        let readings = ozone_readings();
        assert_eq!(sum(readings.iter().map(|reading| reading.reference).collect()), (36, 150_904.0));
        assert_eq!(sum(readings.iter().map(|reading| reading.monitor).collect()), (36, 151_129.0));
        assert_eq!(sum(economic_years().iter().map(|year| year.employed).collect()), (16, 10_450_720.0));
        assert_eq!(sum(economic_years().iter().map(|year| year.deflator).collect()), (16, 16_269.0));
        assert_eq!(sum(penguins().iter().map(|penguin| penguin.mass).collect()), (342, 14_370_000.0));
        assert_eq!(sum(penguins().iter().map(|penguin| penguin.flipper_length).collect()), (342, 687_130.0));
    }

    #[test]
    fn a_missing_column_is_named_with_its_line() {
        let error = read::<House>("# one house\n\n[[record]]\nsqft = 1000\n").unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (3, "missing field `price`"));
    }

    #[test]
    fn a_word_for_a_number_is_named_with_its_line() {
        let error = read::<House>("[[record]]\nsqft = \"big\"\nprice = 1\n").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.message.contains("invalid type: string \"big\""), "{}", error.message);
    }

    #[test]
    fn what_is_not_finite_is_named_with_its_line() {
        for word in ["nan", "-nan", "inf", "+inf", "-inf", "1e999"] {
            let error = read::<House>(&format!("[[record]]\nsqft = 1\nprice = {word}\n")).unwrap_err();
            assert_eq!(error.line, 3, "{word}");
        }
        let error = read::<House>("[[record]]\nsqft = nan\nprice = 1\n").unwrap_err();
        assert_eq!(error.message, "`NaN` is not a finite number");
    }

    #[test]
    fn an_unknown_column_and_an_empty_list_are_refused() {
        assert_eq!(read::<House>("[[record]]\nsqft = 1\nprice = 1\nrooms = 2\n").unwrap_err().line, 4);
        assert_eq!(read::<House>("record = []\n").unwrap_err().message, "the dataset holds no record");
    }
}
