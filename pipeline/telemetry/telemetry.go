// Package telemetry counts what operators watch: how long claims wait and take, how the
// queue stands, what was abstained on, which inputs were bad, and what HTTP answered.
//
// It stands beside the flow: the service calls it, it calls nothing back but the two
// figures that only the database knows. Everything registers with the Registerer that it is
// given. Label values come from closed sets (axes, problem codes, routes), never from input.
package telemetry

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/defekt/defekt/pipeline/claim"
)

// Metrics are the program's counters. Safe for concurrent use.
type Metrics struct {
	classified *prometheus.CounterVec
	took       prometheus.Histogram
	waited     prometheus.Histogram
	batches    *prometheus.HistogramVec
	stages     *prometheus.HistogramVec
	abstained  *prometheus.CounterVec
	answered   *prometheus.CounterVec
	problems   *prometheus.CounterVec
	serials    *prometheus.CounterVec
	codes      *prometheus.CounterVec
	requests   *prometheus.CounterVec
	latency    *prometheus.HistogramVec
}

// New registers the metrics.
func New(reg prometheus.Registerer) *Metrics {
	f := promauto.With(reg)
	wide := prometheus.ExponentialBuckets(0.001, 2.5, 14) // 1 ms to 150 s
	return &Metrics{
		classified: f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_classifications_total", Help: "Tries to classify a stored claim, by result (ok, error)."}, []string{"result"}),
		took:       f.NewHistogram(prometheus.HistogramOpts{Name: "defekt_classification_seconds", Help: "Time of one try to classify a stored claim, photos and store included.", Buckets: wide}),
		waited:     f.NewHistogram(prometheus.HistogramOpts{Name: "defekt_queue_wait_seconds", Help: "Time from a claim's acceptance to the start of a try.", Buckets: wide}),
		batches:    f.NewHistogramVec(prometheus.HistogramOpts{Name: "defekt_photo_batch_size", Help: "Pictures in one run of a photo encoder, by why the batch was not larger (full, idle, late, closing, alone).", Buckets: []float64{1, 2, 4, 8, 16, 32, 64}}, []string{"reason"}),
		stages:     f.NewHistogramVec(prometheus.HistogramOpts{Name: "defekt_stage_seconds", Help: "Time of one stage of a claim's way, by stage; read, decode and judge are told for each photo.", Buckets: prometheus.ExponentialBuckets(0.0001, 3, 11)}, []string{"stage"}),
		abstained:  f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_abstentions_total", Help: "Answers handed to a person, by axis."}, []string{"axis"}),
		answered:   f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_answers_total", Help: "Answers, abstentions included, by axis."}, []string{"axis"}),
		problems:   f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_problems_total", Help: "Bad inputs, by code."}, []string{"code"}),
		serials:    f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_serials_total", Help: "Typed serials of claims that came in, by what became of them (known, several, unknown, faulty)."}, []string{"status"}),
		codes:      f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_photo_codes_total", Help: "Claims whose photos were read for codes, by result (adopted, confirmed, conflict, none)."}, []string{"result"}),
		requests:   f.NewCounterVec(prometheus.CounterOpts{Name: "defekt_http_requests_total", Help: "HTTP requests, by route, method and status."}, []string{"route", "method", "status"}),
		latency:    f.NewHistogramVec(prometheus.HistogramOpts{Name: "defekt_http_request_seconds", Help: "Time to answer an HTTP request, by route.", Buckets: wide}, []string{"route"}),
	}
}

// Classified counts one try.
func (m *Metrics) Classified(waited, took time.Duration, err error) {
	result := "ok"
	if err != nil {
		result = "error"
	}
	m.classified.WithLabelValues(result).Inc()
	m.waited.Observe(waited.Seconds())
	m.took.Observe(took.Seconds())
}

// Batched counts one batch of pictures. The reason is one of a closed set.
func (m *Metrics) Batched(size int, reason string) {
	m.batches.WithLabelValues(reason).Observe(float64(size))
}

// Staged counts one run of a stage. The stage is one of a closed set.
func (m *Metrics) Staged(stage string, took time.Duration) {
	m.stages.WithLabelValues(stage).Observe(took.Seconds())
}

// Predicted counts a prediction's answers and problems.
func (m *Metrics) Predicted(p claim.Prediction) {
	for axis, a := range p.Axes {
		m.answered.WithLabelValues(axis).Inc()
		if a.Abstained {
			m.abstained.WithLabelValues(axis).Inc()
		}
	}
	for _, problem := range p.Problems {
		m.problems.WithLabelValues(string(problem.Code)).Inc()
	}
}

// Typed counts a serial. The status is one of a closed set.
func (m *Metrics) Typed(status string) { m.serials.WithLabelValues(status).Inc() }

// Read counts a claim whose photos were read for codes. The result is one of a closed set.
func (m *Metrics) Read(result string) { m.codes.WithLabelValues(result).Inc() }

// Queue is what the database knows of the queue.
type Queue func(ctx context.Context) (depth int, oldest time.Duration, err error)

// scrapeTimeout bounds the question for the queue at each scrape.
const scrapeTimeout = 2 * time.Second

// WatchQueue registers depth and age of the queue, asked at each scrape; a failed question
// leaves them out of the scrape rather than reporting zero.
func WatchQueue(reg prometheus.Registerer, ask Queue) error {
	return reg.Register(&queueCollector{ask})
}

type queueCollector struct{ ask Queue }

// The descriptions are values, built per call: nothing here is global.
func depthDesc() *prometheus.Desc {
	return prometheus.NewDesc("defekt_queue_depth", "Claims that wait for classification.", nil, nil)
}

func ageDesc() *prometheus.Desc {
	return prometheus.NewDesc("defekt_queue_oldest_seconds", "Age of the claim that waits longest; 0 when none does.", nil, nil)
}

// Describe implements prometheus.Collector.
func (c *queueCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- depthDesc()
	ch <- ageDesc()
}

// Collect implements prometheus.Collector.
func (c *queueCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	depth, oldest, err := c.ask(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(depthDesc(), err)
		return
	}
	ch <- prometheus.MustNewConstMetric(depthDesc(), prometheus.GaugeValue, float64(depth))
	ch <- prometheus.MustNewConstMetric(ageDesc(), prometheus.GaugeValue, oldest.Seconds())
}

// Answered counts an answer over HTTP. The route is the ServeMux pattern that matched, so
// that ids do not multiply the series.
func (m *Metrics) Answered(route, name string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, method(name), strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// method keeps made-up methods from becoming series.
func method(name string) string {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return name
	default:
		return "other"
	}
}
