//! The chart of start-up and memory: a bar for each task and program.

use super::chart::{COLORS, Chart, LogScale, short_number};
use super::comparison::{Comparison, Figure, Row};

const WIDTH: f64 = 760.0;
const LABELS: f64 = 190.0;
const BAR: f64 = 16.0;

/// One half of the chart.
struct Measure {
    title: &'static str,
    unit: &'static str,
    of: fn(&Figure) -> f64,
}

const MEASURES: [Measure; 2] = [
    Measure {
        title: "wall time, milliseconds",
        unit: "ms",
        of: |figure| figure.wall[1],
    },
    Measure {
        title: "peak memory, MB",
        unit: "MB",
        of: |figure| figure.memory,
    },
];

/// Draws the chart.
pub fn draw(comparison: &Comparison, machine: &str) -> String {
    let bars: usize = comparison.rows.iter().map(bar_count).sum();
    let half = 60.0 + bars as f64 * BAR + comparison.rows.len() as f64 * 28.0;
    let mut chart = Chart::new(WIDTH, 2.0 * half + 24.0);
    for (index, measure) in MEASURES.iter().enumerate() {
        draw_half(&mut chart, comparison, measure, index as f64 * half);
    }
    chart.text("note", "start", [10.0, 2.0 * half + 12.0], machine);
    chart.finish()
}

fn bar_count(row: &Row) -> usize {
    row.figures.iter().flatten().count()
}

fn draw_half(chart: &mut Chart, comparison: &Comparison, measure: &Measure, top: f64) {
    let values = comparison
        .rows
        .iter()
        .flat_map(|row| row.figures.iter().flatten());
    let scale = LogScale::around(values.map(measure.of), [LABELS, WIDTH - 90.0]);
    chart.text("title", "start", [10.0, top + 22.0], measure.title);
    let mut y = top + 44.0;
    let start = y;
    for row in &comparison.rows {
        let name = row.task.name().replace('`', "");
        chart.text("", "start", [10.0, y + 12.0], &name);
        y += 20.0;
        for (index, figure) in row.figures.iter().enumerate() {
            let Some(figure) = figure else { continue };
            let value = (measure.of)(figure);
            let end = scale.place(value);
            let (program, color) = (&comparison.programs[index].name, COLORS[index]);
            chart.text("note", "end", [LABELS - 8.0, y + 11.0], program);
            chart.bar(
                [LABELS, y + 2.0],
                [(end - LABELS).max(1.0), BAR - 4.0],
                color,
            );
            let label = format!("{value:.1} {}", measure.unit);
            chart.text("note", "start", [end + 6.0, y + 11.0], &label);
            y += BAR;
        }
        y += 8.0;
    }
    for tick in scale.ticks() {
        let x = scale.place(tick);
        chart.grid_line([x, start], [x, y]);
        chart.text("note", "middle", [x, start - 4.0], &short_number(tick));
    }
}
