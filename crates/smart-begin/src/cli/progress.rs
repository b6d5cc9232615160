//! A progress bar on a terminal, for what takes longer than half a second.

use std::io::IsTerminal as _;
use std::time::Duration;

use app::{Step, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_millis(500);

/// Draws the steps of a call on stderr once they take long.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} {elapsed}") {
            bar.set_style(style);
        }
        if std::io::stderr().is_terminal() {
            let shown = bar.clone();
            // Ends with the process at the latest; a bar that was finished by then stays hidden.
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                if !shown.is_finished() {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        Self { bar }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Progress {
    fn step(&self, step: Step) {
        self.bar.set_length(u64::from(step.of));
        self.bar.set_position(u64::from(step.number));
        self.bar.set_message(step.message);
    }

    fn cancelled(&self) -> bool {
        false
    }
}
