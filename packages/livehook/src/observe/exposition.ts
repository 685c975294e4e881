// The text that Prometheus and its likes read: the exposition format, version 0.0.4.

import type { Histogram } from './histogram.ts'

export interface Metric {
  /** Letters, digits and underscores; a counter's ends with `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** What a histogram's samples add to its name: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Writes metrics, each with its description; one without samples is left out. */
export function expose(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, kind, help, samples }) => {
      const lines = samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${labelText(labels)} ${value}\n`)
      return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`
    })
    .join('')
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** A histogram of seconds as a metric. */
export function histogramMetric(name: string, help: string, histogram: Histogram): Metric {
  const buckets = histogram.buckets().map(([upTo, value]) => ({
    suffix: '_bucket',
    labels: { le: upTo === Infinity ? '+Inf' : upTo },
    value,
  }))
  const sum = { suffix: '_sum', labels: {}, value: histogram.sumSeconds }
  const count = { suffix: '_count', labels: {}, value: histogram.count }
  return { name, kind: 'histogram', help, samples: [...buckets, sum, count] }
}
