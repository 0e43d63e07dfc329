//! Programs compared in one run: each round runs all of them in turn, so that a drift in the speed of
//! the machine meets all alike. Each measured run follows another of the same program, so that what
//! ran before does not matter.

use super::measure::{self, Cost, median};
use super::program::{Program, Task};
use super::stub::{Stub, ok};

/// Measured runs of each program and task.
pub const ROUNDS: usize = 30;

const RESPONSE: &str = r#"{"PushSync":{"RoleArn":"arn:aws:iam::123456789012:role/push-sync"}}"#;

/// The figures of all tasks and programs.
pub struct Comparison {
    pub programs: Vec<Program>,
    pub rows: Vec<Row>,
}

/// A task, with a figure for each program that can do it.
pub struct Row {
    pub task: Task,
    pub figures: Vec<Option<Figure>>,
}

/// What a program costs.
#[derive(Clone, Copy)]
pub struct Figure {
    /// Wall time in milliseconds: lower quartile, median, upper quartile.
    pub wall: [f64; 3],
    /// Median of CPU time in milliseconds.
    pub cpu: f64,
    /// The median ratio of the wall time to that of this program in the same round.
    pub ratio: f64,
    /// Peak memory in MB.
    pub memory: f64,
}

impl Comparison {
    pub fn measure() -> Comparison {
        let stub = Stub::new(|_| ok(RESPONSE));
        let endpoint = stub.endpoint();
        let programs = Program::installed();
        let rows = Task::ALL.map(|task| Row::measure(task, &programs, &endpoint));
        Comparison {
            programs,
            rows: rows.into(),
        }
    }

    /// Returns a table: a column for each program, the wall time of each task, the memory of a call.
    pub fn markdown(&self) -> String {
        let names = self.programs.iter().map(|program| program.name.clone());
        let mut lines = vec![
            table_line("", names),
            table_line("---", self.programs.iter().map(|_| "---".into())),
        ];
        for row in &self.rows {
            let cells = row.figures.iter().enumerate();
            let cells = cells.map(|(column, figure)| wall_cell(*figure, column == 0));
            lines.push(table_line(row.task.name(), cells));
        }
        for row in self.rows.iter().filter(|row| row.task != Task::Skeleton) {
            let cells = row.figures.iter().map(|figure| match figure {
                Some(figure) => format!("{:.1} MB", figure.memory),
                None => "–".into(),
            });
            let name = format!("peak memory of {}", row.task.name());
            lines.push(table_line(&name, cells));
        }
        lines.join("\n")
    }
}

impl Row {
    fn measure(task: Task, programs: &[Program], endpoint: &str) -> Row {
        assert_success(task, programs, endpoint);
        let mut costs = vec![Vec::new(); programs.len()];
        for _ in 0..ROUNDS {
            for (program, costs) in programs.iter().zip(&mut costs) {
                for is_measured in [false, true] {
                    let cost = program.command(task, endpoint).map(measure::cost);
                    costs.extend(cost.filter(|_| is_measured));
                }
            }
        }
        let ours = costs[0].clone();
        let figures = programs.iter().zip(costs).map(|(program, costs)| {
            let command = program.command(task, endpoint)?;
            Some(Figure::new(&costs, &ours, measure::peak_memory(&command)))
        });
        Row {
            task,
            figures: figures.collect(),
        }
    }
}

impl Figure {
    fn new(costs: &[Cost], ours: &[Cost], memory: f64) -> Figure {
        let ratios = costs.iter().zip(ours).map(|(a, b)| a.wall / b.wall);
        let mut wall: Vec<f64> = costs.iter().map(|cost| cost.wall).collect();
        wall.sort_by(f64::total_cmp);
        Figure {
            wall: [1, 2, 3].map(|quarter| wall[wall.len() * quarter / 4]),
            cpu: median(costs.iter().map(|cost| cost.cpu).collect()),
            ratio: median(ratios.collect()),
            memory,
        }
    }
}

/// What fails is not to be compared.
fn assert_success(task: Task, programs: &[Program], endpoint: &str) {
    for program in programs {
        let Some(mut command) = program.command(task, endpoint) else {
            continue;
        };
        let output = command.output().expect("the program can be run");
        let name = task.name();
        assert!(output.status.success(), "{name}: {command:?}: {output:?}");
    }
}

fn wall_cell(figure: Option<Figure>, is_ours: bool) -> String {
    let Some(Figure { wall, ratio, .. }) = figure else {
        return "–".into();
    };
    let [low, middle, high] = wall.map(milliseconds);
    let spread = format!("{middle} ms ({low}–{high})");
    match is_ours {
        true => spread,
        false => format!("{spread}, {} ×", significant(ratio)),
    }
}

fn milliseconds(value: f64) -> String {
    match value < 100.0 {
        true => format!("{value:.1}"),
        false => format!("{value:.0}"),
    }
}

/// Two significant digits, and whole numbers from 10 on.
fn significant(ratio: f64) -> String {
    match ratio < 10.0 {
        true => format!("{ratio:.2}"),
        false => format!("{ratio:.0}"),
    }
}

fn table_line(first: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.collect();
    format!("| {first} | {} |", cells.join(" | "))
}
