//! Converts between the grader's styled text and ratatui's, in both directions.

use grader::report::text::{Colour, Line, Style, Text, Weight, styled};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use ratatui::{style, text};

/// The terminal's own colours, which suit a light background and a dark one.
const COLOURS: [(Colour, Color); 6] = [
    (Colour::Red, Color::Red),
    (Colour::Green, Color::Green),
    (Colour::Yellow, Color::Yellow),
    (Colour::Blue, Color::Blue),
    (Colour::Magenta, Color::Magenta),
    (Colour::Cyan, Color::Cyan),
];

/// A style for the screen.
pub fn to_screen_style(style: Style) -> style::Style {
    let colour = COLOURS.iter().find(|(colour, _)| Some(*colour) == style.colour);
    let weight = match style.weight {
        Weight::Normal => Modifier::empty(),
        Weight::Bold => Modifier::BOLD,
        Weight::Dim => Modifier::DIM,
    };
    style::Style { fg: colour.map(|(_, on_screen)| *on_screen), ..style::Style::new() }.add_modifier(weight)
}

/// A text for the screen, with tabs as spaces.
pub fn to_screen(text: Text) -> text::Text<'static> {
    let lines = text.lines.into_iter().map(|line| {
        let spans = line.spans.into_iter();
        spans.map(|span| text::Span::styled(span.words.replace('\t', "    "), to_screen_style(span.style))).collect()
    });
    lines.collect::<Vec<text::Line<'_>>>().into()
}

/// The text on a screen.
pub fn from_screen(screen: &Buffer) -> Text {
    let rows = screen.content().chunks(usize::from(screen.area.width).max(1));
    Text { lines: rows.map(line_of).collect() }
}

fn line_of(row: &[Cell]) -> Line {
    let mut line = Line::default();
    // A wide character also covers the cells after its first one.
    let mut hidden = 0;
    for cell in row {
        if hidden > 0 {
            hidden -= 1;
            continue;
        }
        hidden = text::Span::raw(cell.symbol()).width().saturating_sub(1);
        let style = style_of(cell);
        match line.spans.last_mut() {
            Some(last) if last.style == style => last.words.push_str(cell.symbol()),
            _ => line.spans.push(styled(cell.symbol(), style)),
        }
    }
    line
}

fn style_of(cell: &Cell) -> Style {
    let weight = match cell.fg {
        Color::DarkGray => Weight::Dim,
        _ if cell.modifier.contains(Modifier::BOLD) => Weight::Bold,
        _ if cell.modifier.contains(Modifier::DIM) => Weight::Dim,
        _ => Weight::Normal,
    };
    let colour = COLOURS.iter().find(|(_, on_screen)| *on_screen == cell.fg);
    Style { colour: colour.map(|(colour, _)| *colour), weight }
}

#[cfg(test)]
mod tests {
    use grader::report::Charset;
    use grader::report::text::{Colours, Layout};
    use ratatui::layout::Rect;
    use ratatui::widgets::Widget;

    use super::*;

    #[test]
    fn a_text_comes_back_from_the_screen_as_it_was() {
        let colours = COLOURS.map(|(colour, _)| styled("word", Style { colour: Some(colour), weight: Weight::Bold }));
        let mut text = Text::default();
        text.line([styled("✗", Style::BAD), " wrong: ".into(), styled("語", Style::STRONG), " of ".into()]);
        text.line([Style::FAINT, Style::GOOD, Style::BEGUN, Style::TO_DO].map(|style| styled("word", style)));
        text.line(colours);
        let area = Rect::new(0, 0, 24, 3);
        let mut screen = Buffer::empty(area);
        to_screen(text.clone()).render(area, &mut screen);
        let shown = from_screen(&screen);
        let layout = Layout { width: 24, colours: Colours::Shown, charset: Charset::Unicode };
        assert_eq!(shown.write(&layout), text.write(&layout));
    }

    #[test]
    fn a_tab_is_seen() {
        let on_screen = to_screen(Text { lines: vec!["\tlet x = 1;".into()] });
        assert_eq!(on_screen.lines[0].to_string(), "    let x = 1;");
    }
}
