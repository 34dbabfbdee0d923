package rest

import (
	"net/http"
	"strings"
	"testing"
)

type explosive struct{}

func (explosive) RoundTrip(*http.Request) (*http.Response, error) { panic("boom") }

// An upload talks to the server on a goroutine of its own, which nobody watches.
func TestAPanicDuringAnUploadIsTheCallers(t *testing.T) {
	defer func() {
		if r := recover(); r != "boom" {
			t.Errorf("recovered %v", r)
		}
	}()
	c := client(t, "http://127.0.0.1:1", func(cfg *Config) { cfg.Transport = explosive{} })
	c.Do(t.Context(), upload(strings.NewReader("x"), 1))
	t.Error("it went well")
}
