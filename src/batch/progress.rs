//! Progress of work on many items: a bar on a terminal, and elsewhere a line every minute.
//!
//! The bar is the status line of [`Stderr`], below what is written meanwhile. `indicatif` lays it
//! out and estimates the remaining time.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{
    HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
    TermLike,
};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::diagnostics::Stderr;
use crate::environment::Environment;

/// How often the bar is drawn at most, per second.
const REDRAW_RATE: u8 = 10;

/// How long a bar stays hidden, so that short work does not flicker.
const HIDDEN_FOR: Duration = Duration::from_millis(500);

/// How often the bar is drawn at least, for its estimate to be current.
const BAR_INTERVAL: Duration = Duration::from_millis(250);

/// How often a line is printed where there is no bar.
const LINE_INTERVAL: Duration = Duration::from_secs(60);

/// The width of a terminal that does not tell it.
const DEFAULT_WIDTH: usize = 80;

/// The width from which a bar is drawn beside the numbers, which need most of 50 columns.
const MIN_BAR_WIDTH: usize = 50;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressDisplay {
    /// As a bar.
    Bar,
    /// As lines.
    Lines,
    /// Not at all.
    Off,
}

impl ProgressDisplay {
    /// Returns a bar for a terminal that can show one, and lines elsewhere. The debug log shows
    /// more than either.
    pub fn new(
        stderr_is_terminal: bool,
        is_debug: bool,
        environment: &Environment,
    ) -> ProgressDisplay {
        let is_dumb = environment.get("TERM").is_none_or(|term| term == "dumb");
        match stderr_is_terminal && !is_dumb {
            _ if is_debug => ProgressDisplay::Off,
            true => ProgressDisplay::Bar,
            false => ProgressDisplay::Lines,
        }
    }
}

/// Counts completed items and shows how far the work is.
#[derive(Debug)]
pub struct Progress {
    display: ProgressDisplay,
    /// What the items are, in the plural.
    items: &'static str,
    bar: ProgressBar,
    stderr: Stderr,
    line_interval: Duration,
}

impl Progress {
    /// Starts at none of `total` items, if the total is known.
    pub fn new(
        items: &'static str,
        total: Option<usize>,
        display: ProgressDisplay,
        stderr: Stderr,
    ) -> Progress {
        let total = total.map(|total| total as u64);
        Progress {
            display,
            items,
            bar: ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()),
            stderr,
            line_interval: LINE_INTERVAL,
        }
    }

    /// Counts items that earlier runs have completed. They are no part of the rate.
    pub fn continue_from(self, completed: u64) -> Progress {
        if let Some(total) = self.bar.length() {
            self.bar.set_length(total + completed);
        }
        self.bar.set_position(completed);
        self.bar.reset_eta();
        self
    }

    /// Counts an item as completed.
    pub fn complete_item(&self) {
        self.bar.inc(1);
    }

    /// Sets what is shown behind the number of items.
    pub fn set_details(&self, details: &str) {
        self.bar.set_message(details.to_string());
    }

    /// Waits for the work and shows its progress meanwhile. The bar is gone when it returns or is
    /// dropped.
    pub async fn show_during<F: Future>(&self, work: F) -> F::Output {
        let (first, interval) = match self.display {
            ProgressDisplay::Bar => (HIDDEN_FOR, BAR_INTERVAL),
            ProgressDisplay::Lines => (self.line_interval, self.line_interval),
            ProgressDisplay::Off => return work.await,
        };
        let _clear = ClearOnDrop(&self.bar);
        let mut work = pin!(work);
        let mut ticks = interval_at(Instant::now() + first, interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        std::future::poll_fn(|context| {
            let output = work.as_mut().poll(context);
            while output.is_pending() && ticks.poll_tick(context).is_ready() {
                self.tick();
            }
            output
        })
        .await
    }

    fn tick(&self) {
        match self.display {
            ProgressDisplay::Bar => {
                if self.bar.is_hidden() {
                    self.show_bar();
                }
                self.bar.tick();
            }
            ProgressDisplay::Lines => self.stderr.write_line(&self.line()),
            ProgressDisplay::Off => {}
        }
    }

    fn show_bar(&self) {
        let width = self.stderr.terminal_width().unwrap_or(DEFAULT_WIDTH);
        let bar = match width < MIN_BAR_WIDTH {
            true => "",
            false => "[{wide_bar}] ",
        };
        let template = match self.bar.length() {
            Some(_) => format!(
                "{bar}{{human_pos}}/{{human_len}} {}{{msg}}  {{rate}}  {{left}}",
                self.items
            ),
            None => format!("{{human_pos}} {}{{msg}}  {{rate}}  {{elapsed}}", self.items),
        };
        let style = ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.progress_chars("=> ");
        let items = self.items;
        let style = style.with_key(
            "rate",
            move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{}", rate_text(state.per_sec(), items));
            },
        );
        let style = style.with_key(
            "left",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{}", left_text(state.per_sec(), state.eta()));
            },
        );
        self.bar.set_style(style);
        let line = StatusLineTarget {
            stderr: self.stderr.clone(),
            text: Mutex::default(),
        };
        self.bar
            .set_draw_target(ProgressDrawTarget::term_like_with_hz(
                Box::new(line),
                REDRAW_RATE,
            ));
    }

    /// The progress as a line of text.
    fn line(&self) -> String {
        let done = HumanCount(self.bar.position());
        let of = self
            .bar
            .length()
            .map(|total| format!(" of {}", HumanCount(total)));
        let left = self
            .bar
            .length()
            .map(|_| format!(", {}", left_text(self.bar.per_sec(), self.bar.eta())));
        format!(
            "progress: {done}{} {}{}, {}{}",
            of.unwrap_or_default(),
            self.items,
            self.bar.message(),
            rate_text(self.bar.per_sec(), self.items),
            left.unwrap_or_default()
        )
    }
}

