//! Tests of pictures of the examples, read back as XML.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::examples::{self, Example};

/// The texts of an SVG, and its elements as names with their attributes.
struct SvgText {
    texts: Vec<String>,
    elements: Vec<(String, Vec<(String, String)>)>,
}

impl SvgText {
    fn of(svg: &str) -> Self {
        let mut reader = Reader::from_str(svg);
        let mut read = Self { texts: Vec::new(), elements: Vec::new() };
        let mut text = String::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return read,
                Event::Start(element) | Event::Empty(element) => {
                    let attributes = element.attributes().map(Result::unwrap).map(|attribute| {
                        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
                        (name, String::from_utf8_lossy(&attribute.value).into_owned())
                    });
                    let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
                    read.elements.push((name, attributes.collect()));
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part.decode().unwrap()),
                Event::GeneralRef(name) => text.push(match &name.decode().unwrap()[..] {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "apos" => '\'',
                    "quot" => '"',
                    other => panic!("&{other}; is no entity of XML"),
                }),
                Event::End(_) => read.texts.push(std::mem::take(&mut text)),
                _ => {}
            }
        }
    }

    /// The elements that have all of these classes.
    fn of_class(&self, classes: &str) -> Vec<&Vec<(String, String)>> {
        let has = |attributes: &&Vec<(String, String)>| {
            let class = attributes.iter().find(|(name, _)| name == "class");
            let found: Vec<&str> = class.map(|(_, classes)| classes.split(' ').collect()).unwrap_or_default();
            classes.split(' ').all(|class| found.contains(&class))
        };
        self.elements.iter().map(|(_, attributes)| attributes).filter(has).collect()
    }

    fn says(&self, text: &str) -> bool {
        self.texts.iter().any(|shown| shown == text)
    }
}

fn read(figure: &Figure) -> SvgText {
    SvgText::of(&render(figure, Format::Alone { subtitle: "Step 5 · explore · wrong" }).unwrap())
}

#[test]
fn a_picture_says_what_it_shows_with_units_and_on_which_data() {
    let svg = read(&examples::slopes().figure());
    for text in [
        "the slope <of> the loss & its sign",
        "Step 5 · explore · wrong",
        "loss in billion $²",
        "weight in $ per sqft",
        "yours",
        "expected",
        "120",
        "250",
    ] {
        assert!(svg.says(text), "{text} is not among {:?}", svg.texts);
    }
}

#[test]
fn the_expected_line_lies_behind_the_students() {
    let svg = read(&examples::rates().figure());
    assert_eq!(svg.of_class("expected").len(), 1 + 4);
    assert_eq!(svg.of_class("yours").len(), 1 + 4);
    let position = |class: &str| {
        let of_class = |(name, attributes): &(String, Vec<(String, String)>)| {
            name == "path" && attributes.iter().any(|(_, value)| value.split(' ').any(|word| word == class))
        };
        svg.elements.iter().position(of_class).unwrap()
    };
    assert!(position("expected") < position("yours"));
}

#[test]
fn each_line_has_its_name_and_one_that_leaves_an_arrow_and_a_sentence() {
    let svg = read(&examples::rates().figure());
    for text in ["1e-10", "1e-8", "the limit", "↑ 1e-6", "rate", "↑"] {
        assert!(svg.says(text), "{text} is not among {:?}", svg.texts);
    }
    assert!(svg.says("rate 1e-6 leaves the picture after step 0 and ends at step 8, weight -2.088e13."));
}

#[test]
fn names_do_not_lie_on_one_another() {
    let svg = read(&examples::rates().figure());
    let halos = svg.of_class("halo");
    let number = |attributes: &[(String, String)], name: &str| -> f64 {
        attributes.iter().find(|(key, _)| key == name).unwrap().1.parse().unwrap()
    };
    let mut heights: Vec<f64> = halos.iter().map(|halo| number(halo, "y")).collect();
    heights.sort_by(f64::total_cmp);
    // Four names, and their heading.
    assert_eq!(heights.len(), 5);
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 13.0), "{heights:?}");
}

