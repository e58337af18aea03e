//! The list of settings: name, where it may come from, what it means.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Key in the file; one with a dot stands in a section.
    pub key: &'static str,
    /// Variable of the environment, which wins over the file.
    pub variable: &'static str,
    /// What it is for, and what it is without being set.
    pub help: &'static str,
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    Setting { key: "addr", variable: "PORTAL_ADDR", help: "address and port to listen on (127.0.0.1:3000)" },
    Setting { key: "data", variable: "PORTAL_DATA", help: "folder for everything that is stored (./data)" },
    Setting {
        key: "database_url",
        variable: "DATABASE_URL",
        help: "sqlite://FILE or postgres://… (portal.sqlite in the data folder)",
    },
    Setting {
        key: "key_file",
        variable: "PORTAL_KEY_FILE",
        help: "file with the key that protects secrets; keep a copy elsewhere (keys/kek.hex in the data folder)",
    },
    Setting {
        key: "key_file_previous",
        variable: "PORTAL_KEY_FILE_PREVIOUS",
        help: "file with the key before that one, while `portal keys rotate` changes it (none)",
    },
    Setting {
        key: "credential_key_file",
        variable: "PORTAL_CREDENTIAL_KEY_FILE",
        help: "file with the worker's key, which opens credentials of targets (keys/credential.hex in the data folder)",
    },
    Setting {
        key: "credential_key_file_previous",
        variable: "PORTAL_CREDENTIAL_KEY_FILE_PREVIOUS",
        help: "file with the worker's key before that one, while it is being changed (none)",
    },
    Setting {
        key: "credential_public_key",
        variable: "PORTAL_CREDENTIAL_PUBLIC_KEY",
        help: "what belongs to the worker's key (`portal keys public`): all that a portal without a worker needs (none)",
    },
    Setting {
        key: "packages",
        variable: "PORTAL_PACKAGES",
        help: "where packages lie: a folder, or s3://BUCKET; the same for every process (packages in the data folder)",
    },
    Setting { key: "s3_endpoint", variable: "PORTAL_S3_ENDPOINT", help: "address of the store that speaks S3 (none)" },
    Setting { key: "s3_region", variable: "PORTAL_S3_REGION", help: "region of that store (us-east-1)" },
    Setting { key: "s3_key", variable: "PORTAL_S3_KEY", help: "access key of that store; not the secret (none)" },
    Setting {
        key: "s3_secret_file",
        variable: "PORTAL_S3_SECRET_FILE",
        help: "file with the secret that belongs to the access key (none)",
    },
    Setting {
        key: "s3_secret",
        variable: "PORTAL_S3_SECRET",
        help: "the secret itself, instead of a file; never shown (none)",
    },
    Setting { key: "site", variable: "PORTAL_SITE", help: "folder with style sheets, fonts and scripts (target/site)" },
    Setting {
        key: "public_url",
        variable: "PORTAL_PUBLIC_URL",
        help: "address under which people reach the portal; with https:// cookies are protected accordingly (none)",
    },
    Setting { key: "log", variable: "PORTAL_LOG", help: "text or json (text)" },
    Setting {
        key: "log_filter",
        variable: "PORTAL_LOG_FILTER",
        help: "what is logged, such as info,portal=debug (info)",
    },
    Setting {
        key: "metrics",
        variable: "PORTAL_METRICS",
        help: "who may read /metrics: loopback, all or off (loopback)",
    },
    Setting {
        key: "workers",
        variable: "PORTAL_WORKERS",
        help: "operations carried out at the same time, 1 to 64 (4)",
    },
    Setting {
        key: "charts",
        variable: "PORTAL_CHARTS",
        help: "Helm charts: isolated (only where helm can be kept from the network), unisolated or off (isolated)",
    },
    Setting { key: "helm", variable: "PORTAL_HELM", help: "the helm to use, version 3 or later (the first on PATH)" },
    Setting {
        key: "signatures",
        variable: "PORTAL_SIGNATURES",
        help: "required: packages are taken and released only if they are signed, whoever publishes; optional (optional)",
    },
    Setting {
        key: "outbound.networks",
        variable: "PORTAL_OUTBOUND_NETWORKS",
        help: "networks that are not public and may be called all the same, such as 10.1.0.0/16 (none)",
    },
    Setting {
        key: "outbound.names",
        variable: "PORTAL_OUTBOUND_NAMES",
        help: "internal names that may be called, with all below them, such as intern.example (none)",
    },
    Setting {
        key: "outbound.ports",
        variable: "PORTAL_OUTBOUND_PORTS",
        help: "ports that may be called besides 443 (none)",
    },
    Setting {
        key: "outbound.check_links",
        variable: "PORTAL_OUTBOUND_CHECK_LINKS",
        help: "on: look at upload whether the addresses in publiccode.yml answer; off (off)",
    },
];
