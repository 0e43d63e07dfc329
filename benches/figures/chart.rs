//! The parts of SVG charts: logarithmic axes, text and lines, in colors that suit light and dark pages.

use std::fmt::Write as _;

/// The style of all charts. Viewers choose light or dark.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}\
.title{font-weight:600;font-size:14px}.note{font-size:11px;fill:#59636e}\
.grid{stroke:#d1d9e0;stroke-width:1}.line{fill:none;stroke-width:2}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9198a1}.grid{stroke:#3d444d}}";

/// Colors that can be told apart by people with color blindness, on light and on dark ground.
pub const COLORS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#7f7f7f",
];

/// A drawing.
pub struct Chart {
    width: f64,
    height: f64,
    body: String,
}

impl Chart {
    pub fn new(width: f64, height: f64) -> Chart {
        Chart {
            width,
            height,
            body: String::new(),
        }
    }

    /// Writes text; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, class: &str, anchor: &str, [x, y]: [f64; 2], text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.push(&format!(
            r#"<text class="{class}" text-anchor="{anchor}" x="{x:.1}" y="{y:.1}">{text}</text>"#
        ));
    }

    pub fn grid_line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        self.push(&format!(
            r#"<line class="grid" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#
        ));
    }

    pub fn bar(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], color: &str) {
        self.push(&format!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{color}"/>"#
        ));
    }

    /// Draws a line through points, with a dot at each.
    pub fn line(&mut self, points: &[[f64; 2]], color: &str) {
        let path: Vec<_> = points
            .iter()
            .map(|[x, y]| format!("{x:.1},{y:.1}"))
            .collect();
        let path = path.join(" ");
        self.push(&format!(
            r#"<polyline class="line" stroke="{color}" points="{path}"/>"#
        ));
        for [x, y] in points {
            self.push(&format!(
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.5" fill="{color}"/>"#
            ));
        }
    }

    /// Returns the SVG document.
    pub fn finish(self) -> String {
        let Chart {
            width,
            height,
            body,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\">\n<style>{STYLE}</style>\n{body}</svg>\n"
        )
    }

    fn push(&mut self, element: &str) {
        writeln!(self.body, "{element}").expect("a String can be written to");
    }
}

/// A logarithmic scale from powers of ten to pixels.
#[derive(Clone, Copy)]
pub struct LogScale {
    first: i32,
    last: i32,
    pixels: [f64; 2],
}

impl LogScale {
    /// Creates a scale that has all values.
    pub fn around(values: impl Iterator<Item = f64>, pixels: [f64; 2]) -> LogScale {
        let logs: Vec<f64> = values.map(f64::log10).collect();
        let smallest = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let first = smallest.floor() as i32;
        LogScale {
            first,
            last: (largest.ceil() as i32).max(first + 1),
            pixels,
        }
    }

    /// Returns the place of a value.
    pub fn place(&self, value: f64) -> f64 {
        let [from, to] = self.pixels;
        let part = (value.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        from + part * (to - from)
    }

    /// Returns the powers of ten.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        (self.first..=self.last).map(|exponent| 10_f64.powi(exponent))
    }
}

/// Writes a power of ten briefly: `0.1`, `10`, `1k`, `100M`.
pub fn short_number(value: f64) -> String {
    match value {
        1e6.. => format!("{}M", value / 1e6),
        1e3.. => format!("{}k", value / 1e3),
        _ => format!("{value}"),
    }
}