#[test]
fn nothing_is_drawn_outside_of_the_frame() {
    for figure in examples::all().map(|example| example.figure()) {
        let (svg, layout) = (read(&figure), Layout::of(&figure, Format::OnPage));
        for (_, path) in svg.of_class("stroke").into_iter().flatten().filter(|(name, _)| name == "d") {
            let numbers = path.split([' ', 'M', 'L']).filter(|word| !word.is_empty());
            let numbers: Vec<f64> = numbers.map(|word| word.parse().unwrap()).collect();
            for point in numbers.chunks(2) {
                assert!((layout.left - 0.1..=layout.width).contains(&point[0]), "{point:?}");
                assert!((layout.top - 0.1..=layout.bottom + 0.1).contains(&point[1]), "{point:?}");
            }
        }
    }
}

#[test]
fn the_limit_is_marked_and_what_is_not_answered_is_said() {
    let svg = read(&examples::limit().figure());
    assert_eq!(svg.of_class("reference").len(), 1);
    assert!(svg.says("2 / curvature = 7.407e-8"));
    assert!(svg.says("No answer from your code yet; only the expected one is drawn."));
    assert!(svg.of_class("yours").is_empty());
}

#[test]
fn what_stands_alone_has_the_colours_of_its_series_and_hollow_points() {
    let alone = examples::rates().with(None).figure();
    let svg = read(&alone);
    // The sample in the legend has no series' colour.
    let coloured = ["any", "s0", "s1", "s2", "s3"].map(|colour| svg.of_class(&format!("expected {colour}")).len());
    assert_eq!(coloured, [1; 5]);
    assert!(!svg.of_class("hollow").is_empty());
    let behind = read(&examples::rates().figure());
    let tinted = ["s0", "s1", "s2", "s3"].map(|colour| behind.of_class(&format!("expected tinted {colour}")).len());
    assert_eq!(tinted, [1; 4], "each is pale in the colour of the student's that lies upon it");
}

#[test]
fn the_legend_has_what_is_drawn() {
    let walks = read(&examples::walks().figure());
    assert!(walks.says("contours of the surface"));
    assert_eq!(walks.of_class("contour").len(), 2);
    let basins = read(&examples::basins().figure());
    assert!(basins.of_class("yours").is_empty() && basins.of_class("expected").is_empty());
    assert_eq!([basins.of_class("any").len(), basins.of_class("any behind").len()], [2, 1]);
    assert!(basins.says("ends at") && basins.says("[-1, 0]"));
    assert!(!read(&examples::limit().figure()).says("contours of the surface"));
}

#[test]
fn a_page_that_says_the_title_and_has_the_style_sheet_has_pictures_without_them() {
    let figure = examples::rates().figure();
    for on_page in [Format::OnPage, Format::OnNarrowPage] {
        assert!(!render(&figure, on_page).unwrap().contains("style"));
    }
    let [alone, on_page] = [Format::Alone { subtitle: "Step 5" }, Format::OnPage]
        .map(|format| SvgText::of(&render(&figure, format).unwrap()));
    assert_eq!((alone.of_class("title").len(), on_page.of_class("title").len()), (1, 0));
    assert!(alone.says("Step 5"));
    let height = |svg: &SvgText| -> f64 {
        let (_, root) = &svg.elements[0];
        root.iter().find(|(name, _)| name == "height").unwrap().1.parse().unwrap()
    };
    assert_eq!(height(&alone) - height(&on_page), 46.0);
    assert_eq!(alone.of_class("stroke"), on_page.of_class("stroke"));
}

fn in_lesson(example: Example) -> SvgText {
    let Example { title, plot, shown } = example;
    SvgText::of(&render(&Figure::of_solution(&plot, title, &shown.expected), Format::InLesson).unwrap())
}

