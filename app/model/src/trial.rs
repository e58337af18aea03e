//! Trials (Probeläufe): a package that is not released yet is set up with sample values in a target that its operator
//! admitted for that, is tested there, and is removed again. A trial is no evidence for production (R1).

use crate::{
    PersonId, SubmissionId, TargetId, Timestamp, TokenId, TrialId, operation::Failure, reference::Reference,
    test_run::TestCase, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// How a trial came out.
    TrialResult {
        /// Every test passed.
        Passed = "passed",
        /// It ran, and at least one test did not pass.
        Failed = "failed",
        /// It could not be set up, or its tests came to no end.
        Broken = "broken",
        /// Somebody called it off.
        Cancelled = "cancelled",
    }
}

/// A trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Id.
    pub id: TrialId,
    /// `BE-…`: that of its operation.
    pub reference: Reference,
    /// What is tried.
    pub submission: SubmissionId,
    /// Digest of the content that is tried; a later content is another one.
    pub digest: String,
    /// Where; always a test environment.
    pub target: TargetId,
    /// Name of the instance in the target, used once.
    pub instance: String,
    /// Grows by one with every change; the expected one is named when writing.
    pub version: i64,
    /// Who started it. With an access key: who made the key.
    pub started_by: PersonId,
    /// The access key it was started with, if not from a browser.
    pub token: Option<TokenId>,
    /// Who called it off.
    pub cancelled_by: Option<PersonId>,
    /// How it came out, as soon as that is known; its objects may still be there.
    pub result: Option<TrialResult>,
    /// Why it could not be carried through.
    pub failure: Option<Failure>,
    /// What the tests said, in the order of the package.
    pub cases: Vec<TestCase>,
    /// Who said that its target is gone and nothing of it can be removed any more.
    pub given_up_by: Option<PersonId>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When nothing of it was left in the target, or the target itself was declared gone.
    pub finished_at: Option<Timestamp>,
}

/// Tests of a trial without their logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCount {
    /// How many ran.
    pub tests: i64,
    /// Those of them that passed.
    pub passed: i64,
    /// How long they took together, in milliseconds.
    pub millis: i64,
}

impl Trial {
    /// What its tests come to.
    pub fn count(&self) -> TestCount {
        self.cases.iter().fold(TestCount::default(), |sum, case| TestCount {
            tests: sum.tests + 1,
            passed: sum.passed + i64::from(case.passed),
            millis: sum.millis.saturating_add(case.duration_ms),
        })
    }

    /// Whether it can still be called off.
    pub fn may_be_cancelled(&self) -> bool {
        self.finished_at.is_none() && self.result.is_none() && self.cancelled_by.is_none()
    }
}
