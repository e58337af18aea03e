//! What follows in the domain from a step or from the end of an operation. Pure: facts in, writes and events out; they
//! are committed in the same record as the step.

use super::{OperationInput, events, sources::Prepared, steps::CheckOutput, steps::Outputs};
use crate::ports::{TargetError, Write, new_uuid};
use portal_model::{
    RevisionId, Timestamp,
    activation::{Activation, ActivationState},
    event::NewEvent,
    installation::{Deployment, Installation, InstallationState, Revision},
    operation::{FailureCause, OfCase, Operation, StepKind},
    test_run::TestRun,
    trial::Trial,
};

/// What the domain knows of the subject of an operation.
#[derive(Debug, Clone)]
pub enum About {
    /// A case.
    Case(Box<CaseFacts>),
    /// A trial of a package.
    Trial(Box<Trial>),
}

/// What the domain knows of a case.
#[derive(Debug, Clone)]
pub struct CaseFacts {
    /// The case as the operation names it.
    pub of: OfCase,
    /// Its installation.
    pub installation: Installation,
    /// The deployments of the installation.
    pub deployments: Vec<Deployment>,
    /// The activation that the operation carries out.
    pub activation: Option<Activation>,
    /// The test run that the activation rests on.
    pub test_run: Option<TestRun>,
    /// When the first evidence of the data centre ends.
    pub evidence_until: Option<Timestamp>,
}

impl CaseFacts {
    /// The revision that the deployment points to, which the operation works on.
    pub fn current(&self) -> Option<RevisionId> {
        self.deployments.iter().find(|d| d.id == self.of.deployment).and_then(|d| d.revision)
    }
}

/// What the domain knows at this moment.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The operation.
    pub operation: Operation,
    /// Its input.
    pub input: OperationInput,
    /// What it is about.
    pub about: About,
    /// Outputs of done steps.
    pub outputs: Outputs,
    /// When the current attempt began.
    pub since: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// How old a test run may be, in days.
    pub evidence_days: i64,
}

impl Facts {
    /// The case, unless it is a trial.
    pub fn case(&self) -> Option<&CaseFacts> {
        match &self.about {
            About::Case(case) => Some(case),
            About::Trial(_) => None,
        }
    }

    /// The trial, if it is one.
    pub fn trial(&self) -> Option<&Trial> {
        match &self.about {
            About::Case(_) => None,
            About::Trial(trial) => Some(trial),
        }
    }
}

/// Changes that follow, and what is said about them.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// Changes.
    pub writes: Vec<Write>,
    /// Events.
    pub events: Vec<NewEvent>,
}

impl Effects {
    /// Adds a change.
    pub fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }

    /// Moves the installation, if its table of transitions allows it; somebody may have begun to take it down.
    pub fn installation(self, facts: &Facts, state: InstallationState) -> Self {
        match facts.case() {
            Some(case) => self.moved(facts, case.installation.clone(), state),
            None => self,
        }
    }

    /// Production runs what the operation has brought there: from now on that is what the installation is, and it may be
    /// applied again.
    pub fn in_production(self, facts: &Facts) -> Self {
        let (Some(case), Some(content)) = (facts.case(), &facts.input.content) else { return self };
        let installation = Installation {
            release: content.release,
            configuration: Some(content.configuration),
            ..case.installation.clone()
        };
        let healthy = case.current().map(|revision| Write::MarkHealthy(revision, facts.now));
        healthy.into_iter().fold(self, Self::write).moved(facts, installation, InstallationState::Live)
    }

    fn moved(mut self, facts: &Facts, installation: Installation, state: InstallationState) -> Self {
        if !installation.state.may_become(state) {
            return self;
        }
        let live_since = match state {
            InstallationState::Live => installation.live_since.or(Some(facts.now)),
            InstallationState::Removed => None,
            _ => installation.live_since,
        };
        self.events.push(events::installation_state(&facts.operation, facts.now, state));
        self.write(Write::UpdateInstallation(Installation {
            state,
            live_since,
            state_since: facts.now,
            version: installation.version + 1,
            ..installation
        }))
    }

    /// Moves the activation, if it is still being carried out.
    pub fn activation(self, facts: &Facts, state: ActivationState) -> Self {
        match facts.case().and_then(|c| c.activation.as_ref()) {
            Some(activation) if activation.state == ActivationState::Approved => {
                let version = activation.version + 1;
                self.write(Write::UpdateActivation(Activation { state, version, ..activation.clone() }))
            }
            _ => self,
        }
    }

    /// What is about to be applied, so that the constraint of the database (R1) speaks before the first effect.
    ///
    /// # Errors
    /// If the input names no content or no data centre.
    pub fn revision(self, facts: &Facts) -> Result<Self, TargetError> {
        let broken = |what: &str| TargetError::new(FailureCause::Internal, format!("input without {what}"));
        let content = facts.input.content.clone().ok_or_else(|| broken("content"))?;
        let data_centre = facts.input.data_centre.ok_or_else(|| broken("data centre"))?;
        let case = facts.case().ok_or_else(|| broken("case"))?;
        Ok(self.write(Write::InsertRevision(Revision {
            id: RevisionId(new_uuid(facts.now)),
            deployment: case.of.deployment,
            stage: facts.input.stage,
            operation: facts.operation.id,
            release: content.release,
            configuration: content.configuration,
            package_digest: content.package_digest,
            config_digest: content.config_digest,
            data_centre,
            test_run: facts.input.test_run,
            activation: facts.operation.activation,
            restored_from: facts.input.restored_from,
            applied_at: facts.now,
        })))
    }

    /// After everything was taken back: the deployment runs what it ran before, or nothing.
    pub fn unwound(self, facts: &Facts) -> Self {
        if let (Some(before), Some(case)) = (&facts.input.before, facts.case()) {
            return self.write(Write::PointRevision(case.of.deployment, Some(before.revision)));
        }
        match (facts.outputs.get::<CheckOutput>(StepKind::Check), facts.case()) {
            (Some(check), Some(case)) if check.before.is_empty() => {
                self.write(Write::PointRevision(case.of.deployment, None))
            }
            _ => self,
        }
    }
}

/// What was rendered is what was asked for (R8).
///
/// # Errors
/// `PackageRefused` with the digest that differs.
pub fn same_pair(input: &OperationInput, prepared: &Prepared) -> Result<(), TargetError> {
    let refuse = |what: &str| Err(TargetError::new(FailureCause::PackageRefused, format!("{what} differs")));
    if input.tried.as_ref().is_some_and(|tried| tried.digest != prepared.package_digest) {
        return refuse("package_digest");
    }
    let Some(content) = &input.content else { return Ok(()) };
    if content.package_digest != prepared.package_digest {
        return refuse("package_digest");
    }
    if content.config_digest != prepared.config_digest {
        return refuse("config_digest");
    }
    Ok(())
}
