//! Hints in words.

use report::text::{Style, Text, styled};

use super::Hints;

impl Hints {
    /// The next hint with a heading; the last one again if all were given.
    pub fn next(&self, width: usize) -> Text {
        let again = if self.at_an_end() { ", again: it is the last" } else { "" };
        self.paragraph(self.next_number(), again, width)
    }

    /// All hints that were given, one below the other.
    pub fn so_far(&self, width: usize) -> Text {
        let mut text = Text::default();
        for number in 1..=self.given() {
            if number > 1 {
                text.blank();
            }
            text.append(self.paragraph(number, "", width));
        }
        text
    }

    fn paragraph(&self, number: usize, note: &str, width: usize) -> Text {
        let mut text = Text::default();
        let heading = format!(": hint {number} of {}{note}", self.texts().len());
        text.line(["  ".into(), styled(self.function(), Style::STRONG), heading.into()]);
        text.blank();
        text.paragraph("  ", self.texts()[number - 1].as_str(), width);
        text
    }
}
