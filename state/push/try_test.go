package push

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestTry: an event of our own arrives through what is in front, or a sentence says
// what does not work, without the address that nobody may know.
func TestTry(t *testing.T) {
	dir := t.TempDir()
	l, _ := listener(t, dir)
	inner := serve(t, l)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := http.Post(inner+r.URL.Path, "", r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
	}))
	defer front.Close()
	if err := Try(t.Context(), dir, front.URL+"/hooks"); err != nil {
		t.Error(err)
	}
	at, _ := AddressesIn(dir).test()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer elsewhere.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	gone := closed.URL
	for address, want := range map[string]string{elsewhere.URL: "leads to something else", closed.URL: "answers 404"} {
		if err := Try(t.Context(), dir, address); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), at.Path) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	closed.Close()
	if err := Try(t.Context(), dir, gone); err == nil || !strings.Contains(err.Error(), "cannot be reached") || strings.Contains(err.Error(), at.Path) {
		t.Errorf("nothing there: %v", err)
	}
}

// TestTheWayIsShut: the engine is told once the way was shut twice in a row, after each try
// from then on, and when it is open again. Nothing is said because we end.
func TestTheWayIsShut(t *testing.T) {
	r, shut := newReader(), errors.New("nobody answers")
	w := way{Taker: NewTaker(t.TempDir(), accounts()[:1], r, r, nil)}
	for _, step := range []struct {
		err    error
		ending bool
		want   []bool
	}{
		{nil, false, []bool{true}},
		{shut, false, nil},
		{nil, false, []bool{true}},
		{shut, false, nil},
		{shut, false, []bool{false}},
		{shut, false, []bool{false}},
		{nil, false, []bool{true}},
		{shut, false, nil},
		{shut, true, nil},
	} {
		r.open = nil
		if w.tried(step.err, step.ending); !slices.Equal(r.open, step.want) {
			t.Errorf("%+v: the engine was told %v", step, r.open)
		}
	}
}
