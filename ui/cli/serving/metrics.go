package serving

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

// counts are what happened since the start.
type counts struct{ connections, turnedAway, refused, begun, panics atomic.Int64 }

// Metric is a number for Prometheus.
type Metric struct {
	// Name is without the program's. Counts: it only rises.
	Name   string
	Counts bool
	Values []Value
}

// Value is that of a metric, with a label and its value, or without.
type Value struct {
	Label, Of string
	Value     float64
}

func number(name string, counts bool, n float64) Metric {
	return Metric{name, counts, []Value{{Value: n}}}
}

// Metrics are those of the server.
func (s *Server) Metrics() []Metric {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return []Metric{
		number("sessions", false, float64(len(s.all()))),
		number("sessions_total", true, float64(s.begun.Load())),
		number("connections", false, float64(s.signedInNow())),
		number("connections_total", true, float64(s.connections.Load())),
		number("connections_limited_total", true, float64(s.turnedAway.Load())),
		number("logins_refused_total", true, float64(s.refused.Load())),
		number("session_panics_total", true, float64(s.panics.Load())),
		number("goroutines", false, float64(runtime.NumGoroutine())),
		number("memory_bytes", false, float64(memory.Sys-memory.HeapReleased)),
	}
}

// WriteMetrics writes metrics in the text format of Prometheus.
func WriteMetrics(w io.Writer, all []Metric) {
	for _, m := range all {
		kind := "gauge"
		if m.Counts {
			kind = "counter"
		}
		fmt.Fprintf(w, "# TYPE unibox_%s %s\n", m.Name, kind)
		for _, v := range m.Values {
			label := ""
			if v.Label != "" {
				label = fmt.Sprintf("{%s=%q}", v.Label, v.Of)
			}
			fmt.Fprintf(w, "unibox_%s%s %g\n", m.Name, label, v.Value)
		}
	}
}

// Observed is what is asked of for numbers and health.
type Observed struct {
	Metrics func(context.Context) []Metric
	// Wrong says what is wrong, "" for nothing.
	Wrong func(context.Context) string
}

// observeLimit is how long an answer may take.
const observeLimit = 5 * time.Second

// Observe answers for numbers and health on a listener until ctx ends.
func (s *Server) Observe(ctx context.Context, on net.Listener, o Observed) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		WriteMetrics(w, append(s.Metrics(), o.Metrics(r.Context())...))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if wrong := o.Wrong(r.Context()); wrong != "" {
			http.Error(w, wrong, http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Handler: http.TimeoutHandler(mux, observeLimit, ""), ReadHeaderTimeout: observeLimit, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(on); ctx.Err() == nil {
		return err
	}
	return ctx.Err()
}
