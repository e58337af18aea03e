//! Addresses in `publiccode.yml` that lead nowhere. A look at them, never a condition.

use super::Portal;
use crate::{
    package::{PUBLICCODE, Package, Publiccode, Tree},
    ports::LinkAnswer,
};
use futures::future::join_all;
use portal_model::finding::{Finding, Rule};

/// Most addresses of a package that are looked at, all at once.
const MAX_ADDRESSES: usize = 6;

impl Portal {
    /// Hints about addresses that do not answer; none if the operator does not want the portal to look.
    pub(super) async fn dead_links(&self, package: &Package) -> Vec<Finding> {
        let looks = addresses(&package.publiccode).into_iter().map(async |(key, address)| {
            let finding = |rule| Finding::new(rule, PUBLICCODE, key).with("value", &address);
            match self.links.look(&address).await {
                LinkAnswer::Fine => None,
                LinkAnswer::Gone(status) => Some(finding(Rule::LinkGone).with("status", status)),
                LinkAnswer::Silent => Some(finding(Rule::LinkSilent)),
            }
        });
        join_all(looks).await.into_iter().flatten().collect()
    }
}

/// Source, page and documentation, each address once.
fn addresses(publiccode: &Publiccode) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let languages = publiccode.at("description").map(Tree::entries).unwrap_or_default();
    let documentation = languages.iter().map(|(language, _)| format!("description.{language}.documentation"));
    for key in ["url", "landingURL"].map(str::to_owned).into_iter().chain(documentation) {
        let address = publiccode.text(&key).to_owned();
        if found.len() < MAX_ADDRESSES && !address.is_empty() && found.iter().all(|(_, known)| *known != address) {
            found.push((key, address));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_few_addresses_and_at_each_once() {
        let text = "url: https://a.example\nlandingURL: ' https://b.example '\ndescription:\n  de: {documentation: https://c.example}\n  en: {documentation: https://c.example}";
        let found = addresses(&Publiccode::parse(PUBLICCODE, text.as_bytes()).unwrap());
        let pairs: Vec<_> = found.iter().map(|(k, a)| (k.as_str(), a.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("url", "https://a.example"),
                ("landingURL", "https://b.example"),
                ("description.de.documentation", "https://c.example")
            ]
        );
        let many: String = (0..20).map(|i| format!("  l{i}: {{documentation: https://{i}.example}}\n")).collect();
        let many = Publiccode::parse(PUBLICCODE, format!("description:\n{many}").as_bytes()).unwrap();
        assert_eq!(addresses(&many).len(), MAX_ADDRESSES);
    }
}
