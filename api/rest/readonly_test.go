package rest

import (
	"net/http"
	"strings"
	"testing"

	"unibox/api"
)

// X3: a client that only reads lets no other request out.
func TestX3NothingButReadsLeaves(t *testing.T) {
	var heard []string
	base := answers(t, func(w http.ResponseWriter, r *http.Request) {
		heard = append(heard, r.Method)
		w.Write([]byte(`{}`))
	})
	a, err := Open(api.Login{Account: "shop", BaseURL: base, Token: "t", ReadOnly: true}, Bearer("token"), Config{Platform: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for effect, method := range map[Effect]string{Writes: "POST", Harmless: "PUT"} {
		_, err := a.HTTP.Do(t.Context(), Request{Op: "change", Effect: effect, Method: method, Path: []string{"x"}})
		if api.KindOf(err) != api.ErrForbidden || !strings.Contains(api.Explain(err), "read-only") {
			t.Errorf("%s: %v", method, err)
		}
	}
	if _, err := a.HTTP.Do(t.Context(), Request{Op: "look", Effect: Reads, Method: "GET", Path: []string{"x"}}); err != nil {
		t.Error(err)
	}
	if len(heard) != 1 || heard[0] != "GET" {
		t.Errorf("heard %q", heard)
	}
}
