//! Small sets of data, for the tests of this crate.

use serde::Deserialize;

use crate::{DataFile, Dataset, Draws, OwnFile};

/// A size and a price.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Size {
    pub(crate) size: f64,
    pub(crate) price: f64,
}

impl Dataset for Size {
    const NAME: &'static str = "sizes";
    const FILE: DataFile = file("sizes.toml", "[[record]]\nsize = 10\nprice = 1\n[[record]]\nsize = 20\nprice = 2\n");
    const OWN_FILE: OwnFile = OwnFile::Csv;

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        (0..3).map(|_| Self { size: draws.step_of(10.0..=90.0, 1.0), price: draws.noise(10.0) }).collect()
    }
}

/// A count and a word, for which there may be a file, too.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Tally {
    pub(crate) word: String,
    pub(crate) count: u32,
    pub(crate) known: bool,
}

impl Dataset for Tally {
    const NAME: &'static str = "tallies";
    const FILE: DataFile = file("tallies.toml", "record = [{ word = 'a', count = 1, known = true }]");
    const OWN_FILE: OwnFile = OwnFile::Csv;

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        vec![Self { word: "b".to_owned(), count: draws.whole(1..=9) as u32, known: false }]
    }
}

/// One that no file can replace.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Fixed {
    pub(crate) number: f64,
}

impl Dataset for Fixed {
    const NAME: &'static str = "fixed numbers";
    const FILE: DataFile = file("fixed.toml", "record = [{ number = 1 }]");

    fn fresh(draws: &mut Draws) -> Vec<Self> {
        vec![Self { number: draws.noise(10.0) }]
    }
}

/// One whose file has a slip.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Broken {
    pub(crate) size: f64,
}

impl Dataset for Broken {
    const NAME: &'static str = "broken";
    const FILE: DataFile = file("broken.toml", "# a set\n[[record]]\nprice = 1\n");

    fn fresh(_: &mut Draws) -> Vec<Self> {
        Vec::new()
    }
}

const fn file(name: &'static str, text: &'static str) -> DataFile {
    DataFile { beside: "datasets/src/lib.rs", name, text }
}
