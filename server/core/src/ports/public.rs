//! What everybody may see: which commits change it, and how often it has changed.

use super::Write;
use portal_model::installation::InstallationState;

/// What everybody may see without signing in. Whoever keeps it in memory is told when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Public {
    /// Verfahren and their releases.
    Catalogue,
    /// Who runs what.
    Adoption,
    /// Organisations and their names.
    Organisations,
}

impl Public {
    /// All parts.
    pub const ALL: [Public; 3] = [Public::Catalogue, Public::Adoption, Public::Organisations];
}

/// How often each part of [`Public`] has changed, as far as this process knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PublicVersion([u64; 3]);

impl PublicVersion {
    /// The count of one part.
    pub fn of(&self, part: Public) -> u64 {
        self.0[part as usize]
    }

    /// Counts a change.
    pub fn count(&mut self, part: Public) {
        let count = &mut self.0[part as usize];
        *count = count.wrapping_add(1);
    }
}

impl Write {
    /// What it changes of that which everybody may see. Every new kind of write has to decide.
    pub fn public(&self) -> Option<Public> {
        use InstallationState as I;
        match self {
            Write::InsertVerfahren(_) | Write::InsertRelease(_) | Write::UpdateRelease { .. } => {
                Some(Public::Catalogue)
            }
            Write::InsertOrganisation(..) => Some(Public::Organisations),
            // From the moment it is live until it is stopped or gone; nothing before and in between shows to others.
            Write::InsertInstallation(i) | Write::UpdateInstallation(i) => {
                let shows = matches!(i.state, I::Live | I::Connected | I::Suspending | I::Removing | I::Removed);
                shows.then_some(Public::Adoption)
            }
            Write::InsertPerson(_)
            | Write::InsertIdentity(..)
            | Write::InsertMembership(..)
            | Write::InsertMandate(_)
            | Write::RevokeMandate(..)
            | Write::InsertDataCentre(_)
            | Write::InsertTarget(_)
            | Write::AdmitTrials(..)
            | Write::SetLimits { .. }
            | Write::SetMirrors(..)
            | Write::SetStopped(..)
            | Write::InsertMaintenance(_)
            | Write::CancelMaintenance(..)
            | Write::PutEvidence(_)
            | Write::PutTargetDraft(_)
            | Write::DeleteTargetDraft(_)
            | Write::SweepTargetDrafts(_)
            | Write::InsertTrial(_)
            | Write::UpdateTrial(_)
            | Write::HurryTrial(..)
            | Write::DeleteSecrets(_)
            | Write::InsertRequest(_)
            | Write::UpdateRequest(_)
            | Write::InsertDeployment(_)
            | Write::InsertConfiguration(_)
            | Write::PutSecret(_)
            | Write::InsertDataKey(..)
            | Write::RewrapDataKey { .. }
            | Write::InsertOperation(_)
            | Write::MoveOperation { .. }
            | Write::InsertTestRun(_)
            | Write::InsertRevision(_)
            | Write::PointRevision(..)
            | Write::MarkHealthy(..)
            | Write::InsertAcceptance(_)
            | Write::InsertActivation(_)
            | Write::UpdateActivation(_)
            | Write::InsertApproval(..)
            | Write::InsertPackage(_)
            | Write::InsertSubmission(..)
            | Write::UpdateSubmission(..)
            | Write::InsertMessage(_)
            | Write::InsertToken(..)
            | Write::RevokeToken(..)
            | Write::InsertVendorKey(_)
            | Write::RevokeVendorKey(..)
            | Write::RequireSignatures(..)
            | Write::InsertFeedback(_)
            | Write::AnswerFeedback(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_part_for_itself() {
        let mut version = PublicVersion::default();
        version.count(Public::Adoption);
        version.count(Public::Adoption);
        version.count(Public::Organisations);
        assert_eq!(Public::ALL.map(|part| version.of(part)), [0, 2, 1]);
    }
}
