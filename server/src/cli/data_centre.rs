//! `portal data-centre` and `portal target`: what the operator of the portal agrees with a data centre.

use super::{say, say_error};
use crate::{config::Config, serve};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use portal_core::{
    Actor, CoreError, Ctx, Portal,
    engine::Places as _,
    ports::Place,
    target_rights,
    use_cases::{NewDataCentre, NewTarget, TRIALS_AT_ONCE},
};
use portal_model::{
    DataCentreId, Land, Lang, PortalError, TargetId, Timestamp,
    data_centre::{Stage, Target, TargetKind},
    operating::Operating,
};
use portal_targets::kubernetes::{KubernetesTarget, kubeconfig};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// How long a data centre may take to answer one call.
const DEADLINE: Duration = Duration::from_secs(15);

#[derive(Debug, Subcommand)]
pub enum DataCentreCommand {
    /// Register a data centre
    Add(DataCentreArgs),
}

#[derive(Debug, Args)]
pub struct DataCentreArgs {
    /// Name as people read it
    #[arg(long)]
    name: String,
    /// Short name for commands and addresses
    #[arg(long)]
    slug: String,
    /// Short name of the operator
    #[arg(long)]
    operator: String,
    /// Two-digit keys of the Länder it serves, such as 01,09
    #[arg(long, value_delimiter = ',', required = true)]
    land: Vec<String>,
    /// Last day of its C5 evidence (2027-06-30)
    #[arg(long, value_name = "DAY")]
    evidence_until: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum TargetCommand {
    /// Check a namespace that a data centre provides, and register it
    Add(TargetArgs),
    /// Check a registered target again: version, permissions, quota, classes
    Check(CheckArgs),
    /// Print the YAML that the operator of a data centre applies, for one namespace or several
    Rights(RightsArgs),
    /// Admit trials of packages in a test environment, or no longer
    Trials(TrialArgs),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Short name of the data centre
    #[arg(long)]
    data_centre: String,
    /// Namespace
    #[arg(long)]
    namespace: String,
}

#[derive(Debug, Args)]
pub struct RightsArgs {
    /// Namespaces; the ServiceAccount lies in the first one
    #[arg(long, value_delimiter = ',', required = true)]
    namespace: Vec<String>,
    /// How many installations each takes, for the quota
    #[arg(long, default_value_t = 100)]
    capacity: i64,
}

#[derive(Debug, Args)]
pub struct TrialArgs {
    /// Short name of the data centre
    #[arg(long)]
    data_centre: String,
    /// Namespace
    #[arg(long)]
    namespace: String,
    /// Whether trials are admitted
    #[arg(value_parser = ["on", "off"])]
    admit: String,
    /// Trials at the same time
    #[arg(long, default_value_t = TRIALS_AT_ONCE)]
    at_once: i64,
}

#[derive(Debug, Args)]
pub struct TargetArgs {
    /// Short name of the data centre
    #[arg(long)]
    data_centre: String,
    /// test or production
    #[arg(long)]
    stage: String,
    /// Namespace
    #[arg(long)]
    namespace: String,
    /// Domain of what runs there: hosts are INSTANCE.DOMAIN
    #[arg(long)]
    domain: String,
    /// Kubeconfig of the ServiceAccount that is limited to the namespace
    #[arg(long, value_name = "FILE")]
    kubeconfig: PathBuf,
    /// How many installations it takes
    #[arg(long, default_value_t = 100)]
    capacity: i64,
    /// Short name of the only Verwaltung it serves
    #[arg(long, value_name = "VERWALTUNG")]
    only_for: Option<String>,
    /// Class of Ingress objects, instead of the cluster's default
    #[arg(long, default_value = "")]
    ingress_class: String,
    /// Class of volumes, instead of the cluster's default
    #[arg(long, default_value = "")]
    storage_class: String,
    /// Secret with the certificate for the domain, which the data centre keeps
    #[arg(long, default_value = "")]
    tls_secret: String,
}

pub async fn data_centre(config: &Config, command: DataCentreCommand) -> Result<ExitCode> {
    let DataCentreCommand::Add(args) = command;
    let laender = args.land.iter().map(|key| Land::from_key(key).with_context(|| format!("{key} is no Land")));
    let new = NewDataCentre {
        laender: laender.collect::<Result<_>>()?,
        evidence_until: args.evidence_until.as_deref().map(last_day).transpose()?,
        name: args.name,
        slug: args.slug.clone(),
        operator: args.operator,
        simulated: false,
    };
    let (portal, storage) = serve::open(config, false).await?;
    let added = portal.data_centre_add(&ctx(&portal), new).await;
    storage.close().await;
    added.map_err(|e| explain(&e, "there is no such operator"))?;
    say(&format!("Registered {}.", args.slug));
    Ok(ExitCode::SUCCESS)
}

pub async fn target(config: &Config, command: TargetCommand) -> Result<ExitCode> {
    match command {
        TargetCommand::Add(args) => add(config, args).await,
        TargetCommand::Check(args) => check(config, args).await,
        TargetCommand::Rights(args) => {
            let names: Vec<&str> = args.namespace.iter().map(String::as_str).collect();
            say(target_rights::yaml(&names, args.capacity).trim_end());
            Ok(ExitCode::SUCCESS)
        }
        TargetCommand::Trials(args) => trials(config, args).await,
    }
}

async fn check(config: &Config, args: CheckArgs) -> Result<ExitCode> {
    let (portal, storage) = serve::open(config, false).await?;
    let found = async {
        let target = portal.target_named(&ctx(&portal), &args.data_centre, &args.namespace).await?;
        let place = portal.place(target.id).await;
        Ok::<_, CoreError>((place, portal.has_test_target(target.data_centre).await?))
    };
    let found = found.await;
    storage.close().await;
    let (place, has_test) = found.map_err(|e| explain(&e, "there is no such target"))?;
    let place = Place { deadline: DEADLINE, ..place.context("the credential cannot be opened")? };
    let usable = is_usable(&place).await?;
    if !has_test {
        say_error("The data centre has no test environment: nothing can go to production there.");
    }
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn trials(config: &Config, args: TrialArgs) -> Result<ExitCode> {
    let (portal, storage) = serve::open(config, false).await?;
    let ctx = ctx(&portal);
    let admitted = async {
        let target = portal.target_named(&ctx, &args.data_centre, &args.namespace).await?;
        portal.trials_admit(&ctx, target.id, if args.admit == "on" { args.at_once.max(1) } else { 0 }).await
    };
    let admitted = admitted.await;
    storage.close().await;
    admitted.map_err(|e| explain(&e, "there is no such target"))?;
    say(&format!("Trials in {}/{}: {}.", args.data_centre, args.namespace, args.admit));
    Ok(ExitCode::SUCCESS)
}

async fn add(config: &Config, args: TargetArgs) -> Result<ExitCode> {
    let stage = Stage::from_word(&args.stage).context("--stage must be test or production")?;
    if args.capacity < 1 {
        bail!("--capacity must be at least 1");
    }
    let text = Zeroizing::new(
        std::fs::read_to_string(&args.kubeconfig)
            .with_context(|| format!("cannot read {}", args.kubeconfig.display()))?,
    );
    let minimal = kubeconfig::minimise(&text).with_context(|| format!("{}", args.kubeconfig.display()))?;
    let (portal, storage) = serve::open(config, false).await?;
    let ctx = ctx(&portal);
    let place = place(&ctx, &args, stage, &minimal);
    if !is_usable(&place).await? {
        storage.close().await;
        return Ok(ExitCode::FAILURE);
    }
    let new = NewTarget {
        data_centre: args.data_centre.clone(),
        kind: TargetKind::Kubernetes,
        stage,
        namespace: args.namespace.clone(),
        endpoint: minimal.server.clone(),
        only_for: args.only_for,
        domain: args.domain,
        ingress_class: args.ingress_class,
        storage_class: args.storage_class,
        tls_secret: args.tls_secret,
        capacity: args.capacity,
        credential: minimal.kubeconfig.to_string(),
    };
    let added = portal.target_add(&ctx, new).await;
    storage.close().await;
    added.map_err(|e| explain(&e, "there is no such data centre"))?;
    say(&format!("Registered {} ({stage}) in {}.", args.namespace, args.data_centre));
    Ok(ExitCode::SUCCESS)
}

/// Whoever may use the command line of the server may do this.
fn ctx(portal: &Portal) -> Ctx {
    portal.ctx(Actor::CommandLine, Lang::En)
}

/// The target as it would be, for the check before it is registered.
fn place(ctx: &Ctx, args: &TargetArgs, stage: Stage, minimal: &kubeconfig::Minimal) -> Place {
    let id = portal_core::ports::new_uuid(ctx.now);
    let target = Target {
        id: TargetId(id),
        data_centre: DataCentreId(id),
        kind: TargetKind::Kubernetes,
        stage,
        namespace: args.namespace.clone(),
        endpoint: minimal.server.clone(),
        only_for: None,
        domain: args.domain.clone(),
        ingress_class: args.ingress_class.clone(),
        storage_class: args.storage_class.clone(),
        tls_secret: args.tls_secret.clone(),
        closed: false,
        capacity: args.capacity,
        trials: 0,
        operating: Operating::default(),
    };
    Place { target, credential: Arc::new(minimal.kubeconfig.clone()), deadline: DEADLINE }
}

/// Tells what was found; whether it will do.
async fn is_usable(place: &Place) -> Result<bool> {
    let namespaces = [place.target.namespace.clone()];
    let survey = KubernetesTarget::new().survey(place, &namespaces).await;
    let survey = survey.with_context(|| format!("{} cannot be used", place.target.endpoint))?;
    say(&format!("{} answers: Kubernetes {}.", place.target.endpoint, survey.version));
    for namespace in &survey.namespaces {
        match namespace.quotas.as_deref() {
            None => say("The quota may not be read."),
            Some([]) => say("There is no quota: nothing limits what is used."),
            Some(quotas) => quotas.iter().for_each(|q| say(&format!("Quota {q}"))),
        }
        tell("These permissions are not needed; a narrower Role is safer:", &namespace.excess);
    }
    let beyond: Vec<String> = survey.beyond.iter().map(|e| e.word().replace('_', " ")).collect();
    tell("The credential reaches beyond its namespace; use one that does not:", &beyond);
    for (what, named, found) in [
        ("ingress class", &place.target.ingress_class, &survey.ingress_classes),
        ("storage class", &place.target.storage_class, &survey.storage_classes),
    ] {
        if let Some(found) = found
            && !named.is_empty()
            && !found.contains(named)
        {
            say_error(&format!("There is no {what} {named}; there are: {}", found.join(", ")));
        }
    }
    let missing: Vec<String> = survey.namespaces.iter().flat_map(|n| n.missing.clone()).collect();
    tell("These permissions are missing; the data centre must add them to the Role of the ServiceAccount:", &missing);
    Ok(survey.is_complete())
}

fn tell(title: &str, lines: &[String]) {
    if !lines.is_empty() {
        say_error(title);
        lines.iter().for_each(|line| say_error(&format!("  {line}")));
    }
}

fn explain(error: &CoreError, not_found: &str) -> anyhow::Error {
    match error.public() {
        PortalError::NotFound => anyhow!("{not_found}"),
        PortalError::Exists => anyhow!("the short name is taken"),
        PortalError::Rule { rule } if rule == "trials_admitted" => {
            anyhow!("trials run only in shared test environments on Kubernetes")
        }
        PortalError::Invalid { .. } => anyhow!("--at-once must be from 1 to 20"),
        PortalError::Rule { rule } if rule == "unknown_municipality" => anyhow!("there is no such Verwaltung"),
        _ => anyhow!("{}", crate::web::failure::chain(error)),
    }
}

/// The end of a day in German time.
fn last_day(text: &str) -> Result<Timestamp> {
    Timestamp::from_last_berlin_date(text).with_context(|| format!("{text} is no day such as 2027-06-30"))
}
