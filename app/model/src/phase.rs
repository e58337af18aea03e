//! The five phases that people see: Antrag → Test → Abnahme → Freischaltung → Live.

use crate::{installation::InstallationState, request::RequestState, words};

words! {
    /// A phase.
    Phase {
        /// Antrag.
        Request = "request",
        /// Test.
        Test = "test",
        /// Abnahme.
        Acceptance = "acceptance",
        /// Freischaltung.
        Activation = "activation",
        /// Live.
        Live = "live",
    }
}

/// The phase of a case from the states of its request and installation.
pub fn phase(request: RequestState, installation: Option<InstallationState>) -> Phase {
    use InstallationState::*;
    match installation {
        None if request == RequestState::Accepted => Phase::Test,
        None | Some(Changing) => Phase::Request,
        Some(InTest | TestFailed) => Phase::Test,
        Some(InAcceptance | Defective) => Phase::Acceptance,
        Some(Accepted | Activating) => Phase::Activation,
        Some(Live | Suspending | Suspended | Resuming | RollingBack | Connected | Removing | Removed) => Phase::Live,
    }
}
