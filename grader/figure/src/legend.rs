//! The legend of a figure, which explains what is drawn and nothing else.

use std::borrow::Cow;

use crate::{Figure, Layer, Purpose};

/// What an entry of the legend explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegendKey {
    /// The series of a layer.
    Layer(Layer),
    /// The contour lines.
    Contours,
}

/// An entry of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendEntry {
    /// What it explains.
    pub key: LegendKey,
    /// Whether lines of it are drawn.
    pub lines: bool,
    /// Whether points of it are drawn.
    pub points: bool,
    /// Its text.
    pub label: Cow<'static, str>,
}

impl Figure {
    /// The entries of the legend, the student's first.
    pub fn legend(&self) -> Vec<LegendEntry> {
        let layers = [(Layer::Student, "yours"), (Layer::Expected, "expected"), (Layer::Data, "data")];
        // If nothing is compared, the answers need no name.
        let is_named = |(layer, _): &(Layer, _)| self.purpose == Purpose::Comparison || *layer == Layer::Data;
        let layers = layers.into_iter().filter(is_named).map(|(layer, label)| {
            let series = || self.series.iter().filter(move |series| series.layer == layer);
            let lines = series().any(|series| !series.lines.is_empty());
            let points = series().any(|series| !series.points.is_empty());
            let outside = layer == Layer::Student && series().next().is_some() && !lines && !points;
            let label = if outside { "yours, outside the picture" } else { label };
            let (key, label) = (LegendKey::Layer(layer), label.into());
            (lines || points || outside).then_some(LegendEntry { key, lines, points, label })
        });
        let contours = self.surface.as_ref().filter(|_| !self.contours.is_empty()).map(|surface| LegendEntry {
            key: LegendKey::Contours,
            lines: true,
            points: false,
            label: format!("contours of {surface}").into(),
        });
        layers.flatten().chain(contours).collect()
    }
}
