//! The chart of cost against size: a panel of time and one of memory for each kind of work.

use super::chart::{COLORS, Chart, LogScale, short_number};
use super::growth::{Growth, Point};

const PANEL: [f64; 2] = [230.0, 200.0];
const MARGIN: f64 = 46.0;

/// Draws the chart.
pub fn draw(growth: &[Growth], machine: &str) -> String {
    let [width, height] = PANEL;
    let mut chart = Chart::new(width * growth.len() as f64 + 10.0, 2.0 * height + 50.0);
    for (column, work) in growth.iter().enumerate() {
        let left = column as f64 * width;
        draw_panel(&mut chart, work, [left, 0.0], "ms", |point| point.wall);
        draw_panel(&mut chart, work, [left, height], "MB", |point| point.memory);
    }
    draw_names(&mut chart, growth, 2.0 * height + 18.0);
    chart.text("note", "start", [10.0, 2.0 * height + 42.0], machine);
    chart.finish()
}

fn draw_panel(
    chart: &mut Chart,
    work: &Growth,
    [left, top]: [f64; 2],
    unit: &str,
    of: fn(&Point) -> f64,
) {
    let points = || work.series.iter().flat_map(|series| &series.points);
    let (x_range, y_range) = (
        [left + MARGIN, left + PANEL[0] - 8.0],
        [top + PANEL[1] - 36.0, top + 32.0],
    );
    let x = LogScale::around(points().map(|point| point.size), x_range);
    let y = LogScale::around(points().map(of), y_range);
    let title = format!("{}: {unit}", work.title);
    chart.text("title", "start", [x_range[0], top + 18.0], &title);
    for tick in x.ticks() {
        let x = x.place(tick);
        chart.grid_line([x, y_range[0]], [x, y_range[1]]);
        chart.text(
            "note",
            "middle",
            [x, y_range[0] + 14.0],
            &short_number(tick),
        );
    }
    for tick in y.ticks() {
        let y = y.place(tick);
        chart.grid_line([x_range[0], y], [x_range[1], y]);
        chart.text(
            "note",
            "end",
            [x_range[0] - 4.0, y + 4.0],
            &short_number(tick),
        );
    }
    let middle = (x_range[0] + x_range[1]) / 2.0;
    chart.text("note", "middle", [middle, y_range[0] + 28.0], work.unit);
    for (series, color) in work.series.iter().zip(COLORS) {
        let line = series.points.iter();
        let line: Vec<_> = line
            .map(|point| [x.place(point.size), y.place(of(point))])
            .collect();
        chart.line(&line, color);
    }
}

/// Names the lines of panels that have several.
fn draw_names(chart: &mut Chart, growth: &[Growth], y: f64) {
    let mut x = MARGIN;
    for work in growth.iter().filter(|work| work.series.len() > 1) {
        for (series, color) in work.series.iter().zip(COLORS) {
            chart.bar([x, y - 9.0], [10.0, 10.0], color);
            chart.text("note", "start", [x + 14.0, y], &series.name);
            x += 30.0 + 7.0 * series.name.len() as f64;
        }
    }
}
