//! The numbers that stand for words in the file. They are never given another meaning.

use goodgate_incident::{Doubt, State};

use crate::store::{AlertState, Grain, ProofKind};

/// Returns the number of a state.
pub(super) const fn of_state(state: State) -> u8 {
    match state {
        State::Up => 0,
        State::Suspect => 1,
        State::Partial => 2,
        State::Down => 3,
        State::Unknown => 4,
        State::Paused => 5,
        State::Maintenance => 6,
    }
}

/// Finds a state by its number.
pub(super) fn state(code: u8) -> Option<State> {
    State::ALL.into_iter().find(|state| of_state(*state) == code)
}

/// Returns the number of a doubt.
pub(super) const fn of_doubt(doubt: Doubt) -> u8 {
    match doubt {
        Doubt::Network => 0,
        Doubt::Resolver => 1,
        Doubt::Clock => 2,
        Doubt::Processor => 3,
        Doubt::Resources => 4,
    }
}

/// Finds a doubt by its number.
pub(super) fn doubt(code: u8) -> Option<Doubt> {
    Doubt::ALL.into_iter().find(|doubt| of_doubt(*doubt) == code)
}

/// Returns the number of a grain.
pub(super) const fn of_grain(grain: Grain) -> u8 {
    match grain {
        Grain::Minute => 0,
        Grain::Hour => 1,
        Grain::Day => 2,
    }
}

/// Returns the number of the state of an alert. The statements know that 0 is pending.
pub(super) const fn of_alert(state: AlertState) -> u8 {
    match state {
        AlertState::Pending => 0,
        AlertState::Accepted => 1,
        AlertState::Dead => 2,
        AlertState::Superseded => 3,
    }
}

/// Finds the state of an alert by its number.
pub(super) fn alert(code: u8) -> Option<AlertState> {
    AlertState::ALL.into_iter().find(|state| of_alert(*state) == code)
}

/// Finds a kind of proof by its word.
pub(super) fn proof(slug: &str) -> Option<ProofKind> {
    ProofKind::ALL.into_iter().find(|kind| kind.slug() == slug)
}
