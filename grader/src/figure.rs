//! The picture of a case: what `exercise.toml` says to draw of its answers, as lines in a view that is ready to be drawn.
//!
//! It knows no device. A chart in the terminal and an SVG draw the same figure.

/// A picture of a case's answers on one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub title: String,
}
