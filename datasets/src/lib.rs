//! The lesson's data as typed values. Each set has a module with the type of its records, the file with the lesson's
//! records beside it, and what makes fresh ones. Where the data is not the lesson's own, the file names its source
//! and licence.
//!
//! The surfaces of [`surfaces`] are formulas and no records. What is drawn of them, and of losses of the data, is in
//! `surfaces.toml`.

mod homes;
mod houses;
mod longley;
mod norris;
mod penguins;
mod study;
pub mod surfaces;

pub use homes::Home;
pub use houses::House;
pub use longley::EconomicYear;
pub use norris::OzoneReading;
pub use penguins::Penguin;
pub use study::StudyRecord;
