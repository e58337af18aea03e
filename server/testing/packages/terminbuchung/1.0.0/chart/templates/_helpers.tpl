{{- define "terminbuchung.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "terminbuchung.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "terminbuchung.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "terminbuchung.labels" -}}
helm.sh/chart: {{ include "terminbuchung.chart" . }}
{{ include "terminbuchung.selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Ein Job mit Angaben und Schlüssel als Umgebung: name, args, backoff. */}}
{{- define "terminbuchung.job" -}}
{{- $root := .root -}}
spec:
  backoffLimit: {{ .backoff | default 0 }}
  activeDeadlineSeconds: 300
  template:
    metadata:
      labels:
        {{- include "terminbuchung.selectorLabels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
    spec:
      restartPolicy: Never
      {{- include "terminbuchung.pod" $root | nindent 6 }}
      containers:
        - name: {{ .name }}
          image: {{ $root.Values.pruefung.image }}
          args:
            {{- toYaml .args | nindent 12 }}
          envFrom:
            - configMapRef:
                name: {{ include "terminbuchung.fullname" $root }}-werte
            - secretRef:
                name: {{ include "terminbuchung.fullname" $root }}-geheim
          resources:
            {{- toYaml $root.Values.pruefung.resources | nindent 12 }}
          {{- include "terminbuchung.container" $root | nindent 10 }}
{{- end }}

{{/* Wer hier läuft, darf wenig: der eingeschränkte Pod-Sicherheitsstandard. */}}
{{- define "terminbuchung.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "terminbuchung.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
