package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/app"
)

// Of two versions of an API, the preferred one that lists conversations is used. One
// that cannot be asked says nothing of itself.
func TestAddFindsTheVersion(t *testing.T) {
	for name, tt := range map[string]struct {
		second, first int
		want          string
	}{
		"both": {200, 200, "p2"}, "the newer one is not there": {404, 200, "p1"}, "the newer one refuses the token": {401, 200, "p1"},
		"only the newer one": {200, 410, "p2"}, "neither": {401, 401, ""}, "busy": {429, 200, ""},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			status, body := tt.first, `{"status":"ok","data":{"conversations":[],"next_page":null}}`
			if strings.HasPrefix(r.URL.Path, "/api/p2/") {
				status, body = tt.second, `{"conversations":[],"meta":{"page":1,"per_page":3,"entries_count":0}}`
			}
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(status)
			io.WriteString(w, body)
		}))
		t.Cleanup(server.Close)
		f := form{program: program{platforms: app.Platforms{List: platforms.All()}}, values: map[string]*string{}, ask: asker{out: io.Discard}}
		path := filepath.Join(t.TempDir(), "config.toml")
		f.path = &path
		for _, key := range f.order() {
			f.values[key] = new(string)
		}
		t.Setenv("TOKEN_OF_TEST", "secret")
		for key, value := range map[string]string{"name": "shop", "platform": "pact", "company": "1", "token_env": "TOKEN_OF_TEST", "base_url": server.URL + "/p1"} {
			*f.values[key] = value
		}
		edit, err := config.Add(path, f.platforms.Config(), f.entries())
		if err != nil {
			t.Fatal(err)
		}
		edit, err = f.choose(t.Context(), edit)
		if err != nil || edit.Account.Keys["api"] != tt.want {
			t.Errorf("%s: %q, %v", name, edit.Account.Keys["api"], err)
		}
	}
}