/// Items per second, with a decimal place only for a slow rate.
fn rate_text(per_second: f64, items: &str) -> String {
    match per_second < 9.95 {
        true => format!("{per_second:.1} {items}/s"),
        false => format!("{per_second:.0} {items}/s"),
    }
}

/// The estimate of the remaining time. There is none before the first item is done.
fn left_text(per_second: f64, left: Duration) -> String {
    match per_second > 0.0 {
        true => format!("{:#} left", HumanDuration(left)),
        false => "? left".to_string(),
    }
}

struct ClearOnDrop<'a>(&'a ProgressBar);

impl Drop for ClearOnDrop<'_> {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Collects what indicatif draws, and shows it as the status line. Since a bar is one line, its
/// cursor movements are of no importance.
#[derive(Debug)]
struct StatusLineTarget {
    stderr: Stderr,
    text: Mutex<String>,
}

impl StatusLineTarget {
    fn change(&self, change: impl FnOnce(&mut String)) -> io::Result<()> {
        change(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

impl TermLike for StatusLineTarget {
    /// The last column stays free, as some terminals break the line there.
    fn width(&self) -> u16 {
        let width = self.stderr.terminal_width().unwrap_or(DEFAULT_WIDTH);
        u16::try_from(width)
            .unwrap_or(u16::MAX)
            .saturating_sub(1)
            .max(1)
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.change(|line| line.push_str(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.change(String::clear)
    }

    fn flush(&self) -> io::Result<()> {
        let width = self.width().into();
        self.change(|line| {
            let shown: String = line.trim_end().chars().take(width).collect();
            self.stderr.set_status_line(&shown);
            line.clear();
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SharedBuffer;

    /// Completes items, one every `delay`, while their progress is shown.
    fn show(progress: &Progress, count: usize, delay: Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let work = async {
            for _ in 0..count {
                tokio::time::sleep(delay).await;
                progress.complete_item();
            }
        };
        runtime
            .expect("a runtime")
            .block_on(progress.show_during(work));
    }

    fn stderr(width: fn() -> Option<usize>) -> (SharedBuffer, Stderr) {
        let buffer = SharedBuffer::default();
        let stderr = Stderr::new(buffer.clone()).with_terminal_width(width);
        (buffer, stderr)
    }

    #[test]
    fn shows_bar_of_long_work_and_clears_it() {
        let (buffer, stderr) = stderr(|| Some(60));
        let progress = Progress::new("pools", Some(1_200), ProgressDisplay::Bar, stderr.clone());
        show(&progress, 12, Duration::from_millis(100));
        stderr.write_line("done");
        let text = buffer.take();
        assert!(
            text.ends_with("\r\x1b[K\r\x1b[Kdone\n") || text.ends_with("\r\x1b[Kdone\n"),
            "{text:?}"
        );
        let frames: Vec<_> = text.split("\r\x1b[K").collect();
        let bars = frames.iter().filter(|frame| frame.starts_with('['));
        let bars: Vec<_> = bars.collect();
        assert!(bars.len() >= 2, "{text:?}");
        for bar in &bars {
            assert!(bar.len() < 60, "{bar:?}");
            assert!(
                bar.contains("/1,200 pools  ") && bar.contains(" pools/s  "),
                "{bar:?}"
            );
            assert!(bar.ends_with(" left"), "{bar:?}");
        }
        assert!(
            bars.iter().any(|bar| bar.contains("] 10/1,200 pools")),
            "{text:?}"
        );
    }

    #[test]
    fn fits_narrow_terminals() {
        let widths: [fn() -> Option<usize>; 4] = [|| Some(0), || Some(1), || Some(20), || None];
        for width in widths {
            let (buffer, stderr) = stderr(width);
            let progress = Progress::new("pools", Some(9), ProgressDisplay::Bar, stderr);
            show(&progress, 3, Duration::from_millis(300));
            let text = buffer.take();
            let limit = width().unwrap_or(DEFAULT_WIDTH).saturating_sub(1).max(1);
            assert!(
                text.split("\r\x1b[K").all(|frame| frame.len() <= limit),
                "{text:?}"
            );
            let has_bar = text.split("\r\x1b[K").any(|frame| frame.starts_with('['));
            assert_eq!(has_bar, limit >= MIN_BAR_WIDTH, "{text:?}");
        }
    }

    #[test]
    fn shows_nothing_of_short_work() {
        for display in [
            ProgressDisplay::Bar,
            ProgressDisplay::Lines,
            ProgressDisplay::Off,
        ] {
            let (buffer, stderr) = stderr(|| Some(60));
            let progress = Progress::new("pools", Some(3), display, stderr);
            show(&progress, 1, Duration::from_millis(20));
            assert_eq!(buffer.take(), "", "{display:?}");
        }
    }

    #[test]
    fn prints_lines_without_terminal() {
        let (buffer, stderr) = stderr(|| None);
        let progress = Progress::new(
            "pools",
            Some(12_000),
            ProgressDisplay::Lines,
            stderr.clone(),
        );
        progress.tick();
        assert_eq!(
            buffer.take(),
            "progress: 0 of 12,000 pools, 0.0 pools/s, ? left\n"
        );
        (0..1_500).for_each(|_| progress.complete_item());
        std::thread::sleep(Duration::from_millis(50));
        progress.complete_item();
        progress.tick();
        let line = buffer.take();
        assert!(
            line.starts_with("progress: 1,501 of 12,000 pools, "),
            "{line}"
        );
        assert!(line.ends_with(" left\n") && !line.contains('?'), "{line}");
        let endless = Progress::new("records", None, ProgressDisplay::Lines, stderr);
        endless.complete_item();
        endless.tick();
        let line = buffer.take();
        assert!(
            line.starts_with("progress: 1 records, ") && line.ends_with(" records/s\n"),
            "{line}"
        );
    }

    #[test]
    fn counts_items_of_earlier_runs() {
        let (buffer, stderr) = stderr(|| None);
        let table = [(Some(50), " of 1,050"), (None, "")];
        for (total, shown_total) in table {
            let display = ProgressDisplay::Lines;
            let progress = Progress::new("pools", total, display, stderr.clone());
            let progress = progress.continue_from(1_000);
            std::thread::sleep(Duration::from_millis(50));
            progress.tick();
            let line = buffer.take();
            let want = format!("progress: 1,000{shown_total} pools, 0.0 pools/s");
            assert!(line.starts_with(&want), "{line}");
            progress.complete_item();
            progress.tick();
            let line = buffer.take();
            let want = format!("progress: 1,001{shown_total} pools, ");
            assert!(line.starts_with(&want), "{line}");
            // One in 50 ms at most.
            assert!(progress.bar.per_sec() <= 20.0, "{line}");
        }
    }

    #[test]
    fn prints_a_line_with_details_at_each_interval() {
        let (buffer, stderr) = stderr(|| None);
        let progress = Progress {
            line_interval: Duration::from_millis(100),
            ..Progress::new("identities", Some(7), ProgressDisplay::Lines, stderr)
        };
        progress.set_details(", 14 records");
        show(&progress, 7, Duration::from_millis(50));
        let text = buffer.take();
        let lines: Vec<_> = text.lines().collect();
        // More on a busy machine.
        assert!(lines.len() >= 2, "{text}");
        for line in lines {
            assert!(line.starts_with("progress: "), "{text}");
            assert!(line.contains(" of 7 identities, 14 records, "), "{text}");
        }
    }

    #[test]
    fn chooses_display() {
        let table = [
            (true, Some("xterm"), false, ProgressDisplay::Bar),
            (true, Some("dumb"), false, ProgressDisplay::Lines),
            (true, None, false, ProgressDisplay::Lines),
            (true, Some("xterm"), true, ProgressDisplay::Off),
            (false, Some("xterm"), false, ProgressDisplay::Lines),
            (false, Some("xterm"), true, ProgressDisplay::Off),
        ];
        for (is_terminal, term, debug, want) in table {
            let environment: Environment = term.map(|term| ("TERM", term)).into_iter().collect();
            let display = ProgressDisplay::new(is_terminal, debug, &environment);
            assert_eq!(display, want, "{is_terminal} {term:?} {debug}");
        }
    }
}