#[test]
fn a_lessons_picture_names_nobody_and_draws_each_line_once() {
    let walks = in_lesson(examples::rates());
    for text in ["yours", "expected", "the way of the weight"] {
        let shown = walks.texts.iter().skip(2).any(|shown| shown == text);
        assert!(!shown, "{text} is among {:?}", walks.texts);
    }
    assert_eq!([walks.of_class("yours").len(), walks.of_class("expected").len()], [4, 0]);
    // The valley differs from the lines of the walk, so it stays behind them.
    let slopes = in_lesson(examples::slopes());
    assert_eq!([slopes.of_class("yours").len(), slopes.of_class("ground").len()], [4, 1]);
    assert!(slopes.says("loss in billion $²"));
    assert!(in_lesson(examples::records()).says("data"));
    assert_eq!(in_lesson(examples::limit()).of_class("reference").len(), 1);
}

#[test]
fn a_description_names_the_data_unless_there_are_none_or_they_are_a_lessons() {
    let description = |figure: &Figure| SvgText::of(&render(figure, Format::OnPage).unwrap()).texts[1].clone();
    let mut figure = examples::records().figure();
    let axes = format!("{} by {}", figure.y.label, figure.x.label);
    assert!(description(&figure).starts_with(&format!("{axes}, on {}.", figure.trial.clone().unwrap())));
    figure.trial = None;
    assert!(description(&figure).starts_with(&format!("{axes}.")));
    assert!(in_lesson(examples::records()).texts[1].starts_with(&format!("{axes}.")));
}

#[test]
fn a_lessons_picture_is_legible_on_a_phone() {
    for example in examples::all() {
        let text =
            render(&Figure::of_solution(&example.plot, example.title, &example.shown.expected), Format::InLesson);
        let text = text.unwrap();
        assert!(text.contains(".figure.lesson { font-size: 17px; }") && text.contains("prefers-color-scheme: dark"));
        let svg = SvgText::of(&text);
        let (_, root) = &svg.elements[0];
        let root = |name: &str| root.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!([root("role"), root("width"), root("class")], [Some("img"), Some("520"), Some("figure lesson")]);
        assert!(!svg.texts[0].is_empty() && !svg.texts[1].is_empty(), "a title and a description");
    }
}

#[test]
fn long_names_stand_above_a_lessons_picture_and_short_ones_beside_it() {
    let names = |example: &Example| {
        let figure = Figure::of_solution(&example.plot, example.title, &example.shown.expected);
        Layout::of(&figure, Format::InLesson).names
    };
    let mut basins = examples::basins();
    assert_eq!(names(&basins), Names::Beside);
    let long = ["in the valley of the left side", "in the valley of the right side"];
    for (at, row) in basins.shown.expected.rows.iter_mut().enumerate() {
        row[2] = long[at / 6].into();
    }
    assert!(matches!(names(&basins), Names::Above { .. }));
    let svg = in_lesson(basins);
    assert!(long.iter().all(|name| svg.says(name)) && svg.says("ends at"), "{:?}", svg.texts);
}

#[test]
fn groups_differ_by_shape_and_the_background_may_be_dark() {
    let text = render(&examples::rates().figure(), Format::Alone { subtitle: "Step 5" }).unwrap();
    assert!(text.contains("prefers-color-scheme: dark"));
    let svg = SvgText::of(&text);
    let shapes = |series: &str| {
        let dots = svg
            .elements
            .iter()
            .filter(|(_, attributes)| attributes.iter().any(|(_, class)| *class == format!("dot {series}")));
        dots.map(|(name, attributes)| (name.clone(), attributes.iter().any(|(name, _)| name == "points"))).next()
    };
    assert_eq!(shapes("s0"), Some(("circle".to_owned(), false)));
    assert_eq!(shapes("s1"), Some(("polygon".to_owned(), true)));
    assert!(svg.elements.iter().any(|(name, _)| name == "desc"));
}
