package rest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"unibox/api"
)

func TestStreamArrivesWhole(t *testing.T) {
	const size = 3 << 20
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if n != size || err != nil || r.ContentLength != size || r.Header.Get("Content-Type") != "x/y" {
			t.Errorf("%d bytes of %d, %q: %v", n, r.ContentLength, r.Header.Get("Content-Type"), err)
		}
	}))
	if _, err := c.Do(t.Context(), upload(strings.NewReader(strings.Repeat("x", size)), size)); err != nil {
		t.Fatal(err)
	}
}

func TestUnreadableSourceIsOurFault(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	bad := errors.New("disk on fire")
	_, err := c.Do(t.Context(), upload(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(bad)), 9))
	if api.KindOf(err) != api.ErrInvalid || !errors.Is(err, bad) {
		t.Error(err)
	}
}

func TestAnswerBeforeTheEndOfAStream(t *testing.T) {
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	endless := io.LimitReader(zeros{}, 1<<30)
	_, err := c.Do(t.Context(), upload(endless, 1<<30))
	if k := api.KindOf(err); k != api.ErrAuth && k != api.ErrUnavailable {
		t.Errorf("%v (kind %d)", err, k)
	}
}

func TestUploadToAServerThatDoesNotRead(t *testing.T) {
	release := make(chan struct{})
	base := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	c := client(t, base, func(cfg *Config) { cfg.Patience = 25 * time.Millisecond })
	_, err := c.Do(t.Context(), upload(io.LimitReader(zeros{}, 1<<30), 1<<30))
	if api.KindOf(err) != api.ErrUnavailable || !errors.Is(err, errStalled) {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
