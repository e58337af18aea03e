{{- define "gremien.name" -}}
{{- printf "%s-web" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}
{{- define "gremien.labels" -}}
app: {{ include "gremien.name" . }}
{{- end }}

{{/* Wer hier läuft, darf wenig: der eingeschränkte Pod-Sicherheitsstandard. */}}
{{- define "gremien.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "gremien.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
