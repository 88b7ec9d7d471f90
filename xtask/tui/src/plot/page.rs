//! A page with the pictures of a step, which needs no other file.

use figure::svg;
use quick_xml::escape::escape;

pub(super) const STYLE: &str = "
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2rem auto; padding: 0 1rem; }
  section { margin: 2.5rem 0; }
  h2 { margin-bottom: 0; }
  .state { margin-top: 0; opacity: 0.75; }
  nav { opacity: 0.85; }
  nav span { opacity: 0.6; }
  svg { max-width: 100%; height: auto; border: 1px solid color-mix(in srgb, currentColor 18%, transparent);
    border-radius: 8px; }
  code { font-size: 0.95em; }
";

/// A picture on the page.
pub struct Section<'a> {
    /// The name of its file, without the extension.
    pub name: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// Whose answers it shows, whether they are right, and on which data.
    pub state: String,
    /// Sentences about these answers.
    pub sentences: Vec<String>,
    /// What to look for in it.
    pub caption: Option<String>,
    /// The picture, without its title.
    pub svg: String,
}

/// A link at the head of the page.
pub struct Link {
    /// Where it leads; none if there is no such page yet.
    pub address: Option<String>,
    /// Its words.
    pub words: String,
}

/// Writes a page, with each picture below its title and its sentences.
pub fn render(heading: &str, links: &[Link], sections: &[Section<'_>]) -> String {
    let sections: String = sections.iter().map(section_html).collect();
    let title = escape(heading);
    let links: Vec<String> = links.iter().map(link_html).collect();
    let links = links.join(" · ");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}{figures}</style>\n</head>\n<body>\n<nav>{links}</nav>\n<h1>{title}</h1>\n{sections}</body>\n</html>\n",
        figures = svg::STYLE
    )
}

fn link_html(Link { address, words }: &Link) -> String {
    let words = with_code(words);
    match address {
        Some(address) => format!("<a href=\"{}\">{words}</a>", escape(address)),
        None => format!("<span>{words}</span>"),
    }
}

fn section_html(Section { name, title, state, sentences, caption, svg }: &Section<'_>) -> String {
    let sentences: String = sentences.iter().map(|sentence| format!("<p>{}</p>\n", with_code(sentence))).collect();
    format!(
        "<section id=\"{name}\">\n<h2>{title}</h2>\n<p class=\"state\">{state}</p>\n{sentences}{svg}{caption}\
         <p><a href=\"{name}.svg\">The picture alone</a></p>\n</section>\n",
        name = escape(*name),
        title = escape(*title),
        state = with_code(state),
        caption = caption.iter().map(|words| format!("<p><em>{}</em></p>\n", with_code(words))).collect::<String>(),
    )
}

/// A sentence as HTML, in which the text between backticks is code.
pub(super) fn with_code(sentence: &str) -> String {
    let escaped = escape(sentence);
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped.into_owned();
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => (*part).to_owned(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_every_picture_and_asks_for_nothing_from_elsewhere() {
        let section = |svg: &str, caption: Option<&str>| Section {
            name: "way-of-each-rate",
            title: "the way",
            state: "`explore` timed out".to_owned(),
            sentences: vec!["It did not end within `5 s`.".to_owned()],
            caption: caption.map(str::to_owned),
            svg: svg.to_owned(),
        };
        let links = [Some("../README.md"), None]
            .map(|address| Link { address: address.map(str::to_owned), words: "Step `x`".to_owned() });
        let sections = [section("<svg>one</svg>", Some("Look at <this>.")), section("<svg>two</svg>", None)];
        let page = render("Step 5: Steps < 1 & > 0", &links, &sections);
        assert!(page.contains(
            "<nav><a href=\"../README.md\">Step <code>x</code></a> · <span>Step <code>x</code></span></nav>"
        ));
        assert!(page.contains("<svg>one</svg><p><em>Look at &lt;this&gt;.</em></p>"));
        assert!(page.starts_with("<!DOCTYPE html>"));
        assert!(page.contains("<h1>Step 5: Steps &lt; 1 &amp; &gt; 0</h1>"));
        assert!(page.contains("<svg>one</svg>") && page.contains("<svg>two</svg>"));
        assert!(page.contains("<h2>the way</h2>\n<p class=\"state\"><code>explore</code> timed out</p>"));
        assert!(page.contains("<p>It did not end within <code>5 s</code>.</p>"));
        assert!(page.contains("color-scheme: light dark"));
        assert_eq!(with_code("It calls `a < b`, and `c`."), "It calls <code>a &lt; b</code>, and <code>c</code>.");
        assert_eq!(with_code("One ` alone"), "One ` alone");
        assert!(!page.contains("http") && !page.contains("src=") && !page.contains("<script"));
    }
}
