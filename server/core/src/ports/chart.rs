//! Turning a Helm chart into Kubernetes YAML. Charts are programs of a stranger, so whoever renders them keeps them from
//! network, files and endless work.

use crate::package::Files;
use async_trait::async_trait;
use std::fmt;
use zeroize::Zeroizing;

/// One rendering. `Debug` shows no values, since they hold secrets.
#[derive(Clone)]
pub struct ChartInput<'a> {
    /// Files of the chart, by path within it.
    pub files: &'a Files,
    /// Values as JSON.
    pub values: Zeroizing<String>,
    /// Name of the release: the name of the instance.
    pub instance: &'a str,
    /// Namespace.
    pub namespace: &'a str,
    /// Version of Kubernetes that the chart is told.
    pub kube_version: &'static str,
}

impl fmt::Debug for ChartInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chart of {}/{}", self.namespace, self.instance)
    }
}

/// Why a chart was not rendered. Holds nothing that a value could have got into.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// This server has no helm, or does not use it.
    #[error("no helm on this server")]
    Unavailable,
    /// This server can not keep helm from the network, and nobody allowed charts without that.
    #[error("helm can not be isolated on this server")]
    NotIsolated,
    /// A template can not be carried out.
    #[error("{file}:{line}")]
    Template {
        /// File within the chart, one that is really there.
        file: String,
        /// Line; 0 if it is not known.
        line: u32,
    },
    /// The values do not fit the chart's own `values.schema.json`.
    #[error("values.schema.json")]
    Schema,
    /// Helm refuses the chart.
    #[error("helm refuses the chart")]
    Refused,
    /// It took too long.
    #[error("more than {0} s")]
    TooSlow(u64),
    /// It needed too much memory or computing time.
    #[error("too much memory or computing time")]
    TooHungry,
    /// It wrote too much.
    #[error("more than {0} bytes")]
    TooMuch(usize),
    /// Helm could not be started, or ended in a way that nobody expects.
    #[error("helm: {0}")]
    Broken(String),
}

/// Renders charts.
#[async_trait]
pub trait ChartRenderer: Send + Sync {
    /// All objects of the chart and its hooks as YAML documents, each below a line `# Source: CHART/FILE`.
    ///
    /// # Errors
    /// See [`ChartError`].
    async fn render(&self, input: &ChartInput<'_>) -> Result<Zeroizing<String>, ChartError>;
}

/// For a server without helm: everything but charts works.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCharts;

#[async_trait]
impl ChartRenderer for NoCharts {
    async fn render(&self, _input: &ChartInput<'_>) -> Result<Zeroizing<String>, ChartError> {
        Err(ChartError::Unavailable)
    }
}
