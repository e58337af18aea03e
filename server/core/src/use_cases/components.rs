//! „Which installations contain component X?"

use super::Portal;
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    package,
    ports::{Component, ComponentCursor, ComponentSearch, ComponentUse},
};
use portal_model::{
    PortalError,
    pages::packages::{ComponentPage, ComponentRow},
};

/// Rows on a page.
const PAGE: i64 = 50;

impl Portal {
    /// Releases with a component, and the installations of them that the person may see.
    ///
    /// # Errors
    /// `NotFound` for anyone who sees no installation at all.
    pub async fn component_page(
        &self,
        ctx: &Ctx,
        q: &str,
        version: &str,
        after: Option<&str>,
    ) -> Result<ComponentPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let scope = ctx.scope(Action::ComponentSearch);
        if scope.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let (q, version) = (q.trim(), version.trim());
        let mut page = ComponentPage { q: q.to_owned(), version: version.to_owned(), ..ComponentPage::default() };
        if q.is_empty() {
            return Ok(page);
        }
        let after = after.and_then(read_cursor);
        let wanted = (!version.is_empty()).then_some(version);
        let found = async |search| self.store().component_uses(&scope, &search, wanted, after.clone(), PAGE + 1).await;
        let mut uses = match q.contains('/') {
            true => found(ComponentSearch::Key(package::sbom::search_key(q))).await?,
            false => Vec::new(),
        };
        // Names have slashes too: what is no package URL may be one of them.
        if uses.is_empty() {
            uses = found(ComponentSearch::Word(Component::name_key_of(q))).await?;
        }
        if uses.len() as i64 > PAGE {
            uses.truncate(PAGE as usize);
            page.next = uses.last().map(cursor);
        }
        let catalogue = self.catalogue_now().await?;
        page.rows = uses
            .into_iter()
            .filter_map(|u| {
                let release = catalogue.release(u.release)?;
                let entry = catalogue.by_id(release.release.verfahren)?;
                Some(ComponentRow {
                    component: u.component.name,
                    component_version: u.component.version,
                    slug: entry.verfahren.slug.clone(),
                    verfahren: release.release.facts.name.clone(),
                    version: release.release.version.clone(),
                    state: release.release.state,
                    installation: u.installation.map(|(_, name, reference)| (name, reference)),
                })
            })
            .collect();
        Ok(page)
    }
}

/// Where the next page begins. The version comes last, since it may hold anything.
fn cursor(u: &ComponentUse) -> String {
    let installation = u.installation_id.map(|id| id.to_string()).unwrap_or_default();
    format!("{}~{}~{installation}~{}", u.release, u.number, u.component.version)
}

fn read_cursor(text: &str) -> Option<ComponentCursor> {
    let mut parts = text.splitn(4, '~');
    let (release, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let installation = match parts.next()? {
        "" => None,
        id => Some(id.parse().ok()?),
    };
    Some(ComponentCursor { version: parts.next()?.to_owned(), release, number, installation })
}
