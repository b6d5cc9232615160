//! What is logged, changed while the program runs: for a while, so that a `trace` that somebody forgot does not fill a disk.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, reload};

use crate::Error;

/// Bytes of directives.
const LONGEST: usize = 1_024;

/// Directives at once.
const MOST: usize = 64;

/// How long a change holds at most.
const LONGEST_TIME: Duration = Duration::from_secs(24 * 3_600);

/// What somebody wants to be logged for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// `level` or `module=level`, with commas between them.
    pub directives: String,
    /// When it ends.
    pub until: Timestamp,
}

/// What is logged now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelsInUse {
    /// What the configuration says.
    pub base: String,
    /// What was said for a while, where there is something.
    pub wish: Option<Wish>,
}

/// Changes what is logged; clones change the same.
#[derive(Debug)]
pub struct Levels<S> {
    handle: reload::Handle<EnvFilter, S>,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl<S> Clone for Levels<S> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), state: Arc::clone(&self.state) }
    }
}

#[derive(Debug)]
struct State {
    base: String,
    wish: Option<(Wish, Instant)>,
    /// Whether a thread waits for the end of the wish.
    watched: bool,
}

/// Checks directives that somebody typed: levels, and modules with their levels. Filters on spans and on values are no matter
/// of a level, and a module without a level would be logged whole.
///
/// # Errors
/// The directive that makes no sense, and how it could.
pub fn check_directives(text: &str) -> Result<(), Error> {
    let wrong = |what: &str| {
        let hint = "Give levels such as info, or modules with levels such as info,store=debug,app::jobs=trace.";
        Err(Error::of_field("levels", what, hint))
    };
    if text.is_empty() || text.len() > LONGEST || text.split(',').count() > MOST {
        return wrong(&format!("Levels have 1 to {LONGEST} bytes and at most {MOST} parts."));
    }
    for directive in text.split(',').map(str::trim) {
        let (module, level) =
            directive.split_once('=').map_or((None, directive), |(module, level)| (Some(module), level));
        let known = ["off", "error", "warn", "info", "debug", "trace"].contains(&level);
        let named = module.is_none_or(|module| {
            module.split("::").all(|part| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
            })
        });
        if !known || !named {
            let shown: String = directive.chars().take(60).flat_map(char::escape_debug).collect();
            return wrong(&format!("“{shown}” is no level, and no module with a level."));
        }
    }
    Ok(())
}

/// Checks for how long levels are changed.
pub(crate) fn check_time(lasts: Duration) -> Result<(), Error> {
    if lasts.is_zero() || lasts > LONGEST_TIME {
        let hint = "Give a time such as 15 minutes; the configuration is for what shall stay.";
        return Err(Error::of_field("for", "Levels can be changed for up to a day.", hint));
    }
    Ok(())
}

fn filter(text: &str) -> Result<EnvFilter, Error> {
    EnvFilter::try_new(text).map_err(|cause| {
        let mut error = Error::of_field("levels", "This is no log filter.", "Give error, warn, info, debug or trace.");
        error.source = Some(Box::new(cause));
        error
    })
}

impl<S: 'static> Levels<S> {
    /// The layer that filters, and what changes it. `base` is the operator's, and may be all that an `EnvFilter` can be.
    ///
    /// # Errors
    /// When `base` is no filter.
    pub fn new(base: &str) -> Result<(reload::Layer<EnvFilter, S>, Self), Error> {
        let (layer, handle) = reload::Layer::new(filter(base)?);
        let state = State { base: base.to_owned(), wish: None, watched: false };
        Ok((layer, Self { handle, state: Arc::new((Mutex::new(state), Condvar::new())) }))
    }

    /// What is logged now.
    #[must_use]
    pub fn in_use(&self) -> LevelsInUse {
        let state = self.state();
        LevelsInUse { base: state.base.clone(), wish: state.wish.as_ref().map(|(wish, _)| wish.clone()) }
    }

    /// Takes what the configuration says now. What was said for a while holds until its end.
    ///
    /// # Errors
    /// When `base` is no filter; everything stays then.
    pub fn set_base(&self, base: &str) -> Result<(), Error> {
        let made = filter(base)?;
        let mut state = self.state();
        base.clone_into(&mut state.base);
        match &state.wish {
            Some((wish, _)) => self.apply(filter(&format!("{base},{}", wish.directives))?),
            None => self.apply(made),
        }
    }

    /// Logs by `directives` for a while, and by the base again after it. What they do not name is logged by the base. A second
    /// wish takes the place of the first.
    ///
    /// # Errors
    /// When a directive makes no sense, or the time is zero or longer than a day; everything stays then.
    pub fn wish(&self, directives: &str, lasts: Duration) -> Result<Wish, Error> {
        check_directives(directives)?;
        check_time(lasts)?;
        let until = Timestamp::now().checked_add(lasts).unwrap_or(Timestamp::MAX);
        let wish = Wish { directives: directives.to_owned(), until };
        let mut state = self.state();
        // Later directives win over earlier ones.
        self.apply(filter(&format!("{},{directives}", state.base))?)?;
        state.wish = Some((wish.clone(), Instant::now() + lasts));
        let watch = !std::mem::replace(&mut state.watched, true);
        drop(state);
        self.state.1.notify_all();
        if watch && let Err(cause) = self.watch() {
            self.end()?;
            self.state().watched = false;
            return Err(Error::of_system(
                "Nothing could watch the end of this time.",
                "Raise the limit of threads.",
                cause,
            ));
        }
        tracing::info!(directives, %until, "what is logged was changed for a while");
        Ok(wish)
    }

    /// Logs by the base again.
    ///
    /// # Errors
    /// When there is no log any more.
    pub fn end(&self) -> Result<(), Error> {
        let restored = self.restore(&mut self.state());
        self.state.1.notify_all();
        restored
    }

    fn restore(&self, state: &mut State) -> Result<(), Error> {
        state.wish = None;
        self.apply(filter(&state.base)?)
    }

    fn apply(&self, filter: EnvFilter) -> Result<(), Error> {
        self.handle.reload(filter).map_err(|cause| {
            let mut error =
                Error::of_field("levels", "What is logged could not be changed.", "Start the program again.");
            error.source = Some(Box::new(cause));
            error
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread that waits for the end of the wish, however often that is changed.
    fn watch(&self) -> std::io::Result<()> {
        let own = self.clone();
        let work = move || {
            let mut state = own.state();
            while let Some((_, end)) = &state.wish {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    // Told after the lock is free, and looked at again: the next wish may be there by then.
                    let restored = own.restore(&mut state);
                    drop(state);
                    match restored {
                        Ok(()) => tracing::info!("what is logged is as configured again"),
                        Err(cause) => tracing::error!(cause = ?cause.source, "{}", cause.message),
                    }
                    state = own.state();
                    continue;
                }
                state = own.state.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            state.watched = false;
        };
        std::thread::Builder::new().name("log-levels".to_owned()).spawn(work).map(drop)
    }
}
