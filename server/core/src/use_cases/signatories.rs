//! Who is left to say yes for the municipality: whoever takes part in a case cannot (R2), and in a small Verwaltung that may be
//! everybody.

use super::{Portal, resource};
use crate::{Ctx, authz::Action, error::Result, ports::CaseRecord};
use portal_model::{
    activation::Side, installation::InstallationState as I, pages::request::Signing, request::RequestState as R,
};

impl Portal {
    /// Who can say yes for the municipality, while that is still to come; and whether the person who looks is one of them.
    pub(super) async fn signing(&self, ctx: &Ctx, case: &CaseRecord) -> Result<(Option<Signing>, bool)> {
        if !is_to_come(case) {
            return Ok((None, false));
        }
        let mut barred = self.store().participants(case.request.id).await?;
        barred.extend(case.activation.iter().flat_map(|a| &a.approvals).map(|a| a.person));
        let all = self.store().signatories(case.request.municipality, ctx.now).await?;
        let (took_part, can): (Vec<_>, Vec<_>) = all.into_iter().partition(|(id, _)| barred.contains(id));
        let may = ctx.may(Action::ActivationDecideMunicipality, &resource(&case.request))
            && ctx.person_id().is_some_and(|person| !barred.contains(&person));
        let only_you = may && matches!(&can[..], [(id, _)] if ctx.person_id() == Some(*id));
        let names = |people: Vec<_>| people.into_iter().map(|(_, name)| name).collect();
        Ok((Some(Signing { can: names(can), took_part: names(took_part), only_you }), may))
    }
}

/// Whether the yes of the municipality is still to come. A release that is only connected needs none.
fn is_to_come(case: &CaseRecord) -> bool {
    match case.installation.as_ref().map(|i| i.state) {
        None => !matches!(case.request.state, R::Declined | R::Withdrawn),
        Some(I::Changing | I::InTest | I::TestFailed | I::InAcceptance | I::Defective | I::Accepted) => true,
        Some(I::Activating) => {
            let given =
                |a: &portal_model::activation::Activation| a.approvals.iter().any(|x| x.side == Side::Municipality);
            case.activation.as_ref().is_some_and(|a| !given(a))
        }
        Some(I::Live | I::Suspending | I::Suspended | I::Resuming | I::RollingBack) => false,
        Some(I::Connected | I::Removing | I::Removed) => false,
    }
}
